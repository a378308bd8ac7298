/**
 * What repeated measurements say: best, median, worst, and their spread (median absolute deviation over the median).
 * Values in the row's own unit.
 */

/** Which way is good. */
export type Better = "more" | "less";

export interface Statistics {
  readonly best: number;
  readonly median: number;
  readonly worst: number;
  /** Median absolute deviation as a share of the median; 0 for a single run. */
  readonly spread: number;
  readonly runs: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @throws Error for no value, or one that is no finite number. */
export function statistics(values: readonly number[], better: Better): Statistics {
  if (values.length === 0 || !values.every(Number.isFinite)) throw new Error(`no statistics of [${values.join(", ")}]`);
  const middle = median(values);
  const low = Math.min(...values);
  const high = Math.max(...values);
  return {
    best: better === "more" ? high : low,
    median: middle,
    worst: better === "more" ? low : high,
    spread: middle === 0 ? 0 : median(values.map((value) => Math.abs(value - middle))) / Math.abs(middle),
    runs: values.length,
  };
}
