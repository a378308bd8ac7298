/**
 * The folder of an emitted chip: written whole or not at all, and read with a check of each file's hash.
 * Effects: reads and writes the folder; removes what killed programs left beside it.
 *
 *   chip.sv bench.sv tb.sv lib/*.sv      the design and its bench
 *   ulx3s.sv board/*                     the chip on a board
 *   *.hex                                memory images; inputs and expected results of the bench
 *   manifest.json                        the point, what is compared, SHA-256 of every other file
 * Throws: InputError for a target that holds other files, changed sources or the working directory, a folder that is no
 * chip, an image or expected result that has changed, a source in the library's folder that was not written.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { inputError } from "../base/errors.js";
import { fileMeaning, systemCode } from "../base/file-errors.js";
import { type Json, sha256 } from "../base/hash.js";
import { lifeOfProcess, processPlace } from "../base/process-life.js";
import { keepTemporary, releaseTemporary } from "../base/temporaries.js";
import { makeFolder, writeWhole } from "../base/write-file.js";
import type { Expected } from "./bench.js";
import { libraryFolder, librarySources } from "./tools.js";

const MANIFEST = "manifest.json";
const FORMAT = "snn-dse rtl 1";
/** Folders that are equal for every chip. */
const FOLDERS = ["lib", "board"] as const;
/**
 * What runs leave beside the files of a chip, `obj` by Verilator; in a folder that is no chip these names are the
 * user's.
 */
const isLeftByRuns = (name: string): boolean => name === "bench.vvp" || /^obj[/](Vbench|verilated|bench$)[^/]*$/.test(name);

interface Manifest {
  readonly format: typeof FORMAT;
  readonly expected: Expected;
  /** The point, for readers of the file. */
  readonly about: Json;
  /** SHA-256 by file name. */
  readonly files: { readonly [name: string]: string };
}

/** Texts of the library, of the fixed bench, and for the board, by their names in the folder. */
function libraryTexts(): { readonly [name: string]: string } {
  const root = dirname(libraryFolder());
  const read = (name: string): readonly [string, string] => [name, readFileSync(join(root, name), "utf8")];
  const below = (folder: string): string[] => readdirSync(join(root, folder)).filter((name) => /\.(sv|lpf)$/.test(name));
  const names = FOLDERS.flatMap((folder) => below(folder).map((name) => `${folder}/${name}`));
  return Object.fromEntries(["tb.sv", ...names.sort()].map(read));
}

/** Names of all files below a folder, as the manifest writes them. */
function namesBelow(folder: string, prefix = ""): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = `${prefix}${entry.name}`;
    return entry.isDirectory() ? namesBelow(join(folder, entry.name), `${name}/`) : [name];
  });
}

/** The folder that a path means: a link's own target, and for one that is not there what is left of `..` without it. */
const placeOf = (target: string): string => {
  const whole = existsSync(target) ? target : resolve(target);
  return existsSync(whole) ? realpathSync(whole) : whole;
};

/**
 * `whole`: the place of `target`, which messages name.
 * @throws InputError if it holds the working directory, files that are no part of a chip, or sources that were changed
 * since they were written
 */
function checkTarget(target: string, whole: string): void {
  if (!existsSync(whole)) return;
  if (`${realpathSync(process.cwd())}${sep}`.startsWith(`${whole}${sep}`))
    throw inputError(
      target || '""',
      "is the working directory, or contains it, and a chip replaces its whole folder",
      "give a folder below it",
    );
  const isChip = existsSync(join(whole, MANIFEST));
  const names = attempt(target, () => namesBelow(whole).filter((name) => !isChip || !isLeftByRuns(name)));
  if (names.length === 0) return;
  const written = isChip ? readManifest(whole).files : {};
  const known = [...(isChip ? [MANIFEST] : []), ...Object.keys(written)];
  const foreign = names.find((name) => !known.includes(name));
  if (foreign !== undefined)
    throw inputError(target, `holds ${foreign}, which is no part of a chip that was written here`, "give another folder, or remove it");
  const edited = names.find((name) => name !== MANIFEST && !isImage(name) && isChanged(whole, name, written[name]));
  if (edited !== undefined)
    throw inputError(target, `holds ${edited}, which was changed since it was written`, "give another folder, or remove it");
}

/** Memory images, inputs and expected results, which no one edits by hand. */
const isImage = (name: string): boolean => name.endsWith(".hex");

function isChanged(folder: string, name: string, hash: string): boolean {
  const path = join(folder, name);
  return sha256(attempt(path, () => readFileSync(path))) !== hash;
}

/** All files of a chip except the manifest, by name. */
export function chipTexts(files: { readonly [name: string]: string }): { readonly [name: string]: string } {
  return { ...files, ...libraryTexts() };
}

