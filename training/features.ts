/**
 * Speech features: log-mel energies and MFCC of 25 ms Hamming windows every 10 ms. Frame t is centred on sample
 * round((t + 0.5) hop); there are ceil(samples / hop) frames, with zero padding at the ends. Pre-emphasis is 0.97 over
 * the whole signal (the sample before the first is the first itself); triangular mel filters (HTK scale) on the power
 * spectrum, not normalised; natural log of (energy + 1e-7). MFCC: orthonormal DCT-II of the log-mel energies.
 * Shapes: samples [n] in [-1, 1), result [frames][width] row-major float32.
 */
import type { Moments } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { cos, log, log2, log10, pow, powerOfTwo, sin } from "../base/math.js";

/** How features are made, as a configuration says it. */
export interface FeatureSettings {
  readonly kind: "log-mel" | "mfcc";
  /** Number of mel filters. */
  readonly mels: number;
  /** Number of coefficients that mfcc keeps. */
  readonly coefficients: number;
  /** Lower edge of the first filter; the last one ends at half the sample rate. */
  readonly lowHz: number;
  /**
   * Frames over which mean and variance are taken: those of the training set, of a speaker, of an utterance; or no
   * normalisation. `global-scale`: means per column and one deviation for all columns, over the training set, so that
   * the columns of a cosine transform keep their unequal energies.
   */
  readonly normalisation: "global" | "global-scale" | "speaker" | "utterance" | "none";
}

/** How features are made for a training or for a model. */
export interface FeatureRecipe extends FeatureSettings {
  /**
   * What normalised the features that a model learnt, for a normalisation over the training set; left out: those of the
   * training recordings at hand.
   */
  readonly moments?: Moments;
  /** Samples per second of the sound that a model learnt: filters end at half of it. Left out: any. */
  readonly rateHz?: number;
}

/** Whether features are normalised over the training set, whichever split is read. */
export const isOverTraining = ({ normalisation }: FeatureSettings): boolean =>
  normalisation === "global" || normalisation === "global-scale";

/**
 * @throws InputError if the sound of `file`, of `rateHz` samples per second, has another rate than what the model
 * learnt
 */
export function demandLearntRate(
  file: string,
  rateHz: number | undefined,
  { rateHz: learnt = rateHz }: Pick<FeatureRecipe, "rateHz">,
): void {
  if (rateHz !== undefined && rateHz !== learnt)
    throw inputError(file, `has ${rateHz} Hz, and the model learnt sound of ${learnt} Hz`, "resample the recordings");
}

export const DEFAULT_FEATURES: FeatureSettings = { kind: "log-mel", mels: 40, coefficients: 13, lowHz: 20, normalisation: "global" };

const WINDOW_SECONDS = 0.025;
const HOP_SECONDS = 0.01;
const PRE_EMPHASIS = 0.97;
const LOG_FLOOR = 1e-7;

const hzToMel = (hz: number): number => 2595 * log10(1 + hz / 700);
const melToHz = (mel: number): number => 700 * (pow(10, mel / 2595) - 1);

/** In-place radix-2 transform of complex numbers (re, im), length a power of two. */
export function fft(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size <<= 1) {
    const half = size >> 1;
    for (let k = 0; k < half; k++) {
      const angle = (-2 * Math.PI * k) / size;
      const [wr, wi] = [cos(angle), sin(angle)];
      for (let a = k; a < n; a += size) {
        const b = a + half;
        const tr = re[b] * wr - im[b] * wi;
        const ti = re[b] * wi + im[b] * wr;
        re[b] = re[a] - tr;
        im[b] = im[a] - ti;
        re[a] += tr;
        im[a] += ti;
      }
    }
  }
}

/** Weights of the mel filters: [mels][bins], bins = fftSize / 2 + 1. */
export function melFilters(mels: number, fftSize: number, rateHz: number, lowHz: number): Float64Array[] {
  const [low, high] = [hzToMel(lowHz), hzToMel(rateHz / 2)];
  const edges = Array.from({ length: mels + 2 }, (_, i) => melToHz(low + ((high - low) * i) / (mels + 1)));
  return Array.from({ length: mels }, (_, m) => {
    const [left, centre, right] = [edges[m], edges[m + 1], edges[m + 2]];
    return Float64Array.from({ length: fftSize / 2 + 1 }, (__, bin) => {
      const hz = (bin * rateHz) / fftSize;
      return Math.max(0, Math.min((hz - left) / (centre - left), (right - hz) / (right - centre)));
    });
  });
}

