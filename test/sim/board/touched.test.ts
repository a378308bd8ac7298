/** Updates of touched neurons: cycles to find them, and networks whose neurons may be skipped. */
import { expect, test } from "vitest";
import { type Chip, patchDocument, readArch, readModel, resolveModelPath, topologyOf } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, dense, population, precision, traceOf } from "./fixtures.js";

/** One input whose row reaches neurons of a layer of 20; each fires when the trace says so. */
const reaching = (targets: readonly number[], rests = true) => ({
  populations: [population("input", 1, 0, { states: 0 }), population("layer", 20, 1, { payloadBits: 0, rests })],
  projections: [
    { source: 0, target: 1, recurrent: false, sparse: { rowStart: Uint32Array.of(0, targets.length), targets: Uint32Array.from(targets) } },
  ],
});

function run(targets: readonly number[], scan: Partial<(typeof core)["scan"]>, units = 1, policy: "dense" | "touched" = "touched") {
  const topology = reaching(targets);
  const trace = traceOf(topology, [
    [
      [[0], []],
      [[], []],
    ],
  ]);
  const on = chip([1], { core: { scan: { ...core.scan, ...scan }, neuronUpdate: { ...core.neuronUpdate, policy, units } } });
  const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
  const { waveCycles, total } = runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace);
  const sum = (name: CoreCounter) =>
    total.cores.reduce((all, count, at) => all + (at % CORE_COUNTERS.length === coreColumn[name] ? count : 0), 0);
  return { wave: waveCycles[1], updates: sum("neuron_updates"), busy: sum("soma_busy_cycles") };
}

// The last batch is requested at the end of the search. Its state word and its accumulator word are in one bank: done 2
// cycles later; P 4, barrier 5.
test.each([
  ["one neuron in one chunk", [0], { chunkBits: 20 }, 1, 1 + 1],
  ["the same, a chunk takes 7", [0], { chunkBits: 20, cyclesPerChunk: 7 }, 1, 7 + 1],
  ["the same, a set bit takes 7", [0], { chunkBits: 20, cyclesPerSetBit: 7 }, 1, 1 + 7],
  ["the last batch waits for all chunks, wherever its neuron is", [0], { chunkBits: 4 }, 1, 5 + 1],
  ["the same at the other end", [19], { chunkBits: 4 }, 1, 5 + 1],
  ["one chunk more for one bit more", [19], { chunkBits: 19 }, 1, 2 + 1],
  ["two neurons: the second is found while the first is served", [0, 1], { chunkBits: 20 }, 1, 1 + 1 + 2],
  ["the same, a set bit takes as long as the service", [0, 1], { chunkBits: 20, cyclesPerSetBit: 2 }, 1, 1 + 2 + 2],
  ["the same, a set bit takes one cycle more", [0, 1], { chunkBits: 20, cyclesPerSetBit: 3 }, 1, 1 + 3 + 3],
  ["two neurons of one batch", [0, 1], { chunkBits: 20 }, 2, 1 + 2],
  ["two neurons in two chunks", [0, 19], { chunkBits: 10 }, 1, 2 + 2],
  ["two neurons in two chunks of 2 cycles", [0, 19], { chunkBits: 10, cyclesPerChunk: 2 }, 1, 3 + 3],
] as const)("%s", (_, targets, scan, units, search) => {
  const found = run(targets, scan, units);
  expect(found.updates).toBe(2 * targets.length + 2 * 1);
  const barrier = units === 2 ? 6 : 5; // P - A words, two each of states and accumulators, and one of a row's end
  expect(found.wave).toBe(search + 2 + 4 + barrier);
});

test("without a touched neuron there is no search, and a neuron that fires in the trace is not updated", () => {
  const topology = reaching([3]);
  const on = chip([1], { core: { neuronUpdate: { ...core.neuronUpdate, policy: "touched" } } });
  const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
  const trace = traceOf(topology, [
    [
      [[], [5]],
      [[], [3]],
    ],
  ]);
  const { total, waveCycles } = runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace);
  expect(total.cores[coreColumn.spikes_sent]).toBe(0);
  expect(total.cores[coreColumn.neuron_updates]).toBe(2);
  expect(Array.from(waveCycles).at(-1)).toBe(5);
});

const edge = `${packageRoot()}/arch/examples/edge.yaml`;
test.each(["mnist-rows-lif", "mnist-rows-rec-v2", "mnist-rows-gru"])(
  "%s, which has biases, is refused by name with what to type",
  (model) => {
    const values = {
      "tile.core.neuron_update.policy": "touched",
      "network.model": `${model}.safetensors`,
      "tile.core.synapse_memory.size_kib": 4096,
    };
    const experiment = patchDocument(readArch(edge), { ...values, "tile.core.state_memory.size_kib": 64, "tile.core.max_neurons": 1024 });
    const { network } = readModel(resolveModelPath(experiment.network.model, edge));
    if (!("layers" in network)) throw new Error("the shipped model is one of our own");
    const map = (chip: Chip) => mapNetwork(topologyOf(network, experiment.precision), chip, experiment.precision, experiment.mapping, null);
    expect(() => map(experiment.chip)).toThrow(
      /UPDATES_TOUCHED: policy touched, population layer1, .*; set tile.core.neuron_update.policy: dense/,
    );
    const [one] = experiment.chip.cores;
    const full = {
      ...experiment.chip,
      cores: experiment.chip.cores.map((core) => ({ ...core, neuronUpdate: { ...one.neuronUpdate, policy: "dense" as const } })),
    };
    expect(map(full).slices.length).toBeGreaterThan(3);
  },
);

test("dense rows touch a whole slice: its updates equal those of policy dense, plus the time of the search", () => {
  const topology = {
    populations: [population("input", 1, 0, { states: 0 }), population("layer", 20, 1, { payloadBits: 0 })],
    projections: [dense(0, 1)],
  };
  const trace = traceOf(topology, [[[[0], []]]]);
  const cycles = (policy: "dense" | "touched", chunkBits: number) => {
    const on = chip([1], { core: { scan: { ...core.scan, chunkBits }, neuronUpdate: { ...core.neuronUpdate, policy } } });
    const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
    return runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace).waveCycles[1];
  };
  // requests are 2 cycles apart (a state word and an accumulator word in one bank): a set bit is found meanwhile, but
  // not the first batch's chunk and bit
  expect(cycles("touched", 20) - cycles("dense", 20)).toBe(2);
  expect(cycles("touched", 10) - cycles("dense", 20)).toBe(2);
});
