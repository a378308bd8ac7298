/**
 * How sure the report's front is: what the draws of prices, samples and utterances say of it, as data and in words.
 * Pure.
 */
import type { Confidence } from "../confidence.js";
import { SURE } from "../confidence.js";

/** How sure the front is under draws of what is not known. */
export interface ReportCertainty {
  /** How often prices, accuracies and utterances were drawn. */
  readonly draws: number;
  /** Of the draws. */
  readonly seed: number;
  /** How many of the front's points stay on it, in the mean over the draws. */
  readonly frontKept: number;
  /** Points on the front in nine draws of ten or more. */
  readonly robust: readonly number[];
  /** Points that cannot be told apart, groups of two and more. */
  readonly groups: readonly (readonly number[])[];
  /** Points that are on the front in a draw or more, with where nine draws of ten of a metric lie. */
  readonly points: readonly {
    readonly id: number;
    readonly onFront: number;
    readonly intervals: { readonly [metric: string]: readonly [low: number, high: number] };
  }[];
}

/** Column of the share of draws in which no other point dominates a point. */
export const ON_FRONT = {
  name: "on_front_percent",
  unit: "%",
  about: "draws of prices, samples and utterances in which no other point dominates it",
  direction: "max",
} as const;

export function certaintyOf({ draws, seed, frontKept, robust, groups, points }: Confidence): ReportCertainty {
  return {
    ...{ draws, seed, frontKept, robust, groups },
    points: points.map(({ id, onFront, intervals }) => ({
      ...{ id, onFront },
      intervals: Object.fromEntries(
        Object.entries(intervals).flatMap(([metric, ends]) =>
          ends === undefined ? [] : [[metric, [rounded(ends.low), rounded(ends.high)] as const]],
        ),
      ),
    })),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(4));

const numbered = (ids: readonly number[]): string => ids.map((id) => `#${id}`).join(", ");

/** What a reader is told of it. */
export function certaintyParagraphs({ draws, seed, frontKept, robust, groups }: ReportCertainty, front: number): readonly string[] {
  return [
    `Prices, the sample behind accuracy and the timed utterances were drawn ${draws} times within their errors (seed ${seed}); cycles and counts are taken as exact. ` +
      `Of the ${front} points on the front, ${frontKept.toFixed(1)} stay on it in the mean.`,
    robust.length === 0
      ? `No point is on the front in ${100 * SURE} % of the draws: what this search tells apart lies within the errors.`
      : `On the front in ${100 * SURE} % of the draws or more: ${numbered(robust)}.`,
    ...(groups.length === 0
      ? []
      : [`Cannot be told apart, in no objective in ${100 * SURE} % of the draws: ${groups.map(numbered).join("; ")}.`]),
  ];
}
