/** The front as Parquet: columns for data frames. */
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { columnNames, dataColumns, intervalEnds, valueIn } from "./headers.js";
import type { FrontReport } from "./report.js";

type Value = number | string | boolean | null | undefined;

/**
 * One row per point, with the columns of `csv`. Parameters that are whole numbers are integers, other numbers are
 * doubles, everything else is text; missing values are null.
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
  const known = values.filter((value) => value !== null && value !== undefined);
  const isNumber = known.every((value) => typeof value === "number");
  const isWhole = mayBeWhole && known.length > 0 && known.every((value) => value === ((value as number) | 0));
  const data = values.map((value) => (value === undefined || value === null ? null : isNumber ? value : String(value)));
  return { name, data, type: isWhole ? ("INT32" as const) : isNumber ? ("DOUBLE" as const) : ("STRING" as const), nullable: true };
}
