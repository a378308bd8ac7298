/**
 * Unpacks LZ4 frames: header, blocks (compressed or stored, independent or linked), end mark. Pure.
 * Source: Y. Collet, "LZ4 Frame Format Description" 1.6.4 and "LZ4 Block Format Description" (github.com/lz4/lz4/doc).
 * Throws: the error of `fail`, also where a checksum or the size that the header gives differs. Not modelled:
 * dictionaries.
 */
import { xxh32 } from "../../../base/xxhash.js";
import { viewOf } from "./event-list.js";
import { type Fail, FrameOutput } from "./frame-output.js";

const MAGIC = 0x184d2204;

/** Unpacks the one frame in `frame`, to at most `most` bytes. */
export function unpackLz4(frame: Uint8Array, most: number, fail: Fail): Uint8Array {
  const view = viewOf(frame);
  const u32 = (at: number): number => {
    if (at + 4 > frame.length) throw fail("an LZ4 frame is cut");
    return view.getUint32(at, true);
  };
  if (u32(0) !== MAGIC) throw fail(`not an LZ4 frame: it begins with 0x${u32(0).toString(16)}`);
  const flags = frame[4];
  if (flags >> 6 !== 1) throw fail(`an LZ4 frame of version ${flags >> 6}, expected 1`);
  if ((flags & 1) === 1) throw fail("an LZ4 frame that needs a dictionary");
  const [hasBlockSums, hasSize, hasSum] = [(flags & 16) !== 0, (flags & 8) !== 0, (flags & 4) !== 0];
  const blocks = hasSize ? 15 : 7;
  u32(blocks); // the header is whole
  if (frame[blocks - 1] !== ((xxh32(frame.subarray(4, blocks - 1)) >>> 8) & 255))
    throw fail("an LZ4 header with another checksum: damaged");
  let at = blocks;
  const out = new FrameOutput(most, fail);
  for (;;) {
    const word = u32(at);
    at += 4;
    if (word === 0) {
      const bytes = out.bytes();
      if (hasSize && view.getBigUint64(6, true) !== BigInt(bytes.length))
        throw fail(`an LZ4 frame of ${view.getBigUint64(6, true)} bytes that unpacks to ${bytes.length}`);
      if (hasSum && u32(at) !== xxh32(bytes)) throw fail("an LZ4 frame that unpacks to another checksum: damaged");
      return bytes;
    }
    const size = word & 0x7fffffff;
    if (at + size > frame.length) throw fail(`an LZ4 block of ${size} bytes ends beyond its frame`);
    const block = frame.subarray(at, at + size);
    if (hasBlockSums && u32(at + size) !== xxh32(block)) throw fail("an LZ4 block with another checksum: damaged");
    if (word > 0x7fffffff) out.append(block);
    else unpackBlock(block, out, fail);
    at += size + (hasBlockSums ? 4 : 0);
  }
}

/** Unpacks a block: sequences of literals and of copies from earlier output. */
function unpackBlock(block: Uint8Array, out: FrameOutput, fail: Fail): void {
  let at = 0;
  const next = (): number => {
    if (at >= block.length) throw fail("an LZ4 block is cut");
    return block[at++];
  };
  const length = (nibble: number): number => {
    let sum = nibble;
    for (let more = nibble === 15; more; ) {
      const byte = next();
      sum += byte;
      more = byte === 255;
    }
    return sum;
  };
  while (at < block.length) {
    const token = next();
    const literals = length(token >> 4);
    if (at + literals > block.length) throw fail("an LZ4 block is cut");
    out.append(block.subarray(at, at + literals));
    at += literals;
    if (at === block.length) return;
    const distance = next() + 256 * next();
    out.copy(distance, 4 + length(token & 15));
  }
}
