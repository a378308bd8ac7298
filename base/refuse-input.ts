/** An output that would replace an input is refused before anything is computed. */
import { statSync } from "node:fs";
import { inputError, quoted } from "./errors.js";

/**
 * Refuses a file to write that is one of the inputs, by whatever name or link. Paths that do not exist, folders and
 * devices are no such file. `place`: the option that names the output, or the output itself. @throws InputError
 */
export function refuseInput(place: string, out: string, inputs: readonly string[]): void {
  const target = fileAt(out);
  if (target === null) return;
  const same = inputs.find((input) => fileAt(input) === target);
  if (same !== undefined) throw inputError(place, `is ${quoted(same)}, which is also an input`, "give another file");
}

/** Names a regular file by its place on the disk; null: there is none. */
function fileAt(path: string): string | null {
  try {
    const found = statSync(path, { bigint: true });
    return found.isFile() ? `${found.dev}:${found.ino}` : null;
  } catch {
    return null; // no path, or one that cannot be read, which its reader says
  }
}
