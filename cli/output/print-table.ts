/** Prints the comparison of models. Effects: prints. */
import {
  comparisonTables,
  printedTable,
  renderComparison,
  type TableEntry,
  type TableFormat,
  tradeoffPlot,
} from "../../app/evaluate-models.js";
import { svg } from "../../base/plot/svg.js";
import { type Look, lookOf } from "../format/style.js";
import { tableLines } from "../format/text-table.js";
import { print, printContent } from "./print.js";

export type ComparisonFormat = TableFormat | "svg";

/** @param format null: tables as wide as the terminal, or Markdown in a pipe */
export function printTable(entries: readonly TableEntry[], format: ComparisonFormat | null): void {
  if (format === null && process.stdout.isTTY) print(comparisonLines(lookOf(process.stdout, process.env), entries));
  else printContent(format === "svg" ? svg(tradeoffPlot(entries)) : renderComparison(entries, format ?? "md"));
}

function comparisonLines(look: Look, entries: readonly TableEntry[]): readonly string[] {
  return comparisonTables(entries).flatMap(([table, caption], i) => {
    const { isNumeric, printed } = printedTable(table);
    const columns = table.titles.map((title, c) => ({ title, align: isNumeric[c] ? ("right" as const) : ("left" as const) }));
    return [...(i === 0 ? [] : [""]), caption, ...tableLines(look, columns, printed)];
  });
}
