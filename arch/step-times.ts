/**
 * Times of events as whole microseconds and as steps. A time in decimal fractions of a second is not exact in binary:
 * 1.001 s times 1e6 is 1000999.9999999999 us. So what only rounding separates from a whole number is that number. Pure.
 */

/**
 * Largest relative error of a time by its rounding in the file and that of a few operations: of numbers in double and
 * in single precision.
 */
export const ROUNDING = { double: 1e-12, single: 1e-7 } as const;

/** The whole number from which only rounding separates `value`, or else `value`. */
function wholeIfNear(value: number, rounding: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= rounding * Math.max(1, Math.abs(value)) ? whole : value;
}

/** Microseconds, whole but for rounding. */
export const wholeUs = (us: number, rounding: number = ROUNDING.double): number => wholeIfNear(us, rounding);

/**
 * The step in which a time lies; step n lasts from n times `step` until before n + 1 times `step`. Both in one unit.
 */
export const stepAt = (time: number, step: number, rounding: number = ROUNDING.double): number =>
  Math.floor(wholeIfNear(time / step, rounding));

/** Number of steps that a recording of this length fills or begins. */
export const stepsUntil = (end: number, step: number, rounding: number = ROUNDING.double): number =>
  Math.ceil(wholeIfNear(end / step, rounding));

/**
 * The step of a spike whose time is the end of the step that made it; step n ends at n + 1 times `step`. A time between
 * two ends belongs to the step around it, and 0 to the first.
 */
export const stepEndingAt = (time: number, step: number, rounding: number = ROUNDING.double): number =>
  time > 0 ? stepsUntil(time, step, rounding) - 1 : stepAt(time, step, rounding);
