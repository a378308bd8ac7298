/**
 * Chips that consist of tiles, cores, memories and a network on chip: the kind of every description without a `model:`.
 */
import type { Experiment } from "../experiment.js";
import { boardKey } from "../left-out.js";
import { locatedFromJson, mergeLocated } from "../located.js";
import { parsePath } from "../path.js";
import { resolveDocument } from "../resolve.js";
import { defaultDocument } from "../schema.js";
import type { DescriptionKind } from "./kind.js";

export const board: DescriptionKind<Experiment> = {
  pathOf: parsePath,
  keyAt: boardKey,
  complete: (typed, file) => mergeLocated(locatedFromJson(defaultDocument, file), typed),
  resolve: resolveDocument,
};
