/** How sure a front is, as text. Pure. */
import type { FrontConfidence } from "../../app/confidence.js";
import {
  type AnyMetric,
  askedLines,
  type DrawnError,
  differentText,
  drawnErrors,
  drawnText,
  exactText,
  type FrontReport,
  limitTexts,
  metricFacts,
  metricOf,
  otherBuildLines,
  SURE,
  unpricedLines,
} from "../../app/nouns.js";
import { causeLines, causesText } from "./causes.js";
import { unitText } from "./front.js";
import { intervalText } from "./interval.js";
import { counted, inUnit, significant, wholePercent } from "./number.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";
import { wrapped } from "./words.js";

/** Without `--top`, only points that are on the front in at least this share of the draws are listed. */
const LEAST_SHOWN = 0.1;

/**
 * Points with their share and intervals, surest first. `top`: most points listed; null: points with at least a tenth of
 * the draws.
 */
export function confidenceLines(look: Look, found: FrontConfidence, report: FrontReport, top: number | null): readonly string[] {
  const { draws, points, accuracies, timedUtterances, front, different, frontKept, robust, groups, causes, constraints, refused, where } =
    found;
  // draws are of the metric, also if the objective is a quantile of it, so several objectives may be one column
  const drawnFor = report.objectives.map(({ metric, direction }, k) => ({ metric: metricOf(metric), direction, k }));
  const objectives = drawnFor.filter(
    ({ metric, direction }, at) => drawnFor.findIndex((one) => one.metric === metric && one.direction === direction) === at,
  );
  const metrics = [...new Set([...objectives.map(({ metric }) => metric), ...report.limits.map(metricOf)])];
  const intervals = points.map((point) => point.intervals);
  const drawn = drawnErrors(intervals, timedUtterances);
  const stored = new Set(front);
  const isExplained = points.some(({ causes: own }) => own.length > 0);
  const shown = top === null ? points.filter(({ onFront }) => onFront >= LEAST_SHOWN) : points.slice(0, top);
  const isLimited = shown.some(({ withinLimits }) => withinLimits < 1);
  const columns = [
    { title: "#", align: "right" as const },
    { title: "on the front", align: "right" as const },
    ...(isLimited ? [{ title: "within limits", align: "right" as const }] : []),
    { title: "as stored", align: "left" as const },
    ...metrics.map((metric) => ({ title: `${metric}${unitText(metric)}`, align: "right" as const })),
    ...(isExplained ? [{ title: "decided by", align: "left" as const, least: 20, wraps: true }] : []),
  ];
  const cells = shown.map(({ id, onFront, withinLimits, metrics: values, intervals, causes: own }) => [
    String(id),
    wholePercent(onFront),
    ...(isLimited ? [wholePercent(withinLimits)] : []),
    stored.has(id) ? "yes" : "no",
    ...metrics.map((metric) => {
      const interval = intervals[metric];
      if (interval !== undefined) return intervalText(interval);
      return inUnit(values[metric] ?? null, metricFacts(metric).unit);
    }),
    ...(isExplained ? [causesText(own, 2)] : []),
  ]);
  const left = points.length - shown.length;
  return [
    paint(look, `${drawnText(drawn)} drawn ${draws.toLocaleString("en-US")} times within their errors`, "bold"),
    ...askedLines(report.view),
    ...otherBuildLines(report.otherBuild),
    ...unpricedLines(metrics, report.withoutPrice),
    `${keptText(front.length, different, frontKept)}; ${robust.length} ${robust.length === 1 ? "is" : "are"} on it in at least ${100 * SURE} % of the draws`,
    "",
    ...tableLines(look, columns, cells),
    "low .. high: 90 % of the draws lie between these values",
    ...limitTexts(constraints, refused, intervals).flatMap((text) => wrapped(text, WIDTH)),
    ...(where === null ? [] : ["--where chooses points by their stored values, for all draws"]),
    ...(left > 0 ? [`${left} more ${left === 1 ? "point is" : "points are"} on the front in some draws`] : []),
    "",
    ...objectives.map(({ metric, k }) => bestLine(metric, k, points)),
    ...(robust.length > 0 ? ["", `robust front, at least ${100 * SURE} % of the draws: ${listed(robust)}`] : []),
    ...groupLines(groups),
    ...causeLines(look, "what decides how many of the front's points stay on it, share of the variance", causes).flatMap((line, k) =>
      k === 0 ? ["", line] : [line],
    ),
    "",
    ...(metrics.includes(ACCURACY) || constraints.some((text) => text.includes(ACCURACY)) ? accuracyLines(accuracies) : []),
    ...wrapped(`errors drawn: ${drawn.length === 0 ? "none is known" : drawn.map((error) => ERRORS[error]).join("; ")}`, WIDTH),
    exactText(timedUtterances),
  ];
}

