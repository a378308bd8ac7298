/** How many points end per second, from when the last ones ended. Times are monotonic milliseconds. */

const WINDOW_MS = 60_000;
/** Ends that are looked at even if they are older: of so many at random times, the rate errs by 1/sqrt(30) = 18 %. */
const LEAST_ENDS = 30;
/** Least rounds of all workers that are looked at. */
const LEAST_ROUNDS = 2;
/** So many ends, and two rounds, with fewer running points than before are no moment between two points. */
const FEWER_ENDS = 8;

export class EndRate {
  /** Ends since `sinceMs`, oldest first. */
  private readonly ends: number[] = [];
  /** Points that run at the same time. */
  private lanes = 1;
  /** Ends since as many ran. */
  private fewer = 0;

  /** `sinceMs`: when the work began; null: unknown, so that the first end is the beginning. */
  constructor(private sinceMs: number | null) {}

  /** Records that a point has ended. */
  tick(nowMs: number): void {
    this.sinceMs ??= nowMs;
    const atMs = Math.max(nowMs, this.ends.at(-1) ?? nowMs); // a clock that jumps back says nothing
    if (atMs <= this.sinceMs) return;
    this.ends.push(atMs);
    this.fewer++;
  }

  /** Moves what was recorded by the time of a pause. */
  shift(byMs: number): void {
    if (this.sinceMs !== null) this.sinceMs += byMs;
    for (const i of this.ends.keys()) this.ends[i] += byMs;
  }

  /**
   * The window begins at an end, which does not count, or at the start, and lasts to the last end: points that run
   * have not ended yet. It holds whole rounds of the `running` points, because those that begin together end together.
   * Once a round takes longer than those before, its ends are no earlier than now. Null before the first end.
   */
  perSecond(nowMs: number, running = 1): number | null {
    this.follow(running);
    const { ends, lanes } = this;
    const all = ends.length;
    if (this.sinceMs === null || all === 0) return null;
    const wanted = Math.max(LEAST_ENDS, LEAST_ROUNDS * lanes, all - firstAfter(ends, nowMs - WINDOW_MS));
    const rounds = Math.min(Math.ceil(wanted / lanes), Math.floor(all / lanes));
    const count = rounds === 0 ? all : rounds * lanes;
    const fromMs = count === all ? this.sinceMs : ends[all - 1 - count];
    const untilLast = ends[all - 1] - fromMs;
    const untilNow = Math.max(untilLast, nowMs - fromMs);
    if (all > count + lanes) {
      this.sinceMs = ends[all - count - lanes - 1];
      ends.splice(0, all - count - lanes);
    }
    return untilNow > 0 ? 1000 * Math.min(count / untilLast, (count + lanes) / untilNow) : null;
  }

  /** Between the end of a point and the begin of the next one fewer run for a moment. */
  private follow(running: number): void {
    if (running < this.lanes && this.fewer <= LEAST_ROUNDS * running + FEWER_ENDS) return;
    this.lanes = Math.max(1, running);
    this.fewer = 0;
  }
}

/** Index of the first of ascending `times` after `ms`. */
function firstAfter(times: readonly number[], ms: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}
