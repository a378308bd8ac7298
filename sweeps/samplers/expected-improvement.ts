/**
 * Exact expected hypervolume improvement for independent normal objectives (minimised): the region that no front point dominates is cut
 * into disjoint boxes; over a box [l, u] the expected gain is the product over objectives of G(u) - G(l), G(b) = E max(0, b - Y).
 * Boxes: [count][objectives] lower and upper corners; the number grows as front^(objectives - 1).
 * Source: Emmerich, Giannakoglou, Naujoks 2006; Yang et al. 2019 (box sums).
 */
import { exp } from "../../base/math.js";
import { lexicographic } from "../../base/pareto.js";
import type { Prediction } from "./gaussian-process.js";
import { normalCdf } from "./tpe.js";

type Point = readonly number[];

export interface Box {
  readonly lower: Point;
  readonly upper: Point;
}

/** Disjoint boxes that cover all points better than the reference and dominated by no point of the front. */
export function undominatedBoxes(front: readonly Point[], reference: Point): Box[] {
  const last = reference.length - 1;
  const inside = front.filter((p) => p.every((value, k) => value < reference[k]));
  if (reference.length === 1) {
    return [{ lower: [Number.NEGATIVE_INFINITY], upper: [inside.reduce((least, p) => Math.min(least, p[0]), reference[0])] }];
  }
  const sorted = [...inside].sort((a, b) => a[last] - b[last] || lexicographic(a, b));
  const boxes: Box[] = [];
  // Slab by slab along the last objective: only points at or below a slab dominate in it.
  for (let i = 0; i <= sorted.length; i++) {
    const from = i === 0 ? Number.NEGATIVE_INFINITY : sorted[i - 1][last];
    const to = i === sorted.length ? reference[last] : sorted[i][last];
    if (from === to) continue;
    const flat = undominatedBoxes(
      sorted.slice(0, i).map((p) => p.slice(0, last)),
      reference.slice(0, last),
    );
    for (const box of flat) boxes.push({ lower: [...box.lower, from], upper: [...box.upper, to] });
  }
  return boxes;
}

/** E max(0, bound - Y). */
function expectedBelow(bound: number, { mean, deviation }: Prediction): number {
  if (bound === Number.NEGATIVE_INFINITY) return 0;
  const z = (bound - mean) / deviation;
  return (bound - mean) * normalCdf(z) + (deviation * exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI);
}

export function expectedImprovement(boxes: readonly Box[], predictions: readonly Prediction[]): number {
  // A bound occurs in many boxes: its expectation is computed once.
  const known = predictions.map(() => new Map<number, number>());
  const at = (k: number, bound: number): number => {
    let value = known[k].get(bound);
    if (value === undefined) {
      value = expectedBelow(bound, predictions[k]);
      known[k].set(bound, value);
    }
    return value;
  };
  let sum = 0;
  for (const { lower, upper } of boxes) {
    let product = 1;
    for (let k = 0; k < predictions.length && product > 0; k++) product *= at(k, upper[k]) - at(k, lower[k]);
    sum += product;
  }
  return sum;
}
