/** The training record in a NIR file's metadata. Pure. */
import type { NirGraph } from "../arch/index.js";
import { boundedJson } from "../base/bounded-json.js";
import type { Json } from "../base/hash.js";

/** Key of the training record in a file's metadata. */
export const CHAIN_RECORD = "snn_dse_training";

/** The training record of a NIR file; null: it has none. */
export function chainRecordOf({ metadata }: Pick<NirGraph, "metadata">): Json {
  const text = metadata.get(CHAIN_RECORD);
  if (typeof text !== "string") return null;
  try {
    return boundedJson(text, text.length) as Json;
  } catch {
    return null;
  }
}
