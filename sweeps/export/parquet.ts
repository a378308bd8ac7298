/** The front as Parquet: columns for data frames. */
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { columnNames, dataColumns, intervalEnds, valueIn } from "./headers.js";
import { PARQUET_TYPES } from "./points/point-parquet.js";
import type { ColumnType } from "./points/point-table.js";
import type { FrontReport } from "./report.js";

type Value = number | string | boolean | null | undefined;

/**
 * One row per point, with the columns of `csv`. Parameters that are whole numbers are integers, Booleans are Booleans,
 * other numbers are doubles, everything else is text; missing values are null.
 */
export function parquet(report: FrontReport): Uint8Array {
  const rows = report.rows;
  const columns = dataColumns(report);
  const names = columnNames(columns);
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    columnData: [
      { name: "id", data: rows.map((row) => row.id), type: "INT32" as const },
      ...columns.map((column, i) =>
        columnOf(
          names[i],
          rows.map((row) => valueIn(row, column)),
          column.kind === "parameter",
        ),
      ),
      ...intervalEnds(report).map(({ name, of }) => columnOf(name, rows.map(of), false)),
      { name: "knee", data: rows.map((row) => row.id === report.kneeId), type: "BOOLEAN" as const },
      columnOf(
        "key",
        rows.map((row) => row.key),
        false,
      ),
      columnOf(
        "engine_version",
        rows.map(() => report.engineVersion),
        false,
      ),
    ],
    kvMetadata: [
      { key: "study", value: report.study },
      { key: "engine_version", value: report.engineVersion },
      { key: "inputs", value: JSON.stringify(report.inputs) },
      { key: "provenance", value: JSON.stringify(report.provenance) },
      { key: "objectives", value: JSON.stringify(report.objectives) },
      { key: "view", value: JSON.stringify(report.view) },
    ],
  });
  return new Uint8Array(writer.getBuffer());
}

function columnOf(name: string, values: readonly Value[], mayBeWhole: boolean) {
  const type = typeOf(
    values.filter((value) => value !== null && value !== undefined),
    mayBeWhole,
  );
  const data = values.map((value) => {
    if (value === null || value === undefined) return null;
    return type === "text" ? String(value) : type === "long" ? BigInt(value) : value;
  });
  return { name, data, type: PARQUET_TYPES[type], nullable: true };
}

/** The narrowest type that holds all values exactly. */
function typeOf(known: readonly (number | string | boolean)[], mayBeWhole: boolean): ColumnType {
  if (known.length > 0 && known.every((value) => typeof value === "boolean")) return "boolean";
  if (!known.every((value) => typeof value === "number")) return "text";
  if (!mayBeWhole || known.length === 0 || !known.every(Number.isSafeInteger)) return "number";
  return known.every((value) => value === (value | 0)) ? "integer" : "long";
}
