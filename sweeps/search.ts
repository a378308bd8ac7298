/**
 * What a study asks and what it is told, whoever evaluates its points. What is asked depends only on what was told, and
 * results are told in ask order, so the search does not depend on the speed of workers. Stored points are told from the
 * store, so a study that is run again continues, and ends as an undisturbed one would have. Effects (engine, store,
 * clock) are handed in.
 * Throws: `InputError` if inputs differ from earlier ones, and what the store throws (disk full, locked).
 */

import { deepFreeze } from "../arch/index.js";
import { Breath } from "./breath.js";
import type { Outcome, Task } from "./engine/engine.js";
import { ofPoint } from "./engine/host-fault.js";
import type { FinishReason, PointState, StudyEvent, StudySummary } from "./events.js";
import { changedError } from "./input-guard.js";
import { changedEdition } from "./inputs.js";
import { LearntNetworks } from "./models/learnt-networks.js";
import type { Findings, Metrics, Objectives } from "./objectives.js";
import { referenceOfWhole } from "./operations/whole-search.js";
import { type Admission, type Entry, makesNetworks, OPEN, PointBook, taskOf, timedUtterances } from "./points.js";
import { createSampler, expectedPoints, type MostPoints, mostPoints, samplerOptions, screens } from "./samplers/registry.js";
import { type Observation, type Sampler, STALE_ASKS } from "./samplers/sampler.js";
import { Scoreboard } from "./scoreboard.js";
import { fidelitiesOf, learningFidelities, screenPool } from "./screening.js";
import { searchParts } from "./search-parts.js";
import type { PointValues, Space } from "./space.js";
import type { Failure } from "./store/sqlite.js";
import { isPartOf, type StoredStudy } from "./store/study-row.js";
import { type SearchEffects, type SearchLimits, type SearchStart, type StudySetup, studyRecord } from "./study-setup.js";
import { StudyQuantiles } from "./uncertainty/study-quantiles.js";

const FAILED: readonly PointState[] = ["failed", "timeout"];
/** How a search ends that no interruption cuts short. */
const PLANNED: readonly (FinishReason | null)[] = ["budget", "exhausted", "no-improvement"];
const HAS_FAILED = "p.state IN ('failed', 'timeout')";

export class Search {
  readonly space: Space;
  readonly objectives: Objectives;
  readonly book: PointBook;
  readonly quantiles: StudyQuantiles;
  readonly board: Scoreboard;
  /** Points that wait to run, in ask order. */
  readonly queue: Entry[] = [];
  /** Set once the search asks for no more points. */
  finishing: FinishReason | null = null;
  /** Made again after screening, for samplers that use its pool. */
  private sampler: Sampler;
  /** Asked positions in order, for telling; empty for samplers that do not learn. */
  private readonly asked: { readonly position: Float64Array; readonly entry: Entry }[] = [];
  private told = 0;
  private readonly learnt: LearntNetworks;
  /** Points for which the sampler has not asked. */
  private readonly guests = new Set<Entry>();
  private exhausted = false;
  private interrupted = false;
  private readonly most: MostPoints;
  private stopScreening: () => void = () => {};
  private readonly breath: Breath;
  private readonly emit: (event: StudyEvent) => void;

  constructor(
    private readonly setup: StudySetup,
    private readonly limits: SearchLimits,
    private readonly effects: SearchEffects,
    listener: (event: StudyEvent) => void,
  ) {
    const { store, engine, clock } = effects;
    const emit = (event: StudyEvent): void => listener(deepFreeze(event)); // its values and metrics are those of the search
    this.emit = emit;
    this.breath = new Breath(clock);
    const { space, objectives } = searchParts(setup.spec, setup.file);
    this.space = space;
    this.objectives = objectives;
    this.most = mostPoints(setup.spec, space);
    this.quantiles = new StudyQuantiles(this.objectives.quantiles, (values) => setup.experimentOf(this.space.byPath(values)));
    store.check(studyRecord(setup));
    this.sampler = createSampler(setup.spec, this.space, undefined, this.warm());
    this.learnt = new LearntNetworks(samplerOptions(setup.spec).stop_after_epochs ?? 0, engine, store);
    this.book = new PointBook(setup, this.space, this.objectives, store, engine);
    this.board = new Scoreboard(this.objectives, store, clock, emit);
  }

  /** Ends the questions, and a screening under way. */
  stop(): void {
    this.finishing = "stopped";
    this.stopScreening();
  }

