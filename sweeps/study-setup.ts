/** The parts of a study, how it starts and ends, and the record of it that the store keeps. Pure. */
import type { SweepSpec } from "../arch/index.js";
import { hashJson, type Json } from "../base/hash.js";
import type { Clock } from "./engine/clock.js";
import type { Engine } from "./engine/engine.js";
import type { InputSource } from "./input-guard.js";
import type { Input } from "./inputs.js";
import type { PointSource } from "./points.js";
import type { Store, StudyRecord } from "./store/sqlite.js";
import { searched } from "./store/study-row.js";

export interface StudySetup extends PointSource, InputSource {
  readonly name: string;
  /** Path of the description, as the user typed it. */
  readonly file: string;
  readonly spec: SweepSpec;
  /** Version of this program, or name and version of the evaluator that tells the results. */
  readonly engineVersion: string;
  /** Inputs of all points: program, tables, plug-ins, files that the description extends. */
  readonly inputs: readonly Input[];
  readonly provenance: Json;
}

export interface SearchLimits {
  /** No more questions after this time; null: no limit. */
  readonly timeLimitMs: number | null;
  /** No more questions after this many points, in ask order, without a rise of the hypervolume; null: no limit. */
  readonly patience: number | null;
}

export interface SearchStart {
  /** Most points at a time, as the store records it. */
  readonly workers: number;
  /** Runs failed and timed-out points of earlier sessions again that this search asks; the others stay as they are. */
  readonly retryFailed: boolean;
  /** If an input differs from that of the stored points, they are asked again, and the old results are kept apart. */
  readonly rerun: boolean;
}

export interface SearchEffects {
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: Clock;
}

/**
 * The record of a study that the store keeps. Its identity is the search and its plug-ins (their samplers, models and
 * parts); all other inputs belong to its edition.
 */
export function studyRecord({ spec, name, document, inputs, engineVersion }: StudySetup): StudyRecord {
  const sweep = JSON.parse(JSON.stringify(spec)) as SweepSpec;
  const plugins = [...new Set(inputs.flatMap(({ kind, sha256 }) => (kind === "plugin" ? [sha256] : [])))].sort();
  const identity = hashJson({ sweep: searched(spec), ...(plugins.length === 0 ? {} : { plugins }) });
  return { name, identity, sweep, document, inputs, budget: spec.sampler.budget, engineVersion };
}

/** Name of a study on a server: equal for the same search over the same description with the same plug-ins. */
export function studyName(setup: StudySetup): string {
  return hashJson([studyRecord(setup).identity, setup.document]);
}
