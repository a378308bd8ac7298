/**
 * A sweep that another process runs, told from its database: each poll reads what changed and says it as the study's own events.
 * Effects: reads the database; the clock and the look at the other process are handed in.
 */
import type { SweepSpec } from "../../arch/index.js";
import { inputError } from "../../arch/index.js";
import { hypervolume, hypervolumeHistory, Objectives, Space, type Store, type StoredPoint, type StudyEvent } from "../../sweeps/index.js";

/** Every so many polls all points are looked at again, for those that were put back long ago. */
const FULL_POLLS = 40;
/** No change and no process for this long: the sweep is gone. */
const DEAD_MS = 10_000;
const RATE_MS = 60_000;

export class Follower {
  readonly spec: SweepSpec;
  readonly identity: string;
  readonly name: string;
  private readonly objectives: Objectives;
  private readonly parameters: readonly string[];
  /** State last told, by id. */
  private readonly told = new Map<number, string>();
  /** Every point below has ended. */
  private lowestOpen = 1;
  private polls = 0;
  private dataVersion = -1;
  private changedMs = 0;
  private frontText = "";
  private status: "none" | "running" | "ended" = "none";
  private endings: number[] = [];

  constructor(
    private readonly store: Store,
    private readonly isAlive: (pid: number) => boolean,
  ) {
    const study = store.study();
    if (study === null) throw inputError(store.file, "holds no study yet", "run a sweep first: snn-dse sweep arch.yaml --db FILE");
    this.spec = study.sweep;
    this.identity = study.identity;
    this.name = study.name;
    this.parameters = new Space(this.spec.parameters).names;
    this.objectives = new Objectives(this.spec, this.parameters);
  }

  /** Start and end of the last session, wall clock; null while it runs. */
  sessionTimes(): { readonly startedMs: number; readonly endedMs: number | null } {
    const session = this.store.query("SELECT started_at, ended_at FROM session ORDER BY id DESC LIMIT 1")[0];
    const at = (text: unknown): number | null => (typeof text === "string" ? Date.parse(text) : null);
    return { startedMs: at(session?.started_at) ?? Date.now(), endedMs: at(session?.ended_at) };
  }

  /** The hypervolume over the points stored so far. */
  history(): readonly { readonly finished: number; readonly value: number }[] {
    const reference = this.store.study()?.reference ?? null;
    if (reference === null) return [];
    const points = [...this.store.points("p.state NOT IN ('queued', 'running')")];
    return hypervolumeHistory(points, points.length, this.objectives, reference).map((entry) => ({
      finished: entry.points,
      value: entry.hypervolume,
    }));
  }

  /** What happened since the last poll. */
  poll(nowMs: number): readonly StudyEvent[] {
    const { store } = this;
    const version = store.query("PRAGMA data_version")[0]?.data_version as number;
    const first = this.polls === 0;
    const changed = first || version !== this.dataVersion;
    this.dataVersion = version;
    if (changed) this.changedMs = nowMs;
    const full = this.polls % FULL_POLLS === 0;
    this.polls += 1;
    const session = store.query("SELECT workers, process, ended_at FROM session ORDER BY id DESC LIMIT 1")[0];
    const study = store.study();
    if (study === null) return [];
    const alive = session?.ended_at === null && (this.isAlive(session.process as number) || nowMs - this.changedMs < DEAD_MS);
    const events: StudyEvent[] = [];
    if (this.status !== "running" && (first || alive)) {
      events.push({
        type: "started",
        name: this.name,
        sampler: this.spec.sampler.name,
        objectives: this.objectives.metrics.map((metric, k) => ({ metric, direction: this.objectives.directions[k] as "min" | "max" })),
        parameters: this.parameters,
        total: study.budget,
        workers: (session?.workers as number | undefined) ?? 0,
        stored: 0,
      });
      this.status = "running";
    }
    if (changed || full) {
      events.push(...this.pointEvents(full && !first ? 1 : this.lowestOpen, nowMs, first));
      events.push(...this.frontEvents(study.reference));
      events.push(this.progress(nowMs, study.budget));
    }
    if (this.status === "running" && !alive) {
      this.status = "ended";
      events.push(this.ending(study.state === "running" ? "stopped" : ((study.finishReason ?? "stopped") as "stopped"), study.reference));
    }
    return events;
  }

