/**
 * Adam with clipping by global norm and a guard against divergence, on plain arrays: an interrupted run resumes bit for
 * bit.
 * Source: Kingma and Ba 2015 (beta 0.9, 0.999, epsilon 1e-8).
 */
import { pow } from "../base/math.js";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** A gradient norm this many times the clipping norm is a divergence, not a direction. */
const HUGE = 1e6;

export interface Adam {
  /** First and second moments, one array per parameter array. */
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
  /** Number of steps taken. */
  steps: number;
  /** Number of steps skipped by the guard. */
  skipped: number;
}

/** Moments of 0 for these parameter arrays, in their order. */
export function createAdam(parameters: readonly Float32Array[]): Adam {
  const zeros = (): Float32Array[] => parameters.map((p) => new Float32Array(p.length));
  return { first: zeros(), second: zeros(), steps: 0, skipped: 0 };
}

/** Euclidean norm over all arrays, summed in order in double precision. */
function globalNorm(gradients: readonly Float32Array[]): number {
  let sum = 0;
  for (const g of gradients) for (let i = 0; i < g.length; i++) sum += g[i] * g[i];
  return Math.sqrt(sum);
}

/** Factor that scales the gradients to the clipping norm; null, and `skipped` grows, if they are not finite or huge. */
export function clipGain(adam: Adam, gradients: readonly Float32Array[], clipNorm: number): number | null {
  const norm = globalNorm(gradients);
  if (!Number.isFinite(norm) || norm > HUGE * clipNorm) {
    adam.skipped++;
    return null;
  }
  return norm > clipNorm ? clipNorm / norm : 1;
}

/** Step of one array. */
interface Move {
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly gain: number;
  readonly rate: number;
}

/** One step of all arrays, in the order with which `adam` was made. */
export function moveBy(adam: Adam, moves: readonly Move[]): void {
  adam.steps++;
  const correction1 = 1 - pow(BETA1, adam.steps);
  const correction2 = 1 - pow(BETA2, adam.steps);
  moves.forEach(({ values: p, gradient: g, gain, rate: learningRate }, k) => {
    const rate = learningRate / correction1;
    const m = adam.first[k];
    const v = adam.second[k];
    for (let i = 0; i < p.length; i++) {
      const gi = g[i] * gain;
      m[i] = BETA1 * m[i] + (1 - BETA1) * gi;
      v[i] = BETA2 * v[i] + (1 - BETA2) * gi * gi;
      p[i] -= (rate * m[i]) / (Math.sqrt(v[i] / correction2) + EPSILON);
    }
  });
}

/**
 * One step; none, and `skipped` grows, if the gradient is not finite or huge. Returns true if the step was taken.
 * Arrays in `unclipped` do not count in the norm and are not clipped.
 */
export function adamStep(
  adam: Adam,
  parameters: readonly Float32Array[],
  gradients: readonly Float32Array[],
  learningRate: number,
  clipNorm: number,
  unclipped: readonly Float32Array[] = [],
): boolean {
  const isFree = parameters.map((values) => unclipped.includes(values));
  const clipped = gradients.filter((_, k) => !isFree[k]);
  const gain = clipGain(adam, clipped, clipNorm);
  if (gain === null) return false;
  moveBy(
    adam,
    parameters.map((values, k) => ({ values, gradient: gradients[k], gain: isFree[k] ? 1 : gain, rate: learningRate })),
  );
  return true;
}
