/** The format of a file that a command writes: the one that was typed, or the one of the file's ending. */
import { extname } from "node:path";
import { inputError } from "../../base/errors.js";

interface FormatWords {
  readonly format?: string;
  readonly out?: string;
}

/** What was typed after `--format`, or else the ending of `--out`; null: neither. */
export function typedFormat({ format, out }: FormatWords): string | null {
  if (format !== undefined) return format;
  return out === undefined || out === "-" ? null : extname(out).slice(1).toLowerCase();
}

/**
 * Name of the format, null if nothing names one. `formats`: by name, each with the ending of its files; of several with
 * one ending, the first counts. @throws InputError if no format has the file's ending
 */
export function formatOf(
  words: FormatWords,
  formats: readonly (readonly [name: string, format: { readonly extension: string }])[],
): string | null {
  const typed = typedFormat(words);
  if (typed === null || words.format !== undefined) return typed;
  const found = formats.find(([name, { extension }]) => extension === typed || name === typed);
  if (found !== undefined) return found[0];
  const endings = [...new Set(formats.map(([, { extension }]) => `.${extension}`))].join(", ");
  throw inputError("--out", `${words.out} ends in none of ${endings}`, "name the format: --format csv");
}
