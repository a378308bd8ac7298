/**
 * Terms of the analytical model on chips that are computed by hand: every step is alike, one part decides a wave's
 * length, and a change of the chip lengthens it by a formula of the description (docs/timing.md), on the board, too.
 */
import { expect, test } from "vitest";
import type { Chip, Core, MappingRequest, Noc, SpikeTrace } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { type CoreCounter, coreSum, routerColumn } from "../../../sim/counters.js";
import { profileOf } from "../../../sim/expect/activity-profile.js";
import { type Estimate, estimate } from "../../../sim/expect/analytical.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, dense, population, precision, traceOf } from "../board/fixtures.js";

const STEPS = 4;
const CAUSES = [
  ...["soma_busy_cycles", "neuron_updates", "synapse_busy_cycles", "synapse_stall_memory_cycles"],
  ...["synapse_reads", "synaptic_adds", "synaptic_macs", "spikes_received"],
] as CoreCounter[];

interface Case {
  readonly on: Chip;
  /** Neurons of the inputs and of the layer that they feed, densely; the inputs that fire in each step. */
  readonly inputs: number;
  readonly targets: number;
  readonly fires: readonly number[];
  /** True if the layer's matrix is held as rows, and all of its weights are 0. */
  readonly isEmpty?: boolean;
}
const all = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

function traceFor({ inputs, targets, fires, isEmpty }: Case): SpikeTrace {
  const without = { ...dense(0, 1), sparse: { rowStart: new Uint32Array(inputs + 1), targets: new Uint32Array(0) } };
  const topology = {
    populations: [population("in", inputs, 0), population("out", targets, 1)],
    projections: [isEmpty ? without : dense(0, 1)],
  };
  return traceOf(topology, [Array.from({ length: STEPS }, () => [fires, []])]);
}

/** Neurons go to the cores in turn; each core is full. */
function requestFor({ on, inputs, targets }: Case): MappingRequest {
  const placed = targets + (on.port === null ? inputs : 0);
  return { strategy: "sequential", manual: {}, maxNeuronsPerCore: on.cores.length === 1 ? null : placed / on.cores.length, seed: 1 };
}

function estimated(at: Case): Estimate {
  const expected = estimate(at.on, precision, requestFor(at), profileOf(traceFor(at)));
  if (expected === null) throw new Error("the network does not fit");
  return expected;
}
const waveOf = (at: Case): number => estimated(at).cyclesPerUtterance / STEPS;

function ranWaveOf(at: Case): number {
  const trace = traceFor(at);
  const run = runTiming(at.on, mapNetwork(trace.topology, at.on, precision, requestFor(at), trace), precision, trace);
  return Number(run.cyclesPerUtterance) / STEPS;
}

/** Both models take `more` cycles longer per wave with `after` than with `before`, within a cycle. */
function expectLonger(name: string, before: Case, after: Case, more: number): void {
  expect(Math.abs(waveOf(after) - waveOf(before) - more), `${name}: estimate`).toBeLessThan(0.2);
  expect(Math.abs(ranWaveOf(after) - ranWaveOf(before) - more), `${name}: board`).toBeLessThanOrEqual(1);
}

/** A barrier that is longer than what the cores have to write. */
const barrier = { baseCycles: 30 };
const { synapseMemory, stateMemory, neuronUpdate } = core;

