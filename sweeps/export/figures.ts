/**
 * The pictures of a study as plot specifications: the front, the hypervolume over the search, and the parts of the
 * energy or area of its points. Terminal, files and report all draw from these. Pure.
 */

import { inputError, quoted } from "../../base/errors.js";
import { differentVectors, nonDominated } from "../../base/pareto.js";
import { axisOf, axisOver, type Limits, limitsOf } from "../../base/plot/axis.js";
import { BAR, INK, NAMED } from "../../base/plot/colours.js";
import {
  type Axis,
  type ColumnName,
  type Panel,
  type PlotPoints,
  type PlotSpec,
  pointsOf,
  type Series,
  stairs,
} from "../../base/plot/spec.js";
import { type AnyMetric, isMetric } from "../../sim/index.js";
import type { HistoryPoint } from "../report/hypervolumes.js";
import { viewLines } from "./front-view.js";
import { metricLabel, metricNumber, metricUnit, parameterSetting, sourceLine, valueIn } from "./headers.js";
import { namedOf } from "./metric-name.js";
import { metricWords } from "./metric-words.js";
import type { FrontColumn, FrontReport, ReportRow } from "./report.js";

/** How a front is drawn. */
export interface PlotOptions {
  /**
   * Objective on the horizontal axis, by name or as tables show it; null: from the first objectives that vary, cost
   * across and benefit up.
   */
  readonly x: string | null;
  /** Objective on the vertical axis; null: as for `x`. */
  readonly y: string | null;
  /** Column of a paper whose width a figure or table takes. */
  readonly column: ColumnName;
  /** In a LaTeX table, columns and units are written with siunitx. */
  readonly siunitx: boolean;
}

/** An axis of a scatter before its limits are known. */
export interface ScatterAxis {
  readonly label: string;
  /** Null: neither direction is better. */
  readonly direction: "min" | "max" | null;
  /** Null: the data decide. */
  readonly log: boolean | null;
  readonly isWhole?: boolean;
}

interface ScatterParts {
  readonly x: ScatterAxis;
  readonly y: ScatterAxis;
  readonly cloud: PlotPoints;
  /** Limits of the axes if they are known already; null: they are computed. */
  readonly limits: { readonly x: Limits; readonly y: Limits } | null;
  /** Points that are marked: the front, and behind it others, which no staircase joins. */
  readonly front: PlotPoints;
  /** How many of them are the front. */
  readonly members: number;
  /** Points of the front that are marked without labels or colours. */
  readonly rest: PlotPoints;
  /** Error bars: lines of two points. */
  readonly bars: readonly PlotPoints[];
  readonly labels: readonly string[];
  /** The most important point now, ringed: the knee, or the chosen one. */
  readonly ringed: { readonly index: number; readonly name: string } | null;
  /** Values that the fill of the marks shows; null: plain marks. */
  readonly colour: { readonly axis: Axis; readonly values: readonly number[] } | null;
}

/** Fill of plain marks, and of those that tell themselves from them or from marks on a colour axis. */
const [PLAIN, GREY] = ["#ffffff", "#bdbdbd"];

/** A panel of the cloud, the staircase of the points that are best in these two metrics alone, and the front on top. */
export function scatterPanel(parts: ScatterParts): Panel & { readonly y: Axis } {
  const { cloud, front, colour } = parts;
  const wide = (coordinate: "x" | "y"): Limits => {
    const dots = limitsOf(
      front[coordinate],
      parts.limits?.[coordinate] ?? limitsOf(cloud[coordinate], undefined, 0, cloud.length),
      0,
      front.length,
    );
    return parts.bars.reduce((limits, bar) => limitsOf(bar[coordinate], limits, 0, bar.length), dots);
  };
  const joined = staircase(parts);
  return {
    heading: "",
    x: { ...axisOf(parts.x.label, wide("x"), parts.x.log), ...(parts.x.isWhole === true && { isWhole: true }) },
    y: axisOf(parts.y.label, wide("y"), parts.y.log),
    colour: colour?.axis ?? null,
    series: [
      { kind: "cloud", name: hasOthers(parts) ? "other feasible points" : "", points: cloud },
      ...(joined === null
        ? []
        : [{ kind: "line", name: "", points: joined, colour: INK, width: 0.6, dash: [2, 1.5], dotted: false } as const]),
      ...parts.bars.map(
        (points, k) =>
          ({
            kind: "line",
            name: k === 0 ? "90 % interval" : "",
            points,
            colour: BAR,
            width: 0.5,
            dash: [],
            dotted: false,
          }) as const,
      ),
      ...(parts.rest.length === 0
        ? []
        : [
            {
              kind: "marks",
              name: "rest of the front",
              points: parts.rest,
              fill: colour === null ? GREY : PLAIN,
              labels: [],
              ringed: null,
            } as const,
          ]),
      { kind: "marks", name: "front", points: front, fill: colour?.values ?? PLAIN, labels: parts.labels, ringed: parts.ringed },
    ],
    notes: [],
  };
}

