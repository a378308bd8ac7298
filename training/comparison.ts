/** The paper's comparison over any set of evaluated models, as tables and as text. Pure. */
import { joined } from "../base/escape/filtered.js";
import { recipeTable } from "./recipes.js";
import {
  COMPARISON,
  NEUROBENCH,
  OPERATIONS,
  renderTable,
  type Table,
  type TableEntry,
  type TableFormat,
  type TableText,
  tableOf,
} from "./table.js";

/** The tables of the comparison, each with its caption: three of models, one of recipes. */
export function comparisonTables(entries: readonly TableEntry[]): readonly (readonly [table: Table, caption: string])[] {
  return [
    [tableOf(COMPARISON, entries), "Error, size and multiplications of the trained networks."],
    [tableOf(OPERATIONS, entries), "Operations per frame of the trained networks."],
    [tableOf(NEUROBENCH, entries), "NeuroBench metrics of the trained networks."],
    [recipeTable(entries), "Means over the seeds of a recipe, compared with the LSTM of the same width."],
  ];
}

/** The tables of the comparison as text; in CSV, one wide table of models. */
export function renderComparison(entries: readonly TableEntry[], format: TableFormat): TableText {
  if (format === "csv")
    return renderTable(tableOf([...COMPARISON, ...OPERATIONS.slice(1), ...NEUROBENCH.slice(1)], entries), format, "Trained networks.");
  return joined(
    comparisonTables(entries).map(([table, caption]) => renderTable(table, format, caption)),
    "\n",
  );
}
