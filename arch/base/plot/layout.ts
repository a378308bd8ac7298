/**
 * From a specification to shapes: where everything stands on paper. Widths of one and two columns of conference papers, text of 7 and 8 pt,
 * labels that do not touch. The front is told from the rest by shape, not by colour alone.
 */
import { position, tickLabels, ticksOf } from "./axis.js";
import { CLOUD, cividis, GRID, INK } from "./colours.js";
import { type Drawing, fitted, type Shape, textWidth } from "./drawing.js";
import type { Axis, Panel, PlotPoints, PlotSpec, Series } from "./spec.js";

const WIDTH = { single: 252, double: 516 } as const;
const PANEL_HEIGHT = { single: 168, double: 236 } as const;
const BAR_HEIGHT = 10;
const SMALL = 7;
const TEXT = 8;
const LINE = 10; // of the legend
/** Most places of cloud dots along an axis: more would only cover each other. */
const CLOUD_PLACES = 160;

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const text = (
  x: number,
  y: number,
  words: string,
  anchor: "start" | "middle" | "end",
  size = SMALL,
  turn: 0 | 90 = 0,
  bold = false,
): Shape => ({
  kind: "text",
  x,
  y,
  text: words,
  size,
  anchor,
  turn,
  bold,
});
const line = (points: readonly (readonly [number, number])[], colour: string, width: number, dash: readonly number[] = []): Shape => ({
  kind: "line",
  points,
  colour,
  width,
  dash,
});
const dot = (x: number, y: number, radius: number, fill: string, stroke: string | null = null, label = ""): Shape => ({
  kind: "circle",
  x,
  y,
  radius,
  fill,
  stroke,
  width: stroke === null ? 0 : 0.6,
  label,
});

/** The picture as shapes. */
export function layout(spec: PlotSpec): Drawing {
  const width = WIDTH[spec.column];
  const about = { title: spec.title, about: spec.about, width };
  if (spec.panels.length === 0) {
    const height = PANEL_HEIGHT[spec.column];
    return { ...about, height, shapes: [text(width / 2, height / 2, `${spec.title}: no data`, "middle", TEXT)] };
  }
  const shapes: Shape[] = [];
  let top = 4;
  if (spec.legend === "above") {
    const legend = legendShapes(spec.panels, width, top);
    shapes.push(...legend.shapes);
    top = legend.bottom;
  }
  for (const panel of spec.panels) {
    const height = panel.y.scale === "category" ? panel.y.names.length * BAR_HEIGHT + 38 : PANEL_HEIGHT[spec.column];
    const drawn = panelShapes(panel, spec.legend, width, top, height);
    shapes.push(...drawn);
    top += height + (panel.heading === "" ? 0 : LINE);
  }
  return { ...about, height: Math.ceil(top), shapes };
}

/** Every named series once; a sample of its mark beside its name. */
function legendShapes(
  panels: readonly Panel[],
  width: number,
  top: number,
): { readonly shapes: readonly Shape[]; readonly bottom: number } {
  const named = new Map<string, Series>();
  for (const series of panels.flatMap((panel) => panel.series))
    if (series.name !== "" && !named.has(series.name)) named.set(series.name, series);
  const shapes: Shape[] = [];
  let [x, y] = [8, top + 6];
  for (const [name, series] of named) {
    const room = 12 + textWidth(name, SMALL) + 10;
    if (x + room > width && x > 8) [x, y] = [8, y + LINE];
    shapes.push(...sample(series, x + 4, y), text(x + 12, y + 2.5, name, "start"));
    x += room;
  }
  return { shapes, bottom: named.size === 0 ? top : y + 6 };
}

function sample(series: Series, x: number, y: number): readonly Shape[] {
  switch (series.kind) {
    case "cloud":
      return [dot(x, y, 1.2, CLOUD)];
    case "marks":
      return [dot(x, y, 2.6, typeof series.fill === "string" ? series.fill : cividis(0.5), INK)];
    case "line":
      return [
        line(
          [
            [x - 5, y],
            [x + 5, y],
          ],
          series.colour,
          series.width,
          series.dash,
        ),
        ...(series.dotted ? [dot(x, y, 1.6, series.colour)] : []),
      ];
    case "bars":
      return [{ kind: "box", x: x - 3, y: y - 3, width: 6, height: 6, fill: series.colour }];
  }
}