/** Writes a chip into `target` and replaces one that is there; returns the number of files. */
export function writeChip(target: string, files: { readonly [name: string]: string }, expected: Expected, about: Json): number {
  const whole = placeOf(target);
  clearLeft(whole);
  checkTarget(target, whole);
  const all = chipTexts(files);
  const hashes = Object.fromEntries(Object.entries(all).map(([name, text]) => [name, sha256(text)]));
  const manifest: Manifest = { format: FORMAT, expected, about, files: hashes };
  makeFolder(dirname(whole));
  // the folder itself is made inside the temporary one, which only its owner may enter: its mode is the user's umask
  const temporary = join(dirname(whole), `${temporaryStart(whole)}${process.pid}-${randomBytes(3).toString("hex")}`);
  const partial = join(temporary, "chip");
  keepTemporary(temporary);
  try {
    attempt(target, () => mkdirSync(temporary, { mode: 0o700 }));
    for (const name of FOLDERS) makeFolder(join(partial, name));
    for (const [name, text] of Object.entries(all)) writeWhole(join(partial, name), Buffer.from(text));
    writeWhole(join(partial, MANIFEST), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    attempt(target, () => exchange(whole, partial, join(temporary, FORMER)));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    releaseTemporary(temporary);
  }
  return Object.keys(all).length + 1;
}

/** Where the chip that is replaced lies until the new one is in its place. */
const FORMER = "former";

/** First part of a temporary folder's name, which the number of its process follows: that holds in this place. */
const temporaryStart = (whole: string): string => `.${basename(whole)}-${sha256(processPlace()).slice(0, 8)}-`;

/**
 * Removes the temporary folders that killed programs left beside `whole`. A chip that one of them had taken away, and
 * not replaced, is put back. Folders of running programs and of other hosts stay, and so do those of other users.
 */
function clearLeft(whole: string): void {
  const [beside, start] = [dirname(whole), temporaryStart(whole)];
  for (const name of namesIn(beside)) {
    const process = name.startsWith(start) ? /^(\d+)-[0-9a-f]{6}$/.exec(name.slice(start.length))?.[1] : undefined;
    if (process === undefined || lifeOfProcess(Number(process), true) !== "ended") continue;
    const left = join(beside, name);
    try {
      if (!existsSync(whole) && existsSync(join(left, FORMER))) renameSync(join(left, FORMER), whole);
      rmSync(left, { recursive: true, force: true });
    } catch (error) {
      if (systemCode(error) === null) throw error;
    }
  }
}

/** Names in a folder; none if it is not there, or if it may be written and not listed. */
function namesIn(folder: string): readonly string[] {
  return attempt(folder, () => {
    try {
      return existsSync(folder) ? readdirSync(folder) : [];
    } catch (error) {
      if (["EACCES", "EPERM"].includes(systemCode(error) ?? "")) return [];
      throw error;
    }
  });
}

/** Gives `whole` the content of `partial`; until that is done, its own lies in `former`. */
function exchange(whole: string, partial: string, former: string): void {
  const isThere = existsSync(whole);
  if (isThere) renameSync(whole, former);
  try {
    renameSync(partial, whole);
  } catch (error) {
    if (isThere) renameSync(former, whole);
    throw error;
  }
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isManifest(value: unknown): value is Manifest {
  if (!isObject(value) || value.format !== FORMAT || !isObject(value.files) || !isObject(value.expected)) return false;
  const { expected, files } = value;
  return (
    (["spikes", "scores", "waves", "counters"] as const).every((kind) => Number.isSafeInteger(expected[kind])) &&
    Object.values(files).every((hash) => typeof hash === "string")
  );
}

function readManifest(folder: string): Manifest {
  const file = join(folder, MANIFEST);
  const refused = inputError(
    folder,
    "is no folder of a chip: its manifest.json is missing or not ours",
    "snn-dse rtl STUDY.db POINT --out DIR",
  );
  if (!existsSync(file)) throw refused;
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isManifest(manifest)) throw refused;
    return manifest;
  } catch (error) {
    if (error instanceof SyntaxError) throw refused;
    throw error;
  }
}

/** The manifest of the chip in a folder, and the names of sources that have changed since they were written. */
export function readChip(folder: string): { readonly manifest: Manifest; readonly edited: readonly string[] } {
  const manifest = readManifest(folder);
  const edited = Object.entries(manifest.files).flatMap(([name, hash]) => {
    const path = join(folder, name);
    if (!existsSync(path)) throw inputError(folder, `${name} is missing`, "emit the chip again");
    return isChanged(folder, name, hash) ? [name] : [];
  });
  // only what the manifest has is compiled: a second module of one name could replace the one that is compared
  const foreign = librarySources(folder).filter((name) => !(name in manifest.files));
  if (foreign.length > 0)
    throw inputError(
      folder,
      `${foreign.join(", ")} ${foreign.length === 1 ? "is" : "are"} no part of the chip that was written`,
      "move it elsewhere",
    );
  const data = edited.find(isImage);
  if (data !== undefined) throw inputError(folder, `${data} is not what was written: its hash differs`, "emit the chip again");
  return { manifest, edited };
}

/** Runs work that touches files; turns the system's errors into messages. */
function attempt<Value>(path: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    const meaning = fileMeaning(error);
    if (meaning === null) throw error;
    throw inputError(path, `cannot be used: ${meaning}`, "give another folder");
  }
}
