/** Computes the front of a study, and writes it for papers. Effects: reads the database, writes files. */
import { basename, extname } from "node:path";
import { inputError, quoted } from "../base/errors.js";
import type { FileContent } from "../base/escape/filtered.js";
import { didYouMean } from "../base/nearest.js";
import { PICTURE_FORMATS } from "../base/plot/formats.js";
import { COLUMNS, type PlotSpec } from "../base/plot/spec.js";
import { writeWhole } from "../base/write-file.js";
import {
  bestIn,
  buildLines,
  type Draws,
  FORMATS,
  type FrontReport,
  type FrontViewOptions,
  frontCaption,
  frontPlot,
  frontReport,
  heeds,
  intervalsOf,
  type OpenStudy,
  type PlotOptions,
  unbuiltLines,
  unpricedLines,
  viewed,
  withLacks,
} from "../sweeps/index.js";
import { checkedOptions, demandGiven, oneOf } from "./checked-options.js";
import { type Store, studyOf, withStore } from "./stored.js";
import { type DrawOptions, demandUncertain, drawsOf } from "./uncertainty.js";

export { type FrontReport, type FrontViewOptions, formatKeys, type PlotOptions, viewLines } from "../sweeps/index.js";

/** Which points and objectives make the front. */
export interface ParetoOptions extends FrontViewOptions {
  /** Metrics as `name`, `name:min` or `name:max` in place of the study's objectives. */
  readonly objectives?: readonly string[];
  /** A condition on points, e.g. `area_mm2 < 2 and lanes == 8`; null: all points. */
  readonly where?: string | null;
  /**
   * Draws prices, samples and utterances: every point gets the intervals of its metrics, and figures get error bars.
   * null, the default: none.
   */
  readonly intervals?: DrawOptions | null;
}

const PARETO_OPTIONS = {
  objectives: "list of text",
  where: "text or null",
  intervals: "object or null",
  columns: "list of text or null",
  top: "whole number from 1 or null",
  by: "text or null",
  dropFixed: "boolean",
  epsilon: "list of text",
} as const;

/**
 * The front of a study, its hypervolume and its knee.
 *
 * @param source a result database, which a sweep may still be writing, or an open study
 * @throws InputError if it holds no study, a metric, column or unit is unknown, or the condition cannot be read
 */
export function pareto(source: string | OpenStudy, options: ParetoOptions = {}): FrontReport {
  const { objectives = [], where = null, intervals = null, ...view } = checkedOptions("pareto", options, PARETO_OPTIONS);
  return withStore(source, (store) => {
    const asked = (view.columns ?? []).map((text) => ({ text, place: "--columns" }));
    const order = (view.by?.split(":").slice(0, 1) ?? []).map((text) => ({ text, place: "--by" }));
    const quantiles = [...asked, ...order].filter(({ text }) => text.includes("@"));
    const report = withLacks(store, viewed(frontReport(store, { objectives, where, quantiles }), view));
    return intervals === null ? report : withIntervals(store, report, drawsOf(intervals));
  });
}

/**
 * Sentences on what the chips of the study's front lack, for a table of its objectives and parameters: parts without a
 * price, and lanes.
 */
export function lacksOfFront(database: string): readonly string[] {
  const { objectives, withoutPrice, unbuiltLanes } = pareto(database);
  const shown = objectives.map(({ metric }) => metric);
  return [...unpricedLines(shown, withoutPrice), ...unbuiltLines(unbuiltLanes)];
}

/**
 * The point of the study's front that a word names: `knee`, or a metric as in `--by`, in which that point is the best.
 *
 * @throws InputError if the word is neither, or the study has no front
 */
export function pointOfFront(database: string, word: string): number {
  return withStore(database, (store) => {
    const place = `point ${quoted(word)}`;
    const likely = word === "knee" ? "" : didYouMean(word, ["knee"]);
    if (likely !== "") throw inputError(place, "is no number, knee or metric", likely);
    const report = frontReport(store, {
      objectives: [],
      where: null,
      quantiles: word.includes("@") ? [{ text: word.split(":")[0], place }] : [],
    });
    const id = word === "knee" ? report.kneeId : bestIn(report, word, place)?.id;
    if (id !== null && id !== undefined) return id;
    const what =
      report.rows.length > 0
        ? `has no point on its front whose ${word} is known`
        : `has no front, and so no ${word === "knee" ? word : "best point on it"}`;
    throw inputError(database, what, "name a point by its number");
  });
}

/** @throws InputError for a coupled chip, whose prices are parameters. */
function withIntervals(store: Store, report: FrontReport, draws: Draws): FrontReport {
  const uncertain = demandUncertain(store);
  const { edition } = studyOf(store);
  let timedUtterances = 0;
  const rows = report.rows.map((row) => {
    const point = uncertain({ ...row, edition });
    if (point === null) return row;
    timedUtterances = Math.max(timedUtterances, point.timed.count);
    return { ...row, intervals: intervalsOf(point, draws) };
  });
  return { ...report, rows, draws: draws.count, timedUtterances };
}

