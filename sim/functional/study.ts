/**
 * Accuracy against precision: varies one width at a time, everywhere or in one population, and finds the smallest
 * widths that keep an accuracy. Quantisation is post-training: the float network does not change. The smallest
 * precision is chosen on the study's utterances, so it is also scored on others.
 * Throws: InputError for samples without labels, and for widths that the network does not have.
 */

import { type LayerWidths, multiplicationsPerFrame, ownWidths, type Precision, type SampleSet, spikeBitsOf } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { type Interval, wilson } from "../../base/wilson.js";
import type { EncodedInput } from "./encoded-samples.js";
import { NONE_OWN, type OwnPrecisions } from "./own-precision.js";
import { runOn } from "./run.js";
import { isLabelled, type Runnable } from "./runnable.js";
import { storageBits } from "./storage.js";
import { independentSamples } from "./utterance-errors.js";

/** Widths that a study can vary. `spike_bits` requantises the network's spikes; their range and threshold stay. */
export type StudyAxis = "weight_bits" | "state_bits" | "spike_bits" | "accumulator_bits" | "lut_bits" | "gate_bits";
/** In order of memory, the most expensive first. */
export const STUDY_AXES: readonly StudyAxis[] = ["weight_bits", "state_bits", "spike_bits", "accumulator_bits", "lut_bits", "gate_bits"];

/** Widths tried by default. */
export const STUDY_DEFAULT_BITS: { readonly [axis in StudyAxis]: readonly number[] } = {
  weight_bits: [2, 3, 4, 5, 6, 8, 16],
  state_bits: [8, 10, 12, 14, 16, 20],
  spike_bits: [2, 3, 4, 5, 6, 8],
  accumulator_bits: [12, 14, 16, 20, 24],
  lut_bits: [2, 3, 4, 6, 8, 10],
  gate_bits: [2, 3, 4, 6, 8, 10],
};

/** Smallest and largest width that a study tries. The simulator also has weights of 1 bit, which are signs. */
export const STUDY_WIDTHS: { readonly [axis in StudyAxis]: readonly [number, number] } = {
  weight_bits: [2, 16],
  state_bits: [8, 24],
  spike_bits: [1, 8],
  accumulator_bits: [12, 32],
  lut_bits: [2, 14],
  gate_bits: [2, 15],
};

/** Accuracy and work of a network at one width of one axis. */
export interface StudyRow {
  /** The width that was changed. */
  readonly axis: StudyAxis;
  /** The width, bits. */
  readonly bits: number;
  /** The only population with this width; null: all populations. */
  readonly layer: string | null;
  /**
   * `precision.state_fraction_bits`, of the layer if there is one: states of another width keep their range, and lose
   * or gain their finest bits.
   */
  readonly stateFractionBits: number;
  /** Correctly classified utterances, or frames. */
  readonly correct: number;
  /** Classified utterances, or frames. */
  readonly scored: number;
  /** 100 × `correct` / `scored`. */
  readonly accuracyPercent: number;
  /** 90 % confidence interval of the accuracy; frames count as fewer samples, because they depend on each other. */
  readonly interval: Interval;
  /** Bits that a chip stores for the network. */
  readonly storageBits: number;
  /** Mean over the frames of all utterances. */
  readonly multiplicationsPerFrame: number;
  /** Sums that left the accumulator's range, over all utterances. */
  readonly accumulatorOverflows: number;
  /** States that were clamped to their range, over all utterances. */
  readonly stateSaturations: number;
}

/** A network on some utterances, ready to run at many precisions. */
export interface StudyWork {
  readonly name: string;
  /** The network at a precision, with other widths in some populations. */
  readonly at: (precision: Precision, own: OwnPrecisions) => Runnable;
  /**
   * Populations that a description can give the width for themselves: those with weights into them, with states or with
   * spikes. Empty if all populations share the width.
   */
  readonly layersOf: (axis: StudyAxis) => readonly string[];
  /** Widths that change the result. */
  readonly axes: readonly StudyAxis[];
  /** Spike widths of the trained network, by population; empty if `spike_bits` is no axis. */
  readonly trainedSpikeBits: ReadonlyMap<string, number>;
  readonly samples: SampleSet;
  readonly utterances: Uint32Array;
  readonly input: EncodedInput;
  /** Called after each utterance of each row. */
  readonly onUtterance: (row: Pick<StudyRow, "axis" | "bits" | "layer">, done: number, total: number) => void;
}

/** Rows for every width of `bits` on `axis`; the other widths are those of `base`. */
export function accuracyByBits(work: StudyWork, base: Precision, axis: StudyAxis, bits: readonly number[]): StudyRow[] {
  if (!work.axes.includes(axis)) {
    throw inputError("precision", `${axis} changes nothing in ${work.name}`, `it has ${work.axes.join(", ")}`, axis);
  }
  return bits.map((width) => {
    const precision = withBits(base, axis, width);
    return evaluate(work, precision, { axis, bits: width });
  });
}

/** Those widths that a single population can have: hardware is built for the network's. */
export function widthsOfOne(base: Precision, axis: StudyAxis, bits: readonly number[]): readonly number[] {
  const built = base[FIELD[axis]];
  return built === null ? bits : bits.filter((width) => width <= built);
}

