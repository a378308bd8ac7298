/**
 * The step of a row of weights: the real value of weight 1, common to all weights that one accumulator adds. `max`: the
 * largest weight becomes the largest word, and nothing is clipped. `mse`: the least sum of squared errors among clips
 * of 15 % to 100 % of the largest weight, in steps of 1.25 %.
 */

const LEAST_CLIP = 12;
const CLIPS = 80;

/** How a step is found. */
type WeightScale = "max" | "mse";

/** Largest magnitude of the weights. */
export function largestWeight(parts: readonly Float64Array[]): number {
  let most = 0;
  for (const part of parts) for (const value of part) most = Math.max(most, Math.abs(value));
  return most;
}

/** Step of the real weights in `parts` for words of -largest .. largest; 0 if all weights are 0. */
export function weightStep(parts: readonly Float64Array[], largest: number, scale: WeightScale): number {
  const most = largestWeight(parts);
  if (scale === "max" || most === 0) return most / largest;
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let clip = LEAST_CLIP; clip <= CLIPS; clip++) {
    const step = (clip * most) / (CLIPS * largest);
    const error = squaredError(parts, step, largest);
    if (error < least) [best, least] = [step, error];
  }
  return best;
}

/** Sum of (w - step q)^2, with q = w / step rounded to nearest and clamped to `largest`. */
function squaredError(parts: readonly Float64Array[], step: number, largest: number): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      const size = Math.abs(part[i]);
      const error = size - step * Math.min(largest, Math.floor(size / step + 0.5));
      sum += error * error;
    }
  }
  return sum;
}
