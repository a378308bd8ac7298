/** What limits a run, and how full memories are, for counts made by hand. */
import { expect, test } from "vitest";
import type { Chip } from "../../../arch/index.js";
import { CORE_COUNTERS, type CoreCounter, type Counters, coreColumn, ROUTER_COUNTERS, routerColumn } from "../../../sim/counters.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { occupancyOf } from "../../../sim/mapping/occupancy.js";
import { bindingOf as bindingWith } from "../../../sim/observe/binding.js";
import { chip, dense, population, precision } from "../board/fixtures.js";

/**
 * Counters of a run of 100 cycles; cycle counters are given for each core, and for each of three routers the cycles in
 * which it has flits.
 */
function counters(
  cores: readonly Partial<Record<CoreCounter, number>>[],
  barrierCycles = 0,
  port: Counters["port"] = null,
  awake: readonly number[] = [0, 0, 0],
): Counters {
  const counts = new Float64Array(cores.length * CORE_COUNTERS.length);
  for (const [i, given] of cores.entries())
    for (const [name, value] of Object.entries(given)) counts[i * CORE_COUNTERS.length + coreColumn[name as CoreCounter]] = value;
  const none = new Float64Array();
  const routers = new Float64Array(awake.length * ROUTER_COUNTERS.length);
  for (const [router, cycles] of awake.entries()) routers[router * ROUTER_COUNTERS.length + routerColumn.awake_cycles] = cycles;
  const rest = { utterances: 1, steps: 1, routers, links: none, portsPerRouter: 1, packets: 0, flits: 0, flitHops: 0 };
  return { ...rest, cycles: 100, cores: counts, barrierCycles, port };
}
const bindingOf = (counts: Counters, dieShare = 0, tick: Chip["tick"] = null) => bindingWith(counts, dieShare, tick, () => "its lanes");
const idle = { synapse_idle_cycles: 100, soma_idle_cycles: 100 };
const busy = { ...idle, synapse_idle_cycles: 10, synapse_busy_cycles: 30, synapse_stall_state_cycles: 60 };

test("the unit with the fewest idle cycles limits the run, by its main activity or wait", () => {
  expect(bindingOf(counters([idle, busy]))).toEqual({ core: 1, resource: "its state memory", share: 0.6, leastIdle: 0.1 });
});

test("a soma that its packets hold waits for others: it is idle, so that another unit is named", () => {
  const soma = { ...idle, soma_idle_cycles: 5, soma_busy_cycles: 40, soma_stall_output_cycles: 55 };
  expect(bindingOf(counters([busy, soma]))).toMatchObject({ core: 0, resource: "its state memory", leastIdle: 0.1 });
  const light = { ...idle, synapse_idle_cycles: 46, synapse_busy_cycles: 54 };
  expect(bindingOf(counters([light, soma]))).toEqual({ core: 0, resource: "its lanes", share: 0.54, leastIdle: 0.46 });
});

test("the network limits the run if a router has flits for longer than any unit works, and every unit is idle for longer than any resource takes", () => {
  const slow = { ...idle, synapse_idle_cycles: 60, synapse_busy_cycles: 30, synapse_overhead_cycles: 10 };
  const by = (awake: number, one = slow) => bindingOf(counters([idle, one], 0, null, [3, awake, 9]));
  expect(by(41)).toEqual({ core: null, resource: "the network on chip", share: 0.41, leastIdle: 0.6 });
  expect(by(40)).toEqual({ core: 1, resource: "its lanes", share: 0.3, leastIdle: 0.6 });
  // routers have flits that wait for a unit
  const even = { ...idle, synapse_idle_cycles: 45, synapse_busy_cycles: 45, synapse_overhead_cycles: 10 };
  expect(by(95, even)).toMatchObject({ core: 1, resource: "its lanes" });
  expect(by(95, { ...even, synapse_busy_cycles: 44, synapse_overhead_cycles: 11 })?.resource).toBe("the network on chip");
  // flits that wait for a link between dies, or for the barrier
  expect(bindingOf(counters([idle, slow], 0, null, [95, 0, 0]), 0.41)?.resource).toBe("the links between dies");
  expect(bindingOf(counters([idle, slow], 50, null, [49, 0, 0]))?.resource).toBe("the barrier between steps");
  const link = { events: 9, packets: 9, bits: 270, busyCycles: 70, stallCycles: 0 };
  expect(bindingOf(counters([idle, slow], 0, link, [69, 0, 0]))?.resource).toBe("the host link");
  expect(bindingOf(counters([idle, slow], 0, link, [71, 0, 0]))?.resource).toBe("the network on chip");
  expect(bindingOf(counters([idle, slow], 0, null, [59, 0, 0]), 0, { periodCycles: 50, overrun: "wait" })?.resource).toBe("the tick");
});

