/**
 * An imported network as a chip computes it: populations of leaky or plain integrators and sparse integer weights
 * between them, one precision. Made by the NIR import, run by `graph-reference` and `graph-engine`.
 */
import type { Precision, ResetRule, SharedKernel, SparseRows, Topology } from "../../arch/index.js";
import { shiftRound } from "../../base/math/rounding.js";
import type { Requantiser } from "./integer-network.js";
import type { UtteranceRun } from "./utterance.js";

/**
 * One step of a neuron, in its state unit: pre = requantised sum; i = leaked i + pre where the input is filtered, else
 * pre; v = leaked v + i + rest; it spikes strictly above `threshold` and is reset. i and v saturate at
 * `precision.stateBits`. What a leak keeps is `leak-rules.ts`' by `precision.leak`.
 */
export interface GraphCell {
  readonly requantiser: Requantiser;
  /** [neurons] leak of the synaptic current; null: the input is not filtered. */
  readonly keepCurrent: Int32Array | null;
  /** [neurons] leak of the voltage; null: it does not leak. */
  readonly keepVoltage: Int32Array | null;
  /** [neurons] added in every step: what the leak pulls towards. */
  readonly rest: Int32Array;
  /** State units; null: the cell does not spike, its voltage goes out. */
  readonly threshold: number | null;
  /** Spikes are changes of a value; null: they are of a voltage above the threshold. */
  readonly delta: DeltaRule | null;
  /** What a spike takes off by the rules of subtraction: the threshold, or the least voltage that spikes. */
  readonly loses: number;
  /**
   * Largest payload of a spike: by `subtract`, `loses` goes off as often as v is above the threshold, up to so often in
   * a step; 1 by all other rules.
   */
  readonly mostSpikes: number;
  /** v is never below this, which no saturation is counted for; null: nothing but its word bounds it. */
  readonly lowest: number | null;
  readonly reset: ResetRule;
  readonly resetTo: Int32Array;
  /** Steps after a spike in which v stays as the reset left it and nothing is sent. */
  readonly refractorySteps: number;
  /**
   * i, v and what is left of a refractory pause are 0 before every step t > 0 with t mod period = phase; null: never.
   */
  readonly restart: { readonly period: number; readonly phase: number } | null;
  /** [neurons] real value of one state unit. */
  readonly unit: Float64Array;
}

/**
 * A neuron that sends by how much its value changed: v = v + pre where it integrates, else pre, saturating; value = v +
 * rest, of a rectified one at least 0; if value - told is at least `threshold` in size, it sends the difference /
 * 2^shift, cut down and to at most `most` in size, and `told`, which lies in the current's place, becomes value, or
 * grows by what was sent: where the remainder is kept, and where the payload did not hold the difference. Such a cell
 * has no leak, reset, pause or restart.
 */
export interface DeltaRule {
  readonly integrates: boolean;
  readonly rectifies: boolean;
  /** Fraction bits of a difference that its payload leaves out. */
  readonly shift: number;
  readonly keepsRemainder: boolean;
  /** Largest size of a payload; one that is cut counts as a saturation. */
  readonly most: number;
}

export type GraphPopulation = { readonly name: string; readonly neurons: number } & (
  | { readonly kind: "input" }
  | { readonly kind: "neurons"; readonly cell: GraphCell }
  /** Sums that leave the network without a neuron: requantised to score units, saturating at SCORE_BITS. */
  | { readonly kind: "readout"; readonly requantiser: Requantiser }
);

/** Rows by source neuron: its spike of step t adds payload times weight to each target in step t + steps. */
export interface GraphProjection {
  readonly source: number;
  readonly target: number;
  readonly steps: number;
  /** Index of the topology's projection that it is part of: those of one source and target differ in steps only. */
  readonly projection: number;
  /** Targets ascend in a row. */
  readonly sparse: SparseRows;
  readonly kernel?: SharedKernel | undefined;
  /** By synapse; of a kernel [source channels][target channels of its group][taps]. */
  readonly weights: Int16Array;
}

/** Values that come into a step from outside, and what they weigh. */
interface GraphInput {
  readonly population: number;
  /** Place of its first value in a step. */
  readonly first: number;
  /** Largest payload of an event; larger ones are clamped and counted where they enter. */
  readonly limit: number;
  /** Real value of a payload of 1. */
  readonly unit: number;
  /** Payload of a value of 0. */
  readonly offset: number;
}

export interface IntegerGraph {
  readonly name: string;
  readonly precision: Precision;
  /** What holds in each population. */
  readonly precisions: readonly Precision[];
  /** A population comes after those that feed it within a step; inputs are among them. */
  readonly populations: readonly GraphPopulation[];
  /** In the order in which a step's additions into one accumulator happen. */
  readonly projections: readonly GraphProjection[];
  /** As their values lie in a step, one input's after the other's. */
  readonly inputs: readonly GraphInput[];
  /** Population whose output is scored: spikes, voltages or sums; null where the network has several outputs. */
  readonly scored: number | null;
  readonly topology: Topology;
  /** Content address of the graph, the options and the precision (SHA-256, hex). */
  readonly key: string;
}

export interface GraphRun extends UtteranceRun {
  /** Voltages at the end, state units, of every population of neurons in order. */
  readonly voltages: Int32Array;
}

/**
 * [neurons] words of a population after its update in a step; they change in the next one. Without a filter, currents
 * are 0.
 */
interface GraphStates {
  readonly voltage: ArrayLike<number>;
  readonly current: ArrayLike<number>;
}

/** Sees the states of population `p`, one of neurons, in every step. */
export type GraphWatch = (step: number, p: number, states: GraphStates) => void;

/** Runs utterances, each from silent state; `inputs` is [steps][values of all inputs], payloads within their limits. */
export interface GraphEngine {
  run(inputs: Int32Array, watch?: GraphWatch): GraphRun;
}

/** Values that come into a step. */
export function widthOf({ inputs, populations }: Pick<IntegerGraph, "inputs" | "populations">): number {
  return inputs.reduce((sum, { population }) => sum + populations[population].neurons, 0);
}

/** By population, the place of its first value in a step; 0 of those that nothing enters. */
export function firstValues({ inputs, populations }: IntegerGraph): readonly number[] {
  const first = new Array<number>(populations.length).fill(0);
  for (const input of inputs) first[input.population] = input.first;
  return first;
}

/** Classes that a run scores. */
export function classesOf(graph: IntegerGraph): number {
  return graph.scored === null ? 0 : graph.populations[graph.scored].neurons;
}

/** Neurons whose states and sums are 0 keep them so, and send nothing. */
export function restsAlone(population: GraphPopulation): boolean {
  if (population.kind === "input") return true;
  const { bias, shift } = population.kind === "readout" ? population.requantiser : population.cell.requantiser;
  const moves = bias.some((value) => shiftRound(value, shift) !== 0);
  if (moves || population.kind === "readout") return !moves;
  const { rest, threshold, lowest } = population.cell;
  return rest.every((value) => value === 0) && (threshold === null || threshold >= 0) && (lowest === null || lowest <= 0);
}
