/** A point of a study as it is typed: its number, or `knee`, the knee of the study's front. */
import { InvalidArgumentError } from "commander";

export type PointWord = number | "knee";

/** Argument parser. */
export function pointWord(text: string): PointWord {
  if (text === "knee") return text;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("expected a point's number, or knee");
  return Number(text);
}

/** Number of the point. @throws InputError if the study has no front, and so no knee */
export async function numberOf(database: string, point: PointWord): Promise<number> {
  if (point !== "knee") return point;
  const { kneeOf } = await import("../../app/pareto.js");
  return kneeOf(database);
}
