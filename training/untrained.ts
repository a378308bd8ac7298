/** Networks before any training. Pure. */
import { cellOf, type Network, type SampleSet } from "../arch/index.js";
import type { TrainingConfig } from "./config.js";
import { isLearned } from "./learning.js";
import { freeze, initialise } from "./parameters.js";
import type { BaseModel } from "./quantisation/base-model.js";
import { settingsAt } from "./schedule.js";

/** Any leak factor other than 1. */
const LEARNED_LEAK = 0.5;

/** The network with which a training begins: `base`, else one with random weights. */
export const firstNetwork = (
  config: TrainingConfig,
  { inputs, classes, task }: Pick<SampleSet, "inputs" | "classes" | "task">,
  base: BaseModel | null,
): Network => base?.network ?? freeze(config, initialise(config, inputs, classes), settingsAt(config, 0), task);

/**
 * The untrained network with the shape of the trained one. A learned leak counts as a leak even if it starts at 1,
 * which is no leak.
 */
export function untrainedNetwork(
  config: TrainingConfig,
  { inputs, classes, task }: Pick<SampleSet, "inputs" | "classes" | "task">,
): Network {
  const state = initialise(config, inputs, classes);
  cellOf(config.network.system).perNeuron.forEach(({ kind }, k) => {
    if (kind === "leak" && isLearned(config, k)) for (const { perNeuron } of state.layers) perNeuron[k].fill(LEARNED_LEAK);
  });
  return freeze(config, state, settingsAt(config, config.training.epochs - 1), task);
}
