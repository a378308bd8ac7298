/**
 * `npx tsx test/bench/timing.ts`: messages a second of the whole timing engine: cores with state-memory contention, queues and back-pressure, and
 * the flit-level network, saturated: 8 x 4 tiles of 4 cores, 8 % of the neurons fire a step. By network size with one neuron on each of 16 random
 * cores as targets; by fan-out with targets anywhere (random) or in a run of neurons around the source (clustered). Time and memory of the tables.
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
import { shared, sharedBytes } from "../../sweeps/engine/share.js";
import { chip, core, population, precision, randomTrace, recurrentTopology } from "../sim/timing/fixtures.js";
import { cpuSeconds, rates, repeat } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";

const CORES = 128;
const RATE = 0.08;
const MESSAGES = 400_000;

/** What a neuron's targets are. */
interface Wiring {
  readonly fanOut: number;
  /** `cores`: one neuron on each of `fanOut` random cores. */
  readonly kind: "cores" | "random" | "clustered";
}

/** [neurons][fanOut] ascending in a row. */
function targetsOf(neurons: number, { fanOut, kind }: Wiring): Uint32Array {
  const rng = createRng(1, "bench timing");
  const perCore = neurons / CORES;
  const targets = new Uint32Array(neurons * fanOut);
  const order = Array.from({ length: CORES }, (_, i) => i);
  for (let n = 0; n < neurons; n++) {
    const row = targets.subarray(n * fanOut, (n + 1) * fanOut);
    if (kind === "clustered") for (let k = 0; k < fanOut; k++) row[k] = (n + neurons - (fanOut >> 1) + k) % neurons;
    else if (kind === "random") {
      const drawn = new Set<number>();
      while (drawn.size < fanOut) drawn.add(rng.int(0, neurons - 1));
      row.set([...drawn]);
    } else {
      // a partial shuffle draws different cores
      for (let k = 0; k < fanOut; k++) {
        const swap = rng.int(k, CORES - 1);
        [order[k], order[swap]] = [order[swap], order[k]];
        row[k] = order[k] * perCore + rng.int(0, perCore - 1);
      }
    }
    row.sort();
  }
  return targets;
}

function saturated(neurons: number, wiring: Wiring): { on: Chip; topology: Topology; trace: SpikeTrace } {
  const { fanOut } = wiring;
  const rng = createRng(2, "bench timing");
  const rowStart = Uint32Array.from({ length: neurons + 1 }, (_, i) => i * fanOut);
  const targets = targetsOf(neurons, wiring);
  const net: Projection = { source: 0, target: 0, recurrent: true, sparse: { rowStart, targets } };
  const topology: Topology = { populations: [population("net", neurons, 0, { accumulators: 1 })], projections: [net] };
  const steps = Math.max(2, Math.round(MESSAGES / (neurons * RATE * Math.min(fanOut, 64)))) + 1;
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

const WORDS = { cores: "16 messages a spike", random: "random", clustered: "clustered" } as const;

async function saturatedRows(neurons: number, wiring: Wiring): Promise<Row[]> {
  const { on, topology, trace } = saturated(neurons, wiring);
  const perCore = neurons / CORES;
  const slices = on.cores.map(({ id }) => ({ population: 0, firstNeuron: id * perCore, neurons: perCore, core: id }));
  const made = placement(topology, "by hand", slices);
  const before = cpuSeconds();
  const program = buildProgram(on, made, precision);
  const fromBoard = cpuSeconds();
  const loaded = new CompiledBoard(on, made, program, trace, nocSpec(on));
  const buildSeconds = cpuSeconds() - before;
  const boardSeconds = cpuSeconds() - fromBoard;
  const tableBytes = sharedBytes(shared({ ...program, usedCores: [] }));
  const synapses = neurons * wiring.fanOut;
  if (loaded.cycle !== 0) throw new Error("a fresh board is at its beginning");
  let inject = "";
  let events = 0;
  const speeds = await repeat(
    () => {
      const board = new CompiledBoard(on, made, program, trace, nocSpec(on));
      const line = timeline(trace, [0]);
      const start = cpuSeconds();
      for (let wave = 0; wave < board.waves(line); wave++) board.runWave(line, wave);
      inject = `${(board.messages.packets / board.cycle).toFixed(1)} a cycle`;
      const seconds = cpuSeconds() - start;
      events = (trace.neuron.length * wiring.fanOut) / board.messages.packets;
      return board.messages.packets / seconds / 1e6;
    },
    { warmUps: 1, runs: 3 },
  );
  const many = `${neurons.toLocaleString("en-US")} neurons, `;
  const name = many + (wiring.kind === "cores" ? WORDS.cores : `fan-out ${wiring.fanOut} ${WORDS[wiring.kind]}`);
  const large = synapses > 4e6 && synapses < 5e6;
  return [
    row(`${name}, saturated (${inject})`, "M messages/s", "more", speeds, wiring.kind === "cores" ? 1.5 : null),
    ...(wiring.kind === "cores"
      ? []
      : [
          row(
            `${name}: synaptic events`,
            "M events/s",
            "more",
            speeds.map((speed) => speed * events),
          ),
        ]),
    row(`${name}: tables built and laid out`, "CPU s", "less", [buildSeconds], large ? 2 : null),
    row(`${name}: of it laid out`, "CPU s", "less", [boardSeconds]),
    row(`${name}: tables`, "bytes/synapse", "less", [tableBytes / synapses], large ? 36 : null), // 150 MB for 4.2 M synapses
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
  const sizes = [1024, 4096, 16_384, 65_536];
  for (const neurons of sizes) rows.push(...(await saturatedRows(neurons, { fanOut: 16, kind: "cores" })));
  for (const kind of ["clustered", "random"] as const)
    for (const fanOut of [64, 256]) for (const neurons of sizes) rows.push(...(await saturatedRows(neurons, { fanOut, kind })));
  const priced = await rates(() => {
    let count = 0;
    for (let round = 0; round < 5_000; round++) for (const on of points) if (estimate(on, precision, request, profile) !== null) count++;
    return count;
  });
  return [...rows, row("analytical model, 4 cores", "points/s", "more", priced, 10_000)];
});
