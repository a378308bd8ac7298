/** The comparison of models, printed. Effects: prints. */
import { renderComparison, type TableEntry, type TableFormat, tradeoffPlot } from "../../app/evaluate-models.js";
import { svg } from "../../base/plot/svg.js";
import { printContent } from "./print.js";

export type ComparisonFormat = TableFormat | "svg";

export function printTable(entries: readonly TableEntry[], format: ComparisonFormat): void {
  printContent(format === "svg" ? svg(tradeoffPlot(entries)) : renderComparison(entries, format));
}
