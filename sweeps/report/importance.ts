/**
 * What each parameter explains of each metric: the correlation ratio (share of the metric's variance between groups of equal parameter
 * value) and, for ordered parameters, Spearman's rank correlation. Parameters with many values are cut into groups of equal size.
 * Descriptive: a search that concentrates its points shifts the shares.
 * Source: Pearson, "On the general theory of skew correlation", 1905 (correlation ratio); Spearman, 1904.
 */

/** Groups of a parameter with more distinct values than this are quantiles. */
const MOST_GROUPS = 8;

export interface Importance {
  readonly parameter: string;
  readonly metric: string;
  /** 0..1; null where the metric does not vary. */
  readonly share: number | null;
  /** -1..1; null for unordered parameters. */
  readonly rank: number | null;
}

type Value = number | string | boolean | null;

/** Group index of every value. */
function groupsOf(values: readonly Value[]): readonly number[] {
  const distinct = [...new Set(values)];
  if (distinct.length <= MOST_GROUPS || values.some((value) => typeof value !== "number"))
    return values.map((value) => distinct.indexOf(value));
  const ranks = ranksOf(values as readonly number[]);
  return ranks.map((rank) => Math.min(MOST_GROUPS - 1, Math.floor((rank / values.length) * MOST_GROUPS)));
}

/** Ranks from 0, ties at their mean. */
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

/** Share of the variance of `metric` that lies between the groups of `values`; null where it does not vary. */
export function correlationRatio(values: readonly Value[], metric: readonly number[]): number | null {
  const mean = metric.reduce((sum, value) => sum + value, 0) / metric.length;
  const total = metric.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (!(total > 0)) return null;
  const groups = groupsOf(values);
  const sums = new Map<number, { sum: number; count: number }>();
  groups.forEach((group, i) => {
    const entry = sums.get(group) ?? { sum: 0, count: 0 };
    sums.set(group, { sum: entry.sum + metric[i], count: entry.count + 1 });
  });
  let between = 0;
  for (const { sum, count } of sums.values()) between += count * (sum / count - mean) ** 2;
  return between / total;
}

/** Pearson's correlation; null where one side does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number | null {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (let i = 0; i < a.length; i++) {
    product += (a[i] - meanA) * (b[i] - meanB);
    squareA += (a[i] - meanA) ** 2;
    squareB += (b[i] - meanB) ** 2;
  }
  return squareA > 0 && squareB > 0 ? product / Math.sqrt(squareA * squareB) : null;
}

/** Spearman's rank correlation. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  return correlation(ranksOf(a), ranksOf(b));
}

/** Importance of every parameter for every metric; points without the parameter or the metric are left out of that pair. */
export function importances(
  parameters: { readonly [name: string]: readonly Value[] },
  metrics: { readonly [name: string]: readonly (number | null)[] },
): readonly Importance[] {
  return Object.entries(parameters).flatMap(([parameter, values]) =>
    Object.entries(metrics).map(([metric, column]) => {
      const known = values.map((_, i) => i).filter((i) => values[i] !== null && column[i] !== null);
      const own = known.map((i) => values[i]);
      const measured = known.map((i) => column[i] as number);
      const ordered = own.every((value) => typeof value === "number");
      return {
        parameter,
        metric,
        share: known.length < 3 ? null : correlationRatio(own, measured),
        rank: ordered && known.length >= 3 ? rankCorrelation(own as number[], measured) : null,
      };
    }),
  );
}