/** Whether a point of the cloud lies where no mark covers it; a legend names the cloud only then. */
function hasOthers({ cloud, front, rest }: ScatterParts): boolean {
  const placeOf = ({ x, y }: PlotPoints, i: number): string => `${x[i]} ${y[i]}`;
  const marked = new Set([front, rest].flatMap((points) => Array.from({ length: points.length }, (_, i) => placeOf(points, i))));
  for (let i = 0; i < cloud.length; i++) if (!marked.has(placeOf(cloud, i))) return true;
  return false;
}

/** Null without directions; one point where one place is the best in both metrics, so that there is nothing to join. */
function staircase({ x, y, front, members, rest }: ScatterParts): PlotPoints | null {
  if (x.direction === null || y.direction === null) return null;
  const signs = [x.direction === "max" ? -1 : 1, y.direction === "max" ? -1 : 1] as const;
  const known: (readonly [number, number])[] = [];
  for (const [points, count] of [
    [front, members],
    [rest, rest.length],
  ] as const)
    for (let i = 0; i < count; i++) {
      if (Number.isFinite(points.x[i]) && Number.isFinite(points.y[i])) known.push([points.x[i], points.y[i]]);
    }
  const best = nonDominated(known.map(([a, b]) => [signs[0] * a, signs[1] * b])).map((i) => known[i]);
  return stairs([...differentVectors(best)].sort((a, b) => signs[0] * (a[0] - b[0]) || signs[1] * (b[1] - a[1])));
}

/** An objective with at most this many values would put all points of a front on a few lines. */
const FEW_VALUES = 6;

/**
 * True for an objective of few values, e.g. accuracy at a few precisions: it shows more as a colour than as an axis.
 */
function isLevelled({ rows, objectives }: FrontReport, k: number): boolean {
  const values = new Set(rows.map((row) => row.metrics[objectives[k].metric]));
  return values.size <= FEW_VALUES && rows.length > 2 * values.size;
}

/** Index of the objective that is asked for; -1: none is. @throws InputError if it is no objective of the front */
function askedAxis({ objectives, parameters, view }: FrontReport, name: string | null, place: string): number {
  const names = objectives.map(({ metric }) => metric);
  if (name !== null && !names.some((own) => own === name) && (parameters.includes(name) || isMetric(name))) {
    // without a direction an objective has that of the study
    const typed = view.objectives === null ? names : objectives.map(({ metric, direction }) => `${metric}:${direction}`);
    const made = parameters.includes(name) ? "" : `; --objectives ${[...typed, name].join(",")} makes it one`;
    throw inputError(
      place,
      `unknown objective ${quoted(name)}`,
      `known: ${names.join(", ")}${made}; the page of snn-dse report draws any column`,
    );
  }
  return name === null ? -1 : names.indexOf(namedOf(name, [names], { place, what: "objective" }));
}

/** Objectives of axes and colour. */
interface FrontAxes {
  /** Null: the numbers of the points, beside which the one objective stands. */
  readonly x: number | null;
  readonly y: number;
  readonly colour: number | null;
}

