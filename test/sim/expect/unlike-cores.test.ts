/**
 * The analytical model on chips with cores of several kinds: ranked like the cycle model, and none refused that runs.
 */
import { expect, test } from "vitest";
import type { Chip, Core, MappingRequest } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { runTiming } from "../../../sim/board/run-timing.js";
import { price } from "../../../sim/energy.js";
import { estimate, profileOf } from "../../../sim/expect/index.js";
import { sharesOf } from "../../../sim/expect/kind-loads.js";
import { mapNetwork } from "../../../sim/mapping/map.js";
import { rankCorrelation } from "../../../sweeps/report/importance.js";
import { chip, core, dense, population, precision, randomTrace, recurrentTopology, traceOf } from "../board/fixtures.js";

const topology = recurrentTopology(48);
const trace = randomTrace(topology, [16], [0.3, 0.15, 0.1, 0], 4);
const profile = profileOf(trace);
const plain: Core = {
  ...core,
  lanes: 8,
  maxNeurons: 512,
  synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 18 },
  stateMemory: { ...core.stateMemory, sizeBits: 2 ** 16 },
};

/** Two by two tiles with these cores. */
const of = (cores: readonly Core[]): Chip => ({
  ...chip([1, 1, 1, 1], { noc: { width: 2, height: 2 } }),
  cores: cores.map((one, id) => ({ ...one, id, tile: id })),
});
const request = (strategy: MappingRequest["strategy"]): MappingRequest => ({ strategy, manual: {}, maxNeuronsPerCore: null, seed: 1 });

test("latency and energy of random chips rank as those of the cycle model, and no chip that runs is refused", () => {
  const rng = createRng(11, "unlike");
  const pick = <T>(...values: T[]): T => values[rng.int(0, values.length - 1)];
  const drawn = (): Core => ({
    ...plain,
    lanes: pick(1, 4, 8, 32),
    eventOverheadCycles: pick(1, 2, 20),
    maxNeurons: pick(4, 40, 512, 512),
    synapseMemory: { ...plain.synapseMemory, sizeBits: pick(2 ** 13, 2 ** 18, 2 ** 18), wordBits: pick(32, 128) },
    neuronUpdate: { ...plain.neuronUpdate, cyclesPerNeuron: pick(1, 10) },
  });
  const rows: number[][] = [];
  for (let draw = 0; draw < 24; draw++) {
    const kinds = [drawn(), drawn()];
    const on = of([kinds[0], pick(...kinds), pick(...kinds), kinds[1]]);
    const bits = { ...precision, weightBits: pick(4, 8) };
    const strategy = request(pick("balanced", "sequential"));
    try {
      const run = runTiming(on, mapNetwork(topology, on, bits, strategy, trace), bits, trace);
      const expected = estimate(on, bits, strategy, profile);
      expect(expected, `draw ${draw}`).not.toBeNull();
      if (expected === null) continue;
      const energies = [run.total, expected.counters].map((counters) => Number(price(on, bits, topology, counters).totalPj));
      rows.push([run.total.cycles, expected.latencyCycles, ...energies]);
    } catch (error) {
      expect(error).toBeInstanceOf(InfeasibleError);
    }
  }
  const column = (k: number): number[] => rows.map((row) => row[k]);
  expect(rows.length).toBeGreaterThanOrEqual(15);
  expect(rankCorrelation(column(0), column(1))).toBeGreaterThanOrEqual(0.9);
  expect(rankCorrelation(column(2), column(3))).toBeGreaterThanOrEqual(0.9);
});

test("which tile holds the unlike core changes no estimate of a balanced chip, and a small memory is not taken for all", () => {
  const kinds: readonly Core[] = [
    { ...plain, lanes: 1 },
    { ...plain, maxNeurons: 4 },
    { ...plain, synapseMemory: { ...plain.synapseMemory, sizeBits: 8192 } },
  ];
  for (const kind of kinds) {
    const found = [0, 3].map((at) => {
      const on = of([0, 1, 2, 3].map((tile) => (tile === at ? kind : plain)));
      return estimate(on, precision, request("balanced"), profile)?.latencyCycles ?? 0;
    });
    expect(found[0]).toBeGreaterThan(0);
    expect(found[0]).toBeCloseTo(found[1], 9);
  }
});

test("a network that leaves slow cores empty takes as long as on the fast ones alone, on whichever tiles they are", () => {
  const slow: Core = { ...plain, neuronUpdate: { ...plain.neuronUpdate, cyclesPerNeuron: 40 } };
  const fast: Core = { ...plain, neuronUpdate: { ...plain.neuronUpdate, cyclesPerNeuron: 4 } };
  const small = { populations: [population("in", 40, 0), population("out", 40, 1)], projections: [dense(0, 1)] };
  const spikes = traceOf(small, [Array.from({ length: 6 }, () => [[0], []])]);
  const latencies = [
    [fast, fast, slow, slow],
    [slow, slow, fast, fast],
  ].map((cores) => {
    const on = of(cores);
    const run = runTiming(on, mapNetwork(small, on, precision, request("balanced"), spikes), precision, spikes);
    return [estimate(on, precision, request("balanced"), profileOf(spikes))?.latencyCycles ?? 0, run.total.cycles];
  });
  expect(latencies[0][0]).toBeCloseTo(latencies[1][0], 9);
  for (const [expected, ran] of latencies) expect(Math.abs(expected / ran - 1)).toBeLessThan(0.15);
});

test("shares follow the weights as far as there is space, and their mean is 1", () => {
  const none = Number.POSITIVE_INFINITY;
  expect(sharesOf([3, 1], [1, 0.5], [none, none])).toEqual([8 / 7, 4 / 7]);
  expect(sharesOf([3, 1], [1, 1], [none, 0.25])).toEqual([1.25, 0.25]);
  // what does not fit the first kind makes the second one full
  expect(sharesOf([1, 1, 2], [4, 1, 1], [0.5, 0.6, none])).toEqual([0.5, 0.6, 1.45]);
  expect(sharesOf([1, 1], [1, 1], [0.5, 0.25])).toEqual([4 / 3, 2 / 3]);
  for (const cores of [1, 3, 7, 49]) expect(sharesOf([cores], [1], [1])).toEqual([1]);
});
