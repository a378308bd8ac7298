/**
 * A core per layer: never two layers on a core, each on the smallest core that holds it, or on several; a helpful
 * error.
 */
import { expect, test } from "vitest";
import type { Chip, MappingRequest } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, dense, population, precision } from "../board/fixtures.js";

const request: MappingRequest = { strategy: "layer-per-core", manual: {}, maxNeuronsPerCore: null, seed: 1 };
const chain = {
  populations: [population("in", 8, 0), population("wide", 64, 1), population("narrow", 16, 2)],
  projections: [dense(0, 1), dense(1, 2)],
};
/** A chip whose cores have the given KiB for weights. */
const cores = (...kib: readonly number[]): Chip => {
  const made = chip([kib.length], {});
  const stateMemory = { ...core.stateMemory, sizeBits: 2 ** 16 };
  return {
    ...made,
    cores: made.cores.map((one, i) => ({ ...one, stateMemory, synapseMemory: { ...core.synapseMemory, sizeBits: kib[i] * 8192 } })),
  };
};
const placed = (on: Chip): readonly string[] =>
  mapNetwork(chain, on, precision, request, null).slices.map(
    ({ population: p, neurons, core: at }) => `${chain.populations[p].name} ${neurons} @${at}`,
  );

test("each layer takes the smallest free core that holds it, the layer with the most weights first", () => {
  // narrow has 1,024 weights, wide 512, in has none
  expect([...placed(cores(64, 2, 1, 4))].sort()).toEqual(["in 8 @3", "narrow 16 @2", "wide 64 @1"]);
});

test("a layer that no core can hold takes several, and shares none of them", () => {
  const made = mapNetwork(chain, cores(0.5, 0.5, 0.5, 0.5, 0.5, 0.5), precision, request, null);
  const layersOf = new Map<number, Set<number>>();
  for (const { core: at, population: p } of made.slices) layersOf.set(at, (layersOf.get(at) ?? new Set()).add(p));
  expect([...layersOf.values()].every(({ size }) => size === 1)).toBe(true);
  expect(made.slices.length).toBeGreaterThan(3);
});

test("more layers than cores, and layers too large, are rejected with what would fit", () => {
  expect(() => placed(cores(64, 64))).toThrow(/3 layers.*2 cores/s);
  let fix = "";
  try {
    placed(cores(0.25, 0.25, 0.25));
  } catch (error) {
    expect(error).toBeInstanceOf(InfeasibleError);
    ({ fix } = error as InfeasibleError);
  }
  const size = Number(/synapse_memory\.size_kib: ([\d.]+)/.exec(fix)?.[1]);
  expect(placed(cores(size, size, size))).toHaveLength(3);
});
