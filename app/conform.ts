/** Compares models of open RTL designs with recorded runs of those designs. Effects: reads files. */
import { join } from "node:path";
import { pathOf } from "../arch/index.js";
import { packageRoot } from "../base/package-root.js";
import { type ConformedCase, caseFolders, conformFolder } from "../sim/recorded/index.js";

export type { ConformedCase } from "../sim/recorded/index.js";

/**
 * Runs every case below a folder and compares every row of every file. The next case runs when the caller asks for it.
 *
 * @param folder a folder with cases at any depth (a case is a folder with a `case.json` or `case.txt`), or a shipped
 * case's name; default: all shipped cases
 * @throws InputError if there is no such folder, or no case below it. A case that cannot run is returned with its
 * `problem`.
 */
export function* conform(folder = join(packageRoot(), "test", "conformance")): Generator<ConformedCase> {
  const root = pathOf(folder, "case");
  for (const one of caseFolders(root)) yield conformFolder(root, one);
}
