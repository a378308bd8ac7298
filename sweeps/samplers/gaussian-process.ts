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

/** Means and deviations of several inputs, in their order. */
export interface Predictions {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

export class GaussianProcess {
  /** [points x features] in lengths. */
  private readonly scaled: Float64Array;
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
    const features = lengths.length;
    this.scaled = new Float64Array(n * features);
    for (let i = 0; i < n; i++) for (let d = 0; d < features; d++) this.scaled[i * features + d] = inputs[i][d] / lengths[d];
    const k = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) k[i * n + j] = this.covariance(i, this.scaled, j);
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
    const { means, deviations } = this.predictAll([x]);
    return { mean: means[0], deviation: deviations[0] };
  }

  /** Four inputs at a time: each number of the factor is read once for them. */
  predictAll(xs: readonly Float64Array[]): Predictions {
    const means = new Float64Array(xs.length);
    const deviations = new Float64Array(xs.length);
    const features = this.lengths.length;
    const block = new Float64Array(4 * features);
    const covariances = new Float64Array(4 * this.inputs.length);
    const means4 = new Float64Array(4);
    const explained = new Float64Array(4);
    for (let from = 0; from < xs.length; from += 4) {
      const count = Math.min(4, xs.length - from);
      for (let c = 0; c < count; c++) for (let d = 0; d < features; d++) block[c * features + d] = xs[from + c][d] / this.lengths[d];
      this.solve(block, covariances, means4, explained);
      for (let c = 0; c < count; c++) {
        means[from + c] = this.centre + this.scale * means4[c];
        deviations[from + c] = this.scale * Math.sqrt(Math.max(1e-12, 1 - explained[c]));
      }
    }
    return { means, deviations };
  }

  /** Of four inputs: `k` holds their covariances with the points and becomes L^-1 k; `means` = k weights, `explained` = |L^-1 k|^2. */
  private solve(block: Float64Array, k: Float64Array, means: Float64Array, explained: Float64Array): void {
    const { factor, weights } = this;
    const n = weights.length;
    means.fill(0);
    explained.fill(0);
    for (let i = 0; i < n; i++)
      for (let c = 0; c < 4; c++) {
        const covariance = this.covariance(i, block, c);
        k[4 * i + c] = covariance;
        means[c] += covariance * weights[i];
      }
    let [e0, e1, e2, e3] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      let [s0, s1, s2, s3] = [k[4 * i], k[4 * i + 1], k[4 * i + 2], k[4 * i + 3]];
      for (let m = 0, at = i * n, v = 0; m < i; m++, at++, v += 4) {
        const l = factor[at];
        s0 -= l * k[v];
        s1 -= l * k[v + 1];
        s2 -= l * k[v + 2];
        s3 -= l * k[v + 3];
      }
      const diagonal = factor[i * n + i];
      k[4 * i] = s0 /= diagonal;
      k[4 * i + 1] = s1 /= diagonal;
      k[4 * i + 2] = s2 /= diagonal;
      k[4 * i + 3] = s3 /= diagonal;
      e0 += s0 * s0;
      e1 += s1 * s1;
      e2 += s2 * s2;
      e3 += s3 * s3;
    }
    explained[0] = e0;
    explained[1] = e1;
    explained[2] = e2;
    explained[3] = e3;
  }

  /** Matern 5/2 of point `i` and of row `j` of `others`, both in lengths. */
  private covariance(i: number, others: Float64Array, j: number): number {
    const { scaled } = this;
    const features = this.lengths.length;
    let distance = 0;
    for (let a = i * features, b = j * features, end = a + features; a < end; a++, b++) distance += square(scaled[a] - others[b]);
    const r = Math.sqrt(5 * distance);
    return (1 + r + (5 / 3) * distance) * exp(-r);
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
