/**
 * The search loop: ask the sampler, evaluate, store as results arrive, tell in ask order.
 * What is asked depends only on what was told, and telling follows ask order, so results do not depend on the number of workers;
 * stored points are told from the store, so running again continues, and ends as an undisturbed run would have.
 * Effects (engine, store, clock) are handed in. Throws: `InputError` from the store (disk full, locked) after running points were abandoned.
 */

import type { Clock } from "./engine/clock.js";
import type { Engine, Outcome, Task } from "./engine/engine.js";
import type { FinishReason, FrontPoint, PointState, StudyEvent } from "./events.js";
import { changedError } from "./input-guard.js";
import { changedEdition } from "./inputs.js";
import { Objectives, type Score } from "./objectives.js";
import { type Entry, INFEASIBLE_VIOLATION, PointBook, timedUtterances } from "./points.js";
import { createSampler, samplerOptions, screens, searchSize } from "./samplers/registry.js";
import type { Observation, Sampler } from "./samplers/sampler.js";
import { Scoreboard } from "./scoreboard.js";
import { fidelitiesOf, screenPool } from "./screening.js";
import { Space } from "./space.js";
import type { Failure, Store } from "./store/sqlite.js";
import { type StudySetup, studyRecord } from "./study-setup.js";

export interface StudyOptions {
  readonly workers: number;
  /** Further attempts of a point whose worker died. */
  readonly retries: number;
  /** Ask and start no more once a point of this session has failed or timed out; those under way end. */
  readonly failFast: boolean;
  /** Put failed and timed-out points of earlier sessions back into the queue. */
  readonly retryFailed: boolean;
  /** Where an input is another one than that of the stored points: ask them anew, and keep those apart. */
  readonly rerun: boolean;
  /** Ask no more after this time; null: no limit. */
  readonly timeLimitMs: number | null;
  /** Ask no more after this many points, in ask order, without a rise of the hypervolume; null: no limit. */
  readonly patience: number | null;
}

export interface StudySummary {
  readonly reason: FinishReason;
  readonly done: number;
  readonly infeasible: number;
  readonly failed: number;
  readonly front: readonly FrontPoint[];
  readonly hypervolume: number | null;
  readonly reference: readonly number[] | null;
  readonly elapsedMs: number;
}

/** Asked positions in a row without a new point after which a search is taken as exhausted. */
const STALE_ASKS = 20_000;
const LOOK_AHEAD = 64;
const FAILED: readonly PointState[] = ["failed", "timeout"];
const HAS_FAILED = "p.state IN ('failed', 'timeout')";

export class Study {
  readonly space: Space;
  readonly objectives: Objectives;
  /** Made anew after screening, for samplers that need it. */
  private sampler: Sampler;
  private readonly book: PointBook;
  private readonly board: Scoreboard;
  /** Asked positions in order, for telling; empty for samplers that learn nothing. */
  private readonly asked: { readonly position: Float64Array; readonly entry: Entry }[] = [];
  private told = 0;
  private readonly queue: Entry[] = [];
  private readonly running = new Map<Entry, Promise<void>>();
  private workers: number;
  private paused = false;
  /** Set once no more will be asked. */
  private finishing: FinishReason | null = null;
  private aborted = false;
  private exhausted = false;
  private fault: unknown = null;
  private stopScreening: () => void = () => {};
  private readonly bell = new Bell();

  constructor(
    private readonly setup: StudySetup,
    private readonly options: StudyOptions,
    private readonly effects: { readonly store: Store; readonly engine: Engine; readonly clock: Clock },
    private readonly emit: (event: StudyEvent) => void,
  ) {
    const { store, engine, clock } = effects;
    this.space = new Space(setup.spec.parameters);
    this.objectives = new Objectives(setup.spec, this.space.names);
    this.workers = Math.min(options.workers, engine.maxWorkers);
    store.check(studyRecord(setup));
    this.sampler = createSampler(setup.spec, this.space, undefined, this.warm());
    this.book = new PointBook(setup, this.space, this.objectives, store, engine);
    this.board = new Scoreboard(this.objectives, store, clock, emit);
  }

