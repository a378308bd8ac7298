/**
 * The dashboard's points: append-only columns, so that 100,000 points cost a few typed arrays and an event copies
 * nothing. A `Points` value sees only its first `length` rows; later values share the columns. Only the newest value
 * may be appended to.
 */
import type { Candidate, EndedPoint } from "../../app/nouns.js";
import type { PointOutcome, PointView } from "./events.js";

export interface Points {
  readonly length: number;
  /** Row r: the point's id. */
  readonly ids: readonly number[];
  readonly outcomes: readonly PointOutcome[];
  readonly values: readonly PointView["values"][];
  /** 0: all constraints hold. */
  readonly violations: readonly number[];
  readonly codes: readonly string[];
  readonly messages: readonly string[];
  readonly stored: readonly boolean[];
  /**
   * Column by name of a metric, in its unit, or of a parameter; NaN if unknown or not a number; longer than `length`.
   */
  readonly columns: ReadonlyMap<string, Float64Array>;
  readonly rowOfId: ReadonlyMap<number, number>;
}

/** @param names metrics and parameters */
export function emptyPoints(names: readonly string[]): Points {
  return {
    length: 0,
    ids: [],
    outcomes: [],
    values: [],
    violations: [],
    codes: [],
    messages: [],
    stored: [],
    columns: new Map(names.map((name) => [name, new Float64Array(1024)])),
    rowOfId: new Map(),
  };
}

/** Points with one more row; a point with a known id replaces its row's content. */
export function withPoint(points: Points, point: PointView): Points {
  const known = points.rowOfId.get(point.id);
  const row = known ?? points.length;
  const columns = points.columns as Map<string, Float64Array>;
  for (const [name, column] of columns) {
    let target = column;
    if (row >= target.length) {
      target = new Float64Array(target.length * 2);
      target.set(column);
      columns.set(name, target);
    }
    const value = point.metrics[name] ?? point.values[name];
    target[row] = typeof value === "number" ? value : Number.NaN;
  }
  (points.ids as number[])[row] = point.id;
  (points.outcomes as PointOutcome[])[row] = point.outcome;
  (points.values as PointView["values"][])[row] = point.values;
  (points.violations as number[])[row] = point.violation;
  (points.codes as string[])[row] = point.code;
  (points.messages as string[])[row] = point.message;
  (points.stored as boolean[])[row] = point.stored;
  (points.rowOfId as Map<number, number>).set(point.id, row);
  return { ...points, length: Math.max(points.length, row + 1) };
}

/** A metric or a numeric parameter of a row; NaN if unknown. */
export function valueAt(points: Points, name: string, row: number): number {
  return points.columns.get(name)?.[row] ?? Number.NaN;
}

/** All ended points; those that ended in this way count as failed. */
export function* endedPoints(points: Points, way: { readonly outcome: PointOutcome; readonly code: string }): Generator<EndedPoint> {
  for (let row = 0; row < points.length; row++) {
    const outcome = points.outcomes[row];
    if (outcome !== "again") yield { values: points.values[row], failed: outcome === way.outcome && points.codes[row] === way.code };
  }
}

/** Ended points, in the form in which effects of parameters are compared. */
export function* candidatesIn(points: Points): Generator<Candidate> {
  for (let row = 0; row < points.length; row++) {
    const outcome = points.outcomes[row];
    const known = (metric: string): number | null => {
      const value = valueAt(points, metric, row);
      return Number.isNaN(value) ? null : value;
    };
    if (outcome === "again" || outcome === undefined) continue;
    yield {
      id: points.ids[row],
      values: points.values[row] as Candidate["values"],
      trouble: outcome === "done" ? "" : outcome,
      isBeyond: outcome === "done" && points.violations[row] > 0,
      metricOf: known,
    };
  }
}
