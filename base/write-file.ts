/**
 * Writes a file whole or not at all. The content goes to a temporary file beside the target, is flushed to disk, and
 * then replaces the target: neither a reader nor a loss of power can leave half a file. A symbolic link stays, and the
 * file that it names is replaced. A target that exists and is no regular file (`/dev/null`, `/dev/stdout`, a pipe) is
 * written through. A folder and a database are refused. A hard link to the old file keeps the old content.
 * Throws: `InputError` that names the target as it was typed. After an error or a signal no temporary file is left.
 */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { waitForStream } from "./blocking-wait.js";
import { MIB } from "./bytes.js";
import { inputError } from "./errors.js";
import type { FileContent } from "./escape/filtered.js";
import { fileMeaning, systemCode } from "./file-errors.js";
import { followed } from "./follow.js";
import { keepTemporary, releaseTemporary } from "./temporaries.js";

/** After this many bytes, the event loop runs so that signals are handled. */
const TURN_BYTES = MIB;

const SQLITE_HEAD = "SQLite format 3\0";

/** An open output; `finish` or `abandon` closes it. */
interface Output {
  write(content: string | Uint8Array): number;
  finish(): void;
  abandon(): void;
}

/** Replaces or creates the file `path`; its content may come in pieces, each of less than 2 GiB. */
export function writeWhole(path: string, ...content: readonly FileContent[]): void {
  attempt(path, () => {
    const output = openOutput(path);
    try {
      for (const piece of content) output.write(piece);
      output.finish();
    } catch (error) {
      output.abandon();
      throw error;
    }
  });
}

/** As `writeWhole`, piece by piece. Returns the number of bytes. */
export async function writePieces(path: string, pieces: Iterable<string | Uint8Array>): Promise<number> {
  const output = attempt(path, () => openOutput(path));
  try {
    let [bytes, sinceTurn] = [0, 0];
    for (const piece of pieces) {
      const written = output.write(piece);
      bytes += written;
      sinceTurn += written;
      if (sinceTurn < TURN_BYTES) continue;
      sinceTurn = 0;
      await turn();
    }
    output.finish();
    return bytes;
  } catch (error) {
    output.abandon();
    throw refusal(path, error);
  }
}

/** As `writeWhole`, for a writer that needs a file name: `fill` gets the name of an empty temporary file. */
export async function fillWhole(path: string, fill: (temporary: string) => Promise<void> | void): Promise<void> {
  const target = attempt(path, () => targetOf(path));
  const temporary = attempt(path, () =>
    temporaryIn("file" in target ? dirname(target.file) : tmpdir(), "file" in target ? target.mode : null),
  );
  closeSync(temporary.descriptor);
  try {
    await fill(temporary.name);
    if ("file" in target) replace(temporary.name, openSync(temporary.name, "r+"), target);
    else {
      const stream = openStream(target);
      try {
        stream.write(readFileSync(temporary.name));
      } finally {
        stream.finish();
      }
    }
  } catch (error) {
    throw refusal(path, error);
  } finally {
    rmSync(temporary.name, { force: true });
    releaseTemporary(temporary.name);
  }
}

/** Throws if `path` cannot be written, before hours of work go into its content. */
export function checkWritable(path: string): void {
  attempt(path, () => {
    const target = targetOf(path);
    if (!("file" in target)) return;
    const { name, descriptor } = temporaryIn(dirname(target.file), null);
    closeSync(descriptor);
    rmSync(name, { force: true });
    releaseTemporary(name);
  });
}

/** Makes a folder and the missing folders above it; returns the folders it made, the uppermost first. */
export function makeFolder(path: string): readonly string[] {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  try {
    // One by one: with `recursive`, Node reports a read-only disk as a missing file.
    for (const folder of missing) mkdirSync(folder, { recursive: true });
    if (!statSync(path).isDirectory()) throw inputError(path, "is no folder", "give the name of a folder");
  } catch (error) {
    const meaning = fileMeaning(error);
    if (meaning === null) throw error;
    throw inputError(path, `this folder cannot be made: ${meaning}`, "give another folder");
  }
  return missing;
}

type Target = { readonly file: string; readonly mode: number | null } | { readonly descriptor: number } | { readonly stream: string };

