/**
 * Turns a float network and a precision into the integer network that a chip computes. Pure. Batch normalisation and
 * the real scale of spikes are folded into the weights, so accumulators add weight × integer payload. gru and lstm send
 * 8-bit activations in place of spikes.
 * Throws: InputError for spikes without an integer payload, and for widths outside the program's limits.
 * Source: Ponghiran & Roy, AAAI 2022, for the float equations; the integer meaning is this project's own.
 */

import {
  addressedPrecision,
  type BatchNorm,
  byStep,
  cellOf,
  folded,
  type Gate,
  largestWeight,
  leaksOf,
  limitOf,
  MULTIPLIER_MAGNITUDE_BITS,
  type Network,
  type NetworkLayer,
  type NeuronParameter,
  type Precision,
  type Quantiser,
  SIGMOID_RANGE,
  sigmoidTable,
  spikedTopology,
  stepOf,
  TANH_RANGE,
  tableStep,
  tanhTable,
  withSpikeBits,
} from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { bytesOf, canonicalJson, sha256 } from "../../base/hash.js";
import { leakShift, roundHalfAway, signedMax } from "../../base/math/rounding.js";
import { log2, powerOfTwo } from "../../base/math.js";
import { checkPrecision } from "./checked-widths.js";
import {
  ACTIVATION_BITS,
  ACTIVATION_FRACTION_BITS,
  FEATURE_FRACTION_BITS,
  GUARD_BITS,
  type IntegerGate,
  type IntegerLayer,
  type IntegerNetwork,
  type IntegerQuantiser,
  type IntegerReadout,
  inputUnit,
  type Requantiser,
  SCORE_UNITS,
} from "./integer-network.js";
import { NONE_OWN, type OwnPrecisions, precisionIn } from "./own-precision.js";
import { weightWords } from "./weight-words.js";
import { withPresent } from "./zeros.js";

export function quantise(network: Network, precision: Precision): IntegerNetwork {
  return quantiseLayers(network, precision, NONE_OWN);
}

/** The same, with other widths in some populations. */
export function quantiseLayers(trained: Network, precision: Precision, own: OwnPrecisions): IntegerNetwork {
  const precisions = populationsOf(trained).map((name) => precisionIn(name, precision, own));
  for (const one of [precision, ...precisions]) checkPrecision(one);
  const network = withSpikeBits(trained, (population) => precisions[population].spikeBits);
  checkLeak(network, precision);
  const dense = !cellOf(network.system).spiking;
  const { encoder, inputUnits, layers, source } = dense ? denseParts(network, precisions) : spikingParts(network, precisions);
  const readout = integerReadout(network, source, precisions[precisions.length - 1]);
  return {
    name: network.name,
    system: network.system,
    inputs: network.inputs,
    classes: network.classes,
    task: network.task,
    outputDelayFrames: network.outputDelayFrames,
    precision,
    precisions,
    encoder,
    inputUnits,
    layers,
    readout,
    topology: withPresent(spikedTopology(network, precision), layers, readout),
    key: networkKey(network, precision, precisions),
  };
}

/** Names of the populations, as in the topology. */
export function populationsOf({ layers }: Network): readonly string[] {
  return ["input", ...layers.map((_, index) => `layer${index + 1}`), "readout"];
}

/** Encoder and layers, and the real value of a payload of 1 of the last layer. */
interface Parts {
  readonly encoder: IntegerQuantiser;
  readonly inputUnits: Float64Array;
  readonly layers: readonly IntegerLayer[];
  readonly source: number;
}

/** `precisions`: those of input, layers, readout. */
function spikingParts(network: Network, precisions: readonly Precision[]): Parts {
  if (network.encoder === null) throw inputError(network.name, "the input has no spike quantiser", "train the model with one");
  const tables = tablesOf(precisions, false);
  let source = stepOf(network.encoder);
  const layers: IntegerLayer[] = [];
  for (const [index, layer] of network.layers.entries()) {
    if (layer.quantiser === null) throw inputError(network.name, "a layer has no spike quantiser", "train the model with one");
    layers.push(integerLayer(network, layer, layer.quantiser, source, precisions[index + 1], tables));
    source = stepOf(layer.quantiser);
  }
  const encoder = integerQuantiser(network.name, network.encoder, precisions[0]);
  return { encoder, inputUnits: new Float64Array(network.inputs).fill(encoder.unit), layers, source };
}

