/**
 * Capacities of axon and route tables: counted by brute force over synapses, respected by every strategy, refused with
 * a change that fits, priced by hand.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { areaOf } from "../../../arch/area.js";
import { axonEntryBits, BUILT_NEEDS, type Chip, type MappingRequest, type Projection, type Topology } from "../../../arch/index.js";
import { sramMacro } from "../../../arch/sram.js";
import { InfeasibleError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, coreColumn } from "../../../sim/counters.js";
import { price } from "../../../sim/energy.js";
import { profileOf } from "../../../sim/expect/activity-profile.js";
import { estimate } from "../../../sim/expect/analytical.js";
import { checkPlacement } from "../../../sim/mapping/checker.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { type Placement, placement } from "../../../sim/mapping/placement.js";
import { Axons, routeEntries } from "../../../sim/mapping/tables.js";
import { chip, core, dense, population, precision, randomTrace, recurrentTopology } from "../board/fixtures.js";

const SEED = 20_260_301;
const request = (changes: Partial<MappingRequest> = {}): MappingRequest => ({
  ...{ strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 },
  ...changes,
});
const ample = {
  synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 22 },
  stateMemory: { ...core.stateMemory, sizeBits: 2 ** 18 },
};

function sparse(source: number, target: number, sizes: readonly number[], seed: number): Projection {
  const rng = createRng(seed, "tables");
  const rows = Array.from({ length: sizes[source] }, () =>
    Array.from({ length: sizes[target] }, (_, i) => i).filter(() => rng.float() < 0.3),
  );
  const rowStart = [0];
  for (const row of rows) rowStart.push((rowStart.at(-1) as number) + row.length);
  return { source, target, recurrent: false, sparse: { rowStart: Uint32Array.from(rowStart), targets: Uint32Array.from(rows.flat()) } };
}

function mixed(seed: number): Topology {
  const sizes = [9, 12, 7];
  return {
    populations: sizes.map((neurons, i) => population(`p${i}`, neurons, i, i === 2 ? { payloadBits: 0, states: 0 } : {})),
    projections: [
      seed % 2 === 0 ? dense(0, 1) : sparse(0, 1, sizes, seed),
      sparse(1, 2, sizes, seed + 1),
      ...(seed % 3 === 0 ? [dense(1, 1, true)] : []),
    ],
  };
}

/** Every synapse as (source, target) names, from rows and slices alone. */
function byHand({ topology, slices }: Placement, on: Chip): { readonly axons: number[]; readonly routes: number[] } {
  const homeOf = (p: number, i: number): number =>
    (slices.find((s) => s.population === p && i >= s.firstNeuron && i < s.firstNeuron + s.neurons) as { core: number }).core;
  const pairs = new Set<string>();
  for (const { source, target, sparse: rows } of topology.projections)
    for (let i = 0; i < topology.populations[source].neurons; i++)
      for (let j = 0; j < topology.populations[target].neurons; j++)
        if (rows === null || rows.targets!.subarray(rows.rowStart[i], rows.rowStart[i + 1]).includes(j))
          pairs.add(`${source}/${i}/${homeOf(source, i)}/${homeOf(target, j)}`);
  const axons = on.cores.map(({ id }) => [...pairs].filter((pair) => pair.endsWith(`/${id}`)).length);
  const leaving = [...pairs].map((pair) => pair.split("/")).filter(([, , from, to]) => from !== to);
  const routes = on.cores.map(({ id }) => {
    const mine = leaving.filter(([, , from]) => Number(from) === id);
    return on.noc.multicast === "tree" ? new Set(mine.map(([p, i]) => `${p}/${i}`)).size : mine.length;
  });
  return { axons, routes };
}

test("entries equal a count over all synapses, unicast and tree, and a limit of exactly this number is met (random networks)", () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.constantFrom(2, 3, 5, 12),
      fc.constantFrom("unicast" as const, "tree" as const),
      (seed, most, multicast) => {
        const topology = mixed(seed);
        const on = chip([2, 2, 2, 2, 2, 2, 2], { core: ample, noc: { multicast } });
        const made = mapNetwork(topology, on, precision, request({ maxNeuronsPerCore: most }), null);
        const { axons, routes } = byHand(made, on);
        expect([...routeEntries(made, on)]).toEqual(routes);
        for (const { id } of on.cores) {
          const all = new Axons(topology);
          for (const { core, population, firstNeuron, neurons } of made.slices) {
            if (core !== id) continue;
            const size = all.sizeWith(population, firstNeuron, neurons);
            all.add(population, firstNeuron, neurons);
            expect(all.size).toBe(size);
          }
          expect(all.size).toBe(axons[id]);
        }
        const exact = (less: number): Chip => ({
          ...on,
          cores: on.cores.map((c) => ({ ...c, axonEntries: Math.max(...axons) - less, routeEntries: Math.max(...routes) - less })),
        });
        expect(() => checkPlacement(made, exact(0), precision, most)).not.toThrow();
        expect(() => checkPlacement(made, exact(1), precision, most)).toThrow(/takes in \d+ axons|route entries/);
      },
    ),
    { seed: SEED, numRuns: 60 },
  );
});

