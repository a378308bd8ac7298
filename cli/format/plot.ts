/**
 * A plot specification in characters: braille dots (2 x 4 per cell) or ASCII, axes with units and round ticks. The
 * cloud is drawn as dots, lines as finer dots or strokes, marks as `●`/`o`, the ringed mark as `◆`/`O`, so no meaning
 * depends on colour alone.
 */
import { position, tickLabels, ticksOf } from "../../base/plot/axis.js";
import type { Axis, Panel, PlotPoints } from "../../base/plot/spec.js";
import { type Look, type Paint, paint } from "./style.js";
import { cut, visibleWidth } from "./text-table.js";

/** A panel whose both axes are numeric. */
export type TerminalPanel = Panel & { readonly y: Axis };

/** Cells taken by the y labels, at least, and rows by the x axis (rule, tick labels, name). */
export const Y_LABEL_CELLS = 7;
const X_AXIS_ROWS = 3;

const BRAILLE_BIT = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** Canvas inside a plot of `width` x `height` characters whose y labels take `labelCells`. */
export function canvasSize(width: number, height: number, labelCells = Y_LABEL_CELLS): { readonly columns: number; readonly rows: number } {
  return { columns: Math.max(2, width - labelCells - 1), rows: Math.max(1, height - X_AXIS_ROWS - 1) };
}

/** Cells for labels: as many as the longest takes, of those within half the width. */
const cellsOf = (labels: readonly string[], width: number): number =>
  Math.max(Y_LABEL_CELLS, ...labels.map(({ length }) => length).filter((length) => length <= width / 2));

/**
 * The dots of a canvas. If kept from frame to frame, it looks at each point once: `show` draws only new points, and all
 * points only after a change of canvas or axes.
 */
export class Raster {
  /** One bit mask per cell, in braille bit order; [rows][columns]. */
  masks = new Uint8Array(0);
  private columns = 0;
  private rows = 0;
  private x: Axis | null = null;
  private y: Axis | null = null;
  private drawn = 0;

  /** Sets the dots of `points`. These must be the same growing points as before, or `clear` must be called first. */
  show(points: PlotPoints, x: Axis, y: Axis, columns: number, rows: number): void {
    if (columns !== this.columns || rows !== this.rows || !sameAxis(this.x, x) || !sameAxis(this.y, y)) {
      this.masks = new Uint8Array(columns * rows);
      [this.columns, this.rows, this.x, this.y, this.drawn] = [columns, rows, x, y, 0];
    }
    for (let i = this.drawn; i < points.length; i++) {
      const dot = dotOf(x, y, columns, rows, points.x[i], points.y[i]);
      if (dot !== null) setDot(this.masks, columns, dot.column, dot.row);
    }
    this.drawn = points.length;
  }

  clear(): void {
    this.columns = 0;
  }
}

function sameAxis(a: Axis | null, b: Axis): boolean {
  return a !== null && a.scale === b.scale && a.low === b.low && a.high === b.high;
}

/** The one of `cells` that a place from 0 to 1 falls into; 1 is the end of the last. */
const cellAt = (place: number, cells: number): number => Math.min(cells - 1, Math.floor(place * cells));

function setDot(masks: Uint8Array, columns: number, column: number, row: number): void {
  masks[(row >> 2) * columns + (column >> 1)] |= BRAILLE_BIT[row & 3][column & 1];
}

/** The dot of a point; null outside of the axes, both ends of which have a dot. */
function dotOf(
  x: Axis,
  y: Axis,
  columns: number,
  rows: number,
  px: number,
  py: number,
): { readonly column: number; readonly row: number } | null {
  const [across, down] = [position(x, px), 1 - position(y, py)];
  if (!(across >= 0 && across <= 1 && down >= 0 && down <= 1)) return null;
  return { column: cellAt(across, columns * 2), row: cellAt(down, rows * 4) };
}

type Over = "mark" | "ringed" | "across" | "up";

/** Everything that covers the cloud: marks by cell, and the dots of lines. */
interface Layer {
  readonly over: Map<number, Over>;
  readonly line: Uint8Array;
}

function layerOf(panel: TerminalPanel, columns: number, rows: number): Layer {
  const { x, y } = panel;
  const over = new Map<number, Over>();
  const line = new Uint8Array(columns * rows);
  const dotAt = (points: PlotPoints, i: number): { readonly column: number; readonly row: number } | null =>
    dotOf(x, y, columns, rows, points.x[i], points.y[i]);
  for (const series of panel.series) {
    if (series.kind === "line") {
      for (let i = 1; i < series.points.length; i++) stroke(line, over, columns, dotAt(series.points, i - 1), dotAt(series.points, i));
    }
  }
  for (const series of panel.series) {
    if (series.kind !== "marks") continue;
    for (let i = 0; i < series.points.length; i++) {
      const dot = dotAt(series.points, i);
      if (dot === null) continue;
      const cell = (dot.row >> 2) * columns + (dot.column >> 1);
      if (over.get(cell) !== "ringed") over.set(cell, i === series.ringed?.index ? "ringed" : "mark");
    }
  }
  return { over, line };
}

/** The straight line between two dots. */
function stroke(
  line: Uint8Array,
  over: Map<number, Over>,
  columns: number,
  from: { readonly column: number; readonly row: number } | null,
  to: { readonly column: number; readonly row: number } | null,
): void {
  if (from === null || to === null) return;
  const steps = Math.max(Math.abs(to.column - from.column), Math.abs(to.row - from.row), 1);
  const kind = Math.abs(to.column - from.column) >= Math.abs(to.row - from.row) ? "across" : "up";
  for (let i = 0; i <= steps; i++) {
    const column = Math.round(from.column + ((to.column - from.column) * i) / steps);
    const row = Math.round(from.row + ((to.row - from.row) * i) / steps);
    setDot(line, columns, column, row);
    over.set((row >> 2) * columns + (column >> 1), kind);
  }
}

