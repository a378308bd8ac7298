/**
 * A study that its caller drives: it gives out the sampler's points and takes back their results. Asked in batches of
 * n, it gives the points of a sweep with n workers; the order in which results come does not matter. Effects (engine,
 * store, clock) are handed in. Throws: `InputError` if a point or result does not belong to this study, and what the
 * store throws.
 */

import { deepFreeze } from "../arch/index.js";
import { InterruptedError, inputError, quoted } from "../base/errors.js";
import type { MetricName } from "../sim/index.js";
import type { AskedPoint, Evaluation, OpenStudy } from "./ask-tell.js";
import { type Axis, axisOf } from "./axes.js";
import { namedPoint, namedValues, signalOf } from "./caller-values.js";
import type { Task } from "./engine/engine.js";
import type { FinishReason, StudyEvent, StudySummary } from "./events.js";
import { givenPoint } from "./given-point.js";
import type { Entry } from "./points.js";
import { screens } from "./samplers/registry.js";
import { type EndedOutcome, Search } from "./search.js";
import type { Store } from "./store/sqlite.js";
import type { SearchEffects, SearchStart, StudySetup } from "./study-setup.js";
import { type OwnResult, toldOutcome } from "./told-result.js";

interface DrivenStudySettings extends SearchStart {
  /** Further attempts for a point whose worker died. */
  readonly retries: number;
  /** Name of the program that finds the results; null: this program. */
  readonly evaluator: string | null;
}

/** A point that was given out and whose result has not been told. */
interface Open {
  readonly point: AskedPoint;
  readonly entry: Entry;
  readonly task: Task;
  readonly startMs: number;
  /** The running or finished evaluation; null: this program does not evaluate the point. */
  evaluation: Promise<Evaluation> | null;
}

const MOST_POINTS = 100_000;

export class DrivenStudy implements OpenStudy {
  private readonly search: Search;
  private readonly given = new Map<number, Open>();
  /** How evaluations of this study ended. `tell` takes only objects that are keys here. */
  private readonly endings = new WeakMap<object, { readonly of: Open; readonly ended: EndedOutcome }>();
  private readonly watch: { readonly end: () => void };
  /** A closed study is not kept by a signal that outlives it. */
  private deaf = (): void => {};
  private fault: unknown = null;
  /** One `ask` waits for the one before, so that their points do not mix. */
  private turn: Promise<unknown> = Promise.resolve();
  private closing: Promise<StudySummary> | null = null;

  private constructor(
    private readonly setup: StudySetup,
    private readonly settings: DrivenStudySettings,
    private readonly effects: SearchEffects,
    emit: (event: StudyEvent) => void,
  ) {
    this.search = new Search(setup, { timeLimitMs: null, patience: null }, effects, emit);
    this.watch = effects.store.watch((loss) => {
      this.fault ??= loss;
    });
  }

  /**
   * Opens a study and tells its sampler what the store holds. A screening sampler prices its pool first; `signal`
   * interrupts that.
   */
  static async begin(
    setup: StudySetup,
    settings: DrivenStudySettings,
    effects: SearchEffects,
    emit: (event: StudyEvent) => void,
    signal: AbortSignal | undefined,
  ): Promise<DrivenStudy> {
    const { name } = setup.spec.sampler;
    if (settings.evaluator !== null && screens(setup.spec))
      throw inputError(
        setup.file,
        `sampler ${name} prices points with this program's own model, so it cannot learn from results of ${quoted(settings.evaluator)}`,
        "take another sampler, or no evaluator",
        "sweep.sampler",
      );
    const study = new DrivenStudy(setup, settings, effects, emit);
    const stop = (): void => study.search.stop();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await study.search.begin(settings);
      if (signal?.aborted) study.search.conclude();
      signal?.throwIfAborted();
    } catch (error) {
      study.watch.end();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    // what goes wrong as it closes is told by every call on the study after that
    const close = (): void => void study.close().catch(() => {});
    signal?.addEventListener("abort", close, { once: true });
    study.deaf = () => signal?.removeEventListener("abort", close);
    return study;
  }

  get spec(): StudySetup["spec"] {
    return this.setup.spec;
  }

  get name(): string {
    return this.setup.name;
  }

  /** Database of its results, for readers in this process. */
  get store(): Store {
    this.demandOpen();
    return this.effects.store;
  }

  get axes(): readonly Axis[] {
    return this.search.space.dimensions.map(axisOf);
  }

