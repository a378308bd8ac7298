/**
 * Unpacks Zstandard frames: a header, then blocks that are stored, repeated or compressed. Every step is bounded, so
 * that a small file cannot take memory or time beyond the allowed bytes.
 * Source: RFC 8878, 3.1.1 (frames, blocks, literals, sequences) and appendix A (predefined tables).
 * Throws: the error of `fail`, also where the checksum differs. Not modelled: dictionaries.
 */
import { powerOfTwo } from "../../../base/math.js";
import { xxh64Low } from "../../../base/xxhash.js";
import { viewOf } from "./event-list.js";
import { type Fail, FrameOutput } from "./frame-output.js";
import {
  BackwardBits,
  constantTable,
  type FseTable,
  fseTable,
  type HuffmanTable,
  readFseTable,
  readHuffman,
  readHuffmanTable,
} from "./zstd-bits.js";

const MAGIC = 0xfd2fb528;
const MOST_BLOCK = 131_072;

/** Unpacks the one frame in `frame`, to at most `most` bytes. */
export function unpackZstd(frame: Uint8Array, most: number, fail: Fail): Uint8Array {
  const { content, hasSum, start } = headerOf(frame, fail);
  if (content !== null && content > most) throw fail(`a Zstandard frame of ${content} bytes; at most ${most} are unpacked`);
  const out = new FrameOutput(most, fail);
  const decoder = new BlockDecoder(out, fail);
  let at = start;
  for (let last = false; !last; ) {
    if (at + 3 > frame.length) throw fail("a Zstandard frame that is cut");
    const header = frame[at] | (frame[at + 1] << 8) | (frame[at + 2] << 16);
    const [type, size] = [(header >> 1) & 3, header >> 3];
    last = (header & 1) === 1;
    at += 3;
    const stored = type === 1 ? 1 : size;
    if (type === 3 || size > MOST_BLOCK || at + stored > frame.length)
      throw fail(`a Zstandard block of type ${type} and ${size} bytes: damaged`);
    if (type === 0) out.append(frame.subarray(at, at + size));
    else if (type === 1) out.repeat(frame[at], size);
    else decoder.block(frame.subarray(at, at + size));
    at += stored;
  }
  if (content !== null && out.length !== content) throw fail(`a Zstandard frame of ${content} bytes that unpacks to ${out.length}`);
  const bytes = out.bytes();
  if (!hasSum) return bytes;
  if (at + 4 > frame.length) throw fail("a Zstandard frame that is cut");
  if (viewOf(frame).getUint32(at, true) !== xxh64Low(bytes)) throw fail("a Zstandard frame that unpacks to another checksum: damaged");
  return bytes;
}

interface Header {
  /** Size of the content; null: unknown. */
  readonly content: number | null;
  /** Whether a checksum of the content follows the blocks. */
  readonly hasSum: boolean;
  /** Byte at which the blocks begin. */
  readonly start: number;
}

function headerOf(frame: Uint8Array, fail: Fail): Header {
  const view = viewOf(frame);
  if (frame.length < 9 || view.getUint32(0, true) !== MAGIC) throw fail("not a Zstandard frame");
  const descriptor = frame[4];
  const isSingle = (descriptor & 32) !== 0;
  if ((descriptor & 3) !== 0 || (descriptor & 8) !== 0) throw fail("a Zstandard frame that needs a dictionary, or is of a later version");
  const at = isSingle ? 5 : 6;
  const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6];
  if (at + size > frame.length) throw fail("a Zstandard frame that is cut");
  const rest = { hasSum: (descriptor & 4) !== 0, start: at + size };
  if (size < 2) return { content: size === 0 ? null : frame[at], ...rest };
  if (size === 2) return { content: view.getUint16(at, true) + 256, ...rest };
  return { content: size === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true)), ...rest };
}

/** Codes of literal lengths and match lengths: base and extra bits; below `first`, the value is the code plus `add`. */
interface Lengths {
  readonly base: readonly number[];
  readonly bits: readonly number[];
}

