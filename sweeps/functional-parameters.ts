/**
 * Which of a study's parameters decide what the network computes, and so its accuracy: those whose change changes the
 * key of the functional run. A chip whose timing decides function has more of them; its description includes them in
 * the key by itself. Pure.
 */
import { ofKind, patchExperiment } from "../arch/index.js";
import { InfeasibleError, InputError } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { powerOfTwo } from "../base/math.js";
import { functionalKey } from "../sim/index.js";
import { dataAddress } from "./data-address.js";
import { type PointValues, Space } from "./space.js";
import type { StudyRecord } from "./store/sqlite.js";

/** Coordinates on an axis at which a parameter is tried: the first, the middle ones and the last of its cells. */
const TRIED = [0, 0.25, 0.5, 0.75, 1 - powerOfTwo(-30)];

/**
 * The searched parameters that decide function near the point with `values`. A parameter that cannot be tried at
 * another value counts as one of them, to be safe. Null for chips without a functional run.
 */
export function functionalParameters(
  { document, sweep }: Pick<StudyRecord, "document" | "sweep">,
  file: string,
  values: PointValues,
): ReadonlySet<string> | null {
  const space = new Space(sweep.parameters);
  const position = space.encode(values);
  const keyOf = (at: PointValues): string | null => keyAt({ document, file }, space.byPath(at));
  const own = attempt(() => keyOf(values));
  if (position === null || own === null) return null;
  const found = new Set<string>();
  for (const [d, { parameter }] of space.dimensions.entries()) {
    const { name } = parameter;
    let tried = 0;
    let decides = false;
    for (const coordinate of TRIED) {
      const moved = position.slice();
      moved[d] = coordinate;
      const key = attempt(() => {
        const at = space.decode(moved);
        return at[name] === values[name] ? null : keyOf(at);
      });
      if (key === null) continue;
      tried++;
      decides = key !== own;
      if (decides) break;
    }
    if (decides || tried === 0) found.add(name);
  }
  return found;
}

/** Key of the functional run. The content of model and data is fixed within a study, so their names stand for it. */
function keyAt(parsed: { readonly document: Json; readonly file: string }, byPath: { readonly [path: string]: Json }): string | null {
  return ofKind(patchExperiment(parsed, byPath), {
    board: (experiment) => functionalKey(experiment, experiment.network.model, dataAddress(experiment)),
    coupled: () => null,
  });
}

/** Result of `work`; null if the description refuses these values. */
function attempt<T>(work: () => T | null): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError || error instanceof InfeasibleError) return null;
    throw error;
  }
}