  get workers(): number {
    return this.settings.workers;
  }

  get open(): readonly AskedPoint[] {
    return Array.from(this.given.values(), ({ point }) => point);
  }

  get ended(): FinishReason | null {
    return this.search.queue.length > 0 ? null : this.search.finishing;
  }

  ask(count = 1): Promise<readonly AskedPoint[]> {
    if (!Number.isInteger(count) || count < 1 || count > MOST_POINTS)
      return Promise.reject(inputError("ask", `got ${count} points`, `expected a whole number from 1 to ${MOST_POINTS}`));
    return this.inTurn(async () => {
      const { search } = this;
      await search.fill(count);
      const points: AskedPoint[] = [];
      while (points.length < count && search.queue.length > 0) points.push((await this.give(search.queue[0])).point);
      if (points.length === 0 && this.given.size === 0) search.fixReference();
      this.report();
      return points;
    });
  }

  async evaluate(point: AskedPoint | number, options: { readonly signal?: AbortSignal } = {}): Promise<Evaluation> {
    const signal = signalOf("evaluate", options);
    this.demandOpen();
    this.demandEvaluating("evaluate");
    signal?.throwIfAborted();
    return within(signal, this.evaluationOf(this.find(point)));
  }

  tell(point: AskedPoint | number, result: Evaluation | OwnResult): void {
    this.demandOpen();
    const open = this.find(point);
    this.end(open, this.settings.evaluator === null ? this.endingOf(open, result) : this.toldOf(open, result));
  }

  async run(values: { readonly [name: string]: unknown }, options: { readonly signal?: AbortSignal } = {}): Promise<Evaluation> {
    const signal = signalOf("run", options);
    this.demandEvaluating("run");
    signal?.throwIfAborted();
    const known = await this.inTurn(async () => {
      signal?.throwIfAborted(); // once invited, a point is evaluated: one that never ends would hold back the front
      const entry = await this.search.invite(givenPoint(this.search.space, namedValues(values)));
      if (entry.score !== null) return this.stored(entry);
      const before = this.given.get(entry.id);
      return before === undefined ? { open: await this.give(entry), isMine: true } : { open: before, isMine: false };
    });
    if (!("open" in known)) return known;
    const { open, isMine } = known;
    const evaluation = this.evaluationOf(open);
    return within(signal, this.endedBy(open, evaluation, isMine));
  }

  close(): Promise<StudySummary> {
    this.closing ??= this.shut();
    return this.closing;
  }

