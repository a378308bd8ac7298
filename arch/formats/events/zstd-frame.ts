/**
 * Zstandard frames to bytes, by the decoder `fzstd`, which gets no more memory than a frame may need: the frame's header is read first.
 * Source: RFC 8878, 3.1.1 (magic, frame header descriptor, window descriptor, frame content size).
 * Throws: what `fail` makes.
 */
import { Decompress, decompress } from "fzstd";
import { MIB } from "../../../base/bytes.js";
import { powerOfTwo } from "../../../base/math.js";
import { viewOf } from "./event-list.js";

const MAGIC = 0xfd2fb528;
/** What every decoder must take (RFC 8878, 3.1.1.1.2); used where a frame does not say its size. */
const MOST_WINDOW = 8 * MIB;
type Fail = (message: string) => Error;

/** Bytes of the one frame in `frame`, at most `most` of them. */
export function unpackZstd(frame: Uint8Array, most: number, fail: Fail): Uint8Array {
  const { content, window } = headerOf(frame, fail);
  if (content !== null && content > most) throw fail(`a Zstandard frame of ${content} bytes; at most ${most} are unpacked`);
  if (content === null && window > MOST_WINDOW) throw fail(`a Zstandard frame with a window of ${window} bytes, at most ${MOST_WINDOW}`);
  let bytes: Uint8Array;
  try {
    bytes = content === null ? inPieces(frame, most) : decompress(frame, new Uint8Array(content));
  } catch (error) {
    throw fail(`a Zstandard frame that is damaged (${error instanceof Error ? error.message : error})`);
  }
  if (content !== null && bytes.length !== content) throw fail(`a Zstandard frame of ${content} bytes unpacks to ${bytes.length}`);
  return bytes;
}

function inPieces(frame: Uint8Array, most: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let total = 0;
  const stream = new Decompress((piece) => {
    total += piece.length;
    if (total > most) throw new RangeError(`it unpacks to more than ${most} bytes`);
    pieces.push(piece);
  });
  stream.push(frame, true);
  return Buffer.concat(pieces);
}

/** Bytes of content (null: not said) and of the window. */
function headerOf(frame: Uint8Array, fail: Fail): { readonly content: number | null; readonly window: number } {
  const view = viewOf(frame);
  if (frame.length < 18 || view.getUint32(0, true) !== MAGIC) throw fail("no Zstandard frame");
  const descriptor = frame[4];
  const isSingle = (descriptor & 32) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3];
  if (dictionary > 0) throw fail("a Zstandard frame that needs a dictionary");
  const at = isSingle ? 5 : 6;
  const sizes = [
    isSingle ? frame[at] : null,
    view.getUint16(at, true) + 256,
    view.getUint32(at, true),
    Number(view.getBigUint64(at, true)),
  ];
  const base = powerOfTwo(10 + (frame[5] >> 3));
  const content = sizes[descriptor >> 6];
  return { content, window: isSingle ? 0 : base + (base / 8) * (frame[5] & 7) };
}
