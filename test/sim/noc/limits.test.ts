/** Closed forms of the network: latency without load, bandwidth of ports and channels, conservation, deadlock. */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { routerColumn } from "../../../sim/counters.js";
import { createNoc } from "../../../sim/noc/create.js";
import { nocCurve } from "../../../sim/noc/curve.js";
import type { NocSpec } from "../../../sim/noc/noc.js";
import { networkOf } from "./spec.js";

const networks: readonly (readonly [string, Partial<NocSpec>, number])[] = [
  ["4x4 mesh", {}, 1],
  ["4x4 mesh of 5-flit packets in buffers of 2, slow credits", { vcBufferFlits: 2, creditDelayCycles: 3 }, 5],
  [
    "5x3 mesh yx, look-ahead, one VC, buffers of 1",
    { width: 5, height: 3, routing: "yx", virtualChannels: 1, routingDelayCycles: 0, vcBufferFlits: 1 },
    4,
  ],
  [
    "4x4 mesh of slow stages",
    {
      routingDelayCycles: 3,
      vcAllocationDelayCycles: 2,
      switchAllocationDelayCycles: 3,
      switchTraversalDelayCycles: 2,
      linkCycles: 2,
      vcBufferFlits: 32,
    },
    6,
  ],
  ["ring of 7, odd VCs", { topology: "ring", width: 7, height: 1, virtualChannels: 3, linkCycles: 2 }, 4],
  ["ring of 6, two cores a router", { topology: "ring", width: 6, height: 1, coresPerRouter: new Array<number>(6).fill(2) }, 1],
  ["crossbar of 9 ports", { topology: "crossbar", width: 1, height: 1, coresPerRouter: [9] }, 4],
  [
    "crossbar of 40 ports over links of 3 cycles, buffers of 2",
    { topology: "crossbar", width: 1, height: 1, coresPerRouter: [40], linkCycles: 3, vcBufferFlits: 2 },
    3,
  ],
  ["4x4 mesh, odd-even, look-ahead", { routing: "odd-even", routingDelayCycles: 0 }, 2],
  ["5x4 torus", { topology: "torus", width: 5, linkCycles: 2, virtualChannels: 3 }, 4],
  [
    "3x3 mesh of 4 cores a router with multicast",
    { width: 3, height: 3, coresPerRouter: new Array<number>(9).fill(4), multicast: "tree" },
    2,
  ],
];

for (const [name, change, flits] of networks) {
  test(`${name}: latency without load is 3 + H R + (H - 1) d + L - 1 + credit waits, for every pair`, () => {
    const spec = networkOf(change);
    const noc = createNoc(spec);
    const router = spec.coresPerRouter.flatMap((n, r) => new Array<number>(n).fill(r));
    const span = (a: number, b: number, size: number): number =>
      spec.topology !== "mesh" ? Math.min((a - b + size) % size, (b - a + size) % size) : Math.abs(a - b);
    const stages =
      spec.routingDelayCycles + spec.vcAllocationDelayCycles + spec.switchAllocationDelayCycles + spec.switchTraversalDelayCycles;
    const wrong: string[] = [];
    for (let from = 0; from < router.length; from++) {
      for (let to = 0; to < router.length; to++) {
        const dx = span(router[from] % spec.width, router[to] % spec.width, spec.width);
        const dy = span(Math.floor(router[from] / spec.width), Math.floor(router[to] / spec.width), spec.height);
        const passed = dx + dy + 1;
        // Round trip of a credit between two flits of a packet: the ejection channel takes 1 cycle, links may take
        // more.
        const channel = spec.topology === "crossbar" ? spec.linkCycles : 1;
        const round = spec.creditDelayCycles + 5 + (passed > 1 || channel > 1 ? 2 * (spec.linkCycles - 1) : 0);
        const waits = (Math.ceil(flits / spec.vcBufferFlits) - 1) * Math.max(0, round - spec.vcBufferFlits);
        const expected = 1 + 2 * channel + passed * stages + (passed - 1) * spec.linkCycles + (flits - 1) + waits;
        noc.skipTo(noc.atCycle + 200);
        const start = noc.atCycle;
        noc.inject(from, to, flits, from * 1000 + to);
        expect(noc.run(start + 1000)).toBe(1);
        expect([noc.deliveredTag(0), noc.deliveredCore(0), noc.deliveredLeftAtCycle(0)]).toEqual([from * 1000 + to, to, start]);
        if (noc.atCycle - 1 - start !== expected) wrong.push(`${from} -> ${to}: ${noc.atCycle - 1 - start}, expected ${expected}`);
      }
    }
    expect(wrong).toEqual([]);
  });
}

