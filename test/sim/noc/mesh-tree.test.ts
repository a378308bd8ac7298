/**
 * Trees of meshes: routes by brute force, no circle of channels, latency without load, the root's bandwidth,
 * conservation, no deadlock under load.
 */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { createNoc } from "../../../sim/noc/create.js";
import { nocCurve } from "../../../sim/noc/curve.js";
import { layOut } from "../../../sim/noc/layout.js";
import type { NocSpec } from "../../../sim/noc/noc.js";
import { routersPassed } from "../../../sim/noc/route.js";
import { networkOf, treeOf } from "./spec.js";

const tree = (width: number, height: number, arity: number, levels: number, change: Partial<NocSpec> = {}, linkCycles = 2): NocSpec =>
  networkOf({ ...treeOf({ width, height, arity, levels, linkCycles, cores: 1 }), ...change });

const SHAPES: readonly (readonly [width: number, height: number, arity: number, levels: number])[] = [
  [1, 1, 2, 1],
  [2, 2, 2, 1],
  [3, 3, 3, 1],
  [4, 4, 4, 1],
  [5, 2, 2, 2],
  [1, 4, 3, 2],
  [2, 3, 2, 3],
  [2, 2, 4, 2],
];

/** Channels (router * ports + port) that a packet of each pair of cores uses alone, in order, up to the core. */
function* waysOf(spec: NocSpec): Generator<{ readonly from: number; readonly to: number; readonly channels: readonly number[] }> {
  const layout = layOut(spec);
  const noc = createNoc(spec);
  for (let from = 0; from < layout.cores; from++) {
    for (let to = 0; to < layout.cores; to++) {
      const before = noc.linkFlits.slice();
      noc.inject(from, to, 1, 0);
      while (noc.inFlight > 0) noc.step();
      const passed = noc.linkFlits.map((flits, channel) => flits - before[channel]);
      const channels: number[] = [];
      for (let router = layout.coreRouter[from]; ; ) {
        const channel = passed.indexOf(1, router * layout.ports);
        passed[channel] = 0;
        channels.push(channel);
        const behind = layout.down[channel];
        if (behind === -2 - to || channels.length > 200) break;
        router = Math.floor(behind / spec.virtualChannels / layout.ports);
      }
      yield { from, to, channels };
    }
  }
}

/** Whether a channel can wait for itself: a packet that holds one waits for the next on its way. */
function hasCircle(spec: NocSpec): boolean {
  const next = new Map<number, Set<number>>();
  for (const { channels } of waysOf(spec))
    for (const [i, channel] of channels.slice(1).entries())
      next.set(channels[i], (next.get(channels[i]) ?? new Set<number>()).add(channel));
  const state = new Map<number, "open" | "done">();
  const visit = (channel: number): boolean => {
    if (state.get(channel) === "done") return false;
    if (state.get(channel) === "open") return true;
    state.set(channel, "open");
    const found = [...(next.get(channel) ?? [])].some(visit);
    state.set(channel, "done");
    return found;
  };
  return [...next.keys()].some(visit);
}

test("channels never wait in a circle, by xy and yx in 8 shapes; a torus with one VC class has a circle", () => {
  for (const shape of SHAPES)
    for (const routing of ["xy", "yx"] as const)
      expect([shape, routing, hasCircle(tree(...shape, { routing }))]).toEqual([shape, routing, false]);
  expect(hasCircle(networkOf())).toBe(false);
  expect(hasCircle(networkOf({ topology: "torus" }))).toBe(true);
  expect(hasCircle(networkOf({ topology: "ring", width: 5, height: 1 }))).toBe(true);
});

/**
 * Shortest paths over the wires of the layout, breadth first. A tree's routes are among them only if the mesh's gateway
 * is on the path, which it always is.
 */
