/** Trains networks from configuration files, with a checkpoint beside each model. Effects: reads and writes files. */
import { existsSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { promisify } from "node:util";
import {
  type Found,
  leaksOf,
  type Network,
  type Precision,
  pathsOf,
  readModel,
  readYamlText,
  resolveModelPath,
  writeModel,
} from "../arch/index.js";
import { existing } from "../base/entry.js";
import { InterruptedError, inputError, quoted } from "../base/errors.js";
import { shellWord } from "../base/escape/shell.js";
import { asJson, canonicalJson, type Json } from "../base/hash.js";
import { checkWritable, makeFolder } from "../base/write-file.js";
import { systemClock } from "../sweeps/index.js";
import {
  BACKENDS,
  type Backend,
  type BackendName,
  type BaseModel,
  type ChainTrainingEvent,
  type ChipHooks,
  checkBase,
  chooseBackend,
  DATASETS,
  demandOwnCheckpoint,
  fileCheckpoint,
  firstNetwork,
  isChainConfig,
  isNormalisedHere,
  learnsLeaks,
  localLearners,
  parseChainConfig,
  parseTrainingConfig,
  recordedChipPrecision,
  recordedConfig,
  recordedData,
  recordedTestData,
  runKey,
  type TrainingConfig,
  type TrainingEvent,
  threadLearners,
  train as trained,
  trainingParts,
} from "../training/index.js";
import { checkedOptions, demandTexts, oneOf } from "./checked-options.js";
import { dataFolder, type Halves, lastHalves } from "./configured-data.js";
import { Outlasted } from "./outlast.js";
import { checkOnChip, scoreOnChip } from "./score-on-chip.js";
import { type ChainJob, chainStartOf, checkChain, type TrainingStart, trainChain } from "./train-chain.js";
import { type Aim, aimedAt, aimOf, trainedPrecision } from "./train-for.js";

export type { ChipScore, TrainingEvent } from "../training/index.js";

/** Options of a training and its output. */
export interface TrainOptions {
  /** Model file; null: the configuration's name + `.safetensors`, or + `.nir` for a graph, in `outDir`. */
  readonly out?: string | null;
  /** Description whose precision gives the weight bits; null: the configurations give them. */
  readonly for?: string | null;
  /** Folder of the models; default the current one. */
  readonly outDir?: string;
  /** Folder of the data set; null: that of the configuration. */
  readonly data?: string | null;
  /** Seeds that replace that of the configuration; one model per seed. */
  readonly seeds?: readonly number[] | null;
  /** Number of threads for the shards of a batch; null: as many as shards and cores allow. */
  readonly workers?: number | null;
  /** Back end of TensorFlow.js; default `auto`: the fastest that is installed. */
  readonly backend?: BackendName | "auto";
  /** Ignores the checkpoint of an interrupted run. */
  readonly fresh?: boolean;
  /** Called with everything that happens: batches, epochs and models among it. */
  readonly onEvent?: (event: TrainProgress) => void;
  /** Stops between batches and leaves a checkpoint; the same call continues. */
  readonly signal?: AbortSignal;
}

const TRAIN_OPTIONS = {
  out: "text or null",
  for: "text or null",
  outDir: "text",
  data: "text or null",
  seeds: "list of whole numbers from 0 or null",
  workers: "whole number from 1 or null",
  backend: oneOf(["auto", ...BACKENDS]),
  fresh: "boolean",
  onEvent: "function",
  signal: "signal",
} as const;

/** Events of a training. For each model: `model`, then either `kept`, or the trainer's events and `written`. */
export type TrainProgress =
  /** A note about the back end or, of several models, why one diverged. */
  | { readonly kind: "note"; readonly text: string }
  /** Training of a model begins: the `index`-th of `count`, from 1. `continues`: it has a checkpoint. */
  | {
      readonly kind: "model";
      readonly model: string;
      readonly file: string;
      readonly index: number;
      readonly count: number;
      readonly continues: boolean;
    }
  /** The file already holds exactly this model. */
  | { readonly kind: "kept"; readonly model: string; readonly file: string }
  | ((TrainingEvent | ChainTrainingEvent) & { readonly model: string })
  | { readonly kind: "written"; readonly model: string; readonly file: string; readonly record: Json };

/** Lets signals and timers run. */
const turn = promisify(setImmediate);
const CHECKPOINT_BATCHES = 200;

/** One model to train. */
interface Job {
  readonly kind: "own";
  readonly file: string;
  readonly config: TrainingConfig;
  readonly out: string;
  readonly command: string;
  readonly workers: number;
  /** Model that the training starts from; null: random weights. */
  readonly base: BaseModel | null;
  /** Weight bits to train for; null: those of the configuration. */
  readonly aim: Aim | null;
}

/** A model that was trained, or kept. */
export interface MadeModel {
  readonly file: string;
  /** Folder of its data; null: the data in the package. */
  readonly data: string | null;
}

/**
 * Trains every configuration with every seed. If there are several models, existing ones are kept.
 *
 * @param files paths of training configurations, or names of shipped ones, in which `*` stands for any text
 * @returns paths of the model files, in order
 * @throws InputError if options, configurations, their data or checkpoints do not fit, before the first training
 * begins, and at the end if one diverged, with the others written
 * @throws InterruptedError if the signal stopped it, with a checkpoint; the signal's reason if it had aborted before
 */
export async function train(files: readonly string[], options: TrainOptions = {}): Promise<readonly string[]> {
  return (await trainModels(files, options)).map(({ file }) => file);
}

/** As `train`. */
export async function trainModels(files: readonly string[], options: TrainOptions): Promise<readonly MadeModel[]> {
  const { onEvent = () => {}, data = null, fresh = false, signal } = checkedOptions("train", options, TRAIN_OPTIONS);
  demandTexts("train", files, "paths or names of configurations");
  signal?.throwIfAborted();
  const jobs = await jobsOf(files, options);
  for (const { out } of jobs) {
    makeFolder(dirname(out));
    checkWritable(out);
  }
  const own = [...jobs.entries()].filter((entry): entry is [number, Job] => entry[1].kind === "own");
  const backend = own.length === 0 ? null : await chooseBackend(options.backend ?? "auto");
  const halvesOf = lastHalves(data);
  // a single training checks its own data before its first batch
  if (jobs.length > 1)
    for (const job of jobs) {
      if (job.kind === "chain") await checkChain(job, data);
      else checkJob(job, existing(backend, job.out), await halvesOf(job), fresh);
    }
  const made = jobs.map((job) => ({ file: job.out, data: dataFolder(job, data) }));
  const trainings = new Outlasted((text) => jobs.length > 1 && onEvent({ kind: "note", text }));
  for (const [i, job] of jobs.entries()) if (job.kind === "chain") await trainings.of(trainGraph(job, i, jobs.length, options));
  for (const note of backend?.notes ?? []) onEvent({ kind: "note", text: `back end ${note}` });
  for (const [i, job] of own) {
    const { config, out } = job;
    const [used, halves] = [existing(backend, out), await halvesOf(job)];
    if (fresh) rmSync(checkpointOf(out), { force: true });
    onEvent({ kind: "model", model: config.name, file: out, index: i + 1, count: jobs.length, continues: existsSync(checkpointOf(out)) });
    if (jobs.length > 1 && !fresh && isMade(job, used, halves)) onEvent({ kind: "kept", model: config.name, file: out });
    else await trainings.of(trainOne(job, used, halves, options));
  }
  trainings.demandNone();
  return made;
}

/**
 * @throws InputError if the job cannot learn from its data, its chip cannot hold the network, or it finds the
 * checkpoint of another training
 */
function checkJob(job: Job, backend: Backend, halves: Halves, fresh: boolean): void {
  const { config, out, base, aim } = job;
  if (!fresh && isMade(job, backend, halves)) return;
  trainingParts(config, { ...halves, search: null, base });
  const precision = trainedPrecision(config, aim);
  if (precision !== null) chipOf(config, precision, halves.test).check(firstNetwork(config, halves.train, base));
  if (!fresh) demandOwnCheckpoint(fileCheckpoint(checkpointOf(out)), runKey(config, halves.train.hash, backend.name, base));
}

const checkpointOf = (out: string): string => `${out}.checkpoint`;

/** All problems of the command line and of the files are found before the first training begins. */
async function jobsOf(files: readonly string[], options: TrainOptions): Promise<(Job | ChainJob)[]> {
  const { out = null, outDir = "." } = options;
  const aim = options.for === undefined || options.for === null ? null : await aimOf(options.for);
  const jobs = pathsOf(files, "config").flatMap((found): (Job | ChainJob)[] => {
    const { path: file } = found;
    const text = readYamlText(file);
    if (isChainConfig(text, file)) return chainJobs(found, text, options);
    const read = parseTrainingConfig(text, file);
    const written = aim === null ? read : aimedAt(read, file, aim);
    const base = baseOf(written, file);
    if (base !== null) checkBase(written, file, base);
    return (options.seeds ?? [written.seed]).map((seed): Job => {
      const name = seed === written.seed ? written.name : `${written.name}-seed${seed}`;
      return {
        kind: "own",
        file,
        config: { ...written, seed },
        out: out ?? join(outDir, `${name}.safetensors`),
        command: commandLine(found, options, seed, written.data.set),
        workers: workersOf(file, written, options),
        base,
        aim,
      };
    });
  });
  if (out !== null && jobs.length > 1) throw inputError("--out", `one file for ${jobs.length} models`, "name a folder: --out-dir models");
  const ending = jobs.some(({ kind }) => kind === "chain") ? ".nir" : ".safetensors";
  if (out !== null && !out.endsWith(ending)) throw inputError("--out", `expected a name ending in ${ending}, got ${quoted(out)}`);
  const twice = jobs.find((job, i) => jobs.findIndex((other) => other.out === job.out) !== i);
  if (twice !== undefined)
    throw inputError(twice.file, `two models would be written to ${twice.out}`, "give configurations other names, a seed once");
  checkStarts(jobs);
  return jobs;
}

/**
 * A model that a training starts from is not written by the same command: it would be lost, or depend on what was there
 * before, and the command would give other bytes when it is typed again.
 */
function checkStarts(jobs: readonly (Job | ChainJob)[]): void {
  const written = new Map(jobs.flatMap(({ out, file }) => (existsSync(out) ? [[realpathSync(out), { out, file }]] : [])));
  for (const job of jobs) {
    const start = job.kind === "chain" ? chainStartOf(job) : startOf(job.config, job.file);
    const by = start === null ? undefined : written.get(realpathSync(start.path));
    if (start === null || by === undefined) continue;
    const fix =
      by.file === job.file
        ? "another name for the new model: --out FILE or --out-dir FOLDER"
        : `train ${by.file} first, by a command of its own`;
    throw inputError(
      job.file,
      `training starts from ${by.out}, and would ${by.file === job.file ? "" : "first "}overwrite it`,
      fix,
      start.key,
    );
  }
}

/** Jobs of a configuration with a graph. */
function chainJobs(found: Found, text: string, options: TrainOptions): ChainJob[] {
  const { path: file } = found;
  const { out = null, outDir = ".", workers = null, for: aim = null } = options;
  const config = parseChainConfig(text, file);
  if (aim !== null)
    throw inputError(
      "--for",
      `${file} trains a graph in real numbers, not for a chip's words`,
      "leave it out; snn-dse quantise finds the accuracy at given widths",
    );
  if (workers !== null && workers > 1)
    throw inputError("--workers", `${workers} workers, but ${file} trains a graph, which uses one worker`, "leave it out");
  return (options.seeds ?? [config.seed]).map((seed): ChainJob => {
    const name = seed === config.seed ? config.name : `${config.name}-seed${seed}`;
    const place = out ?? join(outDir, `${name}.nir`);
    return { kind: "chain", file, config: { ...config, seed }, out: place, command: commandLine(found, options, seed, config.data.set) };
  });
}

async function trainGraph(job: ChainJob, index: number, count: number, options: TrainOptions): Promise<void> {
  const { onEvent = () => {}, data = null, fresh = false, signal } = options;
  const { config, out } = job;
  const checkpoint = checkpointOf(out);
  if (fresh) rmSync(checkpoint, { force: true });
  const about = { model: config.name, file: out };
  onEvent({ kind: "model", ...about, index: index + 1, count, continues: existsSync(checkpoint) });
  const record = await trainChain(job, {
    ...{ data, checkpoint, checkpointBatches: CHECKPOINT_BATCHES, keeps: count > 1 && !fresh },
    report: (event) => onEvent({ ...event, model: config.name }),
    stop: async () => {
      await turn();
      return signal?.aborted === true;
    },
  });
  if (record === null) onEvent({ kind: "kept", ...about });
  else onEvent({ kind: "written", ...about, record });
}

/** File of the model from which training for a chip starts. */
function startOf({ quantisation }: TrainingConfig, file: string): TrainingStart | null {
  if (quantisation === undefined || quantisation.from === null) return null;
  const key = "quantisation.from";
  return { name: quantisation.from, path: resolveModelPath(quantisation.from, file, key), key };
}

/** The model from which training for a chip starts. */
function baseOf(config: TrainingConfig, file: string): BaseModel | null {
  const start = startOf(config, file);
  if (start === null) return null;
  const { network, record, hash } = readModel(start.path);
  return { name: start.name, network, record, hash };
}

function workersOf(file: string, { training: { shards } }: TrainingConfig, { workers = null }: TrainOptions): number {
  if (workers !== null && workers > shards)
    throw inputError(
      "--workers",
      `${workers} workers share out ${shards} ${shards === 1 ? "shard" : "shards"} of a batch`,
      `at most ${shards}, or more training.shards in ${file}`,
    );
  return workers ?? Math.min(shards, availableParallelism());
}

/**
 * Whether the job's file already holds its model, which says what normalised its features, scored on the job's data.
 */
function isMade(job: Job, backend: Backend, { train, test }: Halves): boolean {
  if (!existsSync(job.out)) return false;
  const { record } = readModel(job.out);
  const asked = asJson(trainedPrecision(job.config, job.aim));
  return (
    !isNormalisedHere(job.config.data.set, recordedData(record)?.features ?? job.config.data.features) &&
    recordedConfig(record) === runKey(job.config, train.hash, backend.name, job.base) &&
    recordedTestData(record) === test.hash &&
    canonicalJson(recordedChipPrecision(record)) === canonicalJson(asked)
  );
}

/** A learned leak may have no effect, at the start or always. The rule of leaks is then not checked. */
function chipOf(config: TrainingConfig, precision: Precision, test: Halves["test"]): ChipHooks {
  const wordsOf = (network: Network): Precision =>
    learnsLeaks(config) && network.layers.every((layer) => leaksOf(network.system, layer) === 0)
      ? { ...precision, leak: "multiplier" }
      : precision;
  return {
    check: (network) => checkOnChip(network, wordsOf(network)),
    score: (network) => scoreOnChip(network, test, wordsOf(network)),
  };
}

async function trainOne(job: Job, backend: Backend, halves: Halves, { onEvent = () => {}, signal }: TrainOptions): Promise<void> {
  const { config, out, workers, base, aim } = job;
  const precision = trainedPrecision(config, aim);
  const checkpoint = fileCheckpoint(checkpointOf(out));
  const result = await trained(config, {
    ...halves,
    backend,
    command: job.command,
    report: (event) => onEvent({ ...event, model: config.name }),
    nowMs: systemClock.monotonicMs,
    checkpoint,
    checkpointBatches: CHECKPOINT_BATCHES,
    stop: async () => {
      await turn();
      return signal?.aborted === true;
    },
    learners: workers > 1 ? threadLearners(workers, backend.name) : localLearners,
    base,
    search: null,
    chip: precision === null ? null : chipOf(config, precision, halves.test),
  });
  if (result === null) throw new InterruptedError(`the checkpoint is ${checkpointOf(out)}; the same command continues`);
  writeModel(out, result.network, result.record);
  checkpoint.clear();
  onEvent({ kind: "written", model: config.name, file: out, record: result.record });
}

/**
 * The command that trains this model, with paths relative to the working folder, so that it can be typed on another
 * machine: with the plug-in that brings the data set `set`, and the back end that was asked for.
 */
function commandLine({ typed, path }: Found, options: TrainOptions, seed: number, set: string): string {
  const { data = null, seeds = null, for: aim = null, backend = "auto" } = options;
  const place = data === null ? "" : ` --data ${shellWord(basename(data))}`;
  const inside = !isAbsolute(typed) && !normalize(typed).startsWith("..");
  const file = typed !== path || inside ? normalize(typed) : basename(path);
  const chip = aim === null ? "" : ` --for ${shellWord(basename(aim))}`;
  const plugin = DATASETS.addedBy(set);
  const more = [
    ...(plugin === null ? [] : [`--plugin ${shellWord(basename(plugin.name))}`]),
    ...(backend === "auto" ? [] : [`--backend ${backend}`]),
    ...(seeds === null ? [] : [`--seed ${seed}`]),
  ];
  return [`snn-dse train ${shellWord(file)}${place}${chip}`, ...more].join(" ");
}
