/**
 * Warns of rows of weights in an imported network that quantisation rounds to 0, and of inputs that the words of a
 * file's or a tool's integers cannot hold. `check` loads this file, with the reader of networks, only for NIR files.
 */
import { everyFeature, type InputEncoding, type SampleSet } from "../arch/index.js";
import { roundHalfAway } from "../base/math/rounding.js";
import type { Runnable } from "../sim/functional/index.js";

export { runnableOf } from "../sim/index.js";

export const runnableWarnings = (runnable: Runnable, samples: SampleSet, encoding: InputEncoding): readonly string[] => [
  ...lostWeights(runnable),
  ...clippedInputs(runnable, samples, encoding),
];

/** One sentence per population with such rows. */
function lostWeights({ name, lostRows, precisions, topology }: Runnable): readonly string[] {
  return lostRows.map(({ population, lost, rows, row, cause, weight }) => {
    const { weightBits } = precisions[topology.populations.findIndex((one) => one.name === population)];
    const culprit = cause === row ? `its largest weight, ${weight}` : `the largest weight of the layer, ${weight} into neuron ${cause}`;
    return `${name}: at ${weightBits} bits ${lost} of ${rows} rows of weights into ${population} become 0, or all of a row but one weight, e.g. that of neuron ${row} beside ${culprit}: check the file, or give it more precision.weight_bits`;
  });
}

/**
 * A sentence per input of which values are clipped, with their number over all samples. Inputs in a unit of their own
 * (`precision.integers: quantised`) and spikes of 1 always fit.
 */
export function clippedInputs(
  { inputWords }: Pick<Runnable, "inputWords">,
  samples: SampleSet,
  { kind, gain }: InputEncoding,
): readonly string[] {
  if (kind !== "direct") return [];
  return inputWords.flatMap(({ name, first, size, limit, unit, offset }) => {
    let [clipped, others, largest] = [0, 0, 0];
    everyFeature(samples, { first, size }, (value) => {
      if (value === 0) return true;
      const exact = (gain * value) / unit + offset;
      const word = roundHalfAway(exact);
      others++;
      if (Math.abs(exact) > limit + 0.5) clipped++;
      if (Math.abs(word) > Math.abs(largest)) largest = word;
      return true;
    });
    if (clipped === 0) return [];
    return [
      `${name}: ${clipped} of ${others} input values that are not 0 exceed ${limit}, the largest payload, and are clipped; the largest is ${largest}: give smaller values, or spread them over steps`,
    ];
  });
}