  /** Runs to the end; rejects only where the store or the program itself fails. */
  async run(): Promise<StudySummary> {
    const { store, engine } = this.effects;
    const watch = store.watch((loss) => {
      this.fault ??= loss;
      this.bell.ring();
    });
    try {
      await this.begin();
      if (screens(this.setup.spec)) await this.screen();
      while (!this.over) {
        await this.fill();
        if (this.fault !== null) throw this.fault;
        this.launch();
        this.board.report(this.running.size, this.queue.length, this.total);
        if (!this.over) await this.bell.rung();
      }
      await engine.close(this.aborted);
      await Promise.all(this.running.values());
      if (this.fault !== null) throw this.fault;
      return this.conclude();
    } catch (error) {
      this.aborted = true;
      await engine.close(true);
      await Promise.allSettled(this.running.values());
      throw error;
    } finally {
      watch.end();
      store.close();
    }
  }

  /** Starts no further point until `resume`. */
  pause(): void {
    this.paused = true;
    this.board.progress.pause(this.effects.clock.monotonicMs());
    this.emit({ type: "paused" });
  }

  resume(): void {
    this.paused = false;
    this.board.progress.resume(this.effects.clock.monotonicMs());
    this.emit({ type: "resumed" });
    this.bell.ring();
  }

  /** `drain`: running points end and are stored; otherwise they are abandoned and queued again next time. */
  stop(drain: boolean): void {
    this.finishing = "stopped";
    this.aborted ||= !drain;
    this.stopScreening();
    this.emit({ type: "stopping", drain });
    this.bell.ring();
  }

  setWorkers(count: number): void {
    this.workers = Math.max(1, Math.min(count, this.effects.engine.maxWorkers));
    this.emit({ type: "workers", workers: this.workers });
    this.bell.ring();
  }

  /** Queues failed and timed-out points of this study once more. What was told of them stays told until the next start. */
  retryFailed(): void {
    for (const point of [...this.effects.store.points(HAS_FAILED, "any")]) {
      const entry = this.book.entryOf(point.key);
      if (entry === undefined || this.running.has(entry)) continue;
      this.effects.store.setQueued(entry.id);
      entry.attempts = 0;
      if (entry.fidelity === 1) this.board.progress.failed--;
      this.queue.push(entry);
    }
    this.bell.ring();
  }

  private get over(): boolean {
    if (this.aborted) return true;
    return this.finishing !== null && this.running.size === 0 && (this.drops || this.queue.length === 0);
  }

  /** True where the end came before the queue was done: what waits, waits for the next start. */
  private get drops(): boolean {
    return this.finishing !== null && !["budget", "exhausted"].includes(this.finishing);
  }

  /** Points that will have ended at the end, as far as can be said. */
  private get total(): number | null {
    if (this.finishing !== null) return this.book.points;
    const { spec } = this.setup;
    return Math.min(spec.sampler.budget, searchSize(spec, this.space) ?? Number.POSITIVE_INFINITY);
  }

  /** Compares inputs before anything is written: what is refused leaves the database as it was. */
  private async begin(): Promise<void> {
    const { setup, effects, options } = this;
    const { store } = effects;
    const record = studyRecord(setup);
    const stored = store.study();
    if (stored !== null) {
      const open = new Set<PointState>(["queued", "running", ...(options.retryFailed ? FAILED : [])]);
      const changes = [...changedEdition(stored, record, setup.file), ...(await this.book.read(stored.inputs, open))];
      if (changes.length > 0 && !options.rerun) throw changedError(changes, store.file);
      if (changes.length > 0) this.book.forget();
      store.begin(record, this.workers, setup.provenance, changes.length > 0);
    } else store.begin(record, this.workers, setup.provenance);
    if (options.retryFailed) for (const { id } of [...store.points(HAS_FAILED, "any")]) store.setQueued(id);
    store.describe(this.space.names);
    this.board.begin();
    this.load();
  }

