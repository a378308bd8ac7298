/**
 * Fast engine: packs an integer network into the kernel's memory once, then runs whole utterances in one call each (long ones in a few).
 * Agrees bit for bit with `reference`. Throws: Error when the package was not built.
 */
import type { IntegerLayer, IntegerNetwork, IntegerQuantiser, Requantiser } from "./integer-network.js";
import { SCORE_BITS } from "./integer-network.js";
import { instantiateKernel } from "./kernel-file.js";
import { KernelMemory, placeProjection, type RowBlocks } from "./kernel-layout.js";
import { signedMax } from "./rounding.js";
import type { UtteranceEngine, UtteranceRun } from "./utterance.js";

interface Kernel {
  reset(network: number): void;
  run(network: number, steps: number, inputs: number, events: number, starts: number, scores: number): void;
  takeOverflows(): number;
  takeSaturations(): number;
}

const LAYER_WORDS = 24;
const KIND = { encoder: 0, lif: 1, rec: 2, readout: 3 } as const;
/** A call runs at most this many steps, and fewer where the room for its events (8 bytes, every neuron in every step) is short. */
const CALL_STEPS = 256;
const EVENT_BYTES = 2 ** 22;

/** Fast engine for `network`; `storage` picks how weights lie in memory, for benchmarks and tests. */
export function createEngine(network: IntegerNetwork, storage: "auto" | "dense" | "sparse" = "auto"): UtteranceEngine {
  const memory = new KernelMemory();
  const kernel = instantiateKernel("integer-network", memory.memory) as Kernel;
  const descriptor = placeNetwork(memory, network, storage);
  const populations = network.layers.length + 2;
  const neurons = network.inputs + network.layers.reduce((sum, layer) => sum + layer.neurons, 0);
  const chunk = Math.max(1, Math.min(CALL_STEPS, Math.floor(EVENT_BYTES / (8 * neurons))));
  const inputsAt = memory.allocate(chunk * network.inputs * 4);
  const eventsAt = memory.allocate(chunk * neurons * 8 + 8);
  const startsAt = memory.allocate((chunk * populations + 1) * 4);
  const scoresAt = memory.allocate(chunk * network.classes * 4);

  return {
    run(inputs): UtteranceRun {
      const steps = inputs.length / network.inputs;
      const eventStart = new Uint32Array(steps * populations + 1);
      const scores = new Int32Array(steps * network.classes);
      const parts: Int32Array[] = [];
      let events = 0;
      kernel.reset(descriptor);
      kernel.takeOverflows();
      kernel.takeSaturations();
      for (let step = 0; step < steps; step += chunk) {
        const count = Math.min(chunk, steps - step);
        const buffer = memory.memory.buffer;
        new Int32Array(buffer, inputsAt).set(inputs.subarray(step * network.inputs, (step + count) * network.inputs));
        kernel.run(descriptor, count, inputsAt, eventsAt, startsAt, scoresAt);
        scores.set(new Int32Array(buffer, scoresAt, count * network.classes), step * network.classes);
        const starts = new Uint32Array(buffer, startsAt, count * populations + 1);
        for (let g = 1; g < starts.length; g++) eventStart[step * populations + g] = events + starts[g];
        const added = starts[starts.length - 1];
        parts.push(new Int32Array(buffer, eventsAt, added * 2).slice());
        events += added;
      }
      return {
        steps,
        eventStart,
        ...split(parts, events),
        scores,
        accumulatorOverflows: kernel.takeOverflows(),
        stateSaturations: kernel.takeSaturations(),
      };
    },
  };
}

function split(parts: readonly Int32Array[], events: number): { neuron: Uint32Array; payload: Int16Array } {
  const neuron = new Uint32Array(events);
  const payload = new Int16Array(events);
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) {
      neuron[at] = part[i];
      payload[at++] = part[i + 1];
    }
  }
  return { neuron, payload };
}

function placeNetwork(memory: KernelMemory, network: IntegerNetwork, storage: "auto" | "dense" | "sparse"): number {
  const { precision } = network;
  const layers = [encoderWords(memory, network)];
  let limit = network.encoder.limit;
  for (const layer of network.layers) {
    layers.push(layerWords(memory, network, layer, limit, storage));
    limit = layer.quantiser.limit;
  }
  layers.push(readoutWords(memory, network, limit, storage));
  const words = new Int32Array(layers.length * LAYER_WORDS);
  for (const [index, layer] of layers.entries()) words.set(layer, index * LAYER_WORDS);
  const header = [
    memory.place(words),
    layers.length,
    precision.accumulatorBits,
    precision.accumulatorOverflow === "wrap" ? 1 : 0,
    signedMax(precision.stateBits),
    precision.gateBits,
    memory.place(network.sigmoid),
    precision.lutBits,
    signedMax(SCORE_BITS),
    precision.leak === "shift" ? 1 : 0,
  ];
  return memory.place(Int32Array.from(header));
}

