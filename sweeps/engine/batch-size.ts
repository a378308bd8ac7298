/**
 * How many points one job of the queue carries: cheap points travel together, so that the queue's own work is little beside theirs; a point that takes
 * long travels alone. Goes by what points took lately, in factors of two, so that it rests where they are all alike.
 */

/** Work of one job: long beside the millisecond or two that a job costs, short beside leases, graces and the end of a sweep. */
const TARGET_MS = 120;
/** More would save little, and is lost together when its worker dies. */
export const MOST_IN_BATCH = 16;
/** Share of the newest point in the running mean. */
const NEWEST = 1 / 8;

export class BatchSize {
  size = 1;
  private meanMs: number | null = null;

  /** A point took so long. */
  took(durationMs: number): void {
    this.meanMs = this.meanMs === null ? durationMs : this.meanMs + NEWEST * (durationMs - this.meanMs);
    const fitting = TARGET_MS / this.meanMs;
    if (fitting >= 2 * this.size) this.size = Math.min(MOST_IN_BATCH, 2 * this.size);
    else if (fitting < 0.75 * this.size) this.size = Math.max(1, this.size / 2);
  }

  /** Points a job while so many are under way for so many threads: nobody is idle because another holds what both could do. */
  of(underWay: number, threads: number): number {
    return Math.max(1, Math.min(this.size, Math.floor(underWay / (2 * Math.max(1, threads)))));
  }
}
