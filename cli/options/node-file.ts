/** Options that name a node of a network and a file for its values. */
import type { NodeFile } from "../../app/import-nir.js";
import { inputError, quoted } from "../../base/errors.js";

/** `node=file`. Names of nodes come from other tools and may hold equals signs; the file's name may not. */
export function nodeFile(text: string): NodeFile {
  const at = text.lastIndexOf("=");
  if (at < 1 || at === text.length - 1)
    throw inputError(
      "--record, --compare",
      `got ${quoted(text)}`,
      "expected node=file, e.g. lif1=spikes.csv; a file whose name holds no =",
    );
  return { node: text.slice(0, at), file: text.slice(at + 1) };
}
