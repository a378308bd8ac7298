/** Random networks, precisions and samples for tests, from one seed each. */

import {
  type BatchNorm,
  cellOf,
  type Gate,
  type Network,
  type PerNeuron,
  type Precision,
  type Samples,
  type System,
} from "../../../arch/index.js";
import { createRng, type Rng } from "../../../base/rng.js";
import type { OwnPrecisions } from "../../../sim/functional/own-precision.js";
import { populationsOf } from "../../../sim/functional/quantise.js";

export type SpikingSystem = Extract<System, "lif" | "alif" | "rec-v1" | "rec-v2">;

export interface NetworkShape {
  readonly system: SpikingSystem;
  readonly inputs: number;
  readonly neurons: readonly number[];
  readonly classes: number;
  readonly bits: number;
  readonly theta: number;
  /** Share of weights that are not zero. */
  readonly fill: number;
  /** Scale of the weights: about 1 is a working network, larger ones saturate. */
  readonly gain: number;
}

const floats = (count: number, next: () => number): Float32Array => Float32Array.from({ length: count }, next);

function norm(rng: Rng, count: number): BatchNorm {
  return {
    gamma: floats(count, () => rng.normal() * 0.5 + 0.8),
    beta: floats(count, () => rng.normal() * 0.3),
    mean: floats(count, () => rng.normal() * 0.2),
    variance: floats(count, () => 0.2 + rng.float()),
    epsilon: 1e-5,
  };
}

/** Each parameter exists with probability 0.7; without it the cell does not leak, or does not adapt. */
function perNeuronOf(rng: Rng, system: SpikingSystem, neurons: number): PerNeuron {
  const given = cellOf(system).perNeuron.filter(() => rng.float() < 0.7);
  return Object.fromEntries(given.map(({ name, kind }) => [name, floats(neurons, () => rng.float() * (kind === "gain" ? 1.5 : 1))]));
}

export function randomNetwork(seed: number | string, shape: NetworkShape): Network {
  const rng = createRng(seed, "network");
  const weights = (rows: number, columns: number): Float32Array =>
    floats(rows * columns, () => (rng.float() < shape.fill ? (rng.normal() * shape.gain) / Math.sqrt(columns * shape.fill) : 0));
  const gates = { lif: ["i"], alif: ["i"], "rec-v1": ["z", "c"], "rec-v2": ["z", "c"] }[shape.system];
  const quantiser = { bits: shape.bits, theta: shape.theta };
  const layers = shape.neurons.map((neurons, index) => {
    const inputs = index === 0 ? shape.inputs : shape.neurons[index - 1];
    return {
      neurons,
      inputs,
      gates: gates.map(
        (name): Gate => ({
          name,
          inputWeights: weights(neurons, inputs),
          inputNorm: norm(rng, neurons),
          recurrentWeights: shape.system === "rec-v2" || shape.system === "alif" ? weights(neurons, neurons) : null,
        }),
      ),
      quantiser: { ...quantiser, range: 0.5 + 2 * rng.float() },
      perNeuron: perNeuronOf(rng, shape.system, neurons),
    };
  });
  const last = shape.neurons[shape.neurons.length - 1];
  return {
    name: `random-${seed}`,
    system: shape.system,
    inputs: shape.inputs,
    classes: shape.classes,
    task: "sequence",
    outputDelayFrames: 0,
    encoder: { ...quantiser, range: 1 + rng.float() },
    layers,
    readout: { weights: weights(shape.classes, last), norm: norm(rng, shape.classes) },
  };
}

/** The network with biases that leave every silent neuron at 0: no biases, or none above 0 if only those move it. */
export function resting(network: Network): Network {
  const { movedBy } = cellOf(network.system);
  const still = (norm: BatchNorm, by: "any" | "positive"): BatchNorm => ({
    ...norm,
    mean: norm.mean.map(() => 0),
    beta: norm.beta.map((beta) => (by === "any" ? 0 : -Math.abs(beta))),
  });
  const layers = network.layers.map((layer) => ({
    ...layer,
    gates: layer.gates.map((gate) => {
      const by = movedBy?.[gate.name];
      return by === undefined ? gate : { ...gate, inputNorm: still(gate.inputNorm, by) };
    }),
  }));
  return { ...network, layers, readout: { ...network.readout, norm: still(network.readout.norm, "any") } };
}

export function randomFeatures(seed: number | string, count: number, gain: number): Float32Array {
  const rng = createRng(seed, "features");
  return floats(count, () => (rng.float() < 0.4 ? 0 : rng.normal() * gain));
}

/** A data set of `utterances` random sequences of 1 to `longest` frames. */
export function randomSamples(seed: number | string, network: Network, utterances: number, longest: number): Samples {
  const rng = createRng(seed, "samples");
  const frameStart = new Uint32Array(utterances + 1);
  for (let u = 0; u < utterances; u++) frameStart[u + 1] = frameStart[u] + rng.int(1, longest);
  const frames = frameStart[utterances];
  return {
    name: `random-${seed}`,
    inputs: network.inputs,
    classes: network.classes,
    task: network.task,
    features: randomFeatures(seed, frames * network.inputs, 1),
    frameStart,
    labels: Int32Array.from({ length: network.task === "sequence" ? utterances : frames }, () => rng.int(0, network.classes - 1)),
    hash: `random-${seed}`,
  };
}

/** Widths for the populations, input first, whose entry is not null; there may be more entries than populations. */
export function ownOf(network: Network, precisions: readonly (Precision | null)[]): OwnPrecisions {
  const named = populationsOf(network).map((name, p) => [name, precisions[p] ?? null] as const);
  return new Map(named.flatMap(([name, precision]) => (precision === null ? [] : [[name, precision] as const])));
}

export const WIDE: Precision = {
  integers: "quantised",
  layers: {},
  weightBits: 16,
  weightScale: "max",
  stateBits: 24,
  stateFractionBits: 12,
  accumulatorBits: 32,
  accumulatorOverflow: "saturate",
  lutBits: 12,
  gateBits: 15,
  leak: "multiplier",
  spikeBits: null,
};

export const USUAL: Precision = {
  integers: "quantised",
  layers: {},
  weightBits: 8,
  weightScale: "max",
  stateBits: 16,
  stateFractionBits: 8,
  accumulatorBits: 24,
  accumulatorOverflow: "saturate",
  lutBits: 8,
  gateBits: 8,
  leak: "multiplier",
  spikeBits: null,
};
