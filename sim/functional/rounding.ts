/** The two roundings of the integer network: to nearest, halves away from zero. */

/** Nearest integer of a real number, halves away from zero. */
export function roundHalfAway(value: number): number {
  return value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
}

/** `value / 2^shift` to nearest, halves away from zero. Exact for integers |value| < 2^52 and 0 <= shift <= 52. */
export function shiftRound(value: number, shift: number): number {
  return roundHalfAway(value / 2 ** shift);
}

/** Largest value of a signed word of `bits` bits. */
export function signedMax(bits: number): number {
  return 2 ** (bits - 1) - 1;
}
