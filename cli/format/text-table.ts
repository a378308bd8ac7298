/** Aligned text tables: unit in the header, numbers to the right, an optional total line. */
import { type Look, paint } from "./style.js";
import { unstyled } from "./terminal-text.js";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Cells that it may be cut to, with `..`, where the table is wider than its room. */
  readonly least?: number;
  /** Left out where the table is wider than its room even so, the lowest of such columns first. */
  readonly yields?: number;
}

/** Width of text on the screen without its styles; every character used here is one cell wide. */
export function visibleWidth(text: string): number {
  return [...unstyled(text)].length;
}

/** Cuts or pads plain text to exactly `width` cells. */
export function cell(text: string, width: number, align: "left" | "right" = "left"): string {
  if (width <= 0) return "";
  const length = visibleWidth(text);
  if (length > width) return width <= 2 ? [...text].slice(0, width).join("") : `${[...text].slice(0, width - 2).join("")}..`;
  return align === "left" ? text + " ".repeat(width - length) : " ".repeat(width - length) + text;
}

/** The table as lines, two spaces between columns; `totals` is one more row under a rule. In `room` cells as far as columns are cut or yield. */
export function tableLines(
  look: Look,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  totals: readonly string[] | null = null,
  room = look.columns ?? Number.POSITIVE_INFINITY,
): string[] {
  const all = totals === null ? rows : [...rows, totals];
  const widths = columns.map((column, i) => Math.max(column.title.length, ...all.map((row) => visibleWidth(row[i] ?? ""))));
  const widthOf = (shown: readonly number[]): number => shown.reduce((sum, i) => sum + widths[i] + 2, -2);
  let shown = columns.map((_, i) => i);
  const leastOf = (i: number): number => Math.min(widths[i], Math.max(columns[i].title.length, columns[i].least ?? widths[i]));
  const leastWidth = (of: readonly number[]): number => of.reduce((sum, i) => sum + leastOf(i) + 2, -2);
  const yielding = shown
    .filter((i) => columns[i]?.yields !== undefined)
    .sort((a, b) => (columns[a]?.yields as number) - (columns[b]?.yields as number));
  for (const i of yielding) if (leastWidth(shown) > room) shown = shown.filter((other) => other !== i);
  for (const i of shown) widths[i] = Math.max(leastOf(i), widths[i] - Math.max(0, widthOf(shown) - room));
  const line = (cells: readonly string[]): string =>
    shown
      .map((i) => cell(cells[i] ?? "", widths[i], columns[i].align))
      .join("  ")
      .trimEnd();
  const rule = (look.unicode ? "─" : "-").repeat(widthOf(shown));
  return [
    paint(look, line(columns.map((column) => column.title)), "bold"),
    paint(look, rule, "dim"),
    ...rows.map(line),
    ...(totals === null ? [] : [paint(look, rule, "dim"), paint(look, line(totals), "bold")]),
  ];
}
