/** A point of a study as it is typed: its number, `knee`, or a metric in which it is the best of the study's front. */
import { InvalidArgumentError } from "commander";

export type PointWord = number | string;

/** What a point may be named by, for help texts. */
export const POINT_WORDS = "its number; knee; or a metric, for the best of the front in it";

/** Argument parser; whether there is such a point is found later. */
export function pointWord(text: string): PointWord {
  if (/^[a-z]/i.test(text)) return text;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("expected a point's number, knee, or a metric, as in latency_us");
  return Number(text);
}

/** Number of the point. @throws InputError if the word names none, or the study has no front */
export async function numberOf(database: string, point: PointWord): Promise<number> {
  if (typeof point === "number") return point;
  const { pointOfFront } = await import("../../app/pareto.js");
  return pointOfFront(database, point);
}
