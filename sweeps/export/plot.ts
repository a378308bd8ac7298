/**
 * The scatter of a front as a drawing: lengths in points (1/72 inch), origin at the top left, ready for SVG and PDF.
 * Single-column (3.5 in) and double-column (7.16 in) widths of two-column conference papers; 8 pt text. Shapes tell front from rest without
 * colour; the colour scale is cividis, whose lightness rises evenly, so it reads in grey and with colour-blind eyes.
 * Source: Nunez, Anderton, Renslow, "Optimizing colormaps with consideration for color vision deficiency", PLoS ONE 13(7), 2018 (cividis).
 */
import type { MetricName } from "../../sim/index.js";
import { nonDominated } from "../pareto.js";
import { metricLabel, shortNumber } from "./headers.js";
import type { FrontReport } from "./report.js";

export type Shape =
  | {
      readonly kind: "line";
      readonly points: readonly (readonly [number, number])[];
      readonly colour: string;
      readonly width: number;
      readonly dash: readonly number[];
    }
  | {
      readonly kind: "circle";
      readonly x: number;
      readonly y: number;
      readonly radius: number;
      readonly fill: string;
      readonly stroke: string | null;
      readonly width: number;
    }
  | { readonly kind: "box"; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly fill: string }
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly anchor: "start" | "middle" | "end";
      /** Degrees, counter-clockwise: 0 or 90. */
      readonly turn: 0 | 90;
    };

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly shapes: readonly Shape[];
}

export interface PlotOptions {
  /** Metrics of the axes; null: the report's first objectives, cost across and benefit up. */
  readonly x: MetricName | null;
  readonly y: MetricName | null;
  readonly column: "single" | "double";
}

const INK = "#222222";
const CLOUD = "#9a9a9a";
const CIVIDIS: readonly (readonly [number, number, number])[] = [
  [0, 32, 76],
  [65, 77, 107],
  [124, 123, 120],
  [188, 175, 111],
  [255, 234, 70],
];
const CLOUD_CELLS = 160; // most cloud dots an axis: more would only cover each other

export function cividis(t: number): string {
  const at = Math.min(1, Math.max(0, t)) * (CIVIDIS.length - 1);
  const i = Math.min(CIVIDIS.length - 2, Math.floor(at));
  const channel = (k: number): string => {
    const value = CIVIDIS[i][k] + (at - i) * (CIVIDIS[i + 1][k] - CIVIDIS[i][k]);
    return Math.round(value).toString(16).padStart(2, "0");
  };
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}

export interface Axis {
  readonly log: boolean;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** Logarithmic where the values are positive and span more than a factor of 20; a margin of 4 % at both ends. */
export function axisOf(values: readonly number[]): Axis {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const log = least > 0 && most / least > 20;
  const [a, b] = log ? [Math.log10(least), Math.log10(most)] : [least, most];
  const margin = (b - a || Math.abs(a) || 1) * 0.04;
  const [low, high] = [a - margin, b + margin];
  if (log) {
    const ticks: number[] = [];
    const steps = high - low > 4 ? [1] : [1, 2, 5];
    for (let decade = Math.floor(low); decade <= Math.ceil(high); decade++) for (const m of steps) ticks.push(m * 10 ** decade);
    return { log, low, high, ticks: ticks.filter((t) => Math.log10(t) >= low && Math.log10(t) <= high) };
  }
  const rough = (high - low) / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 2.5, 5, 10].find((m) => m * unit >= rough) as number);
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) ticks.push(Number((i * step).toPrecision(12)));
  return { log, low, high, ticks };
}

/** Place of a value between the ends of an axis, 0 to 1. */
export function share(axis: Axis, value: number): number {
  return ((axis.log ? Math.log10(value) : value) - axis.low) / (axis.high - axis.low);
}

/** Indices of the objectives on the axes. */
export function axesOf(report: FrontReport, options: PlotOptions): { x: number; y: number; colour: number | null } {
  const find = (metric: MetricName | null): number => (metric === null ? -1 : report.objectives.findIndex((o) => o.metric === metric));
  const gain = report.objectives.findIndex((o) => o.direction === "max");
  let y = find(options.y);
  let x = find(options.x);
  if (y < 0) y = gain >= 0 && gain !== x ? gain : report.objectives.findIndex((_, k) => k !== x && (x >= 0 || k > 0));
  if (y < 0) y = 0;
  if (x < 0) x = report.objectives.findIndex((_, k) => k !== y);
  if (x < 0) x = y;
  const colour = report.objectives.findIndex((_, k) => k !== x && k !== y);
  return { x, y, colour: colour < 0 ? null : colour };
}

