/** Reads conformance cases from disk and runs them: every folder with a `case.json`, in path order. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { InputError, inputError, packageRoot, parseCoupledChip } from "../arch/index.js";
import { type CaseResult, conformCase, designOf, type RecordedChip, type RecordedModel } from "../sim/index.js";

/** One case's outcome; `problem` says why it could not be run at all. */
export interface ConformedCase {
  /** Path below the folder asked for. */
  readonly name: string;
  readonly design: RecordedModel | null;
  readonly result: CaseResult | null;
  readonly problem: string | null;
}

/** Files of cases are text; anything larger is no case file. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** Every folder below `root` (itself included) that holds a `case.json`. Throws InputError if there is none. */
export function caseFolders(root: string): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    if (existsSync(join(folder, "case.json"))) found.push(folder);
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== "node_modules");
    for (const name of entries.map((entry) => entry.name).sort()) visit(join(folder, name));
  };
  visit(root);
  if (found.length === 0) throw inputError(root, "no case below this folder", "a case is a folder with a case.json; see test/conformance");
  return found;
}

/** The shipped description of a design. */
export function shippedRecordedChip<Model extends RecordedModel>(model: Model): Extract<RecordedChip, { model: Model }> {
  const file = join(packageRoot(), "arch", "chips", `${model}.yaml`);
  const chip = parseCoupledChip(readFileSync(file, "utf8"), file);
  if (chip.model !== model) throw inputError(file, `describes ${chip.model}, expected ${model}`);
  return chip as Extract<RecordedChip, { model: Model }>;
}

export function conformFolder(root: string, folder: string): ConformedCase {
  const name = relative(root, folder) || ".";
  let design: RecordedModel | null = null;
  try {
    const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && !/^(README|\.)/i.test(entry.name));
    const files = new Map(names.map((entry) => [entry.name, readText(join(folder, entry.name))]));
    design = designOf(files, resolve(folder).split(sep));
    return { name, design, result: conformCase(shippedRecordedChip(design), files), problem: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { name, design, result: null, problem: error.message };
  }
}

function readText(path: string): string {
  const bytes = readFileSync(path);
  if (bytes.length > MAX_FILE_BYTES) throw inputError(path, `is ${bytes.length} bytes, at most ${MAX_FILE_BYTES} are read`);
  return bytes.toString("utf8");
}

/** What is printed for one case. */
export function caseLines(run: ConformedCase): string[] {
  const title = `${run.name}${run.design === null ? "" : ` (${run.design})`}`;
  if (run.result === null) return [`ERROR ${title}`, `      ${run.problem}`];
  const ignored = run.result.unknownFiles.length === 0 ? "" : `; not compared: ${run.result.unknownFiles.join(", ")}`;
  const difference = run.result.firstDifference;
  if (difference === null) return [`OK    ${title}: ${run.result.compared} rows and values identical${ignored}`];
  const place = typeof difference.row === "number" ? `row ${difference.row}` : difference.row;
  return [
    `DIFF  ${title}: ${difference.file}, ${place}${ignored}`,
    `      expected ${difference.expected ?? "(end of file)"}`,
    `      got      ${difference.got ?? "(end of file)"}`,
  ];
}
