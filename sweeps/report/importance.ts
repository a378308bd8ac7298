/**
 * How much of each metric each parameter explains, by functional analysis of variance over a regression forest. The
 * forest learns the metric from the points that were run, and is then evaluated where every value of every parameter is
 * equally likely. So a search that concentrates its points, or moves two parameters together, does not shift the
 * shares, as it would shift plain group means. Ordered parameters also get Spearman's rank correlation, for its sign.
 * Source: Hutter, Hoos, Leyton-Brown, "An efficient approach for assessing hyperparameter importance", ICML 2014
 * (fANOVA); Jansen, "Analysis of variance designs for model output", Computer Physics Communications 117, 1999 (total
 * effects); Spearman, 1904.
 */
import { square } from "../../base/math.js";
import { createRng } from "../../base/rng.js";
import { type Forest, growForest, type Levels } from "./forest.js";

/** Ordered parameters with more distinct values than this are cut into levels of equal numbers of points. */
const MOST_LEVELS = 32;
/** Most rows from which the forest learns, evenly chosen. */
const MOST_ROWS = 2000;
/** Least rows; fewer give no usable forest. */
const LEAST_ROWS = 8;
/** Number of settings at which the forest is evaluated. */
const SETTINGS = 256;
const SEED = 1;

export interface Importance {
  readonly parameter: string;
  readonly metric: string;
  /**
   * Share of the metric's variance that the parameter explains alone, 0..1; null if the metric does not vary or there
   * are too few points.
   */
  readonly share: number | null;
  /** The same including all interactions of the parameter, 0..1. */
  readonly total: number | null;
  /** Share of the variance that the forest explains on points it has not seen: how far the shares can be trusted. */
  readonly fit: number | null;
  /** Rank correlation, -1..1; null for unordered parameters. */
  readonly rank: number | null;
}

type Value = number | string | boolean | null;

/** A parameter's values as levels; the missing value of an inactive parameter is a level of its own, the first. */
interface Column extends Levels {
  /** [values] indices of levels */
  readonly of: readonly number[];
}

function columnOf(values: readonly Value[], metric: readonly number[]): Column {
  const numbers = values.filter((value) => typeof value === "number");
  const missing = values.filter((value) => value === null).length;
  if (numbers.length + missing < values.length) {
    const sums = new Map<Value, { sum: number; count: number }>();
    values.forEach((value, i) => {
      const { sum, count } = sums.get(value) ?? { sum: 0, count: 0 };
      sums.set(value, { sum: sum + metric[i], count: count + 1 });
    });
    // the numbers of unordered levels only name them: each tree has an order of its own
    const order = [...sums].map(([value, { sum, count }]) => ({ value, mean: sum / count })).sort((a, b) => a.mean - b.mean);
    const level = new Map(order.map(({ value }, k) => [value, k]));
    return { of: values.map((value) => level.get(value) as number), count: level.size, ordered: false };
  }
  const first = missing > 0 ? 1 : 0;
  const distinct = [...new Set(numbers)].sort((a, b) => a - b);
  const count = Math.min(distinct.length, MOST_LEVELS);
  const level = new Map(distinct.map((value, k) => [value, k]));
  if (count < distinct.length) {
    const ranks = ranksOf(numbers);
    numbers.forEach((value, i) => {
      level.set(value, Math.min(count - 1, Math.floor((ranks[i] / numbers.length) * count)));
    });
  }
  return {
    of: values.map((value) => (value === null ? 0 : first + (level.get(value as number) as number))),
    count: first + count,
    ordered: true,
  };
}

interface Effects {
  /** [parameters] */
  readonly alone: readonly number[];
  readonly total: readonly number[];
}

/**
 * Shares of the variance of the forest's predictions over settings in which all levels of all parameters are equally
 * likely.
 */
function effectsOf({ predict }: Forest, counts: readonly number[]): Effects | null {
  const rng = createRng(SEED, "settings");
  const draw = () => Int32Array.from(counts, (count) => rng.int(0, count - 1));
  const [settings, others] = [Array.from({ length: SETTINGS }, draw), Array.from({ length: SETTINGS }, draw)];
  const answers = settings.map((setting) => predict(setting));
  const variance = varianceOf(answers);
  if (!(variance > 0)) return null;
  const changed = (setting: Int32Array, parameter: number, level: number): number => {
    const before = setting[parameter];
    setting[parameter] = level;
    const answer = predict(setting);
    setting[parameter] = before;
    return answer;
  };
  const alone = counts.map((count, p) => {
    const means = Array.from({ length: count }, (_, level) => settings.reduce((sum, s) => sum + changed(s, p, level), 0) / SETTINGS);
    return Math.min(1, varianceOf(means) / variance);
  });
  const total = counts.map((_, p) => {
    const squares = settings.reduce((sum, s, i) => sum + square(answers[i] - changed(s, p, others[i][p])), 0);
    return Math.min(1, squares / (2 * SETTINGS) / variance);
  });
  return { alone, total };
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + square(value - mean), 0) / values.length;
}

/** Ranks from 0; ties get their mean rank. */
export function ranksOf(values: readonly number[]): readonly number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Array<number>(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]] === values[order[start]]) end++;
    for (let i = start; i <= end; i++) ranks[order[i]] = (start + end) / 2;
    start = end + 1;
  }
  return ranks;
}

/** Pearson's correlation; null if one side does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number | null {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (let i = 0; i < a.length; i++) {
    product += (a[i] - meanA) * (b[i] - meanB);
    squareA += square(a[i] - meanA);
    squareB += square(b[i] - meanB);
  }
  return squareA > 0 && squareB > 0 ? product / Math.sqrt(squareA * squareB) : null;
}

/** Spearman's rank correlation. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  return correlation(ranksOf(a), ranksOf(b));
}

/** Importance of every parameter for every metric; points without a value of the metric are left out. */
export function importances(
  parameters: { readonly [name: string]: readonly Value[] },
  metrics: { readonly [name: string]: readonly (number | null)[] },
): readonly Importance[] {
  const names = Object.keys(parameters);
  return Object.entries(metrics).flatMap(([metric, column]) => {
    const all = column.flatMap((value, i) => (value === null ? [] : [i]));
    const step = Math.max(1, all.length / MOST_ROWS);
    const known = Array.from({ length: Math.floor(all.length / step) }, (_, k) => all[Math.floor(k * step)]);
    const measured = known.map((i) => column[i] as number);
    const columns = names.map((name) =>
      columnOf(
        known.map((i) => parameters[name][i]),
        measured,
      ),
    );
    const counts = columns.map(({ count }) => count);
    const rows = known.map((_, k) => Int32Array.from(columns, ({ of }) => of[k]));
    const varies = measured.some((value) => value !== measured[0]);
    const forest = known.length >= LEAST_ROWS && varies ? growForest(rows, measured, columns, SEED) : null;
    const effects = forest === null ? null : effectsOf(forest, counts);
    return names.map((parameter, p) => {
      const both = known.flatMap((i, k) => (typeof parameters[parameter][i] === "number" ? [k] : []));
      const ordered =
        both.length >= 3 && known.every((i) => parameters[parameter][i] === null || typeof parameters[parameter][i] === "number");
      const own = both.map((k) => parameters[parameter][known[k]] as number);
      return {
        parameter,
        metric,
        share: effects === null ? null : effects.alone[p],
        total: effects === null ? null : effects.total[p],
        fit: effects === null ? null : (forest?.fit ?? null),
        rank: ordered
          ? rankCorrelation(
              own,
              both.map((k) => measured[k]),
            )
          : null,
      };
    });
  });
}
