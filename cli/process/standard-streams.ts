/**
 * Handles failures of standard output and error: a full disk is a failure, a reading process that has ended an end;
 * without standard error the program continues, as it cannot report anything. Effects: the process's streams;
 * ends the process.
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
    // The terminal is gone: the handler of the hang-up signal decides, as the program may have to store results first.
    if (error.code === "EIO" && process.stdout.isTTY) return;
    // `| head` has read enough: silence and the code of a program that SIGPIPE ends, as users know it
    if (error.code === "EPIPE") process.exit(EXIT.readerGone);
    warn(`error: standard output cannot be written: ${fileMeaning(error) ?? error.message}`);
    process.exit(EXIT.internal);
  });
  if (isFile(STDOUT)) process.stdout._write = writeAll;
}

/** True if all output is written: nothing waits in a pipe, and no error is pending. */
export function isAllWritten(): boolean {
  return [process.stdout, process.stderr].every(({ writableLength, errored }) => writableLength === 0 && errored === null);
}

/** Writes a whole chunk. Node itself writes to a file what fits on the disk, and reports success. */
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
