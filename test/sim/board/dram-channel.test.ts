/**
 * The DRAM channel of several cores: requests are served in order of arrival, and the cycles of a fetch follow from
 * integer arithmetic.
 */
import { expect, test } from "vitest";
import type { Dram } from "../../../arch/index.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { CORE_COUNTERS, coreColumn } from "../../../sim/counters.js";
import { spilledReads } from "../../../sim/expect/spilled-reads.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, dense, population, precision, traceOf } from "./fixtures.js";

const CHANNEL: Dram = { bitsPerCycle: 16, latencyCycles: 20, burstBits: 128 };

/**
 * Waits for the DRAM, by core, of cores 1 and 2 after one spike to both; each fetches a row of 16 weights in one burst.
 */
function waits(overheads: readonly [number, number], dram: Dram = CHANNEL, lanes = 8): readonly number[] {
  const topology = {
    populations: [population("input", 8, 0, { states: 0 }), population("target", 32, 1, { states: 0, payloadBits: 0 })],
    projections: [dense(0, 1)],
  };
  const trace = traceOf(topology, [[[[0], []]]]);
  const made = chip([1, 1, 1], { core: { lanes, synapseMemory: { ...core.synapseMemory, wordBits: 64, sizeBits: 64 } }, spill: dram });
  const cores = made.cores.map((one, id) => ({ ...one, eventOverheadCycles: id === 0 ? 2 : overheads[id - 1] }));
  const on = { ...made, cores };
  const request = { strategy: "manual", manual: { input: [0], target: [1, 2] }, maxNeuronsPerCore: null, seed: 1 } as const;
  const placement = mapNetwork(topology, on, precision, request, trace);
  expect(placement.spilled.map(({ core: at }) => at)).toEqual([1, 2]);
  const { total } = runTiming(on, placement, precision, trace);
  return [1, 2].map((id) => total.cores[id * CORE_COUNTERS.length + coreColumn.synapse_stall_dram_cycles]);
}

// 8 cycles of the channel and 20 of the DRAM, less the read latency of 1
const alone = 8 + 20 - 1;

test("a core with a long look-up does not block the channel for a core whose request comes earlier", () => {
  expect(waits([60, 1])).toEqual([alone, alone]);
});

test("a core that requests while the channel is busy waits until it is free, however early it took its message", () => {
  // core 2 gets one flit more and takes its message later; or its shorter look-up lets it request sooner
  const [first, second] = waits([1, 1]);
  expect(first).toBe(alone);
  expect(second).toBeGreaterThan(alone);
  expect(second).toBeLessThan(alone + 8);
  const later = waits([1, 1 + second - alone]);
  expect(later).toEqual([alone, alone]);
  expect(waits([1, second - alone])).toEqual([alone, alone + 1]);
});

test("a fetch of 330 bits occupies the channel for 100 cycles at 3.3 bits per cycle, and for 101 at 3.29", () => {
  const cycles = (bitsPerCycle: number) => waits([60, 1], { bitsPerCycle, latencyCycles: 20, burstBits: 330 })[1] - 20 + 1;
  expect(cycles(3.3)).toBe(100);
  expect(cycles(3.29)).toBe(101);
  expect(cycles(330)).toBe(1);
});

test.each([
  // four groups, as many sums as the state memory takes in a cycle: the third one finds the second word two cycles
  // later
  [8, 16, 20 + 8 - 2 - 1, 4],
  // sixteen groups, eight to a word: the first word decides
  [1, 16, 20 + 4 - 1, 16],
  // a word in 16 cycles: the ninth group waits for the second word
  [1, 4, 20 + 32 - 8 - 1, 16],
  // everything comes at once
  [8, 128, 20 + 1 - 1, 4],
])(
  "a row that is streamed to %i lanes at %i bits per cycle begins after %i cycles, so that no group waits for its word; expected to within a word's transfer",
  (lanes, bitsPerCycle, cycles, groups) => {
    const dram = { ...CHANNEL, bitsPerCycle, streamsRows: true };
    expect(waits([60, 1], dram, lanes)[1]).toBe(cycles);
    // the row of two words as the analytical model has it, whose parts come bit by bit
    const row = { held: 2, events: 1, words: 2, rate: 1, laneCycles: groups, groups };
    const on = { ...core, synapseMemory: { ...core.synapseMemory, wordBits: 64 } };
    const { wait } = spilledReads([row], 0, on, dram, 1);
    const [first, last] = [20 + 128 / groups / bitsPerCycle, 20 + 128 / bitsPerCycle - (groups - 1)];
    expect(wait).toBeCloseTo(Math.max(first, last), 9);
    expect(Math.abs(wait - (cycles + 1))).toBeLessThanOrEqual(Math.max(1, 64 / bitsPerCycle));
  },
);

