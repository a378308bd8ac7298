/**
 * The whole timing engine under load: 8 x 4 tiles of 4 cores, 8 % of the neurons fire a step. Neurons have one target
 * on each of `fanOut` random cores (`cores`), targets anywhere (`random`), or in a run of neurons around them
 * (`clustered`).
 */
import type { Chip, Projection, SpikeTrace, Topology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { CompiledBoard } from "../../../sim/board/compiled-chip.js";
import { placement } from "../../../sim/mapping/placement.js";
import { nocSpec } from "../../../sim/noc/chip-noc.js";
import { buildProgram } from "../../../sim/program/program.js";
import { timeline } from "../../../sim/program/timeline.js";
import { shared, sharedBytes } from "../../../sweeps/engine/share.js";
import { chip, core, population, precision } from "../../sim/board/fixtures.js";
import { cpuSeconds, repeat } from "./measure.js";
import { type Row, row } from "./row.js";

const CORES = 128;
const RATE = 0.08;
const MESSAGES = 400_000;

/** What a neuron's targets are. */
export interface Wiring {
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
      maxNeurons: Math.max(4096, neurons / CORES),
      eventOverheadCycles: 1,
      synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 30 },
      stateMemory: { ...core.stateMemory, sizeBits: 2 ** 26, banks: 2 },
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

/** Messages and events per second, and what the tables take. */
export async function saturatedRows(neurons: number, wiring: Wiring): Promise<Row[]> {
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
