/** Models of open RTL designs held against recorded runs of those designs. Effects: reads files. */
import { join } from "node:path";
import { pathOf } from "../arch/index.js";
import { packageRoot } from "../base/package-root.js";
import { type ConformedCase, caseFolders, conformFolder } from "../sim/recorded/index.js";

export type { ConformedCase } from "../sim/recorded/index.js";

/**
 * Runs every case below a folder and compares every row of every file, case by case as they are asked for.
 *
 * @param folder a folder with cases at any depth (a case is a folder with a `case.json` or `case.txt`), or a shipped
 * case's name; left out: all that ship
 * @throws InputError where there is no such folder, or no case below it; a case that cannot be run is an answer with
 * its `problem`
 */
export function* conform(folder = join(packageRoot(), "test", "conformance")): Generator<ConformedCase> {
  const root = pathOf(folder, "case");
  for (const one of caseFolders(root)) yield conformFolder(root, one);
}
