/**
 * `npx tsx test/bench/timing.ts`: messages a second of the whole timing engine: cores with state-memory contention, queues and back-pressure, and
 * the flit-level network, saturated: 8 x 4 tiles of 4 cores, every neuron sends to one neuron on each of 16 random cores, 8 % fire a step.
 *
 * Process CPU time of one core; one warm-up, then three runs. Below: points a second of the analytical model.
 */
import type { Chip, Projection, SpikeTrace, Topology } from "../../arch/index.js";
import { createRng } from "../../arch/index.js";
import { placement } from "../../sim/mapping/placement.js";
import { profileOf } from "../../sim/timing/activity-profile.js";
import { estimate } from "../../sim/timing/analytical.js";
import { nocSpec } from "../../sim/timing/chip.js";
import { CompiledBoard } from "../../sim/timing/compiled-chip.js";
import { buildProgram } from "../../sim/timing/program.js";
import { timeline } from "../../sim/timing/timeline.js";
import { chip, core, population, precision, randomTrace, recurrentTopology } from "../sim/timing/fixtures.js";
import { cpuSeconds, rates, repeat } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const CORES = 128;
const FAN_OUT = 16;
const RATE = 0.08;
const MESSAGES = 400_000;

function saturated(neurons: number): { on: Chip; topology: Topology; trace: SpikeTrace } {
  const rng = createRng(1, "bench timing");
  const perCore = neurons / CORES;
  const rowStart = Uint32Array.from({ length: neurons + 1 }, (_, i) => i * FAN_OUT);
  const targets = new Uint32Array(neurons * FAN_OUT);
  const order = Array.from({ length: CORES }, (_, i) => i);
  for (let n = 0; n < neurons; n++) {
    // a partial shuffle draws 16 different cores
    for (let k = 0; k < FAN_OUT; k++) {
      const swap = rng.int(k, CORES - 1);
      [order[k], order[swap]] = [order[swap], order[k]];
    }
    const row = order.slice(0, FAN_OUT).sort((a, b) => a - b);
    for (let k = 0; k < FAN_OUT; k++) targets[n * FAN_OUT + k] = row[k] * perCore + rng.int(0, perCore - 1);
  }
  const net: Projection = { source: 0, target: 0, recurrent: true, sparse: { rowStart, targets } };
  const topology: Topology = { populations: [population("net", neurons, 0, { accumulators: 1 })], projections: [net] };
  const steps = Math.max(2, Math.round(MESSAGES / (neurons * RATE * FAN_OUT))) + 1;
  const on = chip(Array(CORES / 4).fill(4), {
    core: {
      ...core,
      maxNeurons: 4096,
      eventOverheadCycles: 1,
      synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 26 },
      stateMemory: { ...core.stateMemory, sizeBits: 2 ** 22, banks: 2 },
    },
    noc: { width: 8, height: 4, virtualChannels: 1, flitWidthBits: 64 },
  });
  // a trace of its own: Uint32 neurons, events by step
  const eventStart = [0];
  const fired: number[] = [];
  for (let step = 0; step < steps; step++) {
    for (let n = 0; n < neurons; n++) if (rng.float() < RATE) fired.push(n);
    eventStart.push(fired.length);
  }
  const trace: SpikeTrace = {
    topology,
    stepStart: Uint32Array.of(0, steps),
    eventStart: Uint32Array.from(eventStart),
    neuron: Uint32Array.from(fired),
    payload: new Int16Array(fired.length).fill(1),
    key: "bench",
  };
  return { on, topology, trace };
}

async function saturatedRows(neurons: number): Promise<Row[]> {
  const { on, topology, trace } = saturated(neurons);
  const perCore = neurons / CORES;
  const slices = on.cores.map(({ id }) => ({ population: 0, firstNeuron: id * perCore, neurons: perCore, core: id }));
  const made = placement(topology, "by hand", slices);
  const before = cpuSeconds();
  const program = buildProgram(on, made, precision);
  const buildSeconds = cpuSeconds() - before;
  let inject = "";
  const speeds = await repeat(
    () => {
      const board = new CompiledBoard(on, made, program, trace, nocSpec(on));
      const line = timeline(trace, [0]);
      const start = cpuSeconds();
      for (let wave = 0; wave < board.waves(line); wave++) board.runWave(line, wave);
      inject = `${(board.messages.packets / board.cycle).toFixed(1)} a cycle`;
      return board.messages.packets / (cpuSeconds() - start) / 1e6;
    },
    { warmUps: 1, runs: 3 },
  );
  const name = `${neurons.toLocaleString("en-US")} neurons, 16 messages a spike`;
  return [
    row(`${name}, saturated (${inject})`, "M messages/s", "more", speeds, 1.5),
    row(`${name}: tables built`, "CPU s", "less", [buildSeconds]),
  ];
}

const topology = recurrentTopology(128);
const profile = profileOf(randomTrace(topology, [28], [0.2, 0.08, 0.06, 0], 1));
const points = [1, 2, 4, 8].map((lanes) =>
  chip([1, 1, 1, 1], {
    core: {
      lanes,
      maxNeurons: 512,
      synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 20 },
      stateMemory: { ...core.stateMemory, sizeBits: 2 ** 17 },
    },
    noc: { width: 2, height: 2 },
  }),
);
const request = { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
await benchmark(import.meta.url, async () => {
  const rows: Row[] = [];
  for (const neurons of [1024, 4096, 16_384, 65_536]) rows.push(...(await saturatedRows(neurons)));
  const priced = await rates(() => {
    let count = 0;
    for (let round = 0; round < 5_000; round++) for (const on of points) if (estimate(on, precision, request, profile) !== null) count++;
    return count;
  });
  return [...rows, row("analytical model, 4 cores", "points/s", "more", priced, 10_000)];
});
