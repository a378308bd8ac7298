/** The hypervolume after each share of a study's points, in the order asked: how fast the search progressed. */
import { GrowingFront } from "../growing-front.js";
import type { Objectives } from "../objectives.js";
import type { StoredPoint } from "../store/sqlite.js";

export interface HistoryPoint {
  /** Points asked so far. */
  readonly points: number;
  readonly hypervolume: number;
  readonly front: number;
}

/**
 * At most `steps` entries; the last one is for all points. `reference` holds natural values. Points that break a
 * constraint count as asked, but add no volume.
 */
export function hypervolumeHistory(
  points: Iterable<Pick<StoredPoint, "metrics" | "violation">>,
  total: number,
  objectives: Objectives,
  reference: readonly number[],
  steps = 120,
): readonly HistoryPoint[] {
  const front = new GrowingFront<number>(objectives.minimised(reference));
  const every = Math.max(1, Math.ceil(total / steps));
  const history: HistoryPoint[] = [];
  let count = 0;
  for (const point of points) {
    count += 1;
    const vector = point.metrics === null || (point.violation ?? Number.POSITIVE_INFINITY) > 0 ? null : objectives.vector(point.metrics);
    if (vector !== null) front.add(count, vector);
    if (count % every === 0 || count === total)
      history.push({ points: count, hypervolume: front.volume ?? 0, front: front.members.length });
  }
  return history;
}
