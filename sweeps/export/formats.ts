/** All export formats by name: pure functions from a report to a file's content. */
import { parquet, png } from "./binary.js";
import { sourceLine } from "./headers.js";
import { pdf } from "./pdf.js";
import { pgfplots } from "./pgfplots.js";
import { type PlotOptions, plot } from "./plot.js";
import type { FrontReport } from "./report.js";
import { svg } from "./svg.js";
import { csv, json, markdown, tex } from "./tables.js";

export interface Format {
  readonly extension: string;
  readonly about: string;
  /** True where the content is not text. */
  readonly binary: boolean;
  readonly render: (report: FrontReport, options: PlotOptions) => Promise<string | Uint8Array>;
}

const figure = (report: FrontReport, options: PlotOptions): string => svg(plot(report, options), sourceLine(report));

const formats = {
  csv: { extension: "csv", about: "table for spreadsheets and scripts", binary: false, render: async (report) => csv(report) },
  json: { extension: "json", about: "everything, for programs", binary: false, render: async (report) => json(report) },
  parquet: { extension: "parquet", about: "columns for data frames", binary: true, render: async (report) => parquet(report) },
  md: { extension: "md", about: "Markdown table", binary: false, render: async (report) => markdown(report) },
  tex: { extension: "tex", about: "LaTeX table (booktabs)", binary: false, render: async (report, { column }) => tex(report, column) },
  pgfplots: {
    extension: "tex",
    about: "LaTeX figure (pgfplots): compiles alone, or by \\input in a paper",
    binary: false,
    render: async (report, options) => pgfplots(report, options),
  },
  svg: { extension: "svg", about: "figure, scalable", binary: false, render: async (report, options) => figure(report, options) },
  png: { extension: "png", about: "figure, 300 dpi", binary: true, render: async (report, options) => png(figure(report, options)) },
  pdf: {
    extension: "pdf",
    about: "figure for papers",
    binary: true,
    render: async (report, options) => pdf(plot(report, options), sourceLine(report)),
  },
} as const satisfies { readonly [name: string]: Format };
export type FormatName = keyof typeof formats;

export const FORMATS: { readonly [name in FormatName]: Format } = formats;
