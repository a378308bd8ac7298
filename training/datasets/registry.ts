/** All data sets by name, including those of plug-ins. A new one is a file beside this one and a line here. */

import type { SampleSet, Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { Registry } from "../../base/registry.js";
import type { TrainingConfig } from "../config.js";
import { DEFAULT_FEATURES, type FeatureRecipe } from "../features.js";
import { loadFsdd } from "./fsdd.js";
import { type SearchPart, searchPart } from "./held-out.js";
import { loadJapaneseVowels } from "./japanese-vowels.js";
import { loadLibrispeech } from "./librispeech.js";
import { loadMnist, mnistLevels, type View } from "./mnist.js";
import { loadShd, prepareShd } from "./shd.js";
import { loadSpeechCommands } from "./speech-commands.js";
import type { Split } from "./split.js";
import { loadTimit } from "./timit.js";

export interface DataSet {
  /** One line for lists and for editors. */
  readonly about: string;
  /** True for recordings of sound, from which features are computed; other sets have frames of their own. */
  readonly isSound: boolean;
  /** The reader normalises the features over the training half of the folder, whichever half is read. */
  readonly isNormalised?: true;
  /** The package holds the data, so that `read` needs no path. */
  readonly comesWithPackage?: true;
  /** Prepares the readers that `read` needs. */
  readonly prepare?: () => Promise<void>;
  /** Reads one split; `path`: the user's folder or file, null: data of the package. Throws: `InputError`. */
  readonly read: (path: string | null, split: Split, features: FeatureRecipe) => Samples;
  /** As `read`, in less memory, for a caller who needs no array of all features. */
  readonly readCompact?: (path: string | null, split: Split) => SampleSet;
  /** Reads a part of the training split by the set's own rule; other sets are split by a draw. */
  readonly readPart?: (path: string | null, part: SearchPart, features: FeatureRecipe) => Samples;
}

const frames = (about: string, read: DataSet["read"]): DataSet => ({ about, isSound: false, read });
const sound = (about: string, read: DataSet["read"]): DataSet => ({ about, isSound: true, read });

const mnist = (about: string, view: View): DataSet => ({
  ...frames(`${about}; comes with the package`, (path, split) => loadMnist(view, path, split)),
  comesWithPackage: true,
  readCompact: (path, split) => mnistLevels(view, path, split),
});

const fsdd = (about: string, task: "digits" | "phones"): DataSet => {
  const read = (path: string | null, part: Split | SearchPart, features: FeatureRecipe): Samples => loadFsdd(task, path, part, features);
  return { ...sound(about, read), readPart: read };
};

export const DATASETS = new Registry<DataSet>("data set", {
  "mnist-rows": mnist("handwritten digits, 28 steps of 28 pixels", "rows"),
  "mnist-pixels": mnist("handwritten digits, 784 steps of 1 pixel", "pixels"),
  "mnist-pictures": mnist("handwritten digits, 1 step of 784 pixels", "pictures"),
  "fsdd-digits": fsdd("spoken digits", "digits"),
  "fsdd-phones": fsdd("phone frames of spoken digits; needs fsdd-phones.tsv", "phones"),
  timit: sound("phone frames, 61 folded to 39; licensed copy", (path, split, features) => loadTimit(39, path, split, features)),
  "timit-48": sound("phone frames, 61 folded to 48; licensed copy", (path, split, features) => loadTimit(48, path, split, features)),
  "timit-61": sound("phone frames, all 61; licensed copy", (path, split, features) => loadTimit(61, path, split, features)),
  librispeech: sound("phone frames from .PHN or TextGrid alignments", loadLibrispeech),
  "speech-commands": sound("one word per recording, the official lists", loadSpeechCommands),
  "japanese-vowels": { ...frames("nine speakers, 12 cepstra", loadJapaneseVowels), isNormalised: true },
  shd: { ...frames("Spiking Heidelberg Digits, 10 ms frames, 140 groups of 5 units", loadShd), prepare: prepareShd },
});

/** Name of the data set whose samples are in a file of the user's; `spike-file.ts` reads it. */
export const SPIKE_FILE = "spike-file";

const datasetNamed = (name: string): DataSet => DATASETS.demand(name, "data set");

/** Whether a data set needs no folder. False for an unknown name. */
export const comesWithPackage = (name: string): boolean => DATASETS.get(name)?.comesWithPackage === true;

/** Starts the library that a data set's reader needs; await it before `loadDataset`. */
export async function prepareDataset(name: string): Promise<void> {
  await DATASETS.get(name)?.prepare?.();
}

/**
 * Reads one split or part of a data set; `path` is the user's folder or file (null: the data that come with the
 * package).
 * @throws InputError
 */
export function loadDataset(
  name: string,
  { path, split }: { readonly path: string | null; readonly split: Split | SearchPart },
  features: FeatureRecipe = DEFAULT_FEATURES,
): Samples {
  const set = datasetNamed(name);
  if (split === "train" || split === "test") return set.read(path, split, features);
  return set.readPart?.(path, split, features) ?? searchPart(set.read(path, "train", features), split);
}

/** As `loadDataset`, for a caller who needs no array of all features. */
export function loadSampleSet(
  name: string,
  place: { readonly path: string | null; readonly split: Split | SearchPart },
  features?: FeatureRecipe,
): SampleSet {
  const { readCompact } = datasetNamed(name);
  const { path, split } = place;
  if (readCompact === undefined || (split !== "train" && split !== "test")) return loadDataset(name, place, features);
  return readCompact(path, split);
}

/** Both splits of the data set that a configuration names, read from `path`, with its features. */
export async function loadConfigured(
  config: TrainingConfig,
  path: string | null,
): Promise<{ readonly train: Samples; readonly test: Samples }> {
  const { set, features } = config.data;
  if (!datasetNamed(set).isSound && JSON.stringify(features) !== JSON.stringify(DEFAULT_FEATURES))
    throw inputError(config.name, `data.features apply to sound; ${set} has none`, "remove data.features");
  await prepareDataset(set);
  const load = (split: Split): Samples => loadDataset(set, { path, split }, features);
  return { train: load("train"), test: load("test") };
}
