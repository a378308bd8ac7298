/** A value with its interval as documents print them. */
import { enclosure, NO_WIDTH } from "../base/enclosure.js";

/** `0.75 (0.60 to 0.92)`. `coarsest`: the place down to which numbers are printed in any case; `unit`: of the value. */
export function within(
  value: number,
  ends: { readonly low: number; readonly high: number } | null | undefined,
  coarsest: (value: number) => number,
  { between = " to ", unit = "" } = {},
): string {
  const text = (shown: number, place: number): string => shown.toFixed(Math.max(0, -place));
  const own = coarsest(value);
  if (ends === null || ends === undefined) return `${text(value, own)}${unit}`;
  const found = enclosure(ends, coarsest);
  if (found === null) return `${text(value, own)}${unit} (${NO_WIDTH})`;
  const [low, high] = [found.low, found.high].map((end) => text(end.value, end.place));
  return `${text(value, Math.min(own, found.place))}${unit} (${low}${between}${high})`;
}