/** Samples of a window, and of the transform that holds it. */
function windowOf(rateHz: number): { readonly window: number; readonly size: number } {
  const window = Math.round(WINDOW_SECONDS * rateHz);
  return { window, size: powerOfTwo(Math.ceil(log2(window))) };
}

/**
 * Throws: InputError if a filter holds no frequency of the spectrum, so that its value is the floor in every frame, as
 * Kaldi refuses it (`feat/mel-computations.cc`: "You may have set --num-mel-bins too large").
 */
export function demandFilters({ mels, lowHz }: FeatureRecipe, rateHz: number): void {
  const { size } = windowOf(rateHz);
  if (lowHz >= rateHz / 2)
    throw inputError(
      "data.features",
      `filters begin at ${lowHz} Hz, and sound of ${rateHz} samples per second ends at ${rateHz / 2} Hz`,
      "a lower low_hz",
    );
  const empty = melFilters(mels, size, rateHz, lowHz).filter((weights) => !weights.some((weight) => weight > 0)).length;
  if (empty > 0)
    throw inputError(
      "data.features",
      `${empty} of ${mels} mel filters from ${lowHz} to ${rateHz / 2} Hz hold none of the spectrum's frequencies, every ${rateHz / size} Hz`,
      "fewer mels, or a lower low_hz",
    );
}

/** Number of frames of a recording. */
export function frameCount(samples: number, rateHz: number): number {
  return Math.ceil(samples / Math.round(HOP_SECONDS * rateHz));
}

/** Sample on which frame t is centred. */
export function frameCentre(t: number, rateHz: number): number {
  return Math.round((t + 0.5) * Math.round(HOP_SECONDS * rateHz));
}

/** Values per frame. */
export function featureWidth(recipe: FeatureRecipe): number {
  return recipe.kind === "mfcc" ? recipe.coefficients : recipe.mels;
}

/**
 * Extracts features of many recordings of one sample rate, of a recipe that `demandFilters` accepts; filters and window
 * are made once.
 */
export function featureExtractor(recipe: FeatureRecipe, rateHz: number): (samples: Float32Array) => Float32Array {
  const { window, size } = windowOf(rateHz);
  const hamming = Float64Array.from({ length: window }, (_, i) => 0.54 - 0.46 * cos((2 * Math.PI * i) / (window - 1)));
  const filters = melFilters(recipe.mels, size, rateHz, recipe.lowHz).map((weights) => {
    const first = weights.findIndex((w) => w > 0);
    return { first, weights: weights.slice(first, weights.findLastIndex((w) => w > 0) + 1) };
  });
  const width = featureWidth(recipe);
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  const power = new Float64Array(size / 2 + 1);
  const mel = new Float64Array(recipe.mels);
  return (samples) => {
    const n = samples.length;
    const frames = frameCount(n, rateHz);
    const out = new Float32Array(frames * width);
    for (let t = 0; t < frames; t++) {
      const start = frameCentre(t, rateHz) - (window >> 1);
      re.fill(0);
      im.fill(0);
      for (let i = Math.max(0, -start); i < window && start + i < n; i++) {
        const s = start + i;
        re[i] = (samples[s] - PRE_EMPHASIS * samples[Math.max(0, s - 1)]) * hamming[i];
      }
      fft(re, im);
      for (let k = 0; k < power.length; k++) power[k] = re[k] * re[k] + im[k] * im[k];
      filters.forEach(({ first, weights }, m) => {
        let energy = 0;
        for (let k = 0; k < weights.length; k++) energy += weights[k] * power[first + k];
        mel[m] = log(energy + LOG_FLOOR);
      });
      if (recipe.kind === "mfcc") out.set(cosineTransform(mel, width), t * width);
      else out.set(mel, t * width);
    }
    return out;
  };
}

/** First `count` values of the orthonormal DCT-II. */
export function cosineTransform(values: Float64Array, count: number): Float64Array {
  const n = values.length;
  return Float64Array.from({ length: count }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[i] * cos((Math.PI * k * (i + 0.5)) / n);
    return sum * Math.sqrt((k === 0 ? 1 : 2) / n);
  });
}
