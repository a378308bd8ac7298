/** A front as text: plot, table, hypervolume, knee. Pure. */
import {
  type AnyMetric,
  emptyReason,
  type FrontReport,
  frontPlot,
  metricFacts,
  originText,
  type PlotOptions,
  referenceText,
  samplerText,
  tableColumns,
  valueIn,
  viewLines,
} from "../../app/nouns.js";
import { shellWord } from "../../base/escape/shell.js";
import { inUnit, parameterText, significant } from "./number.js";
import { plotLines } from "./plot.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

/** ` [uJ]`; empty for a metric without a unit. */
export const unitText = (metric: AnyMetric): string => (metricFacts(metric).unit === "1" ? "" : ` [${metricFacts(metric).unit}]`);

export function frontLines(look: Look, report: FrontReport, options: PlotOptions, database: string, width: number): readonly string[] {
  const { counts, rows } = report;
  const shown = tableColumns(report);
  const columns = [
    { title: "#", align: "right" as const },
    ...shown.map(({ kind, name }) => ({ title: kind === "metric" ? `${name}${unitText(name)}` : name, align: "right" as const })),
  ];
  const table = rows.map((row) => [
    `${row.id === report.kneeId ? "knee " : ""}${row.id}`,
    ...shown.map((column) =>
      column.kind === "metric" ? inUnit(row.metrics[column.name], metricFacts(column.name).unit) : parameterText(valueIn(row, column)),
    ),
  ]);
  const units = report.objectives.map(({ metric }) => metricFacts(metric).unit);
  return [
    `${paint(look, report.study, "bold")} in ${database}: ${counts.done} results, ${counts.feasible} within the limits, ${counts.infeasible} infeasible, ${counts.failed} failed; ${samplerText(report)}`,
    "",
    ...pictureLines(look, report, options, Math.min(width, 100)),
    ...(rows.length === 0 ? [emptyText(report, database)] : tableLines(look, columns, table)),
    ...viewLines(report),
    "",
    report.hypervolume === null || report.reference === null
      ? "hypervolume unknown: no reference point"
      : `hypervolume ${significant(report.hypervolume, 6)}, reference point ${referenceText(report.reference, units)}${report.fixedReference ? "" : " (made for this view)"}${beyondText(report)}`,
    ...inputLines(report),
    ...(report.kneeId === null
      ? []
      : [`knee point ${report.kneeId}: the most balanced one; snn-dse show ${shellWord(database)} ${report.kneeId}`]),
  ];
}

/** How many points of the front do not add to its hypervolume. */
function beyondText({ objectives, reference, rows, view }: FrontReport): string {
  const isBeyond = ({ metrics }: FrontReport["rows"][number]): boolean =>
    objectives.some(({ metric, direction }, k) => {
      const [value, limit] = [metrics[metric] ?? null, reference?.[k] ?? null];
      return value !== null && limit !== null && (direction === "min" ? value >= limit : value <= limit);
    });
  const beyond = rows.filter(isBeyond).length;
  return beyond === 0 ? "" : `; ${beyond} of ${rows.length} points${rows.length < view.size ? " shown" : ""} lie beyond it and add nothing`;
}

export function emptyText(report: FrontReport, database: string): string {
  const { unknown, nearestId } = report;
  const show = `snn-dse show ${shellWord(database)}`;
  const hint =
    unknown.length > 0
      ? `; ${show} ID says what is not priced`
      : nearestId === null
        ? ""
        : `; nearest to the limits is ${show} ${nearestId}`;
  return `no point is on the front: ${emptyReason(report)}${hint}`;
}

/** Evaluator and inputs of the front. */
function inputLines({ apart, ...origin }: FrontReport): readonly string[] {
  const others = `${apart} points were computed with other inputs and are not compared; snn-dse show prints each`;
  return [originText(origin), ...(apart === 0 ? [] : [others])];
}

const PLOT_ROWS = 24;

/** The front's figure, in characters. */
function pictureLines(look: Look, report: FrontReport, options: PlotOptions, width: number): readonly string[] {
  const [panel] = frontPlot(report, options).panels;
  if (panel === undefined || panel.y.scale === "category" || report.objectives.length < 2) return [];
  const hasKnee = report.rows.some(({ id }) => id === report.kneeId);
  const [front, knee, others] = look.unicode ? ["● front", "◆ knee", "dots"] : ["o front", "O knee", ". "];
  const hasOthers = panel.series.some(({ kind, name }) => kind === "cloud" && name !== "");
  const legend = [front, ...(hasKnee ? [knee] : []), ...(hasOthers ? [`${others}: other feasible points`] : [])].join("  ");
  return [...plotLines(look, { ...panel, y: panel.y }, width, PLOT_ROWS), paint(look, legend, "dim"), ""];
}
