/** Counts, rate and remaining time of a running study. Times are monotonic milliseconds. */
import { EndRate } from "./end-rate.js";
import type { StudyEvent } from "./events.js";

export class Progress {
  done = 0;
  infeasible = 0;
  failed = 0;
  running = 0;
  private readonly rate: EndRate;
  /** Start of a pause; null: not paused. */
  private pausedMs: number | null = null;

  constructor(startMs: number) {
    this.rate = new EndRate(startMs);
  }

  pause(nowMs: number): void {
    this.pausedMs ??= nowMs;
  }

  /** The time of a pause counts neither for the rate nor for the remaining time. */
  resume(nowMs: number): void {
    if (this.pausedMs === null) return;
    this.rate.shift(nowMs - this.pausedMs);
    this.pausedMs = null;
  }

  /** Records that a point of this session has ended. */
  tick(nowMs: number): void {
    this.rate.tick(this.pausedMs ?? nowMs);
  }

  get ended(): number {
    return this.done + this.infeasible + this.failed;
  }

  event(atMs: number, queued: number, total: number | null): StudyEvent {
    const ratePerSecond = this.rate.perSecond(this.pausedMs ?? atMs, this.running);
    return {
      type: "progress",
      done: this.done,
      infeasible: this.infeasible,
      failed: this.failed,
      running: this.running,
      queued,
      total,
      ratePerSecond,
      etaSeconds: total === null || ratePerSecond === null ? null : Math.max(0, total - this.ended) / ratePerSecond,
    };
  }
}
