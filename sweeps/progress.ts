/** Counts, rate and remaining time of a running study. Times are monotonic milliseconds. */
import type { StudyEvent } from "./events.js";

const WINDOW_MS = 60_000;

export class Progress {
  done = 0;
  infeasible = 0;
  failed = 0;
  running = 0;
  private readonly ends: number[] = [];
  /** Start of a pause; null: not paused. */
  private pausedMs: number | null = null;

  constructor(private startMs: number) {}

  pause(nowMs: number): void {
    this.pausedMs ??= nowMs;
  }

  /** The time of a pause counts neither for the rate nor for the remaining time. */
  resume(nowMs: number): void {
    if (this.pausedMs === null) return;
    const pauseMs = nowMs - this.pausedMs;
    this.pausedMs = null;
    this.startMs += pauseMs;
    for (const i of this.ends.keys()) this.ends[i] += pauseMs;
  }

  /** Records that a point of this session has ended. */
  tick(nowMs: number): void {
    this.ends.push(nowMs);
    while (this.ends.length > 0 && this.ends[0] < nowMs - WINDOW_MS) this.ends.shift();
  }

  get ended(): number {
    return this.done + this.infeasible + this.failed;
  }

  event(atMs: number, queued: number, total: number | null): StudyEvent {
    const nowMs = this.pausedMs ?? atMs;
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
