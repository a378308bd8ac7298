/** Runs a study from a description file with a view: dashboard, plain lines or NDJSON. Effects: as `sweep`, prints. */
import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import type { Cluster } from "../../app/engine.js";
import { limitedMetrics, limitsOf, metricUnits, parameterTypes, type Shard, type StudyEvent, steadyMs } from "../../app/nouns.js";
import { type Description, openRunnable } from "../../app/open.js";
import { lacksOfFront } from "../../app/pareto.js";
import { journalNote } from "../../app/stored.js";
import { type OpenSweep, openSweep, type StudyControls, type SweepOptions } from "../../app/sweep.js";
import { inputError, quoted } from "../../base/errors.js";
import type { StudyView } from "../dashboard/events.js";
import { EMPTY_STATE, reduce } from "../dashboard/state.js";
import { summaryLines } from "../dashboard/summary.js";
import { lookOf } from "../format/style.js";
import type { SweepOptions as SweepCommandOptions } from "../options/command-options.js";
import { pluginsOf } from "../options/plugins.js";
import { keyOf, serverOf } from "../options/secrets.js";
import { print, printJson, warn } from "../output/print.js";
import { EXIT, sweepExit } from "../process/exit.js";
import { onLeaveSignals } from "../process/leave-signals.js";
import { nodeRisk } from "../process/runtime.js";
import { progressPrinter } from "./progress-lines.js";
import type { SweepViewer } from "./viewer.js";

/** Runs the sweep; returns the exit code. */
export async function runSweep(file: string, options: SweepCommandOptions): Promise<number> {
  const description = await openRunnable(file, { plugins: await pluginsOf(options) });
  const database = options.db ?? `${basename(file, extname(file))}.db`;
  if (options.resume === true && !existsSync(database)) warn(`${database}: nothing to resume, starting the study`);
  const risk = nodeRisk(process.versions.node);
  if (risk !== null) warn(`warning: ${risk}`);
  // A server is judged while the sweep opens, before there is a viewer.
  const early: StudyEvent[] = [];
  let tell: (event: StudyEvent) => void = (event) => early.push(event);
  const { identity, revision, study, run } = await openSweep(description, {
    ...settingsOf(options),
    db: database,
    onEvent: (event) => tell(event),
    onWarning: (text) => warn(text),
  });
  const view = viewOf(description, { database, identity, revision });
  let signals = 0;
  const stop = (): void => {
    signals += 1;
    // A second request: leave at once. Stored data are intact, and exit hooks restore the terminal.
    if (signals > 1) process.exit(EXIT.interrupted);
    study.stop(false);
  };
  const deaf = onLeaveSignals(stop);
  let viewer: SweepViewer = { tell: () => {}, end: async () => {} };
  try {
    viewer = await chooseViewer(view, study, file, options, stop);
    tell = viewer.tell;
    early.forEach(tell);
    const summary = await run();
    await viewer.end(summary);
    const note = journalNote(database);
    if (note !== null) warn(note);
    return sweepExit(summary);
  } catch (error) {
    await viewer.end(null);
    throw error;
  } finally {
    deaf();
  }
}

function viewOf(
  { file, sweep }: Description,
  { database, identity, revision }: Pick<OpenSweep, "database" | "identity" | "revision">,
): StudyView {
  const names = sweep?.parameters.map(({ name }) => name) ?? [];
  const limits = limitsOf(sweep?.constraints ?? [], names);
  return {
    file: basename(file),
    database,
    study: identity.slice(0, 8),
    seed: sweep?.sampler.seed ?? 0,
    revision,
    limits,
    paths: Object.fromEntries((sweep?.parameters ?? []).map(({ name, path }) => [name, path])),
    types: parameterTypes(sweep?.parameters ?? []),
    metrics: metricUnits([...(sweep?.objectives.map(({ metric }) => metric) ?? []), ...limitedMetrics(limits)]),
    readOnly: false,
  };
}

/** The command's options for the library. */
function settingsOf(options: SweepCommandOptions): SweepOptions {
  const { workers, budget, time, patience, retries, failFast, retryFailed, rerun, warmStart, shard } = options;
  return {
    ...(workers === undefined ? {} : { workers }),
    ...(budget === undefined ? {} : { budget }),
    ...(retries === undefined ? {} : { retries }),
    ...(warmStart === undefined ? {} : { warmStart }),
    ...(shard === undefined ? {} : { shard: shardOf(shard) }),
    timeLimitMs: time ?? null,
    patience: patience ?? null,
    failFast: failFast === true,
    retryFailed: retryFailed === true,
    rerun: rerun === true,
    cluster: clusterOf(options),
  };
}

function clusterOf(options: SweepCommandOptions): Cluster | null {
  if (options.engine === "local") return null;
  return {
    redisUrl: serverOf(options),
    key: keyOf(options),
    prefix: options.redisPrefix,
    sharedDir: options.sharedDir ?? null,
    leaseMs: options.leaseSeconds * 1000,
  };
}

/** `i/n` */
function shardOf(text: string): Shard {
  const [, shard, shards] = (/^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? []).map(Number);
  if (!(shard >= 1 && shard <= shards))
    throw inputError("--shard", `expected i/n with i from 1 to n, got ${quoted(text)}`, "e.g. --shard 1/4");
  return { shard, shards };
}

async function chooseViewer(
  view: StudyView,
  study: StudyControls,
  file: string,
  options: SweepCommandOptions,
  stop: () => void,
): Promise<SweepViewer> {
  if (options.json === true) {
    return {
      tell: (event) => printJson({ at: new Date().toISOString(), ...event }),
      end: async () => {},
    };
  }
  // The dashboard loads React and Ink, so it is imported only if it will be drawn.
  if (options.tui && (await import("../process/terminal.js")).canDraw(process.env)) {
    const { dashboardViewer } = await import("../dashboard/live.js");
    return dashboardViewer(view, study, file, stop);
  }
  return lineViewer(view);
}

/** Plain lines for pipes, logs and continuous integration, with the summary at the end. */
function lineViewer(view: StudyView): SweepViewer {
  const look = lookOf(process.stdout, process.env);
  let state = reduce(EMPTY_STATE, { type: "opened", study: view }, steadyMs());
  const progress = progressPrinter(print);
  return {
    tell: (event) => {
      state = reduce(state, event, steadyMs());
      progress(state, event, steadyMs());
    },
    end: async (summary) => {
      if (summary !== null)
        print(["", ...summaryLines(look, state, lacksOfFront(view.database), process.stdout.columns || 100, steadyMs())]);
    },
  };
}
