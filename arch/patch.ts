/** A design point: values laid over a parsed description, checked again by the same rules. */
import type { Json } from "../base/hash.js";
import { type AnyExperiment, coupledModelOf, coupledPaths, resolveCoupled } from "./coupled-experiment.js";
import type { Experiment } from "./experiment.js";
import { toJson } from "./located.js";
import { groundDocument, laidOver } from "./overlay.js";
import type { ParsedDescription } from "./parse.js";
import { parsePath } from "./path.js";
import { resolveDocument } from "./resolve.js";

export interface PatchedDescription {
  /** Complete and canonical: equal documents are equal design points. */
  readonly document: Json;
  readonly experiment: AnyExperiment;
}
export interface PatchedArch extends PatchedDescription {
  readonly experiment: Experiment;
}
type Whole = Pick<ParsedDescription, "document" | "file">;
type Values = { readonly [path: string]: Json };

/** Values by path, e.g. `{"tile.core.lanes": 8}`. @throws InputError for unknown paths and for whatever the values break. */
export function patchPoint({ document, file }: Whole, values: Values): PatchedArch {
  const whole = laidOver(document, file, values, parsePath);
  return { document: toJson(whole), experiment: resolveDocument(whole) };
}

/** As `patchPoint`, without the document. */
export function patchDocument({ document, file }: Whole, values: Values): Experiment {
  return resolveDocument(laidOver(document, file, values, parsePath));
}

/** As `patchPoint`, of a description of either kind. */
export function patchDescription(parsed: Whole, values: Values): PatchedDescription {
  const { document, file } = parsed;
  const model = coupledModelOf(groundDocument(document, file));
  if (model === null) return patchPoint(parsed, values);
  const whole = laidOver(document, file, values, coupledPaths(model));
  return { document: toJson(whole), experiment: resolveCoupled(whole, model) };
}

/** As `patchDescription`, without the document. */
export function patchExperiment(parsed: Whole, values: Values): AnyExperiment {
  const { document, file } = parsed;
  const model = coupledModelOf(groundDocument(document, file));
  if (model === null) return patchDocument(parsed, values);
  return resolveCoupled(laidOver(document, file, values, coupledPaths(model)), model);
}
