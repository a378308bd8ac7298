/** One point of a chip whose time feeds back into function. Effects: reads the case's files. */
import { type CoupledChip, type CoupledExperiment, ofKind } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { hashJson, type Json } from "../base/hash.js";
import type { Result } from "../sim/index.js";
import { type CaseFiles, type CoupledRun, coupledInput, designIn, evaluateCoupled, inFolder, runOnInput } from "../sim/recorded/index.js";
import { systemClock } from "../sweeps/index.js";
import { loadCase } from "./inputs.js";
import { type Description, type Values, withValues } from "./open.js";

export type CoupledMetrics = Result["metrics"];

export interface CoupledPoint {
  readonly experiment: CoupledExperiment;
  readonly document: Json;
  readonly files: CaseFiles;
}

/**
 * A case for a chip. @param read finds the files @param option what named the folder, as the place of a problem
 * @throws InputError if it cannot be read, or is a case of another chip
 */
export function caseFor({ model }: CoupledChip, folder: string, read: () => CaseFiles, option: string, path = ""): CaseFiles {
  const files = read();
  const design = inFolder(folder, () => designIn(files));
  if (design === null || design === model) return files;
  throw inputError(
    option,
    `${folder} is a case of ${design}; this chip's model is ${model}`,
    "snn-dse examples case lists what ships",
    path,
  );
}

/** @throws InputError for an ordinary chip, for values out of their bounds, or for a case that cannot be read. */
export function readCoupledPoint(description: Description, values: Values): CoupledPoint {
  const { file } = description;
  const { experiment: described, document } = withValues(description, values, "--set");
  const experiment = ofKind<CoupledExperiment>(described, {
    board: () => {
      throw inputError(file, "describes an ordinary chip", "snn-dse sim runs it");
    },
    coupled: (coupled) => coupled,
  });
  const { workload } = experiment;
  if (workload.kind !== "case") return { experiment, document, files: new Map() };
  const { folder } = workload;
  return { experiment, document, files: caseFor(experiment.chip, folder, () => loadCase(folder, file), file, "workload.case") };
}

export function evaluateCoupledPoint({ experiment, files }: CoupledPoint): Result {
  const provenance = { modelHash: hashJson({ model: experiment.chip.model }), dataHash: hashJson(Object.fromEntries(files)) };
  return inCase(experiment, () => evaluateCoupled(experiment, files, provenance).result);
}

/** Repetitions of a short run, whose code V8 still compiles, and the time after which none begins. */
const [MOST_RUNS, RUNS_MS] = [8, 250];

/** Seconds of the shortest of some runs of the point. */
export function secondsOfPoint(point: CoupledPoint): number {
  const startMs = systemClock.monotonicMs();
  let [leastMs, nowMs] = [Number.POSITIVE_INFINITY, startMs];
  for (let runs = 0; runs < MOST_RUNS && nowMs - startMs < RUNS_MS; runs++) {
    const beginMs = nowMs;
    evaluateCoupledPoint(point);
    nowMs = systemClock.monotonicMs();
    leastMs = Math.min(leastMs, nowMs - beginMs);
  }
  return leastMs / 1000;
}

/** Runs the point, without its result. */
export const runCoupledPoint = ({ experiment, files }: CoupledPoint): CoupledRun =>
  inCase(experiment, () => runOnInput(experiment.chip, coupledInput(experiment, files)));

/** Runs with problems in a recorded case's files placed in its folder. */
const inCase = <Found>({ workload }: CoupledExperiment, run: () => Found): Found =>
  workload.kind === "case" ? inFolder(workload.folder, run) : run();