/**
 * A front as the content of a file: `csv`, `json`, `parquet`, `md`, `tex`, or a figure as `pgfplots`, `svg`, `png`,
 * `pdf`.
 *
 * @returns text, or bytes for parquet, png and pdf
 * @throws InputError for an unknown format, column or objective of an axis, or for png if its package is not installed
 */
export async function exportFront(report: FrontReport, format: string, options: Partial<PlotOptions> = {}): Promise<FileContent> {
  checkedOptions("exportFront", options, PLOT_OPTIONS, (given) =>
    idlePlotOptions(format, given).map(({ option, why }) => [true, option, why]),
  );
  demandGiven("exportFront", report, "rows", "pareto");
  return FORMATS.demand(format, "--format").render(report, plotOptions(options));
}

/** Options that a format would ignore, and why; one that has its default is none. */
export function idlePlotOptions(
  format: string,
  options: { readonly [option in keyof PlotOptions]?: unknown },
): readonly { readonly option: keyof PlotOptions; readonly why: string }[] {
  const names = Object.keys(DEFAULT_PLOT) as readonly (keyof PlotOptions)[];
  const given = names.filter((name) => options[name] !== undefined && options[name] !== DEFAULT_PLOT[name]);
  return given.flatMap((option) => {
    if (heeds(format, option)) return [];
    const others = FORMATS.all.flatMap(([name]) => (heeds(name, option) ? [name] : []));
    return [{ option, why: `has no effect with the format ${format}, only with ${others.join(", ")}` }];
  });
}

/** A caption to paste below the picture that `exportFront` gives; null: the format is none, or the front is empty. */
export function captionOf(report: FrontReport, format: string, options: Partial<PlotOptions> = {}): string | null {
  if (!Object.hasOwn(PICTURE_FORMATS, format) || report.rows.length === 0) return null;
  const complete = plotOptions(options);
  return frontCaption(report, frontPlot(report, complete), complete);
}

/** What the author of a paper must know of a table or picture whose caption is pasted, and its readers need not. */
export const paperWarnings = (report: FrontReport, format: string): readonly string[] =>
  format === "tex" ? buildLines(report) : Object.hasOwn(PICTURE_FORMATS, format) ? buildLines(report, []) : [];

/** The front as a figure: plain data, which `base/plot` draws. */
export function frontFigure(report: FrontReport, options: Partial<PlotOptions> = {}): PlotSpec {
  checkedOptions("frontFigure", options, PLOT_OPTIONS);
  demandGiven("frontFigure", report, "rows", "pareto");
  return frontPlot(report, plotOptions(options));
}

/** Options of figures and tables as a caller gives them, complete. */
function plotOptions(options: Partial<PlotOptions>): PlotOptions {
  const { x, y, column = DEFAULT_PLOT.column, siunitx } = { ...DEFAULT_PLOT, ...options };
  return { x: x ?? null, y: y ?? null, column, siunitx: siunitx === true };
}

const PLOT_OPTIONS = { x: "text or null", y: "text or null", column: oneOf(Object.keys(COLUMNS)), siunitx: "boolean" } as const;
const DEFAULT_PLOT: PlotOptions = { x: null, y: null, column: "single", siunitx: false };

/** Formats of fronts by name. */
export const frontFormats = (): readonly (readonly [string, { readonly extension: string }])[] => FORMATS.all;

/** Default file of an export: `edge.db`, `svg` -> `edge-front.svg`; a LaTeX figure is `edge-figure.tex`. */
export function exportName(database: string, format: string): string {
  const kind = format === "pgfplots" ? "figure" : "front";
  return `${basename(database, extname(database))}-${kind}.${FORMATS.demand(format, "--format").extension}`;
}

/**
 * Writes the front into the working folder, under the name that `exportName` gives.
 *
 * @param axes metrics that a figure shows; a name that is not an objective is replaced by the figure's default
 * @returns `others`: names that were replaced
 */
export async function writeFront(
  database: string,
  format: string,
  axes: { readonly x: string; readonly y: string },
): Promise<{ readonly file: string; readonly points: number; readonly others: readonly string[] }> {
  const report = pareto(database);
  const file = exportName(database, format);
  const isObjective = (name: string): boolean => report.objectives.some(({ metric }) => metric === name);
  // one objective stands over the numbers of the points, whatever is on the axes
  const [x, y] = [axes.x, axes.y].map((name) => (isObjective(name) && report.objectives.length > 1 ? name : null));
  const isFigure = heeds(format, "x");
  writeWhole(file, await exportFront(report, format, isFigure ? { x, y: x === y ? null : y } : {}));
  return { file, points: report.rows.length, others: isFigure ? [axes.x, axes.y].filter((name) => !isObjective(name)) : [] };
}
