/** SNN-DSE's pipeline against values by hand and a recurrence. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPublishedChips } from "../../../sim/recorded/shipped-chip.js";
import { runSnnDsePipeline } from "../../../sim/recorded/snn-dse-pipeline.js";
import { denseShuffled } from "./kernels.js";

const { snnDse: shipped } = readPublishedChips();
const chipWith = (ratios: readonly number[]): typeof shipped => ({
  ...shipped,
  layers: shipped.layers.map((layer, i) => ({ ...layer, neurons_per_unit: ratios[i] })),
});
/** Events as [cycle, layer, step, spikes]. */
const eventsOf = (spikes: number[][], ratios: readonly number[] = [1, 1, 1]): (number | null)[][] =>
  runSnnDsePipeline(chipWith(ratios), spikes).events.map(({ cycle, layer, step, spikes: count }) => [cycle, layer, step, count]);

test("in an odd cycle a layer's thread runs after that of the next layer, which sees the filled buffer one cycle later", () => {
  // layer 0: free at 0 + 1 + 6, fills at 9; layer 1 sees it at once, begins at 10, free at 9 + 2 + 6, fills at 19 (odd)
  expect(eventsOf([[1], [1], [1]])).toEqual([
    [0, 0, 0, 1],
    [10, 1, 0, 1],
    [21, 2, 0, 1],
    [31, 3, 0, null],
  ]);
});

test("in an even cycle it runs before it; a first layer without spikes hands over at once, and no spikes whatever is given", () => {
  // layer 0 fills at 2; layer 1 sees it at once, begins at 3, has nothing to add, fills at 4 + 2 (even)
  for (const given of [0, 5])
    expect(eventsOf([[0], [given], [1]])).toEqual([
      [0, 0, 0, 0],
      [3, 1, 0, 0],
      [7, 2, 0, 1],
      [17, 3, 0, null],
    ]);
});

test("events are in the order of cycles; of one cycle, that of the later layer comes first", () => {
  // spikes of 14, 14 and 10 cycles: layer 2 sees step 0 in 78 and finishes in 78 + 2 + 10 + 3; layer 0 is free from
  // step 1 in 61 + 1 + 28, fills in 92, and layer 1 begins in 93, too
  const events = eventsOf(
    [
      [4, 2],
      [1, 0],
      [1, 4],
    ],
    [3, 3, 2],
  );
  expect(events.map(([cycle, layer, step]) => [cycle, layer, step])).toEqual([
    [0, 0, 0],
    [60, 1, 0],
    [61, 0, 1],
    [79, 2, 0],
    [93, 3, 0],
    [93, 1, 1],
    [97, 2, 1],
    [141, 3, 1],
  ]);
});

test("a first layer without spikes fills a buffer that is still full: that step is lost", () => {
  // layer 1 holds step 0 from 9 to 19, layer 0 fills with step 1 at 11 + 2
  const events = eventsOf([
    [1, 0],
    [1, 0],
    [1, 1],
  ]);
  expect(events).toContainEqual([11, 0, 1, 0]);
  expect(events.filter(([, layer, step]) => layer !== 0 && step === 1)).toEqual([]);
  expect(events.at(-1)).toEqual([31, 3, 0, null]);
});

test("the pipeline equals its recurrence: each layer starts when it sees its input full and finishes when it sees its output free", () => {
  const steps = fc.integer({ min: 1, max: 6 });
  const spikes = steps.chain((n) =>
    fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: n, maxLength: n }), { minLength: 3, maxLength: 3 }),
  );
  fc.assert(
    fc.property(spikes, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }), (counts, ratios) => {
      const [a, b, c] = counts as [number[], number[], number[]];
      const chip = chipWith(ratios);
      const [k0, k1, k2] = ratios.map((ratio) => chip.cycles_per_weight * ratio + chip.cycles_per_spike) as [number, number, number];
      let [start, freed0, ready1, freed1, ready2, done] = [0, -1, 0, -1, 0, 0];
      let endOfFirst = Number.POSITIVE_INFINITY;
      // layer 1 runs before layer 2: in even cycles, and always once layer 0 has ended in an even one
      const ascends = (cycle: number): boolean => cycle % 2 === 0 || (cycle > endOfFirst && endOfFirst % 2 === 0);
      a.forEach((spikes0, t) => {
        const free0 = Math.max(start + 1 + spikes0 * k0, freed0 + 1);
        start = free0 + 4;
        if (t === a.length - 1) endOfFirst = start;
        const free1 = Math.max(Math.max(ready1, free0 + 2) + 2 + b[t] * k1, freed1 + (ascends(freed1) ? 1 : 0));
        freed0 = free1 + 2;
        ready1 = free1 + 4;
        const end2 = Math.max(ready2, free1 + 2 + (ascends(free1 + 2) ? 0 : 1)) + 2 + c[t] * k2;
        freed1 = end2 + 2;
        ready2 = end2 + 4;
        done = end2 + 3;
      });
      const run = runSnnDsePipeline(chip, counts);
      expect(run.totalCycles).toBe(done);
      expect(runSnnDsePipeline(chip, counts, denseShuffled(1))).toEqual(run);
    }),
    { seed: 20_265, numRuns: 150 },
  );
});

test("every hand-over of two more cycles moves the end by two", () => {
  const layers = shipped.layers.map((layer) => ({ ...layer, hand_over_cycles: layer.hand_over_cycles + 2 }));
  const totals = [shipped, { ...shipped, layers }].map((chip) => runSnnDsePipeline(chip, [[2], [2], [2]]).totalCycles);
  expect(totals[1] - totals[0]).toBe(6);
});