/** Flits per cycle from core 0 to core 3 of a row of four; the source is never empty. */
function streamRate(change: Partial<NocSpec>, flits: number): number {
  const noc = createNoc(networkOf({ width: 4, height: 1, vcBufferFlits: 32, ...change }));
  for (let i = 0; i < 8000 / flits; i++) noc.inject(0, 3, flits, i);
  while (noc.atCycle < 500) noc.step();
  const before = noc.ejectedFlits;
  while (noc.atCycle < 500 + 2520) noc.step();
  return (noc.ejectedFlits - before) / 2520;
}

test("an input port passes min(1, V L / (L + 1 + routing delay)) flits per cycle", () => {
  for (const virtualChannels of [1, 2, 3]) {
    for (const flits of [1, 2, 4]) {
      for (const routingDelayCycles of [0, 1, 2]) {
        // RC of several cycles processes one batch of heads at a time; with several VCs only the one-cycle cases have a
        // closed form.
        if (routingDelayCycles > 1 && virtualChannels > 1) continue;
        const expected = Math.min(1, (virtualChannels * flits) / (flits + 1 + routingDelayCycles));
        expect(streamRate({ virtualChannels, routingDelayCycles }, flits)).toBeCloseTo(expected, 2);
      }
    }
  }
});

test("one VC with one slot passes one single-flit packet per credit round trip: 2 d + 3 + credit delay + routing and VC allocation of a head", () => {
  for (const [linkCycles, creditDelayCycles] of [
    [1, 0],
    [2, 0],
    [1, 2],
    [3, 1],
  ]) {
    const round = 2 * linkCycles + 3 + creditDelayCycles + 2;
    expect(streamRate({ vcBufferFlits: 1, linkCycles, creditDelayCycles, virtualChannels: 1 }, 1)).toBeCloseTo(1 / round, 2);
  }
});

test("a hot core receives exactly one flit per cycle, and equally distant sources get equal shares", () => {
  const noc = createNoc(networkOf({ width: 3, height: 1, coresPerRouter: [1, 1, 1] }));
  for (let i = 0; i < 2000; i++) {
    noc.inject(0, 1, 4, 0);
    noc.inject(2, 1, 4, 2);
  }
  while (noc.atCycle < 100) noc.step();
  const before = noc.ejectedFlits;
  const packets = [0, 0, 0];
  while (noc.atCycle < 4100) for (let i = noc.step() - 1; i >= 0; i--) packets[noc.deliveredTag(i)]++;
  expect(noc.ejectedFlits - before).toBe(4000);
  expect(Math.abs(packets[0] - packets[2])).toBeLessThanOrEqual(2);
});

test("uniform traffic past saturation stays under the bisection bound 4 / k, and bitcomp on 4x4 accepts exactly 1/2 x 2/3", () => {
  const window = { replications: 1, packetFlits: 1, warmupCycles: 1500, measureCycles: 3000, seed: 5 } as const;
  const [uniform] = nocCurve({ ...window, spec: networkOf({ width: 8, height: 8, virtualChannels: 8 }), traffic: "uniform", rates: [0.9] });
  expect(uniform.accepted).toBeLessThan(4 / 8);
  expect(uniform.accepted).toBeGreaterThan(0.35);
  const [bitcomp] = nocCurve({ ...window, spec: networkOf(), traffic: "bitcomp", rates: [0.491] });
  expect(bitcomp.accepted).toBeCloseTo(1 / 3, 3);
});

