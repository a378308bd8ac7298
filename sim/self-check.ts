/**
 * The arithmetic's self-check: a digest over results of every function of `base/math`, over prices, and over two small networks on their compiled kernels.
 * Two computers with the same digest store the same bits; it takes a few milliseconds, and the program does it once when it is first asked.
 */
import { type Gate, type Network, type Precision, sramMacro } from "../arch/index.js";
import { bytesOf, sha256 } from "../base/hash.js";
import { cos, exp, expm1, hypot, log, log2, log10, pow, powerOfTwo, sin, tanh, wholePower } from "../base/math.js";
import { once } from "../base/once.js";
import { createRng, type Rng } from "../base/rng.js";
import { createDenseEngine } from "./functional/dense-engine.js";
import { createEngine } from "./functional/engine.js";
import { quantise } from "./functional/quantise.js";

const SAMPLES = 64;
const INPUTS = 6;
const NEURONS = 8;
const CLASSES = 3;
const STEPS = 12;
const PRECISION: Precision = {
  weightBits: 8,
  stateBits: 16,
  stateFractionBits: 6,
  accumulatorBits: 24,
  accumulatorOverflow: "saturate",
  lutBits: 8,
  gateBits: 8,
  leak: "multiplier",
  spikeBits: null,
};

/** SHA-256, the same on every computer whose results may be mixed. */
export const selfCheck = once((): string =>
  sha256(bytesOf(functionValues()), JSON.stringify(prices()), ...kernelResults("rec-v2"), ...kernelResults("gru")),
);

/** Arguments over many powers of two; angles and exponents near 0. */
function functionValues(): Float64Array {
  const rng = createRng(1, "self-check/functions");
  const values: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const x = (1 + rng.float()) * powerOfTwo(8 * i - 256);
    const y = 20 * rng.float() - 10;
    values.push(log(x), log2(x), log10(x), pow(x, y / 4), hypot(x, y), wholePower(y, i % 7), Math.sqrt(x));
    values.push(exp(8 * y), expm1(y / 8), tanh(y / 4), sin(y), cos(1000 * y), rng.normal());
  }
  return Float64Array.from(values);
}

function prices(): readonly object[] {
  return ([22, 28, 45, 90] as const).flatMap((nodeNm) =>
    [0.7, 1].map((voltageV) => {
      const technology = { nodeNm, sramCell: "lstp", voltageV, temperatureK: 350, clockMhz: 100, idle: "clocked" } as const;
      return sramMacro({ sizeBits: 40_000, wordBits: 48, banks: 4, ports: "1r1w" }, technology);
    }),
  );
}

function kernelResults(system: "rec-v2" | "gru"): Uint8Array[] {
  const network = quantise(smallNetwork(system), PRECISION);
  const rng = createRng(1, `self-check/${system}/inputs`);
  const inputs = Int32Array.from({ length: STEPS * INPUTS }, () => rng.int(-400, 400));
  const engine = system === "gru" ? createDenseEngine(network) : createEngine(network);
  const { eventStart, neuron, payload, scores } = engine.run(inputs);
  return [eventStart, neuron, payload, scores].map(bytesOf);
}

function smallNetwork(system: "rec-v2" | "gru"): Network {
  const rng = createRng(1, `self-check/${system}`);
  const quantiser = system === "gru" ? null : { bits: 4, theta: 1, range: 1.5 };
  const gates = (system === "gru" ? ["r", "z", "n"] : ["z", "c"]).map(
    (name): Gate => ({
      name,
      inputWeights: normals(rng, NEURONS * INPUTS),
      inputNorm: norm(rng, NEURONS),
      recurrentWeights: normals(rng, NEURONS * NEURONS),
    }),
  );
  return {
    name: "self-check",
    system,
    inputs: INPUTS,
    classes: CLASSES,
    task: "sequence",
    outputDelayFrames: 0,
    encoder: quantiser,
    layers: [{ neurons: NEURONS, inputs: INPUTS, gates, quantiser, tau: null }],
    readout: { weights: normals(rng, CLASSES * NEURONS), norm: norm(rng, CLASSES) },
  };
}

function normals(rng: Rng, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => rng.normal() / 2);
}

function norm(rng: Rng, count: number): Gate["inputNorm"] {
  const [gamma, beta, mean] = [normals(rng, count), normals(rng, count), normals(rng, count)];
  return { gamma, beta, mean, variance: Float32Array.from({ length: count }, () => 0.5 + rng.float()), epsilon: 1e-5 };
}
