/** Published numbers beside their models, as text. Pure. */
import { BASES, isWithin, missesOf, type PublishedRow } from "../../app/published.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

/** `+0.24 %`, `+1`, or where nothing is allowed or not the ratio: `x0.72`. */
function differenceText({ model, published, tolerance }: PublishedRow): string {
  if (tolerance === null) return `x${(model / published).toPrecision(2)}`;
  const difference = model - published;
  const sign = difference < 0 ? "" : "+";
  return "absolute" in tolerance ? `${sign}${difference}` : `${sign}${((100 * difference) / published).toFixed(2)} %`;
}

function allowedText({ tolerance }: PublishedRow): string {
  if (tolerance === null) return "";
  return "percent" in tolerance ? `${tolerance.percent} %` : String(tolerance.absolute);
}

function verdictText(row: PublishedRow, look: Look): string {
  const within = isWithin(row);
  if (within === null) return "";
  return within ? paint(look, "ok", "green") : paint(look, "OUTSIDE", "red", "bold");
}

/** Per basis how many there are and how many lie within; then how far predictions lie off, by kind. */
function summaryLines(rows: readonly PublishedRow[]): string[] {
  const counts = BASES.flatMap((basis) => {
    const all = rows.filter((row) => row.basis === basis);
    const bound = all.filter((row) => row.tolerance !== null);
    if (all.length === 0) return [];
    return [
      bound.length === 0 ? `${basis} ${all.length}` : `${basis} ${all.length} (${bound.filter(isWithin).length} of ${bound.length} within)`,
    ];
  });
  const misses = missesOf(rows).map(({ kind, evidence, count, geometricMean, least, largest }) => {
    const range = count > 1 ? `, x${least.toPrecision(2)} to x${largest.toPrecision(2)}` : "";
    return `  ${kind.padEnd(8)} ${evidence.padEnd(10)} x${geometricMean.toPrecision(2)} in the geometric mean of ${count}${range}`;
  });
  return [counts.join("; "), ...(misses.length === 0 ? [] : ["model / published of what is predicted:", ...misses])];
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
  const cells = rows.map((row) => [
    ...[row.chip, row.quantity, row.unit, number(row.published), number(row.model), differenceText(row), allowedText(row), row.basis],
    verdictText(row, look),
  ]);
  return [...tableLines(look, columns, cells), "", ...summaryLines(rows)];
}