  private async shut(): Promise<StudySummary> {
    const { search, effects, given } = this;
    search.interrupt();
    this.deaf();
    await effects.engine.close(true);
    await this.turn;
    try {
      if (this.fault !== null) throw this.fault;
      await search.fill(0); // notices a budget that is used up
      if (given.size > 0 || search.queue.length > 0) search.finishing = "stopped";
      return search.conclude();
    } finally {
      given.clear();
      this.watch.end();
      effects.store.close();
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(() => {
      this.demandOpen();
      return work();
    });
    this.turn = mine.catch(() => {});
    return mine;
  }

  private demandOpen(): void {
    if (this.fault !== null) throw this.fault;
    if (this.closing !== null) throw inputError("study", "is closed", "open it again: what was told is stored where it has a database");
  }

  /** @throws InputError if another evaluator finds the results: this program's would be stored under its name */
  private demandEvaluating(call: string): void {
    const { evaluator } = this.settings;
    if (evaluator !== null)
      throw inputError(
        call,
        `results of this study come from ${quoted(evaluator)}`,
        "tell one: metrics, infeasible or failed; or open a study without evaluator",
      );
  }

  /** Gives out an entry and removes it from the queue. */
  private async give(entry: Entry): Promise<Open> {
    const task = await this.search.start(entry);
    const place = this.search.queue.indexOf(entry);
    if (place >= 0) this.search.queue.splice(place, 1);
    const { id, key, values, fidelity } = entry;
    const point: AskedPoint = Object.freeze({ id, key, values, byPath: task.byPath, fidelity });
    const open: Open = { point, entry, task, startMs: this.effects.clock.monotonicMs(), evaluation: null };
    this.given.set(id, open);
    return open;
  }

  private find(point: AskedPoint | number): Open {
    const { id, key } = namedPoint(point);
    const open = this.given.get(id);
    if (open !== undefined && (key === null || key === open.point.key)) return open;
    const entry = this.search.book.entries.find((known) => known.id === id && (key === null || key === known.key));
    if (entry !== undefined && entry.score !== null) throw inputError("point", `${id} was told before`, "tell each point once");
    throw inputError("point", `${quoted(String(id))} was not asked in this study`, `open: ${[...this.given.keys()].join(", ") || "none"}`);
  }

  private evaluationOf(open: Open): Promise<Evaluation> {
    open.evaluation ??= this.compute(open);
    open.evaluation.catch(() => {
      open.evaluation = null;
    });
    return open.evaluation;
  }

  /** Stores the evaluation, as `tell` does. Without one, a point stays open only if `ask` gave it out. */
  private async endedBy(open: Open, evaluation: Promise<Evaluation>, isMine: boolean): Promise<Evaluation> {
    try {
      const found = await evaluation;
      if (this.given.get(open.entry.id) === open) this.end(open, this.endingOf(open, found));
      return found;
    } catch (error) {
      if (isMine) this.given.delete(open.entry.id);
      throw error;
    }
  }

  private async compute(open: Open): Promise<Evaluation> {
    const { search, effects } = this;
    for (let { task } = open; ; task = await search.start(open.entry)) {
      const outcome = await effects.engine.evaluate(task);
      if (outcome.kind === "abandoned") throw new InterruptedError(`the study was closed during the evaluation of point ${open.entry.id}`);
      const ended = search.ending(open.entry, outcome, this.settings.retries);
      if (ended === null) continue;
      const evaluation = deepFreeze(this.evaluated(open.entry, ended)); // its result is the one that `tell` stores
      this.endings.set(evaluation, { of: open, ended });
      return evaluation;
    }
  }

  private evaluated(entry: Entry, ended: EndedOutcome): Evaluation {
    const { id, values } = entry;
    const { durationMs } = ended;
    if (ended.kind === "done") {
      const { result } = ended;
      const metrics = this.search.quantiles.extended(values, result);
      const { objectives, violation } = this.search.scoreOf(entry, metrics);
      const natural = objectives === null ? null : this.search.objectives.minimised(objectives);
      return { id, values, state: "done", metrics, objectives: natural, violation, result, code: null, reason: null, durationMs };
    }
    const { kind: state, code, reason } = ended;
    const none = { metrics: null, objectives: null, violation: Number.POSITIVE_INFINITY, result: null };
    return { id, values, state, ...none, code, reason, durationMs };
  }

  /** A point that has ended in this session or an earlier one. */
  private stored({ id, values, score }: Entry): Evaluation {
    const { store } = this.effects;
    const { state, metrics, code, reason, durationMs } = store.soundPoint(id) ?? {};
    const { objectives = null, violation = Number.POSITIVE_INFINITY } = score ?? {};
    return deepFreeze({
      ...{ id, values, violation, state: state as Evaluation["state"], metrics: metrics ?? null },
      objectives: objectives === null ? null : this.search.objectives.minimised(objectives),
      result: state === "done" ? store.result(id) : null,
      ...{ code: code ?? null, reason: reason ?? null, durationMs: durationMs ?? 0 },
    });
  }

  private endingOf(open: Open, result: Evaluation | OwnResult): EndedOutcome {
    const { id } = open.entry;
    const known = typeof result === "object" && result !== null ? this.endings.get(result) : undefined;
    if (known === undefined)
      throw inputError(
        "result",
        `of point ${id} is none that this study evaluated`,
        'for results of your own, name their source: evaluator: "my model 1.0"',
      );
    if (known.of !== open)
      throw inputError("result", `is that of point ${known.of.entry.id}, told of point ${id}`, "tell each point its own");
    return known.ended;
  }

  private toldOf({ task, startMs }: Open, result: unknown): EndedOutcome {
    return toldOutcome(result, this.needed, task.inputs, this.effects.clock.monotonicMs() - startMs);
  }

  private get needed(): readonly MetricName[] {
    return this.search.objectives.needed;
  }

  private end(open: Open, ended: EndedOutcome): void {
    this.search.end(open.entry, ended);
    this.given.delete(open.entry.id);
    this.report();
  }

  private report(): void {
    this.search.board.report(this.given.size, this.search.queue.length, this.search.total);
  }
}

/**
 * The result of the work, or the reason of the signal if that comes first; how the work ends then, nobody hears.
 */
async function within<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  work.catch(() => {});
  signal?.throwIfAborted();
  if (signal === undefined) return work;
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
