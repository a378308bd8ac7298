/**
 * The search loop: ask, evaluate as many points at a time as there are workers, store results as they arrive, tell them
 * in ask order (`search.ts`). Effects (engine, store, clock) are handed in. Throws: `InputError` from the store (disk
 * full, locked), after running points were abandoned.
 */

import type { StudyEvent, StudySummary } from "./events.js";
import { type Entry, taskOf } from "./points.js";
import { Search } from "./search.js";
import type { SearchEffects, SearchLimits, SearchStart, StudySetup } from "./study-setup.js";

export interface StudyOptions extends SearchLimits, SearchStart {
  /** Further attempts for a point whose worker died. */
  readonly retries: number;
  /** Once a point of this session has failed or timed out, no more points are asked or started; those under way end. */
  readonly failFast: boolean;
}

const LOOK_AHEAD = 64;
/** The longest wait of a timer. */
const MOST_TIMER_MS = 0x7fffffff;

export class Study {
  private readonly search: Search;
  private readonly running = new Map<Entry, Promise<void>>();
  private workers: number;
  private paused = false;
  private aborted = false;
  private fault: unknown = null;
  private readonly bell = new Bell();
  private alarm: NodeJS.Timeout | undefined;

  constructor(
    setup: StudySetup,
    private readonly options: StudyOptions,
    private readonly effects: SearchEffects,
    private readonly emit: (event: StudyEvent) => void,
  ) {
    this.workers = Math.min(options.workers, effects.engine.maxWorkers);
    this.search = new Search(setup, options, effects, emit);
  }

  /** Runs to the end; rejects only if the store or the program itself fails. */
  async run(): Promise<StudySummary> {
    const { search } = this;
    const { store, engine } = this.effects;
    const watch = store.watch((loss) => {
      this.fault ??= loss;
      this.bell.ring();
    });
    this.setAlarm();
    try {
      await search.begin({ ...this.options, workers: this.workers });
      while (!this.over) {
        await search.fill(Math.max(LOOK_AHEAD, 2 * this.workers));
        if (this.fault !== null) throw this.fault;
        if (search.drops || search.checkTime() === 0) engine.withdraw();
        this.launch();
        search.board.report(this.running.size, search.queue.length, search.total);
        if (!this.over) await this.bell.rung();
      }
      await engine.close(this.aborted);
      await Promise.all(this.running.values());
      if (this.fault !== null) throw this.fault;
      return search.conclude();
    } catch (error) {
      this.aborted = true;
      await engine.close(true);
      await Promise.allSettled(this.running.values());
      throw error;
    } finally {
      clearTimeout(this.alarm);
      watch.end();
      store.close();
    }
  }

  /** Starts no further point until `resume`. */
  pause(): void {
    this.paused = true;
    this.search.board.progress.pause(this.effects.clock.monotonicMs());
    this.emit({ type: "paused" });
  }

  resume(): void {
    this.paused = false;
    this.search.board.progress.resume(this.effects.clock.monotonicMs());
    this.emit({ type: "resumed" });
    this.bell.ring();
  }

  /** `drain`: running points end and are stored; otherwise they are abandoned and queued again next time. */
  stop(drain: boolean): void {
    this.search.stop();
    this.aborted ||= !drain;
    this.emit({ type: "stopping", drain });
    this.bell.ring();
  }

  setWorkers(count: number): void {
    this.workers = Math.max(1, Math.min(count, this.effects.engine.maxWorkers));
    this.emit({ type: "workers", workers: this.workers });
    this.bell.ring();
  }

  /** Queues failed and timed-out points again. The sampler keeps what it was told of them until the next start. */
  retryFailed(): void {
    this.search.retryFailed((entry) => this.running.has(entry));
    this.bell.ring();
  }

  /** Rings at the time limit, even if no point ends. */
  private setAlarm(): void {
    const left = this.search.checkTime();
    if (left === 0) this.bell.ring();
    else if (left !== null) this.alarm = setTimeout(() => this.setAlarm(), Math.min(Math.ceil(left), MOST_TIMER_MS));
  }

  private get over(): boolean {
    if (this.aborted) return true;
    const { finishing, drops, queue } = this.search;
    return finishing !== null && this.running.size === 0 && (drops || queue.length === 0);
  }

  private launch(): void {
    const { search } = this;
    if (this.paused || search.drops) return;
    while (this.running.size < this.workers) {
      const { engine } = this.effects;
      const ahead = search.queue.slice(0, LOOK_AHEAD).filter(({ order }) => order <= search.horizon);
      if (ahead.length === 0) return;
      const free = ahead.find((e) => e.described === null || !engine.waitsFor(taskOf(e, e.described)));
      const entry = free ?? ahead[0];
      search.queue.splice(search.queue.indexOf(entry), 1);
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
    const { search } = this;
    const outcome = await this.effects.engine.evaluate(await search.start(entry));
    if (outcome.kind === "abandoned" && this.aborted) return;
    const ended = outcome.kind === "abandoned" ? null : search.ending(entry, outcome, this.options.retries);
    if (ended === null) {
      this.effects.store.setQueued(entry.id);
      search.queue.unshift(entry);
      return;
    }
    search.end(entry, ended);
    const isFailure = ended.kind === "failed" || ended.kind === "timeout";
    if (this.options.failFast && isFailure && !search.drops) search.finishing = "failure";
  }
}

/** Wakes the loop; a ring while the loop does not wait is kept. */
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