function keptText(points: number, different: number, kept: number): string {
  if (points === 0) return "no point is on the front as stored";
  return `${significant(kept, 3)} of the front's ${counted(points, "point")}${differentText(points, different)} ${points === 1 ? "stays" : "stay"} on it in the mean`;
}

/** Cells of a line of running text. */
const WIDTH = 120;

/** Errors of each kind, with the page that gives their sizes. */
const ERRORS: { readonly [error in DrawnError]: string } = {
  prices: "of prices, macros' own, laws over capacity, word, supply and node, tables of logic, network and clock (docs/prices.md)",
  "laws of FPGA resources": "of FPGA resources, laws that were fitted to synthesised parts (docs/fpga.md)",
  accuracies: "of accuracies, the samples behind them",
  "timed utterances": "of energy, latency and throughput, the utterances that were timed",
};

const ACCURACY = "accuracy_percent";

/** Points that are named where few are drawn otherwise than the rest. */
const APART_SHOWN = 10;

/** Which accuracies were drawn together. */
function accuracyLines({ together, apart, alike }: FrontConfidence["accuracies"]): readonly string[] {
  const equal = new Set(alike);
  return [
    ...(together.length > 1
      ? [`accuracies of ${together.length} points are drawn together: their networks were scored on the same utterances`]
      : []),
    ...apartLines(
      apart.filter((id) => !equal.has(id)),
      "it is not known which utterances were wrong",
    ),
    ...apartLines(alike, "all their utterances are equally right"),
  ];
}

function apartLines(ids: readonly number[], reason: string): readonly string[] {
  if (ids.length === 0) return [];
  const named = ids.length <= APART_SHOWN ? `: ${listed(ids)}` : "";
  return [`accuracies of ${ids.length} ${ids.length === 1 ? "point is" : "points are"} drawn apart, because ${reason}${named}`];
}

/** Most points that are named as the best in an objective. */
const BEST_SHOWN = 4;

/** Which points are the best in an objective, and in how many of the draws. */
function bestLine(metric: AnyMetric, k: number, points: FrontConfidence["points"]): string {
  const often = points.filter(({ best }) => best[k] > 0).sort((a, b) => b.best[k] - a.best[k] || a.id - b.id);
  const named = often.slice(0, BEST_SHOWN).map(({ id, best }) => `#${id} in ${wholePercent(best[k])}`);
  const left = often.length - named.length;
  return `best ${metric}: ${named.join(", ")}${left > 0 ? `, ${left} more` : ""}`;
}

const listed = (ids: readonly number[]): string => ids.map((id) => `#${id}`).join(", ");

/** Most groups listed without `--json`: those with the surest points. */
const GROUPS_SHOWN = 10;

function groupLines(groups: readonly (readonly number[])[]): readonly string[] {
  if (groups.length === 0) return [];
  const left = groups.length - GROUPS_SHOWN;
  return [
    "",
    `cannot be told apart (no objective is better in ${100 * SURE} % of the draws):`,
    ...groups.slice(0, GROUPS_SHOWN).map((group) => `  ${listed(group)}`),
    ...(left > 0 ? [`  and ${left} more groups`] : []),
  ];
}
