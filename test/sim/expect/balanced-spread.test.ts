/**
 * The even spread compared with the mapping that it represents, and the busiest of equal groups with closed forms and
 * enumeration.
 */
import { describe, expect, test } from "vitest";
import { balancedSpreads } from "../../../sim/expect/balanced-spread.js";
import { meanOfBusiest } from "../../../sim/expect/busiest.js";
import { profileOfDensity } from "../../../sim/expect/index.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { chip, core, population, precision, recurrentTopology } from "../board/fixtures.js";

const request = (limit: number | null) => ({ strategy: "balanced", manual: {}, maxNeuronsPerCore: limit, seed: 1 }) as const;

test("parts and cores equal those of the balanced mapping if all fits and activity is even", () => {
  const drawn = { shared: 0, apart: 0 };
  for (const width of [32, 96]) {
    const topology = recurrentTopology(width);
    const profile = profileOfDensity(topology, 1, 10, [0.1, 0.1, 0.1, 0.1]);
    for (const cores of [1, 2, 3, 5, 8, 13, 24, 64]) {
      for (const lanes of [1, 4, 32]) {
        for (const limit of cores < 24 ? [null] : [null, 16]) {
          const memories = {
            synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 22 },
            stateMemory: { ...core.stateMemory, sizeBits: 2 ** 18 },
          };
          const on = chip(new Array<number>(cores).fill(1), { core: { ...memories, lanes, eventOverheadCycles: 8 } });
          const made = mapNetwork(topology, on, precision, request(limit), null);
          const [first] = balancedSpreads(on, precision, request(limit), profile);
          const pieces = topology.populations.map((_, p) => made.slices.filter(({ population }) => population === p).length);
          expect([first.cores, Math.max(...pieces)], `${cores} cores, ${lanes} lanes, width ${width}, limit ${limit}`).toEqual([
            made.usedCores.length,
            Math.min(width, Math.max(first.parts, limit === null ? 0 : Math.ceil(width / limit))),
          ]);
          if (first.cores > first.parts) drawn.apart++;
          else drawn.shared++;
        }
      }
    }
  }
  expect(Math.min(drawn.apart, drawn.shared)).toBeGreaterThanOrEqual(10);
});

test("imbalance is the busiest core's cycles over the mean, or, if cores differ, over what each takes if all take equally long", () => {
  const silent = (...sizes: number[]) => ({
    populations: sizes.map((neurons, i) => population(`p${i}`, neurons, 0)),
    projections: [],
  });
  // a neuron takes a cycle, or `slow` cycles on every core but the first two
  const imbalanceOf = (sizes: readonly number[], cores: number, parts: number, slow = 1): number => {
    const on = chip(new Array<number>(cores).fill(1), {});
    const unlike = on.cores.map((one) => ({ ...one, neuronUpdate: { ...core.neuronUpdate, cyclesPerNeuron: one.id < 2 ? 1 : slow } }));
    const profile = profileOfDensity(
      silent(...sizes),
      1,
      10,
      sizes.map(() => 0),
    );
    const found = balancedSpreads({ ...on, cores: unlike }, precision, request(null), profile).find((spread) => spread.parts === parts);
    return found?.imbalance ?? Number.NaN;
  };
  for (const cores of [2, 3, 4])
    for (const neurons of [12, 13, 30, 31])
      expect(imbalanceOf([neurons], cores, cores)).toBeCloseTo((Math.ceil(neurons / cores) * cores) / neurons, 9);
  expect(imbalanceOf([30, 10], 2, 1)).toBeCloseTo(30 / 20, 9);
  // pieces of one population are on different cores, so one core has a piece of both
  expect(imbalanceOf([30, 10], 3, 2)).toBeCloseTo((15 + 5) / (40 / 3), 9);
  // two cores of speed 1 and two of speed 1 / 3 share 40 neurons in 15 cycles; quarters take 10 and 30
  expect(imbalanceOf([40], 4, 4, 3)).toBeCloseTo(30 / 15, 9);
  // halves stay on the fast cores
  expect(imbalanceOf([40], 4, 2, 3)).toBeCloseTo(1, 9);
});

describe("the busiest of equal groups", () => {
  test("for one group it is the mean, for groups of one neuron the chance that any fires, for certain neurons all", () => {
    expect(meanOfBusiest(1, 20, 0.3)).toBeCloseTo(6, 3);
    expect(meanOfBusiest(7, 1, 0.5)).toBeCloseTo(1 - 0.5 ** 7, 12);
    expect([meanOfBusiest(5, 9, 0), meanOfBusiest(5, 9, 1)]).toEqual([0, 9]);
  });

  test("it equals the mean of the largest over all outcomes of two and three groups", () => {
    const chances = (neurons: number, p: number): number[] => {
      let made = [1];
      for (let i = 0; i < neurons; i++) made = [...made, 0].map((chance, k) => chance * (1 - p) + (made[k - 1] ?? 0) * p);
      return made;
    };
    const one = chances(6, 0.2);
    let [two, three] = [0, 0];
    one.forEach((a, i) => {
      one.forEach((b, j) => {
        two += a * b * Math.max(i, j);
        one.forEach((c, k) => {
          three += a * b * c * Math.max(i, j, k);
        });
      });
    });
    expect(meanOfBusiest(2, 6, 0.2)).toBeCloseTo(two, 3);
    expect(meanOfBusiest(3, 6, 0.2)).toBeCloseTo(three, 3);
  });
});
