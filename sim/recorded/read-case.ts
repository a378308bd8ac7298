/** Texts of a conformance case's folder. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { MIB } from "../../base/bytes.js";
import { readText } from "../../base/read-file.js";

/** Files of cases are text; anything larger is no case file. */
const WANTED = { what: "case file", mostBytes: 256 * MIB, fix: "name a folder with a recorded case" };
/** Endings of case files; others in a case folder are named, never read. */
const CASE_FILE = /\.(csv|hex|json|txt)$/;

/** Texts of a case folder by name. */
export function caseFiles(folder: string): Map<string, string> {
  const names = namesIn(folder, "file").filter((name) => !/^(README|\.)/i.test(name));
  return new Map(names.map((name) => [name, CASE_FILE.test(name) ? readText(join(folder, name), WANTED) : ""]));
}

/** Names of a folder's files or folders in order, symbolic links followed. */
export function namesIn(folder: string, kind: "file" | "folder"): string[] {
  const names = readdirSync(folder).filter((name) => {
    const entry = statSync(join(folder, name), { throwIfNoEntry: false });
    return kind === "file" ? entry?.isFile() : entry?.isDirectory();
  });
  return names.sort();
}
