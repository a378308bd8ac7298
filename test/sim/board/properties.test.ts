/** Random chips and networks: more hardware must not slow them down, and XY routes must not deadlock. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Chip, Core, Memory } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import type { Placement } from "../../../sim/mapping/placement.js";
import { createNoc } from "../../../sim/noc/create.js";
import { BatchPlan } from "../../../sim/program/batches.js";
import { buildProgram, type Program } from "../../../sim/program/program.js";
import { networkOf } from "../noc/spec.js";
import { chip, core, dense, population, precision, randomTrace, recurrentTopology, traceOf } from "./fixtures.js";
import { type Case, cases, place } from "./random-chips.js";

const cyclesOf = (on: Chip, c: Case): number => runTiming(on, place(c), precision, c.trace).total.cycles;

/** Largest number of words that a batch of the core requests from one bank. */
function wordsOfABank(program: Program, id: number, { banks }: Memory, units: number): number {
  let most = 0;
  for (const soma of program.somaSlices[id]) {
    const plan = new BatchPlan(soma, units);
    plan.plan(
      Int32Array.from({ length: soma.slice.neurons }, (_, n) => n),
      soma.slice.neurons,
    );
    for (let buffer = 0; buffer < soma.buffers; buffer++) {
      for (let batch = 0; batch < plan.batches; batch++) {
        const words = new Array<number>(banks).fill(0);
        for (let r = plan.rangeStart[batch]; r < plan.rangeStart[batch + 1]; r++) {
          const offset = plan.inBuffer[r] === 1 ? buffer * soma.accumulatorWords : 0;
          for (let word = plan.rangeFirst[r] + offset; word <= plan.rangeLast[r] + offset; word++) words[word % banks]++;
        }
        most = Math.max(most, ...words);
      }
    }
  }
  return most;
}

/**
 * The chip with synapse units that cannot hold up a soma, so somas and network do not depend on them. State memories
 * have two ports; a group of accumulators takes one word per bank, and an update comes every `words of a bank + 1`
 * cycles. The numbers of lanes and of items per word are powers of two, so groups of more lanes are unions of groups of
 * fewer lanes.
 */
function undisturbed(c: Case, change: Partial<Core>, placed: (on: Case) => Placement = place): Chip {
  const cores = c.chip.cores.map((one) => ({
    ...one,
    stateMemory: {
      ...one.stateMemory,
      ports: "1r1w" as const,
      wordBits: Math.max(precision.accumulatorBits, one.stateMemory.wordBits),
      banks: one.stateMemory.banks === 3 ? 4 : one.stateMemory.banks,
    },
    neuronUpdate: { ...one.neuronUpdate, policy: "dense" as const },
    ...change,
  }));
  const made = { ...c.chip, cores };
  const program = buildProgram(made, placed({ ...c, chip: made }), precision);
  const apart = ({ id, stateMemory, neuronUpdate }: Core): number =>
    Math.max(neuronUpdate.cyclesPerNeuron, wordsOfABank(program, id, stateMemory, neuronUpdate.units) + 1);
  return { ...made, cores: cores.map((one) => ({ ...one, neuronUpdate: { ...one.neuronUpdate, cyclesPerNeuron: apart(one) } })) };
}

/** The case with dense rows only, all of them on the chip. */
function denseOnly(c: Case): Case {
  const topology = { ...c.topology, projections: c.topology.projections.map((projection) => ({ ...projection, sparse: null })) };
  const cores = c.chip.cores.map((one) => ({ ...one, synapseMemory: { ...one.synapseMemory, sizeBits: 2 ** 24 } }));
  return { ...c, topology, trace: { ...c.trace, topology }, chip: { ...c.chip, cores, spill: null, tick: null } };
}

