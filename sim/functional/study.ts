/**
 * Accuracy against precision: one width at a time, one layer's weights at a time, and the smallest widths that keep an accuracy.
 * Post-training: the float network stays as it is. The smallest precision is chosen on the same utterances that score it: check it on others.
 */
import { inputError, type Network, type Precision, type Samples } from "../../arch/index.js";
import type { IntegerNetwork } from "./integer-network.js";
import { multiplicationsPerFrame } from "./operations.js";
import { quantise, quantiseLayers } from "./quantise.js";
import { runFunctional } from "./run.js";

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

export interface StudyWork {
  readonly network: Network;
  readonly samples: Samples;
  readonly utterances: Uint32Array;
}

/** Rows for every width of `bits` on `axis`, the other widths as in `base`. */
export function accuracyByBits(work: StudyWork, base: Precision, axis: StudyAxis, bits: readonly number[]): StudyRow[] {
  return bits.map((width) => {
    const { network, precision } = withBits(work.network, base, axis, width);
    return evaluate(work, quantise(network, precision), axis, width, null);
  });
}

/** Rows with the weights of one layer at a time (the readout last) at each width of `bits`, all others at `base.weightBits`. */
export function layerSensitivities(work: StudyWork, base: Precision, bits: readonly number[]): StudyRow[] {
  const names = [...work.network.layers.map((_, index) => `layer${index + 1}`), "readout"];
  return names.flatMap((name, layer) =>
    bits.map((width) => {
      const weightBits = names.map((_, index) => (index === layer ? width : base.weightBits));
      return evaluate(work, quantiseLayers(work.network, base, weightBits), "weight_bits", width, name);
    }),
  );
}

export interface SmallestPrecision {
  readonly precision: Precision;
  readonly spikeBits: number;
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
  let { network } = work;
  let precision = base;
  const start = evaluate(work, quantise(network, base), "weight_bits", base.weightBits, null);
  if (start.accuracyPercent < accuracyPercent) {
    throw inputError(
      "precision",
      `the starting precision reaches ${start.accuracyPercent} %, ${accuracyPercent} % was asked`,
      "start from wider widths, or ask for less",
    );
  }
  let best = start;
  const tried: (StudyRow & { kept: boolean })[] = [];
  for (const axis of axes) {
    for (let bits = bitsOf(network, precision, axis) - 1; bits >= NARROWEST[axis]; bits--) {
      const next = withBits(network, precision, axis, bits);
      const row = evaluate({ ...work, network: next.network }, quantise(next.network, next.precision), axis, bits, null);
      const kept = row.accuracyPercent >= accuracyPercent;
      tried.push({ ...row, kept });
      if (!kept) break;
      network = next.network;
      precision = next.precision;
      best = row;
    }
  }
  return { precision, spikeBits: bitsOf(network, precision, "spike_bits"), accuracyPercent: best.accuracyPercent, tried };
}

function bitsOf(network: Network, precision: Precision, axis: StudyAxis): number {
  if (axis === "spike_bits") return Math.max(...network.layers.map((layer) => layer.quantiser?.bits ?? 0));
  return precision[FIELD[axis]];
}

const FIELD = {
  weight_bits: "weightBits",
  state_bits: "stateBits",
  accumulator_bits: "accumulatorBits",
  lut_bits: "lutBits",
  gate_bits: "gateBits",
} as const;

/** A narrower state word keeps its range and loses its finest bits; only when there are none left does the range shrink. */
function withBits(network: Network, precision: Precision, axis: StudyAxis, bits: number): { network: Network; precision: Precision } {
  if (axis === "spike_bits") return { network: withSpikeBits(network, bits), precision };
  if (axis === "state_bits") {
    const stateFractionBits = Math.max(0, precision.stateFractionBits + bits - precision.stateBits);
    return { network, precision: { ...precision, stateBits: bits, stateFractionBits } };
  }
  return { network, precision: { ...precision, [FIELD[axis]]: bits } };
}

/** The network with all spikes at `bits`: ranges stay, thresholds keep their share of the range. */
export function withSpikeBits(network: Network, bits: number): Network {
  const change = <Q extends Network["encoder"]>(quantiser: Q): Q => {
    if (quantiser === null) return quantiser;
    const theta = Math.min(Math.round(quantiser.theta * 2 ** (bits - quantiser.bits)), Math.max(0, 2 ** (bits - 1) - 2));
    return { ...quantiser, bits, theta };
  };
  return {
    ...network,
    encoder: change(network.encoder),
    layers: network.layers.map((layer) => ({ ...layer, quantiser: change(layer.quantiser) })),
  };
}

function evaluate(work: StudyWork, integer: IntegerNetwork, axis: StudyAxis, bits: number, layer: string | null): StudyRow {
  const options = { utterances: work.utterances, traced: new Uint32Array(), engine: "fast" } as const;
  const { correct, scored, operations } = runFunctional(integer, work.samples, options);
  return {
    axis,
    bits,
    layer,
    correct,
    scored,
    accuracyPercent: scored === 0 ? 0 : (100 * correct) / scored,
    multiplicationsPerFrame: multiplicationsPerFrame(operations, integer),
    accumulatorOverflows: operations.accumulatorOverflows,
    stateSaturations: operations.stateSaturations,
  };
}
