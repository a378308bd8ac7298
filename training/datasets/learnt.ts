/** What a network has learnt of the samples on which it is scored, by its record and by content. */
import { isEventDataset } from "../../arch/index.js";
import { isOverTraining } from "../features.js";
import { type HeldOut, holdsOut, SEARCH_DRAW, type SearchPart } from "./held-out.js";
import { DATASETS } from "./registry.js";
import type { Split } from "./split.js";

/**
 * Content hash of a part of the data set on which a network is scored, with the features that it learnt; null: there is
 * no such part.
 */
export type PartHash = (part: Split | SearchPart) => string | null;

/**
 * How much a network has learnt of a part of a data set: nothing, all or most of it, or, if its record names other data
 * of this name, perhaps. `heldOut`: what its training held out.
 */
export function learntOf(heldOut: HeldOut, set: string, split: Split | "validation", hashOf: PartHash): "no" | "yes" | "perhaps" {
  if (split === "test") return "no";
  if (isEventDataset(set)) return isEventDataset(heldOut.set) ? "perhaps" : "no"; // its training may have added made recordings
  if (heldOut.set !== set) return "no";
  const { dataHash } = heldOut;
  if (dataHash === hashOf("train")) {
    const isDrawn = DATASETS.get(set)?.readPart === undefined;
    return split === "validation" && isDrawn && holdsOut(heldOut, { ...SEARCH_DRAW, dataHash }) ? "no" : "yes";
  }
  if (dataHash !== hashOf("fit")) return "perhaps";
  return split === "validation" ? "no" : "yes";
}

/** Whether a training learnt from the training half at hand, or from the part of it that a search leaves for that. */
export const isLearntHere = ({ dataHash }: HeldOut, hashOf: PartHash): boolean =>
  (["train", "fit"] as const).some((part) => hashOf(part) === dataHash);

/**
 * Whether the features of a set depend on its training half, because the model does not say what normalised them. A
 * plug-in's reader makes its features, and is not asked what normalises them.
 */
export const isNormalisedHere = (set: string, recipe: Parameters<typeof isOverTraining>[0] & { readonly moments?: unknown }): boolean =>
  DATASETS.get(set)?.isSound === true && DATASETS.addedBy(set) === null && isOverTraining(recipe) && recipe.moments === undefined;