test("what a spike passes once on its way costs a wave its cycles once, what it passes twice costs them twice", () => {
  const one = (changes: Partial<Core>): Case => ({ on: chip([1], { core: changes, barrier }), inputs: 1, targets: 1, fires: [0] });
  const onOne: readonly [string, Partial<Core>, number][] = [
    ["accumulate depth", { accumulateDepthCycles: core.accumulateDepthCycles + 4 }, 4],
    ["look-up", { eventOverheadCycles: core.eventOverheadCycles + 4 }, 4],
    ["first weight", { synapseMemory: { ...synapseMemory, readLatencyCycles: synapseMemory.readLatencyCycles + 3 } }, 3],
    ["state, by soma and synapse unit", { stateMemory: { ...stateMemory, readLatencyCycles: stateMemory.readLatencyCycles + 3 } }, 2 * 3],
    ["neuron pipeline", { neuronUpdate: { ...neuronUpdate, pipelineDepthCycles: neuronUpdate.pipelineDepthCycles + 5 } }, 5],
  ];
  for (const [name, changes, more] of onOne) expectLonger(name, one({}), one(changes), more);
  const two = (noc: Partial<Noc>): Case => ({
    on: chip([1, 1], { core: { maxNeurons: 2 }, noc, barrier }),
    ...{ inputs: 2, targets: 2, fires: [0, 1] },
  });
  const dies = (latencyCycles: number): Partial<Noc> => ({ dies: { columns: 2, rows: 1, bitsPerCycle: 32, latencyCycles } });
  expectLonger("link", two({}), two({ linkCycles: 5 }), 4);
  for (const stage of ["routing", "vcAllocation", "switchAllocation", "switchTraversal"] as const)
    expectLonger(`${stage} in two routers`, two({}), two({ [`${stage}DelayCycles`]: 3 }), 2 * 2);
  expectLonger("link between dies", two(dies(4)), two(dies(24)), 20);
  expectLonger("barrier", two({}), { ...two({}), on: { ...two({}).on, barrier: { baseCycles: 39, perCoreCycles: 3 } } }, 9 + 2 * 2);
});

test("spikes that meet no weight, because all are 0 in rows that leave zeros out, cost a wave nothing", () => {
  const some = (fires: readonly number[]): Case => ({ on: chip([1], { barrier }), inputs: 5, targets: 3, fires, isEmpty: true });
  expectLonger("five spikes", some([]), some(all(5)), 0);
  const { counters } = estimated(some(all(5)));
  expect(counters.cores.every(Number.isFinite)).toBe(true);
  // with weights they do
  expect(waveOf({ ...some(all(5)), isEmpty: false })).toBeGreaterThan(waveOf(some(all(5))) + 5);
});

test("a part that every spike needs costs a wave that part's cycles for each further spike", () => {
  const spikes = (n: number, on: Chip, targets: number): Case => ({ on, inputs: n, targets, fires: all(n) });
  const bits = 24 + 6; // header and payload
  const port = { tile: 0, bitsPerCycle: 1, latencyCycles: 5, packetBits: null, queueDepth: 64 };
  const behind = (n: number, change: Partial<NonNullable<Chip["port"]>>, cores = 1): Case =>
    spikes(n, chip(Array(cores).fill(1), { core: { maxNeurons: 4 / cores }, port: { ...port, ...change }, barrier }), 4);
  expectLonger("port", behind(8, {}), behind(16, {}), 8 * bits);
  expectLonger("port at half speed", behind(8, { bitsPerCycle: 0.5 }), behind(16, { bitsPerCycle: 0.5 }), 8 * 2 * bits);
  expectLonger("port with packets of 100 bits", behind(8, { packetBits: 100 }), behind(16, { packetBits: 100 }), 8 * 100);
  expectLonger("port, a packet per core", behind(8, {}, 2), behind(16, {}, 2), 8 * 2 * bits);
  expectLonger("port's latency", behind(8, {}), behind(8, { latencyCycles: 25 }), 20);

  const across = (n: number, noc: Partial<Noc>): Case =>
    spikes(
      n,
      chip([1, 1], { core: { maxNeurons: (n + 4) / 2, inputQueue: { depth: 64 } }, noc: { vcBufferFlits: 64, ...noc }, barrier }),
      4,
    );
  // half of the spikes cross the link in each direction
  expectLonger("link, flits of a bit", across(16, { flitWidthBits: 1 }), across(32, { flitWidthBits: 1 }), (16 / 2) * bits);
  const dies = { columns: 2, rows: 1, bitsPerCycle: 4, latencyCycles: 4 };
  expectLonger("link between dies", across(16, { dies }), across(32, { dies }), (16 / 2) * (32 / 4));

  const dram = { bitsPerCycle: 2, latencyCycles: 10, burstBits: 32, prefetchBits: 0, streamsRows: false };
  const away = (change: Partial<typeof dram>): Case =>
    spikes(4, chip([1], { core: { synapseMemory: { ...synapseMemory, sizeBits: 64 } }, spill: { ...dram, ...change }, barrier }), 16);
  const [row, groups, lookUp] = [16 * 8, 16 / 4, core.eventOverheadCycles];
  expectLonger("DRAM's latency", away({}), away({ latencyCycles: 50 }), 4 * 40);
  expectLonger("DRAM's bandwidth", away({}), away({ bitsPerCycle: 0.5 }), 4 * (row / 0.5 - row / 2));
  expectLonger("a burst of four rows", away({}), away({ burstBits: 4 * row }), (4 * 3 * row) / 2);
  expectLonger("groups that do not wait for the last words", away({ streamsRows: true }), away({}), 4 * (groups - 1));
  // the first row is asked for before its look-up, the others during the look-up and the row before
  const early = { prefetchBits: 4096 };
  expectLonger("rows fetched ahead", away(early), away({}), 4 * lookUp + 3 * (dram.latencyCycles + groups));
  expectLonger("DRAM's latency, rows fetched ahead", away(early), away({ ...early, latencyCycles: 50 }), 40);
  const shared = (bitsPerCycle: number): Case => {
    const small = { maxNeurons: 12, inputQueue: { depth: 64 }, synapseMemory: { ...synapseMemory, sizeBits: 64 } };
    return spikes(16, chip([1, 1, 1, 1], { core: small, spill: { ...dram, bitsPerCycle }, barrier }), 32);
  };
  expectLonger("a DRAM channel of four cores", shared(1), shared(0.5), 16 * 32 * 8);

  const scanned = (n: number, change: Partial<typeof core.scan>): Case => {
    const scan = { policy: "compressed", chunkBits: 8, cyclesPerChunk: 1, cyclesPerSetBit: 2, ...change } as const;
    return { ...spikes(n / 2, chip([1], { core: { scan }, barrier }), 4), inputs: n };
  };
  expectLonger("chunks of a scan", scanned(32, {}), scanned(32, { cyclesPerChunk: 4 }), (32 / 8) * 3);
  expectLonger("set bits of a scan", scanned(32, {}), scanned(32, { cyclesPerSetBit: 5 }), 16 * 3);
});

