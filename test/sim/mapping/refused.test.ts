/**
 * A chip that is refused for its shapes alone is also refused with any activity, with the same message; most chips that
 * do not fit are refused for their shapes.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { MappingRequest } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
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
