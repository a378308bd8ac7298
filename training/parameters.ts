/**
 * A network during training: named float32 arrays (the optimiser's view), running statistics and quantiser ranges; and
 * its conversion from and to a finished `Network`. Weights are source-major, as the fused layer needs them; those of a
 * `Network` are target-major.
 */

import { type BatchNorm, cellOf, type Gate, gatesOf, type Network, type NetworkLayer, type Quantiser, type System } from "../arch/index.js";
import { roundToHalf } from "../base/half.js";
import { hypot } from "../base/math.js";
import type { Rng } from "../base/rng.js";
import { createRng } from "../base/rng.js";
import { learningOf, type TrainingConfig } from "./config.js";
import { BATCH_NORM_EPSILON, type LayerShape, type LayerWeights } from "./fused/layer.js";
import { createRange, type RangeTracker, rangeOf } from "./quantiser.js";

/** Running mean and variance of one batch norm. */
export interface RunningStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** Everything that training changes; a checkpoint holds this and the optimiser's moments. */
export interface LearningState {
  readonly shapes: readonly LayerShape[];
  readonly inputs: number;
  readonly classes: number;
  readonly layers: readonly LayerWeights[];
  /** [classes][neurons]. */
  readonly readout: Float32Array;
  readonly readoutGamma: Float32Array;
  readonly readoutBeta: Float32Array;
  readonly statistics: readonly RunningStatistics[];
  readonly readoutStatistics: RunningStatistics;
  readonly encoderRange: RangeTracker;
  readonly ranges: readonly RangeTracker[];
  /**
   * [layers] learned payloads up to which a layer is silent: real numbers, of which the integer part counts; null: they
   * are not learned, and the settings give them.
   */
  readonly thetas: Float32Array | null;
}

/** Largest silent payload of layer `l`. */
export const thetaOf = ({ thetas }: LearningState, settings: QuantiserSettings, l: number): number =>
  thetas === null ? settings.theta : Math.floor(thetas[l]);

/** Learned thresholds start half a payload above the integer, so that neither neighbour is nearer. */
export const learnedThetas = (whole: readonly number[]): Float32Array => Float32Array.from(whole, (theta) => theta + 0.5);

/** The arrays that the optimiser moves, in fixed order. */
export function trainableArrays(state: LearningState): Float32Array[] {
  const layers = state.layers.flatMap((w) => [w.inputT, w.recurrentT, w.gamma, w.beta, ...w.perNeuron]);
  return [...layers, state.readout, state.readoutGamma, state.readoutBeta, state.thetas].filter((array) => array !== null);
}

function uniform(rng: Rng, count: number, bound: number): Float32Array {
  return Float32Array.from({ length: count }, () => (2 * rng.float() - 1) * bound);
}

/** A random orthogonal n x n matrix times `gain`: Gram-Schmidt (twice, for accuracy) on normal numbers; row-major. */
function orthogonal(rng: Rng, n: number, gain: number): Float32Array {
  const rows: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    const v = Float64Array.from({ length: n }, () => rng.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const u of rows) {
        let dot = 0;
        for (let k = 0; k < n; k++) dot += u[k] * v[k];
        for (let k = 0; k < n; k++) v[k] -= dot * u[k];
      }
    }
    const norm = hypot(...v);
    rows.push(v.map((x) => x / norm));
  }
  return Float32Array.from(rows.flatMap((row) => Array.from(row, (x) => x * gain)));
}

/** Copies gate matrices [gate][out][in] into one source-major array [in][gates * out]. */
function sourceMajor(gates: readonly Float32Array[], outs: number, ins: number): Float32Array {
  const all = new Float32Array(gates.length * outs * ins);
  gates.forEach((w, g) => {
    for (let o = 0; o < outs; o++) for (let i = 0; i < ins; i++) all[i * gates.length * outs + g * outs + o] = w[o * ins + i];
  });
  return all;
}

function targetMajor(all: Float32Array, gates: number, gate: number, outs: number, ins: number): Float32Array {
  const w = new Float32Array(outs * ins);
  for (let o = 0; o < outs; o++) for (let i = 0; i < ins; i++) w[o * ins + i] = all[i * gates * outs + gate * outs + o];
  return w;
}

/**
 * New parameters: W Kaiming-uniform (He et al., ICCV 2015: bound sqrt(6 / inputs)), U orthogonal.
 */
