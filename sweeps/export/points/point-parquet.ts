/** All points as Parquet, in row groups of a few thousand points, so that memory does not grow with the study. */
import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import type { CellValue, ColumnType, PointColumn, PointRow, PointTable } from "./point-table.js";

/** Rows per group; one group is in memory at a time. */
const GROUP = 4096;

export const PARQUET_TYPES = { integer: "INT32", long: "INT64", number: "DOUBLE", boolean: "BOOLEAN", text: "STRING" } as const satisfies {
  readonly [type in ColumnType]: string;
};

export function* parquetPieces({ columns, rows, study, engineVersion, inputs, provenance }: PointTable): Generator<Uint8Array> {
  const buffer = new ByteWriter();
  const described = columns.map(({ of: _, ...said }) => said);
  const writer = new ParquetWriter({
    writer: buffer,
    schema: schemaFromColumnData({
      columnData: columns.map(({ name, type }) => ({ name, type: PARQUET_TYPES[type], data: [], nullable: true })),
    }),
    kvMetadata: [
      { key: "study", value: study },
      { key: "engine_version", value: engineVersion },
      { key: "inputs", value: JSON.stringify(inputs) },
      { key: "provenance", value: JSON.stringify(provenance) },
      { key: "columns", value: JSON.stringify(described) },
    ],
  });
  const group = (of: readonly PointRow[]): Uint8Array => {
    writer.write({ columnData: columns.map((column) => ({ name: column.name, data: dataOf(column, of) })), rowGroupSize: GROUP });
    return taken(buffer);
  };
  let waiting: PointRow[] = [];
  for (const row of rows) {
    waiting.push(row);
    if (waiting.length < GROUP) continue;
    yield group(waiting);
    waiting = [];
  }
  if (waiting.length > 0) yield group(waiting);
  writer.finish();
  yield taken(buffer);
}

function dataOf({ type, of }: PointColumn, rows: readonly PointRow[]): (CellValue | bigint)[] {
  if (type !== "long") return rows.map(of);
  return rows.map((row) => {
    const value = of(row);
    return typeof value === "number" ? BigInt(value) : null;
  });
}

/** The bytes written since the last call. */
function taken(buffer: ByteWriter): Uint8Array {
  const bytes = buffer.getBytes().slice();
  buffer.index = 0;
  return bytes;
}
