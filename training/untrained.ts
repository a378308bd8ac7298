/** A network as it is before it learns: its shape is that of the one that training ends with. Pure. */
import type { Network, SampleSet } from "../arch/index.js";
import type { TrainingConfig } from "./config.js";
import { freeze, initialise } from "./parameters.js";
import { settingsAt } from "./schedule.js";

export function untrainedNetwork(
  config: TrainingConfig,
  { inputs, classes, task }: Pick<SampleSet, "inputs" | "classes" | "task">,
): Network {
  return freeze(config, initialise(config, inputs, classes), settingsAt(config, config.training.epochs - 1), task);
}
