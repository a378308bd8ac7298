/** Scores trained models in float: accuracy, densities and operation counts. Effects: reads models and data. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { encodeNetwork, type InputEncoding, type Network, pathsOf, readModel, type Samples } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { bytesOf, type Json, sha256 } from "../base/hash.js";
import { encodeSamples } from "../sim/functional/index.js";
import {
  comparisonTables,
  effectiveProductsOf,
  evaluateFloat,
  evaluationRecord,
  loadDataset,
  prepareDataset,
  printedTable,
  recordedData,
  recordedHeldOut,
  recordedPenalty,
  recordedRecipe,
  recordedSaturation,
  recordedSeed,
  renderComparison,
  SPLITS,
  type Split,
  type TableEntry,
  type TableFormat,
  tradeoffPlot,
} from "../training/index.js";
import { checkedOptions, demandTexts, oneOf } from "./checked-options.js";
import { dataFolders } from "./data-folders.js";
import { dataWarnings, type KnownParts } from "./data-warnings.js";
import type { MadeModel } from "./train.js";

export {
  comparisonTables,
  effectiveProductsOf,
  evaluationRecord,
  printedTable,
  renderComparison,
  type TableEntry,
  type TableFormat,
  tradeoffPlot,
};

/** On which data models are scored. */
export interface EvaluateModelsOptions {
  /** Data set; null: the one that each model was trained on. */
  readonly dataset?: string | null;
  /**
   * Folders of data sets: `path`, or `set=path` for data sets whose names start with `set`; an entry for no data set is
   * an error. A path is not for sets that come with the package, unless all do.
   */
  readonly data?: readonly string[];
  /** Part of the data set; default `test`. */
  readonly split?: Split;
  /** The encoder before the network's input, and the seed of its random numbers; null: none. */
  readonly input?: { readonly encoding: InputEncoding; readonly seed: number } | null;
  /** Called for a file that holds the same network as an earlier one and is left out. */
  readonly onRepeated?: (file: string, earlier: string) => void;
  /**
   * Called with a sentence for a model that has learnt its data, or whose features other recordings normalise, and for
   * what lies beside the data and is not read.
   */
  readonly onWarning?: (text: string) => void;
}

/** A model, and the data on which it is scored. */
interface Asked {
  readonly file: string;
  readonly network: Network;
  readonly record: Json;
  readonly set: string;
  readonly features: Parameters<typeof loadDataset>[2];
}

/**
 * Evaluates models in float; data that models share are read once. A network is evaluated once, also if several files
 * hold it, so that it does not count as several seeds.
 *
 * @param files paths of model files, or names of shipped ones, in which `*` stands for any text
 * @throws InputError if a model or its data cannot be read, or if a model of real features would get spikes from an
 * encoder
 */
export async function evaluateModels(files: readonly string[], options: EvaluateModelsOptions = {}): Promise<readonly TableEntry[]> {
  checkedOptions("evaluateModels", options, {
    ...{
      dataset: "text or null",
      data: "list of text",
      split: oneOf(SPLITS),
      input: "object or null",
      onRepeated: "function",
      onWarning: "function",
    },
  });
  demandTexts("evaluateModels", files, "paths or names of models");
  const { dataset = null, data = [], split = "test", input = null, onRepeated = () => {}, onWarning = () => {} } = options;
  if (input !== null) checkedOptions("evaluateModels: input", input, { encoding: "object", seed: "whole number from 0" });
  const paths = pathsOf(files, "model").map(({ path }) => path);
  const asked = askedOf(paths, dataset, onRepeated);
  const folders = dataFolders(
    asked.map(({ set }) => set),
    data,
  );
  const missing = [...folders.values()].find((path) => path !== null && !existsSync(path));
  // before minutes of work on the other data
  if (missing !== undefined) throw inputError("--data", `${quoted(String(missing))}: no such file or folder`, "check the path");
  const known: KnownParts = new Map();
  for (const { file: path, record, set } of asked) {
    const model = { path, record, heldOut: recordedHeldOut(record) };
    for (const text of await dataWarnings(model, { set, path: folders.get(set) ?? null, split }, known)) onWarning(text);
  }
  return scored(asked, ({ set }) => folders.get(set) ?? null, { split, input, onWarning });
}

/** Evaluates models that a training made, each on the test half of its own data, as `evaluateModels`. */
export async function evaluateMade(models: readonly MadeModel[]): Promise<readonly TableEntry[]> {
  const folders = new Map(models.map(({ file, data }) => [file, data]));
  return scored(
    askedOf([...folders.keys()], null, () => {}),
    ({ file }) => folders.get(file) ?? null,
    { split: "test", input: null, onWarning: () => {} }, // its training has told what of the data is not read
  );
}

/** Reads models, of which each network once. `dataset`: null: the one that each was trained on. */
function askedOf(files: readonly string[], dataset: string | null, onRepeated: (file: string, earlier: string) => void): Asked[] {
  const met = new Map<string, string>();
  return files.flatMap((file) => {
    const { network, record } = readModel(file);
    const content = sha256(encodeNetwork(network));
    const earlier = met.get(content);
    if (earlier !== undefined) {
      onRepeated(file, earlier);
      return [];
    }
    met.set(content, file);
    const trained = recordedData(record);
    const set = dataset ?? trained?.set;
    if (set === undefined) throw inputError(file, "its record does not name a data set", "name one, e.g. --dataset mnist-rows");
    return [{ file, network, record, set, features: trained?.features }];
  });
}

async function scored(
  asked: readonly Asked[],
  folderOf: (asked: Asked) => string | null,
  { split, input, onWarning }: Required<Pick<EvaluateModelsOptions, "split" | "input" | "onWarning">>,
): Promise<TableEntry[]> {
  const loaded = new Map<string, { readonly samples: Samples; readonly scoredOn: string }>();
  const entries: TableEntry[] = [];
  const trainings = new Set<string>();
  const told = new Set<string>();
  /** A further network of a recipe and seed differs by something else than its seed, and stands alone. */
  const recipeOf = (record: Json, file: string): string => {
    const recipe = recordedRecipe(record);
    const training = JSON.stringify([recipe, recordedSeed(record)]);
    if (recipe === null || trainings.has(training)) return file;
    trainings.add(training);
    return recipe;
  };
  for (const one of asked) {
    const { file, network, record, set, features } = one;
    const path = folderOf(one);
    const key = JSON.stringify([set, path, features ?? null]);
    await prepareDataset(set);
    const { samples, scoredOn } = loaded.get(key) ?? withClasses(loadDataset(set, { path, split }, features));
    for (const text of samples.leftOut ?? []) {
      if (!told.has(text)) onWarning(text);
      told.add(text);
    }
    loaded.set(key, { samples, scoredOn });
    if (input !== null && network.encoder === null && input.encoding.kind !== "direct")
      throw inputError("--encoder", `${input.encoding.kind} makes spikes, but ${network.name} takes real features`, "use --encoder direct");
    entries.push({
      name: basename(file).replace(/\.safetensors$/, ""),
      recipe: recipeOf(record, file),
      penalty: recordedPenalty(record),
      saturation: recordedSaturation(record),
      network,
      scoredOn,
      evaluation:
        input === null
          ? evaluateFloat(network, samples)
          : evaluateFloat(network, encodeSamples(samples, input), { stepsPerFrame: input.encoding.stepsPerFrame }),
    });
  }
  return entries;
}

const withClasses = (samples: Samples) => ({ samples, scoredOn: sha256(bytesOf(samples.frameStart), bytesOf(samples.labels)) });
