/** Functional run on a chip whose time feeds back: all utterances run on the cycle engine. */

import type { Experiment, SampleSet, SpikeTrace } from "../arch/index.js";
import { ChipEngine } from "./board/index.js";
import type { Functional, Runnable } from "./functional/index.js";
import { type FunctionalOptions, type FunctionalRun, runOn } from "./functional/index.js";
import { functionOf } from "./functional-key.js";
import { mapNetwork } from "./mapping/index.js";
import { inputOf } from "./model.js";

/** Key of a network on such a chip. `alone`: the key of the network without the chip. */
export function keyOnChip(alone: string, experiment: Experiment): string {
  return `${alone}/${functionOf(experiment)}`;
}

/**
 * `placedBy`: the network's spikes without the chip, which decide the placement. The operations count all spikes that
 * were sent; the chip's counters leave out those that were lost on the way. @throws InfeasibleError if the network does
 * not fit.
 */
export function runOnChip(
  experiment: Experiment,
  runnable: Runnable,
  samples: SampleSet,
  options: FunctionalOptions,
  placedBy: SpikeTrace,
  onUtterance: (done: number) => void,
): Omit<FunctionalRun, "operations"> & Pick<Functional, "operations" | "lostMessages"> {
  const { chip, precision, mapping } = experiment;
  const placement = mapNetwork(runnable.topology, chip, precision, mapping, placedBy);
  const engine = new ChipEngine(chip, placement, precision, runnable);
  const onChip = { ...runnable, key: keyOnChip(runnable.key, experiment), engine: () => engine };
  const run = runOn(onChip, samples, options, inputOf(experiment), onUtterance);
  return { ...run, operations: { ...run.operations, neurobench: null }, lostMessages: engine.lostMessages };
}
