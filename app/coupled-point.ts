/** One point of a chip whose time feeds back into function. Effects: reads the case's files. */
import { type CoupledExperiment, ofKind } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { hashJson, type Json } from "../base/hash.js";
import type { Result } from "../sim/index.js";
import { type CaseFiles, evaluateCoupled } from "../sim/recorded/index.js";
import { loadCase } from "./inputs.js";
import { type Description, type Values, withValues } from "./open.js";

export type CoupledMetrics = Result["metrics"];

export interface CoupledPoint {
  readonly experiment: CoupledExperiment;
  readonly document: Json;
  readonly files: CaseFiles;
}

/** @throws InputError for an ordinary chip, for values out of their bounds, or for a case that cannot be read. */
export function readCoupledPoint(description: Description, values: Values): CoupledPoint {
  const { file } = description;
  const { experiment: described, document } = withValues(description, values, "--set");
  const experiment = ofKind<CoupledExperiment>(described, {
    board: () => {
      throw inputError(file, "describes an ordinary chip");
    },
    coupled: (coupled) => coupled,
  });
  const { workload } = experiment;
  return { experiment, document, files: workload.kind === "case" ? loadCase(workload.folder, file) : new Map() };
}

export function evaluateCoupledPoint({ experiment, files }: CoupledPoint): Result {
  const provenance = { modelHash: hashJson({ model: experiment.chip.model }), dataHash: hashJson(Object.fromEntries(files)) };
  return evaluateCoupled(experiment, files, provenance).result;
}
