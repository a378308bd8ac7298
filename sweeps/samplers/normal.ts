/** The distribution function of the normal distribution. Pure. */
import { exp } from "../../base/math.js";

/** Abramowitz and Stegun 7.1.26, error below 1.5e-7, which is enough for weights of a search. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(z) * Math.SQRT1_2);
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-z * z * 0.5);
  return z >= 0 ? 1 - 0.5 * tail : 0.5 * tail;
}
