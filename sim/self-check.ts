/**
 * Self-check of the arithmetic: a digest over results of every function of `base/math` and of a small network on its
 * compiled kernel. Computers with the same digest store the same bits. The first call takes about 10 ms.
 */
import type { Gate, Network, Precision } from "../arch/index.js";
import { bytesOf, sha256 } from "../base/hash.js";
import { cos, exp, expm1, hypot, log, log2, log10, pow, powerOfTwo, sin, tanh, wholePower } from "../base/math.js";
import { once } from "../base/once.js";
import { createDenseEngine, quantise } from "./functional/index.js";

const SAMPLES = 24;
const INPUTS = 4;
const NEURONS = 4;
const CLASSES = 2;
const STEPS = 6;
const PRECISION: Precision = {
  integers: "quantised",
  layers: {},
  weightBits: 8,
  weightScale: "max",
  stateBits: 16,
  stateFractionBits: 6,
  accumulatorBits: 24,
  accumulatorOverflow: "saturate",
  lutBits: 5,
  gateBits: 8,
  leak: "multiplier",
  spikeBits: null,
};

/** SHA-256; results of computers with the same value may be mixed. */
export const selfCheck = once((): string => sha256(bytesOf(functionValues()), ...kernelResults()));

/** Numbers in [-1, 1) without a pattern: fractional parts of multiples of the golden ratio. */
function scattered(count: number, from: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const multiple = (from + i) * 0.6180339887498949;
    return 2 * (multiple - Math.floor(multiple)) - 1;
  });
}

/** Arguments over many powers of two; angles and exponents near 0. */
function functionValues(): Float64Array {
  const values: number[] = [];
  scattered(SAMPLES, 1).forEach((share, i) => {
    const x = (1.5 + share / 2) * powerOfTwo(20 * i - 240);
    const y = 10 * share;
    values.push(log(x), log2(x), log10(x), pow(x, y / 4), hypot(x, y), wholePower(y, i % 7), Math.sqrt(x));
    values.push(exp(8 * y), expm1(y / 8), tanh(y / 4), sin(y), cos(1000 * y));
  });
  return Float64Array.from(values);
}

function kernelResults(): Uint8Array[] {
  const inputs = Int32Array.from(scattered(STEPS * INPUTS, 1000), (value) => Math.floor(400 * value));
  const { eventStart, neuron, payload, scores } = createDenseEngine(quantise(smallNetwork(), PRECISION)).run(inputs);
  return [eventStart, neuron, payload, scores].map(bytesOf);
}

function smallNetwork(): Network {
  const gates = ["r", "z", "n"].map(
    (name, g): Gate => ({
      name,
      inputWeights: scattered(NEURONS * INPUTS, 100 * g),
      inputNorm: norm(NEURONS, 100 * g + 50),
      recurrentWeights: scattered(NEURONS * NEURONS, 100 * g + 70),
    }),
  );
  return {
    name: "self-check",
    system: "gru",
    inputs: INPUTS,
    classes: CLASSES,
    task: "sequence",
    outputDelayFrames: 0,
    encoder: null,
    layers: [{ neurons: NEURONS, inputs: INPUTS, gates, quantiser: null, perNeuron: {} }],
    readout: { weights: scattered(CLASSES * NEURONS, 400), norm: norm(CLASSES, 450) },
  };
}

function norm(count: number, from: number): Gate["inputNorm"] {
  const part = (n: number): Float32Array => scattered(count, from + 7 * n);
  return { gamma: part(0), beta: part(1), mean: part(2), variance: part(3).map((value) => 1.5 + value), epsilon: 1e-5 };
}
