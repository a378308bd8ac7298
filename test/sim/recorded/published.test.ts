/** Published chips: every number is within its tolerance; the rules behind the models follow closed forms. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BOARDS, synapticOperationPj } from "../../../sim/recorded/published/boards.js";
import { loihiQueryMj, QUERY_SPIKES } from "../../../sim/recorded/published/loihi.js";
import { publishedRows } from "../../../sim/recorded/published/published.js";
import { odinPowerUw, saturatedSynapticOperationsPerCycle } from "../../../sim/recorded/published/published-odin.js";
import { BASES, isWithin, missesOf, type PublishedRow } from "../../../sim/recorded/published/row.js";
import { synapticOperationsPerTick } from "../../../sim/recorded/published/truenorth.js";
import { readPublishedChips, shippedBoard } from "../../../sim/recorded/shipped-chip.js";
import { runSnnDsePipeline } from "../../../sim/recorded/snn-dse-pipeline.js";
import { denseShuffled } from "./kernels.js";

const chips = readPublishedChips();
const rows = publishedRows(chips, null);

const bound = rows.filter((row) => row.tolerance !== null);
test.each(bound.map((row) => [row.chip, row.quantity, row] as const))("%s: %s is within its tolerance", (_chip, _quantity, row) => {
  expect(isWithin(row), `${row.model} ${row.unit} against ${row.published}`).toBe(true);
});

test("every basis has rows; the library's predictions of other chips have no tolerance, and no board has a price of its own", () => {
  for (const basis of BASES) expect(rows.filter((row) => row.basis === basis).length, basis).toBeGreaterThan(0);
  for (const row of publishedRows(chips, "boards")) expect([row.basis, row.tolerance]).toEqual(["predicted", null]);
  for (const name of BOARDS) expect(chips.boards[name].chip.priceOverrides, name).toEqual({});
});

test("misses are geometric means over predicted rows only, separately by kind and evidence", () => {
  const row = (model: number, more: Partial<PublishedRow>): PublishedRow => ({
    ...{
      chip: "x",
      kind: "area",
      evidence: "silicon",
      quantity: "",
      unit: "mm2",
      published: 2,
      model,
      tolerance: null,
      silicon: null,
      basis: "predicted",
    },
    ...{ source: "", ...more },
  });
  const found = missesOf([
    row(1, {}),
    row(16, {}),
    row(7, { basis: "calibrated" }),
    row(6, { evidence: "synthesis" }),
    row(1, { kind: "energy" }),
  ]);
  expect(found.map(({ kind, evidence, count, least, largest }) => [kind, evidence, count, least, largest])).toEqual([
    ["energy", "silicon", 1, 0.5, 0.5],
    ["area", "silicon", 2, 0.5, 8],
    ["area", "synthesis", 1, 3, 3],
  ]);
  expect(found[1].geometricMean).toBeCloseTo(2, 12);
});

test("at other supplies static power follows V 10^V and operations the 28 nm energy law; at 0 Hz only static power remains", () => {
  const power = (part: string): PublishedRow =>
    rows.find(({ chip, quantity }) => chip === "TrueNorth" && quantity.includes(part)) as PublishedRow;
  expect(power("0 Hz, 0 synapses").model).toBeCloseTo(64.43 * (0.7 / 0.8) * 10 ** -0.1, 9);
  expect(power("1.05 V").model).toBeGreaterThan(64.43 * (1.05 / 0.8) * 10 ** 0.25 + 200 * 256 * 2 ** 20 * 2.297e-9);
});

test("a saturated ODIN does 256 operations in the event's 513 cycles and the rest of the input handshake", () => {
  const perCycle = saturatedSynapticOperationsPerCycle(chips.odin);
  expect(256 / perCycle).toBeGreaterThanOrEqual(513);
  expect(256 / perCycle).toBeLessThan(513 + 16);
  expect(odinPowerUw({ clock_mhz: 75, synaptic_operation_pj: 10, leakage_uw: 5, idle_uw_per_mhz: 2 }, 10, 0.5)).toBeCloseTo(
    0.5 * 10 * 10 + 5 + 20,
    9,
  );
});

test.each([11.58, 20.07, 95.93])("TrueNorth's core at %f Hz does 256 x 128 x rate operations per second, within 2 %%", (rateHz) => {
  const perSecond = synapticOperationsPerTick(chips.trueNorth, rateHz, 1000) * 1000;
  expect(Math.abs(perSecond / (256 * 128 * rateHz) - 1)).toBeLessThan(0.02);
});

test("a Loihi query costs neuron steps and synaptic operations: half the spikes cost half the synapse energy", () => {
  const full = loihiQueryMj(chips.loihiSlice, QUERY_SPIKES);
  const half = loihiQueryMj(chips.loihiSlice, QUERY_SPIKES / 2);
  const synapses = (QUERY_SPIKES / 2) * 76_800 * 23.6e-9;
  expect((full - half) / synapses).toBeGreaterThan(1);
  expect((full - half) / synapses).toBeLessThan(1.02);
});

test("an operation on SENECA's core, at its own prices, costs two loads, an addition and a store", () => {
  const { chip, precision } = shippedBoard("seneca-like");
  const free = { value: 0, source: "" };
  const priceOverrides = { ...chip.priceOverrides, input_queue_push_pj: free, input_queue_pop_pj: free };
  const board = { chip: { ...chip, priceOverrides }, precision: { ...precision, weightBits: 16, accumulatorBits: 16 } };
  expect(synapticOperationPj(board, 100)).toBeCloseTo(3.7 + 3.7 + 1.4 + 3.9, 9);
});

test("the pipeline equals its recurrence: each layer starts when its input is full and finishes when its output is free", () => {
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
