/**
 * Fast engine: packs an integer network into the kernel's memory once, then runs whole utterances in one call each (long ones in a few).
 * Agrees bit for bit with `reference`. Throws: Error when the package was not built.
 */
import { cellOf, SCORE_BITS } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";
import { signedMax } from "../../base/math/rounding.js";
import { log2 } from "../../base/math.js";
import { instantiateKernel } from "../kernel/kernel-file.js";
import type { IntegerLayer, IntegerNetwork, IntegerQuantiser, Requantiser } from "./integer-network.js";
import { KernelMemory, placeProjection, type RowBlocks, rowsCannotOverflow, scaled } from "./kernel-layout.js";
import { type NetworkKernel, utteranceRunner } from "./kernel-run.js";
import type { UtteranceEngine, UtteranceRun } from "./utterance.js";

const LAYER_WORDS = 28;
/** Word of a layer that says where its membrane changes are counted. */
const MOVED_WORD = 7;
/** Cells have the others: `kind` of arch/cells. */
const KIND = { encoder: 0, readout: 1 } as const;
/** Fast engine for `network`; `storage` picks how weights lie in memory, for benchmarks and tests. */
export function createEngine(network: IntegerNetwork, storage: "auto" | "dense" | "sparse" = "auto"): UtteranceEngine {
  const memory = new KernelMemory();
  const kernel = instantiateKernel("integer-network", memory.memory) as NetworkKernel;
  const { descriptor, moved } = placeNetwork(memory, network, storage);
  const populations = network.layers.length + 2;
  const neurons = network.inputs + network.layers.reduce((sum, layer) => sum + layer.neurons, 0);
  const run = utteranceRunner(memory, kernel, descriptor, { inputs: network.inputs, classes: network.classes, populations, neurons });
  return {
    run: (inputs): UtteranceRun => ({
      ...run(inputs),
      membraneUpdates: new Float64Array(memory.memory.buffer, moved, populations).slice(),
    }),
  };
}

/** For each mask of four lanes the byte places that bring its lanes to the front, in order. */
function frontPlaces(): Uint8Array {
  const places = new Uint8Array(16 * 16);
  for (let mask = 0; mask < 16; mask++) {
    const lanes = [0, 1, 2, 3].filter((lane) => (mask >> lane) & 1);
    for (const [at, lane] of lanes.entries()) for (let b = 0; b < 4; b++) places[mask * 16 + at * 4 + b] = lane * 4 + b;
  }
  return places;
}

function placeNetwork(
  memory: KernelMemory,
  network: IntegerNetwork,
  storage: "auto" | "dense" | "sparse",
): { descriptor: number; moved: number } {
  const { precision } = network;
  const moved = memory.allocate(8 * (network.layers.length + 2));
  const layers = [encoderWords(memory, network)];
  let limit = network.encoder.limit;
  for (const layer of network.layers) {
    layers.push(layerWords(memory, network, layer, limit, storage));
    limit = layer.quantiser.limit;
  }
  layers.push(readoutWords(memory, network, limit, storage));
  const words = new Int32Array(layers.length * LAYER_WORDS);
  for (const [index, layer] of layers.entries()) {
    words.set(layer, index * LAYER_WORDS);
    words[index * LAYER_WORDS + MOVED_WORD] = moved + 8 * index;
  }
  const header = [
    memory.place(words),
    layers.length,
    precision.accumulatorBits,
    precision.accumulatorOverflow === "wrap" ? 1 : 0,
    precision.gateBits,
    signedMax(SCORE_BITS),
    precision.leak === "shift" ? 1 : 0,
    memory.place(frontPlaces()),
  ];
  return { descriptor: memory.place(Int32Array.from(header)), moved };
}

/** A layer as it is placed; `place` has the kernel's order of words. */
interface LayerWords {
  readonly kind: number;
  readonly neurons: number;
  readonly accumulators: number;
  readonly input: RowBlocks | null;
  readonly recurrent: RowBlocks | null;
  readonly requantisers: readonly Requantiser[];
  readonly quantiser: IntegerQuantiser | null;
  readonly perNeuron: readonly (Int32Array | null)[];
  readonly sigmoid: Uint16Array;
  /** Largest payloads of input and own spikes, for the proof that no sum can leave the accumulator. */
  readonly limits: readonly [number, number];
}

