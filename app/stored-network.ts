/**
 * The network of a stored point and its inputs: from the files that the study names or, if the search trained it, from
 * the folder of its networks. Effects: reads files.
 */
import type { Experiment, SampleSet } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { modelsBeside, networksBeside, otherBuild, type Store } from "../sweeps/index.js";
import { recordedHeldOut } from "../training/index.js";
import { type CellPlugins, type LoadedModel, loadModel, samplesFor } from "./inputs.js";
import { type Provenance, revisionText } from "./provenance.js";
import { besideOf, readBeside } from "./stored.js";
import { TrainingFiles } from "./training-files.js";

interface NetworkAndSamples {
  readonly model: LoadedModel;
  readonly samples: SampleSet;
}

/** Loads both, for the point's experiment. */
export type LoadPoint = (experiment: Experiment) => Promise<NetworkAndSamples>;

/**
 * The network that a search trained for a stored point; it reads the database now, and the network when it is asked
 * for.
 *
 * @throws InputError, when asked, if the point has no result, or its network is lost
 */
export function trainedNetwork(store: Store, id: number): () => LoadedModel {
  const { file: database } = store;
  const key = store.result(id)?.provenance.modelHash ?? null;
  const networks = networksBeside(store);
  const by = trainedBy(store);
  return () => {
    const made = key === null ? null : networks.read(key);
    if (key === null || made === null)
      throw inputError(
        database,
        key === null ? `point ${id} has no result, and so no network` : `the network of point ${id} is not in ${modelsBeside(database)}`,
        key === null
          ? `list points with one: snn-dse pareto ${shellWord(database)}`
          : `put the folder of the sweep beside its database, or train it again: snn-dse reproduce ${shellWord(database)} ${id}${by}`,
      );
    return { ...made, heldOut: recordedHeldOut(made.record), hash: key, path: `${key}.safetensors`, warnings: [] };
  };
}

/** Which program trained the networks of a study, if it is not this one, whose training may give others; or empty. */
function trainedBy(store: Store): string {
  if (otherBuild(store.study()?.inputs ?? []).length === 0) return "";
  const { version = "", gitHash = null, gitDirty = null } = (store.provenance() ?? {}) as Partial<Provenance>;
  const revision = revisionText({ gitHash, gitDirty });
  const name = [`snn-dse ${version}`.trim(), ...(revision === "" ? [] : [`git ${revision}`])].join(", ");
  return `; if the point is not reproduced, this version trains other networks: use the one that searched (${name})`;
}

/** @param base the description to which paths of models and data are relative; null: the database's folder */
export function loadPoint(store: Store, id: number, base: string | null, plugins: CellPlugins): LoadPoint {
  const file = besideOf(base, store.file);
  const trained = trainedNetwork(store, id); // the store may be closed when the point is loaded
  return (experiment) =>
    readBeside(base, store.file, async () => {
      if (experiment.network.training === null) {
        const model = await loadModel(experiment, file, plugins);
        return { model, samples: await samplesFor(model, experiment, file) };
      }
      return { model: trained(), samples: await new TrainingFiles(file).samples(experiment) };
    });
}
