/**
 * How sure a front is: the stored counts are priced many times, with prices drawn within their errors
 * (`uncertainty/drawn-metrics.ts`). Points that share a macro share its error; points that were scored on the same
 * utterances share what these do to their accuracies. Pure.
 */
import { ParetoArchive } from "../base/pareto.js";
import { METRICS, type MetricName, metricOf } from "../sim/index.js";
import type { Condition, Metrics, Objectives } from "./objectives.js";
import { drawsWithin } from "./uncertainty/drawn-constraints.js";
import {
  type DrawnMetric,
  drawnMetrics,
  drawnValue,
  type Intervals,
  intervalsOf,
  type MetricInterval,
  ratioInterval,
  tailsOf,
  type UncertainPoint,
} from "./uncertainty/drawn-metrics.js";
import { Draws } from "./uncertainty/draws.js";
import { accuracyDifference, sharesErrors } from "./uncertainty/paired-errors.js";
import { type CauseIndex, frontCauses } from "./uncertainty/ranking-causes.js";

/** Least share of the draws for a sure statement: that a point is on the front, or that one of two points is better. */
export const SURE = 0.9;

/** True if it is sure how two points compare: that one is better, or that they are equal. */
export const isTold = ({ share, equal }: Pick<ShareBetter, "share" | "equal">): boolean =>
  Math.max(share, equal, 1 - share - equal) >= SURE;

interface ConfidenceOptions {
  readonly draws: number;
  readonly seed: number;
  /** Also compute what decides the front, which takes several times as long. */
  readonly explains?: boolean;
  /** Ids of the points on the stored front; left out: the front of the points' metrics. */
  readonly stored?: readonly number[];
  /** The constraints that apply to a point; left out: none. */
  readonly conditionsOf?: ConditionsOf;
}

type ConditionsOf = (point: Pick<UncertainPoint, "id">) => readonly Condition[];

/** How sure a point's place on the front is. */
export interface PointConfidence {
  /** The point's number in its study. */
  readonly id: number;
  /** Share of the draws in which it meets its limits, and no other point that does dominates it. */
  readonly onFront: number;
  /** Share of the draws in which it meets its limits: the constraints, and the resources of its FPGA. */
  readonly withinLimits: number;
  /** Metrics as stored. */
  readonly metrics: Metrics;
  /** Interval of each metric that holds nine of ten draws. */
  readonly intervals: Intervals;
  /** What decides whether it is on the front, largest share first; empty if it always is, or without `explains`. */
  readonly causes: readonly CauseIndex[];
  /**
   * Per objective, in their order: share of the draws in which it meets its limits, and no other point that does is
   * better.
   */
  readonly best: readonly number[];
}

/** Which accuracies were drawn together because their functional runs were scored on the same utterances. */
export interface AccuracyDraws {
  /** Points whose errors of accuracy correlate as the decisions of their functional runs do. */
  readonly together: readonly number[];
  /**
   * Points whose accuracy was drawn apart from others: it is not stored which utterances were wrong, or all are alike.
   */
  readonly apart: readonly number[];
  /** Those of them whose utterances are all alike: all right, all wrong, or the same share of each. */
  readonly alike: readonly number[];
}

/** How sure a front is, given the errors of its prices. */
export interface Confidence {
  /** How often prices, accuracies and utterances were drawn. */
  readonly draws: number;
  /** Seed of the draws. */
  readonly seed: number;
  /** Surest first; points that are never on the front are left out. */
  readonly points: readonly PointConfidence[];
  /** How the accuracies of these points were drawn. */
  readonly accuracies: AccuracyDraws;
  /** Most timed utterances of one of these points. Of one, no error of energy and latency over utterances is known. */
  readonly timedUtterances: number;
  /** Points of the front as stored. */
  readonly front: readonly number[];
  /** Mean number of these points that are on the front of a draw. */
  readonly frontKept: number;
  /** Points on the front in at least nine of ten draws. */
  readonly robust: readonly number[];
  /** Groups of two or more points that do not surely differ from the first of their group in any objective. */
  readonly groups: readonly (readonly number[])[];
  /** What decides how many of these points stay on the front, largest share first; empty without `explains`. */
  readonly causes: readonly CauseIndex[];
}

/** A front over draws, with the limits that bound it. */
export interface BoundConfidence extends Confidence {
  /** The study's constraints as its description writes them. A point that breaks one in a draw is not on its front. */
  readonly constraints: readonly string[];
  /** Points that were refused before their run for their area or use of an FPGA. They have no result to draw. */
  readonly refused: number;
}

/**
 * How often one point is better than another in one metric over draws of prices, and how far apart the two values are.
 */
