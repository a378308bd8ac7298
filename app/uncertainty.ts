/** The errors of a study's points, and how they are drawn. Effects: reads the database. */
import { type Experiment, type FpgaUse, ofKind, patchDocument, patchExperiment } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { fpgaMetrics, type LineErrors, type Result, withFpgaErrors } from "../sim/index.js";
import {
  Draws,
  demandOwn,
  evaluatorOf,
  type Intervals,
  intervalsOf,
  ownDocument,
  runsOf,
  Space,
  type Store,
  type StoredPoint,
  type UncertainPoint,
  USUAL_DRAWS,
  uncertainPoint,
} from "../sweeps/index.js";
import { checkedOptions } from "./checked-options.js";
import { studyOf } from "./stored.js";

/** How prices are drawn. */
export interface DrawOptions {
  /** Number of draws, 1 to 100,000; 1,000 give a share to about 2 percentage points. */
  readonly draws?: number;
  /** A whole number; the same seed gives the same draws. */
  readonly seed?: number;
}

/** Memory holds this many numbers for every cause of error. */
const MOST_DRAWS = 100_000;

/** @throws InputError if their number or seed is out of range. */
export function drawsOf(options: DrawOptions): Draws {
  const { draws = USUAL_DRAWS, seed = 1 } = checkedOptions("draws", options, { draws: "whole number from 1", seed: "whole number" });
  if (!Number.isInteger(draws) || draws < 1 || draws > MOST_DRAWS)
    throw inputError(
      "draws",
      `got ${draws}, expected a whole number from 1 to ${MOST_DRAWS}`,
      "1000 draws give a share to about 2 percentage points",
    );
  if (!Number.isSafeInteger(seed)) throw inputError("seed", `got ${seed}, expected a whole number`, "e.g. 1");
  return new Draws(draws, seed);
}

/**
 * So many results in succession share the numbers that were made for them, by name: most of their causes are the same.
 * Then the numbers are made anew, so that a program that simulates on and on keeps few.
 */
const SHARING_RESULTS = 32;
let shared = { draws: drawsOf({}), results: 0 };

function usualDraws(): Draws {
  if (shared.results === SHARING_RESULTS) shared = { draws: drawsOf({}), results: 0 };
  shared.results++;
  return shared.draws;
}

/** Intervals of the metrics of one simulated point, from the usual draws. */
export function intervalsOfResult(experiment: Experiment, result: Result): Intervals {
  const { metrics, breakdown } = result;
  return intervalsOf(uncertainPoint(experiment, { id: 1, metrics, breakdown }, result), usualDraws());
}

const NO_ERRORS: LineErrors = { get: () => undefined, exactShare: () => 0 };
const NO_ERROR = { relative: 0, residuals: null };

/** Intervals of an FPGA's resources before a run: those that its result will have. */
export function intervalsOfFpga({ chip, precision }: Pick<Experiment, "chip" | "precision">, use: FpgaUse): Intervals {
  const point: UncertainPoint = {
    ...{ id: 1, metrics: fpgaMetrics(use), breakdown: [], errors: withFpgaErrors(NO_ERRORS, chip, precision, use.errors) },
    ...{ samples: 0, functionalKey: "", run: null, fpga: use.name },
    timed: { count: 0, key: "", energy: NO_ERROR, latency: NO_ERROR, power: NO_ERROR, step: NO_ERROR, turn: NO_ERROR },
  };
  return intervalsOf(point, drawsOf({}));
}

/**
 * The errors of a stored point, by the prices of its edition; null if it has no result, or another evaluator told it.
 */
export type UncertainPoints = (point: Pick<StoredPoint, "id" | "edition" | "values">) => UncertainPoint | null;

/** True if the study's chips are coupled, and this program evaluated them. */
export function isOfCoupled(store: Store): boolean {
  const study = studyOf(store);
  if (evaluatorOf(study.inputs) !== null) return false;
  return ofKind(patchExperiment(ownDocument(store, study), {}), { board: () => false, coupled: () => true });
}

/** null for a coupled chip, whose prices are parameters, and for results that another evaluator told. */
export function uncertainPointsOf(store: Store): UncertainPoints | null {
  const study = studyOf(store);
  if (evaluatorOf(study.inputs) !== null || isOfCoupled(store)) return null;
  const space = new Space(study.sweep.parameters);
  const documents = new Map<number, Json | null>([[study.edition, study.document]]);
  /** null: another evaluator told the results of this edition. */
  const documentOf = (edition: number): Json | null => {
    const known = documents.get(edition);
    if (known !== undefined) return known;
    const stored = store.edition(edition);
    const found = evaluatorOf(stored.inputs) === null ? ownDocument(store, stored).document : null;
    documents.set(edition, found);
    return found;
  };
  const runOf = runsOf(store);
  return ({ id, edition, values }) => {
    const result = store.result(id);
    const document = documentOf(edition);
    if (result === null || document === null) return null;
    const experiment = patchDocument({ document, file: store.file }, space.byPath(values));
    return uncertainPoint(experiment, { id, metrics: result.metrics, breakdown: result.breakdown }, result, runOf);
  };
}

/** @throws InputError for a coupled chip, and for results that another evaluator told. */
export function demandUncertain(store: Store): UncertainPoints {
  demandOwn(studyOf(store).inputs, store.file, "nothing is known of its errors");
  const points = uncertainPointsOf(store);
  if (points !== null) return points;
  throw inputError(store.file, "is of a coupled chip, whose prices are parameters of its own", "sweep power.* of its description");
}
