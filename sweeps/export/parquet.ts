/** The front as Parquet: columns for data frames. */
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { metricColumns } from "./headers.js";
import type { FrontReport } from "./report.js";

/** One row a point; numbers as double, everything else as text; missing values are null. */
export function parquet(report: FrontReport): Uint8Array {
  const rows = report.rows;
  const column = (name: string, values: readonly unknown[]) => {
    const numeric = values.every((v) => v === null || v === undefined || typeof v === "number");
    const data = values.map((v) => (v === undefined || v === null ? null : numeric ? (v as number) : String(v)));
    return { name, data, type: numeric ? ("DOUBLE" as const) : ("STRING" as const), nullable: true };
  };
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    columnData: [
      { name: "id", data: rows.map((r) => r.id), type: "INT32" as const },
      ...report.parameters.map((name) =>
        column(
          name,
          rows.map((r) => r.values[name]),
        ),
      ),
      ...metricColumns(report).map((name) =>
        column(
          name,
          rows.map((r) => r.metrics[name]),
        ),
      ),
      column(
        "key",
        rows.map((r) => r.key),
      ),
    ],
    kvMetadata: [
      { key: "study", value: report.study },
      { key: "engine_version", value: report.engineVersion },
      { key: "inputs", value: JSON.stringify(report.inputs) },
      { key: "provenance", value: JSON.stringify(report.provenance) },
    ],
  });
  return new Uint8Array(writer.getBuffer());
}
