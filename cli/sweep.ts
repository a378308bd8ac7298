/** Runs a study from a description file under a view: dashboard, plain lines or NDJSON. Effects: everything a sweep needs. */
import { existsSync } from "node:fs";
import { availableParallelism, freemem } from "node:os";
import { basename, dirname, extname } from "node:path";
import { isCoupled, type ParsedDescription, patchExperiment, type SweepSpec } from "../arch/index.js";
import { inputError, quoted } from "../base/errors.js";
import { asJson } from "../base/hash.js";
import { METRICS, selfCheck } from "../sim/index.js";
import {
  buildDigest,
  buildInputs,
  type Engine,
  type Input,
  SAMPLERS,
  Store,
  Study,
  type StudyEvent,
  type StudySetup,
  type StudySummary,
  shardBudget,
  studyRecord,
  systemClock,
  threadLimit,
  warmStart,
} from "../sweeps/index.js";
import type { StudyView } from "./dashboard/events.js";
import { EMPTY_STATE, reduce } from "./dashboard/state.js";
import { summaryLines } from "./dashboard/summary.js";
import { openEngine } from "./engine.js";
import { EXIT } from "./exit.js";
import { lookOf } from "./format/style.js";
import { onLeaveSignals } from "./leave-signals.js";
import { checkScored, loadRunnable } from "./load.js";
import type { SweepOptions } from "./options.js";
import { print, printJson, warn } from "./print.js";
import { progressPrinter } from "./progress-lines.js";
import { type Provenance, packageVersion, provenanceNow, revisionText } from "./provenance.js";
import { nodeRisk } from "./runtime.js";
import { withStore } from "./stored.js";
import { StudyFiles } from "./study-files.js";
import type { SweepViewer } from "./viewer.js";

/** Runs the sweep; returns the exit code. */
export async function runSweep(file: string, options: SweepOptions): Promise<number> {
  const parsed = await loadRunnable(file);
  if (parsed.sweep === null)
    throw inputError(file, "has no sweep section", "add `sweep:` or write {sweep: [...]} in place of a value; see arch/examples");
  if (!isCoupled(parsed.experiment)) await checkScored(parsed.sweep, parsed.experiment, file);
  const database = options.db ?? `${basename(file, extname(file))}.db`;
  // A kill before the first write leaves no database: the same command must still end where an undisturbed run does.
  if (!existsSync(dirname(database)))
    throw inputError(database, `its folder ${dirname(database)} does not exist`, "make it first, or choose another --db");
  if (options.resume === true && !existsSync(database)) warn(`${database}: nothing to resume, starting the study`);
  const risk = nodeRisk(process.versions.node);
  if (risk !== null) warn(`warning: ${risk}`);
  const provenance = provenanceNow(selfCheck());
  const study = await openStudy(parsed, file, database, { ...options, ...workersOf(options) }, provenance);
  const view: StudyView = {
    file: basename(file),
    database,
    study: study.identity.slice(0, 8),
    seed: parsed.sweep.sampler.seed,
    revision: revisionText(provenance),
    constraints: parsed.sweep.constraints,
    paths: Object.fromEntries(parsed.sweep.parameters.map(({ name, path }) => [name, path])),
    metrics: Object.entries(METRICS).map(([name, { unit }]) => ({ name, unit })),
    readOnly: false,
  };
  let signals = 0;
  let viewer: SweepViewer = { tell: () => {}, end: async () => {} };
  const stop = (): void => {
    signals += 1;
    // Asked twice: leave at once; what is stored is whole, and the exit hooks give the terminal back.
    if (signals > 1) process.exit(EXIT.interrupted);
    study.handle.stop(false);
  };
  const deaf = onLeaveSignals(stop);
  try {
    viewer = await chooseViewer(view, study.handle, file, options, stop);
    study.listen(viewer.tell);
    const summary = await study.handle.run();
    await viewer.end(summary);
    return exitCodeOf(summary);
  } catch (error) {
    await viewer.end(null);
    throw error;
  } finally {
    deaf();
  }
}

/** As many local workers as asked, but no more than the machine has cores and memory for. */
function workersOf({ workers, engine }: SweepOptions): { readonly workers?: number } {
  if (workers === undefined || engine !== "local") return {};
  const cores = availableParallelism();
  const { threads, by } = threadLimit(cores, freemem());
  if (workers <= threads) return {};
  const why = by === "cores" ? `4 per core of this machine (${cores})` : "as many as its free memory holds";
  warn(`--workers ${workers}: ${threads} are used, ${why}`);
  return { workers: threads };
}

function exitCodeOf(summary: StudySummary): number {
  if (summary.reason === "stopped") return EXIT.interrupted;
  if (summary.reason === "failure") return EXIT.internal;
  if (summary.done > 0) return EXIT.ok;
  return summary.infeasible > 0 ? EXIT.infeasible : EXIT.internal;
}