export function initialise(config: TrainingConfig, inputs: number, classes: number): LearningState {
  const { system, neurons, recurrentGain } = config.network;
  const gates = gatesOf(system).length;
  const shapes = neurons.map((n, l) => ({ system, inputs: l === 0 ? inputs : neurons[l - 1], neurons: n }));
  const layers = shapes.map((shape, l): LayerWeights => {
    const rng = createRng(config.seed, `layer${l + 1}`);
    const bound = Math.sqrt(6 / shape.inputs);
    const input = Array.from({ length: gates }, () => uniform(rng, shape.neurons * shape.inputs, bound));
    const own = cellOf(system).recurrent ? Array.from({ length: gates }, () => orthogonal(rng, shape.neurons, recurrentGain)) : null;
    return {
      inputT: sourceMajor(input, shape.neurons, shape.inputs),
      recurrentT: own ? sourceMajor(own, shape.neurons, shape.neurons) : null,
      gamma: new Float32Array(gates * shape.neurons).fill(1),
      beta: new Float32Array(gates * shape.neurons),
      perNeuron: cellOf(system).perNeuron.map((parameter) => new Float32Array(shape.neurons).fill(learningOf(config, parameter).initial)),
    };
  });
  const last = neurons[neurons.length - 1];
  const statistics = (count: number): RunningStatistics => ({ mean: new Float32Array(count), variance: new Float32Array(count).fill(1) });
  return {
    shapes,
    inputs,
    classes,
    layers,
    readout: uniform(createRng(config.seed, "readout"), classes * last, Math.sqrt(0.01 / (last + classes))),
    readoutGamma: new Float32Array(classes).fill(1),
    readoutBeta: new Float32Array(classes),
    statistics: shapes.map((shape) => statistics(gates * shape.neurons)),
    readoutStatistics: statistics(classes),
    encoderRange: createRange(config.quantiser.inputFixedRange),
    ranges: shapes.map(() => createRange(config.quantiser.fixedRange)),
    thetas: config.quantiser.thetaLearned === true ? learnedThetas(shapes.map(() => config.quantiser.theta)) : null,
  };
}

const slice = (values: Float32Array, gate: number, count: number): Float32Array => values.slice(gate * count, (gate + 1) * count);

/** Bits and thresholds at an epoch. */
export interface QuantiserSettings {
  readonly bits: number;
  readonly theta: number;
  readonly inputBits: number;
  readonly inputTheta: number;
}

/** The network as it would be if training ended now, with its weight matrices rounded to the configured format. */
export function freeze(config: TrainingConfig, state: LearningState, settings: QuantiserSettings, task: Network["task"]): Network {
  const { system, weightFormat } = config.network;
  const stored = (weights: Float32Array): Float32Array => (weightFormat === "float16" ? weights.map(roundToHalf) : weights);
  const quantiser = (tracker: RangeTracker, bits: number, theta: number): Quantiser => ({ bits, theta, range: rangeOf(tracker) || 1 });
  const layers = state.shapes.map((shape, l): NetworkLayer => {
    const w = state.layers[l];
    const names = gatesOf(system);
    const gates = names.map((name, g): Gate => {
      const n = shape.neurons;
      const norm: BatchNorm = {
        gamma: slice(w.gamma, g, n),
        beta: slice(w.beta, g, n),
        mean: slice(state.statistics[l].mean, g, n),
        variance: slice(state.statistics[l].variance, g, n),
        epsilon: BATCH_NORM_EPSILON,
      };
      return {
        name,
        inputWeights: stored(targetMajor(w.inputT, names.length, g, n, shape.inputs)),
        inputNorm: norm,
        recurrentWeights: w.recurrentT ? stored(targetMajor(w.recurrentT, names.length, g, n, n)) : null,
      };
    });
    return {
      neurons: shape.neurons,
      inputs: shape.inputs,
      gates,
      quantiser: cellOf(system).spiking ? quantiser(state.ranges[l], settings.bits, thetaOf(state, settings, l)) : null,
      perNeuron: Object.fromEntries(cellOf(system).perNeuron.map(({ name }, k) => [name, w.perNeuron[k].slice()])),
    };
  });
  return {
    name: config.name,
    system,
    inputs: state.inputs,
    classes: state.classes,
    task,
    outputDelayFrames: config.network.outputDelayFrames,
    encoder: cellOf(system).spiking ? quantiser(state.encoderRange, settings.inputBits, settings.inputTheta) : null,
    layers,
    readout: {
      weights: stored(state.readout.slice()),
      norm: {
        gamma: state.readoutGamma.slice(),
        beta: state.readoutBeta.slice(),
        mean: state.readoutStatistics.mean.slice(),
        variance: state.readoutStatistics.variance.slice(),
        epsilon: BATCH_NORM_EPSILON,
      },
    },
  };
}

/** A frozen layer's weights in the form of the fused layer, with the statistics of its batch norms. */
export function layerWeights(system: System, layer: NetworkLayer): LayerWeights & { readonly frozen: RunningStatistics } {
  const joined = (of: (gate: Gate) => Float32Array): Float32Array => {
    const all = new Float32Array(layer.gates.length * layer.neurons);
    layer.gates.forEach((gate, g) => {
      all.set(of(gate), g * layer.neurons);
    });
    return all;
  };
  const own = layer.gates.map((gate) => gate.recurrentWeights).filter((w) => w !== null);
  return {
    inputT: sourceMajor(
      layer.gates.map((gate) => gate.inputWeights),
      layer.neurons,
      layer.inputs,
    ),
    recurrentT: own.length === 0 ? null : sourceMajor(own, layer.neurons, layer.neurons),
    gamma: joined((gate) => gate.inputNorm.gamma),
    beta: joined((gate) => gate.inputNorm.beta),
    perNeuron: cellOf(system).perNeuron.map(
      ({ name, kind }) => layer.perNeuron[name] ?? new Float32Array(layer.neurons).fill(kind === "leak" ? 1 : 0),
    ),
    // The layer adds an epsilon of its own; another epsilon in a foreign file is added to the variance.
    frozen: {
      mean: joined((gate) => gate.inputNorm.mean),
      variance: joined((gate) => gate.inputNorm.variance.map((v) => v + gate.inputNorm.epsilon - BATCH_NORM_EPSILON)),
    },
  };
}