  /** Ends a `fill` under way and all later ones; how the search ends stays open. */
  interrupt(): void {
    this.interrupted = true;
  }

  /** Time that is left; null: no limit. At 0, ends the search if a point waits or could be asked. */
  checkTime(): number | null {
    const { timeLimitMs } = this.limits;
    if (timeLimitMs === null) return null;
    const left = Math.max(0, timeLimitMs - this.board.elapsedMs);
    if (left === 0 && this.isOpen) {
      this.finishing = "time";
      this.stopScreening();
    }
    return left;
  }

  /**
   * Reads and compares inputs before anything is written: a refusal leaves the database unchanged. A study of which no
   * point has ended has nothing to lose, so it takes any inputs.
   */
  async begin(start: SearchStart): Promise<void> {
    const { setup, effects } = this;
    const { store } = effects;
    const record = studyRecord(setup);
    const stored = store.study();
    if (stored !== null) {
      const reruns = new Set<PointState>(start.retryFailed ? FAILED : []);
      const changes = [...changedEdition(stored, record, setup.file), ...(await this.book.read(stored.inputs, reruns))];
      if (changes.length > 0 && !start.rerun && this.book.hasEnded) throw changedError(changes, store.file);
      if (changes.length > 0) this.book.forget();
      store.begin(record, start.workers, setup.provenance, changes.length > 0);
      if (changes.length === 0) this.keepReference(stored);
    } else {
      await this.book.readInputs();
      store.begin(record, start.workers, setup.provenance);
    }
    store.describe(this.space.names);
    this.board.begin();
    await this.load(start.workers);
    if (screens(setup.spec)) await this.screen();
  }

  /**
   * Of parts that are all there, the whole search keeps the reference point that it would have fixed, as it would then.
   */
  private keepReference({ sweep }: StoredStudy): void {
    const { store } = this.effects;
    const reference = isPartOf(sweep, this.setup.spec) ? referenceOfWhole(store, sweep) : null;
    if (reference !== null) store.setReference(reference);
  }

  /**
   * Tells what may be told and asks what may be asked, until `wanted` points wait. It stops earlier if the sampler must
   * be told first.
   */
  async fill(wanted: number): Promise<void> {
    const { budget } = this.setup.spec.sampler;
    const { patience } = this.limits;
    for (;;) {
      this.board.settle(this.book.entries);
      this.checkTime();
      if (this.isOpen && patience !== null && this.board.front.sinceImprovement >= patience) this.finishing = "no-improvement";
      if (this.finishing === null) {
        if (this.exhausted || this.book.staleAsks >= Math.max(STALE_ASKS, this.most.asked ?? 0)) this.finishing = "exhausted";
        else if (this.askedPoints >= budget) this.finishing = "budget";
      }
      if (this.finishing !== null || this.interrupted || this.queue.length >= wanted || this.book.points >= this.horizon) return;
      // Before each question exactly this many results are told: it must not matter which point ended first.
      const due = this.learns ? Math.max(0, this.asked.length - this.sampler.lag) : 0;
      while (this.told < due && this.asked[this.told].entry.score !== null) this.tellNext();
      if (this.told < due) return;
      const positions = this.sampler.ask();
      this.exhausted = positions.length === 0;
      const { fidelity } = this.sampler;
      for (const position of positions) {
        if (this.askedPoints >= budget) break;
        await this.admit(position, fidelity);
        await this.breath.take();
      }
    }
  }

  /** Adds a point that no sampler asked for; the sampler's questions do not change. A known point is the same entry. */
  async invite(values: PointValues): Promise<Entry> {
    const before = this.book.points;
    const admission = await this.book.admit(values, 1);
    if (this.book.points > before) this.guests.add(admission.entry);
    if (!admission.stored) this.effects.store.log("invited", { key: admission.entry.key });
    this.recall(admission);
    return admission.entry;
  }

  /**
   * Queues failed and timed-out points of this study again, except those that `isRunning` or wait already. The sampler
   * keeps what it was told of them until the next start, and the database how they failed until they start.
   */
  retryFailed(isRunning: (entry: Entry) => boolean): void {
    for (const point of [...this.effects.store.points(HAS_FAILED, "any")]) {
      const entry = this.book.entryOf(point.key);
      if (entry === undefined || isRunning(entry) || this.queue.includes(entry)) continue;
      entry.attempts = 0;
      if (entry.fidelity === 1) this.board.progress.failed--;
      this.queue.push(entry);
    }
  }

