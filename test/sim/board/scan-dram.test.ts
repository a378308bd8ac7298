/**
 * Rows in DRAM under a scan: time and bits by closed forms, of one core and of two that share the channel; attribution
 * by layer.
 */
import { expect, test } from "vitest";
import type { Chip, MappingRequest, Scan, Topology } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { type CoreCounter, coreColumn } from "../../../sim/counters.js";
import { profileOf } from "../../../sim/expect/activity-profile.js";
import { estimate } from "../../../sim/expect/analytical.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { attribute } from "../../../sim/observe/attribution.js";
import { chip, core, dense, population, precision, traceOf } from "./fixtures.js";

const dram = { bitsPerCycle: 16, latencyCycles: 20, burstBits: 128 };
const request: MappingRequest = { strategy: "sequential", manual: {}, maxNeuronsPerCore: null, seed: 1 };
const latency = 2;
const spikes = [0, 3, 4];
const sources = 8;
/**
 * 8 sources with rows of 32 weights of 8 bits: 4 words of 64 bits, 2 bursts. Three spikes, one step; and the wave in
 * which they arrive.
 */
const topology: Topology = {
  populations: [population("input", sources, 0, { states: 0 }), population("target", 32, 1, { states: 0, payloadBits: 0 })],
  projections: [dense(0, 1)],
};
const trace = traceOf(topology, [[[spikes, []]]]);
const fetch = (2 * 128) / dram.bitsPerCycle + dram.latencyCycles;

function run(scan: Partial<Scan>, sizeBits: number, spill: Chip["spill"]) {
  const on = chip([1], {
    core: {
      lanes: 8,
      scan: { ...core.scan, cyclesPerSetBit: 3, ...scan },
      synapseMemory: { ...core.synapseMemory, wordBits: 64, readLatencyCycles: latency, sizeBits },
    },
    spill,
  });
  const bits = { ...precision, weightBits: 8 };
  const placement = mapNetwork(topology, on, bits, request, trace);
  const { total } = runTiming(on, placement, bits, trace);
  const of = (name: CoreCounter): number => total.cores[coreColumn[name]];
  const made = attribute(on, placement, bits, trace);
  const expected = estimate(on, bits, request, profileOf(trace))?.counters.cores ?? new Float64Array(0);
  return { total, of, made, placement, expected: (name: CoreCounter) => expected[coreColumn[name]] };
}
/** Number of rows that a run of one step and two waves fetches. */
const rowsOf = { compressed: spikes.length, dense: 2 * sources };

for (const policy of ["compressed", "dense"] as const) {
  test(`${policy}: every ${policy === "dense" ? "axon, spikes or not, in every wave," : "set bit"} waits for its 2 bursts in place of the memory's read`, () => {
    const [away, here] = [run({ policy }, 64, dram), run({ policy }, 2 ** 20, dram)];
    const rows = rowsOf[policy];
    expect([away.placement.spilled.length, here.placement.spilled.length]).toEqual([1, 0]);
    expect([away.of("dram_bits"), here.of("dram_bits")]).toEqual([rows * 256, 0]);
    expect(away.of("synapse_stall_dram_cycles")).toBe(rows * (fetch - latency));
    expect(away.total.cycles - here.total.cycles).toBe(rows * (fetch - latency));
    expect([away.of("synapse_reads"), here.of("synapse_reads")]).toEqual([0, rows * 4]);
    for (const name of ["synaptic_adds", "synapse_busy_cycles", "synapse_overhead_cycles", "synapse_stall_memory_cycles"] as const)
      expect(away.of(name)).toBe(here.of(name));
    // a chip with a DRAM that it does not need is like the chip without one
    expect(here.total.cycles).toBe(run({ policy }, 2 ** 20, null).total.cycles);
    expect(away.made.of(0, 1, "dram_bits")).toBe(away.of("dram_bits"));
    // one of all 32 words would fit on the chip, but a slice's rows of a projection move as a whole
    expect(away.expected("dram_bits") / away.of("dram_bits")).toBeCloseTo(1, 9);
  });
}
