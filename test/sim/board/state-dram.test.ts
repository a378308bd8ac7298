/** Membrane states in DRAM: time and bits by closed forms, capacity and checker, refusal if accumulators do not fit. */
import { describe, expect, test } from "vitest";
import type { Chip, MappingRequest, Topology } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { price } from "../../../sim/energy.js";
import { profileOf } from "../../../sim/expect/activity-profile.js";
import { estimate } from "../../../sim/expect/analytical.js";
import { checkPlacement } from "../../../sim/mapping/checker.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { stateBitsInDram } from "../../../sim/mapping/spill.js";
import { energyByLayer } from "../../../sim/observe/layer-energy.js";
import { chip, core, dense, population, precision, randomTrace, recurrentTopology, traceOf } from "./fixtures.js";

const dram = { bitsPerCycle: 16, latencyCycles: 20, burstBits: 128 };
const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
const of = (cores: Float64Array, name: CoreCounter): number => cores[coreColumn[name]];

describe("one silent slice of 64 neurons of 16-bit states, 4 to a word of 64 bits, chunks of 2 words: 8 chunks of a burst of 128 bits", () => {
  const topology: Topology = { populations: [population("p", 64, 0)], projections: [] };
  const silent = traceOf(topology, [[[[]], [[]], [[]]]]);
  const on = (sizeBits: number, spill: Chip["spill"], interval = 1): Chip =>
    chip([1], {
      core: {
        stateMemory: { ...core.stateMemory, wordBits: 64, banks: 1, sizeBits },
        neuronUpdate: { ...core.neuronUpdate, cyclesPerNeuron: interval },
      },
      spill,
    });
  const run = (made: Chip) => runTiming(made, mapNetwork(topology, made, precision, request, silent), precision, silent);
  const steps = 3;

  test("every step exchanges all states: 2 x 1024 bits, and 16 words more are read and written", () => {
    const [away, here] = [run(on(6 * 64, dram)).total, run(on(2 ** 20, dram)).total];
    expect(of(away.cores, "dram_state_bits")).toBe(steps * 2 * 64 * 16);
    expect(of(here.cores, "dram_state_bits")).toBe(0);
    expect(of(away.cores, "state_reads") - of(here.cores, "state_reads")).toBe(steps * 16);
    expect(of(away.cores, "state_writes") - of(here.cores, "state_writes")).toBe(steps * 16);
    expect(here.cycles).toBe(run(on(2 ** 20, null)).total.cycles);
  });

  test("a chunk of 8 updates of I cycles is requested one update before it is needed, and takes 256 / 16 + 20 cycles", () => {
    for (const interval of [1, 4, 30, 36, 50]) {
      const wait = 256 / dram.bitsPerCycle + dram.latencyCycles;
      const total = run(on(6 * 64, dram, interval)).total;
      // the first chunk is requested when it is needed, the seven others when the last update of the chunk before
      // begins
      expect(of(total.cores, "soma_stall_dram_cycles")).toBe(steps * (wait + 7 * Math.max(0, wait - interval)));
      const free = run(on(2 ** 20, null, interval)).total;
      expect(total.cycles - free.cycles).toBe(of(total.cores, "soma_stall_dram_cycles"));
    }
  });

  test("state transfers cost the DRAM's price per bit and belong to the layer; without transfers there is no row", () => {
    const made = on(6 * 64, dram);
    const placement = mapNetwork(topology, made, precision, request, silent);
    const timed = runTiming(made, placement, precision, silent);
    const { total } = timed;
    const row = price(made, precision, topology, total).rows.find(({ component }) => component === "DRAM state transfers");
    expect(row?.count).toBe(steps * 2048);
    expect(row?.energyPj).toBeCloseTo((row?.unitEnergyPj as number) * steps * 2048, 6);
    const layers = energyByLayer(made, placement, precision, silent, timed);
    const sum = layers.reduce((all, layer) => all + layer.totalPj, 0);
    expect(sum / Number(price(made, precision, topology, total).totalPj)).toBeCloseTo(1, 9);
    const roomy = on(2 ** 20, dram);
    const rows = price(roomy, precision, topology, run(roomy).total).rows;
    expect(rows.some(({ component }) => component === "DRAM state transfers")).toBe(false);
  });

  test("a buffer of 3 chunks is necessary: 6 words fit, 5 do not, and without DRAM 16 are needed", () => {
    const words = (n: number, spill: Chip["spill"]) => () => mapNetwork(topology, on(n * 64, spill), precision, request, silent);
    expect(words(6, dram)().spilledStates).toEqual([{ population: 0, core: 0, firstNeuron: 0 }]);
    expect(words(5, dram)).toThrow(/MAP_STATE_MEMORY_FULL|state memory/);
    expect(words(16, null)().spilledStates).toEqual([]);
    expect(words(15, null)).toThrow(InfeasibleError);
    expect(words(16, dram)().spilledStates).toEqual([]);
  });
});

