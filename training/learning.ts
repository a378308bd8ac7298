/**
 * The arrays that the optimiser moves, and how they become the network that learners see: they are its weights, or
 * masters on a chip's grid.
 */
import { cellOf } from "../arch/index.js";
import { powerOfTwo } from "../base/math.js";
import { type Adam, adamStep, createAdam } from "./adam.js";
import { learningOf, prunes, type TrainingConfig } from "./config.js";
import { absorb } from "./observation.js";
import { mean, type ShardResult } from "./parallel/shard.js";
import { type LearningState, trainableArrays } from "./parameters.js";
import { hiddenMatrices, keepZeros } from "./pruning.js";
import type { StepResult } from "./step.js";

export interface Learning {
  /** The network that learners see, valid after `prepare`. */
  readonly state: LearningState;
  readonly adam: Adam;
  /** True if batch norm is folded and frozen. */
  readonly folded: boolean;
  /** Arrays of a checkpoint besides Adam's moments and the ranges, in order. */
  readonly arrays: readonly Float32Array[];
  /** Matrices whose weights stay 0 once they are. */
  readonly pruned: readonly Float32Array[];
  /** Updates `state` from the arrays. */
  prepare(): void;
  /** Reads the network as it would be if training ended now; afterwards `state` must be prepared again. */
  finished<Read>(read: (state: LearningState) => Read): Read;
  /** Makes one step from the results of a batch. */
  take(results: readonly ShardResult[], rate: number): Pick<StepResult, "loss" | "penalty">;
}

/** Whether the `k`-th parameter per neuron is learned. */
export const isLearned = (config: TrainingConfig, k: number): boolean =>
  learningOf(config, cellOf(config.network.system).perNeuron[k]).learned;

/** Whether some leak is learned: a learned leak may start at 1, which is no leak. */
export const learnsLeaks = (config: TrainingConfig): boolean =>
  cellOf(config.network.system).perNeuron.some(({ kind }, k) => kind === "leak" && isLearned(config, k));

/** A learned theta stays at least this far below the value that silences every spike. */
const THETA_MARGIN = 1 / 128;

/** Arrays that do not count in the clipping norm: each of their numbers gathers the gradients of a whole layer. */
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

/** Learning of real weights: the optimiser moves the weights; batch norm and ranges follow the batches. */
export function plainLearning(config: TrainingConfig, state: LearningState): Learning {
  const parameters = trainableArrays(state);
  const adam = createAdam(parameters);
  /** A parameter per neuron that is not learned has no gradient. */
  const fixed = new Set(state.layers.flatMap(({ perNeuron }) => perNeuron.filter((_, k) => !isLearned(config, k))));
  const pruned = prunes(config) ? hiddenMatrices(state) : [];
  return {
    state,
    adam,
    folded: false,
    pruned,
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
      const before = pruned.map((matrix) => matrix.slice());
      adamStep(adam, parameters, gradients, rate, config.training.clipNorm, unclipped(state));
      pruned.forEach((matrix, k) => {
        keepZeros(matrix, before[k]);
      });
      keepBounds(config, state);
      return step;
    },
  };
}
