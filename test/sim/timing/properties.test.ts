/** What more hardware may not do, and what XY may not do, on random chips and networks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Chip } from "../../../arch/index.js";
import { createRng } from "../../../arch/index.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { createNoc } from "../../../sim/timing/noc/create.js";
import { runTiming } from "../../../sim/timing/run.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "./fixtures.js";
import { networkOf } from "./noc/spec.js";
import { type Case, cases, place } from "./random-chips.js";

const cyclesOf = (on: Chip, c: Case): number => runTiming(on, place(c), precision, c.trace).total.cycles;

test("twice the lanes cost at most 2 %: larger groups of accumulators meet the soma's requests and other cores' packets in another order", () => {
  fc.assert(
    fc.property(cases, (c) => {
      const wider = { ...c.chip, cores: c.chip.cores.map((one) => ({ ...one, lanes: 2 * one.lanes })) };
      expect(cyclesOf(wider, c)).toBeLessThanOrEqual(1.02 * cyclesOf(c.chip, c));
    }),
    { seed: 20_250_108, numRuns: 100 },
  );
});

test("bigger router buffers never deliver a packet later where the order cannot change: one core sends, whatever the destinations", () => {
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
      // One VC: packets of one source stay in line, so every single packet gains or keeps its time.
      const [small, large] = [arrivals(buffer), arrivals(buffer + 1)];
      for (const [tag, cycle] of large.entries()) expect(cycle, `packet ${tag}`).toBeLessThanOrEqual(small[tag] as number);
    }),
    { seed: 20_250_109, numRuns: 100 },
  );
});

test("XY and YX never deadlock: one virtual channel, buffers of one flit, long packets, queues of one, every core sends to every other", () => {
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
    { seed: 20_250_110, numRuns: 40 },
  );
});
