/**
 * `npx tsx test/bench/noc.ts`: flit-hops per second of the network (one flit through one router), counters on, traffic
 * generation included.
 *
 * Process CPU time of one core; two warm-ups, then five runs.
 */
import { createRng } from "../../base/rng.js";
import { createNoc } from "../../sim/noc/create.js";
import type { NocKernel, NocSpec } from "../../sim/noc/noc.js";
import { networkOf } from "../sim/noc/spec.js";
import { rates } from "./harness/measure.js";
import { benchmark } from "./harness/program.js";
import { type Row, row } from "./harness/row.js";
import { drive, mesh, type Uniform } from "./harness/traffic.js";

interface Case extends Uniform {
  readonly name: string;
  readonly spec: NocSpec;
  /** M flit-hops/s of the compiled kernel. */
  readonly target: number | null;
}

const CASES: readonly Case[] = [
  { name: "8x8 V2 B8, 4-flit packets, half load", spec: mesh(8), flits: 4, rate: 0.174, cycles: 60_000, target: 14 },
  { name: "8x8 V2 B8, 4-flit packets, 0.3", spec: mesh(8), flits: 4, rate: 0.3, cycles: 40_000, target: null },
  { name: "8x8 V2 B8, 4-flit packets, 0.005", spec: mesh(8), flits: 4, rate: 0.005, cycles: 1_500_000, target: null },
  { name: "8x8 V2 B8, 1-flit packets, half load", spec: mesh(8), flits: 1, rate: 0.149, cycles: 60_000, target: null },
  { name: "4x4 V2 B8, 4-flit packets, half load", spec: mesh(4), flits: 4, rate: 0.31, cycles: 250_000, target: null },
];

/**
 * Single-flit messages of a saturated chip: every neuron has 16 random destination cores, 8 % fire a step. Cores queue
 * at most 32 messages ahead, so the network and not the waiting list is measured; a barrier a step.
 */
function driveSpikes(noc: NocKernel, cores: number, targets: Uint8Array, messages: number): number {
  const neurons = targets.length / 16;
  const perCore = neurons / cores;
  /** Messages of a step by core, as places in `targets`; how many are there, and sent. */
  const waiting = new Int32Array(cores * perCore * 16);
  const many = new Int32Array(cores);
  const sent = new Int32Array(cores);
  let state = 1;
  let total = 0;
  while (total < messages) {
    many.fill(0);
    sent.fill(0);
    let left = 0;
    for (let neuron = 0; neuron < neurons; neuron++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      if ((state >>> 16) % 100 >= 8) continue;
      const core = Math.floor(neuron / perCore);
      for (let i = 0; i < 16; i++) waiting[core * perCore * 16 + many[core]++] = neuron * 16 + i;
      left += 16;
    }
    total += left;
    while (left > 0 || noc.inFlight > 0) {
      for (let core = 0; core < cores; core++) {
        let space = many[core] === sent[core] ? 0 : Math.min(many[core] - sent[core], noc.injectionSpace(core));
        left -= space;
        for (; space > 0; space--) noc.inject(core, targets[waiting[core * perCore * 16 + sent[core]++]], 1, 0);
      }
      for (let cycle = 0; cycle < 16; cycle++) noc.step();
    }
  }
  return total;
}

await benchmark(import.meta.url, async () => {
  const rows: Row[] = [];
  const show = async (name: string, unit: string, target: number | null, work: () => number): Promise<void> => {
    const speeds = await rates(work);
    rows.push(
      row(
        `compiled: ${name}`,
        unit,
        "more",
        speeds.map((speed) => speed / 1e6),
        target,
      ),
    );
  };
  for (const one of CASES)
    await show(one.name, "M flit-hops/s", one.target, () => drive(createNoc(one.spec), one.spec.coresPerRouter.length, one));
  const tiles = networkOf({
    width: 8,
    height: 4,
    coresPerRouter: new Array<number>(32).fill(4),
    virtualChannels: 1,
    vcBufferFlits: 4,
    injectionQueuePackets: 32,
  });
  for (const neurons of [1024, 8192, 65_536]) {
    const random = createRng(1, "bench spikes");
    const targets = Uint8Array.from({ length: neurons * 16 }, () => random.int(0, 127));
    const name = `8x4 tiles x 4 cores, V1 B4, ${neurons.toLocaleString("en-US")} neurons, saturated`;
    await show(name, "M messages/s", 3, () => driveSpikes(createNoc(tiles), 128, targets, 400_000));
  }
  return rows;
});
