/**
 * A local fit: weighted least squares of the logarithm of a metric's ratio to a point's own, linear in steps of the
 * parameters. Pure.
 * Source: Cleveland, Devlin, "Locally weighted regression", J. Am. Stat. Assoc. 83, 1988 (tricube weights).
 */

import { expm1, square } from "../base/math.js";

/** Added to the diagonal of the normal equations: the coefficient of a constant parameter stays zero. */
const RIDGE = 1e-6;
/** Least share of the variance that a fit must explain to say anything about a single step. */
const LEAST_EXPLAINED = 0.5;

export interface FitRow {
  readonly steps: readonly number[];
  /** Logarithm of the metric's ratio to the point's own. */
  readonly change: number;
  readonly weight: number;
}

export interface LocalFit {
  /**
   * Relative change per step, in the order of `steps`; null if it is less than twice its standard error, or if the fit
   * explains too little.
   */
  readonly relative: readonly (number | null)[];
  /** Share of the weighted variance around the point that the fit explains. */
  readonly explained: number;
}

/** Least squares through the point itself: there is no constant term, because zero steps change nothing. */
export function fitted(rows: readonly FitRow[], size: number): LocalFit {
  const normal = Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(2 * size);
    for (const { steps, weight } of rows) for (let k = 0; k < size; k++) row[k] += weight * steps[i] * steps[k];
    row[i] += RIDGE * (1 + row[i]);
    row[size + i] = 1;
    return row;
  });
  const right = Array.from({ length: size }, (_, i) =>
    rows.reduce((sum, { steps, change, weight }) => sum + weight * steps[i] * change, 0),
  );
  const inverse = inverted(normal, size);
  const slopes = inverse.map((row) => row.reduce((sum, value, k) => sum + value * right[k], 0));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const mean = rows.reduce((sum, { change, weight }) => sum + weight * change, 0) / total;
  let [left, all] = [0, 0];
  for (const { steps, change, weight } of rows) {
    const guess = steps.reduce((sum, step, i) => sum + step * slopes[i], 0);
    left += weight * square(change - guess);
    all += weight * square(change - mean);
  }
  const variance = left / Math.max(1, rows.length - size);
  const explained = all === 0 ? 1 : Math.max(0, 1 - left / all);
  const relative = slopes.map((slope, i) => {
    const error = Math.sqrt(variance * Math.max(0, inverse[i]?.[i] ?? 0));
    return explained < LEAST_EXPLAINED || Math.abs(slope) < 2 * error ? null : expm1(slope);
  });
  return { relative, explained };
}

/** Gauss-Jordan with row exchange over `[matrix | identity]`; overwrites `matrix`. */
function inverted(matrix: Float64Array[], size: number): readonly (readonly number[])[] {
  for (let column = 0; column < size; column++) {
    let best = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(matrix[row]?.[column] ?? 0) > Math.abs(matrix[best]?.[column] ?? 0)) best = row;
    }
    const pivot = matrix[best];
    matrix[best] = matrix[column];
    matrix[column] = pivot;
    const scale = pivot[column];
    for (let k = 0; k < 2 * size; k++) pivot[k] = pivot[k] / scale;
    for (const target of matrix) {
      const factor = target[column];
      if (target === pivot || factor === 0) continue;
      for (let k = 0; k < 2 * size; k++) target[k] = target[k] - factor * pivot[k];
    }
  }
  return matrix.map((row) => [...row.slice(size)]);
}