test("if no synapse unit can hold up a soma, twice the lanes are never slower by a cycle (dense rows, queues that do not fill)", () => {
  let gained = 0;
  fc.assert(
    fc.property(cases.map(denseOnly), fc.constantFrom(1, 2, 4, 8), (c, lanes) => {
      const [narrow, wide] = [lanes, 2 * lanes].map((many) => cyclesOf(undisturbed(c, { lanes: many, inputQueue: { depth: 1000 } }), c));
      expect(wide).toBeLessThanOrEqual(narrow);
      if (wide < narrow) gained++;
    }),
    { seed: 20_250_113, numRuns: 66 },
  );
  expect(gained).toBeGreaterThan(20);
});

test("if one core sends to cores that only receive, deeper queues and buffers are never slower by a cycle", { tags: ["long"] }, () => {
  const topology = {
    populations: [population("input", 14, 0), population("readout", 9, 1, { payloadBits: 0 })],
    projections: [dense(0, 1)],
  };
  let gained = 0;
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }), fc.nat(1000), (drawn, receivers, depth, seed) => {
      const on = chip(new Array<number>(1 + receivers).fill(1), { noc: { virtualChannels: 1, flitWidthBits: 16, vcBufferFlits: depth } });
      const cores = on.cores.map((one) => ({ ...drawn.chip.cores[0], id: one.id, tile: one.tile }));
      const trace = randomTrace(topology, [3], [0.8, 0.3], seed);
      const c = denseOnly({ ...drawn, topology, trace, chip: { ...on, cores } });
      const manual = { input: [0], readout: Array.from({ length: receivers }, (_, i) => 1 + i) };
      const request = { strategy: "manual", manual, maxNeuronsPerCore: null, seed: 1 } as const;
      const byHand = (on: Case): Placement => mapNetwork(topology, on.chip, precision, request, trace);
      const cycles = (input: number, output: number, buffer: number): number => {
        const made = undisturbed(c, { inputQueue: { depth: input }, outputQueue: { depth: output } }, byHand);
        const buffered = { ...made, noc: { ...made.noc, vcBufferFlits: buffer } };
        return runTiming(buffered, byHand({ ...c, chip: buffered }), precision, trace).total.cycles;
      };
      const base = cycles(depth, depth, depth);
      for (const more of [cycles(depth + 1, depth, depth), cycles(depth, depth + 1, depth), cycles(depth, depth, depth + 1)]) {
        expect(more).toBeLessThanOrEqual(base);
        if (more < base) gained++;
      }
    }),
    { seed: 20_250_114, numRuns: 66 },
  );
  expect(gained).toBeGreaterThan(20);
});

test("in general twice the lanes can be slower: a larger group can hold a bank's only port when the soma requests its last spiking neuron", () => {
  const topology = { populations: [population("input", 3, 0), population("out", 4, 1, { states: 0 })], projections: [dense(0, 1)] };
  const trace = traceOf(topology, [[[[0, 2], []]]]);
  const cycles = (lanes: number, ports: Memory["ports"]): number => {
    const on = chip([1, 1], {
      core: {
        ...{ lanes, eventOverheadCycles: 1, inputQueue: { depth: 100 } },
        synapseMemory: { ...core.synapseMemory, wordBits: 128 },
        stateMemory: { ...core.stateMemory, ports, wordBits: 32, banks: 2 },
        neuronUpdate: { policy: "dense", units: 1, cyclesPerNeuron: 3, pipelineDepthCycles: 1 },
      },
    });
    const request = { strategy: "sequential", manual: {}, maxNeuronsPerCore: 3, seed: 1 } as const;
    return runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace).total.cycles;
  };
  expect([cycles(2, "1rw"), cycles(4, "1rw")]).toEqual([52, 53]);
  // with a separate write port a word is served in one cycle, and the soma's comes first
  expect(cycles(4, "1r1w")).toBeLessThanOrEqual(cycles(2, "1r1w"));
});

