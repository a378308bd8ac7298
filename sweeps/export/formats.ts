/** All export formats of a front by name, those of plug-ins among them: pure functions from a report to a file's content. */
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
  /** True where the content is not text. */
  readonly binary: boolean;
  readonly render: (report: FrontReport, options: PlotOptions) => Promise<FileContent>;
}

/** A picture's format, of the front. */
const picture = (name: PictureFormatName): Format => {
  const format = PICTURE_FORMATS[name];
  return { ...format, render: (report, options) => format.render(frontPlot(report, options)) };
};

export const FORMATS = new Registry<Format>("format", {
  csv: { extension: "csv", about: "table for spreadsheets and scripts", binary: false, render: async (report) => csv(report) },
  json: { extension: "json", about: "everything, for programs", binary: false, render: async (report) => json(report) },
  parquet: { extension: "parquet", about: "columns for data frames", binary: true, render: async (report) => parquet(report) },
  md: { extension: "md", about: "Markdown table", binary: false, render: async (report) => markdown(report) },
  tex: { extension: "tex", about: "LaTeX table (booktabs)", binary: false, render: async (report, options) => tex(report, options) },
  pgfplots: picture("pgfplots"),
  svg: picture("svg"),
  png: picture("png"),
  pdf: picture("pdf"),
});
