/**
 * How sure a front is: the same stored counts under prices drawn anew many times, within their errors.
 *
 * A draw gives every cause of error (`sim/price-errors.ts`) one standard normal number, by its name: points that share a macro share its error. Energies
 * and areas are sums of a breakdown's lines, each times its factor; accuracy is drawn as the share of utterances that it is (binomial, normal
 * approximation), one number for all points with the same functional run. Time does not change. Pure.
 */
import { exp } from "../base/math.js";
import { ParetoArchive } from "../base/pareto.js";
import { createRng } from "../base/rng.js";
import { type BreakdownRow, type ErrorCause, type LineErrors, METRICS, type MetricName } from "../sim/index.js";
import type { Metrics, Objectives } from "./objectives.js";

/** What is known of a stored point. */
export interface UncertainPoint {
  readonly id: number;
  readonly metrics: Metrics;
  readonly breakdown: readonly BreakdownRow[];
  readonly errors: LineErrors;
  /** Utterances that accuracy is a share of, and what names the functional run. */
  readonly utterances: number;
  readonly functionalKey: string;
}

export interface ConfidenceOptions {
  readonly draws: number;
  readonly seed: number;
}

/** Where a metric of a point lies in nine draws of ten. */
export interface MetricInterval {
  readonly low: number;
  readonly high: number;
}

/** How sure a point's place on the front is. */
export interface PointConfidence {
  readonly id: number;
  /** Share of the draws in which no other point dominates it. */
  readonly onFront: number;
  /** As stored. */
  readonly metrics: Metrics;
  readonly intervals: { readonly [metric in MetricName]?: MetricInterval };
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

/** Ends of an interval of nine tenths. */
const TAILS = [0.05, 0.95] as const;
/** Metrics that are as far off as the energy, relatively. */
const AS_ENERGY: readonly MetricName[] = ["energy_uj_per_inference", "power_mw", "edp_nj_s", "energy_pj_per_synaptic_operation"];

/** [draws] numbers by name, made when first asked for. */
class Draws {
  private readonly normals = new Map<string, Float64Array>();
  private readonly factors = new Map<string, Float64Array>();
  constructor(
    readonly count: number,
    private readonly seed: number,
  ) {}

  /** Standard normal. */
  normal(name: string): Float64Array {
    let found = this.normals.get(name);
    if (found === undefined) {
      const rng = createRng(this.seed, `confidence ${name}`);
      found = Float64Array.from({ length: this.count }, () => rng.normal());
      this.normals.set(name, found);
    }
    return found;
  }

  /** exp of the sum of the causes. */
  factor(causes: readonly ErrorCause[]): Float64Array {
    const key = causes.map(({ name, sigma }) => `${name}*${sigma}`).join("|");
    let found = this.factors.get(key);
    if (found === undefined) {
      const parts = causes.map(({ name, sigma }) => ({ sigma, z: this.normal(name) }));
      found = Float64Array.from({ length: this.count }, (_, d) => exp(parts.reduce((ln, { sigma, z }) => ln + sigma * z[d], 0)));
      this.factors.set(key, found);
    }
    return found;
  }
}

const NO_CAUSE: readonly ErrorCause[] = [];

/** A value by the number of the draw. Not kept for all draws: a study has many points. */
type Drawn = (draw: number) => number;

/** How often the sum of some lines is what it was, from draw to draw. */
function factorOf(lines: readonly { readonly value: number; readonly component: string }[], errors: LineErrors, draws: Draws): Drawn {
  const sums = new Map<Float64Array, number>();
  let total = 0;
  for (const { value, component } of lines) {
    const factor = draws.factor(errors.get(component) ?? NO_CAUSE);
    sums.set(factor, (sums.get(factor) ?? 0) + value);
    total += value;
  }
  if (total === 0) return () => 1;
  const parts = [...sums].map(([factor, sum]) => ({ factor, share: sum / total }));
  return (draw) => {
    let all = 0;
    for (const { factor, share } of parts) all += share * factor[draw];
    return all;
  };
}

/** The metrics that prices or the choice of utterances move. */
function drawnMetrics(point: UncertainPoint, draws: Draws): ReadonlyMap<MetricName, Drawn> {
  const drawn = new Map<MetricName, Drawn>();
  const { metrics, breakdown, errors } = point;
  const scale = (name: MetricName, factor: Drawn): void => {
    const value = metrics[name];
    if (typeof value === "number") drawn.set(name, (draw) => value * factor(draw));
  };
  const lines = (of: "energyPj" | "areaMm2") =>
    breakdown.flatMap((row) => (row[of] === null ? [] : [{ value: row[of], component: row.component }]));
  const energy = factorOf(lines("energyPj"), errors, draws);
  for (const name of AS_ENERGY) scale(name, energy);
  scale("area_mm2", factorOf(lines("areaMm2"), errors, draws));
  const accuracy = metrics.accuracy_percent;
  if (typeof accuracy === "number" && point.utterances > 0) {
    const share = accuracy / 100;
    const deviation = 100 * Math.sqrt((share * (1 - share)) / point.utterances);
    const z = draws.normal(`accuracy of ${point.functionalKey}`);
    drawn.set("accuracy_percent", (draw) => Math.min(100, accuracy + deviation * z[draw]));
  }
  return drawn;
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
    for (let d = 0; d < count; d++) if (isLess ? right(d) < left(d) : right(d) > left(d)) better++;
    return [{ metric, share: better / count }];
  });
}

function intervalOf(value: Drawn, draws: number): MetricInterval {
  const sorted = Float64Array.from({ length: draws }, (_, draw) => value(draw)).sort();
  const [low, high] = TAILS.map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  return { low, high };
}

/** [points] minimised objective vectors of one draw; null where an objective is unknown. */
type Vectors = readonly (readonly number[] | null)[];

function frontOf(vectors: Vectors): readonly number[] {
  const archive = new ParetoArchive<number>();
  for (const [i, vector] of vectors.entries()) if (vector !== null) archive.add(i, vector);
  return archive.front.map(({ id }) => id);
}

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
    const vectors = stored.map((vector, i) => vector?.map((value, k) => signs[k] * (columns[i][k]?.(d) ?? signs[k] * value)) ?? null);
    for (const i of frontOf(vectors)) {
      times[i]++;
      if (isOnFront.has(i)) kept++;
    }
  }
  const found = points.flatMap(({ id, metrics }, i): PointConfidence[] => {
    if (times[i] === 0) return [];
    const intervals = Object.fromEntries([...drawn[i]].map(([name, value]) => [name, intervalOf(value, count)]));
    return [{ id, onFront: times[i] / count, metrics, intervals }];
  });
  return {
    draws: count,
    seed,
    points: found.sort((a, b) => b.onFront - a.onFront || a.id - b.id),
    front: front.map((i) => points[i].id).sort((a, b) => a - b),
    frontKept: kept / count,
  };
}