function lengths(first: number, add: number, bits: readonly number[]): Lengths {
  const base = Array.from({ length: first }, (_, code) => code + add);
  for (const [i] of bits.entries()) base.push(base[base.length - 1] + (i === 0 ? 1 : 1 << bits[i - 1]));
  return { base, bits: [...new Array<number>(first).fill(0), ...bits] };
}

const LITERALS = lengths(16, 0, [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const MATCHES = lengths(32, 3, [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

const ones = (count: number, value = 1): readonly number[] => new Array<number>(count).fill(value);
/** In the order of a block: literal lengths, offsets, match lengths. */
const KINDS = [
  { log: 9, symbols: 36, standard: fseTable([4, 3, ...ones(11, 2), 1, 1, 1, ...ones(9, 2), 3, 2, ...ones(5), ...ones(4, -1)], 6) },
  { log: 8, symbols: 32, standard: fseTable([...ones(6), 2, 2, 2, ...ones(15), ...ones(5, -1)], 5) },
  { log: 9, symbols: 53, standard: fseTable([1, 4, 3, ...ones(6, 2), ...ones(37), ...ones(7, -1)], 6) },
] as const;

/** Decodes blocks, with the state that one block leaves to the next. */
class BlockDecoder {
  private huffman: HuffmanTable | null = null;
  private readonly tables: (FseTable | null)[] = [null, null, null];
  private offsets: readonly [number, number, number] = [1, 4, 8];

  constructor(
    private readonly out: FrameOutput,
    private readonly fail: Fail,
  ) {}

  block(bytes: Uint8Array): void {
    const { literals, end } = this.literals(bytes);
    this.sequences(bytes, end, literals);
  }

  private literals(bytes: Uint8Array): { readonly literals: Uint8Array; readonly end: number } {
    const { fail } = this;
    const [type, format] = [bytes[0] & 3, (bytes[0] >> 2) & 3];
    const isPacked = type >= 2;
    // Bytes of the header, and bits of each size in it.
    const [headerBytes, sizeBits] = isPacked
      ? [[3, 3, 4, 5][format], [10, 10, 14, 18][format]]
      : [[1, 2, 1, 3][format], [5, 12, 5, 20][format]];
    if (bytes.length < headerBytes + 1) throw fail("a Zstandard block that is cut");
    const header = Array.from({ length: headerBytes }, (_, i) => bytes[i] * [1, 256, 65_536, 16_777_216, 4_294_967_296][i]).reduce(
      (sum, part) => sum + part,
    );
    const range = 1 << sizeBits;
    const sizes = Math.floor(header / (isPacked || format % 2 === 1 ? 16 : 8));
    const [size, packed] = [sizes % range, Math.floor(sizes / range)];
    if (size > MOST_BLOCK) throw fail(`literals of ${size} bytes in a Zstandard block`);
    const stored = isPacked ? packed : type === 1 ? 1 : size;
    const end = headerBytes + stored;
    if (end > bytes.length) throw fail("a Zstandard block that is cut");
    if (type === 0) return { literals: bytes.subarray(headerBytes, end), end };
    const literals = new Uint8Array(size);
    if (type === 1) literals.fill(bytes[headerBytes]);
    else this.packed(bytes.subarray(headerBytes, end), type === 2, format !== 0, literals);
    return { literals, end };
  }

  private packed(bytes: Uint8Array, isDescribed: boolean, isFour: boolean, into: Uint8Array): void {
    const { fail } = this;
    const described = isDescribed ? readHuffmanTable(bytes, 0, fail) : { table: this.huffman, end: 0 };
    const { table } = described;
    if (table === null) throw fail("a Zstandard block that repeats a code, but none came before");
    this.huffman = table;
    const streams = bytes.subarray(described.end);
    if (!isFour) {
      readHuffman(streams, table, into, fail);
      return;
    }
    const part = (into.length + 3) >> 2;
    let [from, to] = [6, 0];
    for (let i = 0; i < 4; i++) {
      const end = i === 3 ? streams.length : from + (streams[2 * i] | (streams[2 * i + 1] << 8));
      if (streams.length < 6 || end > streams.length || from > end || 3 * part > into.length)
        throw fail("a Zstandard block whose streams do not fit");
      readHuffman(streams.subarray(from, end), table, into.subarray(to, i === 3 ? into.length : to + part), fail);
      [from, to] = [end, to + part];
    }
  }

  private sequences(bytes: Uint8Array, start: number, literals: Uint8Array): void {
    const { out, fail } = this;
    const first = bytes[start] ?? 0;
    const countBytes = first < 128 ? 1 : first < 255 ? 2 : 3;
    const more = (i: number): number => bytes[start + i] ?? 0;
    const count = first < 128 ? first : first < 255 ? (first - 128) * 256 + more(1) : more(1) + more(2) * 256 + 0x7f00;
    if (start >= bytes.length || (count > 0 && start + countBytes >= bytes.length)) throw fail("a Zstandard block that is cut");
    if (count === 0) {
      out.append(literals);
      return;
    }
    const modes = more(countBytes);
    if ((modes & 3) !== 0) throw fail("a Zstandard block with modes that do not exist");
    let at = start + countBytes + 1;
    for (const [kind, { log, symbols, standard }] of KINDS.entries()) {
      const mode = (modes >> (6 - 2 * kind)) & 3;
      if (mode === 0) this.tables[kind] = standard;
      else if (mode === 1) {
        const symbol = bytes[at++] ?? symbols;
        if (symbol >= symbols) throw fail(`a Zstandard code ${symbol}, expected less than ${symbols}`);
        this.tables[kind] = constantTable(symbol);
      } else if (mode === 2) {
        const { table, end } = readFseTable(bytes, at, log, symbols, fail);
        [this.tables[kind], at] = [table, end];
      }
    }
    const [lengthTable, offsetTable, matchTable] = this.tables;
    if (lengthTable === null || offsetTable === null || matchTable === null)
      throw fail("a Zstandard block that repeats a table, but none came before");
    this.run(new BackwardBits(bytes.subarray(at), fail), count, literals, [lengthTable, offsetTable, matchTable]);
  }

  private run(stream: BackwardBits, count: number, literals: Uint8Array, tables: readonly [FseTable, FseTable, FseTable]): void {
    const { out, fail } = this;
    const [lengthTable, offsetTable, matchTable] = tables;
    let [length, offset, match] = tables.map(({ log }) => stream.read(log));
    const before = out.length;
    let taken = 0;
    for (let i = 0; i < count; i++) {
      const offsetCode = offsetTable.symbol[offset];
      const value = powerOfTwo(offsetCode) + stream.read(offsetCode);
      const matchCode = matchTable.symbol[match];
      const matchLength = MATCHES.base[matchCode] + stream.read(MATCHES.bits[matchCode]);
      const lengthCode = lengthTable.symbol[length];
      const literalLength = LITERALS.base[lengthCode] + stream.read(LITERALS.bits[lengthCode]);
      if (taken + literalLength > literals.length) throw fail("a Zstandard block with too few literals");
      if (out.length - before + literalLength + matchLength > MOST_BLOCK) throw fail(`a Zstandard block of more than ${MOST_BLOCK} bytes`);
      out.append(literals.subarray(taken, taken + literalLength));
      taken += literalLength;
      out.copy(this.distance(value, literalLength), matchLength);
      if (i + 1 === count) break;
      length = lengthTable.next[length] + stream.read(lengthTable.bits[length]);
      match = matchTable.next[match] + stream.read(matchTable.bits[match]);
      offset = offsetTable.next[offset] + stream.read(offsetTable.bits[offset]);
    }
    if (stream.left !== 0) throw fail("a Zstandard block with bits that are left");
    out.append(literals.subarray(taken));
  }

  /** Values 1 to 3 name one of the last three distances; without literals, the next one. */
  private distance(value: number, literalLength: number): number {
    const [a, b, c] = this.offsets;
    if (value > 3) {
      this.offsets = [value - 3, a, b];
      return value - 3;
    }
    const which = value + (literalLength === 0 ? 1 : 0);
    const distance = which === 1 ? a : which === 2 ? b : which === 3 ? c : a - 1;
    if (which === 2) this.offsets = [distance, a, c];
    else if (which > 2) this.offsets = [distance, a, b];
    return distance;
  }
}
