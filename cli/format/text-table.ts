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

/** Where a title may go on in another line: behind a blank, an underscore or a hyphen. */
const partsOf = (title: string): readonly string[] => title.split(/(?<=[ _-])/);

/** A title in lines of at most `width` cells; a part that is longer stands alone. */
function titleLines(title: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of partsOf(title)) {
    const longer = (lines.at(-1) ?? "") + part;
    if (lines.length === 0 || visibleWidth(longer.trimEnd()) > width) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => line.trimEnd());
}

/**
 * The table as lines, two spaces between columns; `totals` is one more row under a rule. Where it is wider than `room`, titles go on in further lines and
 * columns are cut, as far as both can be; if that is not enough, columns yield.
 */
export function tableLines(
  look: Look,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  totals: readonly string[] | null = null,
  room = look.columns ?? Number.POSITIVE_INFINITY,
): string[] {
  const all = totals === null ? rows : [...rows, totals];
  const cells = columns.map((_, i) => Math.max(0, ...all.map((row) => visibleWidth(row[i] ?? ""))));
  const widths = columns.map(({ title }, i) => Math.max(visibleWidth(title), cells[i]));
  const widthOf = (shown: readonly number[]): number => shown.reduce((sum, i) => sum + widths[i] + 2, -2);
  let shown = columns.map((_, i) => i);
  const leastOf = (i: number): number => {
    const parts = partsOf(columns[i].title).map((part) => visibleWidth(part.trimEnd()));
    return Math.min(widths[i], Math.max(columns[i].least ?? cells[i], ...parts));
  };
  const leastWidth = (of: readonly number[]): number => of.reduce((sum, i) => sum + leastOf(i) + 2, -2);
  const yielding = shown
    .filter((i) => columns[i]?.yields !== undefined)
    .sort((a, b) => (columns[a]?.yields as number) - (columns[b]?.yields as number));
  for (const i of yielding) if (leastWidth(shown) > room) shown = shown.filter((other) => other !== i);
  for (const i of shown) widths[i] = Math.max(leastOf(i), widths[i] - Math.max(0, widthOf(shown) - room));
  const line = (of: readonly string[]): string =>
    shown
      .map((i) => cell(of[i] ?? "", widths[i], columns[i].align))
      .join("  ")
      .trimEnd();
  const rule = (look.unicode ? "─" : "-").repeat(widthOf(shown));
  const titles = columns.map(({ title }, i) => titleLines(title, widths[i]));
  const high = Math.max(...shown.map((i) => titles[i].length));
  const heads = Array.from({ length: high }, (_, row) => line(titles.map((lines) => lines[row - high + lines.length] ?? "")));
  return [
    ...heads.map((head) => paint(look, head, "bold")),
    paint(look, rule, "dim"),
    ...rows.map(line),
    ...(totals === null ? [] : [paint(look, rule, "dim"), paint(look, line(totals), "bold")]),
  ];
}
