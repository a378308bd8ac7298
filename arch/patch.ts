/** A design point: values laid over a parsed description, checked again by the same rules. */
import { InputError, type Problem } from "./base/errors.js";
import type { Json } from "./base/hash.js";
import type { Experiment } from "./experiment.js";
import { type LocatedMap, locatedFromJson, problemAt, toJson } from "./located.js";
import type { ParsedArch } from "./parse.js";
import { parsePath, setAt } from "./path.js";
import { resolveDocument } from "./resolve.js";

export interface PatchedArch {
  /** Complete and canonical: equal documents are equal design points. */
  readonly document: Json;
  readonly experiment: Experiment;
}

/** Values by path, e.g. `{"tile.core.lanes": 8}`. @throws InputError for unknown paths and for whatever the values break. */
export function patchPoint(parsed: Pick<ParsedArch, "document" | "file">, values: { readonly [path: string]: Json }): PatchedArch {
  const problems: Problem[] = [];
  let document = locatedFromJson(parsed.document, parsed.file) as LocatedMap;
  for (const [text, value] of Object.entries(values)) {
    const path = parsePath(text);
    const node = locatedFromJson(value, parsed.file);
    if ("wrong" in path) problems.push(problemAt(node.at, text, path.wrong, path.fix));
    else document = setAt(document, path, node);
  }
  if (problems.length > 0) throw new InputError(problems);
  return { document: toJson(document), experiment: resolveDocument(document) };
}

export function patchDocument(parsed: Pick<ParsedArch, "document" | "file">, values: { readonly [path: string]: Json }): Experiment {
  return patchPoint(parsed, values).experiment;
}
