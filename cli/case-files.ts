/** Texts of a conformance case's folder. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../base/errors.js";

/** Files of cases are text; anything larger is no case file. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;
/** Endings of case files; others in a case folder are named, never read. */
const CASE_FILE = /\.(csv|hex|json|txt)$/;

/** Texts of a case folder by name. */
export function caseFiles(folder: string): Map<string, string> {
  const names = namesIn(folder, "file").filter((name) => !/^(README|\.)/i.test(name));
  return new Map(names.map((name) => [name, CASE_FILE.test(name) ? readText(join(folder, name)) : ""]));
}

/** Names of a folder's files or folders in order, symbolic links followed. */
export function namesIn(folder: string, kind: "file" | "folder"): string[] {
  const names = readdirSync(folder).filter((name) => {
    const entry = statSync(join(folder, name), { throwIfNoEntry: false });
    return kind === "file" ? entry?.isFile() : entry?.isDirectory();
  });
  return names.sort();
}

function readText(path: string): string {
  const { size } = statSync(path);
  if (size > MAX_FILE_BYTES) throw inputError(path, `is ${size} bytes, at most ${MAX_FILE_BYTES} are read`);
  return readFileSync(path, "utf8");
}
