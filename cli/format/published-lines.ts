/** Published numbers beside their models, as text. Pure. */
import { isWithin, type PublishedRow } from "../../app/published.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

/** `+0.24 %` or `+1`, by the kind of the row's tolerance. */
function differenceText(row: PublishedRow): string {
  const difference = row.model - row.published;
  const sign = difference < 0 ? "" : "+";
  if ("absolute" in row.tolerance) return `${sign}${difference}`;
  return `${sign}${((100 * difference) / row.published).toFixed(2)} %`;
}

export function publishedLines(rows: readonly PublishedRow[], look: Look): string[] {
  const columns = [
    { title: "chip", align: "left" },
    { title: "quantity", align: "left", maxWidth: 78 },
    { title: "unit", align: "left" },
    { title: "published", align: "right" },
    { title: "model", align: "right" },
    { title: "error", align: "right" },
    { title: "allowed", align: "right" },
    { title: "basis", align: "left" },
    { title: "", align: "left" },
  ] as const;
  const number = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4));
  const cells = rows.map((row) => {
    const allowed = "percent" in row.tolerance ? `${row.tolerance.percent} %` : String(row.tolerance.absolute);
    const verdict = isWithin(row) ? paint(look, "ok", "green") : paint(look, "OUTSIDE", "red", "bold");
    return [row.chip, row.quantity, row.unit, number(row.published), number(row.model), differenceText(row), allowed, row.basis, verdict];
  });
  const inside = rows.filter(isWithin).length;
  const predicted = rows.filter((row) => row.basis === "predicted");
  const summary = `${inside}/${rows.length} within tolerance; ${predicted.filter(isWithin).length}/${predicted.length} of the predicted ones`;
  return [...tableLines(look, columns, cells), "", summary];
}
