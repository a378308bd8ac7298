/**
 * How integer networks round: to nearest with halves away from zero or to even, or towards zero; and leaks by shifts.
 */
import { powerOfTwo } from "./binary.js";
import { log2 } from "./logarithm.js";

/** Nearest integer of a real number, halves away from zero. */
export function roundHalfAway(value: number): number {
  return value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5);
}

/** Nearest integer of a real number, halves to the even one, as NumPy and PyTorch round. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}

/**
 * `value / 2^shift` to nearest, halves away from zero. Exact for integers |value| < 2^52 and shift <= 52; a shift below
 * 0 (to -64) multiplies.
 */
export function shiftRound(value: number, shift: number): number {
  return roundHalfAway(value / powerOfTwo(shift));
}

/** `value / 2^shift` towards zero; exact as `shiftRound`. */
export function shiftTruncate(value: number, shift: number): number {
  return Math.trunc(value / powerOfTwo(shift)) + 0;
}

/**
 * `value` - `value` / 2^shift, the quotient rounded towards zero: `v -= v >> shift` on sign and magnitude. With shift
 * 31 the value does not change.
 */
export function leakByShift(value: number, shift: number): number {
  return value - Math.trunc(value / powerOfTwo(shift));
}

/** `value` minus `value >> shift` (rounded towards minus infinity), but at least one unit nearer to 0: Xylo's decay. */
export function decayByShift(value: number, shift: number): number {
  const gone = Math.floor(value / powerOfTwo(shift));
  return value - (gone === 0 && value > 0 ? 1 : gone);
}

/**
 * The shift for which 2^-shift is nearest to `share`, the lower of equal ones; 31 if nothing leaks. Throws: RangeError
 * for a share below 0.
 */
export function leakShift(share: number): number {
  if (share < 0) throw new RangeError(`a share of ${share} cannot leak away by a shift`);
  if (share === 0) return NO_LEAK_SHIFT;
  const error = (k: number): number => Math.abs(powerOfTwo(-k) / share - 1);
  const below = Math.min(NO_LEAK_SHIFT, Math.max(0, Math.floor(-log2(share))));
  const next = Math.min(NO_LEAK_SHIFT, below + 1);
  return error(next) < error(below) ? next : below;
}

/** A shift larger than every state word. */
export const NO_LEAK_SHIFT = 31;

/** Largest value of a signed word of `bits` bits. */
export function signedMax(bits: number): number {
  return powerOfTwo(bits - 1) - 1;
}
