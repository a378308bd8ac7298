/** What a command needs of files: description, model, data set. Effects: reads files. */
import { readFileSync } from "node:fs";
import { inputError } from "../arch/base/errors.js";
import {
  type Experiment,
  type Json,
  type Network,
  type ParsedArch,
  patchDocument,
  readArch,
  readModel,
  resolveModelPath,
  type Samples,
} from "../arch/index.js";
import { METRICS } from "../sim/index.js";
import { SAMPLERS } from "../sweeps/index.js";
import { DATASETS, loadDataset } from "../training/index.js";

/** The description of a file, checked against the names that the other rooms know. @throws InputError with every problem. */
export function loadArch(file: string): ParsedArch {
  return readArch(file, { metrics: Object.keys(METRICS), samplers: Object.keys(SAMPLERS), datasets: Object.keys(DATASETS) });
}

/** `path=value` texts as values by path; a value is read as YAML, so `8`, `true`, `lstp` and `[1, 2]` mean what they look like. */
export async function parseSets(texts: readonly string[]): Promise<{ readonly [path: string]: Json }> {
  const { parse } = await import("yaml");
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw inputError("--set", `expected path=value, got '${text}'`, "e.g. --set tile.core.lanes=8");
      return [text.slice(0, at).trim(), parse(text.slice(at + 1)) as Json];
    }),
  );
}

/** The experiment with the values of `--set` in it. */
export function withSets(parsed: ParsedArch, sets: { readonly [path: string]: Json }): Experiment {
  return Object.keys(sets).length === 0 ? parsed.experiment : patchDocument({ ...parsed, file: "--set" }, sets);
}

export interface LoadedModel {
  readonly network: Network;
  readonly record: Json;
  readonly hash: string;
  readonly path: string;
}

/** The model file that a description names: beside the description, then among the shipped models. */
export function loadModel(experiment: Experiment, file: string): LoadedModel {
  const path = resolveModelPath(experiment.network.model, file);
  return { ...readModel(path), path };
}

/** The data set of the workload. A relative path means beside the description. */
export function loadSamples(experiment: Experiment): Samples {
  const { dataset, path, split } = experiment.workload;
  return loadDataset(dataset, { path, split });
}

/** A text file. @throws the file system's error, which the front door explains. */
export function readText(file: string): string {
  return readFileSync(file, "utf8");
}
