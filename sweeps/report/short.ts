/**
 * What the page only draws (loads, breakdowns, shares) has six significant digits, as many as a narrow interval beside
 * it has. The points' metrics have all, as its search and its downloaded table are those of every export. Pure.
 */
import { MOST_DIGITS } from "../../base/enclosure.js";
import { percentageDigits } from "../../base/percentage.js";

/** A number with six digits; with more if it would else be a false 100 %. Everything else as it is. */
export function short<T>(value: T): T | number {
  return typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(percentageDigits(value, MOST_DIGITS))) : value;
}
