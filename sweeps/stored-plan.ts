/** The floor plan on which a stored result is drawn: that of the chip that the point's values describe. */
import { type FloorPlan, floorPlanOf, patchExperiment } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import type { Result } from "../sim/index.js";

/**
 * Throws `InputError` if the result belongs to another chip, because a row was changed after it was stored. `byPath`:
 * the point's values by document path.
 */
export function storedPlan(file: string, id: number, document: Json, byPath: { readonly [path: string]: Json }, result: Result): FloorPlan {
  const plan = floorPlanOf(patchExperiment({ document, file }, byPath));
  const stray = result.utilisation.cores.find(({ core }) => !Number.isInteger(core) || core < 0 || core >= plan.cores);
  if (stray === undefined) return plan;
  throw inputError(
    file,
    `point ${id} is damaged: its result has a core ${stray.core}, its values describe a chip with ${plan.cores} cores`,
    "run the sweep again with --resume: the point is computed anew",
  );
}
