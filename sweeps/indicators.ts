/**
 * Quality of a front besides its hypervolume: IGD+, additive epsilon, crowding, knee, and the reference point of a
 * study. All objectives are minimised; arrays are [points][objectives]. Distances are Euclidean and averaged (power 1),
 * as in pymoo.
 * Source: Ishibuchi et al. 2015 (IGD+); Zitzler et al. 2003 (epsilon); Deb et al. 2002 (crowding); Das 1999 (knee).
 */
import { square } from "../base/math.js";

type Front = readonly (readonly number[])[];

/** IGD that counts only how much worse the approximation is (IGD+). */
export function invertedGenerationalDistancePlus(approximation: Front, reference: Front): number {
  let sum = 0;
  for (const r of reference) {
    let nearest = Number.POSITIVE_INFINITY;
    for (const a of approximation) {
      let squares = 0;
      for (let k = 0; k < r.length; k++) squares += square(Math.max(0, a[k] - r[k]));
      if (squares < nearest) nearest = squares;
    }
    sum += Math.sqrt(nearest);
  }
  return sum / reference.length;
}

/** Least shift of the approximation that makes it weakly dominate the reference front. */
export function additiveEpsilon(approximation: Front, reference: Front): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const r of reference) {
    let least = Number.POSITIVE_INFINITY;
    for (const a of approximation) {
      let shift = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < r.length; k++) if (a[k] - r[k] > shift) shift = a[k] - r[k];
      if (shift < least) least = shift;
    }
    if (least > most) most = least;
  }
  return most;
}

/**
 * Crowding distance of each point of one front; extremes are infinite. Objectives are scaled by the front's own range.
 */
export function crowdingDistances(front: Front): number[] {
  const distance = new Array<number>(front.length).fill(0);
  if (front.length === 0) return distance;
  const places = new Int32Array(front.length);
  const order = new Int32Array(front.length);
  for (let k = 0; k < front[0].length; k++) {
    // numbers are sorted several times faster than points with a comparison function; equal ones keep the order of the
    // points
    const sorted = Float64Array.from(front, (point) => point[k]).sort();
    places.fill(0);
    for (let i = 0; i < front.length; i++) {
      const first = firstFrom(sorted, front[i][k]);
      order[first + places[first]++] = i;
    }
    const last = front.length - 1;
    const range = sorted[last] - sorted[0];
    distance[order[0]] = Number.POSITIVE_INFINITY;
    distance[order[last]] = Number.POSITIVE_INFINITY;
    if (range === 0) continue;
    for (let i = 1; i < last; i++) distance[order[i]] += (sorted[i + 1] - sorted[i - 1]) / range;
  }
  return distance;
}

/** Index of the first of ascending numbers that is not below `value`. */
function firstFrom(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Best and worst value of each objective over a front. */
export function idealAndNadir(front: Front): { readonly ideal: number[]; readonly nadir: number[] } {
  return {
    ideal: front[0].map((_, k) => front.reduce((least, p) => Math.min(least, p[k]), Number.POSITIVE_INFINITY)),
    nadir: front[0].map((_, k) => front.reduce((most, p) => Math.max(most, p[k]), Number.NEGATIVE_INFINITY)),
  };
}

/** Scale of each objective: the front's range; if it has none, its magnitude, or 1. */
export function scalesOf(front: Front): number[] {
  const { ideal, nadir } = idealAndNadir(front);
  return nadir.map((worst, k) => worst - ideal[k] || Math.abs(worst) || 1);
}

/**
 * Nadir + 0.1 of the range of a front; if an objective has no range, + 0.1 of its magnitude (or of 1). Source:
 * Ishibuchi 2011; BoTorch's default.
 */
export function beyondNadir(front: Front): number[] {
  const scales = scalesOf(front);
  return idealAndNadir(front).nadir.map((worst, k) => worst + 0.1 * scales[k]);
}

/**
 * A front's reference point: `beyondNadir`, a little further out, with as many digits as a hundredth of the scale has:
 * a paper can quote it in full.
 */
export function defaultReference(front: Front): number[] {
  const scales = scalesOf(front);
  return beyondNadir(front).map((value, k) => roundedUp(value, exponentOf(scales[k]) - 2));
}

const exponentOf = (value: number): number => Number(value.toExponential().split("e")[1]);

/** The next multiple of 10^`exponent`, as its decimal is read; what has no such digit stays. */
function roundedUp(value: number, exponent: number): number {
  // a decimal stays, whatever the last bits of its quotient are
  const units = Math.ceil(Number((value / Number(`1e${exponent}`)).toPrecision(15)));
  return Number.isSafeInteger(units) ? Number(`${units}e${exponent}`) : value;
}

/**
 * Index of the knee: the point of the front farthest, towards the ideal, from the plane through the extremes, in the
 * front's unit box. In two objectives this is the classical distance to the line between the ends; ties go to the lower
 * index.
 */
export function knee(front: Front): number {
  const { ideal, nadir } = idealAndNadir(front);
  const scaled = front.map((p) => p.map((value, k) => (nadir[k] > ideal[k] ? (value - ideal[k]) / (nadir[k] - ideal[k]) : 0)));
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  scaled.forEach((p, i) => {
    const height = p.reduce((sum, value) => sum + value, 0);
    if (height < least - 1e-12) {
      least = height;
      best = i;
    }
  });
  return best;
}
