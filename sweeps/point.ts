/** Identity of a design point: the SHA-256 of everything that its result depends on. */

import { type AnyExperiment, saidBy } from "../arch/index.js";
import { hashJson, type Json } from "../base/hash.js";

/** Content hashes of what a point reads besides its configuration. */
export interface PointInputs {
  readonly modelHash: string;
  readonly dataHash: string;
}

/** Plain JSON of a frozen value; keys are computed over it. */
export function jsonOf(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/**
 * Key of a point whose description is valid: configuration, workload, model, data and program (`build`, a content
 * hash). File names do not matter, contents do.
 */
export function pointKey(experiment: AnyExperiment, inputs: PointInputs, build: string): string {
  const { config, workload } = saidBy(experiment);
  return hashJson({
    config: jsonOf(config),
    workload: jsonOf(workload),
    model: inputs.modelHash,
    data: inputs.dataHash,
    build,
  });
}

/** Key of a point whose description is refused: the base document and the values of the point. */
export function refusedKey(documentHash: string, values: Json, build: string): string {
  return hashJson({ document: documentHash, values, build });
}

/** Key of a trial. It differs from the point's key even if the share of few utterances is all of them. */
export function trialKey(key: string, fidelity: number): string {
  return fidelity === 1 ? key : hashJson({ key, fidelity });
}
