/** Computes how sure a front is: draws the errors of prices and accuracies. Effects: reads the database. */
import { metricOf } from "../sim/index.js";
import {
  type BoundConfidence,
  confidenceOf,
  type FrontReport,
  frontReport,
  Objectives,
  type PairedRuns,
  pairCauses,
  pairedRuns,
  refusedByChip,
  reportedIds,
  type ShareBetter,
  type StoredPoint,
  sharesBetter,
  USUAL_DRAWS,
} from "../sweeps/index.js";
import { checkedOptions } from "./checked-options.js";
import type { ParetoOptions } from "./pareto.js";
import { pointOf, type Store, studyOf, withStore } from "./stored.js";
import { type DrawOptions, demandUncertain, drawsOf, isOfCoupled, type UncertainPoints, uncertainPointsOf } from "./uncertainty.js";

export type {
  AccuracyDraws,
  BoundConfidence,
  CauseIndex,
  Confidence,
  Intervals,
  MetricInterval,
  PairedRuns,
  PointConfidence,
  ShareBetter,
} from "../sweeps/index.js";

/** How prices are drawn, and for which front. */
export interface ConfidenceRequest extends Pick<ParetoOptions, "objectives" | "where">, DrawOptions {
  /**
   * Also computes what decides the front and each point's place on it (Sobol's indices by kind of cause), which takes
   * several times as long.
   */
  readonly explains?: boolean;
}

/** How sure the front of these objectives is. */
export interface FrontConfidence extends BoundConfidence {
  /** Metrics with direction, in the order of each point's `best`. */
  readonly objectives: FrontReport["objectives"];
  /** Condition that all points satisfy as stored, in every draw; null: none was asked for. */
  readonly where: string | null;
  /** Number of different points on the front as stored; points that are equal in all objectives are one. */
  readonly different: number;
  /** How this program and its tables differ from those that computed the points: the errors are this program's. */
  readonly otherBuild: FrontReport["otherBuild"];
}

/**
 * Draws the prices behind a study's points within their errors, and accuracies within the errors of their samples, and
 * counts how often each point is on the front. In each draw the front is that of the points that meet the study's
 * constraints in it and fit their FPGA, whether they do as stored or not; `where` keeps points by their stored values.
 * The cycles of each utterance are taken as exact.
 *
 * @param database a result database; a sweep may still be writing it
 * @returns shares of the draws, and intervals that hold 90 % of the draws, in the metrics' units
 * @throws InputError if it holds no study or is damaged, a metric is unknown, draws or seed are out of range, or the
 * chip is coupled: its prices are parameters
 */
export function confidence(database: string, request: ConfidenceRequest = {}): FrontConfidence {
  checkedOptions("confidence", request, {
    objectives: "list of text",
    where: "text or null",
    draws: "whole number from 1",
    seed: "whole number",
    explains: "boolean",
  });
  const { objectives = [], where = null, draws = USUAL_DRAWS, seed = 1, explains = false } = request;
  return withStore(database, (store) => {
    const found = drawnFront(store, demandUncertain(store), { objectives, where, draws, seed, explains });
    store.demandSound(); // results beyond the limits were drawn, too, and the sum over the feasible ones does not hold them
    return found;
  });
}

/**
 * Confidence of a study's front by its own objectives; null for a coupled chip. @throws InputError if draws or seed are
 * out of range.
 */
export function frontConfidence(store: Store, options: DrawOptions): FrontConfidence | null {
  drawsOf(options);
  const { draws = USUAL_DRAWS, seed = 1 } = options;
  const uncertain = uncertainPointsOf(store);
  return uncertain === null ? null : drawnFront(store, uncertain, { objectives: [], where: null, draws, seed, explains: false });
}

/** True for a coupled chip, whose prices are parameters without an error. */
export const isWithoutErrors = (database: string): boolean => withStore(database, isOfCoupled);

/** True if prices can be drawn for a study's front; the prices of a coupled chip are parameters. */
export const isDrawn = (database: string): boolean => withStore(database, (store) => uncertainPointsOf(store) !== null);

function drawnFront(
  store: Store,
  uncertain: UncertainPoints,
  { objectives, where, draws, seed, explains }: Required<ConfidenceRequest>,
): FrontConfidence {
  const { count } = drawsOf({ draws, seed });
  const report = frontReport(store, { objectives, where });
  const chosen = new Objectives(
    { objectives: report.objectives.map((o) => ({ ...o, metric: metricOf(o.metric) })), constraints: [], referencePoint: null },
    report.parameters,
    "--objectives",
  );
  const ids = reportedIds(store, { objectives, where });
  const candidates = [...store.points("p.state = 'done'")].filter(({ id }) => ids.has(id));
  const values = new Map(candidates.map((point) => [point.id, point.values]));
  const { sweep } = studyOf(store);
  const limits = new Objectives(sweep, report.parameters);
  const found = confidenceOf(
    candidates.flatMap((point) => uncertain(point) ?? []),
    chosen,
    {
      ...{ draws: count, seed, explains },
      // the front as it is printed: of quantiles, if those are the objectives
      stored: report.rows.map(({ id }) => id),
      conditionsOf: ({ id }) => limits.conditions(values.get(id) ?? {}),
    },
  );
  const bounds = { constraints: sweep.constraints, refused: refusedByChip(store, limits) };
  return { objectives: report.objectives, where, different: report.view.different, otherBuild: report.otherBuild, ...bounds, ...found };
}

/**
 * The share of the usual draws in which each of the points `ids` is better than the first. Points without a result are
 * left out; empty for a coupled chip.
 */
export function differencesTo(
  store: Store,
  first: StoredPoint,
  ids: readonly number[],
): readonly { readonly id: number; readonly better: readonly ShareBetter[] }[] {
  const uncertain = uncertainPointsOf(store);
  const own = uncertain?.(first) ?? null;
  if (uncertain === null || own === null) return [];
  const draws = drawsOf({});
  return ids.flatMap((id) => {
    const other = uncertain(pointOf(store, id));
    return other === null ? [] : [{ id, better: sharesBetter(own, other, draws) }];
  });
}

/** How sure the order of two points is, with the usual draws. */
interface PairConfidence {
  /** For metrics with errors of prices or samples. */
  readonly better: readonly ShareBetter[];
  /** Most timed utterances of one of the two. */
  readonly timedUtterances: number;
  /** Whether they compute the same, so that both accuracies are one number. */
  readonly isOneRun: boolean;
  /**
   * How their decisions go together; null if they compute the same, share no utterance, or the database does not say.
   */
  readonly paired: PairedRuns | null;
  /** Per metric: the causes that decide by how much the second point is better than the first. */
  readonly causes: ReturnType<typeof pairCauses>;
}

/** Empty if one of the two has no result. */
export function pairConfidence(store: Store, first: StoredPoint, second: StoredPoint): PairConfidence {
  const uncertain = uncertainPointsOf(store);
  const [a, b] = [first, second].map((point) => uncertain?.(point) ?? null);
  if (a === null || b === null) return { better: [], timedUtterances: 0, isOneRun: false, paired: null, causes: [] };
  const draws = drawsOf({});
  const isOneRun = a.functionalKey === b.functionalKey;
  const paired = isOneRun || a.run === null || b.run === null ? null : pairedRuns(a.run, b.run);
  const timedUtterances = Math.max(a.timed.count, b.timed.count);
  return { better: sharesBetter(a, b, draws), timedUtterances, isOneRun, paired, causes: pairCauses(a, b, draws) };
}
