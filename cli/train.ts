/** Trains from configuration files: progress, checkpoint beside each model, model files, and their comparison at the end. Effects: reads and writes files, prints. */
import { existsSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { promisify } from "node:util";
import { readModel, type Samples, writeModel } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { hashJson } from "../base/hash.js";
import { checkWritable, makeFolder } from "../base/write-file.js";
import {
  type Backend,
  chooseBackend,
  fileCheckpoint,
  loadConfigured,
  localLearners,
  parseTrainingConfig,
  recordedConfig,
  type TrainingConfig,
  threadLearners,
  train,
} from "../training/index.js";
import { printTable } from "./evaluate.js";
import { EXIT, InterruptedError } from "./exit.js";
import { onLeaveSignals } from "./leave-signals.js";
import { readYamlText } from "./load.js";
import type { TrainOptions } from "./options.js";
import { print, printJson, warn } from "./print.js";
import { jsonReporter, lineReporter } from "./train-report.js";

/** Lets signals in. A second signal ends the program at once. */
const turn = promisify(setImmediate);
const CHECKPOINT_BATCHES = 200;

/** One model to be made. */
interface Job {
  readonly file: string;
  readonly config: TrainingConfig;
  readonly out: string;
  readonly command: string;
  readonly workers: number;
}

interface Halves {
  readonly train: Samples;
  readonly test: Samples;
}

/** Trains every configuration with every seed. Of several models, those that are there already are kept. */
export async function trainModels(files: readonly string[], options: TrainOptions): Promise<void> {
  const jobs = jobsOf(files, options);
  for (const { out } of jobs) {
    makeFolder(dirname(out));
    checkWritable(out);
  }
  const backend = await chooseBackend(options.backend);
  if (options.json !== true) for (const note of backend.notes) warn(`back end ${note}`);
  const signals = interruptions();
  let loaded: { readonly key: string; readonly halves: Halves } | null = null;
  for (const [index, job] of jobs.entries()) {
    const key = hashJson(job.config.data);
    if (loaded === null || loaded.key !== key) loaded = { key, halves: await loadConfigured(job.config, options.data ?? null) };
    if (jobs.length > 1 && options.json !== true) print([...(index === 0 ? [] : [""]), `${index + 1}/${jobs.length} ${job.out}`]);
    if (jobs.length > 1 && options.fresh !== true && isMade(job, backend, loaded.halves)) {
      if (options.json === true) printJson({ kind: "kept", model: job.config.name, file: job.out });
      else print("trained already with this configuration, these data and this back end; --fresh trains it again");
      continue;
    }
    await trainOne(job, backend, loaded.halves, options, signals.asked);
  }
  signals.end();
  const made = jobs.map((job) => job.out);
  if (options.json === true) return;
  if (made.length === 1) return print(["", "Next:", `  snn-dse sim arch.yaml --set network.model=${made[0]}`]);
  print("");
  await printTable(made, { split: "test", ...(options.data === undefined ? {} : { data: [options.data] }) });
}

/** Asks whether a signal has come: the run then leaves a checkpoint. A second Ctrl-C leaves at once, with the last checkpoint. */
function interruptions(): { readonly asked: () => boolean; readonly end: () => void } {
  let interrupted = false;
  const end = onLeaveSignals(() => {
    if (interrupted) process.exit(EXIT.interrupted);
    interrupted = true;
  });
  return { asked: () => interrupted, end };
}

/** All problems of the command line and of the files are found before the first model is begun. */
function jobsOf(files: readonly string[], options: TrainOptions): Job[] {
  const jobs = files.flatMap((file) => {
    const written = parseTrainingConfig(readYamlText(file), file);
    return (options.seed ?? [written.seed]).map((seed): Job => {
      const name = seed === written.seed ? written.name : `${written.name}-seed${seed}`;
      const out = options.out ?? join(options.outDir ?? ".", `${name}.safetensors`);
      return {
        file,
        config: { ...written, seed },
        out,
        command: commandLine(file, options, seed),
        workers: workersOf(file, written, options),
      };
    });
  });
  if (options.out !== undefined && jobs.length > 1)
    throw inputError("--out", `one file for ${jobs.length} models`, "name a folder: --out-dir models");
  if (options.out !== undefined && !options.out.endsWith(".safetensors"))
    throw inputError("--out", `expected a name ending in .safetensors, got ${quoted(options.out)}`);
  const twice = jobs.find((job, i) => jobs.findIndex((other) => other.out === job.out) !== i);
  if (twice !== undefined)
    throw inputError(twice.file, `two models would be written to ${twice.out}`, "give the configurations different names");
  return jobs;
}

function workersOf(file: string, { training: { shards } }: TrainingConfig, { workers }: TrainOptions): number {
  if (workers !== undefined && workers > shards)
    throw inputError(
      "--workers",
      `${workers} workers share out ${shards} ${shards === 1 ? "shard" : "shards"} of a batch`,
      `at most ${shards}, or more training.shards in ${file}`,
    );
  return workers ?? Math.min(shards, availableParallelism());
}

/** Whether the job's file holds the model that the job would make. */
function isMade(job: Job, backend: Backend, { train }: Halves): boolean {
  if (!existsSync(job.out)) return false;
  const made = recordedConfig(readModel(job.out).record);
  return made === hashJson([job.config, train.hash, backend.name]);
}

async function trainOne(job: Job, backend: Backend, halves: Halves, options: TrainOptions, isInterrupted: () => boolean): Promise<void> {
  const { config, out, workers } = job;
  const checkpointFile = `${out}.checkpoint`;
  if (options.fresh === true) rmSync(checkpointFile, { force: true });
  const result = await train(config, {
    ...halves,
    backend,
    command: job.command,
    report: options.json === true ? jsonReporter(config.name) : lineReporter(existsSync(checkpointFile)),
    nowMs: Date.now,
    checkpoint: fileCheckpoint(checkpointFile),
    checkpointBatches: CHECKPOINT_BATCHES,
    stop: async () => {
      await turn();
      return isInterrupted();
    },
    learners: workers > 1 ? threadLearners(workers, backend.name) : localLearners,
  });
  if (result === null) throw new InterruptedError(`the checkpoint is ${checkpointFile}; the same command continues`);
  writeModel(out, result.network, result.record);
  if (options.json === true) printJson({ kind: "written", model: config.name, file: out, record: result.record });
  else print(`wrote ${out}`);
}

/** The command that makes this model, as it can be typed again below the same folder, without folders of this machine. */
function commandLine(file: string, options: TrainOptions, seed: number): string {
  const data = options.data === undefined ? "" : ` --data ${basename(options.data)}`;
  const inside = !isAbsolute(file) && !normalize(file).startsWith("..");
  return `snn-dse train ${inside ? normalize(file) : basename(file)}${data}${options.seed === undefined ? "" : ` --seed ${seed}`}`;
}
