/** Time as a study sees it: for progress, rates and time limits; no result depends on it. */
import { performance } from "node:perf_hooks";

export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back, even if the wall clock does. */
  monotonicMs(): number;
}

export const systemClock: Clock = { monotonicMs: () => performance.now() };

/**
 * Milliseconds since 1970 by the wall clock of the process's start, and the time since then by the monotonic clock: a
 * wall clock that is set meanwhile makes no interval negative.
 */
export const steadyMs = (): number => performance.timeOrigin + systemClock.monotonicMs();
