/**
 * Scatter plot in characters: braille dots (2 x 4 a cell) or ASCII, axes with units and round ticks.
 * Marks: every point a dot, the front `●`/`o`, the selected point `◆`/`O`; so the meaning never hangs on colour.
 */
import { position, type Scale, scaleOf, tickLabels, ticksOf } from "./scale.js";
import { type Look, type Paint, paint } from "./style.js";

export interface Axis {
  /** With unit, e.g. `energy uJ`. */
  readonly label: string;
  readonly log: boolean;
}

/** Points by index; only the first `length` entries count, NaN is skipped. */
export interface PointCloud {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly length: number;
}

/** Limits of the finite pairs of a cloud. */
export interface Limits {
  readonly xLow: number;
  readonly xHigh: number;
  readonly yLow: number;
  readonly yHigh: number;
}

export const NO_LIMITS: Limits = {
  xLow: Number.POSITIVE_INFINITY,
  xHigh: Number.NEGATIVE_INFINITY,
  yLow: Number.POSITIVE_INFINITY,
  yHigh: Number.NEGATIVE_INFINITY,
};

/** Limits after the points from `start` on are added to `before`. */
export function widenLimits(before: Limits, cloud: PointCloud, start = 0): Limits {
  let { xLow, xHigh, yLow, yHigh } = before;
  for (let i = start; i < cloud.length; i++) {
    const x = cloud.x[i] as number;
    const y = cloud.y[i] as number;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    if (x < xLow) xLow = x;
    if (x > xHigh) xHigh = x;
    if (y < yLow) yLow = y;
    if (y > yHigh) yHigh = y;
  }
  return { xLow, xHigh, yLow, yHigh };
}

/** Which dots of a canvas are set; a cell has 2 x 4 dots. Grows by `addDots` without looking at earlier points again. */
export interface Dots {
  readonly columns: number;
  readonly rows: number;
  readonly xScale: Scale;
  readonly yScale: Scale;
  /** Bit mask a cell, in braille bit order; row-major [rows][columns]. */
  readonly masks: Uint8Array;
}

const BRAILLE_BIT = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

export function createDots(columns: number, rows: number, limits: Limits, xLog: boolean, yLog: boolean): Dots {
  return {
    columns,
    rows,
    xScale: scaleOf(limits.xLow, limits.xHigh, xLog),
    yScale: scaleOf(limits.yLow, limits.yHigh, yLog),
    masks: new Uint8Array(columns * rows),
  };
}

/** Sets the dots of the cloud's points from `start` on, in place. */
export function addDots(dots: Dots, cloud: PointCloud, start = 0): void {
  for (let i = start; i < cloud.length; i++) {
    const dot = dotOf(dots, cloud.x[i] as number, cloud.y[i] as number);
    if (dot === null) continue;
    const cell = (dot.row >> 2) * dots.columns + (dot.column >> 1);
    dots.masks[cell] = (dots.masks[cell] as number) | (BRAILLE_BIT[dot.row & 3] as readonly [number, number])[dot.column & 1];
  }
}

function dotOf(dots: Dots, x: number, y: number): { readonly column: number; readonly row: number } | null {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
  const column = Math.floor(position(dots.xScale, x) * dots.columns * 2);
  const row = Math.floor((1 - position(dots.yScale, y)) * dots.rows * 4);
  if (column < 0 || row < 0 || column >= dots.columns * 2 || row >= dots.rows * 4) return null;
  return { column, row };
}

export interface Marks {
  /** Natural coordinates of the front's points. */
  readonly front: readonly (readonly [number, number])[];
  readonly selected: readonly [number, number] | null;
}

/** Cells taken by the y labels, and rows by the x axis (rule, tick labels, name). */
export const Y_LABEL_CELLS = 7;
export const X_AXIS_ROWS = 3;

/** Canvas size inside a plot of `width` x `height` characters. */
export function canvasSize(width: number, height: number): { readonly columns: number; readonly rows: number } {
  return { columns: Math.max(2, width - Y_LABEL_CELLS - 1), rows: Math.max(1, height - X_AXIS_ROWS - 1) };
}

