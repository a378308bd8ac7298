/**
 * Follows a sweep that another process runs, from its database: each poll reads what changed and returns it as the
 * study's own events.
 * Effects: reads the database, whose store says if its writer lives; the clock is handed in.
 */
import type { SweepSpec } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { differentVectors, ParetoArchive } from "../base/pareto.js";
import { isQuantile } from "../sim/index.js";
import { EndRate } from "./end-rate.js";
import type { StudyEvent } from "./events.js";
import { GrowingFront } from "./growing-front.js";
import { hypervolume } from "./hypervolume.js";
import { knee } from "./indicators.js";
import { Objectives } from "./objectives.js";
import { hypervolumeHistory } from "./report/hypervolumes.js";
import { pointsBeside } from "./report/others.js";
import { expectedPoints, type MostPoints, mostPoints } from "./samplers/registry.js";
import { Space } from "./space.js";
import type { Store, StoredPoint } from "./store/sqlite.js";
import type { StoredStudy } from "./store/study-row.js";
import { eventOf } from "./stored-event.js";
import { namedQuantiles, type StudyQuantiles } from "./uncertainty/study-quantiles.js";

/** Every this many polls, the states are counted to find points that were queued again long after they ended. */
const COUNTING_POLLS = 20;
/** Most points in one poll, so that a large database does not block the caller. */
const SLICE = 4_000;
/** A sweep whose process cannot be seen from here counts as gone without changes for this long. */
const DEAD_MS = 10_000;

/** SQL condition: points of the study's edition, trials of a screening search excluded. */
const ITS_POINTS = "fidelity = 1 AND edition = (SELECT edition FROM study)";

type State = StoredPoint["state"];
const STATES: readonly State[] = ["queued", "running", "done", "infeasible", "failed", "timeout"];

export class Follower {
  readonly spec: SweepSpec;
  readonly identity: string;
  readonly name: string;
  private readonly objectives: Objectives;
  /** Edition of the points that were reported. */
  private edition: number;
  private quantiles: StudyQuantiles;
  private readonly parameters: readonly string[];
  private readonly most: MostPoints;
  /** The last reported state of each point, by id. */
  private readonly told = new Map<number, { readonly state: State; readonly attempts: number }>();
  private readonly counts = new Map<State, number>(STATES.map((state) => [state, 0]));
  /** Points that have not ended, by id. */
  private readonly open = new Set<number>();
  /** Trials of a screening search that run. */
  private readonly trials = new Set<number>();
  private highestId = 0;
  /** Results in the order asked, for the hypervolume over the search; dropped once it has been reported. */
  private results: Pick<StoredPoint, "metrics" | "violation">[] | null = [];
  private polls = 0;
  private dataVersion = -1;
  private total = 0;
  private changedMs = 0;
  private frontText = "";
  /** The front as it grew, and the reference point of its hypervolume. */
  private grown: { readonly text: string; readonly front: GrowingFront<number> } | null = null;
  private status: "none" | "running" | "ended" = "none";
  private rate = new EndRate(null);
  /** True until everything that was stored at the start has been reported. */
  private loading = true;

  constructor(private readonly store: Store) {
    const study = store.study();
    if (study === null) throw inputError(store.file, "holds no study yet", "run a sweep first: snn-dse sweep arch.yaml --db FILE");
    this.spec = study.sweep;
    this.identity = study.identity;
    this.name = study.name;
    const space = new Space(this.spec.parameters);
    this.parameters = space.names;
    this.objectives = new Objectives(this.spec, this.parameters);
    this.edition = study.edition;
    this.quantiles = namedQuantiles(store);
    this.most = mostPoints(this.spec, space);
  }

  /** More is stored than has been reported: poll again at once. */
  get behind(): boolean {
    return this.loading;
  }

  /**
   * Start and end of the last session, wall clock; null if there is none yet. A session that was killed ended with its
   * last point.
   */
  sessionTimes(): { readonly startedMs: number | null; readonly endedMs: number | null } {
    return this.store.sessionTimes().at(-1) ?? { startedMs: null, endedMs: null };
  }

