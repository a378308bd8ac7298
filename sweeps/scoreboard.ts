/**
 * The state of a running study: scores of its points, front, counts. It reports to the view; frequent events are sent
 * at most ten times per second.
 */
import type { Clock } from "./engine/clock.js";
import type { StudyEvent } from "./events.js";
import { FrontTracker } from "./front.js";
import type { Findings, Metrics, Objectives } from "./objectives.js";
import type { Entry } from "./points.js";
import { Progress } from "./progress.js";
import type { Failure, Store, StoredPoint } from "./store/sqlite.js";

const EVENT_MS = 100;

export class Scoreboard {
  front: FrontTracker;
  readonly progress: Progress;
  readonly startMs: number;
  private settled = 0;
  private lastProgressMs = Number.NEGATIVE_INFINITY;
  private lastFrontMs = Number.NEGATIVE_INFINITY;
  private frontDirty = false;
  /** Points of earlier sessions that this one has not reported. */
  private readonly remembered = new Set<number>();

  constructor(
    private readonly objectives: Objectives,
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly emit: (event: StudyEvent) => void,
  ) {
    this.front = new FrontTracker(objectives, null);
    this.startMs = clock.monotonicMs();
    this.progress = new Progress(this.startMs);
  }

  /** Reads the study's stored reference point, or stores the user's. */
  begin(): void {
    const { objectives, store } = this;
    const stored = store.study()?.reference ?? null;
    this.front = new FrontTracker(objectives, stored);
    if (objectives.reference !== null && stored === null) store.setReference(objectives.minimised(objectives.reference));
  }

  get elapsedMs(): number {
    return this.clock.monotonicMs() - this.startMs;
  }

  done(entry: Entry, metrics: Metrics, score: Findings, durationMs: number, stored: boolean): void {
    entry.score = score;
    if (entry.fidelity < 1) {
      this.trial(entry, "done", metrics, "", stored);
      return;
    }
    this.progress.done++;
    const before = this.front.ids;
    if (this.remembered.delete(entry.id)) this.frontDirty ||= before.includes(entry.id);
    else if (this.front.arrive(entry.id, score)) {
      this.frontDirty = true;
      this.store.setFront(this.front.ids, before); // at once: the program may be killed
    }
    const { id, key, values } = entry;
    this.emit({ type: "point-done", id, key, values, metrics, violation: score.violation, durationMs, stored });
  }

  failed(entry: Entry, failure: Failure, stored: boolean): void {
    entry.score = this.objectives.unscored(failure.violation ?? Number.POSITIVE_INFINITY);
    if (entry.fidelity < 1) {
      this.trial(entry, failure.state, {}, failure.reason, stored);
      return;
    }
    if (failure.state === "infeasible") this.progress.infeasible++;
    else this.progress.failed++;
    const { id, key, values, attempts } = entry;
    const { state, code, reason } = failure;
    this.emit({ type: "point-failed", id, key, values, state, code, reason, attempt: attempts, stored });
  }

  private trial(
    { id, key, values, fidelity }: Entry,
    state: "done" | Failure["state"],
    metrics: Metrics,
    reason: string,
    stored: boolean,
  ): void {
    this.emit({ type: "trial", id, key, values, fidelity, state, metrics, reason, stored });
  }

  /** A point that an earlier session has stored counts for the front, whether or not this one asks for it. */
  remember({ id, metrics, violation }: StoredPoint): void {
    this.front.arrive(id, this.objectives.findingsOf(metrics ?? {}, violation ?? Number.POSITIVE_INFINITY));
    this.remembered.add(id);
  }

  /** A point whose end is stored before it could run: `stored` by an earlier session, or refused without a run. */
  recalled(entry: Entry, point: StoredPoint, stored: boolean): void {
    if (point.state === "done") {
      const metrics = point.metrics ?? {};
      const score = this.objectives.findingsOf(metrics, point.violation ?? Number.POSITIVE_INFINITY);
      this.done(entry, metrics, score, point.durationMs ?? 0, stored);
    } else {
      const { code, reason, violation, durationMs } = point;
      this.failed(entry, { state: point.state as Failure["state"], code: code ?? "", reason: reason ?? "", violation, durationMs }, stored);
    }
  }

  /**
   * Counts an ended point of this session for the rate; trials do not count, as the remaining time is that of points.
   */
  tick(entry: Entry): void {
    if (entry.fidelity === 1) this.progress.tick(this.clock.monotonicMs());
  }

  /** Feeds ended points, in ask order, to what must not depend on the number of workers. */
  settle(entries: readonly Entry[]): void {
    while (this.settled < entries.length && entries[this.settled].score !== null) {
      const { id, score, fidelity } = entries[this.settled++];
      if (fidelity === 1 && this.front.settle(id, score)) this.saveReference();
    }
  }

  /** No more points will end: fixes the reference point from those that have. */
  conclude(): void {
    if (this.front.fixReference()) this.saveReference();
  }

  report(running: number, queued: number, total: number | null, now = this.clock.monotonicMs()): void {
    this.progress.running = running;
    if (this.frontDirty && now - this.lastFrontMs >= EVENT_MS) {
      this.lastFrontMs = now;
      this.frontDirty = false;
      const { front, liveHypervolume: hypervolume, naturalReference: reference } = this.front;
      this.emit({ type: "front-changed", front, hypervolume, reference });
    }
    if (now - this.lastProgressMs >= EVENT_MS) {
      this.lastProgressMs = now;
      this.emit(this.progress.event(now, queued, total));
    }
  }

  /** Reports everything that was held back. */
  flush(total: number | null): void {
    this.lastFrontMs = Number.NEGATIVE_INFINITY;
    this.lastProgressMs = Number.NEGATIVE_INFINITY;
    this.frontDirty = true;
    this.report(0, 0, total);
  }

  private saveReference(): void {
    const natural = this.front.naturalReference as number[];
    this.store.setReference(natural);
    this.store.log("reference", natural);
    this.frontDirty = true;
  }
}