/** Exactly `height` lines of at most `width` cells: y label, canvas with its axis, x rule, x labels, x name. */
export function plotLines(look: Look, panel: TerminalPanel, width: number, height: number, raster = new Raster()): string[] {
  const { x, y } = panel;
  const ticks = yTicks(y, canvasSize(width, height).rows);
  const labels = tickLabels(ticks);
  const labelCells = cellsOf(labels, width);
  const { columns, rows } = canvasSize(width, height, labelCells);
  for (const series of panel.series) if (series.kind === "cloud") raster.show(series.points, x, y, columns, rows);
  const masks = raster.masks.length === columns * rows ? raster.masks : new Uint8Array(columns * rows);
  const { over, line } = layerOf(panel, columns, rows);
  const labelOfRow = new Map<number, string>();
  labels.forEach((label, i) => {
    const row = cellAt(Math.max(0, 1 - position(y, ticks[i])), rows);
    if (!labelOfRow.has(row)) labelOfRow.set(row, label);
  });
  const bar = look.unicode ? "│" : "|";
  const tee = look.unicode ? "┤" : "+";
  const lines = [paint(look, cut(`${plainly(look, y.label)}${y.scale === "log" ? ", log" : ""}`, width), "bold")];
  for (let row = 0; row < rows; row++) {
    const label = labelOfRow.get(row);
    // a number that is cut would be another one
    const text = label === undefined || label.length > labelCells ? "" : label;
    const edge = `${text.padStart(labelCells)}${label === undefined ? bar : tee}`;
    lines.push(paint(look, edge, "dim") + canvasLine(look, row * columns, columns, masks, line, over));
  }
  return [...lines, ...xAxisLines(look, x, columns, labelCells)];
}

/** One tick per three rows; more if a single label would not show the scale. */
function yTicks(y: Axis, rows: number): readonly number[] {
  for (let count = Math.max(2, Math.floor(rows / 3)); ; count++) {
    const ticks = ticksOf(y, count);
    if (ticks.length >= 2 || count >= rows) return ticks;
  }
}

type Glyph = "blank" | "cloud" | "line" | "mark" | "ringed";

const PAINTS: { readonly [glyph in Glyph]: readonly Paint[] } = {
  blank: [],
  cloud: ["cyan"],
  line: ["yellow", "dim"],
  mark: ["yellow", "bold"],
  ringed: ["magenta", "bold"],
};

/** One row of the canvas; one escape sequence per run of equal paint, not one per cell. */
function canvasLine(
  look: Look,
  start: number,
  columns: number,
  masks: Uint8Array,
  line: Uint8Array,
  over: ReadonlyMap<number, Over>,
): string {
  let text = "";
  let run = "";
  let last: Glyph = "blank";
  for (let cell = start; cell < start + columns; cell++) {
    const mark = over.get(cell);
    const glyph: Glyph = mark === "mark" || mark === "ringed" ? mark : mark !== undefined ? "line" : masks[cell] === 0 ? "blank" : "cloud";
    if (glyph !== last) {
      text += paint(look, run, ...PAINTS[last]);
      run = "";
      last = glyph;
    }
    run += character(look, glyph, mark, masks[cell] | line[cell], masks[cell]);
  }
  return text + paint(look, run, ...PAINTS[last]);
}

function character(look: Look, glyph: Glyph, mark: Over | undefined, mask: number, cloud: number): string {
  if (glyph === "ringed") return look.unicode ? "◆" : "O";
  if (glyph === "mark") return look.unicode ? "●" : "o";
  if (glyph === "blank") return " ";
  if (look.unicode) return String.fromCharCode(0x2800 + mask);
  if (glyph === "line") return mark === "across" ? "-" : "|";
  return (cloud & (cloud - 1)) === 0 ? "." : ":";
}

/** A label in characters that the terminal can show. */
export function plainly(look: Look, label: string): string {
  return look.unicode ? label : label.replaceAll("µ", "u").replaceAll("²", "2").replaceAll("·", " ");
}

function xAxisLines(look: Look, axis: Axis, columns: number, labelCells: number): string[] {
  const ticks = ticksOf(axis, Math.max(2, Math.floor(columns / 9)));
  const rule = new Array<string>(columns).fill(look.unicode ? "─" : "-");
  const text = new Array<string>(columns).fill(" ");
  let free = 0;
  tickLabels(ticks).forEach((tick, i) => {
    const at = cellAt(position(axis, ticks[i]), columns);
    rule[at] = look.unicode ? "┴" : "+";
    const start = Math.max(0, at - (tick.length >> 1));
    if (start < free || start + tick.length > columns) return;
    for (let k = 0; k < tick.length; k++) text[start + k] = tick[k];
    free = start + tick.length + 1;
  });
  const pad = " ".repeat(labelCells);
  const name = cut(`${plainly(look, axis.label)}${axis.scale === "log" ? ", log" : ""}`, columns);
  return [
    paint(look, `${pad}${look.unicode ? "└" : "+"}${rule.join("")}`, "dim"),
    paint(look, `${pad} ${text.join("")}`, "dim"),
    paint(look, `${pad} ${" ".repeat((columns - visibleWidth(name)) >> 1)}${name}`, "bold"),
  ];
}