/** One that does not vary shows nothing: it comes last, and never as colour. */
function chosenAxes(report: FrontReport, asked: { readonly x: number; readonly y: number }): FrontAxes {
  if (report.objectives.length === 1) return { x: null, y: 0, colour: null };
  const changes = (k: number): boolean => report.cloud.some((p) => p[k] !== report.cloud[0][k]);
  const all = report.objectives.map((_, k) => k);
  const changing = [...all.filter((k) => changes(k) && !isLevelled(report, k)), ...all.filter((k) => changes(k) && isLevelled(report, k))];
  const order = [...changing, ...all.filter((k) => !changing.includes(k))];
  const gains = changing.length === 0 ? all : changing.filter((k) => !isLevelled(report, k));
  let { x, y } = asked;
  if (y < 0) y = gains.find((k) => k !== x && report.objectives[k].direction === "max") ?? order.filter((k) => k !== x)[x < 0 ? 1 : 0] ?? 0;
  if (x < 0) x = order.find((k) => k !== y) ?? y;
  return { x, y, colour: changing.find((k) => k !== x && k !== y) ?? null };
}

/** The objectives on the axes and in the colours of `frontPlot`. */
export function drawnObjectives(report: FrontReport, options: PlotOptions): readonly AnyMetric[] {
  const { x, y, colour } = chosenAxes(report, { x: askedAxis(report, options.x, "--x"), y: askedAxis(report, options.y, "--y") });
  return [x, y, colour].flatMap((k) => (k === null ? [] : (report.objectives[k]?.metric ?? [])));
}

/**
 * The front over two objectives, coloured by a third if there is one, or a single objective over the points' numbers;
 * the knee is ringed. @throws InputError if an axis is no objective of the front, or that of the other axis
 */
export function frontPlot(report: FrontReport, options: PlotOptions): PlotSpec {
  const asked = { x: askedAxis(report, options.x, "--x"), y: askedAxis(report, options.y, "--y") };
  if (asked.x >= 0 && asked.x === asked.y)
    throw inputError(
      "--y",
      `names ${report.objectives[asked.y].metric}, which is on the x axis`,
      "name another objective, or leave it out",
    );
  if (asked.x >= 0 && report.objectives.length === 1)
    throw inputError("--x", "names the front's one objective, which is on the y axis over the points' numbers", "leave it out");
  const axes = chosenAxes(report, asked);
  const drawn = drawnObjectives(report, options);
  const about = {
    title: `Pareto front of ${report.study}`,
    about: [sourceLine(report), ...viewLines(report, drawn)].join("; "),
    column: options.column,
    legend: "above" as const,
  };
  if (report.rows.length === 0) return { ...about, panels: [] };
  const values = report.rows.map((row) => report.objectives.map((o) => row.metrics[o.metric] as number));
  const axis = (k: number): ScatterAxis => ({
    label: metricLabel(report.objectives[k].metric),
    direction: report.objectives[k].direction,
    log: null,
  });
  const pairs = (points: readonly (readonly number[])[], ids: readonly number[]): PlotPoints =>
    pointsOf(points.map((p, i) => [axes.x === null ? ids[i] : p[axes.x], p[axes.y]]));
  const ids = report.rows.map(({ id }) => id);
  const third = axes.colour === null ? null : values.map((p) => p[axes.colour as number]);
  const knee = report.rows.findIndex((row) => row.id === report.kneeId);
  const shown = report.view.columns ?? report.objectives.map(({ metric }): FrontColumn => ({ kind: "metric", name: metric }));
  const label = (row: ReportRow, column: FrontColumn): string => {
    const value = valueIn(row, column);
    if (column.kind === "metric")
      return `${metricWords(column.name)} ${metricNumber(column.name, value as number | null)} ${metricUnit(column.name)}`.trim();
    return value === undefined || value === null ? `no ${column.name}` : parameterSetting(column.name, value);
  };
  const panel = scatterPanel({
    x: axes.x === null ? NUMBERS : axis(axes.x),
    y: axis(axes.y),
    cloud: pairs(report.cloud, report.cloudIds),
    limits: null,
    front: pairs(values, ids),
    members: values.length,
    rest: pairs(report.hidden, axes.x === null ? equalIds(report, values[0], ids) : []),
    bars: report.rows.flatMap(({ id, intervals }, i) => {
      const [wide, tall] = [axes.x, axes.y].map((k) => (k === null ? undefined : intervals[report.objectives[k].metric]));
      return barsAt(axes.x === null ? id : values[i][axes.x], values[i][axes.y], wide, tall);
    }),
    labels: report.rows.map(
      (row, i) => `#${row.id}${i === knee ? " (knee)" : ""}: ${shown.map((column) => label(row, column)).join(", ")}`,
    ),
    ringed: knee < 0 ? null : { index: knee, name: "knee" },
    colour:
      third === null || axes.colour === null
        ? null
        : { values: third, axis: axisOver(axis(axes.colour).label, [{ x: third, y: third, length: third.length }], "x") },
  });
  return { ...about, panels: [panel] };
}

