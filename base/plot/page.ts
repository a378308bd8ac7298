/**
 * Places the parts of a picture on paper, for every renderer of printed pages. Lengths in 1/72 inch, origin at the top
 * left. Pure.
 */
import { position, tickLabels, ticksOf } from "./axis.js";
import { textWidth } from "./drawing.js";
import { type Axis, COLUMNS, type Panel, type PlotPoints, type PlotSpec, type Series } from "./spec.js";

/** Height of a panel, by the number of columns that the picture spans. */
const PANEL_HEIGHT = { 1: 168, 2: 236 } as const;
const BAR_HEIGHT = 10;
/** Sizes of tick labels, and of names of axes. */
export const SMALL = 7;
export const TEXT = 8;
/** Height of a heading and of a line of the legend. */
const LINE = 10;
/** If Helvetica is missing, wider fonts replace it: room for labels is multiplied by this. */
export const OTHER_FONTS = 1.15;
/** Most distinct positions of cloud dots along an axis: more dots would only cover each other. */
const CLOUD_PLACES = 160;

/** The rectangle between the axes. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface LegendEntry {
  readonly series: Series;
  readonly name: string;
  /** The entry explains the ring, not the mark. */
  readonly ring: boolean;
  readonly x: number;
  readonly y: number;
}

export interface Page {
  readonly width: number;
  readonly height: number;
  /** Middle of each sample; its name begins 8 further right. */
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly { readonly panel: Panel; readonly frame: Frame }[];
}

/** A tick; its label is empty where it would touch the one before. */
export interface Tick {
  readonly value: number;
  readonly at: number;
  readonly label: string;
}

export function pageOf(spec: PlotSpec): Page {
  const { width, spans } = COLUMNS[spec.column];
  if (spec.panels.length === 0) return { width, height: PANEL_HEIGHT[spans], legend: [], panels: [] };
  const legend = spec.legend === "above" ? legendOf(spec.panels, width) : [];
  let top = legend.length === 0 ? 4 : (legend.at(-1)?.y ?? 0) + 6;
  const panels = spec.panels.map((panel) => {
    const height = panel.y.scale === "category" ? panel.y.names.length * BAR_HEIGHT + 38 : PANEL_HEIGHT[spans];
    const start = top + (panel.heading === "" ? 0 : LINE);
    top = start + height;
    return { panel, frame: frameOf(panel, spec.legend, width, start, height) };
  });
  return { width, height: Math.ceil(top), legend, panels };
}

/** Every named series once, broken into lines. */
function legendOf(panels: readonly Panel[], width: number): Page["legend"] {
  const named = new Map<string, { readonly series: Series; readonly ring: boolean }>();
  for (const series of panels.flatMap((panel) => panel.series)) {
    if (series.name !== "" && !named.has(series.name)) named.set(series.name, { series, ring: false });
    if (series.kind === "marks" && series.ringed !== null) named.set(series.ringed.name, { series, ring: true });
  }
  let [x, y] = [8, 10];
  return [...named].map(([name, what]) => {
    const room = 12 + textWidth(name, SMALL) * OTHER_FONTS + 8;
    if (x + room > width && x > 8) [x, y] = [8, y + LINE];
    const entry = { ...what, name, x: x + 4, y };
    x += room;
    return entry;
  });
}

/** The frame of a panel, with room for the widest label at the left and for the colour scale or names at the right. */
function frameOf(panel: Panel, legend: PlotSpec["legend"], width: number, start: number, height: number): Frame {
  const [top, bottom] = [start + 6, start + height - 28];
  const labels = panel.y.scale === "category" ? panel.y.names : tickLabels(ticksOf(panel.y, yTickCount(bottom - top)));
  const widest = Math.min(width * 0.3, labels.reduce((most, label) => Math.max(most, textWidth(label, SMALL)), 0) * OTHER_FONTS);
  const left = widest + 9 + (panel.y.label === "" ? 0 : 11);
  const ends = legend !== "ends" ? [] : panel.series.filter((series) => series.kind === "line" && series.name !== "");
  const names = Math.max(...ends.map((series) => textWidth(series.name, SMALL) * OTHER_FONTS + 8), 0);
  const scale =
    panel.colour === null ? 0 : 33 + Math.max(...tickLabels(ticksOf(panel.colour, 5)).map((t) => textWidth(t, SMALL)), 0) * OTHER_FONTS;
  return { left, right: width - Math.max(8, names, scale), top, bottom };
}

export function toX(axis: Axis, value: number, { left, right }: Frame): number {
  return left + position(axis, value) * (right - left);
}

export function toY(axis: Axis, value: number, { top, bottom }: Frame): number {
  return bottom - position(axis, value) * (bottom - top);
}

/** Rounding apart, false outside of the axis, and for no number. */
const isOn = (axis: Axis, value: number): boolean => {
  const at = position(axis, value);
  return at > -1e-9 && at < 1 + 1e-9;
};

export type Place = readonly [number, number];

/** Positions of points on paper; null if a coordinate is unknown, or outside of what its axis can show. */
export function placesOf(points: PlotPoints, x: Axis, y: Axis, frame: Frame): readonly (Place | null)[] {
  return Array.from({ length: points.length }, (_, i): Place | null => {
    const [along, up] = [points.x[i], points.y[i]];
    return isOn(x, along) && isOn(y, up) ? [toX(x, along, frame), toY(y, up, frame)] : null;
  });
}

/** Indices of the first point at each distinguishable position. */
export function distinct(places: readonly (Place | null)[], { left, right, top, bottom }: Frame): readonly number[] {
  const seen = new Set<number>();
  return places.flatMap((place, i) => {
    if (place === null) return [];
    const column = Math.round(((place[0] - left) / (right - left)) * CLOUD_PLACES);
    const cell = column * (CLOUD_PLACES + 1) + Math.round(((bottom - place[1]) / (bottom - top)) * CLOUD_PLACES);
    if (seen.has(cell)) return [];
    seen.add(cell);
    return [i];
  });
}

/** Ticks of the x axis; labels stay on the page and do not touch. */
export function xTicks(axis: Axis, frame: Frame, width: number): readonly Tick[] {
  const ticks = ticksOf(axis, Math.max(2, Math.floor((frame.right - frame.left) / 32)));
  const labels = tickLabels(ticks);
  let free = Number.NEGATIVE_INFINITY;
  return ticks.map((value, i) => {
    const at = toX(axis, value, frame);
    const half = textWidth(labels[i], SMALL) / 2;
    if (at - half < free + 4 || at + half > width - 1) return { value, at, label: "" };
    free = at + half;
    return { value, at, label: labels[i] };
  });
}

const yTickCount = (height: number): number => Math.max(2, Math.floor(height / 18));

export function yTicks(axis: Axis, frame: Frame): readonly Tick[] {
  const ticks = ticksOf(axis, yTickCount(frame.bottom - frame.top));
  return tickLabels(ticks).map((label, i) => ({ value: ticks[i], at: toY(axis, ticks[i], frame), label }));
}

/** Ticks of the colour scale beside the frame. */
export function colourTicks(axis: Axis, frame: Frame): readonly Tick[] {
  const ticks = ticksOf(axis, 5);
  return tickLabels(ticks).map((label, i) => ({ value: ticks[i], at: toY(axis, ticks[i], frame), label }));
}
