/** Compares the models with published numbers of real chips. Effects: reads files of the package. */
import { inputError } from "../base/errors.js";
import { PUBLISHED_CHIPS, type PublishedRow, publishedRows, readPublishedChips } from "../sim/recorded/index.js";

export {
  BASES,
  type Basis,
  type Evidence,
  heldText,
  isHeld,
  isSeen,
  isWithin,
  type Misses,
  missesOf,
  type OnSilicon,
  type PublishedRow,
  type Quantity,
  siliconMisses,
} from "../sim/recorded/index.js";

/**
 * Returns published quantities, the models' values, what these are based on, and whether they are within the tolerance.
 *
 * @param name one chip: odin, truenorth, loihi, boards or snn-dse; null: all
 * @throws InputError for another name
 */
export function published(name: string | null = null): readonly PublishedRow[] {
  const known = Object.keys(PUBLISHED_CHIPS) as (keyof typeof PUBLISHED_CHIPS)[];
  const only = known.find((chip) => chip === name) ?? null;
  if (name !== null && only === null)
    throw inputError("chip", `${String(name)} is not among the published chips`, `one of ${known.join(", ")}`);
  return publishedRows(readPublishedChips(), only);
}