  /**
   * The hypervolume over the points that were stored when following began. Can be called once, when no longer `behind`.
   */
  history(): readonly { readonly finished: number; readonly value: number }[] {
    const reference = this.store.study()?.reference ?? null;
    const results = this.results ?? [];
    this.results = null;
    if (reference === null) return [];
    return hypervolumeHistory(results, results.length, this.objectives, reference).map((entry) => ({
      finished: entry.points,
      value: entry.hypervolume,
    }));
  }

  /** Knee of a front as its event has it: the one that the front's report names. */
  kneeId({ front }: Extract<StudyEvent, { readonly type: "front-changed" }>): number | null {
    if (front.length === 0) return null;
    const archive = new ParetoArchive<number>();
    for (const { id, objectives } of front) archive.add(id, this.objectives.minimised(objectives));
    return archive.front[knee(archive.front.map(({ values }) => values))].id;
  }

  /** The events since the last poll. */
  poll(nowMs: number): readonly StudyEvent[] {
    const { store } = this;
    const version = store.query("PRAGMA data_version")[0]?.data_version as number;
    const first = this.polls === 0;
    const changed = first || version !== this.dataVersion;
    this.dataVersion = version;
    if (changed) this.changedMs = nowMs;
    this.polls += 1;
    const session = store.query("SELECT workers, ended_at FROM session ORDER BY id DESC LIMIT 1")[0];
    const study = store.study();
    if (study === null) return [];
    const alive = session?.ended_at === null && this.isWritten(nowMs);
    if (changed) this.total = this.totalOf(study);
    const { total } = this;
    const events: StudyEvent[] = [];
    const isOther = study.edition !== this.edition;
    if (isOther) this.begin(study.edition);
    if (isOther || (this.status !== "running" && (first || alive))) {
      events.push({
        type: "started",
        name: this.name,
        sampler: this.spec.sampler.name,
        objectives: this.objectives.metrics.map((metric, k) => ({ metric, direction: this.objectives.directions[k] })),
        parameters: this.parameters,
        total,
        workers: (session?.workers as number | undefined) ?? 0,
        stored: 0,
        earlierMs: store.earlierMs(),
        edition: study.edition,
      });
      this.status = "running";
    }
    const ends = this.status === "running" && !alive;
    if (changed || this.loading || ends) {
      events.push(...this.pointEvents(nowMs, ends));
      if (this.loading) return [...events, this.progress(nowMs, total)];
      events.push(...this.trialEvents());
      events.push(...this.frontEvents(study.reference), this.progress(nowMs, total));
    }
    if (ends) {
      this.status = "ended";
      events.push(this.ending(study.state === "running" ? "stopped" : ((study.finishReason ?? "stopped") as "stopped"), study.reference));
    }
    return events;
  }

  /** Expected number of points at the end: never fewer than there are, as after a smaller budget. */
  private totalOf({ state, budget }: StoredStudy): number {
    const size = this.store.size();
    if (state === "finished") return size;
    return Math.max(size, expectedPoints(budget, this.most, pointsBeside(this.store)));
  }

  private isWritten(nowMs: number): boolean {
    const life = this.store.writerLife();
    return life === "alive" || (life === "unknown" && nowMs - this.changedMs < DEAD_MS);
  }

  /** Forgets all that was reported: `--rerun` has begun an edition, to which the points so far do not belong. */
  private begin(edition: number): void {
    this.edition = edition;
    this.quantiles = namedQuantiles(this.store);
    for (const known of [this.told, this.open, this.trials]) known.clear();
    for (const state of STATES) this.counts.set(state, 0);
    this.highestId = 0;
    this.results = this.results === null ? null : [];
    this.rate = new EndRate(null);
    this.frontText = "";
    this.grown = null;
    this.loading = true;
  }

