/**
 * How sure a front is: the same stored counts under prices drawn anew many times, within their errors (`uncertainty/drawn-metrics.ts`). Points that
 * share a macro share its error. Pure.
 */
import { ParetoArchive } from "../base/pareto.js";
import { METRICS, type MetricName } from "../sim/index.js";
import type { Metrics, Objectives } from "./objectives.js";
import {
  type DrawnMetric,
  drawnMetrics,
  drawnValue,
  type Intervals,
  intervalsOf,
  type UncertainPoint,
} from "./uncertainty/drawn-metrics.js";
import { Draws } from "./uncertainty/draws.js";

export interface ConfidenceOptions {
  readonly draws: number;
  readonly seed: number;
}

/** How sure a point's place on the front is. */
export interface PointConfidence {
  readonly id: number;
  /** Share of the draws in which no other point dominates it. */
  readonly onFront: number;
  /** As stored. */
  readonly metrics: Metrics;
  readonly intervals: Intervals;
}

/** How sure a front is, given what is not known of its prices. */
export interface Confidence {
  readonly draws: number;
  readonly seed: number;
  /** Surest first; points that are never on the front are left out. */
  readonly points: readonly PointConfidence[];
  /** Points of the front as stored. */
  readonly front: readonly number[];
  /** Of those, how many stay on it, in the mean over the draws. */
  readonly frontKept: number;
}

/** In how many draws of prices one point is better than another, of one metric. */
export interface ShareBetter {
  readonly metric: MetricName;
  /** Of the draws, 0 .. 1. */
  readonly share: number;
}

/** Of each metric that prices or samples move: the share of the draws in which `second` is better than `first`. */
export function sharesBetter(
  first: UncertainPoint,
  second: UncertainPoint,
  { draws: count, seed }: ConfidenceOptions,
): readonly ShareBetter[] {
  const draws = new Draws(count, seed);
  const [a, b] = [drawnMetrics(first, draws), drawnMetrics(second, draws)];
  return [...a].flatMap(([metric, left]) => {
    const right = b.get(metric);
    if (right === undefined) return [];
    const isLess = METRICS[metric].direction === "min";
    let better = 0;
    for (let d = 0; d < count; d++) {
      const [one, other] = [drawnValue(left, d), drawnValue(right, d)];
      if (isLess ? other < one : other > one) better++;
    }
    return [{ metric, share: better / count }];
  });
}

/** [points] minimised objective vectors of one draw; null where an objective is unknown. */
type Vectors = readonly (readonly number[] | null)[];

function frontOf(vectors: Vectors): readonly number[] {
  const archive = new ParetoArchive<number>();
  for (const [i, vector] of vectors.entries()) if (vector !== null) archive.add(i, vector);
  return archive.front.map(({ id }) => id);
}

/** An objective, minimised: as drawn, or as stored where nothing moves it. */
const drawnOr = (metric: DrawnMetric | null, draw: number, sign: number, stored: number): number =>
  metric === null ? stored : sign * drawnValue(metric, draw);

/** The front of each draw; `points`: those within the study's limits. */
export function confidenceOf(
  points: readonly UncertainPoint[],
  objectives: Objectives,
  { draws: count, seed }: ConfidenceOptions,
): Confidence {
  const draws = new Draws(count, seed);
  const drawn = points.map((point) => drawnMetrics(point, draws));
  const stored: Vectors = points.map(({ metrics }) => objectives.vector(metrics));
  const signs = objectives.directions.map((direction) => (direction === "max" ? -1 : 1));
  const columns = drawn.map((metrics) => objectives.metrics.map((name) => metrics.get(name) ?? null));
  const front = frontOf(stored);
  const isOnFront = new Set(front);
  const times = new Uint32Array(points.length);
  let kept = 0;
  for (let d = 0; d < count; d++) {
    const vectors = stored.map((vector, i) => vector?.map((value, k) => drawnOr(columns[i][k], d, signs[k], value)) ?? null);
    for (const i of frontOf(vectors)) {
      times[i]++;
      if (isOnFront.has(i)) kept++;
    }
  }
  const found = points.flatMap(({ id, metrics }, i): PointConfidence[] => {
    if (times[i] === 0) return [];
    return [{ id, onFront: times[i] / count, metrics, intervals: intervalsOf(points[i], draws) }];
  });
  return {
    draws: count,
    seed,
    points: found.sort((a, b) => b.onFront - a.onFront || a.id - b.id),
    front: front.map((i) => points[i].id).sort((a, b) => a - b),
    frontKept: kept / count,
  };
}
