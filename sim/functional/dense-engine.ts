/**
 * Fast engine of gru and lstm: packs the network into its kernel's memory once, then runs whole utterances in one call each (long ones in a few).
 * Agrees bit for bit with `dense-cells`. Throws: InvariantError for a network of another system; Error when the package was not built.
 */

import { cellOf, SCORE_BITS, TANH_RANGE_BITS } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { signedMax } from "../../base/math/rounding.js";
import { log2, powerOfTwo } from "../../base/math.js";
import { instantiateKernel } from "../kernel/kernel-file.js";
import { ACTIVATION_FRACTION_BITS, GUARD_BITS, type IntegerGate, type IntegerLayer, type IntegerNetwork } from "./integer-network.js";
import { KernelMemory, placeProjection, rowsCannotOverflow, scaled } from "./kernel-layout.js";
import { type NetworkKernel, utteranceRunner } from "./kernel-run.js";
import type { UtteranceEngine, UtteranceRun } from "./utterance.js";

/** Accumulators of a neuron, in both cells. */
const ACCUMULATORS = 4;
/** Rows that a projection's padding may reach beyond its own. */
const SPARE_ROWS = 16;

/** Fast engine for a gru or lstm network; `storage` picks how weights lie in memory, for benchmarks and tests. */
export function createDenseEngine(network: IntegerNetwork, storage: "auto" | "dense" | "sparse" = "auto"): UtteranceEngine {
  if (cellOf(network.system).spiking) throw new InvariantError("dense engine", null, `no cell of a ${network.system} network`);
  const memory = new KernelMemory();
  const kernel = instantiateKernel("dense-cells", memory.memory) as NetworkKernel;
  const descriptor = placeNetwork(memory, network, storage);
  const run = utteranceRunner(memory, kernel, descriptor, {
    inputs: network.inputs,
    classes: network.classes,
    populations: network.layers.length + 2,
    // A neuron that fills a pair of lanes is written and dropped.
    neurons: network.inputs + network.layers.reduce((sum, layer) => sum + even(layer.neurons), 0),
  });
  return { run: (inputs): UtteranceRun => ({ ...run(inputs), membraneUpdates: null }) };
}

function even(count: number): number {
  return count + (count % 2);
}

function placeNetwork(memory: KernelMemory, network: IntegerNetwork, storage: "auto" | "dense" | "sparse"): number {
  const { precision, encoder, readout, classes } = network;
  const most = signedMax(precision.accumulatorBits);
  const layers = network.layers.flatMap((layer) => layerWords(memory, network, layer, most, storage));
  const sums = { sources: readout.weights.length / classes, blocks: [readout.weights] };
  const accumulators = new Int32Array(classes + SPARE_ROWS);
  const { factors, offsets } = scaled(readout.requantiser);
  return memory.place(
    Int32Array.from([
      memory.place(Int32Array.from(layers)),
      network.layers.length,
      network.inputs,
      classes,
      cellOf(network.system).kernel === "lstm" ? 1 : 0,
      precision.accumulatorBits,
      precision.accumulatorOverflow === "wrap" ? 1 : 0,
      encoder.limit,
      placeProjection(memory, sums, storage),
      memory.place(accumulators),
      accumulators.byteLength,
      memory.place(factors),
      memory.place(offsets),
      rowsCannotOverflow([{ ...sums, limit: encoder.limit, firstRow: 0 }], most) ? 1 : 0,
      signedMax(SCORE_BITS),
    ]),
  );
}

/** Gates in the accumulators' order; gru's recurrent sum of gate n has rows of its own at the end. */
function layerWords(
  memory: KernelMemory,
  network: IntegerNetwork,
  layer: IntegerLayer,
  most: number,
  storage: "auto" | "dense" | "sparse",
): number[] {
  const rows = even(layer.neurons);
  const isGru = cellOf(network.system).kernel === "gru";
  const [first, second, third, fourth] = layer.gates;
  const fed = isGru ? [third, first, second] : [first, second, third, fourth];
  const own = isGru ? [first, second, third] : fed;
  const input = { sources: layer.inputs, blocks: fed.map((gate) => padded(gate.inputWeights, layer.inputs)) };
  const recurrent = { sources: layer.neurons, blocks: own.map((gate) => padded(ownWeights(gate, layer), layer.neurons)) };
  const ownFirst = isGru ? rows : 0;
  const multiplier = new Float64Array(ACCUMULATORS * rows);
  const bias = new Float64Array(ACCUMULATORS * rows);
  const requantisers = [...fed.map((gate) => gate.requantiser), ...(isGru ? [third.recurrentRequantiser] : [])];
  for (const [gate, requantiser] of requantisers.entries()) {
    if (requantiser === null) continue;
    const { factors, offsets } = scaled(requantiser);
    multiplier.set(factors, gate * rows);
    bias.set(offsets, gate * rows);
  }
  const accumulators = new Int32Array(ACCUMULATORS * rows + SPARE_ROWS);
  const acc = memory.place(accumulators);
  const { limit } = layer.quantiser;
  const safe = rowsCannotOverflow(
    [
      { ...input, limit, firstRow: 0 },
      { ...recurrent, limit, firstRow: ownFirst },
    ],
    most,
  );
  return [
    rows,
    acc,
    accumulators.byteLength,
    placeProjection(memory, input, storage),
    placeProjection(memory, recurrent, storage),
    acc + ownFirst * 4,
    memory.place(multiplier),
    memory.place(bias),
    memory.place(new Float64Array(rows)),
    memory.allocate(rows * 8),
    0,
    safe ? 1 : 0,
    memory.place(Float64Array.from(scales(network, layer))),
    signedMax(layer.quantiser.stateBits),
    memory.place(layer.sigmoid),
    memory.place(layer.tanh),
    layer.tanh.length / 2,
  ];
}

/** A row of zeros more where the number of rows is odd: its neuron stays silent. */
function padded(weights: Int16Array, sources: number): Int16Array {
  const rows = weights.length / sources;
  if (rows % 2 === 0) return weights;
  const more = new Int16Array((rows + 1) * sources);
  more.set(weights);
  return more;
}

function ownWeights({ recurrentWeights }: IntegerGate, { neurons }: IntegerLayer): Int16Array {
  return recurrentWeights ?? new Int16Array(neurons * neurons);
}

/** Powers of two in the kernel's order: see `gru` and `lstm` there. */
function scales({ system, precision }: IntegerNetwork, { quantiser, tanh }: IntegerLayer): number[] {
  const { gateBits } = precision;
  const lutBits = log2(tanh.length);
  const fraction = quantiser.shift + ACTIVATION_FRACTION_BITS;
  const exponents =
    cellOf(system).kernel === "gru"
      ? [gateBits, -gateBits, -(gateBits + GUARD_BITS), fraction - gateBits, -quantiser.shift]
      : [0, -gateBits, fraction - 2 * gateBits, lutBits - fraction - TANH_RANGE_BITS, ACTIVATION_FRACTION_BITS - 2 * gateBits];
  return exponents.map((exponent) => powerOfTwo(exponent));
}
