/**
 * The filter of CSV (RFC 4180). Text that a spreadsheet would run as a formula begins with an apostrophe, which it
 * shows as text. Pure.
 */
import { withoutControls } from "./controls.js";
import { type Filtered, joined } from "./filtered.js";

export type CsvText = Filtered<"csv">;
export type CsvValue = number | string | boolean | null | undefined;

/** Matches a text that a spreadsheet would run as a formula. */
export const FORMULA = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** Matches a text that is quoted. Where a decimal comma is written, spreadsheets part cells by semicolons. */
export const QUOTED = /[",;]/;

/** A number may begin with a minus sign, a text may not; the type of the value decides which it is. */
export function csvCell(value: CsvValue): CsvText {
  if (value === null || value === undefined) return "" as CsvText;
  if (typeof value !== "string") return String(value) as CsvText;
  const plain = withoutControls(value);
  const text = FORMULA.test(plain) ? `'${plain}` : plain;
  return (QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text) as CsvText;
}

/** The text behind a cell that `csvCell` wrote: without the apostrophe before a formula. */
export const textOfCell = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell);

/** One record of numbers. */
export function csvNumbers(values: Float32Array | Float64Array): CsvText {
  return `${values.join(",")}\n` as CsvText;
}

/** One record with its line end. */
export function csvRow(values: readonly CsvValue[], end: "\r\n" | "\n" = "\r\n"): CsvText {
  return `${joined(values.map(csvCell), ",")}${end}` as CsvText;
}
