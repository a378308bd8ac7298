/**
 * Compares two sweeps against one reference point. Objectives are minimised inside, and natural in the answer. Throws:
 * `InputError` if their objectives differ.
 */
import { inputError } from "../../base/errors.js";
import { differentVectors, nonDominated } from "../../base/pareto.js";
import { emptyReason, type FrontReport } from "../export/report.js";
import { hypervolume } from "../hypervolume.js";
import { additiveEpsilon, beyondNadir, idealAndNadir, invertedGenerationalDistancePlus, scalesOf } from "../indicators.js";

export interface Side {
  readonly front: number;
  /** Different points of the front; points that are equal in all objectives are one. */
  readonly different: number;
  readonly hypervolume: number;
  /** Share of the other front's vectors that some point of this front dominates or equals. */
  readonly covers: number;
  /** Least shift, in the union front's unit box, that makes this front as good as the union. */
  readonly epsilon: number;
  /** IGD+ against the union front's vectors, in its unit box. */
  readonly igdPlus: number;
  /** Number of points of the union front that this side has. */
  readonly onUnion: number;
  /** Different points among these. */
  readonly onUnionDifferent: number;
}

/**
 * Indicators compare sets of vectors: a vector counts once, however many points have it. `front` and `onUnion` count
 * points. The unit box reaches from the union's ideal to its nadir (`scalesOf`).
 */
interface SweepComparison {
  /** Nadir of both fronts + 0.1 of the range, natural values. */
  readonly reference: readonly number[];
  readonly unionHypervolume: number;
  readonly left: Side;
  readonly right: Side;
}

/** Throws: `InputError` if objectives differ, or if a side has no front. */
export function compareFronts(left: FrontReport, right: FrontReport): SweepComparison {
  const goals = (report: FrontReport): string => report.objectives.map((o) => `${o.metric}:${o.direction}`).join(", ");
  if (goals(left) !== goals(right)) {
    throw inputError(right.study, `has objectives ${goals(right)}, ${left.study} has ${goals(left)}`, "name common ones with --objectives");
  }
  const signs = left.objectives.map((o) => (o.direction === "max" ? -1 : 1));
  const vectors = (report: FrontReport): number[][] =>
    report.rows.map((row) => report.objectives.map((o, k) => signs[k] * (row.metrics[o.metric] as number)));
  const [a, b] = [vectors(left), vectors(right)];
  const empty = a.length === 0 ? left : b.length === 0 ? right : null;
  if (empty !== null) throw inputError(empty.study, `has no front to compare: ${emptyReason(empty)}`, "");
  const both = [...a, ...b];
  const union = differentVectors(nonDominated(both).map((i) => both[i]));
  const onUnion = new Set(union.map((point) => JSON.stringify(point)));
  const reference = beyondNadir(union);
  const scales = scalesOf(union);
  const { ideal } = idealAndNadir(union);
  const unit = (points: readonly number[][]): number[][] => points.map((p) => p.map((value, k) => (value - ideal[k]) / scales[k]));
  const isOnUnion = (point: readonly number[]): boolean => onUnion.has(JSON.stringify(point));
  const side = (own: number[][], other: number[][]): Side => ({
    front: own.length,
    different: differentVectors(own).length,
    hypervolume: hypervolume(own, reference),
    covers: shareOf(differentVectors(other), (q) => own.some((p) => isCovered(q, p))),
    epsilon: additiveEpsilon(unit(own), unit(union)),
    igdPlus: invertedGenerationalDistancePlus(unit(own), unit(union)),
    onUnion: own.filter(isOnUnion).length,
    onUnionDifferent: differentVectors(own).filter(isOnUnion).length,
  });
  return {
    reference: reference.map((value, k) => signs[k] * value),
    unionHypervolume: hypervolume(union, reference),
    left: side(a, b),
    right: side(b, a),
  };
}

/** True if `by` is no worse in any objective. */
function isCovered(point: readonly number[], by: readonly number[]): boolean {
  for (let k = 0; k < point.length; k++) if (by[k] > point[k]) return false;
  return true;
}

function shareOf(points: readonly number[][], is: (point: readonly number[]) => boolean): number {
  return points.filter(is).length / points.length;
}