  private load(): void {
    const { store } = this.effects;
    const stored = this.book.heal((id) => {
      const message = `the stored row of point ${id} was changed or damaged; it is computed anew`;
      store.log("fault", { code: "DAMAGED_ROW", message });
      this.emit({ type: "fault", code: "DAMAGED_ROW", message });
    });
    this.emit({
      type: "started",
      name: this.setup.name,
      sampler: this.setup.spec.sampler.name,
      objectives: this.objectives.metrics.map((metric, k) => ({ metric, direction: this.objectives.directions[k] })),
      parameters: this.space.names,
      total: this.total,
      workers: this.workers,
      stored,
    });
  }

  /** What another sweep found, in this study's database since it began. */
  private warm(): Observation[] {
    return this.effects.store.warmStart().flatMap(({ values, objectives, violation }) => {
      const position = this.space.encode(values);
      return position === null ? [] : [{ position, values, objectives, violation }];
    });
  }

  private async screen(): Promise<void> {
    const { spec, document } = this.setup;
    const { pool: size, stages, halving } = samplerOptions(spec);
    const settings = { pool: size, seed: spec.sampler.seed, isStopped: () => this.finishing !== null };
    const screened = screenPool(this.space, this.objectives, this.setup, this.effects.engine, settings);
    // A functional run may be long, or wait for a worker that never comes.
    const stopped = new Promise<null>((resolve) => {
      this.stopScreening = () => resolve(null);
    });
    const pool = await Promise.race([screened, stopped]);
    if (pool === null || this.finishing !== null) return;
    this.sampler = createSampler(spec, this.space, { pool, fidelities: fidelitiesOf(timedUtterances(document), stages, halving) });
    this.emit({ type: "sampler", name: spec.sampler.name, state: this.sampler.state() });
  }

  private get learns(): boolean {
    return this.sampler.lag !== Number.POSITIVE_INFINITY;
  }

  /** Tells what may be told and asks what may be asked, until the queue is comfortably full. */
  private async fill(): Promise<void> {
    const { budget } = this.setup.spec.sampler;
    const { timeLimitMs, patience } = this.options;
    for (;;) {
      this.board.settle(this.book.entries);
      if (this.finishing === null) {
        if (timeLimitMs !== null && this.board.elapsedMs >= timeLimitMs) this.finishing = "time";
        else if (patience !== null && this.board.front.sinceImprovement >= patience) this.finishing = "no-improvement";
        else if (this.exhausted || this.book.staleAsks >= STALE_ASKS) this.finishing = "exhausted";
        else if (this.book.points >= budget) this.finishing = "budget";
      }
      if (this.finishing !== null || this.queue.length >= Math.max(LOOK_AHEAD, 2 * this.workers) || this.book.points >= this.horizon)
        return;
      // Exactly so much is told before each question, never more: the answer must not depend on who was quick.
      const due = this.learns ? Math.max(0, this.asked.length - this.sampler.lag) : 0;
      while (this.told < due && this.asked[this.told].entry.score !== null) this.tellNext();
      if (this.told < due) return;
      const positions = this.sampler.ask();
      this.exhausted = positions.length === 0;
      const { fidelity } = this.sampler;
      for (const position of positions) {
        if (this.book.points >= budget) break;
        await this.admit(position, fidelity);
      }
    }
  }

  private tellNext(): void {
    const { position, entry } = this.asked[this.told++];
    const { objectives, violation } = entry.score as Score;
    this.sampler.tell({ position, values: entry.values, objectives, violation });
    this.emit({ type: "sampler", name: this.setup.spec.sampler.name, state: this.sampler.state() });
  }

  private async admit(position: Float64Array, fidelity: number): Promise<void> {
    const { entry, row, stored } = await this.book.admit(this.space.decode(position), fidelity);
    if (this.learns) this.asked.push({ position, entry });
    if (row === null) return;
    if (row.state === "queued") this.queue.push(entry);
    else this.board.recalled(entry, row, stored);
  }

