/**
 * Warns of rows of weights in an imported network that quantisation rounds to 0, of leaks that do nothing, of
 * thresholds that round to 0, and of whole inputs that the words of a chip cannot hold, or only in a unit above 1.
 * `check` loads this file, with the reader of networks, only for NIR files.
 */
import { everyFeature, featureRange, type InputEncoding, type SampleSet } from "../arch/index.js";
import { roundHalfAway } from "../base/math/rounding.js";
import type { Runnable } from "../sim/functional/index.js";
import { clippedFeatures } from "./clipped-features.js";

export { runnableOf } from "../sim/index.js";

export const runnableWarnings = (runnable: Runnable, samples: SampleSet, encoding: InputEncoding): readonly string[] => [
  ...lostWeights(runnable),
  ...idleLeaks(runnable),
  ...raisedThresholds(runnable),
  ...clippedInputs(runnable, samples, encoding),
  ...clippedCodes(runnable, samples, encoding),
  ...clippedFeatures(samples, encoding),
  ...coarseInputs(runnable, samples, encoding),
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
 * (`precision.integers: quantised`) and spikes of 1 always fit. A value of 0 counts where it enters as a word.
 */
function clippedInputs({ inputWords }: Pick<Runnable, "inputWords">, samples: SampleSet, { kind, gain }: InputEncoding): readonly string[] {
  if (kind !== "direct") return [];
  const { frameStart } = samples;
  return inputWords.flatMap(({ name, first, size, limit, scale, offset }) => {
    const exceeds = (exact: number): boolean => Math.abs(exact) > limit + 0.5;
    const larger = (one: number, other: number): number => (Math.abs(one) > Math.abs(other) ? one : other);
    let [clipped, others, largest] = [0, 0, 0];
    everyFeature(samples, { first, size }, (value) => {
      if (value === 0) return true;
      const exact = gain * value * scale + offset;
      others++;
      if (exceeds(exact)) clipped++;
      largest = larger(roundHalfAway(exact), largest);
      return true;
    });
    const values = size * frameStart[frameStart.length - 1];
    const zeros = exceeds(offset) ? values - others : 0;
    if (clipped + zeros === 0) return [];
    const of = exceeds(offset) ? `${values} input values` : `${others} input values that are not 0`;
    const most = zeros > 0 ? larger(largest, roundHalfAway(offset)) : largest;
    return [
      `${name}: ${clipped + zeros} of ${of} exceed ${limit}, the largest payload, and are clipped; the largest is ${most}: give smaller values, or spread them over steps`,
    ];
  });
}

/** A sentence per input of which an encoder can send more than a word holds. */
function clippedCodes(
  { inputWords }: Pick<Runnable, "inputWords">,
  samples: SampleSet,
  { kind, threshold }: InputEncoding,
): readonly string[] {
  if (kind === "direct") return [];
  return inputWords.flatMap(({ name, first, size, limit, scale, offset }) => {
    const [low, high] = featureRange(samples, { first, size });
    const most = kind === "level-crossing" ? Math.floor((high - low) / threshold) : 1;
    const codes = kind === "rate" || kind === "latency" ? [0, most] : [0, most, -most];
    const sizes = codes.map((code) => Math.abs(roundHalfAway(code * scale + offset)));
    const largest = Math.max(...sizes);
    if (largest <= limit) return [];
    const widest = kind === "level-crossing" ? " for a feature that crosses its whole range in one step" : "";
    return [
      `${name}: workload.encoder.kind: ${kind} sends up to ${largest}${widest}, and what exceeds ${limit}, the largest payload, is clipped`,
    ];
  });
}

/** A sentence per input of whole numbers of which one is so large that the others are counted in a unit above 1. */
function coarseInputs({ inputWords }: Pick<Runnable, "inputWords">, samples: SampleSet, { kind, gain }: InputEncoding): readonly string[] {
  if (kind !== "direct") return [];
  return inputWords.flatMap(({ name, first, size, limit, scale }) => {
    const unit = 1 / scale;
    if (scale <= 0 || unit <= 1 || !everyFeature(samples, { first, size }, (value) => Number.isInteger(gain * value))) return [];
    let [rounded, others, largest, sizes, read] = [0, 0, 0, 0, 0];
    everyFeature(samples, { first, size }, (value) => {
      if (value === 0) return true;
      const exact = Math.abs(gain * value);
      const taken = unit * Math.min(limit, roundHalfAway(exact / unit));
      others++;
      if (taken !== exact) rounded++;
      [largest, sizes, read] = [Math.max(largest, exact), sizes + exact, read + taken];
      return true;
    });
    if (rounded === 0) return [];
    const change = 100 * (read / sizes - 1);
    return [
      `${name}: ${largest}, the largest input value, exceeds ${limit}, so all are rounded to multiples of ${unit}: ${rounded} of ${others} input values that are not 0 change, and their sum by ${change < 0 ? "" : "+"}${Number(change.toPrecision(3))} %: give smaller values, or spread them over steps`,
    ];
  });
}
