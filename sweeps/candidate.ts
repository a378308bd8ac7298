/**
 * A point that has ended, as analyses of parameters compare it; it comes from the database or from the dashboard's
 * memory. Pure.
 */
import { isQuantile } from "../sim/index.js";
import type { StoredPoint } from "./store/sqlite.js";

export interface Candidate {
  readonly id: number;
  readonly values: StoredPoint["values"];
  /** `infeasible`, `failed` or `timeout`; empty if the point has a result. */
  readonly trouble: string;
  /** True if its result breaks a limit of the study. */
  readonly isBeyond: boolean;
  /** Null if the metric is unknown. */
  readonly metricOf: (metric: string) => number | null;
}

/**
 * A stored point as a candidate. `extended`: the point with its quantiles, which are computed only if one is asked for.
 */
export function candidateOf(point: StoredPoint, extended: (point: StoredPoint) => StoredPoint = (same) => same): Candidate {
  const { id, values, state, violation } = point;
  const metricOf = (metric: string): number | null => {
    const { metrics } = isQuantile(metric) ? extended(point) : point;
    return (metrics as { readonly [metric: string]: number | null | undefined } | null)?.[metric] ?? null;
  };
  return { id, values, trouble: state === "done" ? "" : state, isBeyond: state === "done" && (violation ?? 0) > 0, metricOf };
}

/** A candidate whose values of these metrics are read now, while its store is open. */
export function settled<C extends Candidate>(candidate: C, metrics: readonly string[]): C {
  const values = new Map(metrics.map((metric) => [metric, candidate.metricOf(metric)]));
  return { ...candidate, metricOf: (metric) => (values.has(metric) ? (values.get(metric) ?? null) : candidate.metricOf(metric)) };
}
