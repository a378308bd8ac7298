/** What a study is made of, and what the store keeps of it. Pure. */
import type { SweepSpec } from "../arch/index.js";
import { hashJson, type Json } from "../base/hash.js";
import type { InputSource } from "./input-guard.js";
import type { Input } from "./inputs.js";
import type { PointSource } from "./points.js";
import type { StudyRecord } from "./store/sqlite.js";
import { searched } from "./store/study-row.js";

export interface StudySetup extends PointSource, InputSource {
  readonly name: string;
  /** The description, as the user typed it. */
  readonly file: string;
  readonly spec: SweepSpec;
  readonly engineVersion: string;
  /** Inputs that all points have: program, tables, plug-ins, files behind the description. */
  readonly inputs: readonly Input[];
  readonly provenance: Json;
}

/**
 * What the store keeps of a study. Its identity is what is searched, and by which plug-ins: their samplers, models and
 * parts. What else it is run on is its edition.
 */
export function studyRecord({ spec, name, document, inputs, engineVersion }: StudySetup): StudyRecord {
  const sweep = JSON.parse(JSON.stringify(spec)) as SweepSpec;
  const plugins = [...new Set(inputs.flatMap(({ kind, sha256 }) => (kind === "plugin" ? [sha256] : [])))].sort();
  const identity = hashJson({ sweep: searched(spec), ...(plugins.length === 0 ? {} : { plugins }) });
  return { name, identity, sweep, document, inputs, budget: spec.sampler.budget, engineVersion };
}

/** What a study is called where others meet it: the same search on the same description, by the same plug-ins. */
export function studyName(setup: StudySetup): string {
  return hashJson([studyRecord(setup).identity, setup.document]);
}
