/**
 * Files and folders of a data set, sorted by the characters of their names; hidden files are skipped.
 * Effects: reads folders. Throws: InputError if a folder cannot be read.
 */
import { readdirSync, statSync } from "node:fs";
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

/** Names of the folders in a folder. */
export function classNames(folder: string): readonly string[] {
  const entries = attempt(folder, () => readdirSync(folder, { withFileTypes: true }));
  return entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .filter((name) => !name.startsWith(".") && isFolder(join(folder, name)))
    .sort();
}

/** Names of the files in a folder that match `wanted`. */
export function filesIn(folder: string, wanted: RegExp): readonly string[] {
  return attempt(folder, () => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith(".") && wanted.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

/** Paths of the files in a folder whose names match `wanted`. */
export function filesBelow(folder: string, wanted: RegExp): readonly string[] {
  const names = filesIn(folder, wanted);
  if (names.length === 0)
    throw inputError(folder, "holds no event file", "read are .aedat, .aedat4, .dat, .raw, .npy, .h5, .csv, .bin, .bs2");
  return names.map((name) => join(folder, name));
}
