/**
 * Every strategy places every neuron once and within capacity; a network that does not fit is refused with a change
 * that fits.
 */
// @module-tag slow
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Chip, MappingRequest, Projection, SpikeTrace, Topology } from "../../../arch/index.js";
import { mesh } from "../../../arch/topologies/mesh.js";
import { InfeasibleError, InputError, InvariantError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { dieLinkBits } from "../../../sim/die-links.js";
import { activityOf } from "../../../sim/mapping/activity.js";
import { sliceCycles, type UnitCycles } from "../../../sim/mapping/balanced.js";
import { checkPlacement } from "../../../sim/mapping/checker.js";
import { mapNetwork, strategies } from "../../../sim/mapping/map.js";
import { trafficOf } from "../../../sim/mapping/min-traffic.js";
import { type Placement, placement } from "../../../sim/mapping/placement.js";
import { wayCosts } from "../../../sim/mapping/way-costs.js";
import { cases } from "../../cases.js";
import { chip, core, dense, population, precision, randomTrace, recurrentTopology } from "../board/fixtures.js";

const names = Object.keys(strategies) as MappingRequest["strategy"][];
const request = (changes: Partial<MappingRequest>): MappingRequest => ({
  strategy: "sequential",
  manual: {},
  maxNeuronsPerCore: null,
  seed: 1,
  ...changes,
});
const topology = recurrentTopology(32);
const trace = randomTrace(topology, [10, 12], [0.3, 0.1, 0.05, 0], 1);
const big = {
  core: { synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 20 }, stateMemory: { ...core.stateMemory, sizeBits: 2 ** 16 } },
};

test.each(names)("%s places every neuron exactly once on random chips and limits, or gives the reason", (strategy) => {
  fc.assert(
    fc.property(
      fc.record({
        tiles: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
        limit: fc.option(fc.integer({ min: 1, max: 40 })),
        neurons: fc.integer({ min: 4, max: 200 }),
        synapseKib: fc.integer({ min: 1, max: 16 }),
        stateKib: fc.integer({ min: 1, max: 2 }),
      }),
      (c) => {
        const on = chip(c.tiles, {
          core: {
            maxNeurons: c.neurons,
            synapseMemory: { ...core.synapseMemory, sizeBits: c.synapseKib * 8192 },
            stateMemory: { ...core.stateMemory, sizeBits: c.stateKib * 8192 },
          },
        });
        try {
          const made = mapNetwork(topology, on, precision, request({ strategy, maxNeuronsPerCore: c.limit }), trace);
          expect(made.slices.reduce((sum, slice) => sum + slice.neurons, 0)).toBe(28 + 32 + 32 + 10);
        } catch (error) {
          expect(error).toBeInstanceOf(InfeasibleError);
        }
      },
    ),
    { numRuns: cases(20), seed: 3 },
  );
});

test("a refusal names a need above the capacity of all cores or of one, on random chips with words that rows fill badly", () => {
  let inOne = 0;
  let refused = 0;
  const words = fc.integer({ min: 17, max: 200 });
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
      fc.record({ maxNeurons: fc.integer({ min: 1, max: 80 }), synapse: fc.integer({ min: 1, max: 60 }), words }),
      (tiles, { maxNeurons, synapse, words: wordBits }) => {
        const on = chip(tiles, {
          core: { maxNeurons, synapseMemory: { ...core.synapseMemory, wordBits, sizeBits: synapse * 512 } },
        });
        try {
          mapNetwork(topology, on, precision, request({}), null);
        } catch (error) {
          const { need, have } = error as InfeasibleError;
          refused++;
          if (need === "more cores") return;
          expect(Number.parseFloat(need), `${need}, ${have}`).toBeGreaterThan(Number.parseFloat(have));
          if (need.endsWith("in a core")) inOne++;
        }
      },
    ),
    { numRuns: cases(40), seed: 28 },
  );
  expect(refused).toBeGreaterThan(cases(15));
  expect(inOne, "rejections told of one core").toBeGreaterThan(0);
});