/** Real value of one unit of each feature's word: the smallest power of two with which its peak fits `limit` units. */
function featureUnits({ inputs, inputPeaks }: Network, limit: number): Float64Array {
  const usual = powerOfTwo(-FEATURE_FRACTION_BITS);
  return Float64Array.from({ length: inputs }, (_, i) => {
    const peak = inputPeaks?.[i] ?? 0;
    return peak > 0 ? inputUnit(peak, limit) : usual;
  });
}

/**
 * State words hold h (gru, |h| <= 1) with one integer bit, or c (lstm) with three. They have 7 + stateFractionBits
 * fraction bits, or as many as fit the word.
 */
function denseParts(network: Network, precisions: readonly Precision[]): Parts {
  const limit = signedMax(ACTIVATION_BITS);
  const activation = powerOfTwo(-ACTIVATION_FRACTION_BITS);
  const cell = cellOf(network.system);
  const integerBits = cell.stateIntegerBits ?? 0;
  const tables = tablesOf(precisions, true);
  const inputUnits = featureUnits(network, limit);
  const encoder = { stateBits: precisions[0].stateBits, shift: 0, theta: 0, limit, unit: powerOfTwo(-FEATURE_FRACTION_BITS) };
  const layers = network.layers.map((layer, index): IntegerLayer => {
    const widths = precisions[index + 1];
    const { stateBits, stateFractionBits, lutBits, accumulatorBits } = widths;
    const source = index === 0 ? inputUnits : new Float64Array(layer.inputs).fill(activation);
    const fraction = Math.min(ACTIVATION_FRACTION_BITS + stateFractionBits, stateBits - 1 - integerBits);
    const sigmoidUnit = tableStep(SIGMOID_RANGE, lutBits);
    const tanhUnit = tableStep(TANH_RANGE, lutBits);
    const gates = layer.gates.map((gate) => {
      if (gate.name === cell.splitGate) {
        const unit = tanhUnit / powerOfTwo(GUARD_BITS);
        const split = integerGate(gate, layer, source, activation, unit, widths);
        return { ...split, recurrentRequantiser: requantiser(split.weightStep, new Float64Array(layer.neurons), unit) };
      }
      return integerGate(gate, layer, source, activation, cell.gates[gate.name] === "tanh" ? tanhUnit : sigmoidUnit, widths);
    });
    const quantiser = { stateBits, shift: fraction - ACTIVATION_FRACTION_BITS, theta: 0, limit, unit: powerOfTwo(-fraction) };
    return { neurons: layer.neurons, inputs: layer.inputs, gates, quantiser, perNeuron: [], ...tables(lutBits), accumulatorBits };
  });
  return { encoder, inputUnits, layers, source: activation };
}

type Tables = (lutBits: number) => Pick<IntegerLayer, "sigmoid" | "tanh">;

/**
 * Sigmoid and tanh tables by size; layers with tables of the same size share them. `hasTanh`: whether the cells read a
 * tanh table.
 */
function tablesOf([{ gateBits }]: readonly Precision[], hasTanh: boolean): Tables {
  const made = new Map<number, ReturnType<Tables>>();
  return (lutBits) => {
    const known = made.get(lutBits);
    if (known !== undefined) return known;
    const pair = { sigmoid: sigmoidTable(lutBits, gateBits), tanh: hasTanh ? tanhTable(lutBits, gateBits) : new Int16Array() };
    made.set(lutBits, pair);
    return pair;
  };
}

function integerQuantiser(name: string, quantiser: Quantiser, precision: Precision): IntegerQuantiser {
  if (quantiser.bits > 8) {
    throw inputError(name, `spikes of ${quantiser.bits} bits have no integer payload here (1 to 8)`, "train with bits: 8 or fewer");
  }
  if (!(quantiser.range > 0))
    throw inputError(name, `spike quantiser's range is ${quantiser.range}, must be above 0`, "train the model further");
  const limit = limitOf(quantiser.bits);
  const shift = precision.stateFractionBits;
  return { stateBits: precision.stateBits, shift, theta: quantiser.theta, limit, unit: stepOf(quantiser) / powerOfTwo(shift) };
}

