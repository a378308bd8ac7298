/** Aligned text tables: unit in the header, numbers aligned right, an optional total line. */
import { beginningOf, cellsOf } from "./cells.js";
import { type Look, paint } from "./style.js";
import { unstyled } from "./terminal-text.js";
import { wrapped } from "./words.js";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Least width in cells if the table is wider than its room; cut texts end in `..`. */
  readonly least?: number;
  /** Long text continues in further lines of its row and is not cut. */
  readonly wraps?: boolean;
  /** The column is left out if the table is still wider than its room, the lowest number first. */
  readonly yields?: number;
  /** Identifies its row together with the first column: repeated in front if the table continues below. */
  readonly names?: boolean;
}

/** Cells that a column whose texts wrap takes at most, however wide the room. */
const WRAPPED_CELLS = 100;

/** Width of text on the screen, without styles. */
export function visibleWidth(text: string): number {
  return cellsOf(unstyled(text));
}

/** Plain text in at most `width` cells; one that is cut ends in `..`. */
export function cut(text: string, width: number): string {
  if (visibleWidth(text) <= width) return text;
  return width <= 2 ? beginningOf(text, width) : `${beginningOf(text, width - 2)}..`;
}

/** Cuts or pads plain text to exactly `width` cells. */
export function cell(text: string, width: number, align: "left" | "right" = "left"): string {
  if (width <= 0) return "";
  const shown = cut(text, width);
  const rest = " ".repeat(width - visibleWidth(shown)); // of a text that is cut too: half a wide letter cannot be shown
  return align === "left" ? shown + rest : rest + shown;
}

/** The parts between which a title may break: after a blank, an underscore or a hyphen. */
const partsOf = (title: string): readonly string[] => title.split(/(?<=[ _-])/);

/** A title in lines of at most `width` cells; a longer part has its own line. */
function titleLines(title: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of partsOf(title)) {
    const longer = (lines.at(-1) ?? "") + part;
    if (lines.length === 0 || visibleWidth(longer.trimEnd()) > width) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => line.trimEnd());
}

type Row = readonly string[];

/**
 * The table as lines, with two spaces between columns; `totals` is one more row under a rule. If the table is wider
 * than `room`, first titles break and columns narrow, then columns with `yields` are left out. The remaining columns
 * continue below, after the columns that name the row: no line is wider than `room`, and no number is lost. Cells are
 * cut below their least width only if two columns do not fit beside each other.
 */
export function tableLines(
  look: Look,
  columns: readonly Column[],
  rows: readonly Row[],
  totals: Row | null = null,
  room = look.columns ?? Number.POSITIVE_INFINITY,
): string[] {
  const all = totals === null ? rows : [...rows, totals];
  const cells = columns.map((_, i) => all.reduce((most, row) => Math.max(most, visibleWidth(row[i] ?? "")), 0));
  const widths = columns.map(({ title, wraps }, i) =>
    Math.max(visibleWidth(title), wraps === true ? Math.min(cells[i], WRAPPED_CELLS) : cells[i]),
  );
  const least = columns.map((column, i) => {
    const parts = partsOf(column.title).map((part) => visibleWidth(part.trimEnd()));
    return Math.min(widths[i], Math.max(column.least ?? cells[i], ...parts));
  });
  const blocks = blocksOf(columns, shownOf(columns, least, room), least, room);
  return blocks.flatMap((shown, i) => [
    ...(i === 0 ? [] : [""]),
    ...blockLines(look, columns, rows, totals, shown, fitted(shown, widths, least, room)),
  ]);
}

const totalWidth = (shown: readonly number[], widths: readonly number[]): number => shown.reduce((sum, i) => sum + widths[i] + 2, -2);

/**
 * Indices of the columns that stay: while the narrowest table is wider than its room, the column with the lowest
 * `yields` is left out.
 */
function shownOf(columns: readonly Column[], least: readonly number[], room: number): readonly number[] {
  const yielding = columns
    .flatMap(({ yields }, column) => (yields === undefined ? [] : [{ yields, column }]))
    .sort((a, b) => a.yields - b.yields);
  let shown = columns.map((_, i) => i);
  for (const { column } of yielding) if (totalWidth(shown, least) > room) shown = shown.filter((other) => other !== column);
  return shown;
}

/** Columns of the tables that stand below each other: as many as fit, after the columns that name the row. */
function blocksOf(
  columns: readonly Column[],
  shown: readonly number[],
  least: readonly number[],
  room: number,
): readonly (readonly number[])[] {
  const names = shown.filter((i) => i === 0 || columns[i].names === true);
  const blocks: number[][] = [[...names]];
  for (const column of shown.filter((i) => !names.includes(i))) {
    const block = blocks[blocks.length - 1];
    if (block.length > names.length && totalWidth([...block, column], least) > room) blocks.push([...names, column]);
    else block.push(column);
  }
  return blocks;
}

/**
 * Widths by column: the wished widths, made narrower from the left as needed; below the least widths, the widest column
 * first.
 */
function fitted(shown: readonly number[], wished: readonly number[], least: readonly number[], room: number): readonly number[] {
  const widths = [...wished];
  const over = (): number => totalWidth(shown, widths) - room;
  for (const i of shown) widths[i] = Math.max(least[i], widths[i] - Math.max(0, over()));
  while (over() > 0) {
    const widest = shown.reduce((most, i) => (widths[i] > widths[most] ? i : most));
    if (widths[widest] <= 1) break;
    widths[widest] -= 1;
  }
  return widths;
}

function blockLines(
  look: Look,
  columns: readonly Column[],
  rows: readonly Row[],
  totals: Row | null,
  shown: readonly number[],
  widths: readonly number[],
): readonly string[] {
  const line = (of: Row): string =>
    shown
      .map((i) => cell(of[i] ?? "", widths[i], columns[i].align))
      .join("  ")
      .trimEnd();
  const rowLines = (of: Row): readonly string[] => {
    const texts = columns.map(({ wraps }, i) => (wraps === true ? wrapped(of[i] ?? "", widths[i]) : [of[i] ?? ""]));
    const high = Math.max(...shown.map((i) => texts[i].length));
    return Array.from({ length: high }, (_, row) => line(texts.map((lines) => lines[row] ?? "")));
  };
  const rule = (look.unicode ? "─" : "-").repeat(totalWidth(shown, widths));
  const titles = columns.map(({ title }, i) => titleLines(title, widths[i]));
  const high = Math.max(...shown.map((i) => titles[i].length));
  const heads = Array.from({ length: high }, (_, row) => line(titles.map((lines) => lines[row - high + lines.length] ?? "")));
  return [
    ...heads.map((head) => paint(look, head, "bold")),
    paint(look, rule, "dim"),
    ...rows.flatMap(rowLines),
    ...(totals === null ? [] : [paint(look, rule, "dim"), paint(look, line(totals), "bold")]),
  ];
}
