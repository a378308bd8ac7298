/**
 * What the optimiser moves, and how it becomes the network that learners see: their weights themselves, or masters on a
 * chip's grid.
 */
import { cellOf } from "../arch/index.js";
import { powerOfTwo } from "../base/math.js";
import { type Adam, adamStep, createAdam } from "./adam.js";
import { learningOf, type TrainingConfig } from "./config.js";
import { absorb } from "./observation.js";
import { mean, type ShardResult } from "./parallel/shard.js";
import { type LearningState, trainableArrays } from "./parameters.js";
import type { StepResult } from "./step.js";

export interface Learning {
  /** What learners see, once `prepare` was called. */
  readonly state: LearningState;
  readonly adam: Adam;
  /** Batch norm is folded and frozen. */
  readonly folded: boolean;
  /** What a checkpoint holds besides Adam's moments and the ranges, in order. */
  readonly arrays: readonly Float32Array[];
  /** Brings `state` up to date. */
  prepare(): void;
  /** Reads the network as it would be if learning ended now; `state` is out of date afterwards. */
  finished<Read>(read: (state: LearningState) => Read): Read;
  /** Takes one batch's results in. */
  take(results: readonly ShardResult[], rate: number): Pick<StepResult, "loss" | "penalty">;
}

/** Whether the `k`-th parameter per neuron is learned. */
export const isLearned = (config: TrainingConfig, k: number): boolean =>
  learningOf(config, cellOf(config.network.system).perNeuron[k]).learned;

/** Whether some leak is learned: it may start at 1, which is none. */
export const learnsLeaks = (config: TrainingConfig): boolean =>
  cellOf(config.network.system).perNeuron.some(({ kind }, k) => kind === "leak" && isLearned(config, k));

/** A learned theta stays this far below the one that silences every spike. */
const THETA_MARGIN = 1 / 128;

/** Arrays that stay out of the clipping norm: each number gathers the gradients of a whole layer. */
export const unclipped = ({ thetas }: LearningState): Float32Array[] => (thetas === null ? [] : [thetas]);

/** Keeps parameters per neuron, and learned thresholds, within their bounds. */
export function keepBounds(config: TrainingConfig, state: LearningState): void {
  const { perNeuron } = cellOf(config.network.system);
  for (const layer of state.layers)
    for (const [k, values] of layer.perNeuron.entries())
      for (let i = 0; i < values.length; i++) values[i] = Math.min(perNeuron[k].most, Math.max(0, values[i]));
  const silent = powerOfTwo(config.quantiser.bits - 1) - 1;
  state.thetas?.forEach((theta, l, all) => {
    all[l] = Math.min(silent - THETA_MARGIN, Math.max(0, theta));
  });
}

/** Weights are what the optimiser moves; batch norm and ranges follow the batches. */
export function plainLearning(config: TrainingConfig, state: LearningState): Learning {
  const parameters = trainableArrays(state);
  const adam = createAdam(parameters);
  /** A parameter per neuron that is not learned has no gradient. */
  const fixed = new Set(state.layers.flatMap(({ perNeuron }) => perNeuron.filter((_, k) => !isLearned(config, k))));
  return {
    state,
    adam,
    folded: false,
    arrays: [...parameters, ...[...state.statistics, state.readoutStatistics].flatMap((s) => [s.mean, s.variance])],
    prepare: () => undefined,
    finished: (read) => read(state),
    take(results, rate) {
      absorb(
        state,
        results.map((result) => result.observed),
      );
      const step = mean(results);
      const gradients = step.gradients.map((g, i) => (fixed.has(parameters[i]) ? new Float32Array(g.length) : g));
      adamStep(adam, parameters, gradients, rate, config.training.clipNorm, unclipped(state));
      keepBounds(config, state);
      return step;
    },
  };
}
