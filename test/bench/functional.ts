/**
 * `npx tsx test/bench/functional.ts`: synaptic events a second of the integer engine, one core: in the running engine
 * (whole utterances: additions, neuron updates, events read back), and in the bare row addition on the same weights and
 * the same number of events. Process CPU time. "From memory" is 128 MiB of weights, beyond any second-level cache; a
 * server's last level may still hold them. "8 utterances by turns" is what batching could give: the bare additions of 8
 * utterances for 64 sources at a time, so that rows loaded once serve all. gru and lstm, 40 inputs and two layers of
 * 128: the kernel beside the plain TypeScript reference on the same frames.
 */

import type { Network } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { createDenseEngine } from "../../sim/functional/dense-engine.js";
import { createEngine } from "../../sim/functional/engine.js";
import type { IntegerNetwork } from "../../sim/functional/integer-network.js";
import { addProjection, type RowKernel } from "../../sim/functional/kernel-layout.js";
import { quantise } from "../../sim/functional/quantise.js";
import { KernelHost } from "../../sim/kernel/kernel-host.js";
import { createDenseCells } from "../oracles/dense-reference.js";
import { type Dense, randomDense } from "../sim/functional/random-dense.js";
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
  const { bare, byTurns } = bareMeps(network, one, Math.round(spikes / one.steps));
  const weights = fan.reduce((sum, n) => sum + n, 0);
  // Compressed rows are filled up to whole groups of four entries of a byte and two bytes for the place.
  const entries = fan.reduce((sum, n) => sum + 4 * Math.ceil(n / 4), 0);
  const weightBytes = one.storage === "dense" ? weights : entries * 3 + (one.inputs + 1) * 4;
  const [dense, share, bytes] = one.storage === "dense" ? [true, 60, 8] : [false, 80, 12];
  return [
    row(`${one.name}: engine`, "M events/s", "more", engineMeps, one.targetMeps),
    row(`${one.name}: bare kernel`, "M events/s", "more", bare),
    row(`${one.name}: engine of bare kernel`, "%", "more", [(100 * Math.max(...engineMeps)) / Math.max(...bare)], share),
    row(`${one.name}: 8 utterances by turns, of one by one`, "%", "more", [(100 * Math.max(...byTurns)) / Math.max(...bare)]),
    row(`${one.name}: weights in memory${dense ? "" : ", with their places"}`, "bytes/synapse", "less", [weightBytes / weights], bytes),
  ];
}

const LISTS = 8;
/** Sources whose rows serve all utterances before the next sources' rows are read. */
const TURN_SOURCES = 64;

interface BareKernel extends RowKernel {
  addExact(acc: number, projection: number, events: number, end: number): void;
}

/** The kernel calls it for layers of plug-ins only, of which there are none here. */
const noPlugin = (): never => {
  throw new Error("a layer of a plug-in, in a network without one");
};

/**
 * The row addition alone on the layer's own weights, M events/s: for one step after the other, and for as many
 * utterances by turns.
 */
function bareMeps(network: IntegerNetwork, one: Case, spikes: number): { readonly bare: number[]; readonly byTurns: number[] } {
  const host = new KernelHost<BareKernel>("integer-network", "an integer network", { stepLayer: noPlugin });
  const { kernel } = host;
  const layer = network.layers[0];
  const blocks = layer.gates.map((gate) => gate.inputWeights);
  const projection = addProjection(host, { sources: layer.inputs, blocks }, one.storage);
  const rng = createRng(2, "bench");
  let met = 0;
  const utterances = Array.from({ length: LISTS }, () => {
    const chosen = rng
      .shuffle(Array.from({ length: layer.inputs }, (_, i) => i))
      .slice(0, spikes)
      .sort((a, b) => a - b);
    if (one.fill === 1) met += spikes * blocks.length * layer.neurons;
    else
      for (const block of blocks)
        for (const i of chosen) for (let row = 0; row < layer.neurons; row++) if (block[row * layer.inputs + i] !== 0) met++;
    const events = host.place(Int32Array.from(chosen.flatMap((i) => [i, rng.int(4, 8)])));
    const turns = Array.from({ length: Math.ceil(layer.inputs / TURN_SOURCES) + 1 }, (_, turn) => {
      const before = chosen.findIndex((i) => i >= turn * TURN_SOURCES);
      return events + 8 * (before < 0 ? spikes : before);
    });
    return { acc: host.allocate(blocks.length * layer.neurons * 4), events, turns };
  });
  const turns = utterances[0].turns.length - 1;
  const repeats = Math.max(1, Math.ceil(one.steps / LISTS));
  const timed = (work: () => void): number => {
    const start = cpuSeconds();
    for (let r = 0; r < repeats; r++) work();
    return (met * repeats) / (cpuSeconds() - start) / 1e6;
  };
  const [bare, byTurns]: [number[], number[]] = [[], []];
  for (let round = -1; round < ROUNDS; round++) {
    const plain = timed(() => {
      for (const { events } of utterances) kernel.addExact(utterances[0].acc, projection, events, events + spikes * 8);
    });
    const turned = timed(() => {
      for (let t = 0; t < turns; t++) for (const { acc, turns: at } of utterances) kernel.addExact(acc, projection, at[t], at[t + 1]);
    });
    if (round < 0) continue;
    bare.push(plain);
    byTurns.push(turned);
  }
  return { bare, byTurns };
}

const FRAMES = 100;
const CELL_ROUNDS = 5;

/** Frames a second of the kernel, and how many times those of the reference. */
function cells(system: Dense): Row[] {
  const shape = { inputs: 40, neurons: [128, 128], classes: 20, fill: 1, gain: 1 };
  const network = quantise(randomDense(`bench-${system}`, system, shape), USUAL);
  const rng = createRng(4, "bench");
  const inputs = Int32Array.from({ length: shape.inputs * FRAMES }, () => Math.round(rng.normal() * 32));
  const [kernel, reference] = [createDenseEngine(network), createDenseCells(network)];
  const seconds = (work: () => void): number => {
    const start = cpuSeconds();
    work();
    return cpuSeconds() - start;
  };
  const rates: number[] = [];
  const ratios: number[] = [];
  for (let round = -1; round < CELL_ROUNDS; round++) {
    const slow = seconds(() => reference.run(inputs));
    // The clock of a process is coarse.
    const fast = seconds(() => Array.from({ length: 10 }, () => kernel.run(inputs))) / 10;
    if (round < 0) continue;
    rates.push(FRAMES / fast);
    ratios.push(slow / fast);
  }
  return [
    row(`${system}, 2 x 128: kernel`, "frames/s", "more", rates),
    row(`${system}, 2 x 128: kernel, times the reference`, "x", "more", ratios),
  ];
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
    layers: [{ neurons: one.neurons, inputs: one.inputs, gates: [gate("z"), gate("c")], quantiser, perNeuron: {} }],
    readout: { weights: new Float32Array(one.neurons).fill(0.1), norm: norm(1) },
  };
  return quantise(network, USUAL);
}

await benchmark(import.meta.url, () => [...CASES.flatMap(measure), ...cells("gru"), ...cells("lstm")]);
