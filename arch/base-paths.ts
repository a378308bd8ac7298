/**
 * Relative paths of an extended file, which mean what is beside that file, rewritten for the description that extends
 * it. A path at which nothing is beside the extended file stays: it is looked up as one of the description. Pure.
 */
import { isAbsolute, join, relative, resolve } from "node:path";
import { entryOf, type Located, type LocatedMap, nodeAt, withEntry } from "./located.js";

/** Keys whose value may be a file or folder beside the description; `*`: any name. */
const PATH_KEYS: readonly (readonly string[])[] = [
  ["network", "model"],
  ["training", "base"],
  ["workload", "path"],
  ["workload", "labels"],
  ["workload", "case"],
  ["workload", "inputs", "*", "path"],
];

/** `source`, which is in folder `own`, with paths for a description in folder `user`. `exists`: something is there. */
export function withBasePaths(source: LocatedMap, own: string, user: string, exists: (path: string) => boolean): LocatedMap {
  const rewrite = (node: Located): Located => {
    if (node.kind === "list") return { ...node, items: node.items.map(rewrite) };
    if (node.kind === "map") return ["sweep", "values"].reduce((map, key) => rewritten(map, [key], rewrite), node);
    const { value } = node;
    if (typeof value !== "string" || value === "" || isAbsolute(value) || !exists(resolve(own, value))) return node;
    return { ...node, value: join(relative(user, own), value) };
  };
  if (own === user) return source;
  const inPlace = PATH_KEYS.reduce((map, keys) => rewritten(map, keys, rewrite), source);
  return rewritten(inPlace, ["sweep", "parameters"], (list) => withParameters(list, rewrite));
}

/** Values of the parameters that a search lists by path. */
function withParameters(list: Located, rewrite: (node: Located) => Located): Located {
  if (list.kind !== "list") return list;
  const isOfPath = (parameter: Located): boolean => {
    const path = nodeAt(parameter, ["path"]);
    return path?.kind === "scalar" && PATH_KEYS.some((keys) => matches(String(path.value), keys));
  };
  return {
    ...list,
    items: list.items.map((item) => (item.kind === "map" && isOfPath(item) ? rewritten(item, ["values"], rewrite) : item)),
  };
}

const matches = (path: string, keys: readonly string[]): boolean => {
  const parts = path.split(".");
  return parts.length === keys.length && keys.every((key, i) => key === "*" || key === parts[i]);
};

/** The map with the values at `keys` changed; it is the same if there are none. */
function rewritten(map: LocatedMap, [key, ...rest]: readonly string[], change: (node: Located) => Located): LocatedMap {
  if (key === "*") return [...map.entries.keys()].reduce((result, name) => rewritten(result, [name, ...rest], change), map);
  const below = entryOf(map, key);
  if (below === undefined) return map;
  if (rest.length === 0) return withEntry(map, key, change(below));
  return below.kind === "map" ? withEntry(map, key, rewritten(below, rest, change)) : map;
}
