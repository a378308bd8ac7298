/**
 * Which of a study's parameters decide what the network computes, and so its accuracy: those whose change changes the
 * address of the functional run. A chip whose time feeds back into function has more of them; a description names them
 * all by itself. Pure.
 */
import { ofKind, patchExperiment } from "../arch/index.js";
import { InfeasibleError, InputError } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { powerOfTwo } from "../base/math.js";
import { functionalKey } from "../sim/index.js";
import { type PointValues, Space } from "./space.js";
import type { StudyRecord } from "./store/sqlite.js";

/** Places of an axis at which a parameter is tried; its cells' first, middle ones and last. */
const TRIED = [0, 0.25, 0.5, 0.75, 1 - powerOfTwo(-30)];

/**
 * Searched parameters, near the point with `values`. One that can be tried nowhere else counts, so that nothing is
 * claimed of it. Null for chips that have no functional run.
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

/** The content of model and data is fixed for a study, so that their names stand for it. */
function keyAt(parsed: { readonly document: Json; readonly file: string }, byPath: { readonly [path: string]: Json }): string | null {
  return ofKind(patchExperiment(parsed, byPath), {
    board: (experiment) => {
      const { path, labels } = experiment.workload;
      return functionalKey(experiment, experiment.network.model, JSON.stringify([path, labels]));
    },
    coupled: () => null,
  });
}

/** Null where the description refuses these values. */
function attempt<T>(work: () => T | null): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError || error instanceof InfeasibleError) return null;
    throw error;
  }
}
