/**
 * Gaussian process regression with a Matern 5/2 kernel and one length scale per feature; hyper-parameters by maximum
 * likelihood. Inputs [points][features] in [0, 1]; targets are standardised internally. Cost O(points^3).
 * Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, algorithm 2.1.
 */
import { exp, log, square } from "../../base/math.js";
import { explained, factorise, strideOf } from "./cholesky.js";

export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

const LENGTHS = [0.08, 0.15, 0.3, 0.6, 1.2, 3, 10];
const NOISES = [1e-6, 1e-4, 1e-2];

/** Means and deviations for several inputs, in their order. */
interface Predictions {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

export class GaussianProcess {
  /** [points x features] inputs in units of the length scales. */
  private readonly scaled: Float64Array;
  /** Covariances by columns, as in the factor: the lower part with the diagonal. */
  private readonly covariances: Float64Array;
  private readonly factor: Float64Array;
  private readonly weights: Float64Array;
  private readonly centre: number;
  private readonly scale: number;
  readonly logLikelihood: number;

  /**
   * `before`: a process with the same length scales that already holds some of the inputs (the same objects); their
   * covariances are copied from it.
   */
  constructor(
    private readonly inputs: readonly Float64Array[],
    targets: readonly number[],
    readonly lengths: readonly number[],
    readonly noise: number,
    before: GaussianProcess | null = null,
  ) {
    const n = inputs.length;
    this.centre = targets.reduce((a, b) => a + b, 0) / n;
    const spread = Math.sqrt(targets.reduce((sum, y) => sum + square(y - this.centre), 0) / n);
    this.scale = spread > 0 ? spread : 1;
    const y = Float64Array.from(targets, (t) => (t - this.centre) / this.scale);
    const features = lengths.length;
    this.scaled = new Float64Array(n * features);
    for (let i = 0; i < n; i++) for (let d = 0; d < features; d++) this.scaled[i * features + d] = inputs[i][d] / lengths[d];
    const stride = strideOf(n);
    this.covariances = new Float64Array(n * stride);
    this.fillCovariances(before === null || lengths.some((length, d) => length !== before.lengths[d]) ? null : before);
    this.factor = this.covariances.slice();
    for (let j = 0; j < n; j++) this.factor[j * stride + j] = 1 + noise;
    factorise(this.factor, n);
    const half = forward(this.factor, y);
    this.weights = backward(this.factor, half);
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) logDeterminant += log(this.factor[i * stride + i]);
    let fit = 0;
    for (let i = 0; i < n; i++) fit += half[i] * half[i];
    this.logLikelihood = -0.5 * fit - logDeterminant - 0.5 * n * log(2 * Math.PI);
  }

  private fillCovariances(before: GaussianProcess | null): void {
    const { inputs, covariances } = this;
    const n = inputs.length;
    const stride = strideOf(n);
    const places = new Map(before?.inputs.map((input, i) => [input, i]));
    const known = Int32Array.from(inputs, (input) => places.get(input) ?? -1);
    const old = before?.covariances ?? covariances;
    const oldStride = strideOf(places.size);
    for (let j = 0; j < n; j++) {
      for (let i = j + 1; i < n; i++) {
        const [a, b] = known[i] < known[j] ? [known[j], known[i]] : [known[i], known[j]];
        covariances[j * stride + i] = b < 0 ? this.covariance(i, this.scaled, j) : old[b * oldStride + a];
      }
    }
  }

  predict(x: Float64Array): Prediction {
    const { means, deviations } = this.predictAll([x]);
    return { mean: means[0], deviation: deviations[0] };
  }

  predictAll(xs: readonly Float64Array[]): Predictions {
    const { weights, lengths } = this;
    const n = weights.length;
    const means = new Float64Array(xs.length);
    const input = new Float64Array(lengths.length);
    const shares = explained(this.factor, n, xs.length, (sides) => {
      const group = 16 * Math.ceil(n / 4);
      for (let c = 0; c < xs.length; c++) {
        for (let d = 0; d < input.length; d++) input[d] = xs[c][d] / lengths[d];
        let mean = 0;
        for (let i = 0, at = (c >> 2) * group + (c & 3); i < n; i++, at += 4) {
          const covariance = this.covariance(i, input, 0);
          sides[at] = covariance;
          mean += covariance * weights[i];
        }
        means[c] = this.centre + this.scale * mean;
      }
    });
    const deviations = Float64Array.from(xs, (_, c) => this.scale * Math.sqrt(Math.max(1e-12, 1 - shares[c])));
    return { means, deviations };
  }

  /** Matern 5/2 covariance of point `i` and row `j` of `others`, both in units of the length scales. */
  private covariance(i: number, others: Float64Array, j: number): number {
    const { scaled } = this;
    const features = this.lengths.length;
    let distance = 0;
    for (let a = i * features, b = j * features, end = a + features; a < end; a++, b++) distance += square(scaled[a] - others[b]);
    const r = Math.sqrt(5 * distance);
    return (1 + r + (5 / 3) * distance) * exp(-r);
  }
}

/** Length scales and noise by coordinate ascent on the likelihood, over fixed grids, from `start`. */
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
      // Go on in this direction while the likelihood rises.
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

/** L^-1 y for a factor by columns. */
function forward(l: Float64Array, y: Float64Array): Float64Array {
  const x = Float64Array.from(y);
  const n = x.length;
  const stride = strideOf(n);
  for (let m = 0; m < n; m++) {
    x[m] /= l[m * stride + m];
    for (let i = m + 1; i < n; i++) x[i] -= l[m * stride + i] * x[m];
  }
  return x;
}

/** L^-T y for a factor by columns. */
function backward(l: Float64Array, y: Float64Array): Float64Array {
  const x = Float64Array.from(y);
  const n = x.length;
  const stride = strideOf(n);
  for (let i = n - 1; i >= 0; i--) {
    for (let m = i + 1; m < n; m++) x[i] -= l[i * stride + m] * x[m];
    x[i] /= l[i * stride + i];
  }
  return x;
}