test.each(["sequential", "balanced", "min-traffic"] as const)(
  "%s splits further if tables are small, and its placement passes the checker's own count",
  (strategy) => {
    const topology = recurrentTopology(32);
    const trace = randomTrace(topology, [10, 12], [0.3, 0.1, 0.05, 0], 1);
    const on = (axonEntries: number | null, routes: number | null, multicast: "unicast" | "tree" = "unicast"): Chip =>
      chip(new Array<number>(16).fill(1), { core: { ...ample, axonEntries, routeEntries: routes }, noc: { multicast } });
    const free = mapNetwork(topology, on(null, null), precision, request({ strategy }), trace);
    // 28 + 32 rows reach a core of layer 1, 32 + 32 one of layer 2: no space for two layers
    const few = mapNetwork(topology, on(64, null), precision, request({ strategy }), trace);
    expect(Math.max(...byHand(few, on(null, null)).axons)).toBeLessThanOrEqual(64);
    const most = Math.max(...byHand(free, on(null, null)).routes);
    const tight = on(null, Math.max(16, Math.floor(most / 2)), "tree");
    const routed = mapNetwork(topology, tight, precision, request({ strategy }), trace);
    expect(Math.max(...byHand(routed, tight).routes)).toBeLessThanOrEqual(tight.cores[0].routeEntries as number);
  },
);

test("if a neuron has more rows than its core has axons, its fan-in is split; the helpers' partial sums need axons, too", () => {
  const topology = { populations: [population("in", 40, 0), population("out", 3, 1)], projections: [dense(0, 1)] };
  const on = chip([1, 1, 1, 1], { core: { ...ample, axonEntries: 24 } });
  const made = mapNetwork(topology, on, precision, request(), null);
  expect(made.topology.populations.length).toBeGreaterThan(2);
  const rows = made.topology.projections.filter(({ source }) => source === 0);
  expect(rows).toHaveLength(2);
});

describe("refusals name code, need, capacity, and the smallest change that fits", () => {
  const topology = recurrentTopology(32);
  const caught = (on: Chip): InfeasibleError => {
    try {
      mapNetwork(topology, on, precision, request(), null);
    } catch (error) {
      return error as InfeasibleError;
    }
    throw new Error("it fits");
  };
  test("axon table", () => {
    const on = (entries: number): Chip => chip([1, 1], { core: { ...ample, axonEntries: entries } });
    const error = caught(on(50));
    expect([error.code, error.have]).toEqual(["MAP_AXON_TABLE_FULL", "50 entries"]);
    const value = Number((/axon_table\.entries: (\d+)/.exec(error.fix) as RegExpExecArray)[1]);
    expect(error.need).toBe(`${value} axons in a core`);
    expect(() => mapNetwork(topology, on(value), precision, request(), null)).not.toThrow();
    expect(() => mapNetwork(topology, on(value - 1), precision, request(), null)).toThrow(InfeasibleError);
  });
  test("a full route table names the entries of two cores, and the tree that would fit", () => {
    const limit = { ...ample, maxNeurons: 60, routeEntries: 20 };
    const on = (routes: number, multicast: "unicast" | "tree" = "unicast"): Chip =>
      chip([1, 1, 1, 1], { core: { ...limit, routeEntries: routes }, noc: { multicast } });
    const error = caught(on(20));
    expect(error.code).toBe("MAP_ROUTE_TABLE_FULL");
    expect(error.have).toBe("20 entries");
    const value = Number((/route_table\.entries: (\d+)/.exec(error.fix) as RegExpExecArray)[1]);
    expect(() => mapNetwork(topology, on(value), precision, request(), null)).not.toThrow();
    expect(() => mapNetwork(topology, on(value - 1), precision, request(), null)).toThrow(InfeasibleError);
  });
});

