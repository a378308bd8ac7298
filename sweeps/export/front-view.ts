/**
 * Which points of a front are shown: which are hardly better than others, how many, in which order, with which columns.
 * Pure.
 *
 * Epsilon: a point is left out if some point that stays is, in every objective, better, equal, or worse by at most that
 * objective's epsilon. Points are taken in the order of the report (best of the first objective first, ties by the next
 * objectives, then by id), so the first of two equal points stays, and each point that is left out is within epsilon of
 * one that stays. Objectives without an epsilon have 0.
 * Throws: `InputError` if a name or an amount cannot be read.
 */
import { inputError, quoted } from "../../base/errors.js";
import {
  type AnyMetric,
  isMetric,
  isQuantile,
  METRICS,
  metricFacts,
  metricOf,
  PRICED_METRICS,
  withoutPriceLines,
} from "../../sim/index.js";
import { knee } from "../indicators.js";
import { otherBuildLines, REDEFINED } from "../inputs.js";
import { heldText } from "../uncertainty/drawn-errors.js";
import { unbuiltLines } from "./built-lanes.js";
import { amountOf } from "./epsilon.js";
import { amongText, metricLabel, parameterSetting, pointsText, tableColumns } from "./headers.js";
import { metricNamed, namedOf, objectiveNamed, type ReportObjective } from "./metric-name.js";
import { metricWords } from "./metric-words.js";
import type { FrontColumn, FrontReport, FrontView, ReportRow } from "./report.js";

/** Options as people type them. */
export interface FrontViewOptions {
  /** Parameters and metrics, in the order to show. */
  readonly columns?: readonly string[] | null;
  /** Most points shown: the best ones by `by`. */
  readonly top?: number | null;
  /** Metric that orders the points, as `name`, `name:min` or `name:max`. */
  readonly by?: string | null;
  /** Leaves out parameters that are the same for all points shown, and states them once. */
  readonly dropFixed?: boolean;
  /**
   * Leaves out points that are better than another by at most this and in nothing else, e.g. `energy=2%` (of the
   * value), `latency=10us`.
   */
  readonly epsilon?: readonly string[];
}

/**
 * The report with these options applied. Hypervolume and reference point stay those of the whole front; the knee is
 * found among the points that stay.
 */
export function viewed(report: FrontReport, options: FrontViewOptions): FrontReport {
  const { columns = null, top = null, by = null, dropFixed = false, epsilon = [] } = options;
  const amounts = epsilonsOf(epsilon, report);
  const kept = amounts.length === 0 ? report.rows : distinct(report, amounts);
  const chosen = columns === null ? null : columns.map((name) => columnOf(name, report));
  const twice = chosen?.find((column, i) => chosen.findIndex(({ kind, name }) => kind === column.kind && name === column.name) < i);
  if (twice !== undefined) throw inputError("--columns", `${twice.name} stands twice`, "name each column once");
  const order = by === null ? null : objectiveNamed(by, report.objectives, "--by");
  if (top !== null && !(Number.isInteger(top) && top >= 1)) throw inputError("--top", `got ${top}, expected a whole number of at least 1`);
  const sorted = order === null ? kept : inOrder(kept, order);
  const rows = top === null ? sorted : sorted.slice(0, top);
  const fixed = dropFixed ? fixedParameters(rows, report.parameters) : [];
  const left = new Set(fixed.map(({ name }) => name));
  const shown = chosen === null ? report.parameters : chosen.flatMap((column) => (column.kind === "parameter" ? [column.name] : []));
  const vectors = kept.map((row) => minimised(row, report.objectives));
  return {
    ...report,
    rows,
    hidden: [
      ...report.hidden,
      ...report.rows.flatMap((row) => (rows.includes(row) ? [] : [report.objectives.map(({ metric }) => row.metrics[metric] as number)])),
    ],
    parameters: shown.filter((name) => !left.has(name)),
    kneeId: amounts.length === 0 || kept.length === 0 ? report.kneeId : kept[knee(vectors)].id,
    view: {
      where: report.view.where,
      objectives: report.view.objectives,
      columns: chosen?.filter(({ name }) => !left.has(name)) ?? null,
      fixed,
      epsilon: amounts,
      order,
      size: report.rows.length,
      different: report.view.different,
      equal: report.rows.length - kept.length,
    },
  };
}

