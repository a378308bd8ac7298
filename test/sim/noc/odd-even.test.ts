/**
 * Odd-even routing: shortest paths without a forbidden turn, no circle of channels, credits decide between two
 * directions, saturation without deadlock.
 */
import { expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { createNoc } from "../../../sim/noc/create.js";
import { nocCurve } from "../../../sim/noc/curve.js";
import { oddEvenMoves } from "../../oracles/turn-model.js";
import { networkOf } from "./spec.js";

const STEP = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;
test("a single packet takes only permitted moves between any two places of 7x5 and 6x6, in x if it may choose", () => {
  for (const [width, height] of [
    [7, 5],
    [6, 6],
  ]) {
    const noc = createNoc(networkOf({ routing: "odd-even", width, height }));
    const wrong: string[] = [];
    let chosen = 0;
    for (let from = 0; from < width * height; from++) {
      for (let to = 0; to < width * height; to++) {
        const before = noc.linkFlits.slice();
        noc.inject(from, to, 1, 0);
        while (noc.inFlight > 0) noc.step();
        let moved = -1;
        for (let [x, y] = [from % width, Math.floor(from / width)]; y * width + x !== to; ) {
          const first = (y * width + x) * noc.portsPerRouter;
          const port = [0, 1, 2, 3].find((p) => noc.linkFlits[first + p] > before[first + p]) ?? -1;
          const moves = oddEvenMoves(x, y, moved, to % width, Math.floor(to / width));
          if (moves.length > 1) chosen++;
          if (port !== moves[0]) {
            wrong.push(`${from} -> ${to} at ${x},${y} moved ${moved}: ${port}, not the first of ${moves}`);
            break;
          }
          [x, y, moved] = [x + STEP[port][0], y + STEP[port][1], port];
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(chosen).toBeGreaterThan(400);
  }
});

/** Whether links can wait for each other in a circle if a packet from one link may continue on those of `next`. */
function hasCircle(size: number, next: (x: number, y: number, moved: number, gx: number, gy: number) => number[]): boolean {
  const after = new Map<number, Set<number>>();
  for (let s = 0; s < size * size; s++) {
    for (let d = 0; d < size * size; d++) {
      const seen = new Set<number>();
      const go = (place: number, by: number): void => {
        if (seen.has(4 * place + by) || place === d) return;
        seen.add(4 * place + by);
        const [x, y] = [place % size, Math.floor(place / size)];
        for (const port of next(x, y, by < 0 ? by : by % 4, d % size, Math.floor(d / size))) {
          const link = 4 * place + port;
          if (by >= 0) after.set(by, (after.get(by) ?? new Set()).add(link));
          go(place + STEP[port][0] + size * STEP[port][1], link);
        }
      };
      go(s, -1);
    }
  }
  const state = new Map<number, "open" | "done">();
  const circular = (link: number): boolean => {
    if (state.has(link)) return state.get(link) === "open";
    state.set(link, "open");
    const found = [...(after.get(link) ?? [])].some(circular);
    state.set(link, "done");
    return found;
  };
  return [...after.keys()].some(circular);
}

test("the links of a 6x6 mesh have no circle, so one VC cannot deadlock; with every shortest path permitted there is one", () => {
  expect(hasCircle(6, oddEvenMoves)).toBe(false);
  const free = (x: number, y: number, _: number, gx: number, gy: number): number[] =>
    [gx > x ? 0 : -1, gx < x ? 1 : -1, gy > y ? 2 : -1, gy < y ? 3 : -1].filter((port) => port >= 0);
  expect(hasCircle(6, free)).toBe(true);
});

test("a packet takes the direction with more credits; of equal ones that in x", () => {
  const noc = createNoc(networkOf({ routing: "odd-even", width: 2, height: 2, vcBufferFlits: 4, virtualChannels: 1 }));
  const flits = (router: number, port: number): number => noc.linkFlits[router * noc.portsPerRouter + port];
  noc.inject(0, 3, 1, 0);
  noc.run(100);
  expect([flits(0, 0), flits(0, 2)]).toEqual([1, 0]);
  noc.skipTo(noc.atCycle + 50);
  // core 1 refuses: its flits fill the buffer behind the east port of router 0
  noc.setAccept(1, false);
  noc.inject(0, 1, 9, 1);
  for (let cycle = 0; cycle < 40; cycle++) noc.step();
  const east = flits(0, 0);
  noc.inject(2, 3, 1, 2);
  noc.run(noc.atCycle + 100);
  expect(flits(0, 0)).toBe(east);
  noc.setAccept(1, true);
  while (noc.inFlight > 0) noc.step();
  noc.skipTo(noc.atCycle + 50);
  noc.setAccept(1, false);
  noc.inject(0, 1, 6, 3);
  for (let cycle = 0; cycle < 40; cycle++) noc.step();
  noc.inject(0, 3, 1, 4);
  expect(noc.run(noc.atCycle + 100)).toBe(1);
  expect([noc.deliveredTag(0), flits(0, 2)]).toEqual([4, 1]);
});

test("one VC, buffers of one flit and long packets between all pairs drain without deadlock, each on a shortest path (seed 5)", () => {
  const noc = createNoc(networkOf({ routing: "odd-even", width: 6, height: 5, virtualChannels: 1, vcBufferFlits: 1 }));
  const rng = createRng(5, "odd-even");
  let distance = 0;
  const pairs = Array.from({ length: 900 }, (_, i) => [Math.floor(i / 30), i % 30]);
  for (const [from, to] of rng.shuffle(pairs)) {
    noc.inject(from, to, 5, 0);
    distance += 5 * (Math.abs((from % 6) - (to % 6)) + Math.abs(Math.floor(from / 6) - Math.floor(to / 6)));
  }
  while (noc.inFlight > 0) {
    noc.step();
    if (noc.deadlock() !== null || noc.atCycle > 60_000) throw new Error(noc.deadlock() ?? "no end");
  }
  let passed = 0;
  for (let router = 0; router < 30; router++) for (let port = 0; port < 4; port++) passed += noc.linkFlits[router * 5 + port];
  expect(passed).toBe(distance);
});

test("odd-even carries transpose on 8x8 at 0.18 flits per node; XY cannot, as seven flows share a link (1/7)", () => {
  const options = {
    traffic: "transpose",
    packetFlits: 4,
    rates: [0.18],
    warmupCycles: 1500,
    measureCycles: 1500,
    seed: 5,
    replications: 1,
  } as const;
  const row = (routing: "xy" | "odd-even") =>
    nocCurve({ ...options, spec: networkOf({ width: 8, height: 8, routing, virtualChannels: 4 }) })[0];
  expect(row("odd-even").plat).toBeLessThan(80);
  expect(row("xy").plat ?? Number.POSITIVE_INFINITY).toBeGreaterThan(150);
});

test("topologies other than a mesh are refused", () => {
  for (const change of [{ topology: "torus" }, { topology: "ring", height: 1 }, { topology: "crossbar", width: 1, height: 1 }] as const) {
    expect(() => createNoc(networkOf({ routing: "odd-even", ...change }))).toThrow("odd-even is for a mesh");
  }
});
