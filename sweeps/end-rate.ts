/** How many points end per second, from when the last ones ended. Times are monotonic milliseconds. */

const WINDOW_MS = 60_000;
/** Ends that are looked at even if they are older: of so many at random times, the rate errs by 1/sqrt(30) = 18 %. */
const LEAST_ENDS = 30;

export class EndRate {
  /** Ends since `sinceMs`, oldest first. */
  private readonly ends: number[] = [];

  /** `sinceMs`: when the work began; null: unknown, so that the first end is the beginning. */
  constructor(private sinceMs: number | null) {}

  /** Records that a point has ended. */
  tick(nowMs: number): void {
    this.sinceMs ??= nowMs;
    const atMs = Math.max(nowMs, this.ends.at(-1) ?? nowMs); // a clock that jumps back says nothing
    if (atMs > this.sinceMs) this.ends.push(atMs);
  }

  /** Moves what was recorded by the time of a pause. */
  shift(byMs: number): void {
    if (this.sinceMs !== null) this.sinceMs += byMs;
    for (const i of this.ends.keys()) this.ends[i] += byMs;
  }

  /**
   * The window begins at an end, which does not count, or at the start, and lasts to the last end: points that run
   * have not ended yet. Once they take longer than those before, the next end is no earlier than now. Null before the
   * first end.
   */
  perSecond(nowMs: number): number | null {
    const { ends } = this;
    while (ends.length > LEAST_ENDS && ends[0] <= nowMs - WINDOW_MS) this.sinceMs = ends.shift() as number;
    const count = ends.length;
    if (this.sinceMs === null || count === 0) return null;
    const untilLast = ends[count - 1] - this.sinceMs;
    const untilNow = Math.max(untilLast, nowMs - this.sinceMs);
    return untilNow > 0 ? 1000 * Math.min(count / untilLast, (count + 1) / untilNow) : null;
  }
}
