/**
 * Turns real weights of a gate into the words that a chip stores. Words of two bits or more are signed and symmetric:
 * two bits hold -1, 0 and 1.
 *
 * A word of one bit is a sign, +1 or -1. Its row's step is the mean size of the row's weights, which gives the least
 * squared error (XNOR-Net: Rastegari et al., 2016); a weight of 0 becomes +1. If no weight of the gate is negative, the
 * bit says instead whether there is a synapse: 0 or 1, with the step of the other widths. Pure.
 */
import { type Precision, weightStep } from "../../arch/index.js";
import { roundHalfAway, signedMax } from "../../base/math/rounding.js";

/** Rule by which the rows of one gate become words. */
interface WeightWords {
  /** Real value of a word of 1 in a row; all parts of the row share it. */
  readonly stepOf: (row: readonly Float64Array[]) => number;
  readonly quantise: (real: Float64Array, step: number, out: Int16Array) => void;
}

const signs: WeightWords = {
  stepOf: (row) => {
    const count = row.reduce((sum, { length }) => sum + length, 0);
    const sizes = row.reduce((sum, part) => part.reduce((all, value) => all + Math.abs(value), sum), 0);
    return count === 0 ? 0 : sizes / count;
  },
  quantise: (real, step, out) => {
    for (let i = 0; i < real.length; i++) out[i] = step === 0 ? 0 : real[i] < 0 ? -1 : 1;
  },
};

/** Words of at most `most` in size; a row whose largest weight is 0 has step 0 and stays 0. */
const numbers = (most: number, scale: Precision["weightScale"]): WeightWords => ({
  stepOf: (row) => weightStep(row, most, scale),
  quantise: (real, step, out) => {
    for (let i = 0; i < real.length; i++) out[i] = step === 0 ? 0 : Math.max(-most, Math.min(most, roundHalfAway(real[i] / step)));
  },
});

/** `rows`: all rows of the gate. */
export function weightWords(rows: readonly (readonly Float64Array[])[], { weightBits, weightScale }: Precision): WeightWords {
  if (weightBits > 1) return numbers(signedMax(weightBits), weightScale);
  const hasNegative = rows.some((parts) => parts.some((part) => part.some((value) => value < 0)));
  return hasNegative ? signs : numbers(1, weightScale);
}