/** The plot as exactly `height` lines of `width` cells: y label, canvas with its axis, x rule, x labels, x name. */
export function scatterLines(look: Look, dots: Dots, marks: Marks, x: Axis, y: Axis): string[] {
  const { columns, rows } = dots;
  const over = new Map<number, "front" | "selected">();
  for (const [fx, fy] of marks.front) {
    const dot = dotOf(dots, fx, fy);
    if (dot !== null) over.set((dot.row >> 2) * columns + (dot.column >> 1), "front");
  }
  if (marks.selected !== null) {
    const dot = dotOf(dots, ...marks.selected);
    if (dot !== null) over.set((dot.row >> 2) * columns + (dot.column >> 1), "selected");
  }
  const yTicks = ticksOf(dots.yScale, Math.max(2, Math.floor(rows / 3)));
  const labelOfRow = new Map<number, string>();
  tickLabels(yTicks).forEach((label, i) => {
    const row = Math.min(rows - 1, Math.max(0, Math.floor((1 - position(dots.yScale, yTicks[i] as number)) * rows)));
    if (!labelOfRow.has(row)) labelOfRow.set(row, label);
  });
  const bar = look.unicode ? "│" : "|";
  const tee = look.unicode ? "┤" : "+";
  const lines = [paint(look, `${y.label}${dots.yScale.kind === "log" ? ", log" : ""}`, "bold")];
  for (let row = 0; row < rows; row++) {
    const label = labelOfRow.get(row);
    const canvas = Array.from({ length: columns }, (_, column) =>
      glyph(look, over.get(row * columns + column), dots.masks[row * columns + column] as number),
    );
    lines.push(
      `${(label ?? "").slice(0, Y_LABEL_CELLS).padStart(Y_LABEL_CELLS)}${label === undefined ? bar : tee}${painted(look, canvas)}`,
    );
  }
  return [...lines, ...xAxisLines(look, dots.xScale, columns, x.label)];
}

interface Glyph {
  readonly text: string;
  readonly paints: readonly Paint[];
}

const BLANK: Glyph = { text: " ", paints: [] };
const DOT_PAINTS: readonly Paint[] = ["cyan"];
const FRONT_PAINTS: readonly Paint[] = ["yellow", "bold"];
const SELECTED_PAINTS: readonly Paint[] = ["magenta", "bold"];

function glyph(look: Look, mark: "front" | "selected" | undefined, mask: number): Glyph {
  if (mark === "selected") return { text: look.unicode ? "◆" : "O", paints: SELECTED_PAINTS };
  if (mark === "front") return { text: look.unicode ? "●" : "o", paints: FRONT_PAINTS };
  if (mask === 0) return BLANK;
  if (look.unicode) return { text: String.fromCharCode(0x2800 + mask), paints: DOT_PAINTS };
  return { text: (mask & (mask - 1)) === 0 ? "." : ":", paints: DOT_PAINTS };
}

/** One escape sequence a run of equal paint, not one a cell. */
function painted(look: Look, glyphs: readonly Glyph[]): string {
  let line = "";
  for (let i = 0; i < glyphs.length; ) {
    const { paints } = glyphs[i] as Glyph;
    let run = "";
    while (i < glyphs.length && (glyphs[i] as Glyph).paints === paints) run += (glyphs[i++] as Glyph).text;
    line += paint(look, run, ...paints);
  }
  return line;
}

function xAxisLines(look: Look, scale: Scale, columns: number, label: string): string[] {
  const ticks = ticksOf(scale, Math.max(2, Math.floor(columns / 9)));
  const rule = new Array<string>(columns).fill(look.unicode ? "─" : "-");
  const text = new Array<string>(columns).fill(" ");
  let free = 0;
  tickLabels(ticks).forEach((tick, i) => {
    const at = Math.min(columns - 1, Math.floor(position(scale, ticks[i] as number) * columns));
    rule[at] = look.unicode ? "┴" : "+";
    const start = Math.max(0, at - (tick.length >> 1));
    if (start < free || start + tick.length > columns) return;
    for (let k = 0; k < tick.length; k++) text[start + k] = tick[k] as string;
    free = start + tick.length + 1;
  });
  const pad = " ".repeat(Y_LABEL_CELLS);
  const name = `${label}${scale.kind === "log" ? ", log" : ""}`.slice(0, columns);
  return [
    `${pad}${look.unicode ? "└" : "+"}${rule.join("")}`,
    `${pad} ${text.join("")}`,
    paint(look, `${pad} ${name.padStart((columns + name.length) >> 1)}`, "bold"),
  ];
}