function integerLayer(
  { name, system }: Network,
  layer: NetworkLayer,
  quantiser: Quantiser,
  source: number,
  precision: Precision,
  tables: Tables,
): IntegerLayer {
  const own = integerQuantiser(name, quantiser, precision);
  const scales = cellOf(system).gates;
  const tableUnit = tableStep(SIGMOID_RANGE, precision.lutBits);
  const sources = new Float64Array(layer.inputs).fill(source);
  return {
    neurons: layer.neurons,
    inputs: layer.inputs,
    gates: layer.gates.map((gate) =>
      integerGate(gate, layer, sources, stepOf(quantiser), scales[gate.name] === "sigmoid" ? tableUnit : own.unit, precision),
    ),
    quantiser: own,
    perNeuron: cellOf(system).perNeuron.map((parameter) =>
      integerParameter(name, parameter, layer.perNeuron[parameter.name], own, precision),
    ),
    ...tables(precision.lutBits),
    accumulatorBits: precision.accumulatorBits,
  };
}

/** A leak rule for a network without leaks would be a parameter without effect, so it is an error. */
function checkLeak(network: Network, precision: Precision): void {
  if (precision.leak === "multiplier" || network.layers.some((layer) => leaksOf(network.system, layer) > 0)) return;
  throw inputError(
    "precision",
    `leak is ${precision.leak}, but ${network.name} (${network.system}) has no constant leak`,
    "set precision.leak: multiplier",
    "precision.leak",
  );
}

/** A parameter as integers; null if it has no effect on any neuron, so that no product is counted. */
function integerParameter(
  name: string,
  { name: parameter, kind, most }: NeuronParameter,
  values: Float32Array | undefined,
  { unit, stateBits }: IntegerQuantiser,
  precision: Precision,
): Int32Array | null {
  if (values === undefined || values.every((value) => value === (kind === "leak" ? 1 : 0))) return null;
  if (kind === "leak") return integerLeak(name, values, precision);
  const least = kind === "level" ? -most : 0;
  const wrong = values.find((value) => !(value >= least && value <= most));
  if (wrong !== undefined) throw inputError(name, `${parameter} is ${wrong}, expected ${least} to ${most}`, "clamp it while training");
  if (kind === "level") {
    const largest = signedMax(stateBits);
    return Int32Array.from(values, (value) => Math.max(-largest - 1, Math.min(largest, roundHalfAway(value / unit))));
  }
  return Int32Array.from(values, (value) => roundHalfAway(value * powerOfTwo(precision.stateFractionBits)));
}

function integerLeak(name: string, tau: Float32Array, { leak, gateBits }: Precision): Int32Array {
  const wrong = tau.find((value) => !(Math.abs(value) <= 1));
  if (wrong !== undefined) throw inputError(name, `a leak is ${wrong}, expected -1 to 1`, "clamp tau while training");
  if (leak !== "shift") return Int32Array.from(tau, (value) => roundHalfAway(value * powerOfTwo(gateBits)));
  const negative = tau.find((value) => value < 0);
  if (negative !== undefined)
    throw inputError(
      name,
      `a leak of ${negative} changes the sign, which no shift does`,
      "set precision.leak: multiplier",
      "precision.leak",
    );
  return Int32Array.from(tau, (value) => leakShift(1 - value));
}

/** Weights of a row times its scale and the real value of one unit of each source, `units` [sources]. */
function realRow(weights: Float32Array, row: number, scale: number, units: Float64Array): Float64Array {
  const sources = units.length;
  const real = new Float64Array(sources);
  for (let i = 0; i < sources; i++) real[i] = weights[row * sources + i] * scale * units[i];
  return real;
}

/**
 * Rows of one gate. `source` [inputs]: real value of one unit of each input; `own`: that of the layer's own neurons;
 * `unit`: real value of one pre-activation unit.
 */
function integerGate(gate: Gate, layer: NetworkLayer, source: Float64Array, own: number, unit: number, precision: Precision): IntegerGate {
  const { neurons, inputs } = layer;
  const inputWeights = new Int16Array(neurons * inputs);
  const recurrentWeights = gate.recurrentWeights === null ? null : new Int16Array(neurons * neurons);
  const weightStep = new Float64Array(neurons);
  const bias = new Float64Array(neurons);
  const ownUnits = new Float64Array(neurons).fill(own);
  const rows = Array.from({ length: neurons }, (_, row): readonly [real: Float64Array, own: Float64Array] => {
    const norm = folded(gate.inputNorm, row);
    bias[row] = norm.bias;
    return [
      realRow(gate.inputWeights, row, norm.scale, source),
      gate.recurrentWeights === null ? new Float64Array() : realRow(gate.recurrentWeights, row, 1, ownUnits),
    ];
  });
  const words = weightWords(rows, precision);
  for (const [row, [real, realOwn]] of rows.entries()) {
    weightStep[row] = words.stepOf([real, realOwn]);
    words.quantise(real, weightStep[row], inputWeights.subarray(row * inputs, (row + 1) * inputs));
    if (recurrentWeights !== null) words.quantise(realOwn, weightStep[row], recurrentWeights.subarray(row * neurons, (row + 1) * neurons));
  }
  return {
    name: gate.name,
    inputWeights,
    recurrentWeights,
    weightStep,
    requantiser: requantiser(weightStep, bias, unit),
    recurrentRequantiser: null,
  };
}

