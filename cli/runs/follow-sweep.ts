/** The dashboard of a database: follows a sweep that runs elsewhere, or shows a finished one. Effects: reads, draws. */

import { basename } from "node:path";
import { Follower, limitedMetrics, limitsOf, metricUnits, parameterTypes, type StudyEvent, steadyMs } from "../../app/nouns.js";
import { lacksOfFront } from "../../app/pareto.js";
import { type Provenance, revisionText } from "../../app/provenance.js";
import { Store } from "../../app/stored.js";
import { inputError } from "../../base/errors.js";
import type { StudyView } from "../dashboard/events.js";
import { hostWish, printSummary } from "../dashboard/live.js";
import { openDashboard } from "../dashboard/run.js";
import { EMPTY_STATE, reduce } from "../dashboard/state.js";
import { summaryLines } from "../dashboard/summary.js";
import { lookOf } from "../format/style.js";
import { print, printJson } from "../output/print.js";
import { canDraw } from "../process/terminal.js";

/** Short enough to show a result within 200 ms. */
const POLL_MS = 100;

export interface AttachOptions {
  readonly json: boolean;
  readonly tui: boolean;
}

/** Revision of the program that ran the newest session. */
function revisionOf(store: Store): string {
  const { gitHash = null, gitDirty = null } = (store.provenance() ?? {}) as Partial<Provenance>;
  return revisionText({ gitHash, gitDirty });
}

export async function attach(database: string, options: AttachOptions): Promise<void> {
  const store = Store.read(database);
  try {
    const follower = new Follower(store);
    const { spec } = follower;
    const names = spec.parameters.map(({ name }) => name);
    const limits = limitsOf(spec.constraints, names);
    const view: StudyView = {
      file: follower.name,
      database,
      study: follower.identity.slice(0, 8),
      seed: spec.sampler.seed,
      revision: revisionOf(store),
      limits,
      paths: Object.fromEntries(spec.parameters.map(({ name, path }) => [name, path])),
      types: parameterTypes(spec.parameters),
      metrics: metricUnits([...spec.objectives.map(({ metric }) => metric), ...limitedMetrics(limits)]),
      readOnly: true,
    };
    if (options.json) return await followAsJson(follower); // the store is open until then
    if (!options.tui || !canDraw(process.env)) {
      const nowMs = steadyMs();
      const { startedMs, endedMs } = follower.sessionTimes();
      let state = reduce(EMPTY_STATE, { type: "opened", study: view }, startedMs ?? nowMs);
      const atMs = (event: StudyEvent): number => (event.type === "started" ? startedMs : endedMs) ?? nowMs;
      do for (const event of follower.poll(nowMs)) state = reduce(state, event, atMs(event));
      while (follower.behind);
      print(summaryLines(lookOf(process.stdout, process.env), state, lacksOfFront(database), process.stdout.columns || 100, nowMs));
      return;
    }
    await followOnScreen(follower, view);
  } finally {
    store.close();
  }
}

/** Prints every event as a line until the sweep ends. */
async function followAsJson(follower: Follower): Promise<void> {
  for (;;) {
    const events = follower.poll(steadyMs());
    for (const event of events) printJson({ at: new Date().toISOString(), ...event });
    if (events.some((event) => event.type === "finished")) return;
    if (!follower.behind) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function followOnScreen(follower: Follower, view: StudyView): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const leave = (): void => {
      clearInterval(timer);
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, stop);
      dashboard.close();
    };
    const stop = (): void => {
      leave();
      printSummary(model.state(), view.database);
      resolve();
    };
    const fail = (error: unknown): void => {
      leave();
      reject(error);
    };
    const dashboard = openDashboard((wish) => {
      if (wish.type === "quit" || wish.type === "abort") stop();
      else hostWish(dashboard, view, `${basename(view.file)}.yaml`, wish);
    }, fail);
    const { model } = dashboard;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
    const startedMs = follower.sessionTimes().startedMs ?? steadyMs();
    model.tell({ type: "opened", study: view }, startedMs);
    let first = true;
    const look = (): void => {
      try {
        for (const event of follower.poll(steadyMs())) {
          const bounds = event.type === "started" || event.type === "finished" ? follower.sessionTimes() : null;
          const ofSession = (event.type === "started" ? bounds?.startedMs : bounds?.endedMs) ?? null;
          // Points that are already stored ended before this view began.
          const atMs = first && event.type !== "point-started" ? startedMs : steadyMs();
          model.tell(event, ofSession ?? atMs);
        }
        if (follower.behind) setImmediate(look);
        else if (first) {
          model.tell({ type: "history", entries: follower.history() });
          first = false;
        }
      } catch (error) {
        fail(error instanceof Error ? error : inputError(view.database, String(error)));
      }
    };
    const timer = setInterval(() => {
      if (!follower.behind) look();
    }, POLL_MS);
    look();
  });
}
