/**
 * The HDF5 library, loaded when a file is first opened: its memory (600 MB of address space touched at start) is not for every command and worker.
 * What it complains about damaged files becomes a reason to give, instead of a page on the user's screen.
 */
import fs from "node:fs";

export type Hdf5 = typeof import("h5wasm/node");

export async function loadHdf5(): Promise<Hdf5> {
  const library = await import("h5wasm/node");
  await library.ready;
  return library;
}

const STDERR = 2;

/**
 * What `work` gives. It may ask for the innermost reason that the library gave so far for what failed in it (e.g. `truncated file`; empty: none).
 * The library has no other way out for its complaints than file descriptor 2, through node's own module, so for as long as `work` runs
 * (never across an await) writes to it are kept.
 */
export function quietly<T>(work: (reason: () => string) => T): T {
  const lines: string[] = [];
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
  try {
    return work(() => innermost(lines.join("")));
  } finally {
    fs.writeSync = write;
  }
}

/** Of a stack of `#003: file line 12 in function(): reason`, the last. */
function innermost(text: string): string {
  const reasons = [...text.matchAll(/^\s*#\d+: .* in \w+\(\): (.*)$/gm)];
  return reasons[reasons.length - 1]?.[1] ?? "";
}
