/** What the choices of the user leave visible: filtered cloud, its dots, the sorted table. Remembers work done for earlier points. */
import { addDots, createDots, type Dots, type Limits, NO_LIMITS, widenLimits } from "../format/scatter.js";
import { type Filter, filterOf } from "./filter.js";
import { metricAt, type Points } from "./points.js";

export interface TableChoice {
  readonly filter: string;
  readonly sortBy: string;
  readonly sortDescending: boolean;
}

let lastFilter: { readonly text: string; readonly filter: Filter } = { text: "", filter: filterOf("") };

/** The filter of a text, compiled once. */
export function cachedFilter(text: string): Filter {
  if (lastFilter.text !== text) lastFilter = { text, filter: filterOf(text) };
  return lastFilter.filter;
}

/** Rows of the front that pass the filter, sorted by the chosen metric, ties by id. */
export function tableRows(choice: TableChoice, state: { readonly points: Points; readonly front: readonly number[] }): readonly number[] {
  const { points } = state;
  const filter = cachedFilter(choice.filter);
  const sign = choice.sortDescending ? -1 : 1;
  return state.front
    .filter((row) => filter.passes(points, row))
    .sort((a, b) => {
      const left = metricAt(points, choice.sortBy, a);
      const right = metricAt(points, choice.sortBy, b);
      if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
      return sign * (left - right) || (points.ids[a] as number) - (points.ids[b] as number);
    });
}

interface PlotMemory {
  readonly key: string;
  readonly columns: Points["columns"];
  /** Natural coordinates of the points that pass, and how many rows were looked at. */
  x: Float64Array;
  y: Float64Array;
  kept: number;
  seen: number;
  limits: Limits;
  dots: Dots | null;
  dotted: number;
  revision: number;
}

let memory: PlotMemory | null = null;

export interface PlotChoice {
  readonly x: string;
  readonly y: string;
  readonly xLog: boolean | null;
  readonly yLog: boolean | null;
  readonly filter: string;
  /** Also points that break a constraint. */
  readonly showViolating: boolean;
}

/** Spans more than a factor of 30 and is positive: shown logarithmic unless the user says otherwise. */
const wide = (low: number, high: number): boolean => low > 0 && high / low > 30;

/**
 * Dots of the visible points on a canvas. Only points that are new since the last call are looked at, unless axes, filter,
 * size or limits changed. `revision` must change when known rows change their values.
 */
export function plotDots(points: Points, choice: PlotChoice, columns: number, rows: number, revision: number): Dots {
  const key = [choice.x, choice.y, choice.filter, String(choice.showViolating)].join("\u0000");
  if (memory === null || memory.key !== key || memory.columns !== points.columns || memory.revision !== revision) {
    const room = Math.max(1024, points.length);
    const empty = { kept: 0, seen: 0, limits: NO_LIMITS, dots: null, dotted: 0 };
    memory = { key, columns: points.columns, x: new Float64Array(room), y: new Float64Array(room), revision, ...empty };
  }
  const now = memory;
  const before = now.limits;
  const filter = cachedFilter(choice.filter);
  const start = now.kept;
  for (let row = now.seen; row < points.length; row++) {
    if (!choice.showViolating && (points.violations[row] as number) > 0) continue;
    if (!filter.passes(points, row)) continue;
    if (now.kept === now.x.length) {
      now.x = doubled(now.x);
      now.y = doubled(now.y);
    }
    now.x[now.kept] = metricAt(points, choice.x, row);
    now.y[now.kept] = metricAt(points, choice.y, row);
    now.kept += 1;
  }
  now.seen = points.length;
  const cloud = { x: now.x, y: now.y, length: now.kept };
  now.limits = widenLimits(before, cloud, start);
  const { xLow, xHigh, yLow, yHigh } = now.limits;
  const xLog = choice.xLog ?? wide(xLow, xHigh);
  const yLog = choice.yLog ?? wide(yLow, yHigh);
  const fresh = createDots(columns, rows, now.limits, xLog, yLog);
  const same =
    now.dots !== null &&
    now.dots.columns === columns &&
    now.dots.rows === rows &&
    equalScale(now.dots.xScale, fresh.xScale) &&
    equalScale(now.dots.yScale, fresh.yScale);
  if (!same) {
    now.dots = fresh;
    now.dotted = 0;
  }
  addDots(now.dots as Dots, cloud, now.dotted);
  now.dotted = now.kept;
  return now.dots as Dots;
}

function equalScale(a: Dots["xScale"], b: Dots["xScale"]): boolean {
  return a.kind === b.kind && a.low === b.low && a.high === b.high;
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
