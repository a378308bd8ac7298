/**
 * Fast engine of gru and lstm: packs the network into its kernel's memory once, then runs whole utterances in one call
 * each (long ones in a few). Agrees bit for bit with `dense-cells`. Throws: InvariantError for a network of another
 * system; Error when the package was not built.
 */

import { cellOf, kernelOf, SCORE_BITS, TANH_RANGE_BITS } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { signedMax } from "../../base/math/rounding.js";
import { log2, powerOfTwo } from "../../base/math.js";
import { KernelHost } from "../kernel/kernel-host.js";
import { ACTIVATION_FRACTION_BITS, GUARD_BITS, type IntegerGate, type IntegerLayer, type IntegerNetwork } from "./integer-network.js";
import type { Storage } from "./kernel-layout.js";
import { addSums, type NetworkKernel, utteranceRunner } from "./kernel-run.js";
import type { UtteranceEngine, UtteranceRun } from "./utterance.js";

interface DenseKernel extends NetworkKernel {
  setFeatures(count: number): void;
  setLimit(most: number): void;
  gruLayer(neurons: number, sums: number, ...scales: number[]): number;
  lstmLayer(neurons: number, sums: number, ...scales: number[]): number;
  /** Range of a layer's states and its tables of twice `half` entries. */
  setState(layer: number, most: number, sigmoid: number, tanh: number, half: number): void;
}

/** Fast engine for a gru or lstm network; only benchmarks and tests set `storage`. */
export function createDenseEngine(network: IntegerNetwork, storage: Storage = "auto"): UtteranceEngine {
  if (cellOf(network.system).spiking) throw new InvariantError("dense engine", null, `no cell of a ${network.system} network`);
  const host = new KernelHost<DenseKernel>("dense-cells", "an integer network");
  addNetwork(host, network, storage);
  const run = utteranceRunner(host, {
    inputs: network.inputs,
    classes: network.classes,
    populations: network.layers.length + 2,
    // includes the silent neuron that fills a pair of lanes
    neurons: network.inputs + network.layers.reduce((sum, layer) => sum + even(layer.neurons), 0),
  });
  return { run: (inputs): UtteranceRun => ({ ...run(inputs), membraneUpdates: null }) };
}

function even(count: number): number {
  return count + (count % 2);
}

function addNetwork(host: KernelHost<DenseKernel>, network: IntegerNetwork, storage: Storage): void {
  const { precision, encoder, readout, classes } = network;
  const { kernel } = host;
  kernel.setOverflow(precision.accumulatorOverflow === "wrap" ? 1 : 0);
  kernel.setFeatures(network.inputs);
  kernel.setLimit(encoder.limit);
  for (const layer of network.layers) addLayer(host, network, layer, storage);
  const input = { sources: readout.weights.length / classes, blocks: [readout.weights], limit: encoder.limit, firstRow: 0 };
  const sums = addSums(
    host,
    { input, recurrent: null, neurons: 0, requantisers: [readout.requantiser], rows: classes, accumulatorBits: readout.accumulatorBits },
    storage,
  );
  kernel.setReadout(sums, classes, signedMax(SCORE_BITS));
}

/**
 * Adds a layer; gates are in the accumulators' order. The recurrent sum of gru's gate n has rows of its own at the end.
 */
function addLayer(host: KernelHost<DenseKernel>, network: IntegerNetwork, layer: IntegerLayer, storage: Storage): void {
  const { kernel } = host;
  const rows = even(layer.neurons);
  const isGru = kernelOf(network.system) === "gru";
  const [first, second, third, fourth] = layer.gates;
  const fed = isGru ? [third, first, second] : [first, second, third, fourth];
  const own = isGru ? [first, second, third] : fed;
  const { limit, stateBits } = layer.quantiser;
  const input = { sources: layer.inputs, blocks: fed.map((gate) => padded(gate.inputWeights, layer.inputs)), limit, firstRow: 0 };
  const recurrentBlocks = own.map((gate) => padded(ownWeights(gate, layer), layer.neurons));
  const recurrent = { sources: layer.neurons, blocks: recurrentBlocks, limit, firstRow: isGru ? rows : 0 };
  const requantisers = [...fed.map((gate) => gate.requantiser), ...(isGru ? [third.recurrentRequantiser] : [])];
  const sums = addSums(host, { input, recurrent, neurons: rows, requantisers, rows, accumulatorBits: layer.accumulatorBits }, storage);
  const added = isGru
    ? kernel.gruLayer(rows, sums, ...gruScales(network, layer))
    : kernel.lstmLayer(rows, sums, ...lstmScales(network, layer));
  const [sigmoid, tanh] = [host.place(layer.sigmoid), host.place(layer.tanh)];
  kernel.setState(added, signedMax(stateBits), sigmoid, tanh, layer.tanh.length / 2);
}

/** Appends a row of zeros if the number of rows is odd: its neuron stays silent. */
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

/** Scales of a gru layer in the kernel's order. */
function gruScales({ precision }: IntegerNetwork, { quantiser }: IntegerLayer): number[] {
  const { gateBits } = precision;
  const fraction = quantiser.shift + ACTIVATION_FRACTION_BITS;
  return [gateBits, -gateBits, -(gateBits + GUARD_BITS), fraction - gateBits, -quantiser.shift].map(powerOfTwo);
}

/** Scales of an lstm layer in the kernel's order. */
function lstmScales({ precision }: IntegerNetwork, { quantiser, tanh }: IntegerLayer): number[] {
  const { gateBits } = precision;
  const fraction = quantiser.shift + ACTIVATION_FRACTION_BITS;
  const toIndex = log2(tanh.length) - fraction - TANH_RANGE_BITS;
  return [-gateBits, fraction - 2 * gateBits, toIndex, ACTIVATION_FRACTION_BITS - 2 * gateBits].map(powerOfTwo);
}
