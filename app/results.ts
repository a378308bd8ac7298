/** Reads all points of a study as typed rows. Effects: reads the database. */
import type { SweepSpec } from "../arch/index.js";
import type { Result } from "../sim/index.js";
import { frontReport, type OpenStudy, type StoredPoint } from "../sweeps/index.js";
import { pointOf, studyOf, withStore } from "./stored.js";

/** A point of the study: its parameters, how it ended, and its metrics. */
export interface ResultRow extends Pick<StoredPoint, "id" | "key" | "values" | "state" | "violation" | "code" | "reason" | "durationMs"> {
  /** Metrics by name; null unless the state is done. A metric that is unknown is null. */
  readonly metrics: StoredPoint["metrics"];
  /** True if it is on the study's front. */
  readonly isOnFront: boolean;
}

/** A study and all its points. */
export interface Results {
  /** Its name. */
  readonly study: string;
  /** Parameters, objectives, constraints and sampler. */
  readonly search: SweepSpec;
  /** Names of the parameters, as `values` has them. */
  readonly parameters: readonly string[];
  /** In the order in which the sampler asked for them. */
  readonly points: readonly ResultRow[];
  /** Ids of the front, the best in the first objective first. */
  readonly front: readonly number[];
  /** Up to the study's reference point; null: there is none yet. */
  readonly hypervolume: number | null;
}

/**
 * Reads every point of a study, feasible or not.
 *
 * @param source a result database, which a sweep may still be writing, or an open study
 * @throws InputError if the file is not such a database or holds no study
 */
export function results(source: string | OpenStudy): Results {
  return withStore(source, (store) => {
    const { sweep, name } = studyOf(store);
    const { rows, hypervolume, fixedReference, parameters } = frontReport(store, { objectives: [], where: null });
    const front = rows.map(({ id }) => id);
    const isOnFront = new Set(front);
    const points = Array.from(
      store.points(),
      ({ id, key, values, state, violation, code, reason, durationMs, metrics }): ResultRow => ({
        ...{ id, key, values, state, violation, code, reason, durationMs, metrics },
        isOnFront: isOnFront.has(id),
      }),
    );
    return { study: name, search: sweep, parameters, points, front, hypervolume: fixedReference ? hypervolume : null };
  });
}

/**
 * The whole result of a point: metrics, breakdown of energy and area, operations, utilisation.
 *
 * @returns null if the point is not done
 * @throws InputError if the database has no point of that number, or its stored text is damaged
 */
export function result(source: string | OpenStudy, id: number): Result | null {
  return withStore(source, (store) => store.result(pointOf(store, id).id));
}