/**
 * Waits for the DRAM of a core that gets spikes of one step, and whose look-up takes `overhead` cycles; a row is a
 * burst of 128 bits: 8 cycles of the channel.
 */
function waitsOf(spikes: number, overhead: number, prefetchBits: number): number {
  const topology = {
    populations: [population("input", 8, 0, { states: 0 }), population("target", 16, 1, { states: 0, payloadBits: 0 })],
    projections: [dense(0, 1)],
  };
  const trace = traceOf(topology, [[[Array.from({ length: spikes }, (_, i) => i), []]]]);
  const memory = { ...core.synapseMemory, wordBits: 64, sizeBits: 64 };
  const made = chip([1, 1], { core: { lanes: 8, synapseMemory: memory }, spill: { ...CHANNEL, prefetchBits } });
  const on = { ...made, cores: made.cores.map((one, id) => ({ ...one, eventOverheadCycles: id === 0 ? 2 : overhead })) };
  const request = { strategy: "manual", manual: { input: [0], target: [1] }, maxNeuronsPerCore: null, seed: 1 } as const;
  const { total } = runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace);
  expect(total.cores[CORE_COUNTERS.length + coreColumn.dram_bits]).toBe(spikes * 128);
  return total.cores[CORE_COUNTERS.length + coreColumn.synapse_stall_dram_cycles];
}

test("with a buffer of a burst the rows of a spike are asked for when it is visible, and the look-up is time won; with a bit less they are not", () => {
  for (const overhead of [1, 9, 26]) {
    expect(waitsOf(1, overhead, 127)).toBe(alone);
    expect(waitsOf(1, overhead, 128)).toBe(alone - overhead);
  }
  expect(waitsOf(1, 27, 128)).toBe(0);
  expect(waitsOf(1, 60, 128)).toBe(0);
});

test("a second spike's row is asked for once the first has been taken if the buffer holds one, at once if it holds two, and a third one's once the second has been taken", () => {
  // a spike alone needs no wait with a look-up of 27 cycles; one that waits needs none with a shorter one
  expect([0, 128, 256].map((bits) => waitsOf(3, 27, bits))).toEqual([3 * alone, 0, 0]);
  // look-ups of 1 cycle, rows of 4, spikes taken in t, t + 32, t + 38: the first one's row comes 28 cycles after t, the
  // second one's 8 later, in time for t + 36; the third one's 28 after t + 33 or, asked for at once, 8 after the
  // second's
  const rows = [128, 255, 256, 384].map((bits) => waitsOf(3, 1, bits));
  expect(rows).toEqual([47, 47, 30, 30]);
});

test("a row that is larger than the buffer comes in two parts: the first while its spike waits, the rest after its look-up", () => {
  const waitsWith = (prefetchBits: number): number => {
    const spill = { ...CHANNEL, burstBits: 32, prefetchBits };
    const topology = {
      populations: [population("input", 8, 0, { states: 0 }), population("target", 16, 1, { states: 0, payloadBits: 0 })],
      projections: [dense(0, 1)],
    };
    const trace = traceOf(topology, [[[[0], []]]]);
    const made = chip([1, 1], { core: { lanes: 8, synapseMemory: { ...core.synapseMemory, wordBits: 64, sizeBits: 64 } }, spill });
    const request = { strategy: "manual", manual: { input: [0], target: [1] }, maxNeuronsPerCore: null, seed: 1 } as const;
    const on = { ...made, cores: made.cores.map((one) => ({ ...one, eventOverheadCycles: 20 })) };
    const { total } = runTiming(on, mapNetwork(topology, on, precision, request, trace), precision, trace);
    return total.cores[CORE_COUNTERS.length + coreColumn.synapse_stall_dram_cycles];
  };
  // the channel is free again long before the rest is asked for, so that each burst in the buffer saves its 2 cycles
  expect([0, 31, 32, 64, 96].map(waitsWith)).toEqual([alone, alone, alone - 2, alone - 4, alone - 6]);
  expect(waitsWith(128)).toBe(alone - 20);
});
