/** Published chips: every number within its tolerance, and the rules behind the models against closed forms. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { loihiQueryMj, QUERY_SPIKES } from "../../../sim/recorded/published/loihi.js";
import { PUBLISHED_CHIPS, publishedRows } from "../../../sim/recorded/published/published.js";
import { odinPowerUw, saturatedSynapticOperationsPerCycle } from "../../../sim/recorded/published/published-odin.js";
import { isWithin } from "../../../sim/recorded/published/row.js";
import { senecaSynapticOperationPj } from "../../../sim/recorded/published/seneca.js";
import { synapticOperationsPerTick } from "../../../sim/recorded/published/truenorth.js";
import { readPublishedChips } from "../../../sim/recorded/shipped-chip.js";
import { runSnnDsePipeline } from "../../../sim/recorded/snn-dse-pipeline.js";
import { denseShuffled } from "./kernels.js";

const chips = readPublishedChips();
const rows = publishedRows(chips, null);

test.each(rows.map((row) => [row.chip, row.quantity, row] as const))("%s: %s is within its tolerance", (_chip, _quantity, row) => {
  expect(isWithin(row), `${row.model} ${row.unit} against ${row.published}`).toBe(true);
});

test("at least one number of each chip but Loihi is predicted, not calibrated", () => {
  for (const name of Object.keys(PUBLISHED_CHIPS) as (keyof typeof PUBLISHED_CHIPS)[]) {
    const predicted = publishedRows(chips, name).filter((row) => row.basis === "predicted").length;
    if (name === "loihi") expect(predicted).toBe(0);
    else expect(predicted).toBeGreaterThan(0);
  }
});

test("a saturated ODIN does 256 operations in its event's 513 cycles and its input handshake's rest", () => {
  const perCycle = saturatedSynapticOperationsPerCycle(chips.odin);
  expect(256 / perCycle).toBeGreaterThanOrEqual(513);
  expect(256 / perCycle).toBeLessThan(513 + 16);
  expect(odinPowerUw({ clock_mhz: 75, synaptic_operation_pj: 10, leakage_uw: 5, idle_uw_per_mhz: 2 }, 10, 0.5)).toBeCloseTo(
    0.5 * 10 * 10 + 5 + 20,
    9,
  );
});

test.each([11.58, 20.07, 95.93])("TrueNorth's core at %f Hz does 256 x 128 x rate operations a second, within 2 %%", (rateHz) => {
  const perSecond = synapticOperationsPerTick(chips.trueNorth, rateHz, 1000) * 1000;
  expect(Math.abs(perSecond / (256 * 128 * rateHz) - 1)).toBeLessThan(0.02);
});

test("a Loihi query costs its neurons' steps and its spikes' synapses: halving the spikes takes half the synapse energy away", () => {
  const full = loihiQueryMj(chips.loihiSlice, QUERY_SPIKES);
  const half = loihiQueryMj(chips.loihiSlice, QUERY_SPIKES / 2);
  const synapses = (QUERY_SPIKES / 2) * 76_800 * 23.6e-9;
  expect((full - half) / synapses).toBeGreaterThan(1);
  expect((full - half) / synapses).toBeLessThan(1.02);
});

test("SENECA's operation is two loads, an addition and a store", () => {
  expect(senecaSynapticOperationPj(chips.seneca)).toBeCloseTo(3.7 + 3.7 + 1.4 + 3.9, 9);
});

test("the pipeline equals its recurrence: each layer starts when its input is full and hands over when its output is free", () => {
  const steps = fc.integer({ min: 1, max: 6 });
  const spikes = steps.chain((n) =>
    fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: n, maxLength: n }), { minLength: 3, maxLength: 3 }),
  );
  fc.assert(
    fc.property(spikes, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }), (counts, ratios) => {
      const [a, b, c] = counts as [number[], number[], number[]];
      const chip = {
        ...chips.snnDse,
        layers: chips.snnDse.layers.map((layer, i) => ({ ...layer, neurons_per_unit: ratios[i] })),
      };
      const [k0, k1, k2] = ratios.map((ratio) => 4 * ratio + 2) as [number, number, number];
      let [start, free0, ready1, free1, ready2, done] = [0, -1, 0, -1, 0, 0];
      a.forEach((spikes0, t) => {
        const seen0 = Math.max(start + 1 + spikes0 * k0, free0 + 1);
        start = seen0 + 4;
        const begin1 = Math.max(ready1, seen0 + 2);
        const seen1 = Math.max(begin1 + 2 + b[t] * k1, free1 + 1);
        free0 = seen1 + 2;
        ready1 = seen1 + 4;
        const end2 = Math.max(ready2, seen1 + 3) + 2 + c[t] * k2;
        free1 = end2 + 2;
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
