/** The table of a study's points under new prices, with both ends of the interval of each metric. Pure. */
import { inputError } from "../../../base/errors.js";
import { METRICS, type MetricName } from "../../../sim/index.js";
import type { Repriced } from "../../operations/reprice.js";
import type { Intervals } from "../../uncertainty/drawn-metrics.js";
import type { PointColumn, PointRow, PointTable } from "./point-table.js";

/** A row with what its new prices say besides metrics; a point without a result has none of it. */
interface PricedRow extends PointRow {
  readonly intervals: Intervals;
  /** Why the chip cannot reach its clock under new or scaled limits; null: it can, or no limit changed. */
  readonly tooFast: string | null;
  /** Why the new prices do not fit the point; null: they do. */
  readonly refused: string | null;
}

/**
 * `table` with metrics, breakdown and violation under the new prices, with `too_fast` and `refused`, and with
 * `<metric>_low` and `<metric>_high` for every metric that has an interval at some point. Points with a result that has
 * no new prices, because a sweep has added it since, are left out. @throws InputError at a point of another key, and
 * after the last row if a priced point is missing
 */
export function pricedTable(table: PointTable, priced: readonly Repriced[], front: ReadonlySet<number>): PointTable {
  const byId = new Map(priced.map((point) => [point.id, point]));
  const found = new Set(priced.flatMap(({ intervals }) => Object.keys(intervals)));
  const names = (Object.keys(METRICS) as MetricName[]).filter((name) => found.has(name));
  const columns = [...table.columns, ...reasonsOf(byId), ...names.flatMap((name) => endsOf(name, byId))];
  return { ...table, columns, rows: rowsOf(table.rows, byId, front) };
}

/** Why a point cannot be on the new front. */
function reasonsOf(byId: ReadonlyMap<number, Repriced>): readonly PointColumn[] {
  const column = (name: string, about: string, of: (point: Repriced) => string | null): PointColumn => ({
    ...{ name, type: "text", unit: "", about },
    of: ({ id }) => {
      const point = byId.get(id);
      return point === undefined ? null : of(point);
    },
  });
  return [
    column(
      "too_fast",
      "why the chip cannot reach its clock under the new limits, and so is not on the front; empty if it can",
      ({ tooFast }) => tooFast,
    ),
    column(
      "refused",
      "why the new prices do not fit the point, such as a memory without a macro in its table; empty if they do",
      ({ refused }) => refused,
    ),
  ];
}

function endsOf(name: MetricName, byId: ReadonlyMap<number, Repriced>): readonly PointColumn[] {
  return (["low", "high"] as const).map((end) => ({
    name: `${name}_${end}`,
    type: "number" as const,
    unit: METRICS[name].unit,
    about: `${end} end of the 90 % interval`,
    of: ({ id }) => byId.get(id)?.intervals[name]?.[end] ?? null,
  }));
}

const AGAIN = "price the points of this database again";

function* rowsOf(rows: Iterable<PointRow>, byId: ReadonlyMap<number, Repriced>, front: ReadonlySet<number>): Generator<PricedRow> {
  const missing = new Map(byId);
  for (const row of rows) {
    const point = byId.get(row.id);
    const isOnFront = front.has(row.id);
    if (point === undefined) {
      if (row.state !== "done") yield { ...row, isOnFront, intervals: {}, tooFast: null, refused: null };
    } else {
      if (point.key !== row.key) throw inputError("points", `point ${row.id} was priced in another database, or with other inputs`, AGAIN);
      missing.delete(row.id);
      const { intervals, tooFast, refused } = point;
      const breakdown = row.breakdown.length === 0 ? [] : point.breakdown;
      yield { ...row, isOnFront, metrics: point.after, violation: point.violation, breakdown, intervals, tooFast, refused };
    }
  }
  const [lost] = missing.keys();
  if (lost !== undefined) throw inputError("points", `point ${lost} was priced and is no longer in the study`, AGAIN);
}
