/** How sure the report's front is under draws of prices, samples and utterances, as data and in words. Pure. */

import { enclosure, lastPlace } from "../../base/enclosure.js";
import type { AccuracyDraws, BoundConfidence } from "../confidence.js";
import { SURE } from "../confidence.js";
import { differentText, pointsText } from "../export/headers.js";
import { type DrawnError, drawnErrors, drawnText, exactText, limitTexts } from "../uncertainty/drawn-errors.js";
import type { MetricInterval } from "../uncertainty/drawn-metrics.js";
import { short } from "./short.js";

/** How sure the front is, given the errors that were drawn. */
export interface ReportCertainty {
  /** How often errors were drawn. */
  readonly draws: number;
  /** Which errors. */
  readonly drawn: readonly DrawnError[];
  /** Seed of the draws. */
  readonly seed: number;
  /** What bounds the front of a draw, in sentences. */
  readonly limits: readonly string[];
  /** Which accuracies were drawn together. */
  readonly accuracies: AccuracyDraws;
  /** Most timed utterances of a point. */
  readonly timedUtterances: number;
  /** Mean number of these points that are on the front of a draw. */
  readonly frontKept: number;
  /** Points on the front in at least nine of ten draws. */
  readonly robust: readonly number[];
  /** Groups of two or more points that cannot be told apart. */
  readonly groups: readonly (readonly number[])[];
  /**
   * Points that are on the front in at least one draw, with the interval of each metric that holds nine of ten draws,
   * rounded outwards; equal ends if no error is known.
   */
  readonly points: readonly {
    readonly id: number;
    readonly onFront: number;
    readonly intervals: { readonly [metric: string]: readonly [low: number, high: number] };
  }[];
}

/** Column with the share of draws in which no other point dominates a point. */
export const ON_FRONT = {
  name: "on_front_percent",
  unit: "%",
  about: "draws of prices, samples and utterances in which it meets the limits, and no other point that does dominates it",
  direction: "max",
} as const;

export function certaintyOf(confidence: BoundConfidence): ReportCertainty {
  const { draws, seed, accuracies, timedUtterances, frontKept, robust, groups, points, constraints, refused } = confidence;
  const intervals = points.map((point) => point.intervals);
  return {
    ...{ draws, seed, accuracies, timedUtterances, frontKept, robust, groups },
    drawn: drawnErrors(intervals, timedUtterances),
    limits: limitTexts(constraints, refused, intervals),
    points: points.map(({ id, onFront, intervals: own }) => ({
      ...{ id, onFront },
      intervals: Object.fromEntries(
        Object.entries(own).flatMap(([metric, ends]) => (ends === undefined ? [] : [[metric, rounded(ends)] as const])),
      ),
    })),
  };
}

/** Equal ends, with the digits of the values: no error is known. */
function rounded(ends: MetricInterval): readonly [number, number] {
  const found = enclosure(ends, lastPlace(4));
  return found === null ? [short(ends.low), short(ends.high)] : [found.low.value, found.high.value];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const numbered = (ids: readonly number[]): string => ids.map((id) => `#${id}`).join(", ");

/** What the report says of accuracies; empty if there are none. */
function drawnTogether({ together, apart, alike }: AccuracyDraws): string {
  if (together.length === 0) {
    const unknown = "it is not known which utterances were wrong";
    const equal = "all utterances of a network are equally right";
    const reasons = [...(alike.length < apart.length ? [unknown] : []), ...(alike.length > 0 ? [equal] : [])];
    return apart.length === 0 ? "" : `Accuracies were drawn apart, because ${reasons.join(", or ")}. `;
  }
  const others = apart.length === 0 ? "" : `; those of ${apart.length} points were drawn apart`;
  return `Accuracies of networks that were scored on the same utterances were drawn together${others}. `;
}

/** Why no point is surely on the front: others are about as good, or it may break a limit. */
const withinErrors = (limits: readonly string[]): string =>
  `the differences that this search found${limits.length === 0 ? "" : ", or the distances from its limits,"} are within the errors`;

/** The report's paragraphs about it. */
export function certaintyParagraphs(
  { draws, seed, drawn, limits, accuracies, timedUtterances, frontKept, robust, groups, points }: ReportCertainty,
  front: number,
  different: number,
): readonly string[] {
  const bounds = limits.map((text) => `${capital(text)}. `).join("");
  // nothing is known of the errors of points that no draw lets in
  if (front === 0 && points.length === 0)
    return [`Drawn ${draws} times within the errors (seed ${seed}). ${bounds}No result meets the limits, as stored or in any draw.`];
  return [
    `Drawn ${draws} times within the errors (seed ${seed}): ${drawnText(drawn)}; ${exactText(timedUtterances)}. ` +
      drawnTogether(accuracies) +
      bounds +
      (front === 0
        ? "No point is on the front as stored."
        : `Of the ${pointsText(front)}${differentText(front, different)} on the front, ${frontKept.toFixed(1)} stay on it in the mean.`),
    robust.length === 0
      ? `No point is on the front in ${100 * SURE} % of the draws${front === 0 ? "" : `: ${withinErrors(limits)}`}.`
      : `On the front in ${100 * SURE} % of the draws or more: ${numbered(robust)}.`,
    ...(groups.length === 0
      ? []
      : [`Cannot be told apart, in no objective in ${100 * SURE} % of the draws: ${groups.map(numbered).join("; ")}.`]),
  ];
}
