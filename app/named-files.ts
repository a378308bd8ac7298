/** Assigns files to the inputs of a network. */
import { inputError } from "../base/errors.js";

/**
 * Returns one file for all inputs, or a file per input by name. `given`: one file, or `name=file` for every one of
 * `names`. @throws InputError for an unknown or repeated name, and for inputs without a file
 */
export function namedFiles(names: readonly string[], given: readonly string[]): string | ReadonlyMap<string, string> {
  const [first = ""] = given;
  const nameIn = (text: string): string | undefined => names.find((name) => text.startsWith(`${name}=`));
  if (given.length === 1 && nameIn(first) === undefined) return first;
  const known = `its inputs: ${names.join(", ")}`;
  const files = new Map<string, string>();
  for (const text of given) {
    const name = nameIn(text);
    if (name === undefined) throw inputError(text, "names no input of the network", `write name=file; ${known}`);
    if (files.has(name)) throw inputError(text, `is a second file of the input ${name}`, "give one per input");
    files.set(name, text.slice(name.length + 1));
  }
  const missing = names.filter((name) => !files.has(name));
  if (missing.length > 0)
    throw inputError(given.join(" "), `leaves ${missing.join(", ")} without a file`, `write name=file for each; ${known}`);
  return files;
}
