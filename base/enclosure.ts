/**
 * How an interval is rounded where it is printed beside its value. The width decides the digits, and the ends are
 * rounded outwards: a printed interval holds all that the computed one holds, so also its value, and it has a width
 * unless the computed one has none. A place is the power of ten of a number's last digit: -2 for 1.25. Pure.
 */

/** What is printed in place of an interval without width. */
export const NO_WIDTH = "no known error";

/** An interval as it is printed. */
interface Enclosure {
  /** The value is printed at least down to this place; where the interval ends near it, this is a finer one. */
  readonly place: number;
  readonly low: RoundedEnd;
  readonly high: RoundedEnd;
}

interface RoundedEnd {
  readonly value: number;
  /** Place to which it was rounded. */
  readonly place: number;
}

/** Most significant digits that a narrow interval gives its larger end. */
export const MOST_DIGITS = 6;

/** The power of ten of a number's first digit; -Infinity for 0. */
const exponentOf = (value: number): number => (value === 0 ? Number.NEGATIVE_INFINITY : Number(value.toExponential().split("e")[1]));

/** The place of the last of some significant digits. */
export const lastPlace =
  (digits: number) =>
  (value: number): number =>
    exponentOf(value) - digits + 1;

/** Number of significant digits that a number has down to a place. */
export const digitsTo = (value: number, place: number): number => Math.max(1, exponentOf(value) - place + 1);

/** Moves the decimal point; exact, unlike a product with a power of ten. */
function shifted(value: number, places: number): number {
  const [digits, exponent] = value.toExponential().split("e");
  return Number(`${digits}e${Number(exponent) + places}`);
}

/**
 * `coarsest` is the place down to which an end has its digits in any case: by default that of its third significant
 * digit. Two digits of the width are printed too, if the larger end then has no more than `MOST_DIGITS`. Returns null
 * if the interval has no width: nothing is known that could move the value.
 */
export function enclosure(
  { low, high }: { readonly low: number; readonly high: number },
  coarsest: (end: number) => number = lastPlace(3),
): Enclosure | null {
  if (low === high) return null;
  const place = Math.max(exponentOf(high - low) - 1, lastPlace(MOST_DIGITS)(Math.max(Math.abs(low), Math.abs(high))));
  const rounded = (end: number, towards: (scaled: number) => number): RoundedEnd => {
    const own = end === 0 ? place : Math.min(place, coarsest(end));
    return { value: shifted(towards(shifted(end, -own)), own) + 0, place: own }; // + 0: no -0
  };
  return { place, low: rounded(low, Math.floor), high: rounded(high, Math.ceil) };
}
