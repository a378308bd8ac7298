/**
 * The experiment of a stored point, from the study's description and the point's values. Effects: reads the database.
 */
import { type Experiment, ofKind, patchExperiment } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { byPathAt, ownDocument, Space, type Store } from "../sweeps/index.js";
import type { Values } from "./open.js";
import { pointOf, studyOf } from "./stored.js";

/**
 * @param coupled the message for a coupled chip, e.g. `has no SystemVerilog here`
 * @throws InputError if the database has no such point, or the study is of a coupled chip
 */
export const storedExperiment = (store: Store, id: number, coupled: string): Experiment => storedPoint(store, id, coupled).experiment;

/** The same, with the values by path that make it of the study's description. */
export function storedPoint(store: Store, id: number, coupled: string): { readonly experiment: Experiment; readonly values: Values } {
  const point = pointOf(store, id);
  const whole = ownDocument(store, store.edition(point.edition));
  const byPath = byPathAt(whole.document, new Space(studyOf(store).sweep.parameters).byPath(point.values), point.fidelity);
  const experiment = ofKind<Experiment>(patchExperiment(whole, byPath), {
    board: (board) => board,
    coupled: () => {
      throw inputError(store.file, `is a study of a recorded chip, which ${coupled}`, "take another study");
    },
  });
  return { experiment, values: byPath };
}
