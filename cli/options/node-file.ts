/** Options that name a node of a network and a file for its values. */
import type { NodeFile } from "../../app/import-nir.js";
import { inputError, quoted } from "../../base/errors.js";

/** `node=file`; a node's name may hold no equals sign. */
export function nodeFile(text: string): NodeFile {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw inputError("--record, --compare", `got ${quoted(text)}`, "expected node=file, e.g. lif1=spikes.csv");
  return { node: text.slice(0, at), file: text.slice(at + 1) };
}