/**
 * Rows with one population at a time at each width of `bits`, all others at `base`. Throws: InputError for a width that
 * all populations share.
 */
export function layerSensitivities(work: StudyWork, base: Precision, axis: StudyAxis, bits: readonly number[]): StudyRow[] {
  const layers = work.layersOf(axis);
  if (layers.length === 0)
    throw inputError(
      "precision",
      `all layers of ${work.name} share ${axis}`,
      "one layer at a time: weight_bits, state_bits, spike_bits, accumulator_bits",
      axis,
    );
  return layers.flatMap((layer) =>
    bits.map((width) => {
      const precision = withBits({ ...base, ...ownWidths(base, layer) }, axis, width);
      return evaluate(work, precision, { axis, bits: width }, { layer, base });
    }),
  );
}

export interface SmallestPrecision {
  readonly precision: Precision;
  /** At the smallest precision, on the utterances with which it was chosen. */
  readonly accuracyPercent: number;
  readonly interval: Interval;
  readonly storageBits: number;
  /** Storage at the precision with which the search began. */
  readonly startStorageBits: number;
  /** At the smallest precision, on utterances that the search has not used; null if there are no others. */
  readonly heldOut: { readonly utterances: number; readonly accuracyPercent: number; readonly interval: Interval } | null;
  /** Every width tried, in order. */
  readonly tried: readonly (StudyRow & { readonly kept: boolean })[];
}

/** Narrowest width that is tried, by axis. */
const NARROWEST: { readonly [axis in StudyAxis]: number } = {
  weight_bits: 2,
  state_bits: 8,
  spike_bits: 2,
  accumulator_bits: 12,
  lut_bits: 2,
  gate_bits: 2,
};

/**
 * Widths that may fail before the search on an axis stops: accuracy does not fall evenly with the bits, so a narrower
 * width may pass again.
 */
const FAILURES_AN_AXIS = 2;

/**
 * Narrows `axes` one after the other from `base` while accuracy is at least `accuracyPercent`, and repeats this until
 * none can be narrowed: at the end, one or two bits less on any axis fail. Greedy: an early axis may use up accuracy
 * that a later axis needs.
 * Throws: InputError if `base` itself does not reach the accuracy.
 */
export function smallestPrecision(
  work: StudyWork,
  base: Precision,
  axes: readonly StudyAxis[],
  accuracyPercent: number,
): SmallestPrecision {
  const start = evaluate(work, base, { axis: "weight_bits", bits: base.weightBits });
  if (start.accuracyPercent < accuracyPercent) {
    throw inputError(
      "precision",
      `the starting precision reaches ${Number(start.accuracyPercent.toPrecision(4))} %, ${accuracyPercent} % was asked`,
      "start from wider widths, or ask for less",
    );
  }
  const known = new Map<string, StudyRow>();
  const tried: (StudyRow & { kept: boolean })[] = [];
  const scored = (next: Precision, axis: StudyAxis, bits: number): StudyRow => {
    const key = JSON.stringify(next);
    const row = known.get(key) ?? evaluate(work, next, { axis, bits });
    if (!known.has(key)) tried.push({ ...row, kept: row.accuracyPercent >= accuracyPercent });
    known.set(key, row);
    return row;
  };
  let precision = base;
  let best = start;
  const narrowed = (axis: StudyAxis): boolean => {
    const from = precision;
    let failures = 0;
    for (let bits = bitsOf(work, from, axis) - 1; bits >= NARROWEST[axis] && failures < FAILURES_AN_AXIS; bits--) {
      const next = axis === "spike_bits" ? withSpikesAtMost(work, from, bits) : withBits(from, axis, bits);
      const row = scored(next, axis, bits);
      if (row.accuracyPercent >= accuracyPercent) {
        [precision, best, failures] = [next, row, 0];
      } else failures++;
    }
    return precision !== from;
  };
  const open = axes.filter((one) => work.axes.includes(one));
  for (let moved = true; moved; ) moved = open.map(narrowed).some((one) => one);
  return {
    precision,
    accuracyPercent: best.accuracyPercent,
    interval: best.interval,
    storageBits: best.storageBits,
    startStorageBits: start.storageBits,
    heldOut: heldOut(work, precision),
    tried,
  };
}

/** Largest number of utterances that score the chosen precision. */
const MOST_HELD_OUT = 10_000;

/** Whether the utterance, or one of its frames, has a class. */
function isScored({ task, labels, frameStart }: SampleSet, u: number): boolean {
  return task === "sequence" ? labels[u] >= 0 : labels.subarray(frameStart[u], frameStart[u + 1]).some((label) => label >= 0);
}

/** Number of the study's utterances that have a class: those of every accuracy. */
export const scoredOf = ({ samples, utterances }: StudyWork): number => utterances.filter((u) => isScored(samples, u)).length;

