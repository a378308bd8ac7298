/**
 * Latency and throughput under synthetic traffic agree with curves recorded from BookSim 2, an independent simulator.
 */
import { describe, expect, test } from "vitest";
import { createRng } from "../../../base/rng.js";
import { nocCurve } from "../../../sim/noc/curve.js";
import { createArrivals, createDestinations } from "../../../sim/noc/traffic.js";
import { referenceCurves, saturationRate } from "./reference-curves.js";
import { networkOf } from "./spec.js";

const SEED = 7;
const SINGLE_FLITS = { packetFlits: 1, seed: SEED } as const;
const WANTED = [
  "mesh 4 bitcomp 1 2 8 islip 1 0",
  "mesh 4 hotspot 1 2 8 islip 1 0",
  "mesh 4 uniform 4 2 8 separable_input_first 1 0",
  "mesh 8 transpose 4 2 8 islip 1 0",
  "mesh 8 uniform 4 2 8 islip 0 0",
  "torus 8 uniform 1 2 8 islip 1 0",
];
/** Those of `npm test`: a hot node, a permutation, and the other allocator. */
const USUAL = WANTED.slice(1, 4);

describe(`against recorded curves (seed ${SEED})`, () => {
  for (const curve of referenceCurves().filter(({ name }) => WANTED.includes(name))) {
    const saturation = saturationRate(curve.points);
    const stable = curve.points.filter(({ rate }) => rate >= 0.15 * saturation && rate <= 0.81 * saturation);
    const last = curve.points[curve.points.length - 1];
    test(`${curve.name}: mean latency within 3 % up to 60 % and 5 % up to 80 % of saturation, overload throughput within ${curve.torus ? 10 : 5} %`, {
      tags: USUAL.includes(curve.name) ? [] : ["long"],
      timeout: 30_000,
    }, () => {
      for (const point of stable) {
        const [row] = nocCurve(curve.options(point, SEED));
        expect(row.saturated).toBe(false);
        expect(Math.abs((row.plat ?? 0) / point.plat - 1)).toBeLessThan(point.rate <= 0.6 * saturation ? 0.03 : 0.05);
      }
      const [overload] = nocCurve(curve.options(last, SEED));
      expect(overload.saturated).toBe(true);
      expect(Math.abs(overload.accepted / last.accepted - 1)).toBeLessThan(curve.torus ? 0.1 : 0.05);
    });
  }
});

test("a row's latency at low load is the zero-load formula at the row's own hops", () => {
  const options = {
    spec: networkOf({ width: 8, height: 8 }),
    traffic: "uniform",
    ...SINGLE_FLITS,
    warmupCycles: 500,
    measureCycles: 6000,
    replications: 1,
  } as const;
  const [row] = nocCurve({ ...options, rates: [0.0005] });
  expect(row.plat).toBeCloseTo(5 * (row.hops ?? 0) + 2, 1);
  expect(row.nlat).toBeCloseTo(row.plat ?? 0, 1);
});

test("a network whose ways take longer than 500 cycles is saturated when it does not accept what it is offered, and not before", {
  tags: ["long"],
  timeout: 60_000,
}, () => {
  const windows = { warmupCycles: 3000, measureCycles: 6000, replications: 1 } as const;
  const slow = { columns: 2, rows: 1, flitCycles: 100, latencyCycles: 400 };
  for (const [label, spec, low] of [
    ["links of 64 cycles", networkOf({ width: 8, height: 8, linkCycles: 64 }), 0.001],
    ["links between dies", networkOf({ width: 4, height: 4, dies: slow }), 0.0005],
    ["short links", networkOf({ width: 4, height: 4 }), 0.001],
  ] as const) {
    for (const traffic of ["uniform", "bitcomp"] as const) {
      const rows = nocCurve({ spec, traffic, ...SINGLE_FLITS, ...windows, rates: [low, 0.9] });
      expect(
        rows.map(({ saturated }) => saturated),
        `${label}, ${traffic}`,
      ).toEqual([false, true]);
      if (label !== "short links" && traffic === "bitcomp") expect(rows[0].plat, label).toBeGreaterThan(500);
    }
  }
});

test("no rate above what the hot node can eject is stable; where source queues grow, latencies depend on the window", () => {
  // 1 of 4 packets goes to the hot node of 16: at rate r it gets 16 r / 4 flits per cycle, and ejects at most one.
  const most = 1 / 4;
  const options = {
    spec: networkOf({ width: 4, height: 4 }),
    traffic: "hotspot",
    ...SINGLE_FLITS,
    warmupCycles: 600,
    measureCycles: 1200,
    replications: 2,
  } as const;
  const shares = [0.5, 0.8, 0.93, 1.02, 1.1];
  const rows = nocCurve({ ...options, rates: shares.map((share) => share * most) });
  const isStable = rows.map(({ growing, saturated }) => !growing && !saturated);
  expect(isStable).toEqual([true, true, false, false, false]);
  expect(rows.map(({ growing }) => growing)[2]).toBe(true);
  const later = nocCurve({ ...options, measureCycles: 3600, rates: [0.8 * most, 0.93 * most] });
  expect(Math.abs((later[0].plat ?? 0) / (rows[1].plat ?? 0) - 1)).toBeLessThan(0.1);
  expect(later[1].plat ?? Number.POSITIVE_INFINITY).toBeGreaterThan(1.5 * (rows[2].plat ?? 0));
});

