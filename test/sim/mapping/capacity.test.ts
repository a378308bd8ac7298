/** A placement's final slices fit in the memories of their cores, whatever strategy and rows. */
import { expect, test } from "vitest";
import type { Chip, MappingRequest, Projection, Topology } from "../../../arch/index.js";
import { InfeasibleError, InvariantError } from "../../../base/errors.js";
import { createRng, type Rng } from "../../../base/rng.js";
import { checkPlacement } from "../../../sim/mapping/checker.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { occupancyOf } from "../../../sim/mapping/occupancy.js";
import { type Placement, placement, type Slice } from "../../../sim/mapping/placement.js";
import { chip, core, dense, population, precision as usual } from "../board/fixtures.js";

const precision = { ...usual, weightBits: 4 };
const STRATEGIES = ["sequential", "balanced", "min-traffic", "layer-per-core"] as const;

/** Rows of `sources` in which each of `targets` is with the given probability. */
function rows(sources: number, targets: number, isIn: (source: number, target: number) => boolean): Projection["sparse"] {
  const all = Array.from({ length: sources }, (_, s) => Array.from({ length: targets }, (_, t) => t).filter((t) => isIn(s, t)));
  const rowStart = new Uint32Array(sources + 1);
  all.forEach((row, s) => {
    rowStart[s + 1] = rowStart[s] + row.length;
  });
  return { rowStart, targets: Uint32Array.from(all.flat()) };
}

/** A layer of nearly full rows, and a small one behind it. */
function nearlyFull(rng: Rng): Topology {
  const [sources, neurons] = [rng.int(3, 8), rng.int(17, 80)];
  const sparse = rows(sources, neurons, () => rng.float() < 0.97);
  return {
    populations: [population("in", sources, 0), population("wide", neurons, 1), population("out", 8, 2)],
    projections: [{ ...dense(0, 1), sparse }, dense(1, 2)],
  };
}

/** Two weights fit in a word with indices one bit narrower than those of the whole wide layer. */
const wordBitsFor = ({ populations }: Topology): number => 2 * (precision.weightBits + Math.floor(Math.log2(populations[1].neurons - 1)));

const on = (cores: number, wordBits: number, words: number): Chip =>
  chip(new Array<number>(cores).fill(1), {
    weightFormat: "rows",
    core: { synapseMemory: { ...core.synapseMemory, wordBits, sizeBits: wordBits * words } },
  });

function placed(network: Topology, where: Chip, strategy: MappingRequest["strategy"]): Placement | null {
  try {
    return mapNetwork(network, where, precision, { strategy, manual: {}, maxNeuronsPerCore: null, seed: 1 }, null);
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}

test.each(STRATEGIES)("%s fills no memory beyond its words, with rows whose target indices widen as slices join", (strategy) => {
  const rng = createRng(1, `capacity ${strategy}`);
  const drawn = { placed: 0, refused: 0, joined: 0 };
  for (let draw = 0; draw < 60; draw++) {
    const network = nearlyFull(rng);
    const cores = strategy === "layer-per-core" ? rng.int(3, 5) : rng.int(1, 3);
    const [{ neurons: sources }, { neurons }] = network.populations;
    const share = strategy === "layer-per-core" ? 1 : 1 / cores;
    const words = Math.floor((0.4 + 0.6 * rng.float()) * neurons * (sources + 4) * share);
    const where = on(cores, wordBitsFor(network), words);
    const made = placed(network, where, strategy);
    if (made === null) drawn.refused++;
    else {
      drawn.placed++;
      const { weights, states } = occupancyOf(made, where, precision);
      expect(Math.max(weights.fullest, states.fullest), `draw ${draw}`).toBeLessThanOrEqual(1);
      if (made.slices.some((slice) => slice.population === 1 && slice.neurons === neurons)) drawn.joined++;
    }
  }
  expect(Math.min(...Object.values(drawn)), JSON.stringify(drawn)).toBeGreaterThan(0);
});

test("a network that fits on one core fits with every larger synapse memory", () => {
  const sparse = rows(8, 20, (source, target) => source !== target);
  const network = { populations: [population("in", 8, 0), population("out", 20, 1)], projections: [{ ...dense(0, 1), sparse }] };
  for (const strategy of STRATEGIES.slice(0, 3)) {
    const fits = Array.from({ length: 80 }, (_, i) => placed(network, on(1, 16, 80 + i), strategy) !== null);
    expect(fits.lastIndexOf(false), strategy).toBe(fits.indexOf(true) - 1);
  }
});

test("the checker counts the index of each target and the padding of words", () => {
  const sparse = rows(8, 20, (source, target) => source !== target);
  const network = { populations: [population("in", 8, 0), population("out", 20, 1)], projections: [{ ...dense(0, 1), sparse }] };
  const whole: Slice[] = network.populations.map(({ neurons }, p) => ({ population: p, firstNeuron: 0, neurons, core: 0 }));
  const made = placement(network, "by hand", whole);
  // 9 bits per item, so a word of 16 bits holds one; their weights alone need 38 words
  expect(() => checkPlacement(made, on(1, 16, 152), precision, null)).not.toThrow();
  expect(() => checkPlacement(made, on(1, 16, 151), precision, null)).toThrow(InvariantError);
});
