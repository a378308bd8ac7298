/**
 * xxHash: checksums within frames of LZ4 (32 bits) and Zstandard (lower half of 64 bits), with the seed 0. Pure.
 * Source: Y. Collet, "xxHash fast digest algorithm" 0.1.1 (github.com/Cyan4973/xxHash/doc/xxhash_spec.md).
 */

const [A, B, C, D, E] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1];

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const left = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** XXH32, a whole number from 0. */
export function xxh32(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  const { length } = bytes;
  let at = 0;
  let hash = E;
  if (length >= 16) {
    const round = (lane: number, from: number): number => Math.imul(left((lane + Math.imul(view.getUint32(from, true), B)) | 0, 13), A);
    let [one, two, three, four] = [(A + B) | 0, B | 0, 0, -A | 0];
    for (; at + 16 <= length; at += 16) {
      one = round(one, at);
      two = round(two, at + 4);
      three = round(three, at + 8);
      four = round(four, at + 12);
    }
    hash = left(one, 1) + left(two, 7) + left(three, 12) + left(four, 18);
  }
  hash = (hash + length) | 0;
  for (; at + 4 <= length; at += 4) hash = Math.imul(left((hash + Math.imul(view.getUint32(at, true), C)) | 0, 17), D);
  for (; at < length; at++) hash = Math.imul(left((hash + Math.imul(bytes[at], E)) | 0, 11), A);
  hash = Math.imul(hash ^ (hash >>> 15), B);
  hash = Math.imul(hash ^ (hash >>> 13), C);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const [A64, B64, C64] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n];
const [D64, E64] = [0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n];
const ONES = 0xffffffffffffffffn;

const left64 = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & ONES;
const round64 = (lane: bigint, input: bigint): bigint => (left64((lane + input * B64) & ONES, 31n) * A64) & ONES;

/**
 * The lower 32 bits of XXH64, a whole number from 0. BigInt takes half the time that `unpackZstd` does
 * for the same bytes; it keeps the steps of the source legible.
 */
export function xxh64Low(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  const { length } = bytes;
  let at = 0;
  let hash = E64;
  if (length >= 32) {
    const lanes = [(A64 + B64) & ONES, B64, 0n, ONES + 1n - A64];
    for (; at + 32 <= length; at += 32)
      for (let lane = 0; lane < 4; lane++) lanes[lane] = round64(lanes[lane], view.getBigUint64(at + 8 * lane, true));
    hash = lanes.reduce((sum, lane, i) => sum + left64(lane, [1n, 7n, 12n, 18n][i]), 0n) & ONES;
    for (const lane of lanes) hash = ((hash ^ round64(0n, lane)) * A64 + D64) & ONES;
  }
  hash = (hash + BigInt(length)) & ONES;
  for (; at + 8 <= length; at += 8) hash = (left64(hash ^ round64(0n, view.getBigUint64(at, true)), 27n) * A64 + D64) & ONES;
  if (at + 4 <= length) {
    hash = (left64(hash ^ ((BigInt(view.getUint32(at, true)) * A64) & ONES), 23n) * B64 + C64) & ONES;
    at += 4;
  }
  for (; at < length; at++) hash = (left64(hash ^ ((BigInt(bytes[at]) * E64) & ONES), 11n) * A64) & ONES;
  hash = ((hash ^ (hash >> 33n)) * B64) & ONES;
  hash = ((hash ^ (hash >> 29n)) * C64) & ONES;
  return Number((hash ^ (hash >> 32n)) & 0xffffffffn);
}
