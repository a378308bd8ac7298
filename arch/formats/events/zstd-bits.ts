/**
 * Bit streams of Zstandard, which are read from end to beginning, and their two codes: finite state entropy and
 * Huffman.
 * Source: RFC 8878, 4.1 (FSE) and 4.2 (Huffman). Throws: the error of `fail`, also if more bits are read than the
 * stream has.
 */
import type { Fail } from "./frame-output.js";

const highestBit = (value: number): number => 31 - Math.clz32(value);

/** Reads bits from the end. The highest set bit of the last byte marks the end and is not part of the stream. */
export class BackwardBits {
  /** Bits that are left. */
  left: number;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly fail: Fail,
  ) {
    const last = bytes.length === 0 ? 0 : bytes[bytes.length - 1];
    if (last === 0) throw fail("a stream of bits without an end");
    this.left = 8 * (bytes.length - 1) + highestBit(last);
  }

  /** Up to 24 bits, filled up with zeros if fewer are left. */
  peek(count: number): number {
    const low = this.left - count;
    return low >= 0 ? this.at(low, count) : this.at(0, this.left) << -low;
  }

  read(count: number): number {
    if (count > this.left) throw this.fail("a stream of bits that is too short");
    if (count > 24) {
      const high = this.read(count - 24);
      return high * 16_777_216 + this.read(24);
    }
    this.left -= count;
    return this.at(this.left, count);
  }

  private at(low: number, count: number): number {
    const byte = low >> 3;
    const { bytes } = this;
    const word = bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16) | (bytes[byte + 3] << 24);
    return (word >>> (low & 7)) & ((1 << count) - 1);
  }
}

/** Decoding table of a finite state entropy code. */
export interface FseTable {
  readonly log: number;
  /** [2^log]. */
  readonly symbol: Uint8Array;
  readonly bits: Uint8Array;
  readonly next: Uint16Array;
}

/** Counts of symbols sum to 2^log; -1 means a probability below 1 / 2^log. */
export function fseTable(counts: readonly number[], log: number): FseTable {
  const size = 1 << log;
  const table = { log, symbol: new Uint8Array(size), bits: new Uint8Array(size), next: new Uint16Array(size) };
  let high = size - 1;
  for (const [symbol, count] of counts.entries()) if (count === -1) table.symbol[high--] = symbol;
  const step = (size >> 1) + (size >> 3) + 3;
  let place = 0;
  for (const [symbol, count] of counts.entries()) {
    for (let i = 0; i < count; i++) {
      table.symbol[place] = symbol;
      do place = (place + step) & (size - 1);
      while (place > high);
    }
  }
  const seen = counts.map((count) => (count === -1 ? 1 : count));
  for (let state = 0; state < size; state++) {
    const number = seen[table.symbol[state]]++;
    table.bits[state] = log - highestBit(number);
    table.next[state] = (number << table.bits[state]) - size;
  }
  return table;
}

/** A table that always gives the same symbol. */
export const constantTable = (symbol: number): FseTable => ({
  log: 0,
  symbol: Uint8Array.of(symbol),
  bits: new Uint8Array(1),
  next: new Uint16Array(1),
});

/** Reads a table's description at `start`; returns also its end. Symbols are below `symbols`. */
export function readFseTable(
  bytes: Uint8Array,
  start: number,
  mostLog: number,
  symbols: number,
  fail: Fail,
): { readonly table: FseTable; readonly end: number } {
  let at = 8 * start;
  const bits = (count: number): number => {
    const byte = at >> 3;
    if (at + count > 8 * bytes.length) throw fail("a table that is cut");
    const word = bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16);
    return (word >> (at & 7)) & ((1 << count) - 1);
  };
  const log = bits(4) + 5;
  at += 4;
  if (log > mostLog) throw fail(`a table of 2^${log} states, at most 2^${mostLog}`);
  const counts: number[] = [];
  let left = 1 << log;
  while (left > 0 && counts.length < symbols) {
    // A value from 0 to left + 1 takes `width` bits, small values one bit less.
    const width = highestBit(left + 1) + 1;
    const short = (1 << width) - 1 - (left + 1);
    const half = 1 << (width - 1);
    const low = bits(width - 1);
    let value = low;
    if (low < short) at += width - 1;
    else {
      value = bits(width);
      if (value >= half) value -= short;
      at += width;
    }
    counts.push(value - 1);
    left -= Math.abs(value - 1);
    if (value !== 1) continue;
    for (let zeros = 3; zeros === 3; ) {
      zeros = bits(2);
      at += 2;
      for (let i = 0; i < zeros; i++) counts.push(0);
    }
  }
  if (left !== 0 || counts.length > symbols) throw fail("a table whose counts do not fit");
  return { table: fseTable(counts, log), end: (at + 7) >> 3 };
}