test("a refusal names the scarce resource, and the change that it proposes fits", () => {
  const tight: [string, Chip, RegExp][] = [
    [
      "MAP_SYNAPSE_MEMORY_FULL",
      chip([1], { core: { synapseMemory: { ...core.synapseMemory, sizeBits: 8192 } } }),
      /synapse_memory\.size_kib: ([\d.]+)/,
    ],
    [
      "MAP_STATE_MEMORY_FULL",
      chip([1], { core: { stateMemory: { ...core.stateMemory, sizeBits: 2048 } } }),
      /state_memory\.size_kib: ([\d.]+)/,
    ],
    ["MAP_NEURONS_FULL", chip([1, 1], { core: { maxNeurons: 40 } }), /max_neurons: (\d+)/],
  ];
  for (const [code, on, pattern] of tight) {
    let caught: unknown;
    try {
      mapNetwork(topology, on, precision, request({}), trace);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InfeasibleError);
    const rejection = caught as InfeasibleError;
    expect(rejection.code).toBe(code);
    const value = Number((pattern.exec(rejection.fix) as RegExpExecArray)[1]);
    const grown = (by: number): Chip => ({
      ...on,
      cores: on.cores.map((c) => ({
        ...c,
        maxNeurons: code === "MAP_NEURONS_FULL" ? by : c.maxNeurons,
        synapseMemory: code === "MAP_SYNAPSE_MEMORY_FULL" ? { ...c.synapseMemory, sizeBits: by * 8192 } : c.synapseMemory,
        stateMemory: code === "MAP_STATE_MEMORY_FULL" ? { ...c.stateMemory, sizeBits: by * 8192 } : c.stateMemory,
      })),
    });
    expect(() => mapNetwork(topology, grown(value), precision, request({}), trace)).not.toThrow();
    expect(() =>
      mapNetwork(topology, grown(code === "MAP_NEURONS_FULL" ? value - 1 : value - 1 / 16), precision, request({}), trace),
    ).toThrow(InfeasibleError);
  }
});

test.each(["constructor", "toString", "__proto__"])("a population named %s may be left out of a placement by hand", (name) => {
  const named = { populations: [population("a", 8, 0), population(name, 8, 1)], projections: [dense(0, 1)] };
  const made = mapNetwork(named, chip([1, 1], big), precision, request({ strategy: "manual", manual: { a: [1] } }), null);
  expect(made.slices.map((slice) => slice.core)).toEqual([0, 1]);
});

test("a limit on neurons per core that needs too many cores is refused with the smallest limit that fits", () => {
  const on = chip([2], big);
  expect(() => mapNetwork(topology, on, precision, request({ maxNeuronsPerCore: 8 }), trace)).toThrow(/max_neurons_per_core: 16/);
  expect(() => mapNetwork(topology, on, precision, request({ maxNeuronsPerCore: 16 }), trace)).not.toThrow();
});