function panelShapes(panel: Panel, legend: PlotSpec["legend"], width: number, top: number, height: number): readonly Shape[] {
  const head = panel.heading === "" ? 0 : LINE;
  const frame = frameOf(panel, legend, width, top + head, height);
  const middle = (frame.left + frame.right) / 2;
  const half = (frame.top + frame.bottom) / 2;
  const shapes: Shape[] = panel.heading === "" ? [] : [text(frame.left, top + 8, panel.heading, "start", TEXT, 0, true)];
  shapes.push(...xAxisShapes(panel.x, frame, width), ...yAxisShapes(panel.y, frame));
  shapes.push(text(middle, frame.bottom + 23, panel.x.label, "middle", TEXT));
  if (panel.y.label !== "") shapes.push(text(9, half, panel.y.label, "middle", TEXT, 90));
  shapes.push(...seriesShapes(panel, frame));
  if (legend === "ends" && panel.y.scale !== "category") shapes.push(...endNames(panel.series, panel.x, panel.y, frame));
  if (panel.y.scale !== "category") {
    for (const note of panel.notes) {
      const x = toX(panel.x, note.x, frame);
      const near = x > middle ? ("end" as const) : ("start" as const);
      shapes.push(text(x + (near === "end" ? -5 : 5), toY(panel.y, note.y, frame) - 4, note.text, near));
    }
  }
  if (panel.colour !== null) shapes.push(...colourScale(panel.colour, frame, width));
  return shapes;
}

/** Room for the widest label at the left, for the colour scale or names at the right. */
function frameOf(panel: Panel, legend: PlotSpec["legend"], width: number, top: number, height: number): Frame {
  const [first, last] = [top + 6, top + height - 28];
  const labels = panel.y.scale === "category" ? panel.y.names : tickLabels(yTicks(panel.y, last - first));
  const widest = Math.min(width * 0.3, Math.max(...labels.map((label) => textWidth(label, SMALL)), 0));
  const left = widest + 8 + (panel.y.label === "" ? 0 : 11);
  const ends = legend !== "ends" ? [] : panel.series.filter((series) => series.kind === "line" && series.name !== "");
  const names = Math.max(...ends.map((series) => textWidth(series.name, SMALL) + 8), 0);
  const scale = panel.colour === null ? 0 : 40 + Math.max(...tickLabels(ticksOf(panel.colour, 5)).map((t) => textWidth(t, SMALL)), 0) - 6;
  return { left, right: width - Math.max(8, names, scale), top: first, bottom: last };
}

const yTicks = (axis: Axis, height: number): readonly number[] => ticksOf(axis, Math.max(2, Math.floor(height / 18)));

function toX(axis: Axis, value: number, { left, right }: Frame): number {
  return left + position(axis, value) * (right - left);
}

function toY(axis: Axis, value: number, { top, bottom }: Frame): number {
  return bottom - position(axis, value) * (bottom - top);
}

function xAxisShapes(axis: Axis, frame: Frame, width: number): readonly Shape[] {
  const { left, right, top, bottom } = frame;
  const ticks = ticksOf(axis, Math.max(2, Math.floor((right - left) / 24)));
  const labels = tickLabels(ticks);
  const shapes: Shape[] = [];
  let labelEnd = Number.NEGATIVE_INFINITY;
  ticks.forEach((tick, i) => {
    const x = toX(axis, tick, frame);
    shapes.push(
      line(
        [
          [x, top],
          [x, bottom],
        ],
        GRID,
        0.25,
      ),
      line(
        [
          [x, bottom],
          [x, bottom + 2.5],
        ],
        INK,
        0.5,
      ),
    );
    const half = textWidth(labels[i], SMALL) / 2;
    const at = Math.min(x, width - half - 1); // the last label stays on the page
    if (at - half < labelEnd + 4) return;
    labelEnd = at + half;
    shapes.push(text(at, bottom + 11, labels[i], "middle"));
  });
  return shapes;
}

function yAxisShapes(axis: Panel["y"], frame: Frame): readonly Shape[] {
  const { left, right, top, bottom } = frame;
  const shapes: Shape[] = [];
  if (axis.scale === "category") {
    const step = (bottom - top) / axis.names.length;
    axis.names.forEach((name, i) => {
      shapes.push(text(left - 4, top + (i + 0.5) * step + 2.5, fitted(name, SMALL, left - 8), "end"));
    });
  } else {
    const ticks = yTicks(axis, bottom - top);
    const labels = tickLabels(ticks);
    ticks.forEach((tick, i) => {
      const y = toY(axis, tick, frame);
      shapes.push(
        line(
          [
            [left, y],
            [right, y],
          ],
          GRID,
          0.25,
        ),
        line(
          [
            [left - 2.5, y],
            [left, y],
          ],
          INK,
          0.5,
        ),
        text(left - 4, y + 2.5, labels[i], "end"),
      );
    });
  }
  const corner: readonly (readonly [number, number])[] = [
    [left, top],
    [left, bottom],
    [right, bottom],
  ];
  return [...shapes, line(corner, INK, 0.6)];
}

