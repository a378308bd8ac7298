/** Which errors the draws of some points move, in words for readers. Pure. */
import { FPGA_METRICS, type MetricName, PRICED_METRICS } from "../../sim/index.js";
import type { Intervals } from "./drawn-metrics.js";

/** Kinds of errors that were drawn, in the order of texts. */
export type DrawnError = "prices" | "laws of FPGA resources" | "accuracies" | "timed utterances";

/**
 * @param intervals of the points' metrics: a metric that no draw moves has none, and a value of own prices alone whose
 * error is not stated has one without width
 */
export function drawnErrors(intervals: readonly Intervals[], timedUtterances: number): readonly DrawnError[] {
  const moves = (metrics: readonly MetricName[]): boolean =>
    intervals.some((own) => metrics.some((metric) => own[metric] !== undefined && own[metric].exactShare !== 1));
  const kinds: readonly (readonly [DrawnError, boolean])[] = [
    ["prices", moves(PRICED_METRICS)],
    ["laws of FPGA resources", moves(FPGA_METRICS)],
    ["accuracies", moves(["accuracy_percent"])],
    ["timed utterances", timedUtterances > 1],
  ];
  return kinds.flatMap(([kind, isDrawn]) => (isDrawn ? [kind] : []));
}

/** `prices, accuracies and timed utterances`; `nothing` if no error is known. */
export function drawnText(errors: readonly DrawnError[]): string {
  if (errors.length === 0) return "nothing";
  return [errors.slice(0, -1).join(", "), errors.at(-1)].filter((text) => text !== "").join(" and ");
}

/** Why timed utterances have no error; empty if they have one. */
const unknownText = (timedUtterances: number): string =>
  timedUtterances > 1 ? "" : ", and how much utterances differ is not known, for one was timed";

/** What draws take as exact. */
export const exactText = (timedUtterances: number): string =>
  `cycles of each utterance, counters of work, utilisations and standard deviations are taken as exact${unknownText(timedUtterances)}`;

/**
 * What bounds the front of a draw, in sentences; empty if nothing does.
 *
 * @param refused points that were refused before their run for their area or use of an FPGA
 * @param intervals of the points' metrics
 */
export function limitTexts(constraints: readonly string[], refused: number, intervals: readonly Intervals[]): readonly string[] {
  const isOnFpga = intervals.some((own) => own.fpga_utilisation_percent !== undefined);
  const limits = [...constraints, ...(isOnFpga ? ["fpga_utilisation_percent <= 100"] : [])];
  const drawn =
    limits.length === 0 ? [] : [`in each draw, only points that then meet the limits can be on the front: ${limits.join("; ")}`];
  if (refused === 0) return drawn;
  const points = refused === 1 ? "1 point was" : `${refused.toLocaleString("en-US")} points were`;
  return [...drawn, `${points} refused before a run by a limit of area or FPGA, and so cannot be drawn`];
}

/** `90 % intervals over prices and accuracies`: of points of which an error is known. */
export const coveredText = (intervals: readonly Intervals[], timedUtterances: number): string =>
  `90 % intervals over ${drawnText(drawnErrors(intervals, timedUtterances))}`;

/** What the intervals beside some points' metrics hold. */
export function heldText(intervals: readonly Intervals[], timedUtterances: number, draws: number): string {
  const errors = drawnErrors(intervals, timedUtterances);
  if (errors.length === 0) return "no error is known, so there are no intervals";
  return `${coveredText(intervals, timedUtterances)}: by closed forms, or from ${draws.toLocaleString("en-US")} draws${unknownText(timedUtterances)}`;
}