describe("balanced", () => {
  const worstOf = (on: Chip, network: Topology, made: Placement, seen: SpikeTrace): number => {
    const activity = activityOf(network, seen);
    return Math.max(
      ...made.usedCores.map((id) => {
        const slices = made.slices.filter((slice) => slice.core === id);
        const cycles = slices.map((slice) => sliceCycles({ topology: network, precision }, activity, on.cores[id], slice));
        const sum = (unit: keyof UnitCycles): number => cycles.reduce((all, one) => all + one[unit], 0);
        return Math.max(sum("somaCycles"), sum("synapseCycles"));
      }),
    );
  };

  test("the busiest unit has no more work than under sequential, on random chips", () => {
    const rng = createRng(5, "balanced");
    const of = <T>(...values: readonly T[]): T => values[rng.int(0, values.length - 1)];
    const drawn = { less: 0, same: 0, kept: 0, refused: 0 };
    for (let draw = 0; draw < cases(108); draw++) {
      const network = recurrentTopology(of(5, 20, 64));
      const seen = randomTrace(network, [6], [rng.float(), rng.float(), rng.float(), 0], draw);
      const on = chip(
        Array.from({ length: of(1, 2, 3, 8) }, () => of(1, 2)),
        {
          core: {
            lanes: of(1, 4, 16),
            eventOverheadCycles: of(0, 8),
            maxNeurons: of(30, 64, 200),
            synapseMemory: { ...core.synapseMemory, sizeBits: of(2 ** 14, 2 ** 16, 2 ** 20) },
            stateMemory: {
              ...core.stateMemory,
              ports: of("1rw", "1r1w"),
              banks: of(1, 2),
              wordBits: of(16, 128),
              sizeBits: of(2 ** 12, 2 ** 16),
            },
            neuronUpdate: { ...core.neuronUpdate, policy: of("dense", "touched"), units: of(1, 4), cyclesPerNeuron: of(1, 16) },
          },
        },
      );
      try {
        const [filled, balanced] = (["sequential", "balanced"] as const).map((strategy) =>
          mapNetwork(network, on, precision, request({ strategy }), seen),
        );
        const [before, now] = [filled, balanced].map((made) => worstOf(on, network, made, seen));
        expect(now, `draw ${draw}`).toBeLessThanOrEqual(before * (1 + 1e-12));
        if (now < before) drawn.less++;
        else drawn.same++;
        if (on.cores.length > 1 && JSON.stringify(filled.slices) === JSON.stringify(balanced.slices)) drawn.kept++;
      } catch (error) {
        if (!(error instanceof InfeasibleError)) throw error;
        drawn.refused++;
      }
    }
    expect(drawn.less).toBeGreaterThan(cases(20));
    expect(Math.min(drawn.same, drawn.kept, drawn.refused), JSON.stringify(drawn)).toBeGreaterThanOrEqual(1);
  });

  test.each([
    ["events go to a core whose soma bounds it, not to one whose synapse unit does", { updates: 22, events: 2, next: "events" }, 24],
    ["updates go to a core whose synapse unit bounds it, not to one whose soma does", { updates: 20, events: 3, next: "updates" }, 27.75],
  ])("%s", (_, { updates, events, next }, busiest) => {
    // a spike takes 9.25 cycles, an update one per word: one of sums, one for four states
    const inputs = Array.from({ length: 3 }, (_, i) => population(`input${i}`, 1, 0));
    const soma = (name: string, cycles: number) => population(name, 1, 1, { states: 4 * (cycles - 1) });
    const topology = {
      populations: [...inputs, soma("updates", updates), soma("events", 2), next === "events" ? soma("next", 2) : soma("next", 10)],
      projections: [...inputs.keys()].slice(0, events).map((i) => dense(i, 4)),
    };
    if (next === "events") topology.projections.push(dense(0, 5));
    const seen = randomTrace(topology, [1], [1, 1, 1, 0, 0, 0], 1);
    const on = chip([1, 1], { core: { ...big.core, eventOverheadCycles: 8 } });
    const made = mapNetwork(topology, on, precision, request({ strategy: "balanced" }), seen);
    const coreOf = (p: number) => made.slices.find((slice) => slice.population === p)?.core;
    expect([coreOf(5), coreOf(3) === coreOf(4)]).toEqual([coreOf(next === "events" ? 3 : 4), false]);
    expect(worstOf(on, topology, made, seen)).toBe(busiest);
  });

  test("parts of a population are on different cores, unless only cores that hold one have space", () => {
    for (const cores of [2, 3, 5, 8, 24]) {
      for (const width of [5, 32, 96]) {
        const on = chip(new Array<number>(cores).fill(1), big);
        const { slices } = mapNetwork(recurrentTopology(width), on, precision, request({ strategy: "balanced" }), null);
        expect(new Set(slices.map(({ population: p, core: id }) => `${p}/${id}`)).size).toBe(slices.length);
      }
    }
    // one of two cores has space for 20 of 102 neurons
    const [large, small] = chip([1, 1], big).cores;
    const uneven = { ...chip([1, 1], big), cores: [large, { ...small, maxNeurons: 20 }] };
    const { slices } = mapNetwork(topology, uneven, precision, request({ strategy: "balanced" }), trace);
    const onLarge = slices.filter((slice) => slice.core === 0).reduce((sum, { neurons }) => sum + neurons, 0);
    const onSmall = slices.filter((slice) => slice.core === 1).reduce((sum, { neurons }) => sum + neurons, 0);
    expect(onLarge + onSmall).toBe(28 + 32 + 32 + 10);
    expect(onLarge).toBeGreaterThanOrEqual(82);
  });

  test("an update counts for as long as its words take their banks, or for the unit's interval if that is longer", () => {
    const lone = { populations: [population("a", 6, 1)], projections: [] };
    const activity = activityOf(lone, randomTrace(lone, [10], [0.2], 1));
    const each = (ports: "1rw" | "1r1w", banks: number, cyclesPerNeuron: number, units = 1): number => {
      const one = {
        ...core,
        stateMemory: { ...core.stateMemory, ports, banks },
        neuronUpdate: { ...core.neuronUpdate, units, cyclesPerNeuron },
      };
      const slice = { population: 0, firstNeuron: 0, neurons: 6, core: 0 };
      return sliceCycles({ topology: lone, precision }, activity, one, slice).somaCycles / 10 / 6;
    };
    // one of states, one of sums
    const words = 2;
    expect(each("1r1w", 1, 1)).toBe(words);
    expect(each("1rw", 1, 1)).toBe(2 * words);
    expect(each("1rw", 2, 1)).toBe(2);
    expect(each("1rw", 1, 2 * words)).toBe(2 * words);
    expect(each("1rw", 1, 2 * words + 1)).toBe(2 * words + 1);
    // two neurons of a batch share their words
    expect(each("1rw", 1, 1, 2)).toBe(words);
  });

  test("an event counts with its overhead and its weights, of a sparse row each with a word of its own", () => {
    const spread = { rowStart: Uint32Array.of(0, 8, 16), targets: Uint32Array.from({ length: 16 }, (_, i) => i) };
    const perEvent = (sparse: Projection["sparse"], ports: "1rw" | "1r1w", banks: number): number => {
      const pair = { populations: [population("a", 2, 0), population("b", 16, 1)], projections: [{ ...dense(0, 1), sparse }] };
      const activity = activityOf(pair, randomTrace(pair, [10], [1, 0], 1));
      const one = { ...core, stateMemory: { ...core.stateMemory, ports, banks } };
      return (
        sliceCycles({ topology: pair, precision }, activity, one, { population: 1, firstNeuron: 0, neurons: 16, core: 0 }).synapseCycles /
        20
      );
    };
    const overhead = core.eventOverheadCycles + core.synapseMemory.readLatencyCycles;
    // four lanes, four weights and four sums per word; 16 targets, or 8 in a sparse row
    expect(perEvent(null, "1r1w", 1)).toBe(overhead + 16 / 4);
    expect(perEvent(null, "1rw", 1)).toBe(overhead + (2 * 16) / 4);
    expect(perEvent(spread, "1r1w", 1)).toBe(overhead + 8);
    expect(perEvent(spread, "1rw", 1)).toBe(overhead + 2 * 8);
    expect(perEvent(spread, "1rw", 2)).toBe(overhead + 8);
    expect(perEvent(spread, "1rw", 8)).toBe(overhead + (2 * 8) / 4);
  });
});