function heldOut(work: StudyWork, precision: Precision): SmallestPrecision["heldOut"] {
  const seen = new Set(work.utterances);
  const all = Array.from({ length: work.samples.frameStart.length - 1 }, (_, u) => u);
  const others = all.filter((u) => !seen.has(u) && isScored(work.samples, u)).slice(0, MOST_HELD_OUT);
  if (others.length === 0) return null;
  const unseen = { ...work, utterances: Uint32Array.from(others) };
  const { accuracyPercent, interval } = evaluate(unseen, precision, { axis: "weight_bits", bits: precision.weightBits });
  return { utterances: others.length, accuracyPercent, interval };
}

/** The width from which a search narrows an axis: the widest of the populations' spikes. */
function bitsOf(work: StudyWork, precision: Precision, axis: StudyAxis): number {
  return axis === "spike_bits" ? Math.max(...spikeWidths(work, precision).values()) : precision[FIELD[axis]];
}

/** Spike width of each population at `precision`. */
function spikeWidths({ trainedSpikeBits }: StudyWork, precision: Precision): ReadonlyMap<string, number> {
  return new Map([...trainedSpikeBits].map(([name, trained]) => [name, spikeBitsOf(precision, name) ?? trained]));
}

/** Populations with wider spikes get `bits`; narrower ones keep their width, in `layers`. */
function withSpikesAtMost(work: StudyWork, precision: Precision, bits: number): Precision {
  const layers = new Map(Object.entries(precision.layers));
  for (const [name, width] of spikeWidths(work, precision)) {
    const { spikeBits: _, ...others } = ownWidths(precision, name);
    const own = width < bits ? { ...others, spikeBits: width } : others;
    if (Object.keys(own).length > 0) layers.set(name, own);
    else layers.delete(name);
  }
  return { ...precision, spikeBits: bits, layers: Object.fromEntries(layers) };
}

const FIELD = {
  weight_bits: "weightBits",
  state_bits: "stateBits",
  spike_bits: "spikeBits",
  accumulator_bits: "accumulatorBits",
  lut_bits: "lutBits",
  gate_bits: "gateBits",
} as const;

/** A narrower state word keeps its range and loses its finest bits; its range shrinks only when none are left. */
export function withBits(precision: Precision, axis: StudyAxis, bits: number): Precision {
  const field = FIELD[axis];
  const layers =
    field === "weightBits" || field === "stateBits" || field === "spikeBits" || field === "accumulatorBits"
      ? atMost(precision, field, bits)
      : precision.layers;
  if (axis !== "state_bits") return { ...precision, [field]: bits, layers };
  return {
    ...precision,
    layers,
    stateBits: bits,
    stateFractionBits: Math.max(0, precision.stateFractionBits + bits - precision.stateBits),
  };
}

/** No layer is wider than the hardware; a narrowed state word loses its finest bits. */
function atMost(
  { layers, ...widths }: Precision,
  field: Exclude<keyof LayerWidths, "stateFractionBits">,
  bits: number,
): Precision["layers"] {
  const own = Object.entries(layers).map(([name, layer]): [string, LayerWidths] => {
    const narrowed = { ...layer, ...(layer[field] === undefined ? {} : { [field]: Math.min(bits, layer[field]) }) };
    if (field !== "stateBits" || (layer.stateBits === undefined && layer.stateFractionBits === undefined)) return [name, narrowed];
    const lost = (layer.stateBits ?? widths.stateBits) - (narrowed.stateBits ?? bits);
    return [name, { ...narrowed, stateFractionBits: Math.max(0, (layer.stateFractionBits ?? widths.stateFractionBits) - lost) }];
  });
  return Object.fromEntries(own);
}

/** `alone`: the only layer with this precision, and that of all others. */
function evaluate(
  work: StudyWork,
  precision: Precision,
  { axis, bits }: Pick<StudyRow, "axis" | "bits">,
  alone: { readonly layer: string; readonly base: Precision } | null = null,
): StudyRow {
  if (!isLabelled(work.samples)) {
    throw inputError(work.samples.name, "has no labels, so there is no accuracy to study", "name them: workload.labels", "workload.labels");
  }
  const runnable = alone === null ? work.at(precision, NONE_OWN) : work.at(alone.base, new Map([[alone.layer, precision]]));
  const options = { utterances: work.utterances, traced: new Uint32Array() } as const;
  const layer = alone?.layer ?? null;
  const { correct, scored, operations, errors } = runOn(runnable, work.samples, options, work.input, (done) =>
    work.onUtterance({ axis, bits, layer }, done, work.utterances.length),
  );
  const samples = independentSamples(errors);
  if (samples === null) throw inputError(work.samples.name, "none of the utterances chosen has a label", "take more: workload.samples");
  return {
    axis,
    bits,
    layer,
    stateFractionBits: precision.stateFractionBits,
    correct,
    scored,
    accuracyPercent: (100 * correct) / scored,
    interval: wilson((correct * samples) / scored, samples),
    storageBits: storageBits(runnable.topology, runnable.precisions),
    multiplicationsPerFrame: multiplicationsPerFrame(operations, runnable, work.input.encoding.stepsPerFrame),
    accumulatorOverflows: operations.accumulatorOverflows,
    stateSaturations: operations.stateSaturations,
  };
}
