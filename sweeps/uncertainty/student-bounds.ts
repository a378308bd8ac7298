/** How draws of means use Student's t. Pure. */

/** From this many degrees of freedom on, Student's t counts as normal: the 90 % interval differs by less than 1 %. */
export const NORMAL_FROM = 100;

/**
 * Student's t counts as at most this, either way: draws of means then stay finite, and so do their products and ratios,
 * because a mean of positive values has a standard error of at most itself (only one of them is above 0): energy times
 * delay of one point over another's is at most exp(600). Of one degree of freedom 4 of 1,000 numbers are beyond, of two
 * 4 of 100,000.
 */
const MOST_STUDENT = 150;
export const boundedStudent = (t: number): number => Math.max(-MOST_STUDENT, Math.min(MOST_STUDENT, t));
