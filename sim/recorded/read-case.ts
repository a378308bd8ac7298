/** Reads the texts of a conformance case's folder. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { MIB } from "../../base/bytes.js";
import { withProblems } from "../../base/errors.js";
import { readFolder, readText } from "../../base/read-file.js";

/** Case files are text; a larger file is not a case file. */
const WANTED = { what: "case file", mostBytes: 256 * MIB, fix: "name a folder with a recorded case" };
const WANTED_FOLDER = { what: "folder", fix: WANTED.fix };
/** Extensions of case files; other files in a case folder are listed, never read. */
const CASE_FILE = /\.(csv|hex|json|txt)$/;

/** Texts of a case folder by name. */
export function caseFiles(folder: string): Map<string, string> {
  const names = namesIn(folder, "file").filter((name) => !/^(README|\.)/i.test(name));
  return new Map(names.map((name) => [name, CASE_FILE.test(name) ? readText(join(folder, name), WANTED) : ""]));
}

/** A problem in a case's file, with or without a line. */
const IN_CASE_FILE = /^[^/\\]+\.(csv|hex|json|txt)(:\d+)?$/;

/** Runs with problems in a case's files placed in their folder. @throws InputError */
export const inFolder = <Found>(folder: string, run: () => Found): Found =>
  withProblems(run, (problem) => (IN_CASE_FILE.test(problem.file) ? { ...problem, file: join(folder, problem.file) } : problem));

/** Names of a folder's files or folders in order; symbolic links are followed. */
export function namesIn(folder: string, kind: "file" | "folder"): string[] {
  const names = readFolder(folder, WANTED_FOLDER).filter((name) => {
    const entry = statSync(join(folder, name), { throwIfNoEntry: false });
    return kind === "file" ? entry?.isFile() : entry?.isDirectory();
  });
  return names.sort();
}
