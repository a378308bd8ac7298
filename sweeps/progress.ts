/** Counts, rate and remaining time of a running study. Times are monotonic milliseconds. */
import type { StudyEvent } from "./events.js";

const WINDOW_MS = 60_000;

export class Progress {
  done = 0;
  infeasible = 0;
  failed = 0;
  running = 0;
  private readonly ends: number[] = [];

  constructor(private readonly startMs: number) {}

  /** A point of this session ended now. */
  tick(nowMs: number): void {
    this.ends.push(nowMs);
    while (this.ends.length > 0 && this.ends[0] < nowMs - WINDOW_MS) this.ends.shift();
  }

  get ended(): number {
    return this.done + this.infeasible + this.failed;
  }

  event(nowMs: number, queued: number, total: number | null): StudyEvent {
    const since = Math.max(this.startMs, nowMs - WINDOW_MS);
    const recent = this.ends.filter((at) => at >= since).length;
    const ratePerSecond = recent === 0 || nowMs <= since ? null : (1000 * recent) / (nowMs - since);
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
