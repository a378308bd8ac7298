/** A design point: values laid over a parsed description, checked again by the same rules. */
import { InputError, type Problem } from "./base/errors.js";
import type { Json } from "./base/hash.js";
import { type AnyExperiment, coupledModelOf, coupledPaths, resolveCoupled } from "./coupled-experiment.js";
import type { Experiment } from "./experiment.js";
import { type LocatedMap, locatedFromJson, problemAt, toJson } from "./located.js";
import type { ParsedDescription } from "./parse.js";
import { type PathReader, parsePath, setAt } from "./path.js";
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
export function patchPoint(parsed: Whole, values: Values): PatchedArch {
  const document = laidOver(parsed, values, parsePath);
  return { document: toJson(document), experiment: resolveDocument(document) };
}

export function patchDocument(parsed: Whole, values: Values): Experiment {
  return patchPoint(parsed, values).experiment;
}

/** As `patchPoint`, of a description of either kind. */
export function patchDescription(parsed: Whole, values: Values): PatchedDescription {
  const model = coupledModelOf(locatedFromJson(parsed.document, parsed.file) as LocatedMap);
  if (model === null) return patchPoint(parsed, values);
  const document = laidOver(parsed, values, coupledPaths(model));
  return { document: toJson(document), experiment: resolveCoupled(document, model) };
}

function laidOver(parsed: Whole, values: Values, pathOf: PathReader): LocatedMap {
  const problems: Problem[] = [];
  let document = locatedFromJson(parsed.document, parsed.file) as LocatedMap;
  for (const [text, value] of Object.entries(values)) {
    const path = pathOf(text);
    const node = locatedFromJson(value, parsed.file);
    if ("wrong" in path) problems.push(problemAt(node.at, text, path.wrong, path.fix));
    else document = setAt(document, path, node);
  }
  if (problems.length > 0) throw new InputError(problems);
  return document;
}