function shortest(spec: NocSpec): (from: number, to: number) => number {
  const { routers, ports, down } = layOut(spec);
  const rows = Array.from({ length: routers }, (_, start) => {
    const far = new Array<number>(routers).fill(-1);
    far[start] = 0;
    const queue = [start];
    for (const router of queue)
      for (let port = 0; port < ports; port++) {
        const behind = down[router * ports + port];
        const to = Math.floor(behind / spec.virtualChannels / ports);
        if (behind < 0 || far[to] >= 0) continue;
        far[to] = far[router] + 1;
        queue.push(to);
      }
    return far;
  });
  return (from, to) => rows[from][to];
}

test("every route is a shortest path over the wires, and routersPassed is its length", { tags: ["long"] }, () => {
  for (const shape of SHAPES) {
    const spec = tree(...shape);
    const far = shortest(spec);
    for (const { from, to, channels } of waysOf(spec)) {
      expect(channels.length).toBe(far(from, to) + 1);
      expect(channels.length).toBe(routersPassed(spec, from, to));
    }
  }
});

test("latency without load is 3 + H R + grid links x d + tree links x t + L - 1, for every pair, where a tree's link takes t cycles", () => {
  const slow = { routingDelayCycles: 2, vcAllocationDelayCycles: 2, switchAllocationDelayCycles: 2, switchTraversalDelayCycles: 3 };
  const cases: readonly (readonly [NocSpec, number, number])[] = [
    [tree(3, 2, 2, 2, { vcBufferFlits: 16 }, 3), 4, 3],
    [tree(2, 2, 3, 1, { vcBufferFlits: 32, linkCycles: 2, ...slow, routing: "yx" }, 9), 6, 9],
    [tree(1, 3, 2, 1, { vcBufferFlits: 16, virtualChannels: 1, routingDelayCycles: 0 }, 1), 3, 1],
    [tree(2, 2, 2, 2, { vcBufferFlits: 32, multicast: "tree" }, 5), 2, 5],
  ];
  for (const [spec, flits, t] of cases) {
    const far = shortest(spec);
    // only links of meshes: without the tree, the same network has no path between two meshes
    const tiles = spec.coresPerRouter.filter((cores) => cores > 0).length;
    const size = spec.width * spec.height;
    const { arity } = spec.tree as { arity: number };
    const digits = (mesh: number): string => mesh.toString(arity).padStart(6, "0");
    const stages =
      spec.routingDelayCycles + spec.vcAllocationDelayCycles + spec.switchAllocationDelayCycles + spec.switchTraversalDelayCycles;
    const noc = createNoc(spec);
    for (let from = 0; from < tiles; from++) {
      for (let to = 0; to < tiles; to++) {
        const [a, b] = [digits(Math.floor(from / size)), digits(Math.floor(to / size))];
        const common = [...a].findIndex((digit, i) => digit !== b[i]);
        const treeLinks = common < 0 ? 0 : 2 * (a.length - common);
        const links = far(from, to);
        noc.skipTo(noc.atCycle + 300);
        const start = noc.atCycle;
        noc.inject(from, to, flits, 1);
        expect(noc.run(start + 1000)).toBe(1);
        const expected = 3 + (links + 1) * stages + (links - treeLinks) * spec.linkCycles + treeLinks * t + flits - 1;
        expect([from, to, noc.atCycle - 1 - start]).toEqual([from, to, expected]);
      }
    }
  }
});

