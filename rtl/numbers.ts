/** Widths of numbers. */
import { powerOfTwo } from "../base/math.js";

/** Bits of a signed word that holds every value. */
export function signedBits(values: Iterable<number>): number {
  let bits = 2;
  for (const value of values) while (value >= powerOfTwo(bits - 1) || value < -powerOfTwo(bits - 1)) bits++;
  return bits;
}

/** Bits of an unsigned word that holds every value. */
export function unsignedBits(values: Iterable<number>): number {
  let bits = 1;
  for (const value of values) while (value >= powerOfTwo(bits)) bits++;
  return bits;
}

/** Bits of an index over `count` things, at least one bit. */
export const addressBits = (count: number): number => unsignedBits([Math.max(0, count - 1)]);