test("a barrier that takes more than any resource limits the run; if nothing works, nothing does", () => {
  expect(bindingOf(counters([idle, busy], 61))).toMatchObject({ core: null, resource: "the barrier between steps", share: 0.61 });
  expect(bindingOf(counters([idle, busy], 60))?.core).toBe(1);
  expect(bindingOf(counters([idle]))).toBeNull();
});

test("a host link limits the run if it carries packets longer than any unit works, but not if it waits for the chip", () => {
  const link = { events: 9, packets: 9, bits: 270, busyCycles: 95, stallCycles: 0 };
  expect(bindingOf(counters([idle, busy], 0, link))).toMatchObject({ core: null, resource: "the host link", share: 0.95 });
  expect(bindingOf(counters([idle, busy], 0, { ...link, busyCycles: 50, stallCycles: 45 }))?.core).toBe(1);
});

test("a link between dies limits the run if it carries flits longer than any unit, or the host link, works", () => {
  const link = { events: 9, packets: 9, bits: 270, busyCycles: 92, stallCycles: 0 };
  expect(bindingOf(counters([idle, busy]), 0.91)).toMatchObject({ core: null, resource: "the links between dies", share: 0.91 });
  expect(bindingOf(counters([idle, busy]), 0.89)?.core).toBe(1);
  expect(bindingOf(counters([idle, busy], 0, link), 0.91)?.resource).toBe("the host link");
  expect(bindingOf(counters([idle, busy], 0, link), 0.93)?.resource).toBe("the links between dies");
});

test("a tick limits the run if every unit is idle for longer than any resource, barrier or link takes", () => {
  const tick = { periodCycles: 50, overrun: "wait" } as const;
  const half = { ...idle, synapse_idle_cycles: 50, synapse_busy_cycles: 49, synapse_overhead_cycles: 1 };
  expect(bindingOf(counters([idle, half]), 0, tick)).toMatchObject({ core: null, resource: "the tick", share: 0.5 });
  expect(bindingOf(counters([idle, half]), 0, null)).toMatchObject({ core: 1, resource: "its lanes", share: 0.49 });
  const even = { ...half, synapse_busy_cycles: 50, synapse_overhead_cycles: 0 };
  expect(bindingOf(counters([idle, even]), 0, tick)?.resource).toBe("its lanes");
  expect(bindingOf(counters([idle, half], 51), 0, tick)?.resource).toBe("the barrier between steps");
  expect(bindingOf(counters([idle, half]), 0.51, tick)?.resource).toBe("the links between dies");
  expect(bindingOf(counters([idle]), 0, tick)).toBeNull();
});

test("occupancy gives neurons, cores, and bits of weights and states by core", () => {
  const chain = { populations: [population("a", 8, 0), population("b", 16, 1)], projections: [dense(0, 1)] };
  const on = chip([2], {});
  const request = { strategy: "manual", manual: { a: [0], b: [1] }, maxNeuronsPerCore: null, seed: 1 } as const;
  const found = occupancyOf(mapNetwork(chain, on, precision, request, null), on, precision);
  const { wordBits, sizeBits } = on.cores[1].synapseMemory;
  const perWord = Math.floor(wordBits / precision.weightBits);
  // one row per source: its 16 weights, from the beginning of a word
  const need = 8 * Math.ceil((16 * chain.populations[1].accumulators) / perWord) * wordBits;
  expect(found).toMatchObject({ neurons: 24, usedCores: 2, cores: 2 });
  expect(found.weights).toEqual({ need, have: 2 * sizeBits, fullest: need / sizeBits, inDram: 0 });
});