/**
 * The best of `rows` in a metric as `name`, `name:min` or `name:max`, the first of equal ones; undefined: the metric is
 * known of none.
 */
export function bestIn({ rows, objectives }: FrontReport, text: string, place: string): ReportRow | undefined {
  const order = objectiveNamed(text, objectives, place);
  return inOrder(
    rows.filter(({ metrics }) => Number.isFinite(metrics[order.metric])),
    order,
  )[0];
}

/** Parameters that have the same value on all rows, if there are several rows. */
export function fixedParameters(rows: readonly ReportRow[], parameters: readonly string[]): FrontView["fixed"] {
  const first = rows[0]?.values ?? {};
  if (rows.length < 2) return [];
  return parameters
    .filter((name) => rows.every(({ values }) => values[name] === first[name]))
    .map((name) => ({ name, value: first[name] }));
}

/** Which points were compared by which objectives, if others than the study's were asked for; one sentence per item. */
export const askedLines = ({ where, objectives }: Pick<FrontView, "where" | "objectives">): readonly string[] => [
  ...(objectives === null ? [] : [`front of ${objectives.map((one) => `${one.direction} ${metricLabel(one.metric)}`).join(", ")}`]),
  ...(where === null ? [] : [`only points with ${where}`]),
];

/** All sentences about a front whose number of points stands nowhere else, one per item. */
export function viewLines(report: FrontReport, shown: readonly AnyMetric[] = tableMetrics(report)): readonly string[] {
  const { size, different } = report.view;
  const counted = different === size ? [] : [`${pointsText(size)} on the front${amongText(size, different)}`];
  return [...counted, ...captionLines(report, shown), ...unbuiltLines(report.unbuiltLanes), ...buildLines(report, shown)];
}

/**
 * What a reader of a paper need not know: the sentence on another build, if something that is shown is this build's.
 */
export function buildLines(report: FrontReport, shown: readonly AnyMetric[] = tableMetrics(report)): readonly string[] {
  const isAdded = [...shown, ...metricsOf(report.objectives)].some((metric) => isQuantile(metric) || REDEFINED.has(metric));
  return report.draws === null && !isAdded ? [] : otherBuildLines(report.otherBuild);
}

/**
 * Sentences about what is left out, one per item. The front's objectives are named if others than the study's were
 * asked for, or if one is not among the metrics shown.
 */
export function captionLines(report: FrontReport, shown: readonly AnyMetric[] = tableMetrics(report)): readonly string[] {
  const { rows, view, draws, timedUtterances, withoutPrice } = report;
  const ownMetrics = metricsOf(report.objectives);
  const isWhole = ownMetrics.every((metric) => shown.includes(metric));
  const { fixed, epsilon, order, size, equal } = view;
  const within = epsilon.map(({ metric, text }) => `${text} in ${metricWords(metric)}`).join(" and ");
  const stay = size - equal;
  return [
    ...askedLines(isWhole ? view : { ...view, objectives: report.objectives }),
    ...(draws === null
      ? []
      : [
          heldText(
            rows.map(({ intervals }) => intervals),
            timedUtterances,
            draws,
          ),
        ]),
    ...unpricedLines([...tableMetrics(report), ...ownMetrics], withoutPrice),
    ...(epsilon.length === 0
      ? []
      : [`${stay} of ${size} points: each of the others is better than one of these by at most ${within}, and in nothing else`]),
    ...(order === null ? [] : [`in the order of ${metricWords(order.metric)}, ${order.direction === "min" ? "least" : "most"} first`]),
    ...(rows.length < stay ? [moreLine(stay - rows.length)] : []),
    ...(fixed.length === 0 ? [] : [`${rows.length < size ? "those shown " : ""}all with ${fixed.map(fixedText).join(", ")}`]),
  ];
}

