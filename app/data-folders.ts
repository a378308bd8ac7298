/** Gives each data set of a comparison its folder. */
import { inputError, quoted } from "../base/errors.js";
import { comesWithPackage } from "../training/index.js";

/**
 * Folder by data set; null: the data in the package. `given`: `name=path` for the sets whose names start with `name`,
 * of several the longest; `path` for the others. If some of these come with the package and some do not, the path is
 * that of those that do not. @throws InputError if an entry is the folder of no set
 */
export function dataFolders(sets: readonly string[], given: readonly string[]): ReadonlyMap<string, string | null> {
  const entries = given.map((text) => {
    const at = text.indexOf("=");
    return at > 0 ? { text, name: text.slice(0, at), path: text.slice(at + 1) } : { text, name: "", path: text };
  });
  const named = entries.filter(({ name }) => name !== "").sort((a, b) => b.name.length - a.name.length);
  const plain = entries.find(({ name }) => name === "");
  const ofName = (set: string) => named.find(({ name }) => set.startsWith(name));
  const others = sets.filter((set) => ofName(set) === undefined);
  const needing = others.filter((set) => !comesWithPackage(set));
  const takers = needing.length > 0 ? needing : others;
  const used = new Map(sets.map((set) => [set, ofName(set) ?? (takers.includes(set) ? plain : undefined)]));
  const idle = entries.find((entry) => ![...used.values()].includes(entry));
  if (idle !== undefined)
    throw inputError(
      "--data",
      `${quoted(idle.text)} is the folder of no data set here; the models need: ${[...used.keys()].join(", ")}`,
      "give one folder per data set: path, or name=path with the start of a set's name",
    );
  return new Map([...used].map(([set, entry]) => [set, entry?.path ?? null]));
}