/** Decoding table of a Huffman code: [2^log]. */
export interface HuffmanTable {
  readonly log: number;
  readonly symbol: Uint8Array;
  readonly bits: Uint8Array;
}

const MOST_LOG = 11;

/** Reads a code's description at `start`; returns also its end. */
export function readHuffmanTable(bytes: Uint8Array, start: number, fail: Fail): { readonly table: HuffmanTable; readonly end: number } {
  const header = bytes[start] ?? 0;
  const direct = header >= 128;
  const count = header - 127;
  const end = start + 1 + (direct ? (count + 1) >> 1 : header);
  if (end > bytes.length) throw fail("a code that is cut");
  const weights = direct
    ? Array.from({ length: count }, (_, i) => (bytes[start + 1 + (i >> 1)] >> (i % 2 === 0 ? 4 : 0)) & 15)
    : packedWeights(bytes.subarray(start + 1, end), fail);
  return { table: huffmanTable(weights, fail), end };
}

/** Two states alternate until one has too few bits left. */
function packedWeights(bytes: Uint8Array, fail: Fail): readonly number[] {
  const { table, end } = readFseTable(bytes, 0, 6, 13, fail);
  const stream = new BackwardBits(bytes.subarray(end), fail);
  const states = [stream.read(table.log), stream.read(table.log)];
  const weights: number[] = [];
  for (let turn = 0; weights.length < 255; turn = 1 - turn) {
    const state = states[turn];
    weights.push(table.symbol[state]);
    if (stream.left < table.bits[state]) {
      weights.push(table.symbol[states[1 - turn]]);
      return weights;
    }
    states[turn] = table.next[state] + stream.read(table.bits[state]);
  }
  throw fail("a code of more than 255 symbols");
}

/** The weight of the last symbol makes the sum a power of two. */
function huffmanTable(given: readonly number[], fail: Fail): HuffmanTable {
  const sum = given.reduce((total, weight) => total + (weight === 0 ? 0 : 1 << (weight - 1)), 0);
  const log = sum === 0 ? 0 : highestBit(sum) + 1;
  const rest = (1 << log) - sum;
  if (sum === 0 || log > MOST_LOG || (rest & (rest - 1)) !== 0 || given.length > 255) throw fail("a code whose weights do not fit");
  const weights = [...given, highestBit(rest) + 1];
  const table = { log, symbol: new Uint8Array(1 << log), bits: new Uint8Array(1 << log) };
  let place = 0;
  for (let weight = 1; weight <= log; weight++) {
    for (const [symbol, own] of weights.entries()) {
      if (own !== weight) continue;
      const cells = 1 << (weight - 1);
      table.symbol.fill(symbol, place, place + cells);
      table.bits.fill(log + 1 - weight, place, place + cells);
      place += cells;
    }
  }
  if (place !== 1 << log) throw fail("a code whose weights do not fit");
  return table;
}

/** Decodes a stream of `into.length` symbols. */
export function readHuffman(bytes: Uint8Array, { log, symbol, bits }: HuffmanTable, into: Uint8Array, fail: Fail): void {
  const stream = new BackwardBits(bytes, fail);
  for (let i = 0; i < into.length; i++) {
    const code = stream.peek(log);
    into[i] = symbol[code];
    stream.left -= bits[code];
    if (stream.left < 0) throw fail("a stream of bits that is too short");
  }
  if (stream.left !== 0) throw fail("a stream of bits that is too long");
}
