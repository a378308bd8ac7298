/**
 * A power law through measured values, `y = a x1^e1 x2^e2 ...`, by least squares in the logarithms, and its error for a
 * macro outside of the fit. Pure.
 */
import { NORMAL_95 } from "../base/distribution-quantiles.js";
import { exp, log, pow, square } from "../base/math.js";

export interface Sample {
  /** Above 0. */
  readonly value: number;
  /** [variables] above 0. */
  readonly at: readonly number[];
}

export interface Law {
  readonly a: number;
  /** [variables] */
  readonly exponents: readonly number[];
  /**
   * [samples]: ln(value / law of the other samples), in their order: the law's error for a sample outside of the fit.
   */
  readonly unseen: readonly number[];
  /** [samples]: leverages, 0 to 1: the weight of each sample in the law's value at its own place. */
  readonly leverages: readonly number[];
  /**
   * [coefficients][coefficients] of 1 and the logarithms of the variables: covariance of the law's coefficients,
   * relative to the variance of a sample.
   */
  readonly covariance: readonly (readonly number[])[];
  /** The variance of the law's value at any place, relative to that of a sample. */
  readonly leverageAt: (at: readonly number[]) => number;
  /** Standard deviation of ln(value / law); degrees of freedom: samples minus coefficients. */
  readonly sigma: number;
}

/** null: too few samples, or variables that do not vary independently. */
export function fitLaw(samples: readonly Sample[]): Law | null {
  const rowOf = (at: readonly number[]): number[] => [1, ...at.map((x) => log(x))];
  const rows = samples.map(({ at }) => rowOf(at));
  const size = rows[0]?.length ?? 0;
  if (samples.length <= size) return null;
  const values = samples.map(({ value }) => log(value));
  const sum = (of: (row: readonly number[], k: number) => number): number => rows.reduce((total, row, k) => total + of(row, k), 0);
  const normal = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => sum((row) => row[i] * row[j])));
  const inverse = inverted(normal);
  if (inverse === null) return null;
  const times = (row: readonly number[]): number[] => inverse.map((of) => dot(of, row));
  const found = times(Array.from({ length: size }, (_, i) => sum((row, k) => row[i] * values[k])));
  const residuals = values.map((value, k) => value - dot(rows[k], found));
  const squares = residuals.reduce((total, residual) => total + square(residual), 0);
  const leverage = (row: readonly number[]): number => dot(row, times(row));
  const leverages = rows.map(leverage);
  return {
    a: exp(found[0]),
    exponents: found.slice(1),
    // residual / (1 - leverage) is the error of the law without that sample
    unseen: residuals.map((residual, k) => residual / Math.max(1e-9, 1 - leverages[k])),
    leverages,
    covariance: inverse,
    leverageAt: (at) => leverage(rowOf(at)),
    sigma: Math.sqrt(squares / (samples.length - size)),
  };
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, k) => sum + x * b[k], 0);

export const lawAt = ({ a, exponents }: Pick<Law, "a" | "exponents">, at: readonly number[]): number =>
  exponents.reduce((product, exponent, k) => product * pow(at[k], exponent), a);

const minus = (row: readonly number[], times: number, other: readonly number[]): number[] => row.map((x, j) => x - times * other[j]);

/** The inverse of a matrix [n][n], by elimination with the largest pivot; null if it has none. */
function inverted(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] | null {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...matrix.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < size; i++) {
    const best = rows.slice(i).reduce((at, row, k) => (Math.abs(row[i]) > Math.abs(rows[at][i]) ? i + k : at), i);
    [rows[i], rows[best]] = [rows[best], rows[i]];
    const pivot = rows[i][i];
    if (Math.abs(pivot) < 1e-9) return null;
    rows[i] = rows[i].map((x) => x / pivot);
    for (let k = 0; k < size; k++) if (k !== i) rows[k] = minus(rows[k], rows[k][i], rows[i]);
  }
  return rows.map((row) => row.slice(size));
}

/** Standard deviations of a two-sided error: below and above the law. */
export interface Sides {
  readonly down: number;
  readonly up: number;
}

/**
 * Standard deviations whose 90 % interval equals that of the residuals, because fits of macros err more upwards than
 * downwards. `residuals` are in standard deviations of their own fits, so that several fits can be combined.
 */
export function sidesOf(residuals: readonly number[]): Sides {
  const sorted = [...residuals].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { down: -at(0.05) / NORMAL_95, up: at(0.95) / NORMAL_95 };
}