function seriesShapes(panel: Panel, frame: Frame): readonly Shape[] {
  const { x, y } = panel;
  if (y.scale === "category") return barShapes(panel.series, x, y.names.length, frame);
  return panel.series.flatMap((series) =>
    series.kind === "bars" ? [] : pointShapes(series, placesOf(series.points, x, y, frame), panel, frame),
  );
}

type Place = readonly [number, number] | null;

/** Where points lie on paper; null where a coordinate is unknown or not positive on a logarithmic axis. */
function placesOf(points: PlotPoints, x: Axis, y: Axis, frame: Frame): readonly Place[] {
  return Array.from({ length: points.length }, (_, i): Place => {
    const [px, py] = [toX(x, points.x[i], frame), toY(y, points.y[i], frame)];
    return Number.isFinite(px) && Number.isFinite(py) ? [px, py] : null;
  });
}

function pointShapes(series: Exclude<Series, { kind: "bars" }>, places: readonly Place[], panel: Panel, frame: Frame): readonly Shape[] {
  switch (series.kind) {
    case "cloud":
      return cloudShapes(places, frame);
    case "line": {
      const known = places.filter((place) => place !== null);
      const dots = series.dotted ? known.map(([x, y]) => dot(x, y, 1.6, series.colour)) : [];
      return known.length === 0 ? [] : [line(known, series.colour, series.width, series.dash), ...dots];
    }
    case "marks":
      return places.flatMap((place, i): readonly Shape[] => {
        if (place === null) return [];
        const { fill } = series;
        const colour = typeof fill === "string" ? fill : cividis(panel.colour === null ? 0.5 : position(panel.colour, fill[i]));
        const mark = dot(place[0], place[1], 2.6, colour, INK, series.labels[i] ?? "");
        return series.ringed === i ? [dot(place[0], place[1], 4.6, "none", INK), mark] : [mark];
      });
  }
}

function cloudShapes(places: readonly Place[], { left, right, top, bottom }: Frame): readonly Shape[] {
  const seen = new Set<string>();
  const shapes: Shape[] = [];
  for (const place of places) {
    if (place === null) continue;
    const [x, y] = place;
    const cell = `${Math.round(((x - left) / (right - left)) * CLOUD_PLACES)},${Math.round(((bottom - y) / (bottom - top)) * CLOUD_PLACES)}`;
    if (seen.has(cell)) continue;
    seen.add(cell);
    shapes.push(dot(x, y, 0.9, CLOUD));
  }
  return shapes;
}

function barShapes(series: readonly Series[], axis: Axis, rows: number, { left, right, top, bottom }: Frame): readonly Shape[] {
  const step = (bottom - top) / rows;
  const sums = new Array<number>(rows).fill(0);
  const scale = (right - left) / axis.high; // bars begin at nothing
  return series.flatMap((one): readonly Shape[] =>
    one.kind !== "bars"
      ? []
      : one.values.flatMap((value, row): readonly Shape[] => {
          if (!(value > 0)) return [];
          const x = left + sums[row] * scale;
          sums[row] += value;
          return [{ kind: "box", x, y: top + row * step + step * 0.12, width: value * scale, height: step * 0.76, fill: one.colour }];
        }),
  );
}

/** Names of lines at their right ends, moved down until they do not touch. */
function endNames(series: readonly Series[], x: Axis, y: Axis, frame: Frame): readonly Shape[] {
  const ends = series.flatMap((one) => {
    if (one.kind !== "line" || one.name === "" || one.points.length === 0) return [];
    const last = one.points.length - 1;
    return [
      {
        name: one.name,
        at: toY(y, one.points.y[last], frame),
        x: toX(x, one.points.x[last], frame),
      },
    ];
  });
  let free = Number.NEGATIVE_INFINITY;
  return ends
    .sort((a, b) => a.at - b.at)
    .map(({ name, at, x: from }) => {
      free = Math.max(at + 2.5, free + 8);
      return text(Math.max(from, frame.right - 4) + 6, free, name, "start");
    });
}

function colourScale(axis: Axis, frame: Frame, width: number): readonly Shape[] {
  const { right, top, bottom } = frame;
  const x = right + 8;
  const steps = 48;
  const step = (bottom - top) / steps;
  const boxes = Array.from(
    { length: steps },
    (_, i): Shape => ({
      kind: "box",
      x,
      y: bottom - (i + 1) * step,
      width: 7,
      height: step + 0.2,
      fill: cividis((i + 0.5) / steps),
    }),
  );
  const ticks = ticksOf(axis, 5);
  const labels = tickLabels(ticks).map((label, i) => text(x + 9, toY(axis, ticks[i], frame) + 2.5, label, "start"));
  return [...boxes, ...labels, text(width - 3, (top + bottom) / 2, axis.label, "middle", TEXT, 90)];
}
