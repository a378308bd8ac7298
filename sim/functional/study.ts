/**
 * Accuracy against precision: one width at a time, one layer's weights at a time, and the smallest widths that keep an accuracy.
 * Post-training: the float network stays as it is. The smallest precision is chosen on the same utterances that score it: check it on others.
 * Throws: InputError for samples without labels, and for widths that the network does not have.
 */
import { inputError, type Precision, type Samples } from "../../arch/index.js";
import type { EncodedInput } from "./encoded-samples.js";
import { multiplicationsPerFrame } from "./operations.js";
import { runOn } from "./run.js";
import { isLabelled, type Runnable } from "./runnable.js";

/** Widths a study can turn. `spike_bits` requantises the network's spikes, keeping range and threshold. */
export type StudyAxis = "weight_bits" | "state_bits" | "spike_bits" | "accumulator_bits" | "lut_bits" | "gate_bits";
export const STUDY_AXES: readonly StudyAxis[] = ["weight_bits", "state_bits", "spike_bits", "accumulator_bits", "lut_bits", "gate_bits"];

export interface StudyRow {
  readonly axis: StudyAxis;
  readonly bits: number;
  /** Population whose weights alone have `bits`; null: all of them. */
  readonly layer: string | null;
  readonly correct: number;
  readonly scored: number;
  readonly accuracyPercent: number;
  readonly multiplicationsPerFrame: number;
  readonly accumulatorOverflows: number;
  readonly stateSaturations: number;
}

/** A network on some utterances, to be run at many precisions. */
export interface StudyWork {
  readonly name: string;
  /** At a precision; `weightBits`: of the weights into a population, where they differ from the precision's. */
  readonly at: (precision: Precision, weightBits: ReadonlyMap<string, number>) => Runnable;
  /** Populations with weights into them. */
  readonly layers: readonly string[];
  /** Widths that change what it does. */
  readonly axes: readonly StudyAxis[];
  /** Largest spike of the network as it was trained; null where `spike_bits` is no axis. */
  readonly trainedSpikeBits: number | null;
  readonly samples: Samples;
  readonly utterances: Uint32Array;
  readonly input: EncodedInput;
}

const EVERYWHERE: ReadonlyMap<string, number> = new Map();

/** Rows for every width of `bits` on `axis`, the other widths as in `base`. */
export function accuracyByBits(work: StudyWork, base: Precision, axis: StudyAxis, bits: readonly number[]): StudyRow[] {
  if (!work.axes.includes(axis)) {
    throw inputError("precision", `${axis} changes nothing in ${work.name}`, `it has ${work.axes.join(", ")}`, axis);
  }
  return bits.map((width) => evaluate(work, work.at(withBits(base, axis, width), EVERYWHERE), axis, width, null));
}

/** Rows with the weights of one layer at a time (the readout last) at each width of `bits`, all others at `base.weightBits`. */
export function layerSensitivities(work: StudyWork, base: Precision, bits: readonly number[]): StudyRow[] {
  return work.layers.flatMap((layer) =>
    bits.map((width) => evaluate(work, work.at(base, new Map([[layer, width]])), "weight_bits", width, layer)),
  );
}

export interface SmallestPrecision {
  readonly precision: Precision;
  readonly accuracyPercent: number;
  /** Every width tried, in order. */
  readonly tried: readonly (StudyRow & { readonly kept: boolean })[];
}

/** Narrowest widths that were tried, by axis. */
const NARROWEST: { readonly [axis in StudyAxis]: number } = {
  weight_bits: 2,
  state_bits: 8,
  spike_bits: 2,
  accumulator_bits: 12,
  lut_bits: 2,
  gate_bits: 2,
};

/**
 * Narrows `axes` one after the other from `base`, bit by bit, while accuracy stays at or above `accuracyPercent`. Greedy: an earlier axis
 * may use up what a later one could have had. Throws: InputError where `base` itself does not reach it.
 */
export function smallestPrecision(
  work: StudyWork,
  base: Precision,
  axes: readonly StudyAxis[],
  accuracyPercent: number,
): SmallestPrecision {
  let precision = base;
  let best = evaluate(work, work.at(base, EVERYWHERE), "weight_bits", base.weightBits, null);
  if (best.accuracyPercent < accuracyPercent) {
    throw inputError(
      "precision",
      `the starting precision reaches ${best.accuracyPercent} %, ${accuracyPercent} % was asked`,
      "start from wider widths, or ask for less",
    );
  }
  const tried: (StudyRow & { kept: boolean })[] = [];
  for (const axis of axes.filter((one) => work.axes.includes(one))) {
    for (let bits = bitsOf(work, precision, axis) - 1; bits >= NARROWEST[axis]; bits--) {
      const next = withBits(precision, axis, bits);
      const row = evaluate(work, work.at(next, EVERYWHERE), axis, bits, null);
      const kept = row.accuracyPercent >= accuracyPercent;
      tried.push({ ...row, kept });
      if (!kept) break;
      precision = next;
      best = row;
    }
  }
  return { precision, accuracyPercent: best.accuracyPercent, tried };
}

function bitsOf(work: StudyWork, precision: Precision, axis: StudyAxis): number {
  return precision[FIELD[axis]] ?? work.trainedSpikeBits ?? 0;
}

const FIELD = {
  weight_bits: "weightBits",
  state_bits: "stateBits",
  spike_bits: "spikeBits",
  accumulator_bits: "accumulatorBits",
  lut_bits: "lutBits",
  gate_bits: "gateBits",
} as const;

/** A narrower state word keeps its range and loses its finest bits; only when there are none left does the range shrink. */
function withBits(precision: Precision, axis: StudyAxis, bits: number): Precision {
  if (axis !== "state_bits") return { ...precision, [FIELD[axis]]: bits };
  return { ...precision, stateBits: bits, stateFractionBits: Math.max(0, precision.stateFractionBits + bits - precision.stateBits) };
}

function evaluate(work: StudyWork, runnable: Runnable, axis: StudyAxis, bits: number, layer: string | null): StudyRow {
  if (!isLabelled(work.samples)) {
    throw inputError(work.samples.name, "has no labels, so there is no accuracy to study", "name them: workload.labels", "workload.labels");
  }
  const options = { utterances: work.utterances, traced: new Uint32Array(), engine: "fast" } as const;
  const { correct, scored, operations } = runOn(runnable, work.samples, options, work.input);
  if (scored === 0) throw inputError(work.samples.name, "none of the utterances chosen has a label", "take more: workload.samples");
  return {
    axis,
    bits,
    layer,
    correct,
    scored,
    accuracyPercent: (100 * correct) / scored,
    multiplicationsPerFrame: multiplicationsPerFrame(operations, runnable),
    accumulatorOverflows: operations.accumulatorOverflows,
    stateSaturations: operations.stateSaturations,
  };
}
