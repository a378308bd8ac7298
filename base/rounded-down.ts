/** Numbers as texts name a bound: rounded to few digits, and never above it. Pure. */

/** The largest number of `digits` digits that is not above a value above 0. */
export function roundedDown(value: number, digits: number): number {
  const near = Number(value.toPrecision(digits));
  if (near <= value) return near;
  const [, exponent] = value.toExponential().split("e");
  return Number((near - Number(`1e${Number(exponent) - digits + 1}`)).toPrecision(digits));
}
