/**
 * Checks values that name something outside of the description: data sets, model files. All values of a search are
 * checked, not only the one written.
 */
import type { Problem } from "../base/errors.js";
import { type Located, type LocatedMap, nodeAt, type Place, problemAt } from "./located.js";
import type { WrittenParameter } from "./sweep-section.js";

interface NamedValue {
  readonly name: string;
  readonly at: Place;
}

/** All texts at a path: the one written, or those of a search's list. */
function namesAt(document: Located, keys: readonly string[], written: readonly WrittenParameter[]): NamedValue[] {
  const path = keys.join(".");
  const parameters = written.filter((parameter) => parameter.path === path);
  const listed = parameters.flatMap(({ domain }) => {
    const values = nodeAt(domain, ["values"]);
    return values?.kind === "list" ? values.items : [];
  });
  // If a search replaces the value, the document has the first value of its list.
  const plain = parameters.some(({ inline }) => inline) ? undefined : nodeAt(document, keys);
  return [plain, ...listed].flatMap((node) =>
    node?.kind === "scalar" && typeof node.value === "string" ? [{ name: node.value, at: node.at }] : [],
  );
}

/** Adds a problem for each value at `keys` for which `wrong` returns one; null: the name is known. */
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