test("a part that every neuron needs costs a wave that part's cycles for each further neuron", () => {
  // the last neuron fires, so no row is added while the soma works
  const neurons = (n: number, changes: Partial<Core>): Case => ({
    on: chip([1], { core: changes, barrier }),
    ...{ inputs: n, targets: 1, fires: [n - 1] },
  });
  const slow = { neuronUpdate: { ...neuronUpdate, cyclesPerNeuron: 16 } };
  expectLonger("cycles per neuron", neurons(32, slow), neurons(64, slow), 32 * 16);
  expectLonger("one access per cycle", neurons(32, {}), neurons(64, {}), 32);
  const single = { stateMemory: { ...stateMemory, ports: "1rw" as const } };
  expectLonger("a port for reads and writes", neurons(32, single), neurons(64, single), 2 * 32);
  const pair = { neuronUpdate: { ...neuronUpdate, units: 2, cyclesPerNeuron: 16 } };
  expectLonger("two units", neurons(32, pair), neurons(64, pair), (32 / 2) * 16);
});

test("a bank that rows and updates fill takes two accesses per word; rows that lanes fill take an item per lane and cycle", () => {
  const rows = (n: number, changes: Partial<Core>, targets: number): Case => ({
    on: chip([1], { core: changes, barrier }),
    ...{ inputs: n, targets, fires: all(n) },
  });
  const word = { ...stateMemory, wordBits: 16, ports: "1rw" as const };
  const busy = { lanes: 16, synapseMemory: { ...synapseMemory, wordBits: 128 }, stateMemory: word };
  // 16 sums and the input's own state per further input
  expect(waveOf(rows(32, busy, 16)) - waveOf(rows(16, busy, 16))).toBeCloseTo(16 * (16 + 1) * 2, 9);
  const ran = ranWaveOf(rows(32, busy, 16)) - ranWaveOf(rows(16, busy, 16));
  expect(ran / (16 * (16 + 1) * 2)).toBeGreaterThan(1);
  expect(ran / (16 * (16 + 1) * 2)).toBeLessThan(1.1);
  const single = (n: number): Case => rows(n, { lanes: 1 }, 32);
  const each = 32 + core.eventOverheadCycles + synapseMemory.readLatencyCycles;
  for (const of of [waveOf, ranWaveOf]) expect((of(single(32)) - of(single(16))) / (16 * each)).toBeCloseTo(1, 1);
});

