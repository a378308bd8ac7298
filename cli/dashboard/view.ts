/** What the choices of the user leave visible: the filtered cloud, the sorted table. Remembers work done for earlier points. */
import { type Limits, limitsOf, NO_LIMITS } from "../../arch/base/plot/axis.js";
import type { PlotPoints } from "../../arch/base/plot/spec.js";
import { Raster } from "../format/plot.js";
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

export interface CloudChoice {
  readonly x: string;
  readonly y: string;
  readonly filter: string;
  /** Also points that break a constraint. */
  readonly showViolating: boolean;
}

/** The visible points in natural coordinates, their limits, and what has been drawn of them. */
export interface Cloud {
  readonly points: PlotPoints;
  readonly limits: { readonly x: Limits; readonly y: Limits };
  readonly raster: Raster;
}

interface CloudMemory {
  readonly key: string;
  readonly columns: Points["columns"];
  readonly revision: number;
  readonly raster: Raster;
  x: Float64Array;
  y: Float64Array;
  /** Points that pass, and rows looked at. */
  kept: number;
  seen: number;
  limits: Cloud["limits"];
}

let memory: CloudMemory | null = null;

/**
 * The points that the choice leaves visible. Only rows that are new since the last call are looked at, unless axes or filter changed.
 * `revision` must change when known rows change their values.
 */
export function visibleCloud(points: Points, choice: CloudChoice, revision: number): Cloud {
  const key = [choice.x, choice.y, choice.filter, String(choice.showViolating)].join("\u0000");
  if (memory === null || memory.key !== key || memory.columns !== points.columns || memory.revision !== revision) {
    const room = Math.max(1024, points.length);
    const empty = { kept: 0, seen: 0, limits: { x: NO_LIMITS, y: NO_LIMITS }, raster: new Raster() };
    memory = { key, columns: points.columns, x: new Float64Array(room), y: new Float64Array(room), revision, ...empty };
  }
  const now = memory;
  const filter = cachedFilter(choice.filter);
  const start = now.kept;
  for (let row = now.seen; row < points.length; row++) {
    if (!choice.showViolating && points.violations[row] > 0) continue;
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
  now.limits = { x: limitsOf(now.x, now.limits.x, start, now.kept), y: limitsOf(now.y, now.limits.y, start, now.kept) };
  return { points: { x: now.x, y: now.y, length: now.kept }, limits: now.limits, raster: now.raster };
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
