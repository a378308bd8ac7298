/**
 * Values that name something outside the description: data sets, model files. Those that a search goes through are
 * looked up like the one written.
 */
import type { Problem } from "../base/errors.js";
import { type Located, type LocatedMap, nodeAt, type Place, problemAt } from "./located.js";
import type { WrittenParameter } from "./sweep-section.js";

interface NamedValue {
  readonly name: string;
  readonly at: Place;
}

/** Every text at a path: as written, or each of a search's list. */
function namesAt(document: Located, keys: readonly string[], written: readonly WrittenParameter[]): NamedValue[] {
  const path = keys.join(".");
  const parameters = written.filter((parameter) => parameter.path === path);
  const listed = parameters.flatMap(({ domain }) => {
    const values = nodeAt(domain, ["values"]);
    return values?.kind === "list" ? values.items : [];
  });
  // Where the search stands in place of the value, the document holds the first of its list.
  const plain = parameters.some(({ inline }) => inline) ? undefined : nodeAt(document, keys);
  return [plain, ...listed].flatMap((node) =>
    node?.kind === "scalar" && typeof node.value === "string" ? [{ name: node.value, at: node.at }] : [],
  );
}

/** A problem for each named value at `keys` of which `wrong` says what to do about it; null: it is there. */
export function checkNamed(
  document: LocatedMap,
  keys: readonly string[],
  written: readonly WrittenParameter[],
  wrong: (name: string) => { readonly message: string; readonly fix: string } | null,
  problems: Problem[],
): void {
  for (const { name, at } of namesAt(document, keys, written)) {
    const found = wrong(name);
    if (found !== null) problems.push(problemAt(at, keys.join("."), found.message, found.fix));
  }
}
