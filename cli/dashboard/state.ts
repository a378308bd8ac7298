/** The dashboard's whole state, and its one reducer over events. Pure: no clock, no terminal. */
import type { FinishReason, HostView, Phase } from "../../app/nouns.js";
import { counted as countOf, duration, percent } from "../format/number.js";
import { testedText } from "../format/tested.js";
import type { DashboardEvent, PointOutcome, PointView, StudyEventOf, StudyView, SweepStatus } from "./events.js";
import { allBeyond } from "./limits.js";
import { emptyPoints, type Points, withPoint } from "./points.js";

/** A point that a worker is running. */
interface RunningView {
  readonly id: number;
  readonly key: string;
  readonly attempt: number;
  /** null if the engine does not say. */
  readonly phase: Phase | null;
  /** Epochs done and planned of the network that the point waits for, as text; null if none is being trained. */
  readonly epoch: string | null;
  readonly values: PointView["values"];
  readonly sinceMs: number;
}

export interface FailureView {
  readonly code: string;
  readonly outcome: PointOutcome;
  readonly count: number;
  readonly lastId: number;
  readonly lastMessage: string;
}

export interface DashboardState {
  readonly study: StudyView | null;
  /** The study's `started` event; null before it. */
  readonly started: StudyEventOf<"started"> | null;
  readonly status: SweepStatus;
  readonly startedMs: number;
  readonly endedMs: number | null;
  /** Why a sweep of this process ended. */
  readonly endReason: FinishReason | null;
  readonly counts: { readonly [outcome in Exclude<PointOutcome, "again">]: number };
  /** Points with a result that break a constraint. */
  readonly violating: number;
  /** Number of results at the one that made the log say that none keeps the limits; null: it has not said so. */
  readonly hopelessAt: number | null;
  /** Points that the database already held. */
  readonly cached: number;
  readonly workerCount: number;
  /** Worker processes of a sweep over several hosts; empty for a local one. */
  readonly hosts: readonly HostView[];
  readonly running: readonly RunningView[];
  readonly progress: StudyEventOf<"progress"> | null;
  readonly points: Points;
  /** Metrics for which some point has a value. */
  readonly known: ReadonlySet<string>;
  /** Run times of the newest results, oldest first. */
  readonly durationsMs: readonly number[];
  /** Grows when a known row changes. */
  readonly revision: number;
  /** Rows of the front over the study's objectives. */
  readonly front: readonly number[];
  /** Number of points on it: of a search that goes on, also those that it has not come to. */
  readonly frontSize: number;
  readonly failures: readonly FailureView[];
  readonly hypervolume: readonly { readonly finished: number; readonly value: number }[];
  /** Values in the metrics' units, in the order of objectives; empty until fixed. */
  readonly referencePoint: readonly number[];
  readonly sampler: StudyEventOf<"sampler"> | null;
  readonly residentBytes: number;
  /** Newest last. */
  readonly log: readonly { readonly atMs: number; readonly text: string }[];
}

const LOG_LINES = 500;
const DURATIONS = 400;
/**
 * A study of 80 points has room for a change after so many; of 1 in 20 that keeps the limits, 92 % show one by then.
 */
const HOPELESS = 50;
const HYPERVOLUME_POINTS = 2000;

export const EMPTY_STATE: DashboardState = {
  study: null,
  started: null,
  status: "starting",
  startedMs: 0,
  endedMs: null,
  endReason: null,
  counts: { done: 0, infeasible: 0, failed: 0, timeout: 0 },
  violating: 0,
  hopelessAt: null,
  cached: 0,
  workerCount: 0,
  hosts: [],
  running: [],
  progress: null,
  points: emptyPoints([]),
  known: new Set(),
  durationsMs: [],
  revision: 0,
  front: [],
  frontSize: 0,
  failures: [],
  hypervolume: [],
  referencePoint: [],
  sampler: null,
  residentBytes: 0,
  log: [],
};

export function workersText(count: number): string {
  return `${count} ${count === 1 ? "worker" : "workers"}`;
}

/** Number of points with any outcome. */
export function finishedCount({ counts }: Pick<DashboardState, "counts">): number {
  const { done, infeasible, failed, timeout } = counts;
  return done + infeasible + failed + timeout;
}