  /**
   * Events of new points, of those that had not ended, and at intervals and at the end of those that were queued again
   * or taken over from another edition.
   */
  private pointEvents(nowMs: number, ends: boolean): readonly StudyEvent[] {
    const events: StudyEvent[] = [];
    const loading = this.loading;
    const tell = (where: string): void => {
      for (const point of this.store.points(where)) {
        const event = this.changed(point, loading);
        if (event === null) continue;
        events.push(event);
        if (!loading && !this.open.has(point.id)) this.rate.tick(nowMs);
      }
    };
    if (this.open.size > 0 && !loading) tell(`p.id IN (${[...this.open].join(", ")})`);
    const top = (this.store.query("SELECT max(id) AS id FROM point WHERE fidelity = 1")[0]?.id as number | null) ?? 0;
    const end = Math.min(top, this.highestId + SLICE);
    if (end > this.highestId) tell(`p.id > ${this.highestId} AND p.id <= ${end}`);
    this.highestId = Math.max(this.highestId, end);
    this.loading = loading && end < top;
    if (!this.loading && (ends || this.polls % COUNTING_POLLS === 0)) for (const id of this.putBack()) tell(`p.id = ${id}`);
    return events;
  }

  /** Starts and ends of trials that run: they are in no count, but a worker that runs one is not idle. */
  private trialEvents(): readonly StudyEvent[] {
    const { store, trials } = this;
    const known = trials.size === 0 ? "" : ` OR p.id IN (${[...trials].join(", ")})`;
    return [...store.points(`p.fidelity < 1 AND (p.state = 'running'${known})`, "any")].flatMap((point): readonly StudyEvent[] => {
      const { id, key, values, fidelity, state, metrics, reason } = point;
      if (state === "running") {
        if (trials.has(id)) return [];
        trials.add(id);
        return [eventOf(point, false)].filter((event) => event !== null);
      }
      trials.delete(id);
      // one that was queued again is told as ended, and as started when it runs
      const ended = state === "queued" ? "failed" : state;
      return [{ type: "trial", id, key, values, fidelity, state: ended, metrics: metrics ?? {}, reason: reason ?? "", stored: false }];
    });
  }

  /**
   * Ids of points whose stored state differs from the one reported, if any was. There are usually none, which counting
   * the states shows without reading a point.
   */
  private putBack(): readonly number[] {
    const rows = this.store.query(`SELECT state, count(*) AS n FROM point WHERE ${ITS_POINTS} GROUP BY state`);
    const stored = new Map(rows.map((row) => [row.state, row.n]));
    if (STATES.every((state) => (stored.get(state) ?? 0) === this.counts.get(state))) return [];
    return this.store.query(`SELECT id, state FROM point WHERE ${ITS_POINTS}`).flatMap(({ id, state }) => {
      return (id as number) <= this.highestId && this.told.get(id as number)?.state !== state ? [id as number] : [];
    });
  }

  /** Records a point; returns its event, or null if nothing changed. */
  private changed(stored: StoredPoint, loading: boolean): StudyEvent | null {
    const { id, state, attempts } = stored;
    const known = this.told.get(id);
    if (known !== undefined && known.state === state && known.attempts === attempts) return null;
    this.told.set(id, { state, attempts });
    const point = this.quantiles.stored(this.store, stored);
    if (known !== undefined) this.counts.set(known.state, (this.counts.get(known.state) ?? 0) - 1);
    this.counts.set(state, (this.counts.get(state) ?? 0) + 1);
    if (state === "queued" || state === "running") this.open.add(id);
    else {
      this.open.delete(id);
      this.results?.push({ metrics: point.metrics, violation: point.violation });
    }
    return eventOf(point, loading);
  }

