/** Rates that flow control allows, compared with the cycles of the network itself. */
import { expect, test } from "vitest";
import { type Chip, nocTopology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { flowRates } from "../../../sim/expect/flow-rates.js";
import { createNoc } from "../../../sim/noc/create.js";
import type { NocSpec } from "../../../sim/noc/noc.js";
import { networkOf } from "../noc/spec.js";

const FLITS = 4000;
const MEAN = { grid: 1, tree: 0, tiles: 1, treeShare: 0 };
const ratesOf = (spec: NocSpec, flits: number) => flowRates({ noc: spec } as unknown as Chip, MEAN, flits);

/** Cycles of one packet of `flits` flits from core 0 to its neighbour. */
function cyclesAlone(spec: NocSpec, flits: number): number {
  const noc = createNoc(spec);
  noc.inject(0, 1, flits, 1);
  expect(noc.run(1e6)).toBe(1);
  return noc.atCycle;
}

const cases: readonly Partial<NocSpec>[] = [
  {},
  { vcBufferFlits: 1 },
  { vcBufferFlits: 2, linkCycles: 4 },
  { vcBufferFlits: 3, creditDelayCycles: 4 },
  { vcBufferFlits: 1, switchAllocationDelayCycles: 2, switchTraversalDelayCycles: 3 },
  { vcBufferFlits: 4, linkCycles: 8, creditDelayCycles: 2, routingDelayCycles: 2 },
  { vcBufferFlits: 64, linkCycles: 8 },
];

test.each(cases)("%o: a long packet alone moves at the rate of its slowest round trip, within one cycle per trip", (change) => {
  const spec = networkOf({ width: 2, height: 1, ...change });
  const measured = FLITS / (cyclesAlone(spec, 2 * FLITS) - cyclesAlone(spec, FLITS));
  const { packet } = ratesOf(spec, FLITS);
  // buffers of B flits have a round trip of whole cycles, which gives the rate B / trip
  const trip = (rate: number): number => spec.vcBufferFlits / rate;
  if (measured > 0.999) expect(packet).toBeGreaterThan(0.999);
  else expect(Math.abs(trip(packet) - trip(measured)), `${packet} against ${measured}`).toBeLessThanOrEqual(1);
});

test.each([
  { flitCycles: 1, latencyCycles: 30, buffer: 4, vcs: 2 },
  { flitCycles: 7, latencyCycles: 3, buffer: 8, vcs: 2 },
  { flitCycles: 5, latencyCycles: 40, buffer: 6, vcs: 1 },
  { flitCycles: 16, latencyCycles: 100, buffer: 4, vcs: 4 },
  { flitCycles: 1, latencyCycles: 30, buffer: 4, vcs: 4, topology: "ring" as const },
  { flitCycles: 1, latencyCycles: 10, buffer: 12, vcs: 4, topology: "ring" as const },
])("%o: packets side by side over a link between dies move at the rate of its bandwidth, or of its credits", (at) => {
  const { flitCycles, latencyCycles, buffer, vcs, topology = "mesh" } = at;
  const dies = { columns: 2, rows: 1, latencyCycles, flitCycles };
  // enough sources for the link alone to decide; on a ring, those of one class of channels
  const tiles = topology === "ring" ? { width: 4, coresPerRouter: [0, 8, 8, 0] } : { width: 2, coresPerRouter: [8, 8] };
  const spec = networkOf({ topology, ...tiles, height: 1, virtualChannels: vcs, vcBufferFlits: buffer, dies });
  const [packets, flits] = [64, buffer];
  const time = (each: number): number => {
    const noc = createNoc(spec);
    for (let i = 0; i < packets * each; i++) noc.inject(i % 8, 8 + (i % 8), flits, i);
    for (let left = packets * each; left > 0; ) left -= noc.run(1e7);
    return noc.atCycle;
  };
  const measured = (packets * flits) / (time(2) - time(1));
  // as in a description: bits per cycle for flits of 32 bits
  const noc = { ...spec, flitWidthBits: 32, dies: { columns: 2, rows: 1, latencyCycles, bitsPerCycle: 32 / flitCycles } };
  const { die } = flowRates({ noc } as unknown as Chip, MEAN, flits);
  expect(measured / die, `${measured} against ${die}`).toBeGreaterThan(0.85);
  expect(measured / die, `${measured} against ${die}`).toBeLessThan(1.02);
});

test("more VCs and deeper buffers never slow a network, longer wires and later credits never speed it up; no rate exceeds one flit per cycle", () => {
  const base = networkOf({ vcBufferFlits: 2, linkCycles: 2 });
  const flits = 5;
  const of = (change: Partial<NocSpec>) => {
    const { source, link, sink, packet } = ratesOf({ ...base, ...change }, flits);
    return [source, link, sink, packet];
  };
  const isAtMost = (slower: number[], faster: number[]): void => {
    for (const [k, rate] of slower.entries()) expect(rate).toBeLessThanOrEqual(faster[k] + 1e-12);
  };
  isAtMost(of({}), of({ virtualChannels: 4 }));
  isAtMost(of({}), of({ vcBufferFlits: 8 }));
  isAtMost(of({ linkCycles: 6 }), of({}));
  isAtMost(of({ creditDelayCycles: 5 }), of({}));
  isAtMost(of({ topology: "torus" }), of({}));
  for (const rate of of({ virtualChannels: 8, vcBufferFlits: 64 })) expect(rate).toBeLessThanOrEqual(1);
  // if buffers cover the round trip, one packet fills a link by itself
  expect(ratesOf({ ...base, vcBufferFlits: 64 }, 1000).packet).toBe(1);
});

test("a source alone that sends to all others in turn: 150 random networks, of which nine tenths move at 0.55 to 1.2 times the rate", {
  tags: ["long"],
}, () => {
  const rng = createRng(11, "source rates");
  const one = <T>(...values: readonly T[]): T => values[rng.int(0, values.length - 1)];
  const ratios = Array.from({ length: 150 }, () => {
    const [width, height] = one([8, 1], [4, 4], [8, 8]);
    const topology = one("mesh", "torus", "flattened-butterfly");
    const change = {
      ...{ topology, width, height, virtualChannels: topology === "torus" ? one(2, 4, 8) : one(1, 2, 4, 8) },
      ...{ vcBufferFlits: one(1, 2, 4, 8), linkCycles: one(1, 2, 4, 8), creditDelayCycles: one(0, 1, 4) },
      ...{ routingDelayCycles: one(0, 1, 4), vcAllocationDelayCycles: one(1, 2), switchAllocationDelayCycles: one(1, 2) },
    };
    const [spec, flits] = [networkOf(change), one(1, 2, 3, 4, 8)];
    const ends = width * height;
    const order = Array.from({ length: 3 * ends }, () => rng.int(1, ends - 1));
    const time = (rounds: number): number => {
      const noc = createNoc(spec);
      for (let i = 0; i < rounds * order.length; i++) noc.inject(0, order[i % order.length], flits, i);
      for (let left = rounds * order.length; left > 0; ) left -= noc.run(1e7);
      return noc.atCycle;
    };
    const measured = (order.length * flits) / (time(2) - time(1));
    const { source } = flowRates({ noc: spec } as unknown as Chip, nocTopology(spec).meanWay(spec, ends, ends / (ends - 1)), flits);
    return source / measured;
  }).sort((a, b) => a - b);
  // the rate over the measured one: extremes, the middle nine tenths, the median
  expect(ratios[0]).toBeGreaterThan(0.6);
  expect(ratios[7]).toBeGreaterThan(0.85);
  expect(ratios[75]).toBeLessThan(1.2);
  expect(ratios[142]).toBeLessThan(1.75);
  expect(ratios[149]).toBeLessThan(2.7);
});
