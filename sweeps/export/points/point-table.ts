/**
 * All points of a study as a table: one row per point, one column per parameter, metric and part of the breakdown, each
 * with its type and unit. A first pass finds the types of the columns, so that a second pass can write rows as it reads
 * them. Effects: reads the database.
 */
import { inputError } from "../../../base/errors.js";
import type { Json } from "../../../base/hash.js";
import { type AnyMetric, type BreakdownRow, metricFacts } from "../../../sim/index.js";
import type { Input } from "../../inputs.js";
import type { Metrics } from "../../objectives.js";
import { METRIC_NAMES, type Row } from "../../store/rows.js";
import { parameterColumns } from "../../store/schema.js";
import type { Store, StoredPoint } from "../../store/sqlite.js";
import { namedQuantiles, quantilesOf } from "../../uncertainty/study-quantiles.js";
import { lanesOf, searchesLanes } from "../built-lanes.js";
import { parameterUnit } from "../headers.js";
import { frontReport } from "../report.js";

/** A point of the study with all that is stored about it, except its recordings. */
export interface PointRow extends StoredPoint {
  /** True if it is on the front of the study's own objectives. */
  readonly isOnFront: boolean;
  /** Energy and area, line by line with sources; empty unless the point is done. */
  readonly breakdown: readonly BreakdownRow[];
  /**
   * If the study searches lanes: those that its kinds of cores build, each number once; null: not known, or not
   * searched.
   */
  readonly lanesBuilt: readonly number[] | null;
}

export type CellValue = number | string | boolean | null;

/** `integer`: within 32 bits; `long`: beyond 32 bits, exact. */
export type ColumnType = "integer" | "long" | "number" | "boolean" | "text";

export interface PointColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Empty if the column has no unit. */
  readonly unit: string;
  readonly about: string;
  readonly of: (row: PointRow) => CellValue;
}

export interface PointTable {
  readonly study: string;
  readonly engineVersion: string;
  readonly inputs: readonly Input[];
  readonly provenance: Json;
  readonly columns: readonly PointColumn[];
  /** Can be read once. */
  readonly rows: Iterable<PointRow>;
}

interface PointTableOptions {
  /** `all`: also trials of a screening search (`fidelity` below 1) and points of other inputs (another `edition`). */
  readonly which: "study" | "all";
  readonly withBreakdown: boolean;
  /** false: rows lack the quantiles that the study names, for a caller that puts its own metrics in place. */
  readonly withQuantiles: boolean;
}

/**
 * The table of a database that is open for reading and held still: it is read in several passes.
 *
 * @throws InputError if the database holds no study, and, while rows are read, if one of them was changed
 */
export function pointTable(store: Store, { which, withBreakdown, withQuantiles }: PointTableOptions): PointTable {
  const study = store.study();
  if (study === null) throw inputError(store.file, "holds no study yet", "run a sweep first: snn-dse sweep arch.yaml --db FILE");
  const parameters = study.sweep.parameters.map(({ name }) => name);
  const breakdown = withBreakdown ? breakdownColumns(store) : [];
  const quantiles = namedQuantiles(store).names.map(metricColumn);
  const built = searchesLanes(study.sweep) ? lanesOf(store) : null;
  return {
    study: study.name,
    engineVersion: study.engineVersion,
    inputs: study.inputs,
    provenance: store.provenance(),
    // plug-ins get them, and most are those of every table
    columns: [
      ...[...FIXED, ...searchedColumns(store, parameters, breakdown), ...(built === null ? [] : [lanesColumn(store, built)])],
      ...[...METRIC_COLUMNS, ...quantiles, ...breakdown],
    ].map((column) => Object.freeze(column)),
    rows: rowsOf(store, which, withBreakdown, withQuantiles ? namedQuantiles(store) : quantilesOf(store, []), built),
  };
}

/** Points of a database in the order asked, parsed. Memory grows by a few bytes per point. */
export function pointRows(store: Store, which: PointTableOptions["which"], withBreakdown = true): Generator<PointRow> {
  const study = store.study();
  const built = study !== null && searchesLanes(study.sweep) ? lanesOf(store) : null;
  return rowsOf(store, which, withBreakdown, namedQuantiles(store), built);
}

function* rowsOf(
  store: Store,
  which: PointTableOptions["which"],
  withBreakdown: boolean,
  quantiles: ReturnType<typeof namedQuantiles>,
  built: ReturnType<typeof lanesOf> | null,
): Generator<PointRow> {
  const front = new Set(frontReport(store).rows.map(({ id }) => id));
  for (const { point, breakdown } of store.wholePoints(which)) {
    const lanes = built === null ? null : built(point.id);
    const whole = { isOnFront: front.has(point.id), breakdown: withBreakdown ? breakdown : [], lanesBuilt: lanes };
    yield { ...quantiles.storedIn(store, point), ...whole };
  }
}

const column = (name: string, type: ColumnType, unit: string, about: string, of: PointColumn["of"]): PointColumn => ({
  ...{ name, type, unit, about, of },
});

const FIXED: readonly PointColumn[] = [
  column("id", "integer", "", "place in the order asked", (row) => row.id),
  column("state", "text", "", "done, infeasible, failed, timeout, queued or running", (row) => row.state),
  column("on_front", "boolean", "", "on the front of the study's objectives", (row) => row.isOnFront),
  column("violation", "number", "", "of the constraints: 0 where all hold, empty where unknown", (row) => row.violation),
  column("code", "text", "", "reason why there is no result, one word", (row) => row.code),
  column("reason", "text", "", "reason why there is no result, in full", (row) => row.reason),
  column("attempts", "integer", "", "how often the point was begun", (row) => row.attempts),
  column("duration_ms", "number", "ms", "time that the last attempt took", (row) => row.durationMs),
  column("edition", "integer", "", "number of the inputs that the point was computed with", (row) => row.edition),
  column("fidelity", "number", "", "share of the timed utterances: 1 for points, less for trials", (row) => row.fidelity),
  column("key", "text", "", "SHA-256 of everything that the result depends on", (row) => row.key),
];

