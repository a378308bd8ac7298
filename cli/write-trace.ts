/** Writes a trace file piece by piece beside its name and renames it when whole. Effects: writes files. */
import { closeSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { basename, extname } from "node:path";

/** `out` null: named after the description. Returns what was written. */
export function writeTrace(description: string, out: string | null, ending: string, pieces: Iterable<string>): string {
  const path = out ?? `${basename(description, extname(description))}-trace.${ending}`;
  const descriptor = openSync(`${path}.part`, "w");
  for (const piece of pieces) writeSync(descriptor, piece);
  closeSync(descriptor);
  renameSync(`${path}.part`, path);
  return `wrote ${path}: ${statSync(path).size} bytes`;
}
