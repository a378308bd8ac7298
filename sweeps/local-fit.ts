/**
 * A local fit: weighted least squares of the logarithm of a metric's ratio to a point's own, linear in steps of the
 * parameters. The weights say how near a point is, not how exact: in the standard errors, all values have the same
 * variance, the point's own too, whose error shifts all ratios together. Pure.
 * Source: Cleveland, Devlin, "Locally weighted regression", J. Am. Stat. Assoc. 83, 1988 (tricube weights; variance of
 * the residuals by the trace of (I - L)(I - L)', where L maps values to fitted values).
 */

import { expm1, square } from "../base/math.js";

/** Added to the diagonal of the normal equations: the coefficient of a constant parameter stays zero. */
const RIDGE = 1e-6;
/** A coefficient that the ridge shrinks by more than this share is not known: its parameter hardly moves alone. */
const MOST_SHRUNK = 0.01;
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
   * Relative change per step, in the order of `steps`; null if it is less than twice its standard error, if no points
   * tell the parameter from the others, or if the fit explains too little.
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
    row[size + i] = 1;
    return row;
  });
  const ridges = normal.map((row, i) => RIDGE * (1 + row[i]));
  for (const [i, ridge] of ridges.entries()) normal[i][i] += ridge;
  const inverse = inverted(normal, size);
  // [size][rows]: a slope is this row times the changes
  const gains = inverse.map((row) => rows.map(({ steps, weight }) => weight * dot(row, steps)));
  const changes = rows.map(({ change }) => change);
  const slopes = gains.map((row) => dot(row, changes));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const mean = rows.reduce((sum, { change, weight }) => sum + weight * change, 0) / total;
  let [left, all, squares] = [0, 0, 0];
  for (const { steps, change, weight } of rows) {
    const residual = square(change - dot(steps, slopes));
    squares += residual;
    left += weight * residual;
    all += weight * square(change - mean);
  }
  const variance = squares / freedom(rows, gains);
  const explained = all === 0 ? 1 : Math.max(0, 1 - left / all);
  const relative = slopes.map((slope, i) => {
    const error = Math.sqrt(variance * (dot(gains[i], gains[i]) + square(gains[i].reduce((sum, gain) => sum + gain, 0))));
    const isKnown = inverse[i][i] * ridges[i] <= MOST_SHRUNK && explained >= LEAST_EXPLAINED;
    return isKnown && Math.abs(slope) >= 2 * error ? expm1(slope) : null;
  });
  return { relative, explained };
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** The residuals' degrees of freedom: the sum of the squares of I - L. */
function freedom(rows: readonly FitRow[], gains: readonly (readonly number[])[]): number {
  let sum = 0;
  for (const [i, { steps }] of rows.entries())
    for (let j = 0; j < rows.length; j++) {
      const fitted = steps.reduce((value, step, k) => value + step * gains[k][j], 0);
      sum += square(Number(i === j) - fitted);
    }
  return sum;
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
