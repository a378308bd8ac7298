/**
 * A chip that is refused for its shapes alone is also refused with any activity, with the same message; most chips that
 * do not fit are refused for their shapes. Neurons that no core can leave out, and kernels that no chip stores, are
 * refused at once.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Chip, MappingRequest, Topology } from "../../../arch/index.js";
import { WEIGHT_FORMATS } from "../../../arch/weight-format-schema.js";
import { InfeasibleError } from "../../../base/errors.js";
import { createRng } from "../../../base/rng.js";
import { refusedBefore } from "../../../sim/buildable.js";
import { withoutZeros } from "../../../sim/functional/index.js";
import { mapNetwork, strategies } from "../../../sim/mapping/map.js";
import { refusedPlacement } from "../../../sim/mapping/refused.js";
import { cases } from "../../cases.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "../board/fixtures.js";

const topology = recurrentTopology(32);
const names = (Object.keys(strategies) as MappingRequest["strategy"][]).filter((name) => name !== "manual");

test.each(names)(
  "%s: a refusal before a run equals the run's own for any activity; with one core there is always a decision",
  (strategy) => {
    let [refused, late, placed] = [0, 0, 0];
    fc.assert(
      fc.property(
        fc.record({
          tiles: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }),
          limit: fc.option(fc.integer({ min: 4, max: 40 })),
          neurons: fc.integer({ min: 12, max: 150 }),
          synapseBits: fc.integer({ min: 4, max: 32 }).map((steps) => 2048 * steps),
          stateBits: fc.integer({ min: 2, max: 20 }).map((steps) => 1024 * steps),
          densities: fc.tuple(...Array.from({ length: 3 }, () => fc.double({ min: 0, max: 0.9, noNaN: true }))),
          seed: fc.integer({ min: 1, max: 1000 }),
        }),
        ({ tiles, limit, neurons, synapseBits, stateBits, densities, seed }) => {
          const on = chip(tiles, {
            core: {
              maxNeurons: neurons,
              synapseMemory: { ...core.synapseMemory, sizeBits: synapseBits },
              stateMemory: { ...core.stateMemory, sizeBits: stateBits },
            },
          });
          const request: MappingRequest = { strategy, manual: {}, maxNeuronsPerCore: limit, seed: 1 };
          const before = refusedPlacement(topology, on, precision, request);
          let after: InfeasibleError | null = null;
          try {
            mapNetwork(topology, on, precision, request, randomTrace(topology, [3], [...densities, 0], seed));
          } catch (error) {
            if (!(error instanceof InfeasibleError)) throw error;
            after = error;
          }
          if (before !== null) expect(before.message).toBe(after?.message);
          if (on.cores.length === 1) expect(before?.message).toBe(after?.message);
          if (before !== null) refused++;
          else if (after !== null) late++;
          else placed++;
        },
      ),
      { numRuns: cases(27), seed: 5 },
    );
    expect(Math.min(refused, placed)).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(late);
  },
);

test("before training, a chip that holds the network with the zeros of training is refused in no format; of dense ones all are that hold it not", () => {
  const shape = recurrentTopology(12);
  const rng = createRng(7, "zeros of training");
  let [trainedFits, denseFits, refused] = [0, 0, 0];
  for (const zeros of [0.5, 0.95]) {
    const rowsOf = ({ source, target }: Topology["projections"][number]) => {
      const kept = Array.from({ length: shape.populations[source].neurons }, () =>
        Array.from({ length: shape.populations[target].neurons }, (_, n) => n).filter(() => rng.float() >= zeros),
      );
      const ends = kept.map((_, s) => kept.slice(0, s + 1).reduce((sum, row) => sum + row.length, 0));
      return { rowStart: Uint32Array.from([0, ...ends]), targets: Uint32Array.from(kept.flat()) };
    };
    const trained = { ...shape, projections: shape.projections.map((one) => ({ ...one, present: rowsOf(one) })) };
    expect(withoutZeros(trained)).toEqual(shape);
    for (const weightFormat of WEIGHT_FORMATS)
      for (const strategy of ["sequential", "balanced"] as const)
        for (const sizeBits of [1024, 4096]) {
          const on = chip([1, 1], { core: { synapseMemory: { ...core.synapseMemory, sizeBits } }, weightFormat });
          const request: MappingRequest = { strategy, manual: {}, maxNeuronsPerCore: null, seed: 1 };
          const before = refusedBefore({ chip: on, precision, mapping: request }, withoutZeros(trained));
          const [after, full] = [trained, shape].map((network) => refusedRun(network, on, request));
          if (before !== null) expect(after, `${weightFormat} ${strategy} ${sizeBits} ${zeros}`).not.toBeNull();
          if (weightFormat === "dense" && full !== null && strategy === "sequential") expect(before?.message).toBe(full);
          if (after === null) trainedFits++;
          if (full === null) denseFits++;
          if (before !== null) refused++;
        }
  }
  expect(trainedFits).toBeGreaterThan(1.5 * denseFits);
  expect(refused).toBeGreaterThan(0);
});

/** The run's own refusal, with some activity. */
function refusedRun(network: Topology, on: Chip, request: MappingRequest): string | null {
  try {
    mapNetwork(network, on, precision, request, randomTrace(network, [3], [0.5, 0.2, 0.1, 0], 1));
    return null;
  } catch (error) {
    if (error instanceof InfeasibleError) return error.message;
    throw error;
  }
}

test.each(names)("%s: neurons that move without input are refused at once where every core leaves out untouched ones", (strategy) => {
  const moving = { ...topology, populations: topology.populations.map((one, p) => ({ ...one, rests: p === 0 })) };
  const touched = { ...core, neuronUpdate: { ...core.neuronUpdate, policy: "touched" as const } };
  const request: MappingRequest = { strategy, manual: {}, maxNeuronsPerCore: null, seed: 1 };
  const followsActivity = strategy === "balanced" || strategy === "min-traffic";
  const all = chip([1, 1, 1, 1, 1], { core: touched });
  expect(refusedPlacement(topology, all, precision, request)).toBeNull();
  const sure = refusedPlacement(moving, all, precision, request);
  expect(sure?.code).toBe("UPDATES_TOUCHED");
  expect(sure?.message).toBe(refusedRun(moving, all, request));
  // one core updates all, or DRAM may hold the states: where they are decides
  const [first, ...others] = all.cores;
  const one = { ...all, cores: [{ ...first, neuronUpdate: core.neuronUpdate }, ...others] };
  const away = { ...all, spill: { bitsPerCycle: 64, latencyCycles: 10, burstBits: 64 } };
  for (const on of [one, away]) {
    const before = refusedPlacement(moving, on, precision, request)?.message ?? null;
    expect(before).toBe(followsActivity ? null : refusedRun(moving, on, request));
  }
});