test("the root's link limits traffic between two meshes to one flit per cycle, and uniform traffic to a^2 / (N (a - 1)) per core", () => {
  const spec = tree(3, 3, 2, 1, { virtualChannels: 4, vcBufferFlits: 8 });
  const noc = createNoc(spec);
  for (let core = 0; core < 9; core++) for (let i = 0; i < 400; i++) noc.inject(core, 9 + ((core + i) % 9), 4, core);
  while (noc.atCycle < 500) noc.step();
  const down = 18 * noc.portsPerRouter + 1;
  const before = noc.linkFlits[down];
  while (noc.atCycle < 500 + 5000) noc.step();
  expect(noc.linkFlits[down] - before).toBeLessThanOrEqual(5000);
  expect(noc.linkFlits[down] - before).toBeGreaterThan(0.998 * 5000);
  // flits on their way between the root and the cores
  expect(noc.linkFlits[down] - noc.ejectedFlits).toBeLessThan(9 * 4 * 8);

  for (const [width, height, arity] of [
    [3, 3, 2],
    [2, 2, 4],
  ]) {
    const cores = width * height * arity;
    const bound = arity ** 2 / (cores * (arity - 1));
    const of = {
      spec: tree(width, height, arity, 1, { virtualChannels: 8 }),
      traffic: "uniform",
      packetFlits: 4,
      seed: 5,
      replications: 1,
    } as const;
    const [below, above] = nocCurve({ ...of, rates: [0.7 * bound, 1.6 * bound], warmupCycles: 2000, measureCycles: 6000 });
    expect(below.saturated).toBe(false);
    expect(Math.abs(below.accepted / (0.7 * bound) - 1)).toBeLessThan(0.05);
    expect(above.saturated).toBe(true);
    expect(above.accepted).toBeLessThan(bound);
    // a root of 4 children is a crossbar with one iteration of iSLIP: head-of-line blocking costs a quarter
    expect(above.accepted).toBeGreaterThan(0.7 * bound);
  }
});

test("random traffic of long packets over single buffers of one VC drains, flits are conserved on every link (seeds 1 to 4)", () => {
  for (const [i, [width, height, arity, levels]] of (
    [
      [3, 3, 2, 2],
      [2, 2, 4, 1],
      [4, 1, 3, 1],
      [1, 1, 2, 3],
    ] as const
  ).entries()) {
    const spec = tree(width, height, arity, levels, { virtualChannels: 1, vcBufferFlits: 1 });
    const noc = createNoc(spec);
    const rng = createRng(i + 1, "tree traffic");
    const cores = width * height * arity ** levels;
    let [hops, sent] = [0, 0];
    for (let packet = 0; packet < 30 * cores; packet++) {
      const [from, to, flits] = [rng.int(0, cores - 1), rng.int(0, cores - 1), rng.int(1, 9)];
      noc.inject(from, to, flits, packet);
      sent += flits;
      hops += flits * routersPassed(spec, from, to);
    }
    let delivered = 0;
    while (noc.inFlight > 0 && noc.deadlock() === null) delivered += noc.step();
    expect([delivered, noc.injectedFlits, noc.ejectedFlits]).toEqual([30 * cores, sent, sent]);
    expect(noc.linkFlits.reduce((a, b) => a + b, 0)).toBe(hops);
  }
});

test("a multicast packet from one tile to all 16 of 4 meshes crosses each link of its tree once", () => {
  const spec = tree(2, 2, 4, 1, { multicast: "tree" });
  const noc = createNoc(spec);
  noc.injectMulticast(
    1,
    Array.from({ length: 16 }, (_, core) => core),
    3,
    0,
  );
  let delivered = 0;
  while (noc.inFlight > 0) delivered += noc.step();
  expect(delivered).toBe(16);
  // source's mesh: 1 -> 0 (gateway), 1 -> 3, 0 -> 2; up once; down 3 times; in each other mesh 3 links
  expect(noc.linkFlits.reduce((a, b) => a + b, 0)).toBe(3 * (3 + 1 + 3 + 9 + 16));
});

test("a tree in a topology without one, a tree topology without a tree, and an arity of one are refused", () => {
  const good = tree(2, 2, 2, 1);
  expect(() => layOut({ ...good, tree: null })).toThrow("a mesh-tree needs one");
  expect(() => layOut({ ...networkOf(), tree: good.tree })).toThrow("a mesh has none");
  expect(() => layOut({ ...good, tree: { arity: 1, levels: 1, linkCycles: 1 } })).toThrow("tree.arity");
});
