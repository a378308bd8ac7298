/** Rows and states in DRAM if a network does not fit, checked without the mapper's bookkeeping. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Chip, MappingRequest } from "../../../arch/index.js";
import { checkPlacement } from "../../../sim/mapping/checker.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { bitsInDram } from "../../../sim/mapping/spill.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "../board/fixtures.js";

const dram = { bitsPerCycle: 64, latencyCycles: 10, burstBits: 64 };
const topology = recurrentTopology(16);
/**
 * 1-byte weights, without padding in 32-bit words: input to layer1, layer1 to itself and to layer2, layer2 to itself
 * and to the readout.
 */
const WEIGHT_BITS = 8 * (28 * 32 + 16 * 32 + 16 * 32 + 16 * 32) + 16 * 3 * 32;

const on = (cores: number, sizeBits: number, spill: Chip["spill"]): Chip =>
  chip(new Array<number>(cores).fill(1), {
    core: { synapseMemory: { ...core.synapseMemory, sizeBits }, stateMemory: { ...core.stateMemory, sizeBits: 2 ** 18 } },
    spill,
  });
const asked = (strategy: MappingRequest["strategy"]): MappingRequest => ({ strategy, manual: {}, maxNeuronsPerCore: null, seed: 1 });

test("a network that fits is placed as without DRAM; one that does not fit is refused without DRAM and placed with it", () => {
  const trace = randomTrace(topology, [4], [0.5, 0.2, 0.1, 0.3], 5);
  for (const strategy of ["sequential", "balanced", "min-traffic"] as const) {
    const roomy = mapNetwork(topology, on(2, 2 ** 18, dram), precision, asked(strategy), trace);
    expect(roomy).toEqual(mapNetwork(topology, on(2, 2 ** 18, null), precision, asked(strategy), trace));
    expect(roomy.spilled).toEqual([]);
    expect(() => mapNetwork(topology, on(2, 4096, null), precision, asked(strategy), trace)).toThrow(/synapse memory/);
    expect(mapNetwork(topology, on(2, 4096, dram), precision, asked(strategy), trace).spilled.length).toBeGreaterThan(0);
  }
});

test("weights on the chip and in DRAM sum to all weights, and no memory of any size is overfull", () => {
  const sizes = fc.record({ cores: fc.integer({ min: 1, max: 4 }), words: fc.integer({ min: 1, max: 700 }), seed: fc.nat(100) });
  fc.assert(
    fc.property(sizes, ({ cores, words, seed }) => {
      const trace = randomTrace(topology, [3], [0.5, 0.4, 0.1, 0.3], seed);
      const small = on(cores, 32 * words, dram);
      const made = mapNetwork(topology, small, precision, asked("balanced"), trace);
      checkPlacement(made, small, precision, null);
      const spilledBits = bitsInDram(made, small, precision);
      if (cores === 1) expect(spilledBits).toBeGreaterThanOrEqual(WEIGHT_BITS - 32 * words);
      else expect(spilledBits).toBeGreaterThanOrEqual(0);
      // a core spills nothing for which its memory has space
      const none = mapNetwork(topology, on(cores, 2 ** 18, dram), precision, asked("balanced"), trace);
      expect(bitsInDram(none, small, precision)).toBe(0);
    }),
    { seed: 20_250_112, numRuns: 40 },
  );
});

test("rows of silent sources are spilled first", () => {
  // layer1 never fires: its own rows and those into layer2 are spilled before any other
  const trace = randomTrace(topology, [4], [0.9, 0, 0.9, 0.9], 3);
  const made = mapNetwork(topology, on(1, WEIGHT_BITS - 8 * 16 * 32, dram), precision, asked("sequential"), trace);
  expect(made.spilled.map(({ projection }) => topology.projections[projection].source)).toEqual([1]);
});

test("the checker refuses spilled rows on a chip without DRAM, rows of no slice, and a memory that remains overfull", () => {
  const trace = randomTrace(topology, [4], [0.5, 0.2, 0.1, 0.3], 5);
  const small = on(1, 8192, dram);
  const made = mapNetwork(topology, small, precision, asked("sequential"), trace);
  expect(() => checkPlacement(made, { ...small, spill: null }, precision, null)).toThrow(/no DRAM/);
  const wrong = { ...made, spilled: [...made.spilled, { projection: 0, core: 0, firstNeuron: 7 }] };
  expect(() => checkPlacement(wrong, small, precision, null)).toThrow(/no such slice/);
  expect(() => checkPlacement({ ...made, spilled: made.spilled.slice(1) }, small, precision, null)).toThrow(/synapse bits/);
});
