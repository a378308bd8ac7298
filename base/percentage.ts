/** Percentages of which only all is printed as 100. Pure. */

/** From this number of digits on, what is missing to 100 is an error of arithmetic. */
const ALL_DIGITS = 12;

/** `digits`, or as many more as tell a percentage that is not 100 from 100. */
export function percentageDigits(value: number, digits: number): number {
  if (value === 100) return digits;
  for (let more = digits; more < ALL_DIGITS; more++) if (Number(value.toPrecision(more)) !== 100) return more;
  return digits;
}
