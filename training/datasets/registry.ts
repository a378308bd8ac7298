/** All data sets by name. */

import type { Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import type { TrainingConfig } from "../config.js";
import { DEFAULT_FEATURES, type FeatureRecipe } from "../features.js";
import { loadFsdd } from "./fsdd.js";
import { loadJapaneseVowels } from "./japanese-vowels.js";
import { loadLibrispeech } from "./librispeech.js";
import { loadMnist } from "./mnist.js";
import { loadShd, prepareShd } from "./shd.js";
import { loadSpeechCommands } from "./speech-commands.js";
import type { Split } from "./split.js";
import { loadTimit } from "./timit.js";

type Reader = (path: string | null, split: Split, features: FeatureRecipe) => Samples;

export const DATASETS: Readonly<Record<string, Reader>> = {
  "mnist-rows": (path, split) => loadMnist("rows", path, split),
  "mnist-pixels": (path, split) => loadMnist("pixels", path, split),
  "fsdd-digits": (path, split, features) => loadFsdd("digits", path, split, features),
  "fsdd-phones": (path, split, features) => loadFsdd("phones", path, split, features),
  timit: (path, split, features) => loadTimit(39, path, split, features),
  "timit-48": (path, split, features) => loadTimit(48, path, split, features),
  "timit-61": (path, split, features) => loadTimit(61, path, split, features),
  librispeech: (path, split, features) => loadLibrispeech(path, split, features),
  "speech-commands": (path, split, features) => loadSpeechCommands(path, split, features),
  "japanese-vowels": (path, split) => loadJapaneseVowels(path, split),
  shd: (path, split) => loadShd(path, split),
};

/** Sets that are not sound. */
const WITHOUT_FEATURES = new Set(["mnist-rows", "mnist-pixels", "japanese-vowels", "shd"]);

/** Starts what a data set's reader needs; await it before `loadDataset`. Only shd needs anything. */
export async function prepareDataset(name: string): Promise<void> {
  if (name === "shd") await prepareShd();
}

/** Reads one split of a data set; `path` is where the user keeps it (null: the one that comes with the package). @throws InputError */
export function loadDataset(
  name: string,
  options: { readonly path: string | null; readonly split: Split },
  features: FeatureRecipe = DEFAULT_FEATURES,
): Samples {
  const reader = Object.hasOwn(DATASETS, name) ? DATASETS[name] : undefined;
  if (reader === undefined) throw inputError("data set", `there is no data set "${name}"`, `known: ${Object.keys(DATASETS).join(", ")}`);
  return reader(options.path, options.split, features);
}

/** Both halves of the data set that a configuration names, with its features; `path` (a flag of the command line) goes before the configuration's. */
export async function loadConfigured(
  config: TrainingConfig,
  path: string | null,
): Promise<{ readonly train: Samples; readonly test: Samples }> {
  const { set, features } = config.data;
  if (WITHOUT_FEATURES.has(set) && JSON.stringify(features) !== JSON.stringify(DEFAULT_FEATURES))
    throw inputError(config.name, `data.features are of sound; ${set} has none`, "remove data.features");
  await prepareDataset(set);
  const load = (split: Split): Samples => loadDataset(config.data.set, { path: path ?? config.data.path, split }, config.data.features);
  return { train: load("train"), test: load("test") };
}
