/** One point of a coupled chip's description: checked without its search, or run and printed. Effects: reads files, writes a trace file, prints. */
import { availableParallelism } from "node:os";
import { type CoupledExperiment, isCoupled, type ParsedDescription, patchDescription } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { hashJson, type Json } from "../base/hash.js";
import type { Result } from "../sim/index.js";
import { type CaseFiles, coupledInput, coupledTraceFormats, evaluateCoupled, runOnInput } from "../sim/recorded/index.js";
import { searchOf, sweepLines } from "./check.js";
import { duration, significant } from "./format/number.js";
import { resultLines } from "./format/result.js";
import { type Look, lookOf, paint } from "./format/style.js";
import { tableLines } from "./format/table.js";
import { loadCase, parseSets } from "./load.js";
import { print, printJson, warn } from "./print.js";
import type { SimulateOptions } from "./simulate.js";
import { writeTrace } from "./write-trace.js";

interface Point {
  readonly experiment: CoupledExperiment;
  readonly document: Json;
  readonly files: CaseFiles;
}

async function pointOf(parsed: ParsedDescription, sets: readonly string[]): Promise<Point> {
  const { experiment, document } = patchDescription({ ...parsed, file: sets.length === 0 ? parsed.file : "--set" }, parseSets(sets));
  if (!isCoupled(experiment)) throw inputError(parsed.file, "describes an ordinary chip");
  const { workload } = experiment;
  return { experiment, document, files: workload.kind === "case" ? loadCase(workload.folder, parsed.file) : new Map() };
}

function evaluate({ experiment, files }: Point): Result {
  const provenance = { modelHash: hashJson({ model: experiment.chip.model }), dataHash: hashJson(Object.fromEntries(files)) };
  return evaluateCoupled(experiment, files, provenance).result;
}

const isHead = (path: string): boolean => ["version", "name", "source"].includes(path);

/** Parameters of a document by path. */
function parameters(value: Json, path = ""): readonly (readonly [path: string, value: string])[] {
  if (typeof value !== "object" || value === null) return isHead(path) ? [] : [[path, String(value)]];
  return Object.entries(value).flatMap(([key, entry]) => parameters(entry, path === "" ? key : `${path}.${key}`));
}

function headLines(look: Look, { experiment, document, files }: Point): readonly string[] {
  const { chip, workload } = experiment;
  const inputs = workload.kind === "case" ? `case ${workload.folder} (${files.size} files)` : "synthetic inputs";
  const columns = [
    { title: "parameter", align: "left" },
    { title: "value", align: "right" },
  ] as const;
  return [
    `${paint(look, chip.name, "bold")}: coupled chip, model ${chip.model}, ${inputs}`,
    paint(look, chip.source, "dim"),
    "",
    ...tableLines(look, columns, parameters(document)),
  ];
}

/** What a run that met its limit leaves unknown, and why. */
function limitLines(look: Look, { experiment, files }: Point, latencyCycles: number | null): readonly string[] {
  if (latencyCycles !== null) return [];
  const { limitCycles } = experiment.workload;
  const limit =
    limitCycles === null ? `the case's limit (${[...files.keys()].find((name) => name.startsWith("case."))})` : String(limitCycles);
  const fix = "raise workload.limit_cycles; a closed loop may never come to rest";
  return [
    "",
    paint(look, `work is left after workload.limit_cycles, ${limit}: latency and energy of the whole are unknown (${fix})`, "yellow"),
  ];
}

/** Says what the description means, and how long its search would take: one point is run for that. */
export async function checkCoupled(parsed: ParsedDescription, sets: readonly string[], json: boolean): Promise<void> {
  const point = await pointOf(parsed, sets);
  const search = parsed.sweep === null ? null : searchOf(parsed.sweep, parsed.file);
  evaluate(point); // the first run also compiles
  const startMs = performance.now();
  const { metrics } = evaluate(point);
  const pointSeconds = (performance.now() - startMs) / 1000;
  const workers = availableParallelism();
  const seconds = ((search?.points ?? 1) * pointSeconds) / workers;
  if (json) {
    const estimate = { seconds, workers, pointSeconds };
    printJson({ file: parsed.file, document: point.document, metrics, search, estimate }, 2);
    return;
  }
  const look = lookOf(process.stdout, process.env);
  const unknown = (parsed.sweep?.objectives ?? []).filter(({ metric }) => metrics[metric as keyof typeof metrics] === null);
  print([
    ...headLines(look, point),
    "",
    `latency ${significant(metrics.latency_cycles)} cycles, ${significant(metrics.events_processed)} events, ${significant(metrics.events_dropped)} dropped, ${significant(metrics.spikes_fired)} spikes as written`,
    ...(parsed.sweep === null || search === null ? ["no sweep section"] : ["", ...sweepLines(look, parsed.sweep, search)]),
    ...limitLines(look, point, metrics.latency_cycles),
    ...unknown.map(({ metric }) =>
      paint(look, `warning: ${metric} is unknown for the point as written, so it may reach no front`, "yellow"),
    ),
    `time  about ${duration(seconds)} with ${workers} workers: ${significant(pointSeconds, 2)} s a point`,
    "",
    "ok",
  ]);
}

/** Runs the point as written and prints its answer; with `explain`, every count of the run. */
export async function simulateCoupled(parsed: ParsedDescription, sets: readonly string[], options: SimulateOptions): Promise<void> {
  const point = await pointOf(parsed, sets);
  const { chip } = point.experiment;
  const result = evaluate(point);
  const run = options.explain || options.trace !== null ? runOnInput(chip, coupledInput(point.experiment, point.files)) : null;
  const counts = options.explain && run !== null ? run.metrics : null;
  let written: string | null = null;
  if (options.trace !== null && run !== null) {
    if (run.trace === null) throw inputError("--trace", `the model ${chip.model} has no trace`);
    const { ending, write } = coupledTraceFormats[options.trace];
    written = await writeTrace(parsed.file, options.out, ending, write(chip, run.trace));
  }
  if (options.json) {
    if (written !== null) warn(written);
    printJson({ file: parsed.file, ...result, ...(counts === null ? {} : { counts }) }, 2);
    return;
  }
  const look = lookOf(process.stdout, process.env);
  const columns = [
    { title: "count", align: "left" },
    { title: "value", align: "right" },
  ] as const;
  print([
    ...headLines(look, point).slice(0, 2),
    "",
    ...resultLines(look, result),
    ...limitLines(look, point, result.metrics.latency_cycles),
    ...(counts === null
      ? []
      : [
          "",
          ...tableLines(
            look,
            columns,
            Object.entries(counts).map(([name, value]) => [name, String(value)]),
          ),
        ]),
    ...(written === null ? [] : ["", written]),
  ]);
}
