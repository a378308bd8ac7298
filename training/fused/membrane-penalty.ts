/**
 * The membrane penalty of a layer: weight times the mean over frames and neurons of p(u) = u / (1 + u / saturation),
 * where u = |a| / M is a membrane in units of its range. With infinite saturation it is the mean size, which pulls on
 * large membranes as much as on small ones. With a finite one, p is concave and stays below it: small membranes are
 * pulled to zero, and large ones hardly move. p is the transformed L1 norm up to a factor. Source: Zhang and Xin,
 * "Minimization of transformed L1 penalty", Mathematical Programming 169 (2018).
 */
import type { Engine } from "./kernels.js";

export interface MembranePenalty {
  readonly weight: number;
  /** Largest value of p, in ranges; infinite: no saturation. */
  readonly saturation: number;
}

export const NO_PENALTY: MembranePenalty = { weight: 0, saturation: Number.POSITIVE_INFINITY };

/**
 * The penalty in the loss of `stored` membranes (pointer) of `count` neurons and frames, and padding zeros; M is a
 * constant.
 */
export function meanPenalty(
  { cells }: Engine,
  { weight, saturation }: MembranePenalty,
  membranes: { readonly pointer: number; readonly stored: number },
  range: number,
  count: number,
): number {
  if (weight === 0) return 0;
  const sum = cells.sumPenalties(membranes.stored, membranes.pointer, 1 / (saturation * range));
  return (weight * sum) / (range * count);
}
