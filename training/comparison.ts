/** The comparison of the paper over any set of evaluated models, as text. Pure. */
import { joined } from "../base/escape/filtered.js";
import { recipeTable } from "./recipes.js";
import { COMPARISON, NEUROBENCH, OPERATIONS, renderTable, type TableEntry, type TableFormat, type TableText, tableOf } from "./table.js";

/** All that `snn-dse table` prints: three tables of models and one of recipes, or for csv one wide one of models. */
export function renderComparison(entries: readonly TableEntry[], format: TableFormat): TableText {
  if (format === "csv")
    return renderTable(tableOf([...COMPARISON, ...OPERATIONS.slice(1), ...NEUROBENCH.slice(1)], entries), format, "Trained networks.");
  const tables = [
    [COMPARISON, "Error, size and multiplications of the trained networks."],
    [OPERATIONS, "Operations a frame of the trained networks."],
    [NEUROBENCH, "NeuroBench metrics of the trained networks."],
  ] as const;
  const texts = tables.map(([columns, caption]) => renderTable(tableOf(columns, entries), format, caption));
  const recipes = renderTable(recipeTable(entries), format, "Means over the seeds of a recipe, beside the LSTM of its width.");
  return joined([...texts, recipes], "\n");
}
