/**
 * Standard output and error of the program, where they fail: a full disk, a reader that went away. Effects: the
 * process's streams; ends the process. Output that nobody gets is a failure; without standard error the program goes
 * on, as nothing can be said.
 */
import { fstatSync, writeSync } from "node:fs";
import { fileMeaning } from "../../base/file-errors.js";
import { warn } from "../output/print.js";
import { EXIT } from "./exit.js";

const STDOUT = 1;

/** From now on, output that cannot be written ends the program with one line on standard error. */
export function watchStreams(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A terminal that went away: the hang-up signal says what becomes of the program, which may have results to store
    // first.
    if (error.code === "EIO" && process.stdout.isTTY) return;
    warn(`error: standard output cannot be written: ${fileMeaning(error) ?? error.message}`);
    process.exit(EXIT.internal);
  });
  if (isFile(STDOUT)) process.stdout._write = writeAll;
}

/** Whether all that was said is out: nothing waits in a pipe, and no error is on its way. */
export function isAllWritten(): boolean {
  return [process.stdout, process.stderr].every(({ writableLength, errored }) => writableLength === 0 && errored === null);
}

/** Writes all of a chunk: Node writes to a file what fits on the disk, and takes the part for the whole. */
const writeAll: typeof process.stdout._write = (chunk: Uint8Array | string, encoding, done) => {
  const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(STDOUT, bytes, at);
  } catch (error) {
    done(error as Error);
    return;
  }
  done();
};

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}
