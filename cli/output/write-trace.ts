/** Writes a trace file piece by piece. Effects: writes files. */
import { basename, extname } from "node:path";
import { writePieces } from "../../base/write-file.js";

/** `out` null: a file named after the description. Returns a message. */
export async function writeTrace(
  description: string,
  out: string | null,
  { ending, pieces }: { readonly ending: string; readonly pieces: Iterable<string> },
): Promise<string> {
  const path = out ?? `${basename(description, extname(description))}-trace.${ending}`;
  return `wrote ${path}: ${await writePieces(path, pieces)} bytes`;
}
