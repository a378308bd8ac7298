/**
 * Reads files whole or in parts, up to a bound. Folders and devices are refused, and pipes unless the user named them.
 * Throws: `InputError` that names the file as it was typed, its kind, and what to do.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync, type Stats, statSync } from "node:fs";
import { waitForStream } from "./blocking-wait.js";
import { GIB, MIB } from "./bytes.js";
import { inputError } from "./errors.js";
import { fileMeaning, systemCode } from "./file-errors.js";
import { followed } from "./follow.js";

interface Wanted {
  /** The file's purpose, for messages, e.g. `model file`. */
  readonly what: string;
  readonly fix: string;
}
interface Bounded extends Wanted {
  readonly mostBytes: number;
  /** True if a pipe is accepted: only where the user names it. A pipe named in a file could block for ever. */
  readonly pipes?: true;
}

/** Longest text that is read into one string; just below Node's own limit. */
export const MOST_TEXT_BYTES = 500 * MIB;
/** Longest file that is read into one buffer. */
export const MOST_BINARY_BYTES = 2 * GIB - 1;
/** Longest file that is read piece by piece. */
export const MOST_STREAMED_BYTES = 64 * GIB;
const PIECE_BYTES = 65_536;
const STREAM_PIECE_BYTES = MIB;

/** All bytes of a file, or of a pipe until its writer ends. */
export function readBounded(path: string, wanted: Bounded): Buffer {
  return attempt(path, wanted, () => {
    const { descriptor, size, close } = opened(path, wanted);
    try {
      return readAll(descriptor, path, size, wanted.mostBytes);
    } finally {
      close();
    }
  });
}

/** As `readBounded`, piece by piece; a piece is valid until the next one is read. */
export function* readPieces(path: string, wanted: Bounded): Generator<Buffer> {
  const { descriptor, size, close } = attempt(path, wanted, () => opened(path, wanted));
  try {
    if (size > wanted.mostBytes) throw tooLong(path, String(size), wanted.mostBytes);
    const piece = Buffer.allocUnsafe(STREAM_PIECE_BYTES);
    for (let length = 0; ; ) {
      const read = attempt(path, wanted, () => waitForStream(() => readSync(descriptor, piece, 0, piece.length, null)));
      if (read === 0) return;
      length += read;
      if (length > wanted.mostBytes) throw tooLong(path, `more than ${wanted.mostBytes}`, wanted.mostBytes);
      yield piece.subarray(0, read);
    }
  } finally {
    close();
  }
}

/** Opens a file or, if accepted, a pipe; `size` is 0 for a pipe. */
function opened(path: string, wanted: Bounded): { readonly descriptor: number; readonly size: number; readonly close: () => void } {
  const kind = statSync(path);
  const isStream = wanted.pipes === true && (kind.isFIFO() || kind.isSocket());
  if (!isStream) refuseIrregular(path, kind);
  // A socket cannot be opened, and an open descriptor of this process may already have been read in part.
  const destination = isStream ? followed(path) : { file: path };
  const isOwn = "descriptor" in destination;
  const descriptor = isOwn ? destination.descriptor : openSync(path, "r");
  const close = (): void => {
    if (!isOwn) closeSync(descriptor);
  };
  return { descriptor, size: isStream ? 0 : fstatSync(descriptor).size, close };
}

function tooLong(path: string, bytes: string, mostBytes: number): Error {
  return inputError(path, `is ${bytes} bytes long; at most ${mostBytes} are read`);
}

/** As `readBounded`, as UTF-8. */
export function readText(path: string, wanted: Bounded): string {
  return readBounded(path, wanted).toString("utf8");
}

/** Opens a regular file of `size` bytes and returns what `read` makes of it. */
export function withRegular<T>(path: string, wanted: Wanted, read: (descriptor: number, size: number) => T): T {
  return attempt(path, wanted, () => {
    refuseIrregular(path, statSync(path));
    const descriptor = openSync(path, "r");
    try {
      return read(descriptor, fstatSync(descriptor).size);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Names of what is in a folder, in no order. */
export function readFolder(path: string, wanted: Wanted): readonly string[] {
  return attempt(path, wanted, () => readdirSync(path));
}

/** The first bytes of a regular file, at most `count` of them. */
export function firstBytes(path: string, count: number, wanted: Wanted): Buffer {
  return withRegular(path, wanted, (descriptor) => {
    const start = Buffer.alloc(count);
    return start.subarray(0, readSync(descriptor, start, 0, count, 0));
  });
}

function attempt<T>(path: string, { what, fix }: Wanted, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    throw inputError(path, code === "ENOENT" ? `no such ${what}` : `cannot be read: ${fileMeaning(error) ?? code}`, fix);
  }
}

/** Devices are refused because they may be endless, pipes because they have no size. */
function refuseIrregular(path: string, kind: Stats): void {
  if (kind.isFile()) return;
  const name = kind.isDirectory() ? "a folder" : kind.isFIFO() ? "a pipe" : kind.isSocket() ? "a socket" : "a device";
  throw inputError(path, `is ${name}, a file is needed`, "check the path");
}

/** `expected`: the likely number of bytes; the file may have more (it grows, `/proc`) or fewer. */
function readAll(descriptor: number, path: string, expected: number, mostBytes: number): Buffer {
  if (expected > mostBytes) throw tooLong(path, String(expected), mostBytes);
  const pieces: Buffer[] = [];
  let length = 0;
  for (let size = expected || PIECE_BYTES; ; size = PIECE_BYTES) {
    const piece = Buffer.allocUnsafe(size);
    const read = waitForStream(() => readSync(descriptor, piece, 0, piece.length, null));
    if (read === 0) return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, length);
    length += read;
    if (length > mostBytes) throw tooLong(path, `more than ${mostBytes}`, mostBytes);
    pieces.push(piece.subarray(0, read));
  }
}

/** True if `path` is a folder. */
export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** True if `path` is a regular file, and no folder, pipe or device. */
export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** True if anything exists at `path`. */
export const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