/** Words of a layer in the kernel's order: kind, neurons, acc, input, recurrent, multiplier, bias, shifts, quantiser, states, tau, last, safe. */
interface LayerWords {
  readonly kind: keyof typeof KIND;
  readonly neurons: number;
  readonly accumulators: number;
  readonly input: RowBlocks | null;
  readonly recurrent: RowBlocks | null;
  readonly requantisers: readonly Requantiser[];
  readonly quantiser: IntegerQuantiser | null;
  readonly tau: Int32Array | null;
  /** Largest payloads of input and own spikes, for the proof that no sum can leave the accumulator. */
  readonly limits: readonly [number, number];
}

function place(memory: KernelMemory, network: IntegerNetwork, storage: "auto" | "dense" | "sparse", layer: LayerWords): number[] {
  const { neurons, requantisers } = layer;
  const rows = Math.ceil((neurons * layer.accumulators) / 16) * 16;
  const multiplier = new Int32Array(rows);
  const bias = new BigInt64Array(rows);
  for (const [gate, requantiser] of requantisers.entries()) {
    multiplier.set(requantiser.multiplier, gate * neurons);
    for (let n = 0; n < neurons; n++) bias[gate * neurons + n] = BigInt(requantiser.bias[n]);
  }
  const zeros = (words: number): number => memory.place(new Int32Array(words));
  return [
    KIND[layer.kind],
    neurons,
    zeros(rows),
    layer.input === null ? 0 : placeProjection(memory, layer.input, storage),
    layer.recurrent === null ? 0 : placeProjection(memory, layer.recurrent, storage),
    memory.place(multiplier),
    memory.place(bias),
    requantisers[0]?.shift ?? 0,
    requantisers[1]?.shift ?? 0,
    layer.quantiser?.shift ?? 0,
    layer.quantiser?.theta ?? 0,
    layer.quantiser?.limit ?? 0,
    zeros(neurons),
    zeros(neurons),
    layer.tau === null ? 0 : memory.place(layer.tau),
    zeros(neurons * 2),
    0,
    cannotOverflow(layer, signedMax(network.precision.accumulatorBits)) ? 1 : 0,
  ];
}

/** True when even all largest payloads together keep every row's sum of |weight * payload| within `most`. */
function cannotOverflow(layer: LayerWords, most: number): boolean {
  const sums = new Float64Array(layer.neurons * layer.accumulators);
  for (const [index, projection] of [layer.input, layer.recurrent].entries()) {
    let row = 0;
    for (const block of projection?.blocks ?? []) {
      const { sources } = projection as RowBlocks;
      for (let i = 0; i < block.length; i++) sums[row + Math.floor(i / sources)] += Math.abs(block[i]) * layer.limits[index];
      row += block.length / sources;
    }
  }
  return sums.every((sum) => sum <= most);
}

function encoderWords(memory: KernelMemory, network: IntegerNetwork): number[] {
  const { inputs: neurons, encoder: quantiser } = network;
  const none = { input: null, recurrent: null, requantisers: [], tau: null, limits: [0, 0] } as const;
  return place(memory, network, "dense", { kind: "encoder", neurons, accumulators: 0, quantiser, ...none });
}

function layerWords(
  memory: KernelMemory,
  network: IntegerNetwork,
  layer: IntegerLayer,
  limit: number,
  storage: "auto" | "dense" | "sparse",
): number[] {
  const own = layer.gates.flatMap((gate) => (gate.recurrentWeights === null ? [] : [gate.recurrentWeights]));
  return place(memory, network, storage, {
    kind: network.system === "lif" ? "lif" : "rec",
    neurons: layer.neurons,
    accumulators: layer.gates.length,
    input: { sources: layer.inputs, blocks: layer.gates.map((gate) => gate.inputWeights) },
    recurrent: own.length === 0 ? null : { sources: layer.neurons, blocks: own },
    requantisers: layer.gates.map((gate) => gate.requantiser),
    quantiser: layer.quantiser,
    tau: layer.tau,
    limits: [limit, layer.quantiser.limit],
  });
}

function readoutWords(memory: KernelMemory, network: IntegerNetwork, limit: number, storage: "auto" | "dense" | "sparse"): number[] {
  const { weights, requantiser } = network.readout;
  return place(memory, network, storage, {
    kind: "readout",
    neurons: network.classes,
    accumulators: 1,
    input: { sources: weights.length / network.classes, blocks: [weights] },
    recurrent: null,
    requantisers: [requantiser],
    quantiser: null,
    tau: null,
    limits: [limit, 0],
  });
}
