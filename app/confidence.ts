/** How sure a front is, with the errors of prices and of accuracy drawn. Effects: reads the database. */
import { ofKind, patchDocument, patchExperiment } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import {
  type Confidence,
  confidenceOf,
  Draws,
  frontReport,
  Objectives,
  pairCauses,
  reportedIds,
  type ShareBetter,
  Space,
  type StoredPoint,
  sharesBetter,
  type UncertainPoint,
  uncertainPoint,
} from "../sweeps/index.js";
import type { ParetoOptions } from "./pareto.js";
import { type Store, studyOf, withStore } from "./stored.js";

export type { CauseIndex, Confidence, Intervals, MetricInterval, PointConfidence, ShareBetter } from "../sweeps/index.js";

/** How prices are drawn. */
export interface DrawOptions {
  /** How often, 1 .. 100,000; 1000 tell a share to about 2 points. */
  readonly draws?: number;
  /** A whole number; the same one gives the same draws. */
  readonly seed?: number;
}

/** Prices drawn, and which front is asked for. */
export interface ConfidenceRequest extends Pick<ParetoOptions, "objectives" | "where">, DrawOptions {
  /** With what decides the front and each point's place on it (Sobol's indices by kind of cause); takes several times as long. */
  readonly explains?: boolean;
}

/** Where a thousand draws leave the share of a coin's side between 47 and 53 %. */
const USUAL_DRAWS = 1000;
/** A list of so many numbers is kept for every cause of error. */
const MOST_DRAWS = 100_000;

/**
 * Draws the prices behind a study's points within their errors, and its accuracies within those of their samples, and says how often each point is on
 * the front. Points are those within the study's limits as stored; time is taken as exact.
 *
 * @param database a result database; a sweep may still be writing it
 * @returns shares of the draws, and intervals of nine tenths in the metrics' units
 * @throws InputError where it holds no study, a metric is unknown, draws or seed are out of range, or the chip is a coupled one, whose prices are
 * parameters
 */
export function confidence(
  database: string,
  { objectives = [], where = null, draws = USUAL_DRAWS, seed = 1, explains = false }: ConfidenceRequest = {},
): Confidence {
  const { count } = drawsOf({ draws, seed });
  return withStore(database, (store) => {
    const uncertain = uncertainPointOf(store);
    if (uncertain === null)
      throw inputError(database, "is of a coupled chip, whose prices are parameters of its own", "sweep power.* of its description");
    const report = frontReport(store, { objectives, where });
    const chosen = new Objectives(
      { objectives: report.objectives, constraints: [], referencePoint: null },
      report.parameters,
      "--objectives",
    );
    const ids = reportedIds(store, { objectives, where });
    const points = [...store.points("p.state = 'done'")].flatMap((point) => (ids.has(point.id) ? (uncertain(point) ?? []) : []));
    return confidenceOf(points, chosen, { draws: count, seed, explains });
  });
}

/** @throws InputError where their number or seed is out of range. */
export function drawsOf({ draws = USUAL_DRAWS, seed = 1 }: DrawOptions): Draws {
  if (!Number.isInteger(draws) || draws < 1 || draws > MOST_DRAWS)
    throw inputError("draws", `got ${draws}, expected a whole number from 1 to ${MOST_DRAWS}`, "1000 tell a share to about 2 points");
  if (!Number.isSafeInteger(seed)) throw inputError("seed", `got ${seed}, expected a whole number`, "e.g. 1");
  return new Draws(draws, seed);
}

/** In how many of the usual draws the second point is better than the first; none of a coupled chip, or where one has no result. */
export function sharesBetterOf(store: Store, first: StoredPoint, second: StoredPoint): readonly ShareBetter[] {
  const uncertain = uncertainPointOf(store);
  const [a, b] = [first, second].map((point) => uncertain?.(point) ?? null);
  return a === null || b === null ? [] : sharesBetter(a, b, { draws: USUAL_DRAWS, seed: 1 });
}

/** What decides by how much the second point is better than the first, of each metric: causes by name, at most the usual draws. */
export function pairCausesOf(store: Store, first: StoredPoint, second: StoredPoint): ReturnType<typeof pairCauses> {
  const uncertain = uncertainPointOf(store);
  const [a, b] = [first, second].map((point) => uncertain?.(point) ?? null);
  return a === null || b === null ? [] : pairCauses(a, b, { draws: USUAL_DRAWS, seed: 1 });
}

/** What is known of a stored point of the study, null without a result; null for a coupled chip. */
function uncertainPointOf(store: Store): ((point: StoredPoint) => UncertainPoint | null) | null {
  const study = studyOf(store);
  const at = { document: study.document, file: store.file };
  const isBoard = ofKind(patchExperiment(at, {}), { board: () => true, coupled: () => false });
  if (!isBoard) return null;
  const space = new Space(study.sweep.parameters);
  return ({ id, values }) => {
    const result = store.result(id);
    if (result === null) return null;
    const experiment = patchDocument(at, space.byPath(values));
    return uncertainPoint(experiment, { id, metrics: result.metrics, breakdown: result.breakdown }, result);
  };
}