  private minimisedFront(): { readonly ids: readonly number[]; readonly natural: readonly (readonly number[])[] } {
    if (this.objectives.metrics.some(isQuantile)) return this.extendedFront();
    const columns = this.objectives.metrics.map((metric) => `r.${metric}`).join(", ");
    const stored = this.store.query(
      `SELECT f.point_id AS id, ${columns} FROM front f JOIN result r ON r.point_id = f.point_id ORDER BY f.point_id`,
    );
    const rows = stored.filter((row) => this.objectives.metrics.every((metric) => typeof row[metric] === "number"));
    return {
      ids: rows.map((row) => row.id as number),
      natural: rows.map((row) => this.objectives.metrics.map((metric) => row[metric] as number)),
    };
  }

  /** The front of objectives that are quantiles, which no column of the database holds. */
  private extendedFront(): ReturnType<Follower["minimisedFront"]> {
    const ids = this.store.frontIds();
    const members = ids.flatMap((id) => {
      const point = this.store.point(id);
      const vector = point === null ? null : this.objectives.vector(this.quantiles.stored(this.store, point).metrics ?? {});
      return vector === null ? [] : [{ id, natural: this.objectives.minimised(vector) }];
    });
    return { ids: members.map(({ id }) => id), natural: members.map(({ natural }) => natural) };
  }

  private frontEvents(reference: readonly number[] | null): readonly StudyEvent[] {
    const { ids, natural } = this.minimisedFront();
    const text = `${ids.join(" ")}/${reference?.join(" ")}`;
    if (text === this.frontText) return [];
    this.frontText = text;
    const front = ids.map((id, i) => ({ id, objectives: natural[i] }));
    return [{ type: "front-changed", front, hypervolume: this.volume(ids, natural, reference), reference }];
  }

  /** Hypervolume of the front: new members are added; if a member left undominated, it is computed again. */
  private volume(ids: readonly number[], natural: readonly (readonly number[])[], reference: readonly number[] | null): number | null {
    if (reference === null) return null;
    const text = reference.join(" ");
    if (this.grown === null || this.grown.text !== text)
      this.grown = { text, front: new GrowingFront(this.objectives.minimised(reference)) };
    const known = new Set(this.grown.front.members.map(({ id }) => id));
    ids.forEach((id, i) => {
      if (!known.has(id)) this.grown?.front.add(id, this.objectives.minimised(natural[i]));
    });
    const { members, volume } = this.grown.front;
    if (members.length === ids.length) return volume;
    this.grown = null;
    return this.exact(natural, reference);
  }

  private exact(natural: readonly (readonly number[])[], reference: readonly number[]): number {
    return hypervolume(
      natural.map((values) => this.objectives.minimised(values)),
      this.objectives.minimised(reference),
    );
  }

  private tally(): Pick<StudyEvent & { readonly type: "progress" }, "done" | "infeasible" | "failed" | "running" | "queued"> {
    const of = (state: State): number => this.counts.get(state) ?? 0;
    return {
      done: of("done"),
      infeasible: of("infeasible"),
      failed: of("failed") + of("timeout"),
      running: of("running") + this.trials.size,
      queued: of("queued"),
    };
  }

  private progress(nowMs: number, total: number): StudyEvent {
    const counts = this.tally();
    const ratePerSecond = this.rate.perSecond(nowMs, counts.running);
    const left = Math.max(0, total - counts.done - counts.infeasible - counts.failed);
    return { type: "progress", ...counts, total, ratePerSecond, etaSeconds: ratePerSecond === null ? null : left / ratePerSecond };
  }

  private ending(reason: Extract<StudyEvent, { type: "finished" }>["reason"], reference: readonly number[] | null): StudyEvent {
    const { ids, natural } = this.minimisedFront();
    const { done, infeasible, failed } = this.tally();
    const front = ids.map((id, i) => ({ id, objectives: natural[i] }));
    const { startedMs, endedMs } = this.sessionTimes();
    return {
      type: "finished",
      reason,
      done,
      infeasible,
      failed,
      front,
      different: differentVectors(natural).length,
      hypervolume: reference === null ? null : this.exact(natural, reference),
      reference,
      elapsedMs: startedMs === null || endedMs === null ? 0 : Math.max(0, endedMs - startedMs),
    };
  }
}