/** The state after an event at `atMs`. Points that arrive before `opened` are not kept. */
export function reduce(state: DashboardState, event: DashboardEvent, atMs: number): DashboardState {
  switch (event.type) {
    case "opened":
      return openedState(event.study, atMs);
    case "started":
      return withLog(
        {
          ...(state.started === null || state.started.edition === event.edition ? state : withoutPoints(state)),
          ...{ started: event, status: "running", startedMs: atMs, endedMs: null, endReason: null, workerCount: event.workers },
        },
        atMs,
        event.stored > 0 ? `continued: ${event.stored} points are already stored` : "sweep started",
      );
    case "point-started": {
      const { id, key, attempt, values } = event;
      const fresh = runsAgain(state, id);
      const started = { id, key, attempt, phase: null, epoch: null, values, sinceMs: atMs };
      return { ...fresh, running: [...fresh.running.filter((other) => other.id !== id), started] };
    }
    case "phase": {
      const { key, phase } = event;
      return { ...state, running: state.running.map((running) => (running.key === key ? { ...running, phase, epoch: null } : running)) };
    }
    case "epoch": {
      const { points, epochs } = event;
      const epoch = `${event.epoch}/${epochs}`;
      return { ...state, running: state.running.map((running) => (points.includes(running.key) ? { ...running, epoch } : running)) };
    }
    case "model":
      return event.seconds === 0 ? state : withLog(state, atMs, madeText(event));
    // The point's own event has the reason.
    case "unmade":
      return state;
    case "tested":
      return withLog(state, atMs, `#${event.id} on the test set: ${testedText(event)}`);
    case "point-done": {
      const { id, values, metrics, violation, durationMs, stored } = event;
      const timed = stored ? state : { ...state, durationsMs: [...state.durationsMs.slice(1 - DURATIONS), durationMs] };
      return withFinished(timed, { id, outcome: "done", values, metrics, violation, code: "", message: "", stored }, atMs);
    }
    case "point-failed": {
      const { id, values, code, reason, stored } = event;
      return withFinished(state, { id, outcome: event.state, values, metrics: {}, violation: 0, code, message: reason, stored }, atMs);
    }
    case "trial":
      return { ...state, running: state.running.filter(({ id }) => id !== event.id) };
    case "retry":
      return withLog(runsAgain(state, event.id), atMs, `#${event.id} runs again (attempt ${event.attempt}): ${event.reason}`);
    case "front-changed":
      return withFront(state, event, atMs);
    case "sampler":
      return { ...state, sampler: event };
    case "progress":
      return { ...state, progress: event };
    case "workers":
      return withLog({ ...state, workerCount: event.workers }, atMs, workersText(event.workers));
    case "hosts":
      return { ...state, hosts: event.hosts };
    case "paused":
      return withLog({ ...state, status: "paused" }, atMs, "paused");
    case "resumed":
      return withLog({ ...state, status: "running" }, atMs, "resumed");
    case "stopping":
      return withLog({ ...state, status: "draining" }, atMs, event.drain ? "finishing the running points" : "stopping now");
    case "fault":
      return withLog(state, atMs, `${event.code}: ${event.message}`);
    case "finished": {
      const status = event.reason === "stopped" ? "stopped" : "finished";
      const ended = { ...withFront(state, event, atMs), status, endedMs: atMs, endReason: event.reason, running: [] } as const;
      return withLog(ended, atMs, `sweep ${status} (${event.reason})`);
    }
    case "memory":
      return { ...state, residentBytes: event.residentBytes };
    case "history":
      return { ...state, hypervolume: event.entries };
    case "note":
      return withLog(state, atMs, event.text);
  }
}

function openedState(study: StudyView, atMs: number): DashboardState {
  const points = emptyPoints([...study.metrics.map((metric) => metric.name), ...Object.keys(study.paths)]);
  return { ...EMPTY_STATE, study, startedMs: atMs, points };
}

/** Another edition of the study has begun: what was shown of the earlier one goes, its log stays. */
function withoutPoints({ study, log, revision, hosts, residentBytes, startedMs }: DashboardState): DashboardState {
  return study === null ? EMPTY_STATE : { ...openedState(study, startedMs), log, revision: revision + 1, hosts, residentBytes };
}

/** What happened to a network that the search trained. */
function madeText({ model, name, epochs, seconds, error, reason }: StudyEventOf<"model">): string {
  const what = `${model} (${name})`;
  if (reason !== null) return `${what}: ${reason}`;
  return `${what} trained in ${duration(seconds)}: ${countOf(epochs, "epoch")}${error === null ? "" : `, ${percent(1 - error, 2)} correct on held-out data`}`;
}

