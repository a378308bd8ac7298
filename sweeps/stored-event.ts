/** A stored point as the event that a running study would have sent. Pure. */
import type { StudyEvent } from "./events.js";
import type { StoredPoint } from "./store/sqlite.js";

/** Null if there is nothing to report yet. `stored`: the point was in the database before the view opened. */
export function eventOf(point: StoredPoint, stored: boolean): StudyEvent | null {
  const { id, key, values, attempts: attempt } = point;
  switch (point.state) {
    case "queued":
      return null;
    case "running":
      return { type: "point-started", id, key, values, attempt };
    case "done":
      return {
        type: "point-done",
        id,
        key,
        values,
        metrics: point.metrics ?? {},
        violation: point.violation ?? Number.POSITIVE_INFINITY,
        durationMs: point.durationMs ?? 0,
        stored,
      };
    default:
      return {
        type: "point-failed",
        id,
        key,
        values,
        state: point.state,
        code: point.code ?? "",
        reason: point.reason ?? "",
        attempt,
        stored,
      };
  }
}
