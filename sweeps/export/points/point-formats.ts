/**
 * Formats of the table of all points, by name, including those of plug-ins. Each turns the table into pieces of a file
 * while its rows are read.
 */
import { csvRow } from "../../../base/escape/csv.js";
import { type FileContent, joined } from "../../../base/escape/filtered.js";
import { jsonWithList } from "../../../base/escape/json.js";
import { Registry } from "../../../base/registry.js";
import { parquetPieces } from "./point-parquet.js";
import type { PointRow, PointTable } from "./point-table.js";

export interface PointFormat {
  readonly extension: string;
  readonly about: string;
  /** True if the content is not text. */
  readonly binary: boolean;
  readonly pieces: (table: PointTable) => Iterable<FileContent>;
}

/** Rows per piece of text. */
const ROWS = 64;

/** RFC 4180 with a header line; numbers in full precision. */
function* csvPieces({ columns, rows }: PointTable): Generator<FileContent> {
  let lines = [csvRow(columns.map(({ name }) => name))];
  for (const row of rows) {
    lines.push(csvRow(columns.map(({ of }) => of(row))));
    if (lines.length < ROWS) continue;
    yield joined(lines, "");
    lines = [];
  }
  yield joined(lines, "");
}

/** The study's facts, its columns with types and units, and the rows as the library returns them. */
function jsonPieces({ columns, rows, ...about }: PointTable): Generator<FileContent> {
  const described = columns.map(({ of: _, ...said }) => said);
  return jsonWithList<PointRow>({ ...about, columns: described }, "points", rows, ROWS);
}

export const POINT_FORMATS = new Registry<PointFormat>("format of points", {
  csv: { extension: "csv", about: "one line per point", binary: false, pieces: csvPieces },
  json: { extension: "json", about: "everything, nested, one line per point", binary: false, pieces: jsonPieces },
  parquet: { extension: "parquet", about: "typed columns for data frames", binary: true, pieces: parquetPieces },
});
