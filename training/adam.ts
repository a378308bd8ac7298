/**
 * Adam with clipping by global norm and a guard against divergence: an interrupted run resumes bit for bit.
 * Source: Kingma and Ba 2015 (beta 0.9, 0.999, epsilon 1e-8).
 */
import { pow } from "../base/math.js";
import { HUGE } from "./config-schema.js";
import { KeptArrays } from "./fused/optimiser.js";

const RATES = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export interface Adam {
  /** The moments, first ones before second ones. */
  readonly kept: KeptArrays;
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
  const lengths = parameters.map(({ length }) => length);
  const kept = new KeptArrays([...lengths, ...lengths]);
  return { kept, first: kept.arrays.slice(0, lengths.length), second: kept.arrays.slice(lengths.length), steps: 0, skipped: 0 };
}

/** Factor that scales the gradients to the clipping norm; null, and `skipped` grows, if they are not finite or huge. */
export function clipGain(adam: Adam, gradients: readonly Float32Array[], clipNorm: number): number | null {
  const norm = adam.kept.norm(gradients);
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
  const correction1 = 1 - pow(RATES.beta1, adam.steps);
  const correction = 1 - pow(RATES.beta2, adam.steps);
  moves.forEach(({ values, gradient, gain, rate }, k) => {
    adam.kept.move(values, gradient, [k, moves.length + k], { ...RATES, gain, rate: rate / correction1, correction });
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