/** Horizontal axis of a front of one objective. */
const NUMBERS: ScatterAxis = { label: "number of the point", direction: null, log: false, isWhole: true };

/** Numbers of the points with these values that are not among `shown`: of one objective, the rest of the front. */
const equalIds = ({ cloud, cloudIds }: FrontReport, [best]: readonly number[], shown: readonly number[]): readonly number[] =>
  cloudIds.filter((id, i) => cloud[i][0] === best && !shown.includes(id));

type Interval = { readonly low: number; readonly high: number } | undefined;

/** Error bars of a point: both intervals from end to end, through the point. */
const barsAt = (x: number, y: number, wide: Interval, tall: Interval): readonly PlotPoints[] => [
  ...(wide === undefined
    ? []
    : [
        pointsOf([
          [wide.low, y],
          [wide.high, y],
        ]),
      ]),
  ...(tall === undefined
    ? []
    : [
        pointsOf([
          [x, tall.low],
          [x, tall.high],
        ]),
      ]),
];

/** The hypervolume over the points asked; of a single entry, the step from no point. */
export function historyPlot(about: Pick<PlotSpec, "about" | "column">, study: string, history: readonly HistoryPoint[]): PlotSpec {
  const entries = history.map((entry) => [entry.points, entry.hypervolume] as const);
  const points = stairs(entries.length === 1 ? [[0, 0], ...entries] : entries);
  const panel: Panel = {
    heading: "",
    x: { ...axisOf("points asked", limitsOf(points.x, { low: 0, high: 0 }), false), isWhole: true },
    y: axisOver("hypervolume", [points], "y", false),
    colour: null,
    series: [{ kind: "line", name: "", points, colour: NAMED[0], width: 1.2, dash: [], dotted: false }],
    notes: [],
  };
  return { ...about, title: `Hypervolume over the search of ${study}`, legend: "none", panels: history.length === 0 ? [] : [panel] };
}

/** A part of a point's energy or area. */
interface Part {
  readonly component: string;
  /** Value in the unit of the label. */
  readonly value: number;
}

/** Components named in a stack; the smaller ones are one. */
const MOST_PARTS = 8;
const REST = "other";

/** Names of the largest components over all rows, largest first; `other` is last if smaller ones remain. */
function largestParts(rows: readonly (readonly Part[])[]): readonly string[] {
  const totals = new Map<string, number>();
  for (const { component, value } of rows.flat()) totals.set(component, (totals.get(component) ?? 0) + value);
  const sorted = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([component]) => component);
  return sorted.length <= MOST_PARTS + 1 ? sorted : [...sorted.slice(0, MOST_PARTS), REST];
}

/** Stacked bars, one per point. `label` says what is stacked, with its unit. */
export function stackPlot(
  about: Pick<PlotSpec, "about" | "column">,
  title: string,
  label: string,
  rows: readonly { readonly name: string; readonly parts: readonly Part[] }[],
): PlotSpec {
  const names = largestParts(rows.map((row) => row.parts));
  const named = new Set(names);
  const sum = (parts: readonly Part[], name: string): number =>
    parts.reduce(
      (total, part) => (part.component === name || (name === REST && !named.has(part.component)) ? total + part.value : total),
      0,
    );
  const longest = rows.reduce(
    (most, row) =>
      Math.max(
        most,
        row.parts.reduce((total, part) => total + part.value, 0),
      ),
    0,
  );
  const series = names.map(
    (name, i): Series => ({
      kind: "bars",
      name,
      values: rows.map((row) => sum(row.parts, name)),
      colour: NAMED[i],
    }),
  );
  const panel: Panel = {
    heading: "",
    x: { label, scale: "linear", low: 0, high: longest * 1.02 },
    y: { label: "", scale: "category", names: rows.map((row) => row.name) },
    colour: null,
    series,
    notes: [],
  };
  return { ...about, title, legend: "above", panels: longest > 0 ? [panel] : [] };
}
