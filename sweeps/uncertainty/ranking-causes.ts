/**
 * Which price, law or sample decides a ranking: whether one point is better than another, and which points are on the
 * front. Pure.
 */
import { log } from "../../base/math.js";
import type { MetricName } from "../../sim/index.js";
import { type DrawnMetric, drawnMetrics, drawnValue, FPGA_LAWS, type UncertainPoint } from "./drawn-metrics.js";
import type { Draws } from "./draws.js";
import { type CauseIndex, sobolIndices } from "./sobol-indices.js";

export type { CauseIndex } from "./sobol-indices.js";

/** Causes of error of some points, and the cause to which each drawn name belongs. */
interface Causes {
  readonly names: readonly string[];
  readonly of: (name: string) => string | null;
}

const ACCURACY = "the choice of test samples";
const UTTERANCES = "timed utterances";

/** `by`: `name` makes each name a cause, `kind` makes all names of a kind one cause. */
function causesBehind(points: readonly UncertainPoint[], by: "name" | "kind"): Causes {
  const known = new Map<string, string>();
  for (const { breakdown, errors } of points)
    for (const line of [...breakdown.map(({ component }) => component), ...FPGA_LAWS])
      for (const cause of errors.get(line) ?? []) known.set(cause.name, cause[by]);
  const of = (name: string): string | null => {
    const found = known.get(name);
    if (found !== undefined) return found;
    return name.startsWith("accuracy of ") ? ACCURACY : name.startsWith("utterances ") ? UTTERANCES : null;
  };
  return { names: [...new Set([...known.values(), ACCURACY, UTTERANCES])], of };
}

/**
 * What decides by how much one point is better than another, per metric: causes of the variance of ln(second / first).
 */
export function pairCauses(
  first: UncertainPoint,
  second: UncertainPoint,
  draws: Draws,
): readonly { readonly metric: MetricName; readonly causes: readonly CauseIndex[] }[] {
  const causes = causesBehind([first, second], "name");
  const pairsIn = (draws: Draws) => {
    const [a, b] = [drawnMetrics(first, draws, true), drawnMetrics(second, draws, true)];
    return [...a].flatMap(([metric, left]) => {
      const right = b.get(metric);
      return right === undefined ? [] : [{ metric, marginIn: (d: number) => marginOf(left, right, d) }];
    });
  };
  const pairs = pairsIn(draws);
  const isSampled = (metric: MetricName): boolean => metric === "accuracy_percent";
  const margins = (draws: Draws): readonly Float64Array[] =>
    pairsIn(draws).flatMap(({ metric, marginIn }) =>
      isSampled(metric) ? [] : [Float64Array.from({ length: draws.count }, (_, d) => marginIn(d))],
    );
  const indices = sobolIndices(margins, causes.names, causes.of, draws);
  const priced = pairs.filter(({ metric }) => !isSampled(metric)).map(({ metric }, k) => ({ metric, causes: indices[k] }));
  // an accuracy has one cause: there is nothing to estimate, and no second set of utterances' numbers to draw
  const sampled = pairs
    .filter(({ metric }) => isSampled(metric))
    .map(({ metric, marginIn }) => {
      const varies = Array.from({ length: draws.count }, (_, d) => marginIn(d)).some((margin, _, [before]) => margin !== before);
      return { metric, causes: varies ? [{ cause: ACCURACY, first: 1, total: 1 }] : [] };
    });
  return [...priced, ...sampled];
}

const marginOf = (left: DrawnMetric, right: DrawnMetric, draw: number): number =>
  log(Math.max(Number.MIN_VALUE, drawnValue(right, draw)) / Math.max(Number.MIN_VALUE, drawnValue(left, draw)));

/** What decides a front. */
interface FrontCauses {
  /** Causes of the number of the stored front's points that are on the front of a draw. */
  readonly front: readonly CauseIndex[];
  /** [points] causes of whether the point is on the front. */
  readonly points: readonly (readonly CauseIndex[])[];
}

/**
 * @param frontOf [draws] indices of the points that are on the front
 * @param isStored whether a point is on the stored front
 */
export function frontCauses(
  points: readonly UncertainPoint[],
  frontsOf: (draws: Draws) => Iterable<readonly number[]>,
  isStored: (point: number) => boolean,
  draws: Draws,
): FrontCauses {
  const causes = causesBehind(points, "kind");
  const evaluate = (draws: Draws): readonly Float64Array[] => {
    const results = Array.from({ length: points.length + 1 }, () => new Float64Array(draws.count));
    let d = 0;
    for (const front of frontsOf(draws)) {
      for (const point of front) {
        results[point][d] = 1;
        if (isStored(point)) results[points.length][d]++;
      }
      d++;
    }
    return results;
  };
  const indices = sobolIndices(evaluate, causes.names, causes.of, draws);
  return { front: indices[points.length], points: indices.slice(0, points.length) };
}
