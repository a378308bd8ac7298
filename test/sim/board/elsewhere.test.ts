/** Random chips of all kinds: what is elsewhere in the workload or on the chip changes no utterance. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Chip, SpikeTrace } from "../../../arch/index.js";
import { runTiming, type TimingRun } from "../../../sim/board/run-timing.js";
import { cases as many } from "../../cases.js";
import { precision, traceOf } from "./fixtures.js";
import { allCases, behindSources, type Case, onTick, place, plainCases, wideTreeCases, withPort } from "./random-chips.js";

const drawn = fc.oneof(
  plainCases,
  allCases,
  wideTreeCases,
  allCases.map((c) => behindSources(c, c.seed % 4)),
  allCases.map(withPort),
  allCases.map((c) => onTick(c, { periodCycles: 60, overrun: "late", spreadCycles: 5 })),
);

/** Neurons that fire, by utterance, step and population. */
function firesOf({ topology, stepStart, eventStart, neuron }: SpikeTrace): number[][][][] {
  const groups = topology.populations.length;
  return Array.from({ length: stepStart.length - 1 }, (_, u) =>
    Array.from({ length: stepStart[u + 1] - stepStart[u] }, (_, s) =>
      Array.from({ length: groups }, (_, p) => {
        const at = (stepStart[u] + s) * groups + p;
        return Array.from(neuron.slice(eventStart[at], eventStart[at + 1]));
      }),
    ),
  );
}

const timed = (c: Case, fires: number[][][][] = firesOf(c.trace), on: Chip = c.chip): TimingRun =>
  runTiming(on, place(c), precision, { ...traceOf(c.topology, fires), key: c.trace.key });

test("each utterance counts the same alone, in any order and twice, and the total is their sum", () => {
  fc.assert(
    fc.property(drawn, (c) => {
      const fires = firesOf(c.trace);
      const base = timed(c, fires);
      const turned = timed(c, fires.toReversed());
      expect(turned.total).toEqual(base.total);
      expect(turned.utterances.toReversed()).toEqual(base.utterances);
      for (const [u, each] of fires.entries()) {
        const alone = timed(c, [each]);
        expect(alone.total).toEqual(base.utterances[u]);
        expect(alone.latencyCycles[0]).toBe(base.latencyCycles[u]);
      }
      const twice = timed(c, [...fires, ...fires]);
      expect(twice.total.cycles).toBe(2 * base.total.cycles);
      expect(twice.total.cores).toEqual(base.total.cores.map((count) => 2 * count));
      expect(twice.utterances).toEqual([...base.utterances, ...base.utterances]);
    }),
    { seed: 20_261_203, numRuns: many(50) },
  );
});

test("a further row of routers without cores changes no cycle and no count of a core of a mesh with X-Y or odd-even routes", () => {
  let meshes = 0;
  fc.assert(
    fc.property(drawn, (c) => {
      const { noc, coresPerTile } = c.chip;
      if (noc.topology !== "mesh") return;
      meshes++;
      const empty = new Array<number>(noc.width).fill(0);
      const taller: Chip = { ...c.chip, noc: { ...noc, height: noc.height + 1 }, coresPerTile: [...coresPerTile, ...empty] };
      const [base, more] = [timed(c), timed(c, undefined, taller)];
      expect(more.total.cycles).toBe(base.total.cycles);
      expect(more.total.cores).toEqual(base.total.cores);
      expect(more.latencyCycles).toEqual(base.latencyCycles);
    }),
    { seed: 20_261_204, numRuns: many(50) },
  );
  expect(meshes).toBeGreaterThan(15);
});
