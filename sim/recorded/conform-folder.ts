/**
 * Reads conformance cases from disk and runs them: every folder with a `case.json` (or `case.txt`), in order of paths.
 */
import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { CoupledModelName } from "../../arch/index.js";
import { InputError, InvariantError, inputError } from "../../base/errors.js";
import { type CaseResult, conformCase, designOf } from "./conform.js";
import { caseFiles, namesIn } from "./read-case.js";
import { recordedChip } from "./shipped-chip.js";

/** Result of one case; `problem` says why it could not run. */
export interface ConformedCase {
  /** Path below the folder that was asked for. */
  readonly name: string;
  /** Core model of the case; null: the case could not be read. */
  readonly design: CoupledModelName | null;
  /** Rows compared, and those that differ; null if the case could not run. */
  readonly result: CaseResult | null;
  /** Why it could not be read or run; null if it ran. */
  readonly problem: string | null;
}

const MARKERS = ["case.json", "case.txt"] as const;

/**
 * Every folder below `root` (itself included, links followed once) that holds a `case.json` or `case.txt`. Throws
 * InputError if there is none.
 */
export function caseFolders(root: string): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const visit = (folder: string): void => {
    const real = realpathSync(folder);
    if (seen.has(real)) return;
    seen.add(real);
    if (MARKERS.some((marker) => existsSync(join(folder, marker)))) found.push(folder);
    for (const name of namesIn(folder, "folder")) if (name !== "node_modules") visit(join(folder, name));
  };
  if (!existsSync(root)) throw inputError(root, "no such folder", "snn-dse conform runs the shipped cases");
  visit(root);
  if (found.length === 0) throw inputError(root, "no case below this folder", "a case is a folder with a case.json; see test/conformance");
  return found;
}

export function conformFolder(root: string, folder: string): ConformedCase {
  const name = relative(root, folder) || ".";
  let design: CoupledModelName | null = null;
  try {
    const files = caseFiles(folder);
    design = designOf(files, resolve(folder).split(sep));
    return { name, design, result: conformCase(recordedChip(design), files), problem: null };
  } catch (error) {
    // a case that cannot be read or run must not hide the others
    if (error instanceof InputError || isFileError(error)) return { name, design, result: null, problem: error.message };
    if (error instanceof InvariantError) return { name, design, result: null, problem: `a defect of the model: ${error.message}` };
    throw error;
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
