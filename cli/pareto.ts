/** The front of a database on the screen or in a file. Effects: reads the database, writes the file, prints. */
import { basename, extname } from "node:path";
import { inputError, quoted } from "../base/errors.js";
import { writeWhole } from "../base/write-file.js";
import { METRICS, type MetricName } from "../sim/index.js";
import { FORMATS, type FormatName, type FrontReport, frontPlot, frontReport, inputsLine, type PlotOptions } from "../sweeps/index.js";
import { inUnit, significant } from "./format/number.js";
import { plotLines } from "./format/plot.js";
import { type Look, lookOf, paint } from "./format/style.js";
import { tableLines } from "./format/table.js";
import type { ParetoOptions } from "./options.js";
import { print, printContent } from "./print.js";
import { withStore } from "./stored.js";

/** Default file of an export: `edge.db`, `svg` -> `edge-front.svg`; the LaTeX figure beside the LaTeX table. */
export function exportName(database: string, format: FormatName): string {
  const kind = format === "pgfplots" ? "figure" : "front";
  return `${basename(database, extname(database))}-${kind}.${FORMATS[format].extension}`;
}

function axis(flag: string, name: string | undefined, report: FrontReport): MetricName | null {
  if (name === undefined) return null;
  const objective = report.objectives.find(({ metric }) => metric === name);
  if (objective === undefined) {
    throw inputError(
      flag,
      `${quoted(name)} is none of the objectives`,
      `objectives: ${report.objectives.map(({ metric }) => metric).join(", ")}; change them with --objectives`,
    );
  }
  return objective.metric;
}

export async function printPareto(database: string, options: ParetoOptions): Promise<void> {
  const objectives = options.objectives === undefined ? [] : options.objectives.split(",").map((text) => text.trim());
  const report = withStore(database, (store) => frontReport(store, { objectives, where: options.where ?? null }));
  const plotOptions: PlotOptions = { x: axis("--x", options.x, report), y: axis("--y", options.y, report), column: options.column };
  const format: FormatName | null = options.json === true ? "json" : (options.format ?? null);
  if (format === null) {
    const look = lookOf(process.stdout, process.env);
    print(reportLines(look, report, plotOptions, database, process.stdout.columns || 100));
    return;
  }
  const { render } = FORMATS[format];
  const content = await render(report, plotOptions);
  // text goes where a shell can pipe it; bytes that a terminal cannot show go to a file
  const out = options.out ?? (typeof content === "string" ? "-" : exportName(database, format));
  if (out === "-") printContent(content);
  else {
    writeWhole(out, content);
    print(`wrote ${out}: ${report.rows.length} points of ${report.study}`);
  }
}

const unitText = (metric: MetricName): string => (METRICS[metric].unit === "1" ? "" : ` [${METRICS[metric].unit}]`);

export function reportLines(look: Look, report: FrontReport, options: PlotOptions, database: string, width: number): readonly string[] {
  const { counts, rows } = report;
  const columns = [
    { title: "#", align: "right" as const },
    ...report.objectives.map(({ metric }) => ({ title: `${metric}${unitText(metric)}`, align: "right" as const })),
    ...report.parameters.map((name) => ({ title: name, align: "right" as const })),
  ];
  const value = (text: number | string | boolean | undefined): string =>
    typeof text === "number" ? significant(text, 5) : String(text ?? "-");
  const table = rows.map((row) => [
    `${row.id === report.kneeId ? "knee " : ""}${row.id}`,
    ...report.objectives.map(({ metric }) => inUnit(row.metrics[metric], METRICS[metric].unit)),
    ...report.parameters.map((name) => value(row.values[name])),
  ]);
  const reference = report.reference
    ?.map((natural, k) => `${significant(natural, 4)} ${METRICS[report.objectives[k]?.metric].unit}`)
    .join(", ");
  return [
    `${paint(look, report.study, "bold")} in ${database}: ${counts.done} results, ${counts.feasible} within the limits, ${counts.infeasible} infeasible, ${counts.failed} failed; sampler ${report.sampler}`,
    "",
    ...pictureLines(look, report, options, Math.min(width, 100)),
    ...(rows.length === 0 ? ["no point on the front"] : tableLines(look, columns, table)),
    "",
    report.hypervolume === null
      ? "hypervolume unknown: no reference point"
      : `hypervolume ${significant(report.hypervolume, 6)}, reference point ${reference}${report.fixedReference ? "" : " (made for this view)"}`,
    ...inputLines(report),
    ...(report.kneeId === null ? [] : [`knee point ${report.kneeId}: the most balanced one; snn-dse show ${database} ${report.kneeId}`]),
  ];
}

/** What the front was computed with. */
function inputLines({ engineVersion, inputs, apart }: FrontReport): readonly string[] {
  const read = inputsLine(inputs);
  const others = `${apart} points of other inputs are kept apart; snn-dse show tells them one by one`;
  return [`computed by snn-dse ${engineVersion}${read === "" ? "" : ` from ${read}`}`, ...(apart === 0 ? [] : [others])];
}

const PLOT_ROWS = 24;

/** The front as in the figures, in characters. */
function pictureLines(look: Look, report: FrontReport, options: PlotOptions, width: number): readonly string[] {
  const [panel] = frontPlot(report, options).panels;
  if (panel === undefined || panel.y.scale === "category" || report.objectives.length < 2) return [];
  const legend = look.unicode ? "● front  ◆ knee  dots: other feasible points" : "o front  O knee  . : other feasible points";
  return [...plotLines(look, { ...panel, y: panel.y }, width, PLOT_ROWS), paint(look, legend, "dim"), ""];
}
