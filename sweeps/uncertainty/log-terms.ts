/**
 * Factors whose logarithm is a sum of terms, each of which is a random number times an error. If all terms are normal
 * with equal errors to both sides, or if there is only one, the factor's quantiles have a closed form. Errors of means
 * over the same utterances are one term: they are added as vectors over the utterances. Pure.
 */
import { normalQuantile, studentQuantile } from "../../base/distribution-quantiles.js";
import { exp, hypot, pow } from "../../base/math.js";
import type { ErrorCause } from "../../sim/index.js";
import { boundedStudent, NORMAL_FROM } from "./student-bounds.js";

/**
 * One random number and its errors: ln(factor) grows by number x down if the number is below 0, or else number x up.
 */
export interface LogTerm {
  /** Name of the random number; terms of one name share it. */
  readonly name: string;
  /** Degrees of freedom of Student's t; null: normal. */
  readonly freedom: number | null;
  readonly down: number;
  readonly up: number;
  /**
   * [utterances] unit vector: the random number is its product with one number per utterance, which terms of one name
   * share; null: terms of one name share the random number itself. With a vector, `down` equals `up`.
   */
  readonly direction: Float64Array | null;
}

/** The value that the factor does not exceed with a probability, 0 .. 1. */
export type Quantile = (share: number) => number;

export const termsOf = (causes: readonly ErrorCause[]): readonly LogTerm[] =>
  sumOf(causes.map(({ name, down, up }) => ({ name, freedom: null, down, up, direction: null })));

/** The terms of a product of factors: those of one name are added. */
export function sumOf(terms: readonly LogTerm[]): readonly LogTerm[] {
  const sums = new Map<string, LogTerm>();
  for (const term of terms) {
    const before = sums.get(term.name);
    sums.set(term.name, before === undefined ? term : added(before, term));
  }
  return [...sums.values()].filter(({ down, up }) => down !== 0 || up !== 0);
}

function added(a: LogTerm, b: LogTerm): LogTerm {
  const [one, other] = [a.direction, b.direction];
  if (one === null || other === null) return { ...a, down: a.down + b.down, up: a.up + b.up };
  const sum = one.map((each, i) => a.up * each + b.up * other[i]);
  const norm = hypot(...sum);
  return { ...a, down: norm, up: norm, direction: norm === 0 ? one : sum.map((each) => each / norm) };
}

/** The terms of the second factor over the first. */
export const ratioOf = (first: readonly LogTerm[], second: readonly LogTerm[]): readonly LogTerm[] =>
  sumOf([...second, ...first.map((term) => ({ ...term, down: -term.down, up: -term.up }))]);

/** Null: the quantiles have no closed form here. `terms`: with different names. */
export function quantileOf(terms: readonly LogTerm[]): Quantile | null {
  if (terms.length === 0) return () => 1;
  if (terms.length === 1) {
    const [{ freedom, down, up }] = terms;
    if (Math.min(down, up) < 0 && Math.max(down, up) > 0) return null;
    const falls = Math.min(down, up) < 0;
    return (share) => {
      const number = studentOrNormal(falls ? 1 - share : share, freedom);
      return exp(number * (number < 0 ? down : up));
    };
  }
  if (terms.some(({ freedom, down, up }) => freedom !== null || down !== up)) return null;
  const error = hypot(...terms.map(({ up }) => up));
  return (share) => exp(error * normalQuantile(share));
}

/** Halvings of an interval: far below the last digit that is printed. */
const HALVINGS = 40;

/** Where in an interval something begins to hold. */
function crossing(low: number, high: number, reaches: (at: number) => boolean): number {
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (reaches(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Quantiles of the largest of some products of a value and a factor; null: two factors share a random number, or one
 * has no closed form.
 */
export function quantileOfLargest(parts: readonly { readonly value: number; readonly terms: readonly LogTerm[] }[]): Quantile | null {
  const names = parts.flatMap(({ terms }) => terms.map(({ name }) => name));
  const known = parts.flatMap(({ value, terms }) => {
    const quantile = quantileOf(terms);
    return quantile === null ? [] : [{ value, quantile, isExact: terms.length === 0 }];
  });
  if (new Set(names).size < names.length || known.length < parts.length) return null;
  const isBelow = (x: number, share: number): boolean =>
    known.reduce((all, { value, quantile, isExact }) => {
      if (isExact) return value <= x ? all : 0;
      return all * crossing(0, 1, (below) => value * quantile(below) > x);
    }, 1) >= share;
  return (share) => {
    const largest = (below: number): number => Math.max(...known.map(({ value, quantile }) => value * quantile(below)));
    // no factor is above the sought value more often than all together, nor each by as little as this
    return crossing(largest(share), largest(pow(share, 1 / known.length)), (x) => isBelow(x, share));
  };
}

const studentOrNormal = (share: number, freedom: number | null): number =>
  freedom === null || freedom >= NORMAL_FROM ? normalQuantile(share) : boundedStudent(studentQuantile(share, freedom));
