/**
 * A point that has ended, as those compare it who ask what its parameters do: from the database, or from what the
 * dashboard holds. Pure.
 */
import type { StoredPoint } from "./store/sqlite.js";

export interface Candidate {
  readonly id: number;
  readonly values: StoredPoint["values"];
  /** `infeasible` and the like; empty where it has a result. */
  readonly trouble: string;
  /** Null where unknown. */
  readonly metricOf: (metric: string) => number | null;
}

/** A stored point as a candidate. */
export function candidateOf({ id, values, metrics, state }: StoredPoint): Candidate {
  const known: { readonly [metric: string]: number | null | undefined } = metrics ?? {};
  return { id, values, trouble: state === "done" ? "" : state, metricOf: (metric) => known[metric] ?? null };
}
