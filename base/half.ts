/**
 * Half-precision numbers (IEEE 754 binary16) as bit patterns: 1 sign, 5 exponent, 10 fraction bits.
 * Source: IEEE 754-2008, 3.4 and 4.3.1 (round to nearest, ties to even).
 */
import { powerOfTwo } from "./math.js";

const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);

/** The pattern nearest to a single-precision value; beyond 65,504 (rounded) it is infinite. */
export function halfBits(value: number): number {
  word[0] = value;
  const single = bits[0];
  const sign = (single >>> 16) & 0x8000;
  const magnitude = single & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | 0x7c00 | (magnitude > 0x7f800000 ? 0x200 : 0);
  const exponent = magnitude >>> 23;
  if (exponent < 102) return sign;
  // normal halves start at 2^-14; below, the fraction counts units of 2^-24
  const dropped = exponent < 113 ? 126 - exponent : 13;
  const fraction = exponent < 113 ? (magnitude & 0x7fffff) | 0x800000 : magnitude - (112 << 23);
  const kept = fraction >>> dropped;
  const rest = fraction & ((1 << dropped) - 1);
  const middle = 1 << (dropped - 1);
  const up = rest > middle || (rest === middle && (kept & 1) === 1) ? 1 : 0;
  return sign | Math.min(kept + up, 0x7c00);
}

/** The number that a pattern stands for, exactly. */
export function halfValue(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >>> 10) & 0x1f;
  const fraction = pattern & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * powerOfTwo(-24);
  return sign * (1 + fraction / 1024) * powerOfTwo(exponent - 15);
}

/** Rounds to the nearest half-precision number. */
export function roundToHalf(value: number): number {
  return halfValue(halfBits(value));
}
