/** The shapes of networks whose counts get new prices. Effects: those of the loaders handed in. */
import { byKind, type Experiment, type SampleSet, type Topology } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { modelTopology } from "../../sim/index.js";
import type { Model } from "../engine/study-inputs.js";
import { changedInputs, type Input } from "../inputs.js";

interface ShapeFiles {
  readonly loadModel: (experiment: Experiment) => Promise<Model>;
  readonly loadSamples: (experiment: Experiment) => Promise<SampleSet>;
}

/** Key of everything that decides a network's shape. */
export function shapeKey({ network, precision, workload }: Experiment): string {
  return JSON.stringify([network, precision, workload]);
}

/**
 * The shape of every experiment's network by `shapeKey`; data are only read for NIR files. @throws InputError if a
 * model is not the one with which the counts were made
 */
export async function topologiesOf(
  experiments: readonly Experiment[],
  files: ShapeFiles,
  inputs: readonly Input[],
  database: string,
): Promise<ReadonlyMap<string, Topology>> {
  const topologies = new Map<string, Topology>();
  const data = new Map<string, SampleSet>();
  for (const experiment of experiments) {
    const key = shapeKey(experiment);
    if (topologies.has(key)) continue;
    const { network, hash } = await files.loadModel(experiment);
    const { model } = experiment.network;
    const [change] = changedInputs(inputs, [{ kind: "model", name: model, sha256: hash }]);
    if (change !== undefined)
      throw inputError(
        model,
        `is not the model whose counts are in ${database}: ${change.before} then, ${change.now} now`,
        "name the description beside which that model lies: --base arch.yaml",
      );
    const dataKey = JSON.stringify([experiment.network, experiment.workload]);
    const samples = data.get(dataKey) ?? (await byKind(network, { own: () => null, nir: () => files.loadSamples(experiment) }));
    if (samples !== null) data.set(dataKey, samples);
    topologies.set(key, modelTopology(experiment, network, samples));
  }
  return topologies;
}
