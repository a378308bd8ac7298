/**
 * Encoders from features [frames][inputs] to a network's input [steps][inputs], float64. Source of rate, latency and
 * delta: the usual forms (snnTorch spikegen); level crossing: asynchronous delta modulation, whose payload is the
 * number of levels passed. The integrating encoder of our own cells is part of their network and follows these.
 */

import type { InputEncoding } from "../../arch/index.js";
import { inputError, quoted } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";

interface EncodedFrames {
  readonly steps: number;
  /** [steps][inputs]. */
  readonly data: Float64Array;
}

/** The features as they are. */
export const DIRECT: InputEncoding = { kind: "direct", stepsPerFrame: 1, gain: 1, threshold: 0.1 };

/** Whose random numbers are drawn. */
interface Draws {
  readonly seed: number;
  readonly utterance: number;
}

type Encoder = (features: Float32Array, inputs: number, encoding: InputEncoding, draws: Draws) => Float64Array;

/** Analogue current: the features themselves, constant over the frame. */
const direct: Encoder = (features, inputs, { stepsPerFrame, gain }) =>
  perFrame(features, inputs, stepsPerFrame, (frame, _step, i) => gain * features[frame * inputs + i]);

/** Bernoulli spikes with probability gain × feature, clamped to 0 .. 1. */
const rate: Encoder = (features, inputs, { stepsPerFrame, gain }, { seed, utterance }) => {
  const rng = createRng(seed, `rate-encoder/${utterance}`);
  return perFrame(features, inputs, stepsPerFrame, (frame, _step, i) => (rng.float() < gain * features[frame * inputs + i] ? 1 : 0));
};

/** One spike per frame: at the frame's first step for a feature of 1 or more, linearly later for smaller ones. */
const latency: Encoder = (features, inputs, { stepsPerFrame, threshold }) =>
  perFrame(features, inputs, stepsPerFrame, (frame, step, i) => {
    const x = Math.min(1, features[frame * inputs + i]);
    return x > threshold && step === Math.round((1 - Math.max(0, x)) * (stepsPerFrame - 1)) ? 1 : 0;
  });

/**
 * +1 or -1 at a frame's first step if the feature has moved by at least the threshold since the frame before (0 before
 * the first frame).
 */
const delta: Encoder = (features, inputs, { stepsPerFrame, threshold }) =>
  perFrame(features, inputs, stepsPerFrame, (frame, step, i) => {
    if (step > 0) return 0;
    const change = features[frame * inputs + i] - (frame === 0 ? 0 : features[(frame - 1) * inputs + i]);
    return Math.abs(change) < threshold ? 0 : Math.sign(change);
  });

/** Levels lie `threshold` apart. At a frame's first step: the signed number of levels passed since the last spike. */
const levelCrossing: Encoder = (features, inputs, { stepsPerFrame, threshold }) => {
  const level = new Float64Array(inputs);
  return perFrame(features, inputs, stepsPerFrame, (frame, step, i) => {
    if (step > 0) return 0;
    const passed = Math.trunc(features[frame * inputs + i] / threshold - level[i]);
    level[i] += passed;
    return passed === 0 ? 0 : passed;
  });
};

const SPIKE_ENCODERS: { readonly [kind in InputEncoding["kind"]]: Encoder } = {
  direct,
  rate,
  latency,
  delta,
  "level-crossing": levelCrossing,
};

/** Encodes whole frames; only `rate` draws. Throws: InputError for an invalid encoding. */
export function encodeFrames(encoding: InputEncoding, draws: Draws, features: Float32Array, inputs: number): EncodedFrames {
  checkEncoding(encoding);
  const data = SPIKE_ENCODERS[encoding.kind](features, inputs, encoding, draws);
  return { steps: data.length / inputs, data };
}

export function checkEncoding({ kind, stepsPerFrame, threshold, gain }: InputEncoding): void {
  const kinds = Object.keys(SPIKE_ENCODERS);
  if (!kinds.includes(kind)) throw inputError("workload.encoder", `got ${quoted(kind)}, expected one of ${kinds.join(", ")}`, "", "kind");
  if (!Number.isInteger(stepsPerFrame) || stepsPerFrame < 1)
    throw inputError("workload.encoder", `got ${stepsPerFrame}, expected a whole number above 0`, "", "steps_per_frame");
  if ((kind === "delta" || kind === "level-crossing") && !(threshold > 0))
    throw inputError("workload.encoder", `${kind} needs a threshold above 0, got ${threshold}`, "", "threshold");
  if (!Number.isFinite(gain)) throw inputError("workload.encoder", `got ${gain}, expected a number`, "", "gain");
}

function perFrame(
  features: Float32Array,
  inputs: number,
  stepsPerFrame: number,
  value: (frame: number, step: number, input: number) => number,
): Float64Array {
  const frames = features.length / inputs;
  const out = new Float64Array(frames * stepsPerFrame * inputs);
  for (let frame = 0; frame < frames; frame++) {
    for (let step = 0; step < stepsPerFrame; step++) {
      for (let i = 0; i < inputs; i++) out[(frame * stepsPerFrame + step) * inputs + i] = value(frame, step, i);
    }
  }
  return out;
}