function metricColumn(name: AnyMetric): PointColumn {
  const { unit, about } = metricFacts(name);
  return column(name, "number", unit, about, ({ metrics }: { readonly metrics: Metrics | null }) => metrics?.[name] ?? null);
}
const METRIC_COLUMNS: readonly PointColumn[] = METRIC_NAMES.map(metricColumn);

/** `4`, as a number unless some chip has cores that build different numbers: `4, 8`. */
function lanesColumn(store: Store, builtIn: ReturnType<typeof lanesOf>): PointColumn {
  const several = store.query("SELECT point_id FROM result").some((row) => (builtIn(row.point_id as number)?.length ?? 0) > 1);
  const about = "lanes that cores build: those asked for, or fewer if no word of their memories or no row feeds more";
  return column(LANES_BUILT, several ? "text" : "integer", "", about, ({ lanesBuilt: built }) => {
    if (built === null || built.length === 0) return null;
    return several ? built.join(", ") : built[0];
  });
}

const LANES_BUILT = "lanes_built";

/** Names of columns that no parameter's column can have; those of new prices may follow. */
const TAKEN: readonly string[] = [
  LANES_BUILT,
  ...[...FIXED, ...METRIC_COLUMNS].map(({ name }) => name),
  "too_fast",
  ...METRIC_NAMES.flatMap((name) => [`${name}_low`, `${name}_high`]),
];

function searchedColumns(store: Store, names: readonly string[], breakdown: readonly PointColumn[]): readonly PointColumn[] {
  const columns = parameterColumns(names, [...TAKEN, ...breakdown.map(({ name }) => name)]);
  const rows = store.query(
    `SELECT e.key AS name, e.type AS type, min(e.value) AS low, max(e.value) AS high FROM point p, json_each(p.values_json) e
      WHERE e.type <> 'null' GROUP BY 1, 2`,
  );
  return names.map((name, i) => {
    const type = typeOf(rows.filter((row) => row.name === name));
    const of: PointColumn["of"] = ({ values }) => values[name] ?? null;
    const text: PointColumn["of"] = ({ values }) => (values[name] === undefined ? null : String(values[name]));
    return column(columns[i], type, parameterUnit(name), "parameter of the search", type === "text" ? text : of);
  });
}

/** The narrowest type that holds all values of a parameter exactly. */
function typeOf(rows: readonly Row[]): ColumnType {
  const types = new Set(rows.map(({ type }) => type as string));
  const only = (...names: string[]): boolean => [...types].every((type) => names.includes(type));
  if (types.size === 0 || !(only("true", "false") || only("integer", "real"))) return "text";
  if (types.has("true") || types.has("false")) return "boolean";
  if (types.has("real")) return "number";
  const [low, high] = [rows[0].low as number, rows[0].high as number];
  if (low >= -0x80000000 && high <= 0x7fffffff) return "integer";
  return Number.isSafeInteger(low) && Number.isSafeInteger(high) ? "long" : "number";
}

type Part = Exclude<keyof BreakdownRow, "component" | "group">;

const PARTS: readonly {
  readonly part: Part;
  readonly name: string;
  readonly stored: string;
  readonly unit: string;
  readonly about: string;
}[] = [
  { part: "count", name: "count", stored: "b.count", unit: "", about: "actions per inference" },
  { part: "unitEnergyPj", name: "unit_energy_pj", stored: "b.unit_energy_pj", unit: "pJ", about: "energy per action" },
  { part: "energyPj", name: "energy_pj", stored: "b.energy_pj", unit: "pJ", about: "energy per inference" },
  { part: "areaMm2", name: "area_mm2", stored: "b.area_mm2", unit: "mm2", about: "area" },
  { part: "source", name: "source", stored: "c.source", unit: "", about: "where the price comes from" },
];

/** One column `breakdown.<component>.<part>` for each part that some point has, in the order of the breakdown. */
function breakdownColumns(store: Store): readonly PointColumn[] {
  const rows = store.query(
    `SELECT c.component AS component, min(b.position) AS place, ${PARTS.map(({ name, stored }) => `count(${stored}) AS ${name}`).join(", ")}
      FROM breakdown_row b JOIN component c ON c.id = b.component_id GROUP BY 1 ORDER BY place, component`,
  );
  return rows.flatMap((row) =>
    PARTS.filter(({ name }) => row[name] !== 0).map(({ part, name, unit, about }) => {
      const component = row.component as string;
      const type: ColumnType = part === "source" ? "text" : "number";
      return column(
        `breakdown.${component}.${name}`,
        type,
        unit,
        `${component}: ${about}`,
        (point) => partsOf(point).get(component)?.[part] ?? null,
      );
    }),
  );
}

/** Breakdown rows by component, made once per point. */
const byComponent = new WeakMap<PointRow, ReadonlyMap<string, BreakdownRow>>();

function partsOf(row: PointRow): ReadonlyMap<string, BreakdownRow> {
  const known = byComponent.get(row);
  if (known !== undefined) return known;
  const made = new Map(row.breakdown.map((part) => [part.component, part]));
  byComponent.set(row, made);
  return made;
}
