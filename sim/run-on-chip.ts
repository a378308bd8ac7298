/** The functional run of a chip whose time feeds back: all utterances on the chip, spike by spike with its cycles. */

import type { Experiment, SampleSet, SpikeTrace } from "../arch/index.js";
import { ChipEngine } from "./board/index.js";
import type { Runnable } from "./functional/index.js";
import { type FunctionalOptions, type FunctionalRun, runOn } from "./functional/index.js";
import { functionOf } from "./functional-key.js";
import { mapNetwork } from "./mapping/index.js";
import { inputOf } from "./model.js";
import type { OperationCounts } from "./result.js";

/** Key of a network on such a chip. `alone`: of the network. */
export function keyOnChip(alone: string, experiment: Experiment): string {
  return `${alone}/${functionOf(experiment)}`;
}

/**
 * `placedBy`: the network's spikes without the chip, by which it is placed. Operations are those of the spikes that
 * were sent: what was lost on its way is in no count of the chip, but in these. @throws InfeasibleError when the
 * network does not fit.
 */
export function runOnChip(
  experiment: Experiment,
  runnable: Runnable,
  samples: SampleSet,
  options: FunctionalOptions,
  placedBy: SpikeTrace,
): Omit<FunctionalRun, "operations"> & { readonly operations: OperationCounts } {
  const { chip, precision, mapping } = experiment;
  const placement = mapNetwork(runnable.topology, chip, precision, mapping, placedBy);
  const engine = new ChipEngine(chip, placement, precision, runnable);
  const onChip = { ...runnable, key: keyOnChip(runnable.key, experiment), engine: () => engine };
  const run = runOn(onChip, samples, options, inputOf(experiment));
  return { ...run, operations: { ...run.operations, neurobench: null } };
}
