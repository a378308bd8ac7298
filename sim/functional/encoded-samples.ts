/**
 * Samples as a network takes them in each step: an encoding of a data set. Throws: InputError for an invalid encoding.
 */

import { featuresOf, type InputEncoding, type SampleSet, type Samples } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { canonicalJson, sha256 } from "../../base/hash.js";
import { DIRECT, encodeFrames } from "./spike-encoders.js";

/** How features become input: an encoding, and the seed of random ones. */
export interface EncodedInput {
  readonly encoding: InputEncoding;
  readonly seed: number;
}

export const FEATURES_AS_THEY_ARE: EncodedInput = { encoding: DIRECT, seed: 1 };

function isPlain({ encoding }: EncodedInput): boolean {
  return encoding.kind === "direct" && encoding.stepsPerFrame === 1 && encoding.gain === 1;
}

/**
 * [steps][inputs] of one utterance. Every utterance draws its own random numbers, so its spikes do not depend on which
 * others run, and utterances of two seeds share none. `number`: that of the utterance in the whole set, by which it
 * draws.
 */
export function valuesOf(samples: SampleSet, utterance: number, input: EncodedInput, number = utterance): Float32Array | Float64Array {
  const [first, end] = [samples.frameStart[utterance], samples.frameStart[utterance + 1]];
  const features = featuresOf(samples, first, end);
  return isPlain(input) ? features : encodeFrames(input.encoding, { seed: input.seed, utterance: number }, features, samples.inputs).data;
}

/** Content address of the network's input. */
export function inputKey(samples: SampleSet, { encoding, seed }: EncodedInput): string {
  return sha256(canonicalJson({ samples: samples.hash, encoding: { ...encoding }, seed }));
}

/**
 * All of `samples` encoded, one step per frame, for engines that know only frames. `numbers`: of its utterances in the
 * whole set; null: it is the whole set.
 */
export function encodeSamples(samples: Samples, input: EncodedInput, numbers: Uint32Array | null = null): Samples {
  if (isPlain(input)) return samples;
  const { kind, stepsPerFrame } = input.encoding;
  if (samples.task === "frames" && stepsPerFrame > 1)
    throw inputError(
      samples.name,
      "has labels per frame, but a frame has several steps",
      "use --steps-per-frame 1, or snn-dse sim, which adds up a frame's steps",
    );
  const frameStart = samples.frameStart.map((start) => start * stepsPerFrame);
  const features = new Float32Array(samples.features.length * stepsPerFrame);
  for (let u = 0; u + 1 < frameStart.length; u++) features.set(valuesOf(samples, u, input, numbers?.[u]), frameStart[u] * samples.inputs);
  return { ...samples, name: `${samples.name} (${kind} x ${stepsPerFrame})`, features, frameStart, hash: inputKey(samples, input) };
}
