/**
 * The plug-ins of a stored study beside those that this process has loaded. A database names a plug-in by its content;
 * a document names an entry by its name, and another file may have added an entry of that name here.
 */
import { CELL_KINDS, MEMORY_KINDS, PRICE_MODELS, TOPOLOGIES } from "../arch/index.js";
import { type InputError, inputError } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { textsIn } from "../base/plain-object.js";
import type { PluginFile } from "../base/plugin-file.js";
import { DATASETS } from "../training/index.js";
import type { Edition, Input } from "./inputs.js";
import type { Store } from "./store/sqlite.js";

/** Kinds of entries that change what a description means; samplers and exporters do not. */
const DESCRIBED = [TOPOLOGIES, MEMORY_KINDS, PRICE_MODELS, CELL_KINDS, DATASETS] as const;

/**
 * An edition's document for a reader that parses it, with the database's name. @throws InputError if a plug-in that the
 * edition was not computed with has added an entry that its document, or a value of its search, names
 */
export function ownDocument(store: Store, { document, inputs }: Edition): { readonly document: Json; readonly file: string } {
  const { file } = store;
  const plugins = inputs.filter(({ kind }) => kind === "plugin");
  const own = new Set(plugins.map(({ sha256 }) => sha256));
  const missing = plugins.filter(({ sha256 }) => !DESCRIBED.some(({ filesAdded }) => filesAdded.has(sha256)));
  if (missing.length === 0) return { document, file };
  const names = new Set(textsIn([document, store.study()?.sweep.parameters]));
  for (const registry of DESCRIBED)
    for (const name of names) {
      const by = registry.addedBy(name);
      if (by === null || own.has(by.sha256)) continue;
      throw otherPlugin(file, missing, `; ${registry.kind} ${name} is here that of ${nameOf(by)}`);
    }
  return { document, file };
}

/** The plug-ins of `given` that a point was computed with. @throws InputError if one is missing */
export function usedPlugins(inputs: readonly Input[], given: readonly PluginFile[], database: string): readonly PluginFile[] {
  return inputs.flatMap((input) => {
    if (input.kind !== "plugin") return [];
    const found = given.find(({ sha256 }) => sha256 === input.sha256);
    if (found !== undefined) return [found];
    throw otherPlugin(database, [input], given.length === 0 ? "" : `; given: ${given.map(nameOf).join(", ")}`);
  });
}

const nameOf = ({ name, sha256 }: Pick<Input, "name" | "sha256">): string => `${name} ${sha256.slice(0, 12)}`;

function otherPlugin(database: string, wanted: readonly Input[], others: string): InputError {
  const what = wanted.map(({ name, sha256 }) => `the plug-in ${name} of SHA-256 ${sha256.slice(0, 12)}`).join(" and ");
  const flags = wanted.map(({ name }) => `--plugin ${name}`).join(" ");
  return inputError(
    database,
    `was computed with ${what}${others}`,
    `name ${wanted.length === 1 ? "a file" : "files"} of that content: ${flags}`,
  );
}
