/** Which limits of its study a stored point exceeds. Effects: reads the store that is handed in. */
import { type BrokenConstraint, Objectives } from "./objectives.js";
import type { Store, StoredPoint } from "./store/sqlite.js";
import { quantilesOf } from "./uncertainty/study-quantiles.js";

/** Constraints that the point breaks; empty if it has no result. */
export function brokenConstraints(store: Store, point: StoredPoint): readonly BrokenConstraint[] {
  const spec = store.study()?.sweep;
  if (spec === undefined || point.metrics === null || (point.violation ?? 0) === 0) return [];
  const objectives = new Objectives(
    spec,
    spec.parameters.map(({ name }) => name),
    store.file,
  );
  const { metrics } = quantilesOf(store, objectives.quantiles).stored(store, point);
  return objectives.broken(point.values, metrics ?? {});
}

/** How many points were refused before their run because the chip exceeds a limit of area or of an FPGA's resources. */
export function refusedByChip(store: Store, limits: Objectives): number {
  let refused = 0;
  for (const { code, values } of store.points("p.state = 'infeasible'")) {
    const isByChip = code === "CONSTRAINT" && limits.checkBefore(values, {}).violation === 0;
    if (isByChip || (code !== null && /^FPGA_.*_FULL$/u.test(code))) refused++;
  }
  return refused;
}

/** Of the points with a result, the one that comes nearest to all limits; null if there is none. */
export function nearestToLimits(store: Store): number | null {
  let nearest: { readonly id: number; readonly violation: number } | null = null;
  for (const { id, violation } of store.points("p.state = 'done'"))
    if (violation !== null && violation < (nearest?.violation ?? Number.POSITIVE_INFINITY)) nearest = { id, violation };
  return nearest?.id ?? null;
}
