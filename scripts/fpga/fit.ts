/** Sums of terms fitted by least squares of relative errors, no coefficient below 0. Pure. */
import { log, square } from "../../base/math.js";

export interface Fitted {
  /** [terms] */
  readonly coefficients: readonly number[];
  /** [samples] prediction of the law that was fitted without the sample, over the sample. */
  readonly unseen: readonly number[];
  /** Standard deviation of ln(sample / prediction of the law without it). */
  readonly sigma: number;
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, k) => sum + x * b[k], 0);

/** Solution of a square system; null if it has none. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | null {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let i = 0; i < rows.length; i++) {
    const best = rows.slice(i).reduce((at, row, k) => (Math.abs(row[i]) > Math.abs(rows[at][i]) ? i + k : at), i);
    [rows[i], rows[best]] = [rows[best], rows[i]];
    if (Math.abs(rows[i][i]) < 1e-12) return null;
    for (const [k, row] of rows.entries()) {
      if (k === i) continue;
      const times = row[i] / rows[i][i];
      rows[k] = row.map((x, j) => x - times * rows[i][j]);
    }
  }
  return rows.map((row, i) => row[rows.length] / row[i]);
}

/** Of all sets of terms with coefficients above 0, the one with the least error. */
function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): readonly number[] {
  const terms = rows[0].length;
  const relative = rows.map((row, i) => row.map((x) => x / values[i]));
  let [best, least] = [new Array<number>(terms).fill(0), Number.POSITIVE_INFINITY];
  for (let set = 1; set < 1 << terms; set++) {
    const taken = Array.from({ length: terms }, (_, k) => k).filter((k) => (set >> k) & 1);
    const normal = taken.map((i) => taken.map((j) => relative.reduce((sum, row) => sum + row[i] * row[j], 0)));
    const found = solved(
      normal,
      taken.map((i) => relative.reduce((sum, row) => sum + row[i], 0)),
    );
    if (found === null || found.some((x) => x <= 0)) continue;
    const all = Array.from({ length: terms }, (_, k) => (taken.includes(k) ? found[taken.indexOf(k)] : 0));
    const squares = relative.reduce((sum, row) => sum + square(dot(row, all) - 1), 0);
    if (squares < least) [best, least] = [all, squares];
  }
  return best;
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A spread over fewer samples says little: it counts as at least a quarter in either direction. */
const ENOUGH = 5;
export const anecdotal = (sigma: number, samples: number): number => (samples < ENOUGH ? Math.max(sigma, 0.15) : sigma);

/** Standard deviation of logarithms about 0. */
export const sigmaOf = (ratios: readonly number[]): number =>
  Math.sqrt(ratios.reduce((sum, ratio) => sum + square(log(ratio)), 0) / ratios.length);

export function fitted(rows: readonly (readonly number[])[], values: readonly number[]): Fitted {
  const without = <T>(all: readonly T[], i: number): T[] => all.filter((_, k) => k !== i);
  const unseen = rows.map((row, i) => dot(row, leastSquares(without(rows, i), without(values, i))) / values[i]);
  return { coefficients: leastSquares(rows, values), unseen, sigma: sigmaOf(unseen) };
}

/** A law that some samples (by number) are enough to fit; it predicts any sample. */
export type Model = (known: readonly number[]) => (sample: number) => number;

/** A sum of terms as a model. `rows`: [samples][terms] */
export const sumModel =
  (rows: readonly (readonly number[])[], values: readonly number[]): Model =>
  (known) => {
    const coefficients = leastSquares(
      known.map((i) => rows[i]),
      known.map((i) => values[i]),
    );
    return (i) => dot(rows[i], coefficients);
  };

export interface Choice {
  readonly unseen: readonly number[];
  /** [models] */
  readonly chosen: readonly number[];
}

/**
 * Ratios prediction / sample, each by the model that is best for all other samples, and how often each model was
 * chosen. Best: the least error of predictions of one sample by the others, so that the choice never sees its sample.
 */
export function chosenUnseen(models: readonly Model[], values: readonly number[]): Choice {
  const chosen = models.map(() => 0);
  const every = values.map((_, i) => i);
  const ratio = (model: Model, known: readonly number[], i: number): number => model(known.filter((k) => k !== i))(i) / values[i];
  const unseen = every.map((i) => {
    const known = every.filter((k) => k !== i);
    const errors = models.map((model) => sigmaOf(known.map((k) => ratio(model, known, k))));
    const best = errors.indexOf(Math.min(...errors));
    chosen[best]++;
    return ratio(models[best], known, i);
  });
  return { unseen, chosen };
}

/** Spearman's rank correlation; equal values share the mean of their ranks. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (values: readonly number[]): number[] =>
    values.map((value) => values.filter((other) => other < value).length + (values.filter((other) => other === value).length - 1) / 2);
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (of: (i: number) => number): number => x.reduce((all, _, i) => all + of(i), 0);
  return sum((i) => (x[i] - mx) * (y[i] - my)) / Math.sqrt(sum((i) => square(x[i] - mx)) * sum((i) => square(y[i] - my)));
}