function place(memory: KernelMemory, network: IntegerNetwork, storage: "auto" | "dense" | "sparse", layer: LayerWords): number[] {
  const { neurons, requantisers } = layer;
  const rows = Math.ceil((neurons * layer.accumulators) / 16) * 16;
  const multiplier = new Float64Array(rows);
  const bias = new Float64Array(rows);
  for (const [gate, requantiser] of requantisers.entries()) {
    const { factors, offsets } = scaled(requantiser);
    multiplier.set(factors, gate * neurons);
    bias.set(offsets, gate * neurons);
  }
  const fed = [layer.input, layer.recurrent].flatMap((blocks, index) =>
    blocks === null ? [] : [{ ...blocks, limit: layer.limits[index], firstRow: 0 }],
  );
  const zeros = (words: number): number => memory.place(new Int32Array(words));
  return [
    layer.kind,
    neurons,
    zeros(rows),
    layer.input === null ? 0 : placeProjection(memory, layer.input, storage),
    layer.recurrent === null ? 0 : placeProjection(memory, layer.recurrent, storage),
    memory.place(multiplier),
    memory.place(bias),
    0,
    0,
    layer.quantiser?.shift ?? 0,
    layer.quantiser?.theta ?? 0,
    layer.quantiser?.limit ?? 0,
    zeros(neurons),
    zeros(neurons),
    0,
    zeros(neurons * 2),
    0,
    rowsCannotOverflow(fed, signedMax(network.precision.accumulatorBits)) ? 1 : 0,
    requantisers[0]?.shift ?? 0,
    requantisers[1]?.shift ?? 0,
    signedMax(layer.quantiser?.stateBits ?? SCORE_BITS),
    layer.sigmoid.length === 0 ? 0 : memory.place(layer.sigmoid),
    layer.sigmoid.length === 0 ? 0 : log2(layer.sigmoid.length),
    0,
    ...layer.perNeuron.map((values) => (values === null ? 0 : memory.place(values))),
  ];
}

function encoderWords(memory: KernelMemory, network: IntegerNetwork): number[] {
  const { inputs: neurons, encoder: quantiser } = network;
  const none = { input: null, recurrent: null, requantisers: [], perNeuron: [], sigmoid: new Uint16Array(), limits: [0, 0] } as const;
  return place(memory, network, "dense", { kind: KIND.encoder, neurons, accumulators: 0, quantiser, ...none });
}

function layerWords(
  memory: KernelMemory,
  network: IntegerNetwork,
  layer: IntegerLayer,
  limit: number,
  storage: "auto" | "dense" | "sparse",
): number[] {
  const { kind } = cellOf(network.system);
  if (kind === null) throw new InvariantError("engine", null, `no spiking cell of a ${network.system} network`);
  const own = layer.gates.flatMap((gate) => (gate.recurrentWeights === null ? [] : [gate.recurrentWeights]));
  return place(memory, network, storage, {
    kind,
    neurons: layer.neurons,
    accumulators: layer.gates.length,
    input: { sources: layer.inputs, blocks: layer.gates.map((gate) => gate.inputWeights) },
    recurrent: own.length === 0 ? null : { sources: layer.neurons, blocks: own },
    requantisers: layer.gates.map((gate) => gate.requantiser),
    quantiser: layer.quantiser,
    perNeuron: layer.perNeuron,
    sigmoid: layer.sigmoid,
    limits: [limit, layer.quantiser.limit],
  });
}

function readoutWords(memory: KernelMemory, network: IntegerNetwork, limit: number, storage: "auto" | "dense" | "sparse"): number[] {
  const { weights, requantiser } = network.readout;
  return place(memory, network, storage, {
    kind: KIND.readout,
    neurons: network.classes,
    accumulators: 1,
    input: { sources: weights.length / network.classes, blocks: [weights] },
    recurrent: null,
    requantisers: [requantiser],
    quantiser: null,
    perNeuron: [],
    sigmoid: new Uint16Array(),
    limits: [limit, 0],
  });
}
