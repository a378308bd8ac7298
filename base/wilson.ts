/** The confidence interval of a counted share. Pure. */
import { NORMAL_95 } from "./distribution-quantiles.js";
import { square } from "./math.js";

export interface Interval {
  readonly lowPercent: number;
  readonly highPercent: number;
}

/** Every interval that is printed holds 90 %, whatever stands beside it. */
const Z = NORMAL_95;

/** 90 % confidence interval of a share. Source: E. B. Wilson, "Probable inference", J. Am. Stat. Assoc. 22 (1927). */
export function wilson(correct: number, scored: number): Interval {
  const share = correct / scored;
  const spread = square(Z) / scored;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((share * (1 - share)) / scored + spread / (4 * scored));
  return { lowPercent: 100 * Math.max(0, centre - half), highPercent: 100 * Math.min(1, centre + half) };
}
