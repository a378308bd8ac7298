/** The front of a study, and its files for papers. Effects: reads the database. */
import { basename, extname } from "node:path";
import type { FileContent } from "../base/escape/filtered.js";
import type { PlotSpec } from "../base/plot/spec.js";
import { FORMATS, type FormatName, type FrontReport, frontPlot, frontReport, type OpenStudy, type PlotOptions } from "../sweeps/index.js";
import { withStore } from "./stored.js";

export type { FormatName, FrontReport, PlotOptions } from "../sweeps/index.js";

export interface ParetoOptions {
  /** Metrics as `name`, `name:min` or `name:max` in place of the study's objectives. */
  readonly objectives?: readonly string[];
  /** Only points that satisfy it, e.g. `area_mm2 < 2 and lanes == 8`; null: all. */
  readonly where?: string | null;
}

/**
 * The front of a study, its hypervolume and its knee.
 *
 * @param source a result database, which a sweep may still be writing, or an open study
 * @throws InputError where it holds no study, a metric is unknown, or the condition cannot be read
 */
export function pareto(source: string | OpenStudy, { objectives = [], where = null }: ParetoOptions = {}): FrontReport {
  return withStore(source, (store) => frontReport(store, { objectives, where }));
}

/**
 * A front as the content of a file: `csv`, `json`, `parquet`, `md`, `tex`, or a figure as `pgfplots`, `svg`, `png`, `pdf`.
 *
 * @returns text, or bytes for parquet, png and pdf
 * @throws InputError where png is asked for and its package is not installed
 */
export function exportFront(report: FrontReport, format: FormatName, options: Partial<PlotOptions> = {}): Promise<FileContent> {
  return FORMATS[format].render(report, { ...DEFAULT_PLOT, ...options });
}

/** The front as a figure: plain data, which `base/plot` draws. */
export function frontFigure(report: FrontReport, options: Partial<PlotOptions> = {}): PlotSpec {
  return frontPlot(report, { ...DEFAULT_PLOT, ...options });
}

const DEFAULT_PLOT: PlotOptions = { x: null, y: null, column: "single" };

/** Default file of an export: `edge.db`, `svg` -> `edge-front.svg`; the LaTeX figure beside the LaTeX table. */
export function exportName(database: string, format: FormatName): string {
  const kind = format === "pgfplots" ? "figure" : "front";
  return `${basename(database, extname(database))}-${kind}.${FORMATS[format].extension}`;
}