  /** Describes a point for its next attempt. */
  async start(entry: Entry): Promise<Task> {
    const described = await this.book.describe(entry);
    entry.attempts++;
    this.effects.store.setRunning(entry.id, entry.attempts);
    const { id, key, values, attempts: attempt } = entry;
    this.emit({ type: "point-started", id, key, values, attempt });
    return taskOf(entry, described);
  }

  /**
   * How the point has ended; null if it starts again, because its worker died and it has attempts left.
   * @throws HostFault if its last attempt ended by a fault of a host
   */
  ending(entry: Entry, outcome: Exclude<Outcome, { readonly kind: "abandoned" }>, retries: number): EndedOutcome | null {
    if (outcome.kind === "lost") entry.attempts--;
    else if (outcome.kind !== "failed" || !outcome.retryable || entry.attempts > retries) return ofPoint(entry.id, outcome);
    this.emit({ type: "retry", id: entry.id, attempt: entry.attempts + 1, reason: outcome.reason });
    return null;
  }

  /** A trial's unknown metrics are not held against it. */
  scoreOf({ values, fidelity }: Entry, metrics: Metrics): Findings {
    return fidelity < 1 ? this.objectives.forecast(values, metrics) : this.objectives.score(values, metrics);
  }

  /** Stores how a point ended. */
  end(entry: Entry, outcome: EndedOutcome): void {
    const { store } = this.effects;
    if (outcome.kind === "done") {
      const metrics = this.quantiles.extended(entry.values, outcome.result);
      const score = this.scoreOf(entry, metrics);
      const violation = Number.isFinite(score.violation) ? score.violation : null;
      store.transaction(() => {
        // trials are never compared
        if (outcome.run !== undefined && entry.fidelity === 1) store.keepRun(outcome.run);
        store.finish(entry, outcome.result, outcome.counters, violation, outcome.durationMs, outcome.packed);
      });
      this.board.done(entry, metrics, score, outcome.durationMs, false);
    } else {
      const { kind: state, code, reason, durationMs } = outcome;
      const failure: Failure = { state, code, reason, violation: null, durationMs };
      store.fail(entry.id, failure);
      this.board.failed(entry, failure, false);
    }
    entry.described = null;
    this.board.tick(entry);
  }

  /**
   * Fixes the reference point if the search has ended as planned. A study that the same command can continue gets its
   * own from the points that it would have had without the interruption.
   */
  fixReference(): void {
    this.board.settle(this.book.entries);
    if (PLANNED.includes(this.finishing)) this.board.conclude();
  }

  /** Ends the study and returns its summary. */
  conclude(): StudySummary {
    const reason = this.finishing ?? "stopped";
    this.fixReference();
    if (PLANNED.includes(reason)) this.book.leaveOut();
    const asked = this.total;
    let others = 0;
    // not settled: the reference point stays that of the points that this run has asked
    for (const admission of this.book.unasked()) {
      this.recall(admission);
      others++;
    }
    for (const entry of this.queue) this.restore(entry);
    this.board.flush(asked === null ? null : asked + others);
    this.effects.store.recount();
    this.effects.store.end(reason === "stopped" ? "stopped" : "finished", reason);
    const { done, infeasible, failed } = this.board.progress;
    const { elapsedMs, front } = this.board;
    const summary: StudySummary = { reason, done, infeasible, failed, ...front.summary, elapsedMs };
    this.emit({ type: "finished", ...summary });
    return summary;
  }

  /** True if the search ended before its queue was empty: the rest of the queue waits for the next start. */
  get drops(): boolean {
    return this.finishing !== null && !["budget", "exhausted"].includes(this.finishing);
  }

  /** True if a limit can still end the search: it may ask, or a point that it has asked waits. */
  private get isOpen(): boolean {
    return this.finishing === null || (!this.drops && this.queue.length > 0);
  }

  /** Expected number of points at the end, those of the caller included. */
  get total(): number | null {
    if (this.finishing !== null) return this.book.points;
    return expectedPoints(this.setup.spec.sampler.budget, this.most, this.guests.size);
  }

  /**
   * Last place in ask order that is surely needed: later points are neither asked nor run, even if workers are idle.
   */
  get horizon(): number {
    const { patience } = this.limits;
    return patience === null ? Number.POSITIVE_INFINITY : this.board.front.earliestEnd(patience);
  }

