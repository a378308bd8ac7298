/**
 * Loads the files that a description names: model, data set, case folder. Effects: reads files. Throws: `InputError` if
 * one cannot be read or does not fit.
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  byKind,
  defaultDocument,
  type Experiment,
  type InputPlace,
  inputNodesOf,
  inputsOf,
  isEventDataset,
  isGraphFile,
  type ModelNetwork,
  readModel,
  resolveDataPath,
  resolveModelPath,
  type SampleSet,
  type SweepSpec,
} from "../arch/index.js";
import { InputError, inputError, type Problem } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import type { Json } from "../base/hash.js";
import { isLabelled } from "../sim/functional/index.js";
import { type CaseFiles, caseFiles } from "../sim/recorded/index.js";
import { cellPluginOf } from "../sweeps/index.js";
import { type HeldOut, loadSampleSet, prepareDataset, recordedData, recordedHeldOut, SPIKE_FILE } from "../training/index.js";
import { chainRecordOf } from "./chain-record.js";
import { EVENT_AXES, eventMisfit } from "./event-shape.js";
import type { NamedInput } from "./spike-samples.js";

/** A model file's network. */
export interface LoadedModel {
  readonly network: ModelNetwork;
  /** The record of its training; null for a NIR file. */
  readonly record: Json;
  /** What its training held out; null: its file does not say what it learnt. */
  readonly heldOut: HeldOut | null;
  /** Content address. */
  readonly hash: string;
  readonly path: string;
  /** What its file says beside the network. */
  readonly warnings: readonly string[];
}

/** Plug-ins, by content, whose cells a network may have; null: all plug-ins that this process has loaded. */
export type CellPlugins = readonly { readonly sha256: string }[] | null;

/** Loads the model that a description names, from beside the description `file`, else from the shipped models. */
export async function loadModel(experiment: Experiment, file: string, plugins: CellPlugins = []): Promise<LoadedModel> {
  const { model, training } = experiment.network;
  if (training === null) {
    const loaded = await readModelFile(resolveModelPath(model, file));
    checkCell(loaded, plugins, file);
    return loaded;
  }
  throw inputError(
    file,
    "describes how a search trains networks, but names none",
    `train some: snn-dse sweep ${shellWord(file)}; then run one of them: --set network.model=FILE`,
    "training",
  );
}

/** A description can only use cells of plug-ins that it names, because only those are part of its keys. */
function checkCell({ network, path }: LoadedModel, plugins: CellPlugins, file: string): void {
  const plugin = cellPluginOf(network);
  if (plugin === null || plugins === null || plugins.some(({ sha256 }) => sha256 === plugin.sha256)) return;
  throw inputError(
    file,
    `${path} has a cell of the plug-in ${plugin.name}, ${plugin.sha256.slice(0, 12)}, which this description does not name`,
    "name it: plugins: [./my-plugin.mjs], or --plugin ./my-plugin.mjs",
    "network.model",
  );
}

export async function readModelFile(path: string): Promise<LoadedModel> {
  if (!isGraphFile(path)) {
    const model = readModel(path);
    return {
      network: model.network,
      record: model.record,
      heldOut: recordedHeldOut(model.record),
      path,
      warnings: [],
      get hash() {
        return model.hash;
      },
    };
  }
  const { readNirNetwork } = await import("./nir-model.js");
  const { metadata, ...read } = await readNirNetwork(path);
  return { ...read, record: null, heldOut: recordedHeldOut(chainRecordOf({ metadata })), path };
}

/** As `samplesFor`, for the model that the description names. */
export async function loadSamples(experiment: Experiment, file: string, plugins: CellPlugins = []): Promise<SampleSet> {
  return samplesFor(await loadModel(experiment, file, plugins), experiment, file);
}

/**
 * Loads the data set of the workload, with the features that the model was trained on, as its record says. A relative
 * path of spikes or events is relative to the description `file`.
 */
export async function samplesFor({ network, record }: LoadedModel, experiment: Experiment, file: string): Promise<SampleSet> {
  const { dataset, path, labels, split, events, inputs } = experiment.workload;
  const beside = (name: string): string => resolve(dirname(file), name);
  const { stepSeconds } = experiment.network.nir;
  const nodes = byKind<readonly NamedInput[]>(network, { own: () => [], nir: inputNodesOf });
  const reading = { labels: labels === null ? null : beside(labels), split: split === "train" ? split : ("test" as const), stepSeconds };
  if (inputs.length > 0) {
    checkNames(nodes, inputs, network.name, file);
    const { readInputs } = await import("./spike-samples.js");
    const places = inputs.map((place) => ({ ...place, path: beside(place.path) }));
    const ofInput = <T>(input: string, made: () => Promise<T>): Promise<T> =>
      ofWorkload(file, made, `workload.inputs.${input}.path`, reading.labels);
    return ofWorkload(file, () => readInputs(nodes, places, reading, ofInput), "workload.inputs");
  }
  const names = nodes.map(({ name }) => name).join(", ");
  if (nodes.length > 1 && isEventDataset(dataset))
    throw inputError(
      file,
      `names recordings of one input, and ${network.name} has ${nodes.length} (${names})`,
      `name those of each: workload.inputs.${nodes[0].name}.path`,
      "workload.path",
    );
  if (isEventDataset(dataset) && events !== null && path !== null && split !== "validation") {
    const { readEventSamples } = await import("./spike-samples.js");
    const place = { path: beside(path), labels: labels === null ? null : beside(labels), split };
    const samples = await ofWorkload(file, () => readEventSamples(dataset, place, events, stepSeconds), "workload.path", place.labels);
    const misfit = eventMisfit(samples, nodes[0] ?? { shape: null, size: inputsOf(network) });
    if (misfit !== null) throw inputError(file, misfit, EVENT_AXES, "workload.events");
    return samples;
  }
  if (dataset !== SPIKE_FILE) {
    await prepareDataset(dataset);
    const place = path === null ? null : resolveDataPath(path, file);
    return ofWorkload(file, () => loadSampleSet(dataset, { path: place, split }, recordedData(record)?.features));
  }
  if (path === null) throw inputError(file, "no spike file is named", "path: spikes.csv, .npy, or HDF5", "workload.path");
  const { readSpikeSamples, readTogether } = await import("./spike-samples.js");
  if (nodes.length > 1) return ofWorkload(file, () => readTogether(nodes, beside(path), reading), "workload.path", reading.labels);
  const asked = { ...reading, path: beside(path), inputs: inputsOf(network), node: nodes[0]?.name ?? null };
  return ofWorkload(file, () => readSpikeSamples(asked), "workload.path", reading.labels);
}

