/**
 * The experiment of a stored point, from the study's description and the point's values. Effects: reads the database.
 */
import { type Experiment, ofKind, patchExperiment } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { byPathAt, Space, type Store } from "../sweeps/index.js";
import { pointOf, studyOf } from "./stored.js";

/**
 * @param coupled the message for a coupled chip, e.g. `has no SystemVerilog here`
 * @throws InputError if the database has no such point, or the study is of a coupled chip
 */
export function storedExperiment(store: Store, id: number, coupled: string): Experiment {
  const point = pointOf(store, id);
  const { document } = store.edition(point.edition);
  const byPath = byPathAt(document, new Space(studyOf(store).sweep.parameters).byPath(point.values), point.fidelity);
  return ofKind<Experiment>(patchExperiment({ document, file: store.file }, byPath), {
    board: (board) => board,
    coupled: () => {
      throw inputError(store.file, `is a study of a recorded chip, which ${coupled}`, "take another study");
    },
  });
}