  private async load(workers: number): Promise<void> {
    const { store } = this.effects;
    const stored = this.book.heal((message) => {
      store.log("fault", { code: "DAMAGED_ROW", message });
      this.emit({ type: "fault", code: "DAMAGED_ROW", message });
    });
    store.recount(); // an earlier session may have been killed before it did
    for (const { row } of this.book.unasked()) {
      if (row?.state === "done") this.board.remember(this.quantiles.stored(store, row));
      await this.breath.take();
    }
    store.setFront(this.board.front.ids); // an interrupted session of an earlier version may have left another
    this.emit({
      type: "started",
      name: this.setup.name,
      sampler: this.setup.spec.sampler.name,
      objectives: this.objectives.metrics.map((metric, k) => ({ metric, direction: this.objectives.directions[k] })),
      parameters: this.space.names,
      total: this.total,
      workers,
      stored,
      earlierMs: store.earlierMs(),
      edition: store.study()?.edition ?? 1,
    });
  }

  /** Points of another sweep that this study's database has held since it began. */
  private warm(): Observation[] {
    return this.effects.store.warmStart().flatMap(({ values, objectives, violation }) => {
      const position = this.space.encode(values);
      return position === null ? [] : [{ position, values, ...this.objectives.unscored(violation), objectives }];
    });
  }

  private async screen(): Promise<void> {
    const { spec, document } = this.setup;
    const { pool: size, stages, halving } = samplerOptions(spec);
    const fidelities = makesNetworks(document)
      ? learningFidelities(stages, halving)
      : fidelitiesOf(timedUtterances(document), stages, halving);
    const isStopped = (): boolean => this.checkTime() === 0 || this.finishing !== null;
    const ask = (task: Task): Promise<void> => this.learnt.ask(task);
    const settings = { pool: size, seed: spec.sampler.seed, fidelity: fidelities[0], ask, isStopped, breath: this.breath };
    const screened = screenPool(this.space, this.objectives, this.setup, this.effects.engine, settings);
    // A functional run may take long, or wait for a worker that never comes.
    const stopped = new Promise<null>((resolve) => {
      this.stopScreening = () => resolve(null);
    });
    const pool = await Promise.race([screened, stopped]);
    if (pool === null || this.finishing !== null) return;
    this.sampler = createSampler(spec, this.space, { pool, fidelities, bounds: this.objectives.limitBounds });
    this.emit({ type: "sampler", name: spec.sampler.name, state: this.sampler.state() });
  }

  private get learns(): boolean {
    return this.sampler.lag !== Number.POSITIVE_INFINITY;
  }

  private get askedPoints(): number {
    return this.book.points - this.guests.size;
  }

  private tellNext(): void {
    const { position, entry } = this.asked[this.told++];
    // a result of others says nothing to a search that stops the point's network
    const score = this.learnt.stops(entry.key) ? this.objectives.unscored(Number.POSITIVE_INFINITY) : (entry.score as Findings);
    if (score.objectives !== null) this.learnt.tell(entry.id);
    this.sampler.tell({ position, values: entry.values, ...score });
    this.emit({ type: "sampler", name: this.setup.spec.sampler.name, state: this.sampler.state() });
  }

  private async admit(position: Float64Array, fidelity: number): Promise<void> {
    const admission = await this.book.admit(this.space.decode(position), fidelity);
    const { entry } = admission;
    if (this.guests.delete(entry)) this.book.staleAsks = 0; // new to the search
    if (this.learns) this.asked.push({ position, entry });
    const row = await this.learnt.admit(admission, (asked) => this.book.describe(asked));
    if (row?.state === "queued") this.queue.push(entry);
    else this.recall({ ...admission, row });
  }

  /** Records the stored end of a point that was to run again and has not started. */
  private restore(entry: Entry): void {
    const row = this.effects.store.point(entry.id);
    if (entry.fidelity < 1 || row === null || OPEN.has(row.state)) return;
    if (entry.score === null) this.recall({ entry, row, stored: true });
    else this.board.progress.failed++; // its end was reported before
  }

  /** Records a point whose end is known already. */
  private recall({ entry, row, stored }: Admission): void {
    if (row === null || row.state === "queued") return;
    entry.described = null;
    this.board.recalled(entry, this.quantiles.stored(this.effects.store, row), stored);
  }
}

/** How a point has ended. */
export type EndedOutcome = Extract<Outcome, { readonly code: string } | { readonly kind: "done" }>;
