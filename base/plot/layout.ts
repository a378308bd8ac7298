/**
 * Lays a specification out as shapes on paper: one or two columns of a conference paper wide, text of 7 and 8 pt,
 * labels that do not touch. The front differs from the other points by shape, not by colour alone.
 */
import { position } from "./axis.js";
import { CLOUD, cividis, GRID, INK } from "./colours.js";
import { type Drawing, fitted, type Shape } from "./drawing.js";
import { noteSpots } from "./notes.js";
import {
  colourTicks,
  distinct,
  type Frame,
  type Page,
  type Place,
  pageOf,
  placesOf,
  SMALL,
  TEXT,
  type Tick,
  toX,
  toY,
  xTicks,
  yTicks,
} from "./page.js";
import type { Axis, Panel, PlotSpec, Series } from "./spec.js";

type Anchor = "start" | "middle" | "end";

const small = (x: number, y: number, text: string, anchor: Anchor): Shape => ({
  kind: "text",
  x,
  y,
  text,
  size: SMALL,
  anchor,
  turn: 0,
  bold: false,
});
const title = (x: number, y: number, text: string, turn: 0 | 90 = 0): Shape => ({
  kind: "text",
  x,
  y,
  text,
  size: TEXT,
  anchor: "middle",
  turn,
  bold: false,
});
const line = (points: readonly Place[], colour: string, width: number, dash: readonly number[] = []): Shape => ({
  kind: "line",
  points,
  colour,
  width,
  dash,
});
const segment = (x1: number, y1: number, x2: number, y2: number, colour: string, width: number, dash: readonly number[] = []): Shape =>
  line(
    [
      [x1, y1],
      [x2, y2],
    ],
    colour,
    width,
    dash,
  );
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
  const page = pageOf(spec);
  const { width, height } = page;
  const about = { title: spec.title, about: spec.about, width, height };
  if (page.panels.length === 0) return { ...about, shapes: [title(width / 2, height / 2, `${spec.title}: no data`)] };
  return {
    ...about,
    shapes: [...legendShapes(page), ...page.panels.flatMap(({ panel, frame }) => panelShapes(panel, frame, spec, width))],
  };
}

function legendShapes({ legend }: Page): readonly Shape[] {
  return legend.flatMap(({ series, ring, name, x, y }) => [
    ...(ring ? [dot(x, y, 3.6, "none", INK)] : sample(series, x, y)),
    small(x + 8, y + 2.5, name, "start"),
  ]);
}

function sample(series: Series, x: number, y: number): readonly Shape[] {
  switch (series.kind) {
    case "cloud":
      return [dot(x, y, 1.2, CLOUD)];
    case "marks":
      return [dot(x, y, 2.6, typeof series.fill === "string" ? series.fill : cividis(0.5), INK)];
    case "line":
      return [
        segment(x - 5, y, x + 5, y, series.colour, series.width, series.dash),
        ...(series.dotted ? [dot(x, y, 1.6, series.colour)] : []),
      ];
    case "bars":
      return [{ kind: "box", x: x - 3, y: y - 3, width: 6, height: 6, fill: series.colour }];
  }
}

function panelShapes(panel: Panel, frame: Frame, spec: PlotSpec, width: number): readonly Shape[] {
  const { left, right, top, bottom } = frame;
  const { x, y } = panel;
  const shapes: (readonly Shape[])[] = [];
  if (panel.heading !== "")
    shapes.push([{ kind: "text", x: left, y: top - 8, text: panel.heading, size: TEXT, anchor: "start", turn: 0, bold: true }]);
  shapes.push(xAxisShapes(xTicks(x, frame, width), frame));
  shapes.push(y.scale === "category" ? nameShapes(y.names, frame) : yAxisShapes(yTicks(y, frame), frame));
  const corner: readonly Place[] = [
    [left, top],
    [left, bottom],
    [right, bottom],
  ];
  shapes.push([line(corner, INK, 0.6), title((left + right) / 2, bottom + 23, x.label)]);
  if (y.label !== "") shapes.push([title(9, (top + bottom) / 2, y.label, 90)]);
  if (y.scale === "category") shapes.push(barShapes(panel.series, x, y.names.length, frame));
  else {
    for (const series of panel.series)
      if (series.kind !== "bars") shapes.push(pointShapes(series, placesOf(series.points, x, y, frame), panel, frame));
    if (spec.legend === "ends") shapes.push(endNames(panel.series, x, y, frame));
    shapes.push(noteSpots(panel, x, y, frame).map((note) => small(note.x, note.y, note.text, note.anchor)));
  }
  if (panel.colour !== null) shapes.push(colourScale(panel.colour, frame, width));
  return shapes.flat();
}

function xAxisShapes(ticks: readonly Tick[], { top, bottom }: Frame): readonly Shape[] {
  return ticks.flatMap(({ at, label }) => [
    segment(at, top, at, bottom, GRID, 0.25),
    segment(at, bottom, at, bottom + 2.5, INK, 0.5),
    ...(label === "" ? [] : [small(at, bottom + 11, label, "middle")]),
  ]);
}

function yAxisShapes(ticks: readonly Tick[], { left, right }: Frame): readonly Shape[] {
  return ticks.flatMap(({ at, label }) => [
    segment(left, at, right, at, GRID, 0.25),
    segment(left - 2.5, at, left, at, INK, 0.5),
    small(left - 4, at + 2.5, label, "end"),
  ]);
}

function nameShapes(names: readonly string[], { left, top, bottom }: Frame): readonly Shape[] {
  const step = (bottom - top) / names.length;
  return names.map((name, i) => small(left - 4, top + (i + 0.5) * step + 2.5, fitted(name, SMALL, left - 5), "end"));
}

function pointShapes(
  series: Exclude<Series, { kind: "bars" }>,
  places: readonly (Place | null)[],
  panel: Panel,
  frame: Frame,
): readonly Shape[] {
  switch (series.kind) {
    case "cloud":
      return distinct(places, frame).map((i) => dot(...(places[i] as Place), 0.9, CLOUD));
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
        return series.ringed?.index === i ? [dot(place[0], place[1], 4.6, "none", INK), mark] : [mark];
      });
  }
}

function barShapes(series: readonly Series[], axis: Axis, rows: number, { left, right, top, bottom }: Frame): readonly Shape[] {
  const step = (bottom - top) / rows;
  const sums = new Array<number>(rows).fill(0);
  const scale = (right - left) / axis.high; // bars begin at zero
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
    return [{ name: one.name, at: toY(y, one.points.y[last], frame), x: toX(x, one.points.x[last], frame) }];
  });
  let free = Number.NEGATIVE_INFINITY;
  return ends
    .sort((a, b) => a.at - b.at)
    .map(({ name, at, x: from }) => {
      free = Math.max(at + 2.5, free + 8);
      return small(Math.max(from, frame.right - 4) + 6, free, name, "start");
    });
}

function colourScale(axis: Axis, frame: Frame, width: number): readonly Shape[] {
  const { right, top, bottom } = frame;
  const x = right + 8;
  const steps = 48;
  const step = (bottom - top) / steps;
  const boxes = Array.from(
    { length: steps },
    (_, i): Shape => ({ kind: "box", x, y: bottom - (i + 1) * step, width: 7, height: step + 0.2, fill: cividis((i + 0.5) / steps) }),
  );
  const labels = colourTicks(axis, frame).map(({ at, label }) => small(x + 9, at + 2.5, label, "start"));
  return [...boxes, ...labels, title(width - 3, (top + bottom) / 2, axis.label, 90)];
}
