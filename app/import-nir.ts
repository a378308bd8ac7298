/**
 * Imports a NIR network of another tool: reads its file, runs it on given spikes, and simulates it on a chip. Effects:
 * reads and writes files.
 */
import { resolve } from "node:path";
import { type InputEncoding, type Over, type Precision, pathOf, RESET_RULES } from "../arch/index.js";
import { inputError, type Problem } from "../base/errors.js";
import { refuseInput } from "../base/refuse-input.js";
import { FEATURES_AS_THEY_ARE } from "../sim/functional/index.js";
import { evaluatePoint, type Result } from "../sim/index.js";
import {
  type ImportedNir,
  INTEGRATOR_GAINS,
  importNir as imported,
  integerObstacles,
  type NirOptions,
  nirLayers,
  SCHEMES,
} from "../sim/nir/index.js";
import { checkedOptions, completeOptions, oneOf } from "./checked-options.js";
import { type Ran, runNir } from "./nir-run.js";
import { compareNodes, type NodeComparison, type NodeFile, recordNodes } from "./node-values.js";
import { NO_LAVA, openChipFor, SPIKE_FILE_ALONE } from "./open.js";

export { formatImportReport, type NirOptions } from "../sim/nir/index.js";
export type { Ran } from "./nir-run.js";
export type { NodeComparison, NodeFile } from "./node-values.js";

/** What a NIR file does not contain, and what is run with it. */
export interface ImportNirOptions extends NirOptions {
  /**
   * Spike file; for a network of several inputs one NIRData file, or `name=file` for each. null, the default: only the
   * report.
   */
  readonly input?: string | readonly string[] | null;
  /** Index of the file's sample that is run; default: 0, the first. Only with `input`. */
  readonly sample?: number;
  /** How features become spikes; default: they are taken as they are. Only with `input`. */
  readonly encoding?: InputEncoding;
  /** Seed of rate encoding, without which it is refused; default: 1. */
  readonly seed?: number;
  /** Nodes whose values are written to a file. */
  readonly record?: readonly NodeFile[];
  /** Nodes whose values are compared with a file's. */
  readonly compare?: readonly NodeFile[];
  /** Description of a chip to run the spikes on; null: none. */
  readonly on?: string | null;
  /** Runs in integers at the description's precision instead of float. */
  readonly integer?: boolean;
}

const NOT_IN_THE_FILE = {
  dtSeconds: "number",
  reset: oneOf(RESET_RULES),
  scheme: oneOf(SCHEMES),
  integratorGain: oneOf(INTEGRATOR_GAINS),
  refractorySeconds: "number",
} as const;

/** Kinds of the options that say what is run with a network of another tool. */
export const RUN_OPTIONS = {
  input: "text or list of text or null",
  sample: "whole number from 0",
  encoding: "object",
  seed: "whole number from 0",
  record: "list",
  compare: "list",
  on: "text or null",
} as const;

/** Options of a run that would have no effect. */
export const idleRunOptions = ({
  input = null,
  sample,
  encoding,
  seed,
}: Pick<ImportNirOptions, "input" | "sample" | "encoding" | "seed">) =>
  [
    [input === null && sample !== undefined, "sample", "has no effect without input"],
    [input === null && encoding !== undefined, "encoding", "has no effect without input"],
    [seed !== undefined && (input === null || encoding?.kind !== "rate"), "seed", "has no effect without input in rate encoding"],
  ] as const;

/** Contents of a NIR file, the assumptions, and the results of a run. */
export interface NirImport {
  /** How each part of the file was read. */
  readonly report: ImportedNir["report"];
  /** What the caller said because the file does not contain it. */
  readonly options: NirOptions;
  /** Why the network cannot run in integers on a chip; empty: it can. */
  readonly obstacles: readonly Problem[];
  /** null: nothing was run. */
  readonly ran: Ran | null;
  /** One per node of `compare`, in its order. */
  readonly compared: readonly NodeComparison[];
  /** Result of the chip; null: no chip was named. */
  readonly chip: { readonly warnings: readonly string[]; readonly result: Result } | null;
}

/**
 * Reads a NIR network; runs it if there is an input, and on a chip if one is named.
 *
 * @throws InputError if a file cannot be read, or if an option needs an input or a chip and there is none
 * @throws InfeasibleError if the network does not fit the chip
 */
export async function importNir(file: string, options: ImportNirOptions): Promise<NirImport> {
  checkedOptions("importNir", options, { ...NOT_IN_THE_FILE, ...RUN_OPTIONS, integer: "boolean" }, idleRunOptions);
  const { dtSeconds, reset, scheme, integratorGain, refractorySeconds, on = null, integer = false } = options;
  const nir: NirOptions = { dtSeconds, reset, scheme, integratorGain, refractorySeconds };
  completeOptions("importNir", nir, NOT_IN_THE_FILE);
  if (integer && on === null) throw inputError("--integer", "needs a precision", "add --on arch.yaml");
  const path = pathOf(file, "nir");
  const task = { network: { model: resolve(path), nir: { step_seconds: dtSeconds, reset }, lava: NO_LAVA } };
  return importGraph(await imported(path, nir), task, options, (precision) => (integer ? precision : null));
}

/**
 * `task`: the network as a description of the chip names it. `integer` gets the precision of that description (null: no
 * chip is named) and returns the one to compute integers at, or null for float.
 */
export async function importGraph(
  network: ImportedNir,
  task: Over,
  options: ImportNirOptions,
  integer: (described: Precision | null) => Precision | null,
): Promise<NirImport> {
  const { input = null, sample = 0, encoding = FEATURES_AS_THEY_ARE.encoding, seed = 1, record = [], compare = [], on = null } = options;
  if (on !== null && input === null) throw inputError("--on", "a chip needs spikes to run", "add --input spikes.csv");
  if (input === null && record.length + compare.length > 0)
    throw inputError("--record, --compare", "nothing is run", "add --input spikes.csv");
  const read = [input ?? [], compare.map(({ file }) => file)].flat(2);
  for (const { file } of record) refuseInput("--record", file, [...read, ...read.map((text) => text.slice(text.indexOf("=") + 1))]);
  const twice = record.find(({ file }, i) => record.slice(0, i).some((other) => resolve(other.file) === resolve(file)));
  if (twice !== undefined) throw inputError("--record", `${twice.file} is the file of two nodes`, "give each node a file of its own");
  const experiment = on === null ? null : (await openChipFor(on, { ...task, workload: SPIKE_FILE_ALONE })).experiment;
  const precision = integer(experiment?.precision ?? null);
  const nodes = [...record, ...compare].map(({ node }) => node);
  const request = { dtSeconds: options.dtSeconds, sample, encoding, seed, nodes, experiment };
  const ran = input === null ? null : await runNir(network, { ...request, input: [input].flat() }, precision);
  const compared = ran === null ? [] : await compareNodes(ran, compare, request);
  if (ran !== null) recordNodes(ran, record);
  return {
    report: network.report,
    options: network.options,
    obstacles: integerObstacles(network),
    ran,
    compared,
    chip:
      experiment === null || ran === null || ran.functional === null
        ? null
        : { warnings: nirLayers(network).warnings, result: evaluatePoint(experiment, ran.functional).result },
  };
}
