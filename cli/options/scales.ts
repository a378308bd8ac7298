/** Parses factors of prices by name. */
import { inputError, quoted } from "../../base/errors.js";

/**
 * Parses `name=factor` texts, each one or several separated by commas. @throws InputError if one has another form, or a
 * name is repeated.
 */
export function scalesOf(texts: readonly string[]): { readonly [name: string]: number } {
  const scales = new Map<string, number>();
  for (const text of texts.flatMap((several) => several.split(","))) {
    const [, name, factor] = /^\s*([A-Za-z0-9_]+)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
    if (name === undefined || Number.isNaN(Number(factor)))
      throw inputError("--scale", `expected name=factor, got ${quoted(text)}`, "e.g. --scale synapse_memory_read_pj=1.2");
    if (scales.has(name)) throw inputError("--scale", `${name} is given twice`, "give one factor per name");
    scales.set(name, Number(factor));
  }
  return Object.fromEntries(scales);
}
