/**
 * An imported network as a chip computes it: populations of leaky or plain integrators and sparse integer weights
 * between them. The NIR import makes it; `graph-engine` runs it.
 */
import type { CountedWeights, Precision, ResetRule, SharedKernel, SparseRows, StoredValues, Topology } from "../../arch/index.js";
import { shiftRound } from "../../base/math/rounding.js";
import type { Requantiser } from "./integer-network.js";
import type { UtteranceRun } from "./utterance.js";

/**
 * One step of a neuron, in its state unit: pre = requantised sum; i = leaked i + pre if the input is filtered, else
 * pre; v = leaked v + i + rest; if v is strictly above `threshold`, the neuron spikes and is reset. i and v saturate at
 * `precision.stateBits`. `leak-rules.ts` computes leaks by `precision.leak`.
 */
export interface GraphCell {
  readonly requantiser: Requantiser;
  /** [neurons] leak of the synaptic current; null: the input is not filtered. */
  readonly keepCurrent: Int32Array | null;
  /** [neurons] leak of the voltage; null: it does not leak. */
  readonly keepVoltage: Int32Array | null;
  /** [neurons] value added in every step, to which the leak decays. */
  readonly rest: Int32Array;
  /** In state units; null: the cell does not spike, its voltage is the output. */
  readonly threshold: number | null;
  /** Spikes report changes of a value; null: a voltage above the threshold spikes. */
  readonly delta: DeltaRule | null;
  /** What subtracting reset rules take off per spike: the threshold, or the least voltage that spikes. */
  readonly loses: number;
  /**
   * Largest payload of a spike. `subtract` takes `loses` off as often as v is above the threshold, at most this often
   * per step; other rules: 1.
   */
  readonly mostSpikes: number;
  /** Lower bound of v, which counts as no saturation; null: only the state word bounds v. */
  readonly lowest: number | null;
  readonly reset: ResetRule;
  /** [neurons] v after a reset to a value; saturates as v does. */
  readonly resetTo: Int32Array;
  /** Steps after a spike in which v keeps its reset value and the neuron sends nothing. */
  readonly refractorySteps: number;
  /**
   * Before every step t > 0 with t mod period = phase, i, v and the remaining refractory steps become 0; null: never.
   */
  readonly restart: { readonly period: number; readonly phase: number } | null;
  /** [neurons] real value of one state unit. */
  readonly unit: Float64Array;
}

/**
 * A neuron that sends changes of its value. v = v + pre if `integrates`, else pre, saturating. value = v + rest, at
 * least 0 if `rectifies`. If |value - told| is at least `threshold`, the neuron sends (value - told) / 2^shift,
 * truncated, at most `most` in size. `told`, which is stored in place of the current, then becomes value; it grows only
 * by the amount sent if `keepsRemainder`, or if the payload was cut to `most`. Such a cell has no leak, reset,
 * refractory steps or restart.
 */
export interface DeltaRule {
  readonly integrates: boolean;
  readonly rectifies: boolean;
  /** Fraction bits of the difference that the payload does not carry. */
  readonly shift: number;
  readonly keepsRemainder: boolean;
  /** Largest size of a payload; a larger one is cut and counts as a saturation. */
  readonly most: number;
}

export type GraphPopulation = { readonly name: string; readonly neurons: number } & (
  | { readonly kind: "input" }
  | { readonly kind: "neurons"; readonly cell: GraphCell }
  /** Sums that leave the network without a neuron, requantised to score units, saturating at SCORE_BITS. */
  | { readonly kind: "readout"; readonly requantiser: Requantiser }
);

/** Rows by source neuron: a spike in step t adds payload × weight to each target in step t + `steps`. */
export interface GraphProjection {
  readonly source: number;
  readonly target: number;
  readonly steps: number;
  /** Index of the topology's projection that contains it; no two parts of one connect the same two neurons. */
  readonly projection: number;
  /** Targets ascend within a row. */
  readonly sparse: SparseRows;
  readonly kernel?: SharedKernel | undefined;
  /** Weights by synapse; those of a kernel as [source channels][target channels of its group][taps]. */
  readonly weights: Int16Array;
}

/** Values that enter the network in a step. */
interface GraphInput {
  readonly population: number;
  /** Index of its first value in a step. */
  readonly first: number;
  /** Largest payload of an event; larger ones are clamped and counted as they enter. */
  readonly limit: number;
  /** Payload of a real value of 1. */
  readonly scale: number;
  /** Payload of a value of 0. */
  readonly offset: number;
}

/** Rows of weights into a population of which quantisation keeps no weight, or one of many. */
export interface LostRows {
  readonly population: string;
  readonly lost: number;
  /** Number of rows with weights. */
  readonly rows: number;
  /** Neuron of the first lost row; for a kernel, the first neuron of the channel. */
  readonly row: number;
  /** Neuron whose row holds the large weight that causes the loss, and the size of that weight in the file. */
  readonly cause: number;
  readonly weight: number;
}

