/** What the user's choices leave visible: the filtered cloud, the sorted table. Caches the work for earlier points. */
import { type Limits, limitsOf, NO_LIMITS } from "../../base/plot/axis.js";
import type { PlotPoints } from "../../base/plot/spec.js";
import { Raster } from "../format/plot.js";
import { type Filter, filterOf } from "./filter.js";
import { type Points, valueAt } from "./points.js";

interface TableChoice {
  /** The front, or every point that has ended. */
  readonly table: "front" | "all";
  readonly filter: string;
  readonly sortBy: string;
  readonly sortDescending: boolean;
}

interface TableSource {
  readonly points: Points;
  readonly front: readonly number[];
  readonly revision: number;
}

let lastFilter: { readonly text: string; readonly filter: Filter } = { text: "", filter: filterOf("") };

/** The filter of a text, compiled once. */
export function cachedFilter(text: string): Filter {
  if (lastFilter.text !== text) lastFilter = { text, filter: filterOf(text) };
  return lastFilter.filter;
}

interface TableMemory {
  readonly key: string;
  readonly columns: Points["columns"];
  readonly front: readonly number[];
  rows: readonly number[];
  /** Rows looked at. */
  seen: number;
}

let table: TableMemory | null = null;

/**
 * Rows of the table that pass the filter, sorted by the chosen value, then by id; unknown values last. New rows are
 * merged into the sorted ones; `revision` must change when known rows change their values.
 */
export function tableRows(choice: TableChoice, state: TableSource): readonly number[] {
  const { points, revision } = state;
  const key = [choice.table, choice.filter, choice.sortBy, String(choice.sortDescending), revision].join("\u0000");
  const front = choice.table === "front" ? state.front : [];
  const known = table !== null && table.key === key && table.columns === points.columns;
  if (table === null || !known || (choice.table === "front" && table.front !== front)) {
    table = { key, columns: points.columns, front, rows: [], seen: 0 };
  }
  const filter = cachedFilter(choice.filter);
  const order = orderOf(choice, points);
  const length = choice.table === "front" ? front.length : points.length;
  if (table.seen === length) return table.rows;
  const fresh: number[] = [];
  for (let i = table.seen; i < length; i++) {
    const row = choice.table === "front" ? front[i] : i;
    if (points.outcomes[row] !== "again" && filter.passes(points, row)) fresh.push(row);
  }
  table.seen = length;
  if (fresh.length > 0) table.rows = merged(table.rows, fresh.sort(order), order);
  return table.rows;
}

type Order = (a: number, b: number) => number;

function orderOf({ sortBy, sortDescending }: TableChoice, points: Points): Order {
  const sign = sortDescending ? -1 : 1;
  return (a, b) => {
    const left = valueAt(points, sortBy, a);
    const right = valueAt(points, sortBy, b);
    const unknown = Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    const byValue = unknown !== 0 ? unknown : Number.isNaN(left) ? 0 : sign * (left - right);
    return byValue || points.ids[a] - points.ids[b];
  };
}

function merged(old: readonly number[], fresh: readonly number[], order: Order): readonly number[] {
  if (old.length === 0) return fresh;
  const all: number[] = [];
  let at = 0;
  for (const row of fresh) {
    while (at < old.length && order(old[at], row) < 0) all.push(old[at++]);
    all.push(row);
  }
  return all.concat(old.slice(at));
}

interface CloudChoice {
  readonly x: string;
  readonly y: string;
  readonly filter: string;
  /** Also shows points that break a constraint. */
  readonly showViolating: boolean;
}

/** The visible points in the metrics' units, their limits, and the part that is already drawn. */
interface Cloud {
  readonly points: PlotPoints;
  readonly limits: { readonly x: Limits; readonly y: Limits };
  readonly raster: Raster;
  /** Number of points that pass the filter, but are hidden because they break a constraint. */
  readonly beyond: number;
}

interface CloudMemory {
  readonly key: string;
  readonly columns: Points["columns"];
  readonly revision: number;
  readonly raster: Raster;
  x: Float64Array;
  y: Float64Array;
  /** Number of points that pass, and of rows looked at. */
  kept: number;
  seen: number;
  beyond: number;
  limits: Cloud["limits"];
}

let memory: CloudMemory | null = null;

/**
 * The results that the choice leaves visible. Looks only at rows that are new since the last call, unless axes or
 * filter changed. `revision` must change when known rows change their values.
 */
export function visibleCloud(points: Points, choice: CloudChoice, revision: number): Cloud {
  const key = [choice.x, choice.y, choice.filter, String(choice.showViolating)].join("\u0000");
  if (memory === null || memory.key !== key || memory.columns !== points.columns || memory.revision !== revision) {
    const room = Math.max(1024, points.length);
    const empty = { kept: 0, seen: 0, beyond: 0, limits: { x: NO_LIMITS, y: NO_LIMITS }, raster: new Raster() };
    memory = { key, columns: points.columns, x: new Float64Array(room), y: new Float64Array(room), revision, ...empty };
  }
  const now = memory;
  const filter = cachedFilter(choice.filter);
  const start = now.kept;
  for (let row = now.seen; row < points.length; row++) {
    if (points.outcomes[row] !== "done") continue;
    if (!filter.passes(points, row)) continue;
    if (!choice.showViolating && points.violations[row] > 0) {
      now.beyond += 1;
      continue;
    }
    if (now.kept === now.x.length) {
      now.x = doubled(now.x);
      now.y = doubled(now.y);
    }
    now.x[now.kept] = valueAt(points, choice.x, row);
    now.y[now.kept] = valueAt(points, choice.y, row);
    now.kept += 1;
  }
  now.seen = points.length;
  now.limits = { x: limitsOf(now.x, now.limits.x, start, now.kept), y: limitsOf(now.y, now.limits.y, start, now.kept) };
  return { points: { x: now.x, y: now.y, length: now.kept }, limits: now.limits, raster: now.raster, beyond: now.beyond };
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
