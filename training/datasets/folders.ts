/**
 * Files and folders of a data set, sorted by the characters of their names; hidden ones are skipped, and a link counts
 * as what it leads to: a file, if that is nothing, which says so when it is read.
 * Effects: reads folders. Throws: InputError if a folder cannot be read.
 */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../../base/errors.js";
import { fileMeaning, systemCode } from "../../base/file-errors.js";

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    throw inputError(path, fileMeaning(error) ?? `cannot be read: ${code}`, "give the folder that holds the recordings");
  }
}

export function isFolder(path: string): boolean {
  return attempt(path, () => statSync(path).isDirectory());
}

/** A link that leads nowhere, or to itself, is none. */
function leadsToFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    if (systemCode(error) === "ELOOP") return false;
    throw error;
  }
}

function namesIn(folder: string, kind: "folders" | "files"): readonly string[] {
  return attempt(folder, () => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => !entry.name.startsWith("."))
    .filter((entry) => (entry.isSymbolicLink() ? leadsToFolder(join(folder, entry.name)) : entry.isDirectory()) === (kind === "folders"))
    .map(({ name }) => name)
    .sort();
}

/** Names of the folders in a folder. */
export const classNames = (folder: string): readonly string[] => namesIn(folder, "folders");

/** Names of the files in a folder that match `wanted`. */
export const filesIn = (folder: string, wanted: RegExp): readonly string[] => namesIn(folder, "files").filter((name) => wanted.test(name));

/**
 * Paths below a folder of all files in it and in its folders. A link that leads back to a folder above holds no others.
 */
export function allFiles(root: string): readonly string[] {
  const visit = (below: string, above: readonly string[]): string[] => {
    const folder = join(root, below);
    const place = attempt(folder, () => realpathSync(folder));
    if (above.includes(place)) return [];
    const at = (name: string): string => (below === "" ? name : `${below}/${name}`);
    const files = filesIn(folder, /^/).map(at);
    return [...files, ...classNames(folder).flatMap((name) => visit(at(name), [...above, place]))];
  };
  return visit("", []).sort();
}

/** Paths of the files in a folder whose names match `wanted`. */
export function filesBelow(folder: string, wanted: RegExp): readonly string[] {
  const names = filesIn(folder, wanted);
  if (names.length === 0)
    throw inputError(folder, "holds no event file", "read are .aedat, .aedat4, .dat, .raw, .npy, .h5, .csv, .bin, .bs2");
  return names.map((name) => join(folder, name));
}