describe("min-traffic", () => {
  const chain = {
    populations: [population("a", 4, 0), population("b", 4, 1), population("c", 4, 2), population("d", 4, 3)],
    projections: [dense(0, 1), dense(1, 2), dense(2, 3)],
  };
  const busy = randomTrace(chain, [20], [0.5, 0.5, 0.5, 0], 2);
  const on = chip([1, 1, 1, 1, 1, 1], big);
  const task = { topology: chain, precision, chip: on, request: request({}), statesInDram: false, explains: null };

  test("never costs more spikes x hops than the balanced mapping from which it starts, and the same seed gives the same placement", () => {
    const activity = activityOf(chain, busy);
    for (let seed = 0; seed < 5; seed++) {
      const made = mapNetwork(chain, on, precision, request({ strategy: "min-traffic", seed }), busy);
      expect(trafficOf(task, activity, made)).toBeLessThanOrEqual(trafficOf(task, activity, strategies.balanced(task, activity)));
      expect(mapNetwork(chain, on, precision, request({ strategy: "min-traffic", seed }), busy)).toEqual(made);
    }
  });

  test("finds the optimum that brute force finds, for four groups on six cores in a row", () => {
    // one neuron per population and per core: four groups for any activity
    const single = { ...chain, populations: chain.populations.map((p) => ({ ...p, neurons: 1 })) };
    const row = chip([1, 1, 1, 1, 1, 1], { core: { ...big.core, maxNeurons: 1 } });
    const onRow = { topology: single, precision, chip: row, request: request({}), statesInDram: false, explains: null };
    for (let seed = 0; seed < 4; seed++) {
      const spikes = randomTrace(single, [40], [0.9, 0.3, 0.6, 0], seed);
      const activity = activityOf(single, spikes);
      let least = Number.POSITIVE_INFINITY;
      for (let code = 0; code < 6 ** 4; code++) {
        const cores = [0, 1, 2, 3].map((i) => Math.floor(code / 6 ** i) % 6);
        if (new Set(cores).size < 4) continue;
        const slices = cores.map((id, i) => ({ population: i, firstNeuron: 0, neurons: 1, core: id }));
        least = Math.min(least, trafficOf(onRow, activity, placement(single, "brute", slices)));
      }
      const made = mapNetwork(single, row, precision, request({ strategy: "min-traffic", seed }), spikes);
      expect(trafficOf(onRow, activity, made)).toBeCloseTo(least, 6);
    }
  });
});