function targetOf(path: string): Target {
  if (path === "") throw inputError("output", "the name of the file is empty", "give the name of a file");
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() || /[/\\]$/.test(path)) throw inputError(path, "is a folder, a file is needed", `e.g. ${join(path, "out")}`);
  const destination = followed(path);
  if ("descriptor" in destination) return destination;
  if (found === undefined) return { file: destination.file, mode: null };
  if (!found.isFile()) return { stream: path };
  // A file that the user may not write to is not replaced either.
  accessSync(path, constants.W_OK);
  if (isDatabase(path)) throw inputError(path, "is a database, which would be lost", "give another file, or delete it first");
  return { file: destination.file, mode: found.mode & 0o7777 };
}

/** Whether a file starts as SQLite's files do: a study is never replaced by an export. */
function isDatabase(path: string): boolean {
  const head = Buffer.alloc(SQLITE_HEAD.length);
  const descriptor = openSync(path, "r");
  try {
    return readSync(descriptor, head, 0, head.length, 0) === head.length && head.toString("latin1") === SQLITE_HEAD;
  } finally {
    closeSync(descriptor);
  }
}

function openOutput(path: string): Output {
  const target = targetOf(path);
  if (!("file" in target)) return openStream(target);
  const { name, descriptor } = temporaryIn(dirname(target.file), target.mode);
  let isOpen = true;
  return {
    write: (content) => writeAll(descriptor, content),
    finish: () => {
      isOpen = false;
      replace(name, descriptor, target);
      releaseTemporary(name);
    },
    abandon: () => {
      if (isOpen) closeSync(descriptor);
      rmSync(name, { force: true });
      releaseTemporary(name);
    },
  };
}

function openStream(target: { readonly descriptor: number } | { readonly stream: string }): Output {
  const isOurs = "stream" in target;
  const descriptor = isOurs ? openSync(target.stream, constants.O_WRONLY) : target.descriptor;
  const end = (): void => {
    if (isOurs) closeSync(descriptor);
  };
  return { write: (content) => writeAll(descriptor, content), finish: end, abandon: end };
}

const TEMPORARY = /^\.snn-dse-\d+-[0-9a-f]{12}\.part$/;

/** True for the name of a file that is being written, or that a killed program left. */
export const isTemporary = (name: string): boolean => TEMPORARY.test(name);

/** Removes temporary files that killed programs and threads left in a folder. Only for the one who writes there. */
export function clearTemporaries(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  for (const name of readdirSync(folder)) if (isTemporary(name)) rmSync(join(folder, name), { force: true });
}

/**
 * Makes an empty file with a unique name, short enough for any folder. `clearTemporaries` knows the form of the name.
 */
function temporaryIn(folder: string, mode: number | null): { readonly name: string; readonly descriptor: number } {
  const name = join(folder, `.snn-dse-${process.pid}-${randomBytes(6).toString("hex")}.part`);
  keepTemporary(name);
  try {
    return { name, descriptor: openSync(name, "wx", mode ?? 0o666) };
  } catch (error) {
    releaseTemporary(name);
    throw error;
  }
}

/** Flushes the file to disk, then gives it the target's name. Closes the descriptor in any case. */
function replace(temporary: string, descriptor: number, { file, mode }: Extract<Target, { file: string }>): void {
  try {
    if (mode !== null) fchmodSync(descriptor, mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
  syncFolder(dirname(file));
}

/** Makes the new name outlive a loss of power. Ignores file systems that cannot, and folders that cannot be read. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (systemCode(error) === null) throw error;
  }
}

function writeAll(descriptor: number, content: string | Uint8Array): number {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  for (let at = 0; at < bytes.length; ) at += waitForStream(() => writeSync(descriptor, bytes, at));
  return bytes.length;
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusal(path, error);
  }
}

/** The error names the target, never the temporary file. */
function refusal(path: string, error: unknown): unknown {
  const meaning = fileMeaning(error);
  if (meaning === null) return error;
  const folder = dirname(path);
  if (systemCode(error) === "ENOENT" && !existsSync(folder))
    return inputError(path, `cannot be written: there is no folder ${folder}`, "make it first, or give another file");
  const isRefused = ["EACCES", "EPERM", "EROFS"].includes(systemCode(error) ?? "");
  return inputError(path, `cannot be written: ${meaning}`, isRefused ? "give a file in a folder that may be written to" : "");
}