test("look-ups are one per spike taken and one per packet, at the price of an SRAM of that size; a dense scan needs no axon table", () => {
  const topology = recurrentTopology(20);
  const trace = randomTrace(topology, [6], [0.5, 0.3, 0.2, 0], 3);
  const sized = chip([2, 2], { core: { ...ample, maxNeurons: 40, axonEntries: 200, routeEntries: 300 } });
  const bare = { ...sized, cores: sized.cores.map((c) => ({ ...c, axonEntries: null, routeEntries: null })) };
  const made = mapNetwork(topology, sized, precision, request({ maxNeuronsPerCore: 20 }), trace);
  const run = runTiming(sized, made, precision, trace);
  expect(run.total).toEqual(runTiming(bare, made, precision, trace).total);
  const sum = (name: "spikes_received" | "packets_sent"): number =>
    run.total.cores.reduce((all, count, at) => all + (at % CORE_COUNTERS.length === coreColumn[name] ? count : 0), 0);
  const rows = (on: Chip) => new Map(price(on, precision, topology, run.total).rows.map((row) => [row.component, row]));
  const words = Math.floor(sized.cores[0].synapseMemory.sizeBits / sized.cores[0].synapseMemory.wordBits);
  expect(axonEntryBits(sized.cores[0])).toBe(2 * (Math.floor(Math.log2(words)) + 1));
  const sram = (entries: number, bits: number) =>
    sramMacro({ sizeBits: entries * bits, wordBits: bits, banks: 1, ports: "1rw" }, sized.technology);
  const [axon, route] = [sram(200, axonEntryBits(sized.cores[0])), sram(300, sized.noc.headerBits)];
  expect(rows(sized).get("axon table reads")?.energyPj).toBeCloseTo(sum("spikes_received") * axon.read_pj, 6);
  expect(rows(sized).get("route table reads")?.energyPj).toBeCloseTo(sum("packets_sent") * route.read_pj, 6);
  const ns = (run.total.cycles * 1000) / sized.technology.clockMhz;
  expect(rows(sized).get("route table leakage")?.energyPj).toBeCloseTo(4 * ns * route.leakage_mw, 6);
  expect([...rows(bare).keys()].filter((name) => name.includes("table") && name !== "table reads")).toEqual([]);
  const area = new Map(areaOf(sized, precision, BUILT_NEEDS).rows.map((row) => [row.component, row.areaMm2]));
  expect(area.get("axon table area")).toBeCloseTo(4 * axon.area_mm2, 12);
  const scanned = { ...sized, cores: sized.cores.map((c) => ({ ...c, scan: { ...c.scan, policy: "dense" as const } })) };
  expect(rows(scanned).get("axon table reads")?.energyPj).toBe(0);
});

test("the analytical model finds that a network has more axons or routes than all tables together", () => {
  const topology = recurrentTopology(32);
  const profile = profileOf(randomTrace(topology, [6], [0.3, 0.1, 0.05, 0], 1));
  const on = (changes: object): Chip => chip([1, 1, 1, 1], { core: { ...ample, maxNeurons: 64, ...changes } });
  const of = (changes: object) => estimate(on(changes), precision, request(), profile);
  expect(of({})).not.toBeNull();
  expect(of({ axonEntries: 200, routeEntries: 200 })).toEqual(of({}));
  expect(of({ axonEntries: 10 })).toBeNull();
  expect(of({ routeEntries: 1 })).toBeNull();
});

test("the checker refuses a placement that the tables cannot hold", () => {
  const topology = { populations: [population("in", 4, 0), population("out", 2, 1)], projections: [dense(0, 1)] };
  const slices = [
    { population: 0, firstNeuron: 0, neurons: 4, core: 0 },
    { population: 1, firstNeuron: 0, neurons: 2, core: 1 },
  ];
  const made = placement(topology, "by hand", slices);
  const on = (changes: object): Chip => chip([1, 1], { core: { ...ample, ...changes } });
  expect(() => checkPlacement(made, on({ axonEntries: 4, routeEntries: 4 }), precision, null)).not.toThrow();
  expect(() => checkPlacement(made, on({ axonEntries: 3 }), precision, null)).toThrow("core 1 takes in 4 axons, its table has 3 entries");
  expect(() => checkPlacement(made, on({ routeEntries: 3 }), precision, null)).toThrow("core 0 needs 4 route entries, its table has 3");
});
