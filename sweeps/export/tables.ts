/** The front as text tables: CSV, JSON, Markdown, LaTeX (booktabs). Units in every header. */
import { type CsvText, csvRow } from "../../base/escape/csv.js";
import { joined } from "../../base/escape/filtered.js";
import { type JsonText, jsonText } from "../../base/escape/json.js";
import { type MarkdownText, markdownText, markdown as md } from "../../base/escape/markdown.js";
import { tex as latex, type TexText, texComment, texText } from "../../base/escape/tex.js";
import { texTable } from "../../base/tex-table.js";
import { METRICS } from "../../sim/index.js";
import { hypervolumeLine, metricColumns, metricLabel, parameterLabel, parameterSetting, shortNumber, sourceLine } from "./headers.js";
import type { FrontReport, ReportRow } from "./report.js";

/** RFC 4180 with a header line; every number in full; names carry their units. */
export function csv(report: FrontReport): CsvText {
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
  return joined(
    [header, ...lines].map((cells) => csvRow(cells)),
    "",
  );
}

/** Everything, for programs. */
export function json(report: FrontReport): JsonText {
  const { cloud: _cloud, rows, objectives, ...rest } = report;
  const described = objectives.map((o) => ({ ...o, unit: METRICS[o.metric].unit }));
  const front = rows.map((row) => ({ ...row, knee: row.id === report.kneeId }));
  return jsonText({ ...rest, objectives: described, front }, 2, "\n");
}

function parameterText(row: ReportRow, name: string): string {
  const value = row.values[name];
  return value === undefined ? "–" : typeof value === "number" ? shortNumber(value) : String(value);
}

export function markdown(report: FrontReport): MarkdownText {
  const header = ["#", ...report.objectives.map((o) => metricLabel(o.metric)), ...report.parameters.map(parameterLabel)].map(markdownText);
  const rows = report.rows.map((row) => [
    row.id === report.kneeId ? md`**${row.id}**` : md`${row.id}`,
    ...report.objectives.map((o) => markdownText(shortNumber(row.metrics[o.metric]))),
    ...report.parameters.map((name) => markdownText(parameterText(row, name))),
  ]);
  const line = (cells: readonly MarkdownText[]): MarkdownText => md`| ${joined(cells, " | ")} |`;
  return md`${line(header)}
${line(header.map((_, i) => (i === 0 ? md`---` : md`---:`)))}
${joined(
  rows.map((row) => md`${line(row)}\n`),
  "",
)}
${report.rows.length} points on the front; knee in bold; ${markdownText(hypervolumeLine(report))}.

${markdownText(sourceLine(report))}.
`;
}

/** A LaTeX float with booktabs rules; parameters that all points share stand in the caption. Needs booktabs and graphicx. */
export function tex(report: FrontReport, column: "single" | "double"): TexText {
  const first = report.rows[0]?.values ?? {};
  const shared = report.parameters.filter((name) => report.rows.length > 1 && report.rows.every((row) => row.values[name] === first[name]));
  const parameters = report.parameters.filter((name) => !shared.includes(name));
  const columns = [
    ...report.objectives.map((o) => texNumbers(report.rows.map((row) => row.metrics[o.metric]))),
    ...parameters.map((name) => report.rows.map((row) => texText(parameterText(row, name)))),
  ];
  const rows = report.rows.map((row, i) => {
    const cells = [latex`${row.id}`, ...columns.map((cells) => cells[i])];
    return row.id === report.kneeId ? cells.map((cell) => latex`\\textbf{${cell}}`) : cells;
  });
  const common = shared.flatMap((name) => (first[name] === undefined ? [] : [texText(parameterSetting(name, first[name]))]));
  const caption = latex`Pareto front of ${texText(report.study)}: ${report.rows.length} of ${report.counts.done} points; knee in bold${
    common.length === 0 ? "" : latex`; all with ${joined(common, ", ")}`
  }.`;
  const titles = ["#", ...report.objectives.map((o) => metricLabel(o.metric)), ...parameters.map(parameterLabel)];
  const isText = (name: string): boolean => report.rows.some((row) => typeof row.values[name] === "string");
  const align = ["r", ...report.objectives.map(() => "r"), ...parameters.map((name) => (isText(name) ? "l" : "r"))] as ("l" | "r")[];
  return latex`% ${texComment(sourceLine(report))}
% ${texComment(hypervolumeLine(report))}
% needs \\usepackage{booktabs,graphicx}
${texTable({ titles, align, rows, caption, column })}`;
}

/** A number as `shortNumber`, powers of ten as print has them. */
function texNumber(value: number | null): TexText {
  const text = texText(shortNumber(value));
  const power = /^(-?[\d.]+)e([+-]\d+)$/.exec(text);
  return power === null ? text : latex`$${Number(power[1])}\\times 10^{${Number(power[2])}}$`;
}

/** One column with its decimal points under each other: as many places as four significant digits of its numbers need, where that stays short. */
export function texNumbers(values: readonly (number | null)[]): TexText[] {
  const texts = values.map(shortNumber);
  const places = Math.max(0, ...texts.map((text) => text.split(".")[1]?.length ?? 0));
  const plain = texts.every((text) => !text.includes("e")) && places <= 4;
  return values.map((value) => (value === null || !plain ? texNumber(value) : texText(value.toFixed(places))));
}
