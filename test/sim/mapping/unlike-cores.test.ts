/**
 * On chips with cores of several kinds, each core's own parameters count: how the cores are numbered changes no work,
 * and another core makes no chip slower.
 */
import { expect, test } from "vitest";
import type { Chip, Core, MappingRequest, Topology } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { activityOf } from "../../../sim/mapping/activity.js";
import { busierOf, sliceCycles } from "../../../sim/mapping/balanced.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import type { Placement } from "../../../sim/mapping/placement.js";
import { chip, core, dense, population, precision, randomTrace, recurrentTopology } from "../board/fixtures.js";

const topology = recurrentTopology(96);
const trace = randomTrace(topology, [10, 12], [0.3, 0.1, 0.05, 0], 1);
const activity = activityOf(topology, trace);
const plain: Core = {
  ...core,
  lanes: 8,
  synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 20 },
  stateMemory: { ...core.stateMemory, sizeBits: 2 ** 16 },
};
const kinds: readonly Core[] = [
  { ...plain, lanes: 1 },
  { ...plain, eventOverheadCycles: 20 },
  { ...plain, neuronUpdate: { ...plain.neuronUpdate, cyclesPerNeuron: 10 } },
  { ...plain, maxNeurons: 12 },
  { ...plain, synapseMemory: { ...plain.synapseMemory, sizeBits: 8192 } },
];

/** A row of tiles with these cores, in this order. */
const of = (cores: readonly Core[]): Chip => ({
  ...chip(cores.map(() => 1)),
  cores: cores.map((one, id) => ({ ...one, id, tile: id })),
});
const placed = (on: Chip, strategy: MappingRequest["strategy"]): Placement =>
  mapNetwork(topology, on, precision, { strategy, manual: {}, maxNeuronsPerCore: null, seed: 1 }, trace);

/** Cycles of the busier unit of each core. */
const cyclesOf = (on: Chip, { slices }: Placement): readonly number[] =>
  on.cores.map((one) => {
    const each = slices.filter((slice) => slice.core === one.id).map((slice) => sliceCycles({ topology, precision }, activity, one, slice));
    return busierOf({
      somaCycles: each.reduce((sum, { somaCycles }) => sum + somaCycles, 0),
      synapseCycles: each.reduce((sum, { synapseCycles }) => sum + synapseCycles, 0),
    });
  });

test.each(kinds.map((kind, i) => [i, kind] as const))("balanced gives an unlike core the same work wherever it is (kind %i)", (_, kind) => {
  const works = [0, 1, 2, 3].map((at) => {
    const on = of([0, 1, 2, 3].map((i) => (i === at ? kind : plain)));
    const cycles = cyclesOf(on, placed(on, "balanced"));
    return { own: cycles[at], busiest: Math.max(...cycles) };
  });
  for (const { own, busiest } of works) {
    expect(own).toBeCloseTo(works[0].own, 6);
    expect(busiest).toBeCloseTo(works[0].busiest, 6);
  }
});

test.each([1, 2, 4, 12, 40])("a further core of %i neurons makes the busiest unit no busier than without it, and is used", (maxNeurons) => {
  const three = of([plain, plain, plain]);
  const four = of([plain, plain, plain, { ...plain, maxNeurons }]);
  const made = placed(four, "balanced");
  expect(Math.max(...cyclesOf(four, made))).toBeLessThanOrEqual(Math.max(...cyclesOf(three, placed(three, "balanced"))));
  expect(made.usedCores).toEqual([0, 1, 2, 3]);
});

test("the search for little traffic makes no unit busier than the balanced mapping does, on random unlike cores", () => {
  const rng = createRng(3, "unlike");
  let moved = 0;
  for (let draw = 0; draw < 12; draw++) {
    const on = of(Array.from({ length: 4 }, () => [plain, plain, ...kinds][rng.int(0, kinds.length + 1)]));
    const [start, made] = [placed(on, "balanced"), placed(on, "min-traffic")];
    expect(Math.max(...cyclesOf(on, made)), `draw ${draw}`).toBeLessThanOrEqual(Math.max(...cyclesOf(on, start)));
    if (JSON.stringify(start.slices) !== JSON.stringify(made.slices)) moved++;
  }
  expect(moved).toBeGreaterThanOrEqual(4);
});

test("a core per layer: the kind of core that holds a population does not depend on the numbering of cores", () => {
  // many short rows take more words of 128 bits, few long ones more words of 16
  const network: Topology = {
    populations: [population("in", 64, 0), population("few", 16, 0), population("short", 2, 1), population("long", 16, 1)],
    projections: [dense(0, 2), dense(1, 3)],
  };
  const withWords = (wordBits: number, sizeBits: number): Core => ({
    ...plain,
    synapseMemory: { ...plain.synapseMemory, wordBits, sizeBits },
  });
  const cores = [withWords(16, 2 ** 16), withWords(128, 2 ** 17), withWords(128, 2 ** 17), withWords(128, 2 ** 17)];
  const wordsOf = (on: Chip): number[] => {
    const { slices } = mapNetwork(
      network,
      on,
      precision,
      { strategy: "layer-per-core", manual: {}, maxNeuronsPerCore: null, seed: 1 },
      null,
    );
    return [2, 3].map((p) => on.cores[slices.find(({ population: q }) => q === p)?.core ?? -1].synapseMemory.wordBits);
  };
  expect(wordsOf(of(cores))).toEqual(wordsOf(of([...cores].reverse())));
});
