/** The front as text tables: CSV, JSON, Markdown, LaTeX (booktabs). Units in every header. */
import { METRICS } from "../../sim/index.js";
import {
  hypervolumeLine,
  metricColumns,
  metricLabel,
  parameterLabel,
  shortNumber,
  sourceLine,
  texMetricLabel,
  texParameterLabel,
  texText,
} from "./headers.js";
import type { FrontReport, ReportRow } from "./report.js";

function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180 with a header line; every number in full; names carry their units. */
export function csv(report: FrontReport): string {
  const metrics = metricColumns(report);
  const header = ["id", ...report.parameters, ...metrics, "knee", "key", "engine_version"];
  const lines = report.rows.map((row) => [
    row.id,
    ...report.parameters.map((name) => row.values[name]),
    ...metrics.map((name) => row.metrics[name]),
    row.id === report.kneeId,
    row.key,
    report.engineVersion,
  ]);
  return [header, ...lines].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** Everything, for programs. */
export function json(report: FrontReport): string {
  const { cloud: _cloud, rows, objectives, ...rest } = report;
  const described = objectives.map((o) => ({ ...o, unit: METRICS[o.metric].unit }));
  return `${JSON.stringify({ ...rest, objectives: described, front: rows.map((row) => ({ ...row, knee: row.id === report.kneeId })) }, null, 2)}\n`;
}

function parameterText(row: ReportRow, name: string): string {
  const value = row.values[name];
  return value === undefined ? "–" : typeof value === "number" ? shortNumber(value) : String(value);
}

export function markdown(report: FrontReport): string {
  const header = ["#", ...report.objectives.map((o) => metricLabel(o.metric)), ...report.parameters.map(parameterLabel)];
  const rows = report.rows.map((row) => [
    row.id === report.kneeId ? `**${row.id}**` : String(row.id),
    ...report.objectives.map((o) => shortNumber(row.metrics[o.metric])),
    ...report.parameters.map((name) => parameterText(row, name)),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.map((c) => c.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(header),
    line(header.map((_, i) => (i === 0 ? "---" : "---:"))),
    ...rows.map(line),
    "",
    `${report.rows.length} points on the front; knee in bold; ${hypervolumeLine(report)}.`,
    "",
    `${sourceLine(report)}.`,
    "",
  ].join("\n");
}

/** A `table` for `\\usepackage{booktabs,textcomp}`. */
export function tex(report: FrontReport): string {
  const header = ["\\#", ...report.objectives.map((o) => texMetricLabel(o.metric)), ...report.parameters.map(texParameterLabel)];
  const rows = report.rows.map((row) => {
    const cells = [
      String(row.id),
      ...report.objectives.map((o) => texNumber(row.metrics[o.metric])),
      ...report.parameters.map((name) => texText(parameterText(row, name)).replaceAll("–", "--")),
    ];
    return `    ${(row.id === report.kneeId ? cells.map((c) => `\\textbf{${c}}`) : cells).join(" & ")} \\\\`;
  });
  const caption = `Pareto front of \\textsf{${texText(report.study)}} (${report.rows.length} of ${report.counts.done} points; knee in bold).`;
  return `% ${sourceLine(report)}
% ${hypervolumeLine(report).replaceAll("µ", "u").replaceAll("²", "2")}
% needs \\usepackage{booktabs} and \\usepackage{textcomp}
\\begin{table}
  \\centering
  \\caption{${caption}}
  \\begin{tabular}{${"r".repeat(header.length)}}
    \\toprule
    ${header.join(" & ")} \\\\
    \\midrule
${rows.join("\n")}
    \\bottomrule
  \\end{tabular}
\\end{table}
`;
}

function texNumber(value: number | null): string {
  const text = shortNumber(value).replaceAll("–", "--");
  const power = /^(-?[\d.]+)e([+-]\d+)$/.exec(text);
  return power === null ? text : `$${power[1]}\\times 10^{${Number(power[2])}}$`;
}
