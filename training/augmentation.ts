/**
 * Augmentation of recordings: noise on every feature, and a few frames without features. For training only; each batch
 * has its own random stream, so that a resumed run repeats it. Source of the masked frames: SpecAugment, Park et al.,
 * Interspeech 2019.
 */
import type { Samples } from "../arch/index.js";
import type { Rng } from "../base/rng.js";
import type { Batch } from "./batch.js";
import type { TrainingConfig } from "./config.js";

export interface Augmentation {
  /** [inputs] standard deviation of the noise. */
  readonly noise: Float32Array;
  readonly maskFrames: number;
}

/** Largest share of a recording that is masked. */
const MOST_MASKED = 1 / 3;

/** Augmentation of a configuration, whose noise is in standard deviations of each feature of `samples`; null: none. */
export function augmentationOf({ data }: TrainingConfig, { inputs, features }: Samples): Augmentation | null {
  if (data.augmentation === undefined) return null;
  const { noise, maskFrames } = data.augmentation;
  const frames = features.length / inputs;
  const deviation = Float32Array.from({ length: inputs }, (_, i) => {
    let [sum, squares] = [0, 0];
    for (let f = 0; f < frames; f++) sum += features[f * inputs + i];
    for (let f = 0; f < frames; f++) squares += (features[f * inputs + i] - sum / frames) * (features[f * inputs + i] - sum / frames);
    return noise * Math.sqrt(squares / frames);
  });
  return { noise: deviation, maskFrames };
}

/** Changes the features of `batch` in place. */
export function augment({ features, rows, utterances, lengths, offset }: Batch, { noise, maskFrames }: Augmentation, rng: Rng): void {
  const inputs = noise.length;
  if (noise.some((deviation) => deviation > 0))
    for (let r = 0; r < rows; r++) for (let i = 0; i < inputs; i++) features[r * inputs + i] += noise[i] * rng.normal();
  if (maskFrames === 0) return;
  for (let b = 0; b < utterances; b++) {
    const frames = Math.min(rng.int(0, maskFrames), Math.floor(lengths[b] * MOST_MASKED));
    const first = rng.int(0, lengths[b] - frames);
    for (let t = first; t < first + frames; t++) features.fill(0, (offset[t] + b) * inputs, (offset[t] + b + 1) * inputs);
  }
}