/** The sweep of one shard, `i/n`: its share of the budget, and a sampler that skips what belongs to the others. */
function partOf(sweep: SweepSpec, text: string): SweepSpec {
  const [, shard, shards] = (/^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? []).map(Number);
  if (!(shard >= 1 && shard <= shards))
    throw inputError("--shard", `expected i/n with i from 1 to n, got ${quoted(text)}`, "e.g. --shard 1/4");
  const { sampler } = sweep;
  const splittable = Object.entries(SAMPLERS).flatMap(([name, { options }]) => (Object.hasOwn(options, "shards") ? [name] : []));
  if (!splittable.includes(sampler.name))
    throw inputError(
      "--shard",
      `a search by ${sampler.name} learns from all its points, so it cannot be split`,
      `splittable: ${splittable.join(", ")}`,
    );
  const budget = shardBudget(sampler.budget, shard, shards);
  if (budget < 1)
    throw inputError("--shard", `has no point: ${sampler.budget} points in ${shards} shards`, "take fewer shards or a larger --budget");
  return { ...sweep, sampler: { ...sampler, budget, options: { ...sampler.options, shard, shards } } };
}

/** Tells a new study what another sweep found, and the user how much of it. */
function beginWith(store: Store, file: string, spec: SweepSpec): void {
  try {
    const { taken, left } = withStore(file, (source) => warmStart(store, source, spec));
    warn(
      `warm start: ${taken} points of ${file}${left === 0 ? "" : `, ${left} left out: outside this space, or refused there by a limit whose value was not kept`}`,
    );
  } catch (error) {
    store.close();
    throw error;
  }
}

interface OpenStudy {
  readonly handle: Study;
  readonly identity: string;
  readonly listen: (tell: (event: StudyEvent) => void) => void;
}

async function openStudy(
  parsed: ParsedDescription,
  file: string,
  database: string,
  options: SweepOptions,
  provenance: Provenance,
): Promise<OpenStudy> {
  const { sweep } = parsed;
  if (sweep === null) throw inputError(file, "has no sweep section");
  const asked = options.budget === undefined ? sweep : { ...sweep, sampler: { ...sweep.sampler, budget: options.budget } };
  const spec = options.shard === undefined ? asked : partOf(asked, options.shard);
  const store = Store.open(database);
  if (options.warmStart !== undefined) beginWith(store, options.warmStart, spec);
  let listener: (event: StudyEvent) => void = () => {};
  let handle: Study | null = null;
  let atOnce = 2;
  let engine: Engine | null = null;
  try {
    const files = new StudyFiles(file);
    const setup: StudySetup = {
      name: basename(file, extname(file)),
      file,
      spec,
      document: parsed.document,
      experimentOf: (byPath) => patchExperiment(parsed, byPath),
      engineVersion: packageVersion(),
      build: buildDigest(),
      inputs: [...buildInputs(), ...parsed.bases.map((base): Input => ({ kind: "description", ...base }))],
      inputsOf: files.inputsOf,
      provenance: asJson(provenance),
    };
    engine = await openEngine(files, parsed.experiment, setup, options, {
      tell: (event) => listener(event),
      // Twice as many points under way as threads: whoever ends one finds the next waiting.
      onThreads: (threads) => {
        const wanted = Math.max(2, 2 * threads);
        if (options.workers !== undefined || wanted === atOnce) return;
        atOnce = wanted;
        handle?.setWorkers(wanted);
      },
    });
    const remote = options.engine === "bullmq";
    const workers = options.workers ?? (remote ? 2 : availableParallelism());
    const settings = {
      workers,
      retries: options.retries ?? (remote ? 4 : 2),
      failFast: options.failFast === true,
      retryFailed: options.retryFailed === true,
      rerun: options.rerun === true,
      timeLimitMs: options.time ?? null,
      patience: options.patience ?? null,
    };
    handle = new Study(setup, settings, { store, engine, clock: systemClock }, (event) => listener(event));
    const listen = (tell: (event: StudyEvent) => void): void => {
      listener = tell;
    };
    return { handle, identity: studyRecord(setup).identity, listen };
  } catch (error) {
    await engine?.close(true);
    store.close();
    throw error;
  }
}

async function chooseViewer(view: StudyView, study: Study, file: string, options: SweepOptions, stop: () => void): Promise<SweepViewer> {
  if (options.json === true) {
    return {
      tell: (event) => printJson({ at: new Date().toISOString(), ...event }),
      end: async () => {},
    };
  }
  // The dashboard pulls React and Ink in: only where it will be drawn.
  if (options.tui && (await import("./terminal.js")).canDraw(process.env)) {
    const { dashboardViewer } = await import("./dashboard/live.js");
    return dashboardViewer(view, study, file, stop);
  }
  return lineViewer(view);
}

/** Plain lines for pipes, logs and continuous integration; the summary at the end. */
function lineViewer(view: StudyView): SweepViewer {
  const look = lookOf(process.stdout, process.env);
  let state = reduce(EMPTY_STATE, { type: "opened", study: view }, Date.now());
  const progress = progressPrinter(print);
  return {
    tell: (event) => {
      state = reduce(state, event, Date.now());
      progress(state, event, Date.now());
    },
    end: async (summary) => {
      if (summary !== null) print(["", ...summaryLines(look, state, process.stdout.columns || 100)]);
    },
  };
}
