/** Tables of a cell's gates: sigmoid and tanh on a grid of 2^lutBits entries, in integers of `gateBits`. */

import { roundHalfAway } from "../../base/math/rounding.js";
import { exp, powerOfTwo, tanh } from "../../base/math.js";

/** The sigmoid table covers [-8, 8): outside, sigma is within 3.4e-4 of 0 or 1. */
export const SIGMOID_RANGE = 8;
/** The tanh table covers [-4, 4): outside, tanh is within 6.8e-4 of -1 or 1, a sixth of half an activation step. */
export const TANH_RANGE = 4;
/** log2 of the tanh table's whole range, 2 TANH_RANGE. */
export const TANH_RANGE_BITS = 3;

/** Real value of one step of a table's grid. */
export const tableStep = (range: number, lutBits: number): number => (2 * range) / powerOfTwo(lutBits);

/** sigma(x) on the table's grid, rounded to unsigned `gateBits`; the largest entry is 2^gateBits - 1. */
export function sigmoidTable(lutBits: number, gateBits: number): Uint16Array {
  const entries = powerOfTwo(lutBits);
  const table = new Uint16Array(entries);
  for (let i = 0; i < entries; i++) {
    const x = ((i - entries / 2) * 2 * SIGMOID_RANGE) / entries;
    table[i] = Math.min(powerOfTwo(gateBits) - 1, roundHalfAway(powerOfTwo(gateBits) / (1 + exp(-x))));
  }
  return table;
}

/** tanh(x) on its table's grid, rounded to `gateBits` fraction bits, within +-(2^gateBits - 1). */
export function tanhTable(lutBits: number, gateBits: number): Int16Array {
  const entries = powerOfTwo(lutBits);
  const most = powerOfTwo(gateBits) - 1;
  return Int16Array.from({ length: entries }, (_, i) => {
    const x = ((i - entries / 2) * 2 * TANH_RANGE) / entries;
    return Math.max(-most, Math.min(most, roundHalfAway(powerOfTwo(gateBits) * tanh(x))));
  });
}
