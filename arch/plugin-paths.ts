/**
 * The plug-ins that a description names, with paths relative to the file that names them. Opening a description loads
 * them; reading it never does. Pure.
 */
import { dirname, resolve } from "node:path";
import type { Problem } from "../base/errors.js";
import { entryOf, type LocatedMap, type Place, problemAt } from "./located.js";

export interface NamedPlugin {
  /** As written. */
  readonly name: string;
  readonly path: string;
  readonly at: Place;
}

const MOST = 16;

export function pluginPaths(source: LocatedMap, problems: Problem[]): readonly NamedPlugin[] {
  const list = entryOf(source, "plugins");
  if (list === undefined) return [];
  const refuse = (at: Place, path: string): readonly NamedPlugin[] => {
    problems.push(problemAt(at, path, "expected a list of files", "e.g. plugins: [./my-plugin.mjs]"));
    return [];
  };
  if (list.kind !== "list" || list.items.length > MOST) return refuse(list.at, "plugins");
  return list.items.flatMap((item, i) =>
    item.kind === "scalar" && typeof item.value === "string" && item.value !== ""
      ? [{ name: item.value, path: resolve(dirname(item.at.file), item.value), at: item.at }]
      : refuse(item.at, `plugins[${i}]`),
  );
}
