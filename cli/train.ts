/** Trains from a configuration file: progress lines, checkpoint beside the model, model file at the end. Effects: reads and writes files, prints. */
import { existsSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, isAbsolute, normalize } from "node:path";
import { promisify } from "node:util";
import { inputError, type Json, writeModel } from "../arch/index.js";
import {
  chooseBackend,
  fileCheckpoint,
  loadConfigured,
  localLearners,
  parseTrainingConfig,
  type TrainingEvent,
  threadLearners,
  train,
} from "../training/index.js";
import { InterruptedError } from "./exit.js";
import { duration, grouped, significant } from "./format/number.js";
import { bar, sparkline } from "./format/sparkline.js";
import { type Look, lookOf, paint } from "./format/style.js";
import { readText } from "./load.js";
import type { TrainOptions } from "./options.js";

/** One turn of the event loop: signals come in. A second signal ends the program at once. */
const turn = promisify(setImmediate);
const CHECKPOINT_BATCHES = 200;
const LINE_MS = 200;
const PLAIN_LINE_MS = 10_000;

export async function trainModel(file: string, options: TrainOptions): Promise<void> {
  const written = parseTrainingConfig(readText(file), file);
  const config = options.seed === undefined ? written : { ...written, seed: options.seed };
  const out = options.out ?? `${config.name}.safetensors`;
  if (!out.endsWith(".safetensors")) throw inputError("--out", `expected a name ending in .safetensors, got '${out}'`);
  const checkpointFile = `${out}.checkpoint`;
  if (options.fresh === true) rmSync(checkpointFile, { force: true });
  const backend = await chooseBackend(options.backend);
  const { train: trainSet, test: testSet } = await loadConfigured(config, options.data ?? null);
  const report = options.json === true ? jsonReporter() : lineReporter(existsSync(checkpointFile));
  if (options.json !== true) for (const note of backend.notes) console.error(`back end ${note}`);
  const { shards } = config.training;
  if (options.workers !== undefined && options.workers > shards)
    throw inputError(
      "--workers",
      `${options.workers} workers share out ${shards} ${shards === 1 ? "shard" : "shards"} of a batch`,
      `at most ${shards}, or more training.shards in ${file}`,
    );
  const workers = options.workers ?? Math.min(shards, availableParallelism());
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  const result = await train(config, {
    backend,
    train: trainSet,
    test: testSet,
    command: commandLine(file, options),
    report,
    nowMs: Date.now,
    checkpoint: fileCheckpoint(checkpointFile),
    checkpointBatches: CHECKPOINT_BATCHES,
    stop: async () => {
      await turn();
      return interrupted;
    },
    learners: workers > 1 ? threadLearners(workers, backend.name) : localLearners,
  });
  if (result === null) throw new InterruptedError(`the checkpoint is ${checkpointFile}; the same command continues`);
  writeModel(out, result.network, result.record);
  if (options.json === true) console.log(JSON.stringify({ kind: "written", file: out, record: result.record }));
  else console.log(`wrote ${out}\n\nNext:\n  snn-dse sim arch.yaml --set network.model=${out}`);
}

/** The command as it can be typed again below the same folder, without folders of this machine. */
function commandLine(file: string, options: TrainOptions): string {
  const data = options.data === undefined ? "" : ` --data ${basename(options.data)}`;
  const seed = options.seed === undefined ? "" : ` --seed ${options.seed}`;
  const inside = !isAbsolute(file) && !normalize(file).startsWith("..");
  return `snn-dse train ${inside ? normalize(file) : basename(file)}${data}${seed}`;
}

function jsonReporter(): (event: TrainingEvent) => void {
  return (event) => {
    const { snapshot: _network, ...plain } = event as TrainingEvent & { snapshot?: unknown };
    if (plain.kind !== "end") console.log(JSON.stringify(plain));
    else {
      const { predictions: _each, ...test } = plain.test;
      console.log(JSON.stringify({ ...plain, test } as unknown as Json));
    }
  };
}

/** Progress on one line that rewrites itself on a terminal, plain lines every ten seconds elsewhere, one line an epoch always. */
function lineReporter(continues: boolean): (event: TrainingEvent) => void {
  const terminal = process.stdout.isTTY === true;
  const look = lookOf(process.stdout, process.env);
  const losses: number[] = [];
  let shownMs = 0;
  return (event) => {
    switch (event.kind) {
      case "start":
        console.log(`back end ${event.backend}, ${grouped(event.parameters)} parameters, ${event.epochs} epochs`);
        for (const warning of event.warnings) console.error(`warning: ${warning}`);
        if (event.resumedAtEpoch !== null) console.log(`continuing in epoch ${event.resumedAtEpoch}`);
        else if (continues) console.log("the checkpoint found belongs to another configuration; starting over");
        return;
      case "batch": {
        losses.push(event.loss);
        const now = Date.now();
        if (now - shownMs < (terminal ? LINE_MS : PLAIN_LINE_MS)) return;
        shownMs = now;
        const line = batchLine(look, event, losses);
        process.stdout.write(terminal ? `\r\u001b[K${line}` : `${line}\n`);
        return;
      }
      case "epoch":
        if (terminal) process.stdout.write("\r\u001b[K");
        console.log(`${epochText(event.record as unknown as { readonly [key: string]: Json })}  ${duration(event.seconds)}`);
        return;
      case "end":
        console.log(
          paint(look, `test accuracy ${significant(event.test.accuracy * 100, 4)} %`, "bold") +
            ` (${event.test.correct}/${event.test.scored}), ${significant(event.test.multiplicationsPerFrame, 5)} multiplications a frame, ${duration(event.seconds)}`,
        );
    }
  };
}

function batchLine(look: Look, event: Extract<TrainingEvent, { kind: "batch" }>, losses: readonly number[]): string {
  const share = (event.batch + 1) / event.batches;
  const recent = losses.slice(-20);
  const loss = recent.reduce((sum, value) => sum + value, 0) / recent.length;
  const place = `epoch ${event.epoch}/${event.epochs} ${bar(look, share, 20)} ${event.batch + 1}/${event.batches}`;
  return `${place}  loss ${significant(loss, 3)} ${sparkline(look, losses.slice(-400), 24)}  rate ${significant(event.learningRate, 2)}  ${duration(event.seconds)}`;
}

function epochText(record: { readonly [key: string]: Json }): string {
  return Object.entries(record)
    .filter(([, value]) => typeof value === "number")
    .map(
      ([name, value]) =>
        `${name
          .replace(/([A-Z])/g, " $1")
          .replaceAll("_", " ")
          .toLowerCase()} ${significant(value as number, 4)}`,
    )
    .join("  ");
}
