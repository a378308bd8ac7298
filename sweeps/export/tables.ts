/** The front as text tables: CSV, JSON, Markdown, LaTeX (booktabs), with units in every header. */
import { type CsvText, csvRow } from "../../base/escape/csv.js";
import { joined } from "../../base/escape/filtered.js";
import { type JsonText, jsonText } from "../../base/escape/json.js";
import { type MarkdownText, markdownText, markdown as md } from "../../base/escape/markdown.js";
import { tex as latex, type TexText, texComment, texText } from "../../base/escape/tex.js";
import { texTable } from "../../base/tex-table.js";
import { type AnyMetric, metricFacts } from "../../sim/index.js";
import type { MetricInterval } from "../uncertainty/drawn-metrics.js";
import { unbuiltLines } from "./built-lanes.js";
import type { PlotOptions } from "./figures.js";
import { buildLines, captionLines, fixedParameters } from "./front-view.js";
import {
  amongText,
  columnLabel,
  columnNames,
  dataColumns,
  endsText,
  hypervolumeLine,
  intervalEnds,
  intervalIn,
  isDrawn,
  metricNumber,
  pointsText,
  sourceLine,
  tableColumns,
  valueIn,
} from "./headers.js";
import type { FrontColumn, FrontReport, ReportRow } from "./report.js";

/**
 * RFC 4180 with a header line; numbers in full precision; names carry their units. The two ends of each metric's
 * interval follow after all values.
 */
export function csv(report: FrontReport): CsvText {
  const columns = dataColumns(report);
  const ends = intervalEnds(report);
  const header = ["id", ...columnNames(columns), ...ends.map(({ name }) => name), "knee", "key", "engine_version"];
  const lines = report.rows.map((row) => [
    row.id,
    ...columns.map((column) => valueIn(row, column)),
    ...ends.map(({ of }) => of(row)),
    row.id === report.kneeId,
    row.key,
    report.engineVersion,
  ]);
  return joined(
    [header, ...lines].map((cells) => csvRow(cells)),
    "",
  );
}

/** Everything that the report shows, for programs. */
export function json(report: FrontReport): JsonText {
  const { cloud: _cloud, cloudIds: _ids, hidden: _hidden, rows, objectives, ...rest } = report;
  const described = objectives.map((o) => ({ ...o, unit: metricFacts(o.metric).unit }));
  const { columns, fixed } = report.view;
  const chosen = (kind: FrontColumn["kind"], known: object): object => {
    const isShown = (name: string): boolean =>
      columns === null ? !fixed.some((left) => left.name === name) : columns.some((column) => column.kind === kind && column.name === name);
    return Object.fromEntries(Object.entries(known).filter(([name]) => isShown(name)));
  };
  const front = rows.map(({ values, metrics, ...row }) => ({
    ...row,
    values: chosen("parameter", values),
    metrics: chosen("metric", metrics),
    knee: row.id === report.kneeId,
  }));
  return jsonText({ ...rest, objectives: described, front }, 2, "\n");
}

function cellText(row: ReportRow, column: FrontColumn): string {
  const value = valueIn(row, column);
  const interval = intervalIn(row, column);
  const text = value === undefined || value === null ? "–" : numberText(column, value, interval);
  return interval === null ? text : `${text} (${endsText(interval).join("–")})`;
}

/** A metric is shortened; a parameter's value is written as it is stored. */
const numberText = ({ kind, name }: FrontColumn, value: number | string | boolean, interval: MetricInterval | null = null): string =>
  typeof value === "number" && kind === "metric" ? metricNumber(name, value, interval) : String(value);

/** `, 40 of them different in some objective, 3 of them shown`, behind the number of points on a front. */
function shownOf({ rows: { length }, view: { size, different } }: FrontReport): string {
  return `${amongText(size, different)}${length < size ? `, ${length} of them shown` : ""}`;
}

/** What marks the knee, if its row is shown. */
const kneeText = ({ rows, kneeId }: FrontReport): readonly string[] => (rows.some(({ id }) => id === kneeId) ? ["knee in bold"] : []);

export function markdown(report: FrontReport): MarkdownText {
  const columns = tableColumns(report);
  const header = ["#", ...columns.map(columnLabel)].map(markdownText);
  const rows = report.rows.map((row) => [
    row.id === report.kneeId ? md`**${row.id}**` : md`${row.id}`,
    ...columns.map((column) => markdownText(cellText(row, column))),
  ]);
  const line = (cells: readonly MarkdownText[]): MarkdownText => md`| ${joined(cells, " | ")} |`;
  return md`${line(header)}
${line(header.map((_, i) => (i === 0 ? md`---` : md`---:`)))}
${joined(
  rows.map((row) => md`${line(row)}\n`),
  "",
)}
${markdownText([`${pointsText(report.view.size)} on the front${shownOf(report)}`, ...kneeText(report), ...captionLines(report), ...unbuiltLines(report.unbuiltLanes), ...buildLines(report), hypervolumeLine(report)].join("; "))}.

${markdownText(sourceLine(report))}.
`;
}