function withLog(state: DashboardState, atMs: number, text: string): DashboardState {
  return { ...state, log: [...state.log.slice(-(LOG_LINES - 1)), { atMs, text }] };
}

function withFront(state: DashboardState, event: StudyEventOf<"front-changed"> | StudyEventOf<"finished">, atMs: number): DashboardState {
  const rows = event.front.map((member) => state.points.rowOfId.get(member.id)).filter((row) => row !== undefined);
  const before = new Set(state.front);
  const fresh = rows.filter((row) => !before.has(row));
  const history =
    event.hypervolume === null ? state.hypervolume : [...state.hypervolume, { finished: finishedCount(state), value: event.hypervolume }];
  const next: DashboardState = {
    ...state,
    front: rows,
    frontSize: event.front.length,
    hypervolume: history.length > HYPERVOLUME_POINTS ? history.filter((_, i) => i % 2 === 0 || i === history.length - 1) : history,
    referencePoint: event.reference ?? state.referencePoint,
  };
  if (fresh.length === 0) return next;
  const names = fresh.slice(0, 3).map((row) => `#${state.points.ids[row]}`);
  return withLog(next, atMs, `${names.join(" ")}${fresh.length > 3 ? " .." : ""} on the front (${event.front.length})`);
}

function withFinished(state: DashboardState, point: PointView, atMs: number): DashboardState {
  if (state.study === null) return state;
  const points = withPoint(state.points, point);
  const next: DashboardState = {
    ...state,
    points,
    known: withKnown(state.known, point.metrics),
    revision: points.length === state.points.length ? state.revision + 1 : state.revision,
    counts: counted(state.counts, point.outcome),
    violating: state.violating + (point.violation > 0 ? 1 : 0),
    cached: state.cached + (point.stored ? 1 : 0),
    running: state.running.length === 0 ? state.running : state.running.filter((running) => running.id !== point.id),
    failures: point.outcome === "done" ? state.failures : withFailure(state.failures, point),
  };
  if (point.outcome === "done" && !point.stored && isHopeless(next))
    return withLog({ ...next, hopelessAt: next.counts.done }, atMs, allBeyond(next));
  return point.outcome === "done" || point.stored ? next : withLog(next, atMs, `#${point.id} ${point.outcome} ${point.code}`);
}

/**
 * True for a state that has not said it yet, with so many results of which none keeps the limits: the search may have
 * no point that does. A stored point that is still to be told may keep them, so all of them come first.
 */
const isHopeless = ({ counts, violating, hopelessAt, cached, started }: DashboardState): boolean =>
  hopelessAt === null && counts.done >= HOPELESS && violating === counts.done && cached >= (started?.stored ?? 0);

function withKnown(known: ReadonlySet<string>, metrics: PointView["metrics"]): ReadonlySet<string> {
  let fresh: Set<string> | null = null;
  for (const name in metrics) {
    if (typeof metrics[name] !== "number" || known.has(name)) continue;
    fresh ??= new Set(known);
    fresh.add(name);
  }
  return fresh ?? known;
}

function counted(counts: DashboardState["counts"], outcome: PointOutcome): DashboardState["counts"] {
  return outcome === "again" ? counts : { ...counts, [outcome]: counts[outcome] + 1 };
}

function withFailure(failures: readonly FailureView[], point: PointView): readonly FailureView[] {
  const same = (failure: FailureView): boolean => failure.code === point.code && failure.outcome === point.outcome;
  const count = (failures.find(same)?.count ?? 0) + 1;
  const entry = { code: point.code, outcome: point.outcome, count, lastId: point.id, lastMessage: point.message };
  return [...failures.filter((failure) => !same(failure)), entry].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

/** A point that runs again no longer counts as ended. */
function runsAgain(state: DashboardState, id: number): DashboardState {
  const row = state.points.rowOfId.get(id);
  if (row === undefined) return state;
  const outcome = state.points.outcomes[row];
  if (outcome === "done" || outcome === "again") return state;
  const code = state.points.codes[row];
  const failures = state.failures
    .map((failure) => (failure.code === code && failure.outcome === outcome ? { ...failure, count: failure.count - 1 } : failure))
    .filter((failure) => failure.count > 0);
  const values = state.points.values[row];
  const cached = state.cached - (state.points.stored[row] ? 1 : 0);
  const points = withPoint(state.points, { id, outcome: "again", values, metrics: {}, violation: 0, code: "", message: "", stored: false });
  return { ...state, points, failures, cached, counts: { ...state.counts, [outcome]: state.counts[outcome] - 1 } };
}
