/** Names and units as people read them: `energy_uj_per_inference` is "energy per inference" in "µJ". */
import { digitsTo, enclosure, lastPlace, NO_WIDTH } from "../../base/enclosure.js";
import { quoted } from "../../base/errors.js";
import { percentageDigits } from "../../base/percentage.js";
import { type AnyMetric, isQuantile, METRICS, type MetricName, metricFacts } from "../../sim/index.js";
import { evaluatorOf, inputsLine, PROGRAM } from "../inputs.js";
import { parameterColumns } from "../store/schema.js";
import type { MetricInterval } from "../uncertainty/drawn-metrics.js";
import { metricWords } from "./metric-words.js";
import { emptyReason, type FrontColumn, type FrontReport, type ReportRow } from "./report.js";

const PLAIN: { readonly [unit: string]: string } = { uJ: "µJ", us: "µs", mm2: "mm²", "1/s": "1/s", "nJ s": "nJ·s", "1": "" };
const PARAMETER_UNITS: { readonly [ending: string]: string } = {
  nm: "nm",
  mhz: "MHz",
  v: "V",
  kib: "KiB",
  bits: "bit",
  mm: "mm",
  cycles: "cycles",
  k: "K",
};

/** `µJ` for `uJ`; empty for `1`. */
export const printedUnit = (unit: string): string => PLAIN[unit] ?? unit;

export const metricUnit = (metric: AnyMetric): string => printedUnit(metricFacts(metric).unit);

/** `energy_uj_per_inference`, `uJ` -> `energy per inference (µJ)`. */
export function labelWithUnit(name: string, unit: string): string {
  const shown = printedUnit(unit);
  return shown === "" ? metricWords(name) : `${metricWords(name)} (${shown})`;
}

export function metricLabel(metric: AnyMetric): string {
  return labelWithUnit(metric, metricFacts(metric).unit);
}

/** A parameter's words and unit: the unit is the last part of its name, if that is one. */
function parameterParts(name: string): { words: string; unit: string } {
  const parts = name.split("_");
  const last = parts.at(-1) as string;
  const unit = parts.length > 1 && Object.hasOwn(PARAMETER_UNITS, last) ? PARAMETER_UNITS[last] : "";
  return { words: (unit === "" ? parts : parts.slice(0, -1)).join(" "), unit };
}

/** Unit of a parameter, from the last part of its name; empty if it has none. */
export const parameterUnit = (name: string): string => parameterParts(name).unit;

/** `clock 400 MHz`. */
export function parameterSetting(name: string, value: number | string | boolean): string {
  const { words, unit } = parameterParts(name);
  return `${words} ${value} ${unit}`.trim();
}

export function parameterLabel(name: string): string {
  const { words, unit } = parameterParts(name);
  return unit === "" ? words : `${words} (${unit})`;
}

const isLong = (value: number): boolean => Math.abs(value) >= 1e6 || (Math.abs(value) < 1e-4 && value !== 0);

/**
 * Four significant digits or `digits`, and all digits of whole parts below a million; no trailing zeros, no grouping of
 * thousands.
 */
function shortNumber(value: number | null, digits = 4): string {
  if (value === null) return "–";
  const rounded = Number(value.toPrecision(isLong(value) ? digits : Math.max(digits, digitsTo(value, 0))));
  return isLong(value) ? rounded.toExponential() : String(rounded);
}

/** As `shortNumber`, with the zeros at the end: beside an interval they say how far the value is known. */
function knownNumber(value: number, digits: number): string {
  if (isLong(value) || value === 0) return shortNumber(value, digits);
  return value.toFixed(Math.max(0, -lastPlace(digits)(value)));
}

/** As `shortNumber`, of a metric: only all is 100 %, and a narrow interval beside a value gives it more digits. */
export function metricNumber(name: AnyMetric, value: number | null, interval: MetricInterval | null = null): string {
  if (value === null) return shortNumber(value);
  const beside = interval === null ? null : enclosure(interval);
  const least = beside === null ? 4 : Math.max(4, digitsTo(value, beside.place));
  const digits = metricFacts(name).unit === "%" ? percentageDigits(value, least) : least;
  return beside === null ? shortNumber(value, digits) : knownNumber(value, digits);
}

/** The ends of an interval beside a value. */
export function endsText(interval: MetricInterval): readonly string[] {
  const beside = enclosure(interval);
  return beside === null ? [NO_WIDTH] : [beside.low, beside.high].map(({ value, place }) => knownNumber(value, digitsTo(value, place)));
}

/**
 * `sampler random`, or `sampler random (which chose 400 of 1095 points)` if others were merged in or are the caller's.
 */
export function samplerText({ sampler, beside, counts }: Pick<FrontReport, "sampler" | "beside" | "counts">): string {
  const ended = counts.done + counts.infeasible + counts.failed;
  return `sampler ${sampler}${beside === 0 ? "" : ` (which chose ${Math.max(0, ended - beside)} of ${pointsText(ended)})`}`;
}

