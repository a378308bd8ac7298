/**
 * Warnings about a model and the data on which it is scored: that it has learnt them, or that other recordings than at
 * its training normalise their features. Effects: reads data.
 */
import { type Experiment, resolveDataPath } from "../arch/index.js";
import { InputError } from "../base/errors.js";
import { asJson, canonicalJson } from "../base/hash.js";
import {
  DATASETS,
  DEFAULT_FEATURES,
  isLearntHere,
  isNormalisedHere,
  learntOf,
  loadDataset,
  type PartHash,
  prepareDataset,
  recordedData,
  SPIKE_FILE,
} from "../training/index.js";
import type { LoadedModel } from "./inputs.js";

type ScoredModel = Pick<LoadedModel, "path" | "record" | "heldOut">;

/** Data on which a model is scored; `path`: the user's folder or file, null: none is named. */
interface ScoredData {
  readonly set: string;
  readonly path: string | null;
  readonly split: Experiment["workload"]["split"];
}

/** Content hashes of the parts of data sets that a command has read for its warnings, so that models share them. */
export type KnownParts = Map<string, string | null>;

/** One sentence each, which names the model's file; none for data that cannot be read. */
export async function dataWarnings(
  { path: file, record, heldOut }: ScoredModel,
  { set, path, split }: ScoredData,
  known: KnownParts = new Map(),
): Promise<readonly string[]> {
  const features = recordedData(record)?.features ?? DEFAULT_FEATURES;
  await prepareDataset(set);
  const readHash: PartHash = (part) => {
    try {
      return loadDataset(set, { path, split: part }, features).hash;
    } catch (error) {
      if (error instanceof InputError) return null; // who reads the samples hears of it
      throw error;
    }
  };
  const hashOf: PartHash = (part) => {
    const key = canonicalJson(asJson([set, path, features, part]));
    if (!known.has(key)) known.set(key, readHash(part));
    return known.get(key) ?? null;
  };
  const sentences: string[] = [];
  const where = `(split: ${split})`;
  const learnt = heldOut === null ? null : learntOf(heldOut, set, split, hashOf);
  if (learnt === null && split !== "test")
    sentences.push(
      `${file} does not say what it learnt: if that holds the recordings on which it is scored ${where}, its accuracy on others is lower`,
    );
  if (learnt === "yes")
    sentences.push(
      `${file} has learnt the recordings on which it is scored ${where}: its accuracy on others is lower; score it on split: test`,
    );
  if (learnt === "perhaps")
    sentences.push(
      `${file} may have learnt the recordings on which it is scored ${where}: it learnt ${heldOut?.set}, from other files or with recordings that were made; score it on split: test`,
    );
  const isByFolder = isNormalisedHere(set, features) || DATASETS.get(set)?.isNormalised === true;
  if (isByFolder && hashOf("train") !== null && (heldOut === null || !isLearntHere(heldOut, hashOf)))
    sentences.push(
      `${file} does not say what normalised the features that it learnt: here the training recordings${path === null ? "" : ` in ${path}`} do, ${heldOut === null ? "which may be others" : "and it learnt others"}: accuracy and spikes are those of other features; give it the recordings that it learnt, or train it again`,
    );
  return sentences;
}

/** As `dataWarnings`, for the workload of a description; spikes of one's own have no parts. */
export async function workloadWarnings(
  model: ScoredModel,
  { network, workload }: Experiment,
  file: string,
  known?: KnownParts,
): Promise<readonly string[]> {
  const { dataset: set, path, split, inputs } = workload;
  if (network.training !== null || set === SPIKE_FILE || inputs.length > 0) return [];
  return dataWarnings(model, { set, path: path === null ? null : resolveDataPath(path, file), split }, known);
}