export interface ShareBetter {
  /** Metric that is compared. */
  readonly metric: MetricName;
  /** Share of the draws in which the right point is better, 0 .. 1. */
  readonly share: number;
  /** Share of the draws in which both are equal, 0 .. 1; in the rest the left point is better. */
  readonly equal: number;
  /** Right value over left value, the interval that holds nine of ten draws; null: the left value is 0 in a draw. */
  readonly ratio: MetricInterval | null;
  /**
   * Right value less left value in the metric's unit, the interval that holds nine of ten draws; of accuracies of two
   * runs on the same utterances Tango's score interval of 90 %.
   */
  readonly difference: MetricInterval;
}

/** How `second` compares with `first` over draws, for each metric that prices or samples move. */
export function sharesBetter(first: UncertainPoint, second: UncertainPoint, draws: Draws): readonly ShareBetter[] {
  const [a, b] = [drawnMetrics(first, draws, true), drawnMetrics(second, draws, true)];
  return [...a].flatMap(([metric, left]) => {
    const right = b.get(metric);
    if (right === undefined) return [];
    const isLess = METRICS[metric].direction === "min";
    let [better, equal] = [0, 0];
    const differences = new Float64Array(draws.count);
    for (let d = 0; d < draws.count; d++) {
      const [one, other] = [drawnValue(left, d), drawnValue(right, d)];
      if (isLess ? other < one : other > one) better++;
      else if (other === one) equal++;
      differences[d] = other - one;
    }
    const shares = { share: better / draws.count, equal: equal / draws.count };
    const computed = metric === "accuracy_percent" ? differenceOfRuns(first, second) : null;
    return [{ metric, ...shares, ratio: ratioInterval(left, right, draws), difference: computed ?? tailsOf(differences) }];
  });
}

/** Null: they are one run, or it is not known which of the same utterances both got wrong. */
const differenceOfRuns = ({ run: first }: UncertainPoint, { run: second }: UncertainPoint): MetricInterval | null =>
  first === null || second === null || first.key === second.key ? null : accuracyDifference(first, second);

/** [points] minimised objective vectors of one draw; null if an objective is unknown. */
type Vectors = readonly (readonly number[] | null)[];

function frontOf(vectors: Vectors): readonly number[] {
  const archive = new ParetoArchive<number>();
  for (const [i, vector] of vectors.entries()) if (vector !== null) archive.add(i, vector);
  return archive.front.map(({ id }) => id);
}

/** Value of a minimised objective: as drawn, or as stored if no draw moves it. */
const drawnOr = (metric: DrawnMetric | null, draw: number, sign: number, stored: number): number =>
  metric === null ? stored : sign * drawnValue(metric, draw);

/** Points over draws. */
interface DrawnPoints {
  /** [points] [draws] 1 where the point meets its limits. */
  readonly within: readonly Uint8Array[];
  /** [draws] objective vectors of all points; null also where a point exceeds a limit. */
  readonly vectors: () => Generator<Vectors>;
}

function drawnPoints(points: readonly UncertainPoint[], objectives: Objectives, draws: Draws, conditionsOf: ConditionsOf): DrawnPoints {
  const drawn = points.map((point) => drawnMetrics(point, draws));
  const within = points.map((point, i) => drawsWithin(point, drawn[i], conditionsOf(point), draws.count));
  const stored: Vectors = points.map(({ metrics }) => objectives.vector(metrics));
  const signs = objectives.directions.map((direction) => (direction === "max" ? -1 : 1));
  const columns = drawn.map((metrics) => objectives.metrics.map((name) => metrics.get(metricOf(name)) ?? null));
  const vectorOf = (i: number, d: number): readonly number[] | null =>
    within[i][d] === 0 ? null : (stored[i]?.map((value, k) => drawnOr(columns[i][k], d, signs[k], value)) ?? null);
  function* vectors(): Generator<Vectors> {
    for (let d = 0; d < draws.count; d++) yield points.map((_, i) => vectorOf(i, d));
  }
  return { within, vectors };
}

/** [draws] indices of the points on the front. */
function* frontsOf(...drawn: Parameters<typeof drawnPoints>): Generator<readonly number[]> {
  for (const vectors of drawnPoints(...drawn).vectors()) yield frontOf(vectors);
}

/** Counts, per objective and point, the draws in which no other point is better. */
function countBest(vectors: Vectors, times: readonly Uint32Array[]): void {
  for (const [k, own] of times.entries()) {
    let least = Number.POSITIVE_INFINITY;
    for (const vector of vectors) if (vector !== null && vector[k] < least) least = vector[k];
    for (const [i, vector] of vectors.entries()) if (vector !== null && vector[k] === least) own[i]++;
  }
}

/**
 * Confidence of the front of `points`. In each draw the front is that of the points that then meet their limits, so
 * points that exceed one as stored may be on it.
 */
