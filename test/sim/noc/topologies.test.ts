/**
 * Rings and crossbars: what is behind each link, mean paths, bandwidth by closed forms, datelines, more ports than a
 * word has bits.
 */
import { expect, test } from "vitest";
import { linksOnWay, nocTopology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { createNoc } from "../../../sim/noc/create.js";
import { nocCurve } from "../../../sim/noc/curve.js";
import type { NocKernel, NocSpec } from "../../../sim/noc/noc.js";
import { createDestinations } from "../../../sim/noc/traffic.js";
import { networkOf } from "./spec.js";

const ring = (routers: number, change: Partial<NocSpec> = {}): NocSpec =>
  networkOf({ topology: "ring", width: routers, height: 1, ...change });
const crossbar = (ports: number, change: Partial<NocSpec> = {}): NocSpec =>
  networkOf({ topology: "crossbar", width: 1, height: 1, coresPerRouter: [ports], ...change });
const accepted = (
  spec: NocSpec,
  traffic: "uniform" | "neighbor" | "tornado" | "hotspot" | "bitcomp",
  packetFlits: number,
  rate: number,
): number =>
  nocCurve({ spec, traffic, packetFlits, rates: [rate], warmupCycles: 1000, measureCycles: 2000, seed: 5, replications: 1 })[0].accepted;

test("a ring routes the shorter way: on 7 routers every packet passes min(d, 7 - d) links, only east and west ones", () => {
  const noc = createNoc(ring(7));
  for (let from = 0; from < 7; from++) {
    for (let to = 0; to < 7; to++) {
      const before = noc.linkFlits.slice();
      noc.inject(from, to, 1, 0);
      while (noc.inFlight > 0) noc.step();
      const passed = noc.linkFlits.map((flits, at) => flits - before[at]);
      const links = passed.filter((_, at) => at % noc.portsPerRouter < 4).reduce((a, b) => a + b, 0);
      expect(links).toBe(Math.min((to - from + 7) % 7, (from - to + 7) % 7));
      expect(passed.some((flits, at) => flits > 0 && (at % noc.portsPerRouter === 2 || at % noc.portsPerRouter === 3))).toBe(false);
    }
  }
});

test("on a ring each direction has half of the VCs, so an input passes min(1, (V/2) L / (L + 1 + routing delay)) flits per cycle", () => {
  for (const [virtualChannels, flits, routingDelayCycles] of [
    [2, 1, 1],
    [2, 4, 1],
    [4, 1, 1],
    [2, 2, 0],
    [8, 4, 1],
  ]) {
    const expected = Math.min(1, ((virtualChannels / 2) * flits) / (flits + 1 + routingDelayCycles));
    const spec = ring(8, { virtualChannels, routingDelayCycles, vcBufferFlits: 16 });
    expect(accepted(spec, "neighbor", flits, 1)).toBeCloseTo(expected, 1);
    expect(accepted(spec, "neighbor", flits, 1)).toBeLessThan(expected + 0.001);
  }
});

test("tornado on a ring of 8 loads every eastern link with 3 flows: at most 1/3 flit per node, 3/4 of it without queues that grow; uniform traffic at most 8 / n, half of it stable", () => {
  const spec = ring(8, { virtualChannels: 8 });
  expect(accepted(spec, "tornado", 4, 0.6)).toBeLessThan(1 / 3);
  expect(accepted(spec, "tornado", 4, 0.25)).toBeCloseTo(0.25, 2);
  for (const routers of [12, 16]) {
    const uniform = accepted(ring(routers, { virtualChannels: 8 }), "uniform", 4, 1);
    expect(uniform).toBeLessThan(8 / routers);
    expect(accepted(ring(routers, { virtualChannels: 8 }), "uniform", 4, 4 / routers)).toBeCloseTo(4 / routers, 1);
  }
});

test("a ring of one VC deadlocks with a report of the circle; with two VCs, split at the dateline, it drains", () => {
  const fill = (virtualChannels: number): NocKernel => {
    const noc = createNoc(ring(5, { virtualChannels, vcBufferFlits: 1 }));
    for (let core = 0; core < 5; core++) for (let i = 0; i < 40; i++) noc.inject(core, (core + 2) % 5, 6, i);
    while (noc.inFlight > 0 && noc.deadlock() === null && noc.atCycle < 20_000) noc.step();
    return noc;
  };
  expect(fill(1).deadlock()).toMatch(/input W VC 0 -> E.*\n {2}waits for router/);
  expect(fill(2).inFlight).toBe(0);
});

test("with a permutation on a crossbar, every port passes min(1, V L / (L + 1 + routing delay)) flits per cycle", () => {
  for (const [virtualChannels, flits] of [
    [1, 1],
    [1, 4],
    [2, 1],
    [2, 4],
  ]) {
    const expected = Math.min(1, (virtualChannels * flits) / (flits + 2));
    const measured = accepted(crossbar(12, { virtualChannels, vcBufferFlits: 16 }), "bitcomp", flits, 1);
    // sources that draw packets at rate 1 are idle sometimes
    expect(Math.abs(measured / expected - 1)).toBeLessThan(expected === 1 ? 0.03 : 0.003);
  }
});

test("a hot port of a crossbar gets exactly one flit per cycle, shared equally", () => {
  const noc = createNoc(crossbar(8, { virtualChannels: 4 }));
  for (let core = 1; core < 8; core++) for (let i = 0; i < 600; i++) noc.inject(core, 0, 4, core);
  while (noc.atCycle < 200) noc.step();
  const before = noc.ejectedFlits;
  const packets = new Array<number>(8).fill(0);
  while (noc.atCycle < 200 + 5600) for (let i = noc.step() - 1; i >= 0; i--) packets[noc.deliveredTag(i)]++;
  expect(noc.ejectedFlits - before).toBe(5600);
  for (let core = 1; core < 8; core++) expect(Math.abs(packets[core] - 200)).toBeLessThanOrEqual(6);
});

test("head-of-line blocking limits long packets on a crossbar of 16 with one VC to about 2 - sqrt 2 of a port's rate; more VCs gain", () => {
  // M. J. Karol, M. G. Hluchyj, S. P. Morgan, IEEE Trans. Communications 35 (1987): 0.586 for many ports, 0.601 for 16.
  const one = accepted(crossbar(16, { virtualChannels: 1, vcBufferFlits: 64 }), "uniform", 16, 1);
  expect(one / (16 / 18)).toBeGreaterThan(0.55);
  expect(one / (16 / 18)).toBeLessThan(0.68);
  expect(accepted(crossbar(16, { virtualChannels: 4, vcBufferFlits: 64 }), "uniform", 16, 1)).toBeGreaterThan(1.2 * one);
});

test("a crossbar of 100 ports conserves every flit of a multicast to all but one", () => {
  const spec = crossbar(100, { multicast: "tree" });
  const noc = createNoc(spec);
  const others = Array.from({ length: 99 }, (_, i) => i + 1);
  noc.injectMulticast(0, others, 2, 7);
  const seen: number[] = [];
  while (noc.inFlight > 0) for (let i = noc.step() - 1; i >= 0; i--) seen.push(noc.deliveredCore(i));
  expect(seen.sort((a, b) => a - b)).toEqual(others);
  expect([noc.injectedFlits, noc.ejectedFlits]).toEqual([2, 198]);
  // an input sends one flit per cycle: 198 of them, none lost to allocation
  expect(noc.atCycle).toBeLessThan(198 + 20);
});

test("on a row of nodes, neighbour and tornado wrap around, and transpose folds 16 nodes into 4 rows of 4 and refuses 12", () => {
  const rng = createRng(1, "patterns");
  for (const spec of [ring(16), crossbar(16)]) {
    for (let source = 0; source < 16; source++) {
      expect(createDestinations("neighbor", spec, rng)(source)).toBe((source + 1) % 16);
      expect(createDestinations("tornado", spec, rng)(source)).toBe((source + 7) % 16);
      expect(createDestinations("transpose", spec, rng)(source)).toBe((source % 4) * 4 + (source >> 2));
    }
  }
  expect(() => createDestinations("transpose", ring(12), rng)).toThrow("12 nodes");
});

test("the mean path of a ring and a torus is that over all pairs of the tiles in use, for odd, even and single rows", () => {
  for (const [topology, width, height] of [
    ...[1, 2, 3, 4, 5, 8, 9].map((n) => ["ring", n, 1] as const),
    ...[1, 2, 3, 4, 5, 8].flatMap((w) => [1, 2, 3, 6].map((h) => ["torus", w, h] as const)),
  ]) {
    const noc = { topology, width, height, tree: null, own: null } as const;
    const whole = topology === "ring" ? 1 : width;
    for (let n = 1; n <= width * height; n += n < whole ? 1 : whole) {
      let links = 0;
      for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) links += linksOnWay(noc, a, b).grid;
      expect(nocTopology(noc).meanWay(noc, n, 1).grid, `${topology} ${width} x ${height}, ${n} tiles`).toBeCloseTo(links / (n * n), 9);
    }
  }
});
