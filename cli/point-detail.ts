/** Everything stored about a point, and the chip that it describes. Effects: reads the database. */
import { type AnyExperiment, isCoupled, patchExperiment } from "../arch/index.js";
import type { Result } from "../sim/index.js";
import { Space, type Store, type StoredPoint } from "../sweeps/index.js";

export interface PointDetail {
  readonly point: StoredPoint;
  /** Null where the point has no result. */
  readonly result: Result | null;
  /** An ordinary chip, which can be drawn; null for a coupled one. */
  readonly chip: Extract<AnyExperiment["chip"], { readonly noc: unknown }> | null;
  readonly objectives: readonly { readonly metric: string; readonly direction: "min" | "max" }[];
}

export function pointDetail(store: Store, point: StoredPoint): PointDetail {
  const study = store.study();
  const spec = study?.sweep;
  const result = store.result(point.id);
  const base = { point, result, objectives: spec?.objectives ?? [] };
  if (study === null || spec === undefined || result === null) return { ...base, chip: null };
  const byPath = new Space(spec.parameters).byPath(point.values);
  const experiment = patchExperiment({ document: study.document, file: store.file }, byPath);
  return { ...base, chip: isCoupled(experiment) ? null : experiment.chip };
}