function integerReadout(network: Network, source: number, precision: Precision): IntegerReadout {
  const { classes, readout } = network;
  const inputs = readout.weights.length / classes;
  const weights = new Int16Array(readout.weights.length);
  const step = new Float64Array(classes);
  const bias = new Float64Array(classes);
  const units = new Float64Array(inputs).fill(source);
  const rows = Array.from({ length: classes }, (_, row): readonly [Float64Array] => {
    const norm = folded(readout.norm, row);
    bias[row] = norm.bias;
    return [realRow(readout.weights, row, norm.scale, units)];
  });
  const words = weightWords(rows, precision);
  for (const [row, [real]] of rows.entries()) {
    step[row] = words.stepOf([real]);
    words.quantise(real, step[row], weights.subarray(row * inputs, (row + 1) * inputs));
  }
  const { accumulatorBits } = precision;
  return { weights, requantiser: requantiser(step, bias, 1 / SCORE_UNITS), accumulatorBits, unit: 1 / SCORE_UNITS };
}

const MULTIPLIER_MOST = powerOfTwo(20) - 1;
const BIAS_MOST = powerOfTwo(51);
const SHIFT_MOST = 40;

/**
 * Requantiser of a gate. It has one shift, the largest that keeps every multiplier below 2^16; with coarse units,
 * multipliers at shift 0 may reach 2^20.
 */
export function requantiser(step: Float64Array, bias: Float64Array, unit: number): Requantiser {
  const most = largestWeight([step]) / unit;
  const shift = most === 0 ? 0 : Math.min(SHIFT_MOST, Math.max(0, Math.floor(log2((powerOfTwo(MULTIPLIER_MAGNITUDE_BITS) - 1) / most))));
  const scale = powerOfTwo(shift);
  const clamp = (value: number, bound: number): number => Math.max(-bound, Math.min(bound, value));
  return {
    multiplier: new Int32Array(step.map((s) => clamp(roundHalfAway((s / unit) * scale), MULTIPLIER_MOST))),
    bias: bias.map((b) => clamp(roundHalfAway((b / unit) * scale), BIAS_MOST)),
    shift,
  };
}

/** Content address of everything that `quantise` reads. */
function networkKey(network: Network, precision: Precision, precisions: readonly Precision[]): string {
  const arrays: Float32Array[] = [];
  const norm = (n: BatchNorm): number => {
    arrays.push(n.gamma, n.beta, n.mean, n.variance);
    return n.epsilon;
  };
  const shape = {
    name: network.name,
    system: network.system,
    ...byStep(network.system, { kernel: () => ({}), plugin: ({ by }) => ({ step: by.sha256 }) }),
    inputs: network.inputs,
    classes: network.classes,
    task: network.task,
    outputDelayFrames: network.outputDelayFrames,
    encoder: network.encoder === null ? null : { ...network.encoder },
    ...(network.inputPeaks && { inputPeaks: Array.from(network.inputPeaks) }),
    layers: network.layers.map((layer) => {
      const { tau, ...others } = layer.perNeuron;
      for (const values of [tau, ...Object.values(others)]) if (values !== undefined) arrays.push(values);
      return {
        neurons: layer.neurons,
        inputs: layer.inputs,
        tau: tau !== undefined,
        ...(Object.keys(others).length > 0 && { perNeuron: Object.keys(others) }),
        quantiser: layer.quantiser === null ? null : { ...layer.quantiser },
        gates: layer.gates.map((gate) => {
          arrays.push(gate.inputWeights);
          if (gate.recurrentWeights !== null) arrays.push(gate.recurrentWeights);
          return { name: gate.name, recurrent: gate.recurrentWeights !== null, epsilon: norm(gate.inputNorm) };
        }),
      };
    }),
    readout: norm(network.readout.norm),
    precision: addressedPrecision(precision),
    precisions: precisions.map(addressedPrecision),
  };
  arrays.push(network.readout.weights);
  return sha256(canonicalJson(shape), ...arrays.map(bytesOf));
}