/** The figure; a report without points gives axes' frame and a note. */
export function plot(report: FrontReport, options: PlotOptions): Drawing {
  const width = options.column === "single" ? 252 : 516;
  const height = options.column === "single" ? 176 : 250;
  const title = `Pareto front of ${report.study}`;
  if (report.rows.length === 0) {
    const text: Shape = { kind: "text", x: width / 2, y: height / 2, text: "no feasible point", size: 8, anchor: "middle", turn: 0 };
    return { width, height, title, shapes: [text] };
  }
  const axes = axesOf(report, options);
  const objective = (k: number): MetricName => report.objectives[k].metric;
  const frontValues = report.rows.map((row) => report.objectives.map((o) => row.metrics[o.metric] as number));
  const all = [...report.cloud, ...frontValues];
  const xAxis = axisOf(all.map((p) => p[axes.x]));
  const yAxis = axisOf(all.map((p) => p[axes.y]));
  const left = 42;
  const right = width - (axes.colour === null ? 8 : 58);
  const top = 8;
  const bottom = height - 34;
  const px = (p: readonly number[]): number => left + share(xAxis, p[axes.x]) * (right - left);
  const py = (p: readonly number[]): number => bottom - share(yAxis, p[axes.y]) * (bottom - top);
  const shapes: Shape[] = [...frame(xAxis, yAxis, left, right, top, bottom)];
  shapes.push(
    { kind: "text", x: (left + right) / 2, y: height - 6, text: metricLabel(objective(axes.x)), size: 8, anchor: "middle", turn: 0 },
    { kind: "text", x: 9, y: (top + bottom) / 2, text: metricLabel(objective(axes.y)), size: 8, anchor: "middle", turn: 90 },
  );
  const seen = new Set<string>();
  for (const p of report.cloud) {
    const cell = `${Math.round(share(xAxis, p[axes.x]) * CLOUD_CELLS)},${Math.round(share(yAxis, p[axes.y]) * CLOUD_CELLS)}`;
    if (seen.has(cell)) continue;
    seen.add(cell);
    shapes.push({ kind: "circle", x: px(p), y: py(p), radius: 0.9, fill: CLOUD, stroke: null, width: 0 });
  }
  // The staircase joins the points that are best in these two objectives alone.
  const sign = (k: number): number => (report.objectives[k].direction === "max" ? -1 : 1);
  const flat = frontValues.map((p) => [sign(axes.x) * p[axes.x], sign(axes.y) * p[axes.y]]);
  const stairs = nonDominated(flat)
    .map((i) => frontValues[i])
    .sort((a, b) => sign(axes.x) * (a[axes.x] - b[axes.x]) || sign(axes.y) * (b[axes.y] - a[axes.y]));
  const corners = stairs.flatMap((p, i): [number, number][] =>
    i === 0
      ? [[px(p), py(p)]]
      : [
          [px(p), py(stairs[i - 1])],
          [px(p), py(p)],
        ],
  );
  shapes.push({ kind: "line", points: corners, colour: INK, width: 0.6, dash: [2, 1.5] });
  const colourAxis = axes.colour === null ? null : axisOf(frontValues.map((p) => p[axes.colour as number]));
  report.rows.forEach((row, i) => {
    const p = frontValues[i];
    const fill = colourAxis === null ? "#ffffff" : cividis(share(colourAxis, p[axes.colour as number]));
    if (row.id === report.kneeId) shapes.push({ kind: "circle", x: px(p), y: py(p), radius: 4.6, fill: "none", stroke: INK, width: 0.7 });
    shapes.push({ kind: "circle", x: px(p), y: py(p), radius: 2.6, fill, stroke: INK, width: 0.6 });
  });
  if (colourAxis !== null) shapes.push(...scale(colourAxis, objective(axes.colour as number), right, top, bottom, width));
  return { width, height, title, shapes };
}

function frame(xAxis: Axis, yAxis: Axis, left: number, right: number, top: number, bottom: number): Shape[] {
  const line = (points: [number, number][], width: number, colour = INK): Shape => ({ kind: "line", points, colour, width, dash: [] });
  const shapes: Shape[] = [];
  let labelEnd = Number.NEGATIVE_INFINITY;
  for (const tick of xAxis.ticks) {
    const x = left + share(xAxis, tick) * (right - left);
    shapes.push(
      line(
        [
          [x, top],
          [x, bottom],
        ],
        0.25,
        "#dddddd",
      ),
      line(
        [
          [x, bottom],
          [x, bottom + 2.5],
        ],
        0.5,
      ),
    );
    const text = shortNumber(tick);
    const half = (text.length * 3.9) / 2; // a digit of 7 pt Helvetica is 3.9 pt wide
    if (x - half < labelEnd + 3) continue; // labels must not touch
    labelEnd = x + half;
    shapes.push({ kind: "text", x, y: bottom + 11, text, size: 7, anchor: "middle", turn: 0 });
  }
  for (const tick of yAxis.ticks) {
    const y = bottom - share(yAxis, tick) * (bottom - top);
    shapes.push(
      line(
        [
          [left, y],
          [right, y],
        ],
        0.25,
        "#dddddd",
      ),
      line(
        [
          [left - 2.5, y],
          [left, y],
        ],
        0.5,
      ),
    );
    shapes.push({ kind: "text", x: left - 4, y: y + 2.5, text: shortNumber(tick), size: 7, anchor: "end", turn: 0 });
  }
  shapes.push(
    line(
      [
        [left, top],
        [left, bottom],
        [right, bottom],
      ],
      0.6,
    ),
  );
  return shapes;
}

function scale(axis: Axis, metric: MetricName, right: number, top: number, bottom: number, width: number): Shape[] {
  const x = right + 8;
  const steps = 48;
  const step = (bottom - top) / steps;
  const shapes: Shape[] = Array.from({ length: steps }, (_, i) => ({
    kind: "box",
    x,
    y: bottom - (i + 1) * step,
    width: 7,
    height: step + 0.2,
    fill: cividis((i + 0.5) / steps),
  }));
  for (const tick of axis.ticks) {
    const y = bottom - share(axis, tick) * (bottom - top);
    shapes.push({ kind: "text", x: x + 9, y: y + 2.5, text: shortNumber(tick), size: 7, anchor: "start", turn: 0 });
  }
  shapes.push({ kind: "text", x: width - 3, y: (top + bottom) / 2, text: metricLabel(metric), size: 8, anchor: "middle", turn: 90 });
  return shapes;
}