test("a search for little traffic computes the path between two tiles once, however many moves it tries", () => {
  const wide = chip(
    Array.from({ length: 36 }, () => 1),
    { ...big, noc: { width: 6, height: 6 } },
  );
  const way = vi.spyOn(mesh, "way");
  mapNetwork(topology, wide, precision, request({ strategy: "min-traffic" }), trace);
  expect(way).toHaveBeenCalled();
  expect(way.mock.calls.length).toBeLessThanOrEqual(36 * 36);
  way.mockRestore();
});

test.each([
  ["as long as out", (from: number, to: number) => Math.abs(from - to)],
  ["of another length", (from: number, to: number) => (to - from + 6) % 6],
])("costs of paths are the topology's, with a way back %s", (_, links) => {
  const on = chip([1, 1, 1, 1, 1, 1], { ...big, noc: { width: 3, height: 2 } });
  const way = vi.spyOn(mesh, "way").mockImplementation((__, from, to) => ({ grid: links(from, to), tree: 0 }));
  const { out, back } = wayCosts(on);
  for (let here = 0; here < 6; here++) {
    for (let there = 0; there < 6; there++)
      expect([out(here, there), back(here, there)]).toEqual([1 + links(here, there), 1 + links(there, here)]);
  }
  way.mockRestore();
});

test("one die is as no die for the search for little traffic, whatever its links would take", { tags: ["long"] }, () => {
  for (let seed = 0; seed < 6; seed++) {
    const placedOn = (dies: Chip["noc"]["dies"]): Placement =>
      mapNetwork(
        topology,
        chip(
          Array.from({ length: 12 }, () => 1),
          { ...big, noc: { width: 4, height: 3, dies } },
        ),
        precision,
        request({ strategy: "min-traffic", seed }),
        trace,
      );
    const without = placedOn(null);
    for (const latencyCycles of [1, 100, 10_000])
      expect(placedOn({ columns: 1, rows: 1, bitsPerCycle: 8, latencyCycles })).toEqual(without);
  }
});