test("a rate at which no packet is sent in the window has no latency, and none of it is 0", () => {
  const options = {
    spec: networkOf(),
    traffic: "uniform",
    ...SINGLE_FLITS,
    warmupCycles: 0,
    measureCycles: 30,
    replications: 2,
  } as const;
  expect(nocCurve({ ...options, rates: [1e-9] })[0]).toMatchObject({
    injected: 0,
    accepted: 0,
    hops: null,
    plat: null,
    nlat: null,
    saturated: false,
  });
});

test("the same seed gives the same rows, with any other rates in the list", () => {
  const options = {
    spec: networkOf(),
    traffic: "tornado",
    packetFlits: 2,
    warmupCycles: 200,
    measureCycles: 600,
    replications: 2,
  } as const;
  const both = nocCurve({ ...options, rates: [0.1, 0.3], seed: 3 });
  expect(nocCurve({ ...options, rates: [0.3], seed: 3 })).toEqual([both[1]]);
  expect(nocCurve({ ...options, rates: [0.3], seed: 4 })).not.toEqual([both[1]]);
});

test("Bernoulli arrivals have the requested rate, and at most one packet per node and cycle", () => {
  const arrivals = createArrivals(0.3, 5, createRng(SEED, "arrivals"));
  const seen = new Set<string>();
  let packets = 0;
  for (; arrivals.atCycle < 20_000; arrivals.next(), packets++) seen.add(`${arrivals.atCycle}/${arrivals.node}`);
  expect(seen.size).toBe(packets);
  expect(Math.abs(packets / 100_000 - 0.3)).toBeLessThan(0.006);
  const full = createArrivals(1, 3, createRng(SEED, "arrivals"));
  for (let i = 0; i < 9; i++, full.next()) expect([full.atCycle, full.node]).toEqual([Math.floor(i / 3), i % 3]);
});

test("the grid patterns are permutations by their formulas; hotspot sends 1 of k packets to the middle", () => {
  const rng = createRng(SEED, "destinations");
  const spec = networkOf({ width: 8, height: 8 });
  for (let source = 0; source < 64; source++) {
    const [x, y] = [source % 8, source >> 3];
    expect(createDestinations("transpose", spec, rng)(source)).toBe(x * 8 + y);
    expect(createDestinations("bitcomp", spec, rng)(source)).toBe(63 - source);
    expect(createDestinations("neighbor", spec, rng)(source)).toBe(((y + 1) % 8) * 8 + ((x + 1) % 8));
    expect(createDestinations("tornado", spec, rng)(source)).toBe(((y + 3) % 8) * 8 + ((x + 3) % 8));
  }
  const hotspot = createDestinations("hotspot", spec, rng);
  const hits = Array.from({ length: 20_000 }, () => hotspot(0)).filter((core) => core === 27).length;
  expect(Math.abs(hits / 20_000 - 1 / 8)).toBeLessThan(0.008);
});

test("bitrev reverses a node's bits, shuffle rotates them; both need a power of two of nodes", () => {
  const rng = createRng(SEED, "destinations");
  const all = (pattern: "bitrev" | "shuffle", nodes: number): readonly number[] => {
    const to = createDestinations(pattern, networkOf({ width: nodes, height: 1 }), rng);
    return Array.from({ length: nodes }, (_, source) => to(source));
  };
  expect(all("bitrev", 8)).toEqual([0b000, 0b100, 0b010, 0b110, 0b001, 0b101, 0b011, 0b111]);
  expect(all("shuffle", 8)).toEqual([0b000, 0b010, 0b100, 0b110, 0b001, 0b011, 0b101, 0b111]);
  expect(all("shuffle", 1)).toEqual([0]);
  for (const pattern of ["bitrev", "shuffle"] as const)
    expect(() => all(pattern, 6)).toThrow(`--traffic: ${pattern} needs a power of two of nodes, got 6`);
});

test("on a ring of three VCs, non-wrapping flows have one VC, or two if both halves have the middle one", () => {
  // Every node sends one flow over one link. An input VC passes a packet of one flit in 3 cycles (RC, VA, SA), so a
  // flow with one VC gets 1/3. Only the last node's packet wraps, and has the upper half.
  const accepted = (middleVc: "upper" | "both"): number =>
    nocCurve({
      spec: networkOf({ topology: "ring", width: 8, height: 1, virtualChannels: 3, middleVc }),
      ...{ traffic: "neighbor", packetFlits: 1, rates: [1], warmupCycles: 300, measureCycles: 900, seed: SEED, replications: 1 },
    })[0].accepted;
  expect(accepted("upper")).toBeCloseTo((7 * (1 / 3) + 2 / 3) / 8, 2);
  expect(accepted("both")).toBeCloseTo(2 / 3, 2);
});

test("a rate above 1, packets that are empty or longer than the kernel counts, and transpose on an oblong grid are refused", () => {
  const options = {
    spec: networkOf({ height: 3 }),
    traffic: "uniform",
    packetFlits: 1,
    rates: [0.1],
    warmupCycles: 0,
    measureCycles: 30,
    seed: 1,
    replications: 1,
  } as const;
  expect(() => nocCurve({ ...options, rates: [1.5] })).toThrow("--rate: got 1.5");
  expect(() => nocCurve({ ...options, replications: 0 })).toThrow("--replications");
  for (const packetFlits of [0, 65_537, 2 ** 31, 2 ** 32 + 1])
    expect(() => nocCurve({ ...options, packetFlits })).toThrow(`--packet-flits: got ${packetFlits}, expected an integer from 1 to 65536`);
  expect(() => nocCurve({ ...options, traffic: "transpose" })).toThrow("square");
});
