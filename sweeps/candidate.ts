/**
 * A point that has ended, as analyses of parameters compare it; it comes from the database or from the dashboard's
 * memory. Pure.
 */
import type { StoredPoint } from "./store/sqlite.js";

export interface Candidate {
  readonly id: number;
  readonly values: StoredPoint["values"];
  /** `infeasible`, `failed` or `timeout`; empty if the point has a result. */
  readonly trouble: string;
  /** Null if the metric is unknown. */
  readonly metricOf: (metric: string) => number | null;
}

/** A stored point as a candidate. */
export function candidateOf({ id, values, metrics, state }: StoredPoint): Candidate {
  const known: { readonly [metric: string]: number | null | undefined } = metrics ?? {};
  return { id, values, trouble: state === "done" ? "" : state, metricOf: (metric) => known[metric] ?? null };
}