describe("min-traffic over several dies", () => {
  const rowOf = (groups: number): Topology => ({
    populations: Array.from({ length: groups }, (_, i) => population(`p${i}`, 1, i)),
    projections: Array.from({ length: groups - 1 }, (_, i) => dense(i, i + 1)),
  });
  /**
   * Six tiles in a row; a hop costs 4 pJ in the router and 2 on the link, and 5 cycles; between dies 32 bits of
   * `bitPj`, and 9 + 4 - 1 cycles in place of the link's 1.
   */
  const divided = (columns: number, bitPj: number): Chip => {
    const prices = Object.entries({
      ...{ router_buffer_write_pj: 1, router_buffer_read_pj: 1, router_crossbar_pj: 1, router_switch_allocation_pj: 1 },
      ...{ link_flit_pj: 2, die_link_bit_pj: bitPj },
    }).map(([name, value]) => [name, { value, source: "test" }]);
    const made = chip([1, 1, 1, 1, 1, 1], {
      core: { ...big.core, maxNeurons: 1 },
      noc: { dies: { columns, rows: 1, bitsPerCycle: 8, latencyCycles: 9 } },
    });
    return { ...made, priceOverrides: Object.fromEntries(prices) };
  };
  /** The cost again, tile by tile along the row, for spikes of each source to its target. */
  const walked = (cores: readonly number[], spikes: readonly number[], tilesPerDie: number, edge: number): number =>
    spikes.reduce((sum, count, i) => {
      let cost = 1;
      const [low, high] = [Math.min(cores[i], cores[i + 1]), Math.max(cores[i], cores[i + 1])];
      for (let tile = low; tile < high; tile++) cost += (tile + 1) % tilesPerDie === 0 ? edge : 1;
      return sum + count * cost;
    }, 0);

  test.each([
    [2, 0.5, ((4 + 16) / 6 + 16 / 5) / 2],
    [3, 0.5, ((4 + 16) / 6 + 16 / 5) / 2],
    [3, 40, ((4 + 1280) / 6 + 16 / 5) / 2],
    [6, 0, (4 / 6 + 16 / 5) / 2],
  ])(
    "finds the optimum of brute force over %i dies, with links that count by energy (%d pJ per bit) and cycles as %d hops",
    (columns, bitPj, edge) => {
      const on = divided(columns, bitPj);
      let moved = 0;
      for (let seed = 0; seed < 4; seed++) {
        const network = rowOf(4);
        const trace = randomTrace(network, [40], [0.9, 0.3, 0.6, 0], seed);
        const counts = [0, 0, 0, 0];
        trace.eventStart.slice(1).forEach((end, group) => {
          counts[group % 4] += end - trace.eventStart[group];
        });
        const sent = counts.slice(0, 3);
        let [least, plain, unaware] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
        for (let code = 0; code < 6 ** 4; code++) {
          const cores = [0, 1, 2, 3].map((i) => Math.floor(code / 6 ** i) % 6);
          if (new Set(cores).size < 4) continue;
          const cost = walked(cores, sent, 6 / columns, edge);
          least = Math.min(least, cost);
          const hops = walked(cores, sent, 6 / columns, 1);
          unaware = hops < plain ? cost : hops === plain ? Math.max(unaware, cost) : unaware;
          plain = Math.min(plain, hops);
        }
        const made = mapNetwork(network, on, precision, request({ strategy: "min-traffic", seed }), trace);
        const coreOf = [0, 1, 2, 3].map((p) => made.slices.find((slice) => slice.population === p)?.core ?? -1);
        expect(walked(coreOf, sent, 6 / columns, edge)).toBeCloseTo(least, 6);
        const task = { topology: network, precision, chip: on, request: request({}), statesInDram: false, explains: null };
        expect(trafficOf(task, activityOf(network, trace), made)).toBeCloseTo(least, 6);
        const crossings = walked(coreOf, sent, 6 / columns, 2) - walked(coreOf, sent, 6 / columns, 1);
        expect(dieLinkBits(on, runTiming(on, made, precision, trace).total)).toBe(crossings * 32);
        if (unaware > least) moved++;
      }
      // a mapping that counts only hops may choose a more expensive place
      if (columns < 6) expect(moved).toBe(4);
    },
  );
});

test.each(["mesh", "torus", "ring", "crossbar", "mesh-tree"] as const)(
  "the mapping's spikes x routers passed equal the flit-hops that a %s simulates; annealing never adds any",
  (shape) => {
    // no recurrence, because spikes of the last step would not be sent
    const wide = {
      populations: [population("a", 21, 0), population("b", 14, 1), population("c", 7, 2)],
      projections: [dense(0, 1), dense(1, 2), dense(0, 2)],
    };
    const spikes = randomTrace(wide, [8], [0.4, 0.3, 0], 4);
    const tree = shape === "mesh-tree" ? { arity: 3, levels: 1, linkCycles: 2, linkLengthMm: 4 } : null;
    const grid = tree === null ? { width: 3, height: 2 } : { width: 2, height: 1 };
    const on = chip([2, 1, 1, 2, 1, 1], { ...big, noc: { ...grid, tree, topology: shape, flitWidthBits: 64 } });
    const task = { topology: wide, precision, chip: on, request: request({}), statesInDram: false, explains: null };
    const flitHops = (strategy: MappingRequest["strategy"]): number => {
      const made = mapNetwork(wide, on, precision, request({ strategy, maxNeuronsPerCore: 7 }), spikes);
      const simulated = runTiming(on, made, precision, spikes).total.flitHops;
      expect(trafficOf(task, activityOf(wide, spikes), made)).toBeCloseTo(simulated, 6);
      return simulated;
    };
    expect(flitHops("sequential")).toBeGreaterThan(0);
    expect(flitHops("min-traffic")).toBeLessThanOrEqual(flitHops("balanced"));
  },
);

