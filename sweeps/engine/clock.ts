/** Time as a study sees it: for progress, rates and time limits; no result depends on it. */
import { performance } from "node:perf_hooks";

export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back, even if the wall clock does. */
  monotonicMs(): number;
}

export const systemClock: Clock = { monotonicMs: () => performance.now() };