  /** Last place in ask order that is surely needed: further points are neither asked nor run, whoever would have time for them. */
  private get horizon(): number {
    const { patience } = this.options;
    return patience === null ? Number.POSITIVE_INFINITY : this.board.front.earliestEnd(patience);
  }

  private launch(): void {
    if (this.paused || this.drops) return;
    while (this.running.size < this.workers) {
      const { engine } = this.effects;
      const ahead = this.queue.slice(0, LOOK_AHEAD).filter(({ order }) => order <= this.horizon);
      if (ahead.length === 0) return;
      const free = ahead.find((e) => e.described === null || !engine.waitsFor(taskOf(e, e.described)));
      const entry = free ?? ahead[0];
      this.queue.splice(this.queue.indexOf(entry), 1);
      const run = this.evaluate(entry)
        .catch((error: unknown) => {
          this.fault ??= error;
        })
        .finally(() => {
          this.running.delete(entry);
          this.bell.ring();
        });
      this.running.set(entry, run);
    }
  }

  private async evaluate(entry: Entry): Promise<void> {
    const { store, engine } = this.effects;
    const described = await this.book.describe(entry);
    entry.attempts++;
    store.setRunning(entry.id, entry.attempts);
    this.emit({ type: "point-started", id: entry.id, key: entry.key, values: entry.values, attempt: entry.attempts });
    const outcome: Outcome = await engine.evaluate(taskOf(entry, described));
    if (outcome.kind === "abandoned") return;
    const isLost = outcome.kind === "lost";
    if (isLost) entry.attempts--;
    if (isLost || (outcome.kind === "failed" && outcome.retryable && entry.attempts <= this.options.retries)) {
      this.emit({ type: "retry", id: entry.id, attempt: entry.attempts + 1, reason: outcome.reason });
      this.queue.unshift(entry);
      return;
    }
    if (outcome.kind === "done") {
      const { metrics } = outcome.result;
      const score = this.objectives.score(entry.values, metrics);
      const violation = Number.isFinite(score.violation) ? score.violation : null;
      store.finish(entry, outcome.result, outcome.counters, violation, outcome.durationMs, outcome.packed);
      this.board.done(entry, metrics, score, outcome.durationMs, false);
    } else {
      const { kind: state, code, reason, durationMs } = outcome;
      const failure: Failure = { state, code, reason, violation: state === "infeasible" ? INFEASIBLE_VIOLATION : null, durationMs };
      store.fail(entry.id, failure);
      this.board.failed(entry, failure, false);
      if (this.options.failFast && state !== "infeasible" && !this.drops) this.finishing = "failure";
    }
    entry.described = null;
    this.board.tick(entry);
  }

  private conclude(): StudySummary {
    const reason = this.finishing ?? "stopped";
    this.board.settle(this.book.entries);
    // A study that goes on by the same command gets its reference point from the points it would have had without the pause.
    if (reason === "budget" || reason === "exhausted" || reason === "no-improvement") this.board.conclude();
    this.board.flush(this.total);
    this.effects.store.end(reason === "stopped" ? "stopped" : "finished", reason);
    const { done, infeasible, failed } = this.board.progress;
    const { front, hypervolume, naturalReference: reference } = this.board.front;
    const summary: StudySummary = { reason, done, infeasible, failed, front, hypervolume, reference, elapsedMs: this.board.elapsedMs };
    this.emit({ type: "finished", ...summary });
    return summary;
  }
}

function taskOf({ key, fidelity }: Entry, described: NonNullable<Entry["described"]>): Task {
  return { key, fidelity, ...described };
}

/** Wakes the loop; a ring while nobody listens is kept. */
class Bell {
  private pending = false;
  private listener: (() => void) | null = null;

  ring(): void {
    this.pending = true;
    this.listener?.();
  }

  async rung(): Promise<void> {
    if (!this.pending) {
      await new Promise<void>((resolve) => {
        this.listener = resolve;
      });
    }
    this.pending = false;
    this.listener = null;
  }
}
