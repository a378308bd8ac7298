/** Intervals as text, and values beside them. Pure. */
import { digitsTo, enclosure, NO_WIDTH } from "../../base/enclosure.js";
import { type Interval, wilson } from "../../base/wilson.js";
import { inUnit, MOST_PERCENT, measured, relativeChange } from "./number.js";

interface Ends {
  readonly low: number;
  readonly high: number;
}

/** `0.240 .. 0.581`: holds all of the interval. `coarsest`: as in `enclosure`. */
export function intervalText(interval: Ends, coarsest?: (end: number) => number): string {
  const found = enclosure(interval, coarsest);
  if (found === null) return NO_WIDTH;
  return [found.low, found.high].map(({ value, place }) => measured(value, digitsTo(value, place))).join(" .. ");
}

/** An interval of accuracies, with two decimals or more. */
export const accuracyInterval = ({ lowPercent, highPercent }: Interval): string =>
  intervalText({ low: lowPercent, high: highPercent }, () => -2);

/** Correct decisions of all scored ones, and as how many independent ones they tell of the accuracy. */
export interface Scored {
  readonly correct: number;
  readonly scored: number;
  readonly samples: number;
}

/** `90 % within 89.54 .. 99.45`: of an accuracy, in percent. */
export const scoreInterval = ({ correct, scored, samples }: Scored): string =>
  `90 % within ${accuracyInterval(wilson((correct / scored) * samples, samples))}`;

/** A value with `digits` significant digits, or as many more as a narrow interval beside it has. */
export function besideInterval(value: number | null | undefined, unit: string, interval: Ends | undefined, digits = 4): string {
  const found = interval === undefined || typeof value !== "number" ? null : enclosure(interval);
  return inUnit(value, unit, found === null ? digits : Math.max(digits, digitsTo(value as number, found.place)));
}

const signed = (value: number, place: number): string =>
  `${value < 0 ? "-" : value > 0 ? "+" : ""}${measured(Math.abs(value), digitsTo(value, place))}`;

/** A change and its interval, with signs and a unit. */
function signedBeside(value: number, ends: Ends, coarsest: (end: number) => number, unit: string): readonly [string, string] {
  const found = enclosure(ends, coarsest);
  if (found === null) return [`${signed(value, coarsest(value))} ${unit}`, NO_WIDTH];
  const interval = [found.low, found.high].map((end) => `${signed(end.value, end.place)} ${unit}`).join(" .. ");
  return [`${signed(value, Math.min(found.place, coarsest(value)))} ${unit}`, interval];
}

/** A difference of percentages and its interval, with two decimals or more: `+1.50 points`, `-0.52 points .. ...`. */
export const movedBeside = (points: number, ends: Ends): readonly [string, string] => signedBeside(points, ends, () => -2, "points");

/** A ratio and its interval as changes, with at least the digits of `relativeChange`. */
export function changeBeside(ratio: number, { low, high }: Ends): readonly [string, string] {
  if (high >= MOST_PERCENT) return [relativeChange(ratio), `x ${intervalText({ low, high })}`];
  const [value, least, most] = [ratio, low, high].map((one) => (one - 1) * 100);
  return signedBeside(value, { low: least, high: most }, (end) => (Math.abs(end) >= 1000 ? 0 : -1), "%");
}