/** Says how many points are left out, of which there is at least one. A figure has them, without labels. */
const moreLine = (count: number): string => (count === 1 ? "1 more point is not listed" : `${count} more points are not listed`);

const tableMetrics = (report: FrontReport): readonly AnyMetric[] =>
  tableColumns(report).flatMap(({ kind, name }) => (kind === "metric" ? [name] : []));

/** The sentence on parts without a price; none if no metric that is shown is computed from an energy. */
export const unpricedLines = (shown: readonly AnyMetric[], withoutPrice: readonly string[]): readonly string[] =>
  shown.map((name) => metricOf(name)).some((name) => name !== "area_mm2" && PRICED_METRICS.includes(name))
    ? withoutPriceLines(withoutPrice)
    : [];

const fixedText = ({ name, value }: FrontView["fixed"][number]): string =>
  value === undefined ? `no ${name}` : parameterSetting(name, value);

/** The value to minimise; a value that is not finite counts as worst. */
function rank({ metrics }: ReportRow, { metric, direction }: ReportObjective): number {
  const value = metrics[metric];
  if (value === null || !Number.isFinite(value)) return Number.MAX_VALUE;
  return direction === "max" ? 0 - value : value;
}

const inOrder = (rows: readonly ReportRow[], order: ReportObjective): readonly ReportRow[] =>
  [...rows].sort((a, b) => rank(a, order) - rank(b, order));

const minimised = (row: ReportRow, objectives: readonly ReportObjective[]): number[] => objectives.map((objective) => rank(row, objective));

/** Rows that are within epsilon of no row before them. */
function distinct({ rows, objectives }: FrontReport, amounts: FrontView["epsilon"]): readonly ReportRow[] {
  const amountBy = objectives.map(({ metric }) => amounts.find((amount) => amount.metric === metric) ?? null);
  const kept: { readonly row: ReportRow; readonly vector: readonly number[] }[] = [];
  for (const row of rows) {
    const vector = minimised(row, objectives);
    const limits = vector.map((value, k) => {
      const amount = amountBy[k];
      return amount === null ? value : value + (amount.isRelative ? amount.value * Math.abs(value) : amount.value);
    });
    if (!kept.some((other) => limits.every((limit, k) => other.vector[k] <= limit))) kept.push({ row, vector });
  }
  return kept.map(({ row }) => row);
}

function epsilonsOf(texts: readonly string[], { objectives }: FrontReport): FrontView["epsilon"] {
  const names = objectives.map(({ metric }) => metric);
  const found = texts.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw inputError("--epsilon", `expected objective=amount, got ${quoted(text)}`, "e.g. --epsilon energy=2%,latency=10us");
    const asked = text.slice(0, at).trim();
    const name = asked.includes("@") ? metricNamed(asked, names, "--epsilon") : asked;
    const metric = namedOf(name, [names], { place: "--epsilon", what: "objective" });
    return { metric, ...amountOf(text.slice(at + 1).trim(), metricFacts(metric).unit, metric) };
  });
  const twice = found.find(({ metric }, i) => found.findIndex((other) => other.metric === metric) < i);
  if (twice !== undefined) throw inputError("--epsilon", `has two amounts for ${twice.metric}`, "give one");
  return found;
}

function columnOf(name: string, { parameters, objectives }: FrontReport): FrontColumn {
  if (parameters.includes(name)) return { kind: "parameter", name };
  if (name.includes("@")) return { kind: "metric", name: metricNamed(name, metricsOf(objectives), "--columns") };
  const groups: readonly (readonly string[])[] = [metricsOf(objectives), [...parameters, ...Object.keys(METRICS)]];
  const found = namedOf(name, groups, { place: "--columns", what: "column" });
  return isMetric(found) && !parameters.includes(found) ? { kind: "metric", name: found } : { kind: "parameter", name: found };
}

const metricsOf = (objectives: FrontReport["objectives"]): readonly AnyMetric[] => objectives.map(({ metric }) => metric);
