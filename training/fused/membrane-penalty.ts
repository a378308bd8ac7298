/**
 * The membrane penalty: weight times the mean of p(u) over frames and neurons, u = |a| / M being a membrane in units of
 * its range and p(u) = u / (1 + u / saturation). Without a saturation (infinite) that is the mean size, which pulls on
 * large membranes as much as on small ones; with one, p is concave and stays below it: small membranes are pulled to
 * zero, large ones are left alone. p is the transformed L1 norm but for a factor. Source: Zhang and Xin, "Minimization
 * of transformed L1 penalty", Mathematical Programming 169 (2018).
 */
export interface MembranePenalty {
  readonly weight: number;
  /** Largest value of p, in ranges; infinite: none. */
  readonly saturation: number;
}

export const NO_PENALTY: MembranePenalty = { weight: 0, saturation: Number.POSITIVE_INFINITY };

/** What it adds to the loss. `membranes`: of `count` neurons and frames, and zeros; the range M is a constant. */
export function meanPenalty({ weight, saturation }: MembranePenalty, membranes: Float32Array, range: number, count: number): number {
  if (weight === 0) return 0;
  const bend = 1 / (saturation * range);
  let sum = 0;
  for (let i = 0; i < membranes.length; i++) {
    const a = Math.abs(membranes[i]);
    sum += a / (1 + a * bend);
  }
  return (weight * sum) / (range * count);
}
