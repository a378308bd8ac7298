/** Rows and states in DRAM if a network does not fit, checked without the mapper's bookkeeping. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Chip, Core, MappingRequest, Topology } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { createRng, type Rng } from "../../../base/rng.js";
import { checkPlacement } from "../../../sim/mapping/checker.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { occupancyOf } from "../../../sim/mapping/occupancy.js";
import type { Placement } from "../../../sim/mapping/placement.js";
import { bitsInDram } from "../../../sim/mapping/spill.js";
import { cases } from "../../cases.js";
import { chip, core, dense, population, precision, randomTrace, recurrentTopology } from "../board/fixtures.js";

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
      const { weights } = occupancyOf(made, small, precision);
      expect(weights.inDram).toBe(spilledBits);
      expect(weights.fullest).toBeLessThanOrEqual(1);
      expect(weights.need).toBe(occupancyOf({ ...made, spilled: [] }, small, precision).weights.need);
      // a core spills nothing for which its memory has space
      const none = mapNetwork(topology, on(cores, 2 ** 18, dram), precision, asked("balanced"), trace);
      expect(bitsInDram(none, small, precision)).toBe(0);
    }),
    { seed: 20_250_112, numRuns: cases(27) },
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

/** Layers in a chain, with one to four states per neuron. */
function chain(rng: Rng): Topology {
  const widths = [rng.int(8, 40), ...Array.from({ length: rng.int(2, 4) }, () => rng.int(20, 80))];
  const populations = widths.map((neurons, l) => population(`l${l}`, neurons, l, l === 0 ? {} : { states: rng.int(1, 4) }));
  return { populations, projections: widths.slice(1).map((_, l) => dense(l, l + 1)) };
}

/** The placement; null: it does not fit. Any other error is thrown, as of the checker for a memory that is overfull. */
function fitted(network: Topology, chip: Chip, request: MappingRequest): Placement | null {
  try {
    return mapNetwork(network, chip, precision, request, null);
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}

test.each(["sequential", "balanced", "min-traffic", "layer-per-core", "manual"] as const)(
  "%s: with DRAM, what fits with ample synapse memories fits with any",
  (strategy) => {
    const rng = createRng(3, `ample ${strategy}`);
    const drawn = { fits: 0, refused: 0, rows: 0, both: 0, unequal: 0, unlikeWords: 0 };
    for (let draw = 0; draw < cases(27); draw++) {
      const network = chain(rng);
      const stateMemory = { ...core.stateMemory, sizeBits: 64 * rng.int(20, 120) };
      const sized = (bits: () => number): Chip => {
        const made = chip(new Array<number>(cores).fill(1), { core: { stateMemory }, spill: dram });
        const memory = (i: number) => ({ ...core.synapseMemory, wordBits: widths[i % widths.length], sizeBits: bits() });
        return { ...made, cores: made.cores.map((one, i) => ({ ...one, synapseMemory: memory(i) })) };
      };
      const cores = rng.int(2, 7);
      const isUnlike = rng.float() < 0.4;
      const widths = isUnlike ? Array.from({ length: cores }, () => [8, 32, 512, 4096][rng.int(0, 3)]) : [core.synapseMemory.wordBits];
      const manual = strategy === "manual" ? { l1: [0, cores - 1] } : {};
      const request = { ...asked(strategy), manual };
      const isUnequal = rng.float() < 0.3;
      const bits = 512 * rng.int(1, 40);
      const made = fitted(
        network,
        sized(() => (isUnequal ? 512 * rng.int(1, 40) : bits)),
        request,
      );
      const ample = sized(() => 2 ** 24);
      const isAmple = fitted(network, ample, request) !== null;
      expect(made !== null, `draw ${draw}`).toBe(isAmple);
      if (made === null) drawn.refused++;
      else drawn.fits++;
      if (made !== null && made.spilled.length > 0) drawn[made.spilledStates.length > 0 ? "both" : "rows"]++;
      if (made !== null && isUnequal) drawn.unequal++;
      if (made !== null) expect(occupancyOf(made, ample, precision).states.fullest, `draw ${draw}`).toBeLessThanOrEqual(1);
      if (made !== null && made.spilled.length > 0 && new Set(widths).size > 1) drawn.unlikeWords++;
    }
    expect(Math.min(...Object.values(drawn)), JSON.stringify(drawn)).toBeGreaterThan(0);
  },
);

test("min-traffic overfills no core whose update units, and so whose buffer of states in DRAM, are its own", () => {
  const rng = createRng(7, "units");
  const drawn = { states: 0, unlike: 0 };
  for (let draw = 0; draw < cases(16); draw++) {
    const network = chain(rng);
    const memories: Partial<Core> = {
      maxNeurons: 1000,
      synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 19 },
      stateMemory: { ...core.stateMemory, sizeBits: 64 * rng.int(20, 90) },
    };
    const equal = chip(new Array<number>(rng.int(3, 6)).fill(1), { core: memories, spill: dram });
    const units = equal.cores.map(() => (rng.float() < 0.5 ? 1 : 64));
    const cores = equal.cores.map((one, i) => ({ ...one, neuronUpdate: { ...one.neuronUpdate, units: units[i] } }));
    const made = fitted(network, { ...equal, cores }, asked("min-traffic"));
    if (made === null || made.spilledStates.length === 0) continue;
    drawn.states++;
    if (new Set(units).size > 1) drawn.unlike++;
  }
  expect(Math.min(...Object.values(drawn)), JSON.stringify(drawn)).toBeGreaterThan(0);
});