export function confidenceOf(
  points: readonly UncertainPoint[],
  objectives: Objectives,
  { draws: count, seed, explains = false, stored, conditionsOf = () => [] }: ConfidenceOptions,
): Confidence {
  const draws = new Draws(count, seed);
  const storedIds = new Set(stored);
  const front =
    stored === undefined
      ? frontOf(points.map(({ metrics }) => objectives.vector(metrics)))
      : points.flatMap(({ id }, i) => (storedIds.has(id) ? [i] : []));
  const isOnFront = new Set(front);
  const times = new Uint32Array(points.length);
  const best = objectives.metrics.map(() => new Uint32Array(points.length));
  let kept = 0;
  const { within, vectors: each } = drawnPoints(points, objectives, draws, conditionsOf);
  for (const vectors of each()) {
    countBest(vectors, best);
    for (const i of frontOf(vectors)) {
      times[i]++;
      if (isOnFront.has(i)) kept++;
    }
  }
  const ever = points.flatMap((point, i) => {
    if (times[i] === 0) return [];
    const shares = { onFront: times[i] / count, withinLimits: shareOf(within[i]), best: best.map((own) => own[i] / count) };
    return [{ point, shares, isStored: isOnFront.has(i) }];
  });
  const members = ever.map(({ point }) => point);
  const causes = explains
    ? frontCauses(
        members,
        (of) => frontsOf(members, objectives, of, conditionsOf),
        (k) => ever[k].isStored,
        new Draws(explainingDraws(count), seed),
      )
    : null;
  const found = ever.map(
    ({ point, shares }, k): PointConfidence => ({
      ...{ id: point.id, ...shares, metrics: point.metrics, intervals: intervalsOf(point, draws) },
      causes: causes?.points[k] ?? [],
    }),
  );
  const surest = found.sort((a, b) => b.onFront - a.onFront || a.id - b.id);
  const order = new Map(surest.map(({ id }, place) => [id, place]));
  const alike = members.toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  return {
    draws: count,
    seed,
    points: surest,
    accuracies: accuracyDraws(members),
    timedUtterances: members.reduce((most, { timed }) => Math.max(most, timed.count), 0),
    front: front.map((i) => points[i].id).sort((a, b) => a - b),
    frontKept: kept / count,
    robust: surest
      .filter(({ onFront }) => onFront >= SURE)
      .map(({ id }) => id)
      .sort((a, b) => a - b),
    groups: groupsOf(alike, objectives, draws),
    causes: causes?.front ?? [],
  };
}

const shareOf = (within: Uint8Array): number => within.reduce((sum, one) => sum + one, 0) / within.length;

function accuracyDraws(points: readonly UncertainPoint[]): AccuracyDraws {
  const drawn = points.filter(({ metrics, samples }) => typeof metrics.accuracy_percent === "number" && samples > 0);
  const ids = (holds: (run: UncertainPoint["run"]) => boolean): readonly number[] =>
    drawn.flatMap(({ id, run }) => (holds(run) ? [id] : [])).sort((a, b) => a - b);
  const isTogether = (run: UncertainPoint["run"]): boolean => run !== null && sharesErrors(run);
  return {
    together: ids(isTogether),
    apart: ids((run) => !isTogether(run)),
    alike: ids((run) => run !== null && !isTogether(run)),
  };
}

/** Fewer draws than for shares, because the front is computed again for every kind of cause. */
const explainingDraws = (draws: number): number => Math.max(1, Math.ceil(draws / 4));

/** Most draws used to tell points apart; their values are held for all points at once. */
const MOST_COMPARED = 1000;

/**
 * Groups of points that cannot be told apart: in no objective is a point surely better or worse (`SURE`) than the first
 * of its group. Surest first; groups of one point are left out.
 */
function groupsOf(points: readonly UncertainPoint[], objectives: Objectives, draws: Draws): readonly (readonly number[])[] {
  const count = Math.min(draws.count, MOST_COMPARED);
  const valued = points.map((point) => {
    const drawn = drawnMetrics(point, draws);
    return {
      point,
      values: objectives.metrics.map((name) => valuesOf(drawn.get(metricOf(name)), point.metrics[name] ?? Number.NaN, count)),
    };
  });
  const groups: (typeof valued)[] = [];
  for (const one of valued) {
    const group = groups.find(([first]) => first.values.every((values, k) => isTied(values, one.values[k])));
    if (group === undefined) groups.push([one]);
    else group.push(one);
  }
  return groups.filter(({ length }) => length > 1).map((group) => group.map(({ point }) => point.id));
}

const valuesOf = (drawn: DrawnMetric | undefined, stored: number, draws: number): Float64Array =>
  Float64Array.from({ length: draws }, (_, d) => (drawn === undefined ? stored : drawnValue(drawn, d)));

function isTied(a: Float64Array, b: Float64Array): boolean {
  let [less, more] = [0, 0];
  for (let d = 0; d < a.length; d++) {
    if (a[d] < b[d]) less++;
    else if (a[d] > b[d]) more++;
  }
  return Math.max(less, more) < SURE * a.length;
}
