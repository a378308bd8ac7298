/**
 * Chips that consist of tiles, cores, memories and a network on chip: the kind of every description without a `model:`.
 */
import * as z from "zod";
import type { Experiment } from "../experiment.js";
import { boardKey } from "../left-out.js";
import { locatedFromJson, mergeLocated } from "../located.js";
import { parsePath } from "../path.js";
import { resolveDocument } from "../resolve.js";
import { coreSchema, defaultDocument, rootSchema } from "../schema.js";
import { withDefaults } from "../section-defaults.js";
import type { DescriptionKind } from "./kind.js";

/** The root with the core that is below all others: the defaults of a narrower one would win over it. */
const wholeSchema = z.object({ ...rootSchema.shape, tile: z.object({ core: coreSchema }) });

export const board: DescriptionKind<Experiment> = {
  pathOf: parsePath,
  keyAt: boardKey,
  complete: (typed, file) => withDefaults(mergeLocated(locatedFromJson(defaultDocument, file), typed), wholeSchema),
  resolve: resolveDocument,
};
