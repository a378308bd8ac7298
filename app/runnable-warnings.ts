/**
 * Warns of rows of weights in an imported network that quantisation rounds to 0, of leaks that do nothing, of
 * thresholds that round to 0, and of inputs that the words of a file's or a tool's integers cannot hold. `check` loads
 * this file, with the reader of networks, only for NIR files.
 */
import { everyFeature, type InputEncoding, type SampleSet } from "../arch/index.js";
import { roundHalfAway } from "../base/math/rounding.js";
import type { Runnable } from "../sim/functional/index.js";

export { runnableOf } from "../sim/index.js";

export const runnableWarnings = (runnable: Runnable, samples: SampleSet, encoding: InputEncoding): readonly string[] => [
  ...lostWeights(runnable),
  ...idleLeaks(runnable),
  ...raisedThresholds(runnable),
  ...clippedInputs(runnable, samples, encoding),
];

/**
 * One sentence per leak that does nothing in half of the states below the threshold (in a readout, below the value 1),
 * where it is slowest: its word is 0, or what they lose rounds to 0.
 */
function idleLeaks({ name, leaks, precisions, topology }: Runnable): readonly string[] {
  return leaks
    .filter(({ idleUpTo, threshold }) => 2 * idleUpTo >= threshold)
    .map(({ leak, population, threshold, reference, idleUpTo, idleShare, idleWord }) => {
      const { leak: rule } = precisions[topology.populations.findIndex((one) => one.name === population)];
      const keys = [
        ...(idleWord === 0 && rule !== "shift" ? ["gate_bits"] : []),
        ...(idleShare * threshold < 1 || idleWord !== 0 || rule === "shift" ? ["state_fraction_bits", "state_bits"] : []),
      ];
      const reach = idleUpTo === threshold ? `the ${reference} leaks` : `${idleUpTo} leaks, and the ${reference} is ${threshold}`;
      return `${name}: where ${leak} leaks ${Number(idleShare.toPrecision(4))} of a state per step, on the chip no state up to ${reach}: give it more ${keys.map((key) => `precision.${key}`).join(" and ")}`;
    });
}

/** One sentence per population whose threshold rounds to 0. */
const raisedThresholds = ({ name, raised }: Runnable): readonly string[] =>
  raised.map(
    ({ population, threshold, states }) =>
      `${name}: the threshold of ${population}, ${Number(threshold.toPrecision(4))}, is ${Number(states.toPrecision(3))} of a state's unit and becomes 1, ${Number((1 / states).toPrecision(3))} times as high: check the file, or give it more precision.weight_bits`,
  );

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
function clippedInputs({ inputWords }: Pick<Runnable, "inputWords">, samples: SampleSet, { kind, gain }: InputEncoding): readonly string[] {
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
