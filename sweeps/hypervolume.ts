/**
 * Exact hypervolume: volume between a front and a reference point, all objectives minimised.
 * 1-D and 2-D: sweep, O(n log n). 3-D: sweep over the third objective with a sorted staircase, O(n^2) at worst. 4-D and more: WFG.
 * Source: While, Bradstreet, Barone, "A fast way of calculating exact hypervolumes", IEEE TEC 16(1), 2012 (WFG).
 * A point that is not strictly better than the reference in every objective adds 0.
 */
import { dominates, lexicographic } from "../base/pareto.js";

type Point = readonly number[];

/** Hypervolume of any set of points; dominated points, duplicates and points beyond the reference may be among them. */
export function hypervolume(points: readonly Point[], reference: Point): number {
  const inside = points.filter((p) => p.every((value, k) => value < reference[k]));
  return volume(inside, reference);
}

/** What each point alone adds: hypervolume of all minus hypervolume without it; duplicates add 0 each. */
export function contributions(points: readonly Point[], reference: Point): number[] {
  const total = hypervolume(points, reference);
  return points.map((_, i) =>
    Math.max(
      0,
      total -
        hypervolume(
          points.filter((_, j) => j !== i),
          reference,
        ),
    ),
  );
}

/** Hypervolume that `extra` would add to a front (exclusive volume against all of it). */
export function improvement(front: readonly Point[], extra: Point, reference: Point): number {
  if (!extra.every((value, k) => value < reference[k])) return 0;
  let box = 1;
  for (let k = 0; k < extra.length; k++) box *= reference[k] - extra[k];
  return box - hypervolume(limited(front, extra), reference);
}

function volume(points: readonly Point[], reference: Point): number {
  if (points.length === 0) return 0;
  if (reference.length === 1) return reference[0] - Math.min(...points.map((p) => p[0]));
  if (reference.length === 2) return area(points, reference);
  if (reference.length === 3) return sweep3(points, reference);
  return wfg(points, reference);
}

function area(points: readonly Point[], reference: Point): number {
  const sorted = [...points].sort(lexicographic);
  let sum = 0;
  let roof = reference[1];
  for (const p of sorted) {
    if (p[1] < roof) {
      sum += (reference[0] - p[0]) * (roof - p[1]);
      roof = p[1];
    }
  }
  return sum;
}

/** Slices along the third objective; the staircase of the first two is kept sorted (x ascending, y descending) with its area. */
function sweep3(points: readonly Point[], reference: Point): number {
  const sorted = [...points].sort((a, b) => a[2] - b[2] || lexicographic(a, b));
  const [rx, ry, rz] = reference;
  const xs: number[] = [];
  const ys: number[] = [];
  let covered = 0;
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) {
    const [x, y, z] = sorted[i];
    let low = 0;
    let high = xs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (xs[middle] < x) low = middle + 1;
      else high = middle;
    }
    const roofBefore = low === 0 ? ry : ys[low - 1];
    const tied = low < xs.length && xs[low] === x && ys[low] <= y;
    if (roofBefore > y && !tied) {
      // Add the new box piece by piece over the steps that it covers, then drop those steps.
      let end = low;
      let left = x;
      let roof = roofBefore;
      while (end < xs.length && ys[end] >= y) {
        covered += (xs[end] - left) * (roof - y);
        left = xs[end];
        roof = ys[end];
        end++;
      }
      covered += ((end < xs.length ? xs[end] : rx) - left) * (roof - y);
      xs.splice(low, end - low, x);
      ys.splice(low, end - low, y);
    }
    const next = i + 1 < sorted.length ? sorted[i + 1][2] : rz;
    sum += covered * (next - z);
  }
  return sum;
}

function wfg(points: readonly Point[], reference: Point): number {
  const last = reference.length - 1;
  const front = filter(points).sort((a, b) => b[last] - a[last] || lexicographic(a, b));
  let sum = 0;
  for (let i = 0; i < front.length; i++) {
    const p = front[i];
    let box = 1;
    for (let k = 0; k <= last; k++) box *= reference[k] - p[k];
    const rest = limited(front.slice(i + 1), p);
    // All that follow are no worse in the last objective, so their limited images lie on p's slice: one dimension less.
    const depth = reference[last] - p[last];
    const shadow = volume(
      rest.map((q) => q.slice(0, last)),
      reference.slice(0, last),
    );
    sum += box - shadow * depth;
  }
  return sum;
}

/** Every point moved up to be no better than `bound` anywhere. */
function limited(points: readonly Point[], bound: Point): number[][] {
  return points.map((q) => q.map((value, k) => Math.max(value, bound[k])));
}

function filter(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const p of [...points].sort(lexicographic)) {
    if (!kept.some((q) => dominates(q, p) || lexicographic(q, p) === 0)) kept.push(p);
  }
  return kept;
}
