/**
 * All export formats of a front by name, including those of plug-ins: pure functions from a report to the content of a
 * file.
 */
import type { FileContent } from "../../base/escape/filtered.js";
import { PICTURE_FORMATS, type PictureFormatName } from "../../base/plot/formats.js";
import { Registry } from "../../base/registry.js";
import { frontPlot, type PlotOptions } from "./figures.js";
import { parquet } from "./parquet.js";
import type { FrontReport } from "./report.js";
import { csv, json, markdown, tex } from "./tables.js";

export interface Format {
  readonly extension: string;
  readonly about: string;
  /** True if the content is not text. */
  readonly binary: boolean;
  /** Key by which the dashboard chooses the format; null: the first free letter of its name. */
  readonly key: string | null;
  readonly render: (report: FrontReport, options: PlotOptions) => Promise<FileContent>;
}

const PICTURES: readonly (keyof PlotOptions)[] = ["x", "y", "column"];

/** Options that each format heeds; those of plug-ins are given all. */
const HEEDED: { readonly [format: string]: readonly (keyof PlotOptions)[] } = {
  ...{ csv: [], json: [], parquet: [], md: [], tex: ["column", "siunitx"] },
  ...{ pgfplots: PICTURES, svg: PICTURES, png: PICTURES, pdf: PICTURES },
};

export const heeds = (format: string, option: keyof PlotOptions): boolean => HEEDED[format]?.includes(option) ?? true;

/** A format that draws the front as a picture. */
const picture = (name: PictureFormatName, key: string): Format => {
  const format = PICTURE_FORMATS[name];
  return { ...format, key, render: (report, options) => format.render(frontPlot(report, options)) };
};

export const FORMATS = new Registry<Format>("format", {
  csv: { extension: "csv", about: "table for spreadsheets and scripts", binary: false, key: "c", render: async (report) => csv(report) },
  json: { extension: "json", about: "everything, for programs", binary: false, key: "j", render: async (report) => json(report) },
  parquet: { extension: "parquet", about: "columns for data frames", binary: true, key: "a", render: async (report) => parquet(report) },
  md: { extension: "md", about: "Markdown table", binary: false, key: "m", render: async (report) => markdown(report) },
  tex: {
    extension: "tex",
    about: "LaTeX table (booktabs)",
    binary: false,
    key: "t",
    render: async (report, options) => tex(report, options),
  },
  pgfplots: picture("pgfplots", "g"),
  svg: picture("svg", "s"),
  png: picture("png", "p"),
  pdf: picture("pdf", "f"),
});

/** Formats with their keys; a format without a free key is left out. `taken`: keys in other use. */
export function formatKeys(taken: readonly string[]): readonly { readonly key: string; readonly format: string; readonly about: string }[] {
  const keys = new Set(taken);
  for (const [, { key }] of FORMATS.all) if (key !== null) keys.add(key);
  return FORMATS.all.flatMap(([format, { key, about }]) => {
    const own = key ?? [...format.toLowerCase()].find((letter) => /[a-z]/.test(letter) && !keys.has(letter));
    if (own === undefined) return [];
    keys.add(own);
    return [{ key: own, format, about }];
  });
}