describe("manual", () => {
  const on = chip([2, 2], big);

  test("a complete manual placement is taken unchanged, in equal parts and in the order of the list", () => {
    const manual = { input: [3], layer1: [2, 0], layer2: [1], readout: [3] };
    const made = mapNetwork(topology, on, precision, request({ strategy: "manual", manual }), null);
    expect(made.slices).toEqual([
      { population: 1, firstNeuron: 16, neurons: 16, core: 0 },
      { population: 2, firstNeuron: 0, neurons: 32, core: 1 },
      { population: 1, firstNeuron: 0, neurons: 16, core: 2 },
      { population: 0, firstNeuron: 0, neurons: 28, core: 3 },
      { population: 3, firstNeuron: 0, neurons: 10, core: 3 },
    ]);
  });

  test("a partial manual placement is completed around its entries", () => {
    const made = mapNetwork(topology, on, precision, request({ strategy: "manual", manual: { layer2: [3] } }), null);
    expect(made.slices.filter((slice) => slice.population === 2)).toEqual([{ population: 2, firstNeuron: 0, neurons: 32, core: 3 }]);
  });

  test("unknown populations are reported together", () => {
    const manual = { layer9: [0], layer1: [1], layer8: [2] };
    let caught: unknown;
    try {
      mapNetwork(topology, on, precision, request({ strategy: "manual", manual }), null);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InputError);
    expect((caught as InputError).problems.map((problem) => problem.path)).toEqual(["mapping.manual.layer9", "mapping.manual.layer8"]);
  });

  test("a named core that is too small is infeasible, not silently replaced", () => {
    const small = chip([1, 1], { core: { ...big.core, maxNeurons: 60 } });
    const manual = { layer1: [0], layer2: [0] };
    expect(() => mapNetwork(topology, small, precision, request({ strategy: "manual", manual }), null)).toThrow(
      /MAP_MANUAL_FULL: core\[0\] for layer2/,
    );
  });
});

test("the checker refuses neurons that are missing, placed twice or on no existing core, and cores beyond capacity", () => {
  const on = chip([1, 1], big);
  const good = mapNetwork(topology, on, precision, request({}), trace);
  const check =
    (slices: typeof good.slices, with_ = on) =>
    () =>
      checkPlacement({ ...good, slices }, with_, precision, null);
  expect(check(good.slices)).not.toThrow();
  expect(check(good.slices.slice(1))).toThrow(InvariantError);
  expect(check([...good.slices, good.slices[0]])).toThrow(/is on cores/);
  expect(check(good.slices.map((slice) => ({ ...slice, core: 5 })))).toThrow(/core 5 does not exist/);
  expect(check(good.slices.map((slice) => ({ ...slice, firstNeuron: slice.firstNeuron + 1 })))).toThrow(/has no neuron|has no core/);
  for (const small of [
    { maxNeurons: 8 },
    { stateMemory: { ...core.stateMemory, sizeBits: 64 } },
    { synapseMemory: { ...core.synapseMemory, sizeBits: 64 } },
  ]) {
    expect(check(good.slices, chip([1, 1], { core: small }))).toThrow(/core 0 (holds|needs)/);
  }
});

test("a projection against the pipeline's direction is an input error", () => {
  const backwards = { populations: topology.populations, projections: [...topology.projections, dense(2, 1)] };
  expect(() => mapNetwork(backwards, chip([1], big), precision, request({}), null)).toThrow(InputError);
});