/** One line that says where the numbers come from. */
export function sourceLine(report: FrontReport): string {
  const { provenance } = report;
  const field = (name: string): string => {
    const value = provenance !== null && typeof provenance === "object" ? (provenance as { [key: string]: unknown })[name] : undefined;
    return typeof value === "string" ? value : "";
  };
  const commit = field("gitHash");
  const read = inputsLine(report.inputs);
  const dirty = provenance !== null && typeof provenance === "object" && (provenance as { [key: string]: unknown }).gitDirty === true;
  const other = evaluatorOf(report.inputs);
  const revision = commit === "" ? "" : ` (${commit.slice(0, 12)}${dirty ? ", modified" : ""})`;
  const origin = other === null ? `${PROGRAM} ${report.engineVersion}${revision}` : `told by ${quoted(other)}`;
  return `${origin}, study ${report.study}, ${samplerText(report)}, ${pointsText(report.counts.done)}${read === "" ? "" : `, ${read}`}`;
}

/**
 * A reference point with all its digits but those that sums round (the 13th and further), `98.54 %, 2.48 uJ`: where a
 * front is narrow, fewer give another hypervolume than the one that stands beside it. `units`: of the objectives.
 */
export const referenceText = (reference: readonly number[], units: readonly string[]): string =>
  reference.map((value, k) => `${Number(value.toPrecision(12))} ${units[k] === "1" ? "" : units[k]}`.trim()).join(", ");

/** `hypervolume 12.3 against the reference point (98.54 %, 2.48 µJ)`. */
export function hypervolumeLine(report: FrontReport): string {
  const { hypervolume, reference, objectives } = report;
  if (hypervolume === null || reference === null) return `no hypervolume: ${emptyReason(report)}`;
  const units = objectives.map(({ metric }) => metricUnit(metric));
  return `hypervolume ${shortNumber(hypervolume)} against the reference point (${referenceText(reference, units)})`;
}

/** Objectives first, then every other metric that has a value in some row, then quantiles that limits name. */
function metricColumns(report: FrontReport): AnyMetric[] {
  const objectives = report.objectives.map((o) => o.metric);
  const others = [...(Object.keys(METRICS) as MetricName[]), ...report.limits.filter(isQuantile)].filter(
    (m) => !objectives.includes(m) && report.rows.some((row) => row.metrics[m] !== null),
  );
  return [...objectives, ...others];
}

const metric = (name: AnyMetric): FrontColumn => ({ kind: "metric", name });
const parameter = (name: string): FrontColumn => ({ kind: "parameter", name });

/** Columns of a table for people: those asked for, or else objectives, the metrics of limits, and parameters. */
export function tableColumns({ view, objectives, limits, parameters }: FrontReport): readonly FrontColumn[] {
  return view.columns ?? [...objectives.map((objective) => metric(objective.metric)), ...limits.map(metric), ...parameters.map(parameter)];
}

/** Columns of a table for programs: those asked for, or else parameters and metrics. */
export function dataColumns(report: FrontReport): readonly FrontColumn[] {
  return report.view.columns ?? [...report.parameters.map(parameter), ...metricColumns(report).map(metric)];
}

/** Names of a table's columns for programs that no parameter's column can have. */
const TAKEN = [
  ...["id", "knee", "key", "engine_version"],
  ...Object.keys(METRICS).flatMap((name) => [name, `${name}_low`, `${name}_high`]),
];

/** Names of columns in a table for programs. */
export function columnNames(columns: readonly FrontColumn[]): readonly string[] {
  const parameters = columns.filter(({ kind }) => kind === "parameter");
  const names = parameterColumns(
    parameters.map(({ name }) => name),
    TAKEN,
  );
  return columns.map((column) => (column.kind === "parameter" ? names[parameters.indexOf(column)] : column.name));
}

/** Value of a point in a column; undefined: the point has no such parameter. */
export function valueIn({ metrics, values }: ReportRow, column: FrontColumn): number | string | boolean | null | undefined {
  return column.kind === "metric" ? metrics[column.name] : values[column.name];
}

/** The interval of a point's metric; null: none was drawn. */
export const intervalIn = ({ intervals }: ReportRow, { kind, name }: FrontColumn): MetricInterval | null =>
  kind === "metric" ? (intervals[name] ?? null) : null;

/** Whether a column's values have intervals. */
export const isDrawn = ({ rows }: FrontReport, column: FrontColumn): boolean => rows.some((row) => intervalIn(row, column) !== null);

/**
 * Columns for programs with the two ends of each interval, `<metric>_low` and `<metric>_high`; null: a point has none.
 */
export function intervalEnds(report: FrontReport): readonly { readonly name: string; readonly of: (row: ReportRow) => number | null }[] {
  const drawn = dataColumns(report).filter((column) => isDrawn(report, column));
  return drawn.flatMap((column) =>
    (["low", "high"] as const).map((end) => ({
      name: `${column.name}_${end}`,
      of: (row: ReportRow) => intervalIn(row, column)?.[end] ?? null,
    })),
  );
}

export const columnLabel = ({ kind, name }: FrontColumn): string => (kind === "metric" ? metricLabel(name) : parameterLabel(name));

/** ` (26 different)`, behind a number of points of a front of which some are equal in all objectives; else empty. */
export const differentText = (count: number, different: number): string => (different === count ? "" : ` (${different} different)`);

/** `, 26 of them different in some objective`, behind such a number in a sentence; empty if all are different. */
export function amongText(count: number, different: number): string {
  if (different === count) return "";
  return different === 1 ? ", all equal in all objectives" : `, ${different} of them different in some objective`;
}

/** `1 point`, `7 points`. */
export const pointsText = (count: number): string => `${count} ${count === 1 ? "point" : "points"}`;
