/** What `--set` changes in a description, for shells and editors that complete it. */
import { describedPaths, type SchemaNode, wordsOf } from "../arch/index.js";
import { descriptionSchema } from "./description-schema.js";

export interface SettablePath {
  readonly path: string;
  readonly about: string;
  /** The words that its value may be; empty if it takes a number, a text, a list or a mapping. */
  readonly words: readonly string[];
}

/** Keys of the whole file, which `--set` does not change, and prices, of which there are hundreds. */
const LEFT_OUT = /^(version|extends|plugins|prices|sweep)\b/;

export const settablePaths = (): readonly SettablePath[] =>
  describedPaths(descriptionSchema() as SchemaNode)
    .filter(({ path }) => !LEFT_OUT.test(path))
    .map(({ path, node }) => ({ path, about: node.description ?? "", words: wordsOf(node) }));
