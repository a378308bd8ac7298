/** What a command needs of files: description, model, data set. Effects: reads files. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  defaultDocument,
  type Experiment,
  inputsOf,
  type KnownNames,
  type ModelNetwork,
  type ParsedArch,
  type ParsedDescription,
  patchDocument,
  readArch,
  readDescription,
  readModel,
  resolveModelPath,
  type Samples,
  type SweepSpec,
  YAML_LIMIT_BYTES,
} from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { readText } from "../base/read-file.js";
import { parseYaml } from "../base/yaml.js";
import { METRICS } from "../sim/index.js";
import type { CaseFiles } from "../sim/recorded/index.js";
import { SAMPLERS } from "../sweeps/index.js";
import { DATASETS, loadDataset, prepareDataset, recordedData } from "../training/index.js";
import { caseFiles } from "./case-files.js";
import { warn } from "./print.js";

/** The data set whose samples are in a file of the user's. */
export const SPIKE_FILE = "spike-file";
const KNOWN: KnownNames = {
  metrics: Object.keys(METRICS),
  samplers: Object.fromEntries(Object.entries(SAMPLERS).map(([name, { options }]) => [name, options])),
  datasets: [...Object.keys(DATASETS), SPIKE_FILE],
};

/** The description of a file, checked against the names that the other rooms know. @throws InputError with every problem. */
export function loadArch(file: string): ParsedArch {
  return readArch(file, KNOWN);
}

/** A description of an ordinary or a coupled chip. @throws InputError with every problem. */
export function loadDescription(file: string): ParsedDescription {
  return readDescription(file, KNOWN);
}

/** As `loadDescription`, for commands that run what it says: every model file that it names must be there and be one. @throws InputError. */
export async function loadRunnable(file: string): Promise<ParsedDescription> {
  const parsed = readDescription(file, { ...KNOWN, models: true });
  for (const { path, domain } of parsed.sweep?.parameters ?? []) {
    if (path !== "network.model" || domain.kind !== "list") continue;
    for (const model of domain.values) await readModelFile(resolveModelPath(String(model), file));
  }
  return parsed;
}

/** Texts of a case folder's files. A relative path means beside the description. */
export function loadCase(folder: string, file: string): CaseFiles {
  const path = resolve(dirname(file), folder);
  if (!existsSync(path))
    throw inputError(
      file,
      `no case folder ${folder} beside this file`,
      "check the path; of a database, name its description with --base",
      "workload.case",
    );
  return caseFiles(path);
}

/** `path=value` texts as values by path; a value is read as YAML, so `8`, `true`, `lstp` and `[1, 2]` mean what they look like. */
export function parseSets(texts: readonly string[]): { readonly [path: string]: Json } {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw inputError("--set", `expected path=value, got ${quoted(text)}`, "e.g. --set tile.core.lanes=8");
      const path = text.slice(0, at).trim();
      const { document, errors } = parseYaml(text.slice(at + 1), "--set");
      const refused = (reason: string): Error =>
        inputError("--set", `the value of ${path} is no YAML: ${reason}`, "quote what has brackets or colons in it");
      if (errors[0] !== undefined) throw refused(errors[0].message);
      try {
        return [path, document.toJS({ maxAliasCount: 0 }) as Json];
      } catch (error) {
        throw refused((error as Error).message);
      }
    }),
  );
}

/** The experiment with the values of `--set` in it. */
export function withSets(parsed: ParsedArch, sets: { readonly [path: string]: Json }): Experiment {
  return Object.keys(sets).length === 0 ? parsed.experiment : patchDocument({ ...parsed, file: "--set" }, sets);
}

export interface LoadedModel {
  readonly network: ModelNetwork;
  /** null of a NIR file. */
  readonly record: Json;
  readonly hash: string;
  readonly path: string;
}

/** The model file that a description names: beside the description, then among the shipped models. */
export async function loadModel(experiment: Experiment, file: string): Promise<LoadedModel> {
  return readModelFile(resolveModelPath(experiment.network.model, file));
}

async function readModelFile(path: string): Promise<LoadedModel> {
  if (!path.endsWith(".nir")) {
    const model = readModel(path);
    return {
      network: model.network,
      record: model.record,
      path,
      get hash() {
        return model.hash;
      },
    };
  }
  const { readNirNetwork } = await import("../arch/index.js");
  return { ...(await readNirNetwork(path)), record: null, path };
}

/** As `samplesFor`, for the model that the description names. */
export async function loadSamples(experiment: Experiment, file: string): Promise<Samples> {
  return samplesFor(await loadModel(experiment, file), experiment, file);
}

const {
  workload: { samples: DEFAULT_SAMPLES },
} = defaultDocument as { readonly workload: { readonly samples: number } };

/** Says where a workload asks for more samples than there are; the default asks for none in particular. */
export function warnOfSamples({ workload }: Experiment, { name, frameStart }: Samples): void {
  const count = frameStart.length - 1;
  if (workload.samples > count && workload.samples !== DEFAULT_SAMPLES)
    warn(`warning: workload.samples is ${workload.samples}; ${name} has ${count}, and all of them are used`);
}

/**
 * The data set of the workload, with the features that the model was trained on, as its record says.
 * A spike file's relative path means beside the description `file`.
 */
export async function samplesFor({ network, record }: LoadedModel, experiment: Experiment, file: string): Promise<Samples> {
  const { dataset, path, labels, split } = experiment.workload;
  if (dataset !== SPIKE_FILE) {
    await prepareDataset(dataset);
    return loadDataset(dataset, { path, split }, recordedData(record)?.features);
  }
  if (path === null) throw inputError(file, "no spike file is named", "path: spikes.csv, .npy, or HDF5", "workload.path");
  const beside = (name: string): string => resolve(dirname(file), name);
  const { readSpikeSamples } = await import("./spike-samples.js");
  return readSpikeSamples({
    path: beside(path),
    labels: labels === null ? null : beside(labels),
    stepSeconds: experiment.network.nir.stepSeconds,
    inputs: inputsOf(network),
  });
}

/** Throws: InputError where a search asks for accuracy on samples of which none has a class. */
export async function checkScored(sweep: SweepSpec, experiment: Experiment, file: string): Promise<void> {
  const asked = sweep.objectives.find(({ metric }) => metric === ACCURACY) ?? sweep.constraints.find((text) => text.includes(ACCURACY));
  if (asked === undefined || experiment.workload.dataset !== SPIKE_FILE) return;
  const { labels } = await loadSamples(experiment, file);
  if (labels.some((label) => label >= 0)) return;
  throw inputError(
    file,
    `${ACCURACY} is asked for, but no sample of ${experiment.workload.path} has a class`,
    "name a file with one class a line: workload.labels, or ask for other metrics",
    typeof asked === "string" ? "sweep.constraints" : `sweep.objectives.${ACCURACY}`,
  );
}

const ACCURACY = "accuracy_percent";

/** A YAML file that the user names. @throws InputError. */
export const readYamlText = (file: string): string =>
  readText(file, { what: "file", mostBytes: YAML_LIMIT_BYTES, fix: "check the path", pipes: true });
