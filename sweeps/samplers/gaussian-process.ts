/**
 * Gaussian process regression with a Matern 5/2 kernel and one length a feature, hyper-parameters by maximum likelihood.
 * Inputs [points][features] in [0, 1]; targets are standardised inside. Cost O(points^3).
 * Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, algorithm 2.1.
 */
import { exp, log, square } from "../../base/math.js";

export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

const LENGTHS = [0.08, 0.15, 0.3, 0.6, 1.2, 3, 10];
const NOISES = [1e-6, 1e-4, 1e-2];

export class GaussianProcess {
  private readonly factor: Float64Array;
  private readonly weights: Float64Array;
  private readonly centre: number;
  private readonly scale: number;
  readonly logLikelihood: number;

  constructor(
    private readonly inputs: readonly Float64Array[],
    targets: readonly number[],
    readonly lengths: readonly number[],
    readonly noise: number,
  ) {
    const n = inputs.length;
    this.centre = targets.reduce((a, b) => a + b, 0) / n;
    const spread = Math.sqrt(targets.reduce((sum, y) => sum + square(y - this.centre), 0) / n);
    this.scale = spread > 0 ? spread : 1;
    const y = Float64Array.from(targets, (t) => (t - this.centre) / this.scale);
    const k = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) k[i * n + j] = matern(inputs[i], inputs[j], lengths);
      k[i * n + i] = 1 + noise;
    }
    this.factor = cholesky(k, n);
    const half = forward(this.factor, y, n);
    this.weights = backward(this.factor, half, n);
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) logDeterminant += log(this.factor[i * n + i]);
    let fit = 0;
    for (let i = 0; i < n; i++) fit += half[i] * half[i];
    this.logLikelihood = -0.5 * fit - logDeterminant - 0.5 * n * log(2 * Math.PI);
  }

  predict(x: Float64Array): Prediction {
    const n = this.inputs.length;
    const k = Float64Array.from(this.inputs, (input) => matern(input, x, this.lengths));
    let mean = 0;
    for (let i = 0; i < n; i++) mean += k[i] * this.weights[i];
    const v = forward(this.factor, k, n);
    let explained = 0;
    for (let i = 0; i < n; i++) explained += v[i] * v[i];
    return { mean: this.centre + this.scale * mean, deviation: this.scale * Math.sqrt(Math.max(1e-12, 1 - explained)) };
  }
}

/** Lengths and noise by coordinate ascent on the likelihood, over fixed grids, from `start`. */
export function fitHyperParameters(
  inputs: readonly Float64Array[],
  targets: readonly number[],
  start: { readonly lengths: readonly number[]; readonly noise: number },
): { readonly lengths: number[]; readonly noise: number } {
  let lengths = [...start.lengths];
  let noise = start.noise;
  let best = new GaussianProcess(inputs, targets, lengths, noise).logLikelihood;
  const attempt = (tryLengths: number[], tryNoise: number): void => {
    const likelihood = new GaussianProcess(inputs, targets, tryLengths, tryNoise).logLikelihood;
    if (likelihood > best + 1e-9) {
      best = likelihood;
      lengths = tryLengths;
      noise = tryNoise;
    }
  };
  for (const level of NOISES) attempt(lengths, level);
  for (let d = 0; d < lengths.length; d++) {
    const at = LENGTHS.indexOf(lengths[d]);
    for (const step of [-1, 1]) {
      // Walk while it helps.
      for (let i = at + step; i >= 0 && i < LENGTHS.length; i += step) {
        const before = best;
        attempt(
          lengths.map((length, k) => (k === d ? LENGTHS[i] : length)),
          noise,
        );
        if (best === before) break;
      }
    }
  }
  return { lengths, noise };
}

export const START_LENGTH = LENGTHS[3];

function matern(a: Float64Array, b: Float64Array, lengths: readonly number[]): number {
  let distance = 0;
  for (let d = 0; d < a.length; d++) distance += square((a[d] - b[d]) / lengths[d]);
  const r = Math.sqrt(5 * distance);
  return (1 + r + (5 / 3) * distance) * exp(-r);
}

/** Lower factor of a symmetric positive matrix given by its lower part, row-major; the diagonal is raised where rounding made it vanish. */
function cholesky(k: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = k[i * n + j];
      for (let m = 0; m < j; m++) sum -= l[i * n + m] * l[j * n + m];
      l[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-10)) : sum / l[j * n + j];
    }
  }
  return l;
}

function forward(l: Float64Array, y: Float64Array, n: number): Float64Array {
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = y[i];
    for (let m = 0; m < i; m++) sum -= l[i * n + m] * x[m];
    x[i] = sum / l[i * n + i];
  }
  return x;
}

function backward(l: Float64Array, y: Float64Array, n: number): Float64Array {
  const x = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = y[i];
    for (let m = i + 1; m < n; m++) sum -= l[m * n + i] * x[m];
    x[i] = sum / l[i * n + i];
  }
  return x;
}