/** Difference between a leak that a chip computes and the file's. */
export interface LeakError {
  /** Node, and name of the leak. */
  readonly leak: string;
  readonly population: string;
  readonly neurons: number;
  /** Share that leaks per step, in the file and by the word, of the neuron with the largest ratio between them. */
  readonly share: number;
  readonly computedShare: number;
  /** Largest error of the word's share, in percent of it. */
  readonly errorPercent: number;
  /** State at the threshold; of a readout, which has none, at the value 1. */
  readonly threshold: number;
  /** Which of the two `threshold` is. */
  readonly reference: "threshold" | "value 1";
  /** What this state loses in a step, exactly and as computed, in the neuron whose loss is farthest off. */
  readonly exactLoss: number;
  readonly loss: number;
  /** Largest error of this loss, in percent of it: with the rounding of the state. */
  readonly lossErrorPercent: number;
  /** Largest state, at most `threshold`, that loses nothing in a step, although the file's leaks; 0: none. */
  readonly idleUpTo: number;
  /** Share that leaks per step, in the file and by the word, of the neuron with this state, which leaks least. */
  readonly idleShare: number;
  readonly idleWord: number;
}

/** A threshold that rounds to 0 and is taken as 1. */
export interface RaisedThreshold {
  readonly population: string;
  /** In the file, and in states before rounding. */
  readonly threshold: number;
  readonly states: number;
}

/** What the integers of a network make of the file's leaks and thresholds. */
export interface RoundedValues {
  readonly leaks: LeakError[];
  readonly raised: RaisedThreshold[];
}

export interface IntegerGraph {
  readonly name: string;
  readonly precision: Precision;
  /** Precision of each population. */
  readonly precisions: readonly Precision[];
  /** A population comes after those that feed it within the same step; inputs are included. */
  readonly populations: readonly GraphPopulation[];
  /** In the order of a step's additions into one accumulator. */
  readonly projections: readonly GraphProjection[];
  /** In the order of their values in a step, one input after the other. */
  readonly inputs: readonly GraphInput[];
  /** Population whose output is scored: spikes, voltages or sums; null if the network has several outputs. */
  readonly scored: number | null;
  readonly topology: Topology;
  /** `weightPlaces`: of the file's weights; zero weights are those after quantisation. */
  readonly counted: CountedWeights;
  readonly stored: StoredValues;
  readonly lostRows: readonly LostRows[];
  readonly leaks: readonly LeakError[];
  readonly raised: readonly RaisedThreshold[];
  /** Content address of the graph, the options and the precision (SHA-256, hex). */
  readonly key: string;
}

export interface GraphRun extends UtteranceRun {
  /** Voltages at the end, in state units, of all populations of neurons in order. */
  readonly voltages: Int32Array;
}

/**
 * [neurons] states of a population after its update in a step; the next step overwrites them. Without a filter,
 * currents are 0.
 */
interface GraphStates {
  readonly voltage: ArrayLike<number>;
  readonly current: ArrayLike<number>;
}

/** Gets the states of every population of neurons in every step. */
export type GraphWatch = (step: number, p: number, states: GraphStates) => void;

/**
 * Runs utterances, each from silent state; `inputs` is [steps][values of all inputs], with payloads within their
 * limits.
 */
export interface GraphEngine {
  run(inputs: Int32Array, watch?: GraphWatch): GraphRun;
}

/** Number of values that enter in a step. */
export function widthOf({ inputs, populations }: Pick<IntegerGraph, "inputs" | "populations">): number {
  return inputs.reduce((sum, { population }) => sum + populations[population].neurons, 0);
}

/** By population, the index of its first value in a step; 0 for populations without input from outside. */
export function firstValues({ inputs, populations }: IntegerGraph): readonly number[] {
  const first = new Array<number>(populations.length).fill(0);
  for (const input of inputs) first[input.population] = input.first;
  return first;
}

/** Number of classes that a run scores. */
export function classesOf(graph: IntegerGraph): number {
  return graph.scored === null ? 0 : graph.populations[graph.scored].neurons;
}

/** Whether neurons with states and sums of 0 keep them so, and send nothing. */
export function restsAlone(population: GraphPopulation): boolean {
  if (population.kind === "input") return true;
  const { bias, shift } = population.kind === "readout" ? population.requantiser : population.cell.requantiser;
  const moves = bias.some((value) => shiftRound(value, shift) !== 0);
  if (moves || population.kind === "readout") return !moves;
  const { rest, threshold, lowest } = population.cell;
  return rest.every((value) => value === 0) && (threshold === null || threshold >= 0) && (lowest === null || lowest <= 0);
}