test("on one core, cycles of units by cause and dense scans of idle waves are those of a board", () => {
  const update = { requantises: 2, multiplies: 4, additions: 6, lutReads: 1 };
  const populations = [population("in", 12, 0), population("more", 20, 1, { update }), population("out", 6, 2)];
  // two rows per axon of the inputs, one per axon of the others
  const topology = { populations, projections: [dense(0, 1), dense(0, 2), dense(1, 2)] };
  const trace = traceOf(topology, [Array.from({ length: STEPS }, () => [all(5), all(9), []])]);
  const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
  const scans = [core.scan, { ...core.scan, policy: "compressed" }, { ...core.scan, policy: "dense" }] as const;
  for (const scan of scans) {
    for (const [units, cyclesPerNeuron] of [
      [1, 1],
      [4, 8],
    ]) {
      const on = chip([1], { core: { scan, neuronUpdate: { ...neuronUpdate, units, cyclesPerNeuron } } });
      const found = estimate(on, precision, request, profileOf(trace));
      const { total } = runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace);
      for (const name of CAUSES) {
        // the model does not count the cycles in which only the pipeline works, behind the last batch of a wave
        const last = name === "soma_busy_cycles" && cyclesPerNeuron === 1 ? (STEPS + 2) * neuronUpdate.pipelineDepthCycles : 0;
        const counted = coreSum(total, name) - last;
        expect(found === null ? 0 : coreSum(found.counters, name), `${scan.policy} ${units} ${name}`).toBeCloseTo(counted, 6);
      }
    }
  }
});

test("a wave takes whole ticks, and one more if the least barrier no longer fits; a pipeline fills by half waves, or whole ticks", () => {
  const at = (tick: Chip["tick"]): Case => ({
    on: chip([1], { core: { neuronUpdate: { ...neuronUpdate, cyclesPerNeuron: 16 } }, tick, barrier: { baseCycles: 0, perCoreCycles: 0 } }),
    ...{ inputs: 2, targets: 1, fires: [0, 1] },
  });
  // a barrier of no cycles is as long as it must be
  const free = waveOf(at(null));
  const every = (periodCycles: number): Case => at({ periodCycles, overrun: "wait" });
  expect(waveOf(every(free))).toBe(free);
  expect(waveOf(every(free - 1))).toBe(2 * (free - 1));
  expect(waveOf(every(2 * free))).toBe(2 * free);
  expect(estimated(every(free)).latencyCycles).toBe((STEPS + 1) * free);
  expect(estimated(every(free - 1)).latencyCycles).toBe(STEPS * 2 * (free - 1) + (free - 1));
  const held = { ...at(null), on: { ...at(null).on, barrier: { baseCycles: 30, perCoreCycles: 1 } } };
  const wave = waveOf(held);
  expect(estimated(held).latencyCycles).toBeCloseTo(STEPS * wave + 31 + (wave - 31) / 2, 9);
});

test("links of a kind carry each flit once per link of that kind on its way; a router is awake for its own flits while queues have room", () => {
  const spikes = (on: Chip, inputs: number): Case => ({ on, inputs, targets: 4, fires: all(inputs) });
  const tree = { arity: 2, levels: 1, linkCycles: 1, linkLengthMm: 4 };
  const dies = { columns: 2, rows: 1, bitsPerCycle: 32, latencyCycles: 4 };
  const small = { core: { maxNeurons: 5 } };
  for (const on of [
    chip([1, 1, 1, 1], small),
    chip([1, 1, 1, 1], { ...small, noc: { dies } }),
    chip([1, 1, 1, 1], { ...small, noc: { topology: "mesh-tree", tree, width: 2, height: 1 } }),
  ]) {
    const { links, flitHops } = estimated(spikes(on, 16)).counters;
    // the routers on a way are one more than the links between them; the last link is the core's own
    expect(links.reduce((sum, n) => sum + n, 0)).toBeCloseTo(flitHops, 6);
  }
  // two routers share the hops; each takes a flit two cycles before RC, VA and ST are through
  const { routers, flitHops } = estimated({ on: chip([1, 1], { core: { maxNeurons: 2 } }), inputs: 2, targets: 2, fires: [0, 1] }).counters;
  expect(routers[routerColumn.awake_cycles]).toBeCloseTo((flitHops / 2) * (2 + 2), 6);
});
