/**
 * Which of several causes decides a result, by Sobol's indices. The first-order index is the share of the result's
 * variance that a cause explains alone; the total index is the share that it explains together with all others. Both
 * are 0 for a cause without effect. If the total is far above the first-order index, the cause matters only in
 * combination with others.
 *
 * Estimated by the scheme of Saltelli and others with two independent sets of draws A and B, and per cause one set in
 * which only this cause's numbers are those of B. First order: A. Saltelli and others, Comput. Phys. Commun. 181, 2010,
 * table 2 (b); total: M. J. W. Jansen, Comput. Phys. Commun. 117, 1999. Pure.
 */
import { square } from "../../base/math.js";
import type { ErrorCause } from "../../sim/index.js";
import type { ScoredRun } from "../store/packed-errors.js";
import { Draws } from "./draws.js";

/** Shares of the variance, about 0 .. 1: an estimate can be slightly outside. */
export interface CauseIndex {
  /** A price, the common part of prices of one technology, or a sample of utterances. */
  readonly cause: string;
  /** Sobol's first-order index, 0 .. 1: the share of the variance that the cause explains alone. */
  readonly first: number;
  /** Sobol's total index, 0 .. 1: the share that the cause explains alone and together with others. */
  readonly total: number;
}

/** The draws of `base`; for some names those of `other`. */
class Swapped extends Draws {
  constructor(
    private readonly base: Draws,
    private readonly other: Draws,
    private readonly isSwapped: (name: string) => boolean,
  ) {
    super(base.count, 0);
  }

  override accuracyError(name: string, run: ScoredRun | null): Float64Array {
    return this.of(name).accuracyError(name, run);
  }

  override meanError(name: string, freedom: number, residuals: Float64Array | null): Float64Array {
    return this.of(name).meanError(name, freedom, residuals);
  }

  /** Most causes are not swapped, so most factors are those of `base`: a comparison takes half the time. */
  override factor(causes: readonly ErrorCause[]): Float64Array {
    return causes.some(({ name }) => this.isSwapped(name)) ? super.factor(causes) : this.base.factor(causes);
  }

  protected override drawn(name: string): Float64Array {
    return this.of(name).normal(name);
  }

  private of(name: string): Draws {
    return this.isSwapped(name) ? this.other : this.base;
  }
}

/** Largest variance that is rounding noise, relative to a value's square or to 1: twelve digits. */
const ROUNDING = 1e-24;

/**
 * @param evaluate [results][draws] value of each result in each draw: logarithms, shares and counts, whose scale is 1
 * @param causes names of causes; `causeOf` says to which one a drawn name belongs
 * @param a set A; B are others of its kind
 * @returns [results] the indices of the causes, largest total first; empty if the result does not vary
 */
export function sobolIndices(
  evaluate: (draws: Draws) => readonly Float64Array[],
  causes: readonly string[],
  causeOf: (name: string) => string | null,
  a: Draws,
): readonly (readonly CauseIndex[])[] {
  const [b, draws] = [a.others(), a.count];
  const [ofA, ofB] = [evaluate(a), evaluate(b)];
  const moments = ofA.map((values, k) => momentsOf(values, ofB[k]));
  const found = ofA.map((): CauseIndex[] => []);
  for (const cause of causes) {
    const swapped = evaluate(new Swapped(a, b, (name) => causeOf(name) === cause));
    for (const [k, values] of swapped.entries()) {
      const { mean, variance } = moments[k];
      if (variance <= ROUNDING * (1 + square(mean))) continue;
      let [first, total] = [0, 0];
      for (let d = 0; d < draws; d++) {
        first += (ofB[k][d] - mean) * (values[d] - ofA[k][d]); // the mean is subtracted because it only adds noise
        total += square(ofA[k][d] - values[d]);
      }
      // values that are those of B in every draw depend on nothing else: the estimate would only add noise
      const isAll = values.every((value, d) => value === ofB[k][d]) && values.some((value) => value !== values[0]);
      found[k].push(
        isAll ? { cause, first: 1, total: 1 } : { cause, first: first / draws / variance, total: total / (2 * draws) / variance },
      );
    }
  }
  return found.map((indices) => indices.sort((x, y) => y.total - x.total));
}

/** Mean and variance over both sets. */
function momentsOf(a: Float64Array, b: Float64Array): { readonly mean: number; readonly variance: number } {
  const both = [...a, ...b];
  const mean = both.reduce((sum, value) => sum + value, 0) / both.length;
  return { mean, variance: both.reduce((sum, value) => sum + square(value - mean), 0) / both.length };
}