test("over chips of all kinds twice the lanes save time in total, and cost less than 5 % where they are slower", { tags: ["long"] }, () => {
  let [narrow, wide] = [0, 0];
  fc.assert(
    fc.property(cases, (drawn) => {
      // ticks would round cycles up to a tick
      const c = { ...drawn, chip: { ...drawn.chip, tick: null } };
      const wider = { ...c.chip, cores: c.chip.cores.map((one) => ({ ...one, lanes: 2 * one.lanes })) };
      const [before, after] = [cyclesOf(c.chip, c), cyclesOf(wider, c)];
      expect(after).toBeLessThan(1.05 * before);
      narrow += before;
      wide += after;
    }),
    { seed: 20_250_108, numRuns: 66 },
  );
  expect(wide).toBeLessThan(0.98 * narrow);
});

test("larger router buffers never deliver a packet later if the order cannot change, as only one core sends", () => {
  const network = fc.record({
    width: fc.integer({ min: 1, max: 5 }),
    height: fc.integer({ min: 1, max: 4 }),
    virtualChannels: fc.constant(1),
    buffer: fc.integer({ min: 1, max: 8 }),
    creditDelayCycles: fc.integer({ min: 0, max: 3 }),
    linkCycles: fc.integer({ min: 1, max: 3 }),
    source: fc.nat(),
    seed: fc.nat(1000),
  });
  fc.assert(
    fc.property(network, ({ width, height, buffer, source, seed, ...rest }) => {
      const cores = width * height;
      const arrivals = (vcBufferFlits: number): number[] => {
        const rng = createRng(seed, "packets");
        const noc = createNoc(networkOf({ width, height, ...rest, vcBufferFlits }));
        const at: number[] = [];
        for (let sent = 0; at.length < 40 || noc.inFlight > 0; ) {
          if (sent < 40 && noc.injectionSpace(source % cores) > 0) noc.inject(source % cores, rng.int(0, cores - 1), rng.int(1, 6), sent++);
          const now = noc.atCycle;
          const delivered = noc.step();
          for (let i = 0; i < delivered; i++) at[noc.deliveredTag(i)] = now;
        }
        return at;
      };
      // One VC: packets of one source stay in order, so every single packet gains or keeps its time.
      const [small, large] = [arrivals(buffer), arrivals(buffer + 1)];
      for (const [tag, cycle] of large.entries()) expect(cycle, `packet ${tag}`).toBeLessThanOrEqual(small[tag]);
    }),
    { seed: 20_250_109, numRuns: 66 },
  );
});

test("XY and YX routes never deadlock, even with one virtual channel, one-flit buffers, long packets, queues of one and all-to-all traffic", () => {
  const topology = recurrentTopology(18);
  const shape = fc.record({
    tiles: fc.constantFrom<[number, number]>([2, 2], [3, 1], [2, 3], [4, 2], [3, 3]),
    routing: fc.constantFrom("xy" as const, "yx" as const),
    flitWidthBits: fc.constantFrom(4, 8),
    rate: fc.constantFrom(0.3, 0.9),
    seed: fc.nat(1000),
  });
  fc.assert(
    fc.property(shape, ({ tiles: [width, height], routing, flitWidthBits, rate, seed }) => {
      const made = chip(new Array<number>(width * height).fill(1), {
        core: {
          ...{ lanes: 1, inputQueue: { depth: 1 }, outputQueue: { depth: 1 } },
          synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 22 },
          stateMemory: { ...core.stateMemory, sizeBits: 2 ** 18 },
        },
        noc: { width, height, routing, flitWidthBits, virtualChannels: 1, vcBufferFlits: 1 },
      });
      const trace = randomTrace(topology, [4], [rate, rate, rate, rate], seed);
      const request = { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
      const { total } = runTiming(made, mapNetwork(topology, made, precision, request, trace), precision, trace);
      expect(total.packets).toBeGreaterThan(0);
    }),
    { seed: 20_250_110, numRuns: 27 },
  );
});
