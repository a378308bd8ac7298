/** Integers of a described network, of either kind. Effects: none beyond loading the reader of NIR networks. */
import { byKind, type Experiment, type ModelNetwork, type SampleSet } from "../arch/index.js";
import { quantise, type Runnable, runnableNetwork } from "../sim/functional/index.js";
import { clippedFeatures } from "./clipped-features.js";

/**
 * The network as the chip holds it, and sentences on weights and inputs that its integers lose. The reader
 * of NIR networks, the largest part of a check, is loaded only for a NIR network.
 */
export function integersFor(
  experiment: Experiment,
  network: ModelNetwork,
  data: SampleSet,
): Promise<{ readonly runnable: Runnable; readonly lost: readonly string[] }> {
  return byKind(network, {
    own: async (own) => ({
      runnable: runnableNetwork(quantise(own, experiment.precision)),
      lost: clippedFeatures(data, experiment.workload.encoding),
    }),
    nir: async (nir) => {
      const { runnableOf, runnableWarnings } = await import("./runnable-warnings.js");
      const runnable = runnableOf(experiment, nir, data);
      return { runnable, lost: runnableWarnings(runnable, data, experiment.workload.encoding) };
    },
  });
}