/** Checks that every input of the network has a path, and that no other name has one. */
function checkNames(nodes: readonly NamedInput[], inputs: readonly InputPlace[], network: string, file: string): void {
  const names = nodes.map(({ name }) => name);
  const fix = names.length === 0 ? "name its data as workload.path" : `its inputs: ${names.join(", ")}`;
  const problem = (input: string, message: string): Problem[] => [
    { file, line: null, column: null, path: `workload.inputs.${input}`, message, fix },
  ];
  const problems = [
    ...inputs.flatMap(({ input }) => (names.includes(input) ? [] : problem(input, `${network} has no Input of that name`))),
    ...names.flatMap((name) =>
      inputs.some(({ input }) => input === name) ? [] : problem(name, `is an Input of ${network}, and has no path`),
    ),
  ];
  if (problems.length > 0) throw new InputError(problems);
}

/** Checks that a search changes only inputs that the network has: it would end at its first point. */
export function demandSearchedInputs({ network, path }: LoadedModel, parameters: SweepSpec["parameters"], file: string): void {
  const names = byKind<readonly NamedInput[]>(network, { own: () => [], nir: inputNodesOf }).map(({ name }) => name);
  const unknown = parameters.filter(
    (one) => one.path.startsWith("workload.inputs.") && !names.some((name) => one.path.startsWith(`workload.inputs.${name}.`)),
  );
  if (unknown.length === 0) return;
  const fix = names.length === 0 ? "search workload.path" : `its inputs: ${names.join(", ")}`;
  throw new InputError(
    unknown.map((one) => {
      const message = `searches ${one.path}, and ${path} has no Input of that name`;
      return { file, line: null, column: null, path: `sweep.parameters.${one.name}`, message, fix };
    }),
  );
}

/**
 * Runs `read`. Its errors about a data set's files as a whole become problems of the description `file` at `path`,
 * which names them; errors about a line of those files stay as they are.
 */
export async function ofWorkload<T>(
  file: string,
  read: () => T | Promise<T>,
  path = "workload.path",
  labels: string | null = null,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const isWhole = (problem: Problem): boolean => problem.line === null && problem.path === "";
    throw new InputError(
      error.problems.map((problem) =>
        isWhole(problem)
          ? { ...problem, file, path: problem.file === labels ? "workload.labels" : path, message: `${problem.file}: ${problem.message}` }
          : problem,
      ),
    );
  }
}

const {
  workload: { samples: DEFAULT_SAMPLES },
} = defaultDocument as { readonly workload: { readonly samples: number } };

/**
 * Warnings of what the samples lack: what their reader left out, and that the workload asks for more than the data set
 * has. The default number never warns.
 */
export function shortageOf({ workload }: Experiment, { name, frameStart, leftOut = [] }: SampleSet): readonly string[] {
  const count = frameStart.length - 1;
  if (workload.samples <= count || workload.samples === DEFAULT_SAMPLES) return leftOut;
  return [...leftOut, `workload.samples is ${workload.samples}; ${name} has ${count}, and all of them are used`];
}

/** Reads the texts of a case folder's files. A relative path is relative to the description `file`. */
export function loadCase(folder: string, file: string): CaseFiles {
  const path = resolve(dirname(file), folder);
  if (!existsSync(path))
    throw inputError(
      file,
      `no case folder ${folder} beside this file`,
      "check the path; for a database, name its description with --base",
      "workload.case",
    );
  return caseFiles(path);
}

const ACCURACY = "accuracy_percent";

/** True for a data set whose samples all have classes; samples of one's own may have none. */
export const hasOwnClasses = ({ workload: { dataset } }: Experiment): boolean => dataset !== SPIKE_FILE && dataset !== "events";

/** @throws InputError if a search uses accuracy and no sample has a class. */
export async function checkScored(sweep: SweepSpec, experiment: Experiment, file: string, plugins: CellPlugins = []): Promise<void> {
  const asked =
    sweep.objectives.find(({ metric }) => metric.split("@")[0] === ACCURACY) ?? sweep.constraints.find((text) => text.includes(ACCURACY));
  if (asked === undefined || hasOwnClasses(experiment)) return;
  const samples = await loadSamples(experiment, file, plugins);
  if (isLabelled(samples)) return;
  throw inputError(
    file,
    `the search uses ${ACCURACY}, but no sample of ${experiment.workload.path ?? samples.name} has a class`,
    "name a file with one class per line: workload.labels, or use other metrics",
    typeof asked === "string" ? "sweep.constraints" : `sweep.objectives.${ACCURACY}`,
  );
}