test("flits are conserved: injected = sum over links / hops = delivered, and counters agree with each other", () => {
  const spec = networkOf({ multicast: "tree", coresPerRouter: new Array<number>(16).fill(2) });
  const noc = createNoc(spec);
  const rng = createRng(11, "conservation");
  let flitsSent = 0;
  let flitsDue = 0;
  for (let i = 0; i < 400; i++) {
    const destinations = rng.shuffle(Array.from({ length: 32 }, (_, core) => core)).slice(0, rng.int(1, 9));
    const flits = rng.int(1, 8);
    noc.injectMulticast(rng.int(0, 31), destinations, flits, i);
    flitsSent += flits;
    flitsDue += flits * destinations.length;
  }
  let delivered = 0;
  while (noc.inFlight > 0) delivered += noc.step();
  expect([noc.injectedFlits, noc.ejectedFlits]).toEqual([flitsSent, flitsDue]);
  expect(delivered).toBeGreaterThan(400);
  const sum = (name: keyof typeof routerColumn): number => {
    let total = 0;
    for (let r = 0; r < 16; r++) total += noc.routerCounters[r * Object.keys(routerColumn).length + routerColumn[name]];
    return total;
  };
  const links = noc.linkFlits.reduce((a, b) => a + b, 0);
  expect(sum("crossbar_flits")).toBe(links);
  expect(sum("buffer_reads")).toBe(links);
  expect(sum("switch_allocations")).toBe(links);
  // flits from links and sources were written; flits to cores were ejected
  expect(sum("buffer_writes")).toBe(links - flitsDue + flitsSent);
});

test("a torus without a dateline deadlocks with a report of the circle; with two VCs it drains", () => {
  const fill = (virtualChannels: number) => {
    const noc = createNoc(networkOf({ topology: "torus", width: 5, height: 1, virtualChannels, vcBufferFlits: 2 }));
    for (let core = 0; core < 5; core++) for (let i = 0; i < 50; i++) noc.inject(core, (core + 2) % 5, 8, i);
    while (noc.inFlight > 0 && noc.deadlock() === null && noc.atCycle < 50_000) noc.step();
    return noc;
  };
  const stuck = fill(1);
  expect(stuck.inFlight).toBeGreaterThan(0);
  expect(stuck.deadlock()).toMatch(/router \d input W VC 0 -> E.*\n {2}waits for router/);
  expect(fill(2).inFlight).toBe(0);
});

// sets of waiting cores are held in words of 64 bits
test.each([1, 65])(
  "core %i refuses flits: its network stops without a report of a deadlock, and nothing is lost when it accepts again",
  (core) => {
    const noc = createNoc(networkOf({ width: core + 1, height: 1, vcBufferFlits: 2, injectionQueuePackets: 40 }));
    noc.setAccept(core, false);
    const source = core - 1;
    for (let i = 0; i < 40; i++) noc.inject(source, core, 2, i);
    expect(noc.injectionSpace(source)).toBe(0);
    expect(() => noc.inject(source, core, 1, 99)).toThrow("full");
    while (noc.atCycle < 400) expect(noc.step()).toBe(0);
    expect(noc.deadlock()).toBeNull();
    // the ejection buffer and both routers' buffers: 2 VCs of 2 flits each have left the source, no more
    expect(noc.injectedFlits).toBe(12);
    noc.setAccept(core, true);
    const tags: number[] = [];
    while (noc.inFlight > 0 && noc.atCycle < 2000) if (noc.step() > 0) tags.push(noc.deliveredTag(0));
    expect(tags.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  },
);