test("the slices of a core with the most states stay, and all accumulators; a placement that fits does not change; bits in DRAM add up", () => {
  const topology: Topology = {
    populations: [population("small", 32, 0), population("large", 96, 1)],
    projections: [dense(0, 1)],
  };
  const trace = randomTrace(topology, [3], [0.5, 0.2], 2);
  const on = (words: number, spill: Chip["spill"] = dram): Chip =>
    chip([1], { core: { stateMemory: { ...core.stateMemory, wordBits: 64, banks: 1, sizeBits: words * 64 } }, spill });
  // states 8 + 24 words, accumulators 2 x 24
  const map = (words: number, spill?: Chip["spill"]) => mapNetwork(topology, on(words, spill), precision, request, trace);
  expect(map(80)).toEqual(map(80, null));
  expect(() => map(79, null)).toThrow(InfeasibleError);
  expect(map(79).spilledStates).toEqual([{ population: 0, core: 0, firstNeuron: 0 }]);
  expect(stateBitsInDram(map(79), on(79), precision)).toBe(8 * 64);
  expect(map(77).spilledStates).toEqual([{ population: 1, core: 0, firstNeuron: 0 }]);
  expect(map(60).spilledStates).toHaveLength(2);
  expect(() => map(59)).toThrow(/state_memory\.size_kib|state memory/);
});

test("the checker refuses states in DRAM on a chip without DRAM, states of no slice, and memories that remain overfull", () => {
  const topology: Topology = { populations: [population("p", 64, 0)], projections: [] };
  const small = chip([1], { core: { stateMemory: { ...core.stateMemory, wordBits: 64, banks: 1, sizeBits: 8 * 64 } }, spill: dram });
  const made = mapNetwork(topology, small, precision, request, null);
  expect(() => checkPlacement(made, { ...small, spill: null }, precision, null)).toThrow(/no DRAM/);
  const wrong = { ...made, spilledStates: [{ population: 0, core: 0, firstNeuron: 3 }] };
  expect(() => checkPlacement(wrong, small, precision, null)).toThrow(/no such slice/);
  expect(() => checkPlacement({ ...made, spilledStates: [] }, small, precision, null)).toThrow(/state bits/);
});

test("weights and states both go to DRAM if neither fits, and the analytical model expects their bits within a third", () => {
  const topology = recurrentTopology(64);
  const trace = randomTrace(topology, [6, 5], [0.3, 0.15, 0.1, 0], 4);
  const sized = (sizeBits: number): Chip =>
    chip([1, 1], {
      core: { synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 15 }, stateMemory: { ...core.stateMemory, wordBits: 32, sizeBits } },
      spill: { ...dram, burstBits: 32 },
    });
  const fits = (sizeBits: number): boolean => {
    try {
      mapNetwork(topology, sized(sizeBits), precision, request, trace);
      return true;
    } catch {
      return false;
    }
  };
  let least = 1024;
  while (!fits(least)) least += 32;
  const on = sized(least);
  const made = mapNetwork(topology, on, precision, request, trace);
  expect(made.spilled.length).toBeGreaterThan(0);
  expect(made.spilledStates.length).toBeGreaterThan(0);
  const { total } = runTiming(on, made, precision, trace);
  const bits = on.cores.reduce((sum, { id }) => sum + total.cores[id * (total.cores.length / 2) + coreColumn.dram_state_bits], 0) / 2;
  const expected = estimate(on, precision, request, profileOf(trace));
  const counted = expected?.counters.cores ?? new Float64Array(0);
  const mean = [0, 1].reduce((sum, id) => sum + counted[id * (counted.length / 2) + coreColumn.dram_state_bits], 0);
  expect(mean / bits).toBeGreaterThan(0.66);
  expect(mean / bits).toBeLessThan(1.5);
});
