/**
 * The spike quantiser's range while training: an exponential moving average of the extremes of its input, once per
 * batch, bias-corrected. In the first batch, the range at each step is the running extreme (bootstrap). Inference uses
 * the frozen range.
 * Source: Ponghiran and Roy 2022, with one update per batch instead of one per step.
 */
import { pow } from "../base/math.js";

const MOMENTUM = 0.1;

/** State of one quantiser's range; mutable, and part of a checkpoint. */
export interface RangeTracker {
  low: number;
  high: number;
  updates: number;
  /** A range set by the configuration, which never changes; 0: learned. */
  readonly fixed: number;
}

/** `fixed`: range set by hand, 0: learned. */
export function createRange(fixed: number): RangeTracker {
  return { low: 0, high: 0, updates: 0, fixed };
}

/** M, or 0 before the first update (bootstrap). */
export function rangeOf(tracker: RangeTracker): number {
  if (tracker.fixed > 0) return tracker.fixed;
  if (tracker.updates === 0) return 0;
  const correction = 1 - pow(1 - MOMENTUM, tracker.updates);
  return Math.fround(Math.max(Math.abs(tracker.low), Math.abs(tracker.high)) / correction);
}

/** Updates the range by one batch's extremes; a fixed range does not change. */
export function updateRange(tracker: RangeTracker, low: number, high: number): void {
  if (tracker.fixed > 0) return;
  tracker.low = (1 - MOMENTUM) * tracker.low + MOMENTUM * low;
  tracker.high = (1 - MOMENTUM) * tracker.high + MOMENTUM * high;
  tracker.updates++;
}