/**
 * A LaTeX float with booktabs rules. Parameters that all points share are in the caption, unless their columns are
 * asked for. Needs booktabs and graphicx.
 */
export function tex(whole: FrontReport, { column, siunitx }: Pick<PlotOptions, "column" | "siunitx">): TexText {
  const report = whole.view.columns === null && whole.view.fixed.length === 0 ? withoutShared(whole) : whole;
  const columns = tableColumns(report);
  const isText = (shown: FrontColumn): boolean =>
    shown.kind === "parameter" && report.rows.some((row) => typeof row.values[shown.name] === "string");
  /** True if the column's cells are numbers that siunitx sets. */
  const isSet = (shown: FrontColumn): boolean => siunitx && !isText(shown) && !isDrawn(report, shown);
  const cells = columns.map((shown): readonly TexText[] => {
    if (isDrawn(report, shown) || isText(shown)) return report.rows.map((row) => texText(cellText(row, shown)));
    const values = report.rows.map((row) => valueIn(row, shown));
    const texts =
      shown.kind === "metric"
        ? alignedTexts(
            shown.name,
            report.rows.map((row) => row.metrics[shown.name]),
          )
        : report.rows.map((row) => cellText(row, shown));
    return texts.map((text, i) => (siunitx ? siunitxCell(values[i], text) : shown.kind === "metric" ? texNumber(text) : texText(text)));
  });
  const rows = report.rows.map((row, i) => {
    const line = [latex`${row.id}`, ...cells.map((texts) => texts[i])];
    const bold = (cell: TexText, i: number): TexText =>
      i > 0 && isSet(columns[i - 1]) ? latex`\\bfseries ${cell}` : latex`\\textbf{${cell}}`;
    return row.id === report.kneeId ? line.map(bold) : line;
  });
  const counted = `${report.view.size} of ${pointsText(report.counts.done)}${shownOf(report)}`;
  const said = [counted, ...kneeText(report), ...captionLines(report), ...unbuiltLines(report.unbuiltLanes)];
  const caption = latex`Pareto front of ${texText(report.study)}: ${texText(said.join("; "))}.`;
  const titles = ["#", ...columns.map(columnLabel)];
  const align = ["r", ...columns.map((shown) => (isText(shown) ? "l" : isSet(shown) ? "S" : "r"))] as ("l" | "r" | "S")[];
  return latex`% ${texComment(sourceLine(report))}
% ${texComment([hypervolumeLine(report), ...buildLines(report)].join("; "))}
% needs \\usepackage{booktabs,graphicx${siunitx ? latex`,siunitx` : latex``}}
${texTable({ titles, align, rows, caption, label: report.study, column })}`;
}

/** Removes parameters that have the same value at all points from the table. */
function withoutShared(report: FrontReport): FrontReport {
  const fixed = fixedParameters(report.rows, report.parameters);
  const parameters = report.parameters.filter((name) => !fixed.some((left) => left.name === name));
  return { ...report, parameters, view: { ...report.view, fixed } };
}

/** A number for siunitx, as text; a value that is no number gets braces. */
const siunitxCell = (value: ReturnType<typeof valueIn>, text: string): TexText =>
  typeof value === "number" && Number.isFinite(value)
    ? texText(text)
    : latex`{${texText(value === undefined || value === null ? "–" : String(value))}}`;

/** A number with powers of ten as in print. */
function texNumber(text: string): TexText {
  const power = /^(-?[\d.]+)e([+-]\d+)$/.exec(text);
  return power === null ? texText(text) : latex`$${Number(power[1])}\\times 10^{${Number(power[2])}}$`;
}

/**
 * One column with aligned decimal points: with as many decimals as four significant digits of its numbers need, unless
 * that gets long.
 */
function alignedTexts(name: AnyMetric, values: readonly (number | null)[]): readonly string[] {
  const texts = values.map((value) => metricNumber(name, value));
  const places = texts.reduce((most, text) => Math.max(most, text.split(".")[1]?.length ?? 0), 0);
  const plain = texts.every((text) => !text.includes("e")) && places <= 4;
  return values.map((value, i) => (value === null || !plain ? texts[i] : value.toFixed(places)));
}
