/**
 * `npx tsx test/bench/functional.ts`: synaptic events a second of the integer engine, one core: in the running engine (whole utterances: additions, neuron updates, events
 * read back), and in the bare row addition on the same weights and the same number of events. Process CPU time.
 * "From memory" is 128 MiB of weights, beyond any second-level cache; a server's last level may still hold them.
 */
import { createRng, type Network } from "../../arch/index.js";
import { createEngine } from "../../sim/functional/engine.js";
import type { IntegerNetwork } from "../../sim/functional/integer-network.js";
import { instantiateKernel } from "../../sim/functional/kernel-file.js";
import { KernelMemory, placeProjection } from "../../sim/functional/kernel-layout.js";
import { quantise } from "../../sim/functional/quantise.js";
import { USUAL } from "../sim/functional/random-network.js";
import { collectGarbage, cpuSeconds } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

interface Case {
  readonly name: string;
  readonly inputs: number;
  readonly neurons: number;
  readonly fill: number;
  readonly storage: "dense" | "sparse";
  readonly steps: number;
  readonly targetMeps: number;
}

const CASES: readonly Case[] = [
  { name: "dense, in cache", inputs: 512, neurons: 256, fill: 1, storage: "dense", steps: 400, targetMeps: 4_000 },
  { name: "dense, from memory", inputs: 8_192, neurons: 8_192, fill: 1, storage: "dense", steps: 4, targetMeps: 1_000 },
  { name: "sparse, in cache", inputs: 1_024, neurons: 1_024, fill: 0.06, storage: "sparse", steps: 200, targetMeps: 700 },
];

const ROUNDS = 20;

/** Engine, bare kernel and their ratio; the first round compiles and does not count. */
function measure(one: Case): Row[] {
  collectGarbage();
  const network = wideNetwork(one);
  const engine = createEngine(network, one.storage);
  const rng = createRng(1, "bench");
  const inputs = Int32Array.from({ length: one.inputs * one.steps }, () => (rng.float() < 0.5 ? rng.int(256 * 4, 256 * 8) : 0));
  const layer = network.layers[0];
  const fan = new Float64Array(one.inputs);
  for (const gate of layer.gates)
    for (let i = 0; i < gate.inputWeights.length; i++) if (one.fill === 1 || gate.inputWeights[i] !== 0) fan[i % one.inputs]++;
  let events = 0;
  let spikes = 0;
  const first = engine.run(inputs);
  for (let step = 0; step < one.steps; step++) {
    for (let e = first.eventStart[step * 3]; e < first.eventStart[step * 3 + 1]; e++) {
      events += fan[first.neuron[e]];
      spikes++;
    }
    events += (first.eventStart[step * 3 + 2] - first.eventStart[step * 3 + 1]) * network.classes;
  }
  const engineMeps: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = cpuSeconds();
    engine.run(inputs);
    engineMeps.push(events / (cpuSeconds() - start) / 1e6);
  }
  const bare = bareMeps(network, one, Math.round(spikes / one.steps));
  const weights = fan.reduce((sum, n) => sum + n, 0);
  // Compressed rows are filled up to whole groups of four entries of a byte and two bytes for the place.
  const entries = fan.reduce((sum, n) => sum + 4 * Math.ceil(n / 4), 0);
  const weightBytes = one.storage === "dense" ? weights : entries * 3 + (one.inputs + 1) * 4;
  const [dense, share, bytes] = one.storage === "dense" ? [true, 60, 8] : [false, 80, 12];
  return [
    row(`${one.name}: engine`, "M events/s", "more", engineMeps, one.targetMeps),
    row(`${one.name}: bare kernel`, "M events/s", "more", bare),
    row(`${one.name}: engine of bare kernel`, "%", "more", [(100 * Math.max(...engineMeps)) / Math.max(...bare)], share),
    row(`${one.name}: weights in memory${dense ? "" : ", with their places"}`, "bytes/synapse", "less", [weightBytes / weights], bytes),
  ];
}

/** The row addition alone, called for one step after the other on the layer's own weights. */
function bareMeps(network: IntegerNetwork, one: Case, spikes: number): number[] {
  const memory = new KernelMemory();
  const kernel = instantiateKernel("row-additions", memory.memory) as {
    addExact(acc: number, projection: number, events: number, end: number): void;
  };
  const layer = network.layers[0];
  const blocks = layer.gates.map((gate) => gate.inputWeights);
  const projection = placeProjection(memory, { sources: layer.inputs, blocks }, one.storage);
  const acc = memory.allocate(blocks.length * layer.neurons * 4);
  const rng = createRng(2, "bench");
  let met = 0;
  const lists = Array.from({ length: 8 }, () => {
    const chosen = rng
      .shuffle(Array.from({ length: layer.inputs }, (_, i) => i))
      .slice(0, spikes)
      .sort((a, b) => a - b);
    if (one.fill === 1) met += spikes * blocks.length * layer.neurons;
    else
      for (const block of blocks)
        for (const i of chosen) for (let row = 0; row < layer.neurons; row++) if (block[row * layer.inputs + i] !== 0) met++;
    return memory.place(Int32Array.from(chosen.flatMap((i) => [i, rng.int(4, 8)])));
  });
  const meps: number[] = [];
  const repeats = Math.max(1, Math.ceil(one.steps / 8));
  for (let round = -1; round < ROUNDS; round++) {
    const start = cpuSeconds();
    for (let r = 0; r < repeats; r++) for (const events of lists) kernel.addExact(acc, projection, events, events + spikes * 8);
    if (round >= 0) meps.push((met * repeats) / (cpuSeconds() - start) / 1e6);
  }
  return meps;
}

/** One layer of rec-v1 whose weights are the benchmark; the readout is one class. */
function wideNetwork(one: Case): IntegerNetwork {
  const rng = createRng(3, "bench");
  const count = one.inputs * one.neurons;
  const norm = (n: number) => ({
    gamma: new Float32Array(n).fill(1),
    beta: new Float32Array(n),
    mean: new Float32Array(n),
    variance: new Float32Array(n).fill(1),
    epsilon: 0,
  });
  // A short random pattern, repeated: drawing 10^8 numbers would take longer than the benchmark.
  const pattern = Float32Array.from({ length: 65_537 }, () => (rng.float() < one.fill ? rng.normal() / Math.sqrt(one.inputs) : 0));
  const weights = new Float32Array(count);
  for (let i = 0; i < count; i++) weights[i] = pattern[i % pattern.length];
  const quantiser = { bits: 6, theta: 3, range: 32 };
  const gate = (name: string) => ({ name, inputWeights: weights, inputNorm: norm(one.neurons), recurrentWeights: null });
  const network: Network = {
    name: "bench",
    system: "rec-v1",
    inputs: one.inputs,
    classes: 1,
    task: "sequence",
    outputDelayFrames: 0,
    encoder: quantiser,
    layers: [{ neurons: one.neurons, inputs: one.inputs, gates: [gate("z"), gate("c")], quantiser, tau: null }],
    readout: { weights: new Float32Array(one.neurons).fill(0.1), norm: norm(1) },
  };
  return quantise(network, USUAL);
}

await benchmark(import.meta.url, () => CASES.flatMap(measure));
