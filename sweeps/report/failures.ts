/** Why points of a study gave no result. Effects: reads the store that is handed in. */
import type { Store } from "../store/sqlite.js";

export interface FailureReason {
  readonly state: string;
  readonly code: string;
  readonly points: number;
  /** Runs of a screening search on fewer utterances, which are no points of the study. */
  readonly trials: number;
  readonly example: string;
}

/** One entry per state and code, the most frequent first. */
export function failureReasons(store: Store): readonly FailureReason[] {
  return store
    .query(
      `SELECT state, code, min(example) AS example, sum(iif(fidelity = 1, points, 0)) AS points, sum(iif(fidelity = 1, 0, points)) AS trials
       FROM failures GROUP BY state, code ORDER BY points DESC, trials DESC, state, code`,
    )
    .map((row) => ({
      state: String(row.state),
      code: String(row.code),
      points: Number(row.points),
      trials: Number(row.trials),
      example: String(row.example),
    }));
}
