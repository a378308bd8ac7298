/**
 * The HDF5 library, loaded when a file is first opened because it takes 40 MB. Its messages about damaged files become
 * the reason of an error and are not printed. It gets no more memory than the file can need.
 */

import fs from "node:fs";
import type { Dataset } from "h5wasm/node";
import { MIB } from "./bytes.js";
import { inputError } from "./errors.js";
import { checkGlobalHeaps } from "./hdf5-heaps.js";
import { wasm } from "./wasm.js";

export type Hdf5 = typeof import("h5wasm/node");

export async function loadHdf5(): Promise<Hdf5> {
  const library = await import("h5wasm/node");
  await library.ready;
  return library;
}

const STDERR = 2;
const PAGE_BYTES = 65_536;
/** Memory for the library itself and for a small file. */
const OWN_BYTES = 64 * MIB;
/** Largest ratio of unpacked to packed bytes of gzip, the densest filter in use. */
export const MOST_BYTES_A_BYTE = 1032;

/**
 * Runs `work` on the HDF5 file at `path` as `quietly` does, without endless loops and with bounded memory. `work` must
 * not await. Throws: `InputError` for a file with a broken heap; a file that needs too much memory fails in the
 * library.
 */
export function guarded<T>(path: string, work: (reason: () => string) => T): T {
  checkGlobalHeaps(path);
  let leftBytes = OWN_BYTES + MOST_BYTES_A_BYTE * fs.statSync(path).size;
  const { prototype } = wasm.Memory;
  const { grow } = prototype;
  prototype.grow = function (pages) {
    if (pages * PAGE_BYTES > leftBytes) throw new RangeError("more memory than the file can need");
    leftBytes -= pages * PAGE_BYTES;
    return grow.call(this, pages);
  };
  try {
    return quietly(work);
  } finally {
    prototype.grow = grow;
  }
}

/**
 * Runs `write` with a clock that stands still, so that the same content gives the same bytes: the library stamps every
 * object that it creates with the present second. `write` must not await.
 */
export function undated(write: () => void): void {
  const { now } = Date;
  Date.now = () => 0;
  try {
    write();
  } finally {
    Date.now = now;
  }
}

/**
 * Runs `work`, which can ask `reason` why the library failed (e.g. `truncated file`; empty: no failure). The library
 * reports only to file descriptor 2, through node's own module, and its loader only to the console. While `work` runs
 * (never across an await), writes to both are therefore held back.
 */
function quietly<T>(work: (reason: () => string) => T): T {
  const lines: string[] = [];
  said = lines;
  const write = fs.writeSync;
  const kept = (descriptor: number, buffer: unknown, offset?: unknown, length?: unknown, position?: unknown): number => {
    if (descriptor !== STDERR || !ArrayBuffer.isView(buffer)) {
      return write(descriptor, buffer as Uint8Array, offset as number, length as number, position as number);
    }
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    const start = typeof offset === "number" ? offset : 0;
    const end = typeof length === "number" ? start + length : bytes.length;
    lines.push(new TextDecoder().decode(bytes.subarray(start, end)));
    return end - start;
  };
  fs.writeSync = kept as typeof fs.writeSync;
  const { write: say } = process.stderr;
  process.stderr.write = () => true;
  try {
    return work(() => innermost(lines.join("")));
  } finally {
    fs.writeSync = write;
    process.stderr.write = say;
  }
}

/** What the library has reported in the present `guarded`. */
let said: readonly string[] = [];

/**
 * Value of a dataset, within `guarded`. Where the library cannot read one, e.g. behind a wrong checksum, it returns
 * what lies in memory, and only reports it. Throws: InputError.
 */
export function readValue(dataset: Dataset, file: string, path: string): Dataset["value"] {
  const before = said.length;
  const { value } = dataset;
  if (said.length === before) return value;
  const foreign = dataset.filters.find(({ id }) => id > LAST_OWN_FILTER);
  if (foreign !== undefined)
    throw inputError(file, `is packed by the filter ${foreign.name || foreign.id}, which cannot be unpacked`, "write it with gzip", path);
  throw inputError(file, `is damaged: ${innermost(said.slice(before).join("")) || "cannot be read"}`, "", path);
}

/** Identifier of the scale-offset filter, the last that is the format's own. Source: HDF5's H5Zpublic.h. */
const LAST_OWN_FILTER = 6;

/** The reason in the last line of an error stack of lines `#003: file line 12 in function(): reason`. */
function innermost(text: string): string {
  const reasons = [...text.matchAll(/^\s*#\d+: .* in \w+\(\): (.*)$/gm)];
  return reasons[reasons.length - 1]?.[1] ?? "";
}