  private pointEvents(from: number, nowMs: number, first: boolean): readonly StudyEvent[] {
    const events: StudyEvent[] = [];
    let lowest: number | null = null;
    let last = from - 1;
    for (const point of this.store.points(`p.id >= ${from}`)) {
      last = point.id;
      const open = point.state === "queued" || point.state === "running";
      if (open && lowest === null) lowest = point.id;
      const mark = `${point.state}/${point.attempts}`;
      if (this.told.get(point.id) === mark) continue;
      this.told.set(point.id, mark);
      const event = eventOf(point, first);
      if (event !== null) events.push(event);
      if (!open && !first) this.endings.push(nowMs);
    }
    this.lowestOpen = lowest ?? last + 1;
    return events;
  }

  private minimisedFront(): { readonly ids: readonly number[]; readonly natural: readonly (readonly number[])[] } {
    const columns = this.objectives.metrics.map((metric) => `r.${metric}`).join(", ");
    const rows = this.store.query(
      `SELECT f.point_id AS id, ${columns} FROM front f JOIN result r ON r.point_id = f.point_id ORDER BY f.point_id`,
    );
    return {
      ids: rows.map((row) => row.id as number),
      natural: rows.map((row) => this.objectives.metrics.map((metric) => row[metric] as number)),
    };
  }

  private frontEvents(reference: readonly number[] | null): readonly StudyEvent[] {
    const { ids, natural } = this.minimisedFront();
    const text = `${ids.join(" ")}/${reference?.join(" ")}`;
    if (text === this.frontText) return [];
    this.frontText = text;
    const front = ids.map((id, i) => ({ id, objectives: natural[i] as readonly number[] }));
    return [{ type: "front-changed", front, hypervolume: this.volume(natural, reference), reference }];
  }

  private volume(natural: readonly (readonly number[])[], reference: readonly number[] | null): number | null {
    if (reference === null) return null;
    return hypervolume(
      natural.map((values) => this.objectives.minimised(values)),
      this.objectives.minimised(reference),
    );
  }

  private counts(): {
    readonly done: number;
    readonly infeasible: number;
    readonly failed: number;
    readonly running: number;
    readonly queued: number;
  } {
    const rows = this.store.query("SELECT state, count(*) AS n FROM point WHERE fidelity = 1 GROUP BY state");
    const of = (state: string): number => (rows.find((row) => row.state === state)?.n as number | undefined) ?? 0;
    return {
      done: of("done"),
      infeasible: of("infeasible"),
      failed: of("failed") + of("timeout"),
      running: of("running"),
      queued: of("queued"),
    };
  }

  private progress(nowMs: number, total: number): StudyEvent {
    const counts = this.counts();
    this.endings = this.endings.filter((atMs) => atMs > nowMs - RATE_MS);
    const oldest = this.endings[0];
    const ratePerSecond = oldest === undefined || nowMs - oldest < 1000 ? null : (1000 * this.endings.length) / (nowMs - oldest);
    const left = Math.max(0, total - counts.done - counts.infeasible - counts.failed);
    return { type: "progress", ...counts, total, ratePerSecond, etaSeconds: ratePerSecond === null ? null : left / ratePerSecond };
  }

  private ending(reason: Extract<StudyEvent, { type: "finished" }>["reason"], reference: readonly number[] | null): StudyEvent {
    const { ids, natural } = this.minimisedFront();
    const { done, infeasible, failed } = this.counts();
    const front = ids.map((id, i) => ({ id, objectives: natural[i] as readonly number[] }));
    return {
      type: "finished",
      reason,
      done,
      infeasible,
      failed,
      front,
      hypervolume: this.volume(natural, reference),
      reference,
      elapsedMs: 0,
    };
  }
}

function eventOf(point: StoredPoint, stored: boolean): StudyEvent | null {
  const { id, key, values, attempts: attempt } = point;
  switch (point.state) {
    case "queued":
      return null;
    case "running":
      return { type: "point-started", id, key, values, attempt };
    case "done":
      return {
        type: "point-done",
        id,
        key,
        values,
        metrics: point.metrics ?? {},
        violation: point.violation ?? Number.POSITIVE_INFINITY,
        durationMs: point.durationMs ?? 0,
        stored,
      };
    default:
      return {
        type: "point-failed",
        id,
        key,
        values,
        state: point.state,
        code: point.code ?? "",
        reason: point.reason ?? "",
        attempt,
        stored,
      };
  }
}
