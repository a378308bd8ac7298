/** How sure a front is, with the errors of prices and of accuracy drawn. Effects: reads the database. */
import { type Experiment, ofKind, patchDocument, patchExperiment } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { functionalKey, priceErrors } from "../sim/index.js";
import {
  type Confidence,
  confidenceOf,
  frontReport,
  Objectives,
  type PointValues,
  reportedIds,
  Space,
  type UncertainPoint,
} from "../sweeps/index.js";
import type { ParetoOptions } from "./pareto.js";
import { studyOf, withStore } from "./stored.js";

export type { Confidence, Interval, PointConfidence } from "../sweeps/index.js";

/** Prices drawn, and which front is asked for. */
export interface ConfidenceRequest extends Pick<ParetoOptions, "objectives" | "where"> {
  /** How often prices are drawn; 1000 tell a share to about 2 points. */
  readonly draws?: number;
  readonly seed?: number;
}

/** Where a thousand draws leave the share of a coin's side between 47 and 53 %. */
const USUAL_DRAWS = 1000;

/**
 * Draws the prices behind a study's points within their errors, and its accuracies within those of their samples, and says how often each point is on
 * the front. Points are those within the study's limits as stored; time is taken as exact.
 *
 * @param database a result database; a sweep may still be writing it
 * @returns shares of the draws, and intervals of nine tenths in the metrics' units
 * @throws InputError where it holds no study, a metric is unknown, or the chip is a coupled one, whose prices are parameters
 */
export function confidence(
  database: string,
  { objectives = [], where = null, draws = USUAL_DRAWS, seed = 1 }: ConfidenceRequest = {},
): Confidence {
  return withStore(database, (store) => {
    const study = studyOf(store);
    ofKind(patchExperiment({ document: study.document, file: database }, {}), {
      board: () => {},
      coupled: () => {
        throw inputError(database, "is of a coupled chip, whose prices are parameters of its own", "sweep power.* of its description");
      },
    });
    const space = new Space(study.sweep.parameters);
    const experimentOf = (values: PointValues): Experiment =>
      patchDocument({ document: study.document, file: database }, space.byPath(values));
    const report = frontReport(store, { objectives, where });
    const chosen = new Objectives(
      { objectives: report.objectives, constraints: [], referencePoint: null },
      report.parameters,
      "--objectives",
    );
    const points: UncertainPoint[] = [];
    const ids = reportedIds(store, { objectives, where });
    for (const { id, values } of [...store.points("p.state = 'done'")]) {
      const result = ids.has(id) ? store.result(id) : null;
      if (result === null) continue;
      const experiment = experimentOf(values);
      const { utterances, modelHash, dataHash } = result.provenance;
      const errors = priceErrors(experiment.chip);
      points.push({
        ...{ id, metrics: result.metrics, breakdown: result.breakdown, errors, utterances },
        functionalKey: functionalKey(experiment, modelHash, dataHash),
      });
    }
    return confidenceOf(points, chosen, { draws, seed });
  });
}
