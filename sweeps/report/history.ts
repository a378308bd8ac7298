/** The hypervolume after each share of a study's points, in the order asked: how fast the search went on. */
import { hypervolume } from "../hypervolume.js";
import type { Objectives } from "../objectives.js";
import { ParetoArchive } from "../pareto.js";
import type { StoredPoint } from "../store/sqlite.js";

export interface HistoryPoint {
  /** Points asked so far. */
  readonly points: number;
  readonly hypervolume: number;
  readonly front: number;
}

/** At most `steps` entries, the last one for all points. `reference` holds natural values. Points beyond the limits count as asked only. */
export function hypervolumeHistory(
  points: Iterable<StoredPoint>,
  total: number,
  objectives: Objectives,
  reference: readonly number[],
  steps = 120,
): readonly HistoryPoint[] {
  const archive = new ParetoArchive<number>();
  const minimised = objectives.minimised(reference);
  const every = Math.max(1, Math.ceil(total / steps));
  const history: HistoryPoint[] = [];
  let count = 0;
  let value = 0;
  let dirty = false;
  for (const point of points) {
    count += 1;
    const vector = point.metrics === null || (point.violation ?? Number.POSITIVE_INFINITY) > 0 ? null : objectives.vector(point.metrics);
    if (vector !== null) dirty = archive.add(point.id, vector) || dirty;
    if (count % every !== 0 && count !== total) continue;
    if (dirty) {
      value = hypervolume(
        archive.front.map((member) => member.values),
        minimised,
      );
    }
    dirty = false;
    history.push({ points: count, hypervolume: value, front: archive.size });
  }
  return history;
}
