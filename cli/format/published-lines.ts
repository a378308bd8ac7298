/** Published numbers compared with the models, as text. Pure. */
import { BASES, heldText, isHeld, isSeen, isWithin, type Misses, missesOf, type PublishedRow, siliconMisses } from "../../app/published.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

/** `+0.24 %`, `+1`, or, without a tolerance or a ratio, `x0.72`. */
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

/** Per basis: how many rows, and how many are within tolerance; then the error of predictions, by kind. */
function summaryLines(rows: readonly PublishedRow[]): string[] {
  const counts = BASES.flatMap((basis) => {
    const all = rows.filter((row) => row.basis === basis);
    const bound = all.filter((row) => row.tolerance !== null);
    if (all.length === 0) return [];
    return [
      bound.length === 0 ? `${basis} ${all.length}` : `${basis} ${all.length} (${bound.filter(isWithin).length} of ${bound.length} within)`,
    ];
  });
  const misses = missesOf(rows).map(missText);
  return [counts.join("; "), ...(misses.length === 0 ? [] : ["model / published of what is predicted:", ...misses]), ...siliconLines(rows)];
}

function missText({ kind, evidence, count, geometricMean, least, largest }: Misses): string {
  const range = count > 1 ? `, x${least.toPrecision(2)} to x${largest.toPrecision(2)}` : "";
  return `  ${kind.padEnd(8)} ${evidence.padEnd(10)} x${geometricMean.toPrecision(2)} in the geometric mean of ${count}${range}`;
}

/** Errors of predictions on silicon, and how many published numbers are within their intervals. */
function siliconLines(rows: readonly PublishedRow[]): string[] {
  if (rows.every(({ silicon }) => silicon === null)) return [];
  return [
    "on silicon / published, by factors from other chips only (without rows that are marked as seen):",
    ...siliconMisses(rows).map(missText),
    `90 % intervals hold ${heldText(rows)}`,
  ];
}

/** `x1.3`, by factors from the other rows, or, if marked, from all rows; then the interval. */
function siliconTexts(row: PublishedRow, look: Look): [ratio: string, interval: string] {
  const { silicon, published } = row;
  if (silicon === null) return ["", ""];
  const ratio = (value: number): string => (value / published).toPrecision(2);
  const interval = `${ratio(silicon.low)} to ${ratio(silicon.high)}`;
  return [
    isSeen(row) ? `x${ratio(silicon.value)} (seen)` : `x${ratio(silicon.leftOut ?? silicon.value)}`,
    isHeld(row) === true ? interval : paint(look, `${interval} MISSES`, "yellow"),
  ];
}

export function publishedLines(rows: readonly PublishedRow[], look: Look): string[] {
  const columns = [
    { title: "chip", align: "left" },
    { title: "quantity", align: "left", least: 20, wraps: true, names: true },
    { title: "unit", align: "left" },
    { title: "published", align: "right" },
    { title: "model", align: "right" },
    { title: "error", align: "right" },
    { title: "on silicon", align: "right" },
    { title: "90 % of it", align: "right" },
    { title: "allowed", align: "right" },
    { title: "basis", align: "left" },
    { title: "", align: "left" },
  ] as const;
  const number = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4));
  const cells = rows.map((row) => [
    ...[row.chip, row.quantity, row.unit, number(row.published), number(row.model), differenceText(row)],
    ...[...siliconTexts(row, look), allowedText(row), row.basis],
    verdictText(row, look),
  ]);
  return [...tableLines(look, columns, cells), "", ...summaryLines(rows)];
}
