/**
 * Exact hypervolume: volume between a front and a reference point, all objectives minimised. 1-D and 2-D: sweep, O(n
 * log n). 3-D: sweep over the third objective with a sorted staircase, O(n^2) at worst. 4-D and more: cells
 * (`covered-volume.ts`). A point that is not strictly better than the reference in every objective adds 0.
 */
import { CoveredVolume } from "./covered-volume.js";

type Point = readonly number[];

/** Hypervolume of any set of points; it may contain dominated points, duplicates and points beyond the reference. */
export function hypervolume(points: readonly Point[], reference: Point): number {
  const inside = points.filter((p) => isBetter(p, reference));
  if (inside.length === 0) return 0;
  if (reference.length === 1) return reference[0] - inside.reduce((least, [x]) => Math.min(least, x), reference[0]);
  if (reference.length === 2) return area(inside, reference);
  if (reference.length === 3) return sweep3(inside, reference);
  const ideal = reference.map((_, k) => inside.reduce((least, p) => Math.min(least, p[k]), Number.POSITIVE_INFINITY));
  return new CoveredVolume(reference.length).of(inside, ideal, reference);
}

/**
 * Volume that `extra` would add to the hypervolume of a front. Computed by cells, because few points of the front
 * overlap its box.
 */
export function improvement(front: readonly Point[], extra: Point, reference: Point): number {
  if (!isBetter(extra, reference)) return 0;
  let box = 1;
  for (let k = 0; k < extra.length; k++) box *= reference[k] - extra[k];
  return box - new CoveredVolume(extra.length).of(front, extra, reference);
}

const isBetter = (p: Point, than: Point): boolean => p.every((value, k) => value < than[k]);

function area(points: Point[], reference: Point): number {
  let sum = 0;
  let roof = reference[1];
  for (const [x, y] of points.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (y < roof) {
      sum += (reference[0] - x) * (roof - y);
      roof = y;
    }
  }
  return sum;
}

/**
 * Sweeps along the third objective; the staircase of the first two is kept sorted (x ascending, y descending), with its
 * area.
 */
function sweep3(points: Point[], [rx, ry, rz]: Point): number {
  const xs = new Float64Array(points.length + 1);
  const ys = new Float64Array(points.length + 1);
  let steps = 0;
  let covered = 0;
  let sum = 0;
  points.sort((a, b) => a[2] - b[2] || a[0] - b[0] || a[1] - b[1]);
  for (const [i, [x, y, z]] of points.entries()) {
    let low = 0;
    let high = steps;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (xs[middle] < x) low = middle + 1;
      else high = middle;
    }
    const roofBefore = low === 0 ? ry : ys[low - 1];
    const isTied = low < steps && xs[low] === x && ys[low] <= y;
    if (roofBefore > y && !isTied) {
      // Add the new box piece by piece over the steps that it covers, then drop those steps.
      let end = low;
      let left = x;
      let roof = roofBefore;
      while (end < steps && ys[end] >= y) {
        covered += (xs[end] - left) * (roof - y);
        left = xs[end];
        roof = ys[end];
        end++;
      }
      covered += ((end < steps ? xs[end] : rx) - left) * (roof - y);
      xs.copyWithin(low + 1, end, steps);
      ys.copyWithin(low + 1, end, steps);
      xs[low] = x;
      ys[low] = y;
      steps += low + 1 - end;
    }
    const next = i + 1 < points.length ? points[i + 1][2] : rz;
    sum += covered * (next - z);
  }
  return sum;
}
