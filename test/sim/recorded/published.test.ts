/** Published chips: every number is within its tolerance; the rules behind the models follow closed forms. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../base/package-root.js";
import { passageOf } from "../../../scripts/passages.js";
import { publishedTexts } from "../../../scripts/validation/published.js";
import { BOARDS, synapticOperationPj } from "../../../sim/recorded/published/boards.js";
import { loihiQueryMj, QUERY_SPIKES } from "../../../sim/recorded/published/loihi.js";
import { publishedRows } from "../../../sim/recorded/published/published.js";
import { odinPowerUw, saturatedSynapticOperationsPerCycle } from "../../../sim/recorded/published/published-odin.js";
import { BASES, heldText, isWithin, missesOf, type PublishedRow, siliconMisses } from "../../../sim/recorded/published/row.js";
import { synapticOperationsPerTick } from "../../../sim/recorded/published/truenorth.js";
import { readPublishedChips, shippedBoard } from "../../../sim/recorded/shipped-chip.js";

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

test("what pages say of published chips and silicon's factors is what these find: `npx tsx scripts/write-silicon.ts`", () => {
  const { passages, log, readme } = publishedTexts(chips, rows);
  const words = (text: string): string => text.replaceAll(/\s+/g, " "); // pages are folded
  expect(new Set(passages.map(({ page }) => page)).size).toBe(3);
  for (const { page, mark, text } of passages) expect(words(passageOf(page, mark)), `${page}, ${mark}`).toBe(words(text));
  const text = (file: string): string => readFileSync(join(packageRoot(), file), "utf8");
  expect(text("docs/logs/silicon-designs.txt")).toBe(log);
  expect(words(text("README.md"))).toContain(readme);
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

test("numbers that decided their own factors count neither as held predictions nor as errors of predictions", () => {
  const board = (leftOut: number | null, high: number): PublishedRow => {
    const silicon = { value: 2, leftOut, low: 1, high };
    const [chip, kind, evidence, quantity, unit] = ["x", "clock", "silicon", "", "pJ"] as const;
    return { chip, kind, evidence, quantity, unit, published: 2, model: 5, tolerance: null, silicon, basis: "predicted", source: "" };
  };
  const some = [board(4, 3), board(4, 1.5), board(null, 3)];
  expect(heldText(some)).toBe("1 of 2 numbers that their factors have not seen, and 1 of 1 that they were fitted to");
  expect(siliconMisses(some)).toMatchObject([{ count: 2, least: 2, largest: 2 }]);
  // of leakage two chips were measured, of the clock one: too few to leave one out
  const boards = rows.filter(({ silicon }) => silicon !== null);
  const fitted = boards.filter(({ silicon }) => silicon?.leftOut === null).map(({ chip, kind }) => `${chip} ${kind}`);
  expect(fitted.sort()).toEqual(["ODIN clock", "ODIN leakage", "TrueNorth leakage"]);
});

test("at other supplies static power follows V 10^V and operations the 28 nm energy law; at 0 Hz only static power remains", () => {
  const power = (part: string): PublishedRow =>
    rows.find(({ chip, quantity }) => chip === "TrueNorth" && quantity.includes(part)) as PublishedRow;
  expect(power("0 Hz, 0 synapses").model).toBeCloseTo(64.43 * (0.7 / 0.8) * 10 ** -0.1, 9);
  expect(power("1.05 V").model).toBeGreaterThan(64.43 * (1.05 / 0.8) * 10 ** 0.25 + 200 * 256 * 2 ** 20 * 2.297e-9);
});

test("a saturated ODIN takes two cycles per operation, a decision, and what of the input handshake is not behind a sweep", () => {
  // WAIT, PUSH, four cycles until REQ is seen low behind two flip-flops, WAIT, then two phases per neuron
  expect(256 / saturatedSynapticOperationsPerCycle(chips.odin)).toBeCloseTo(519, 9);
  for (const [neurons, flops, fall, gap] of [
    [16, 2, 0, 0],
    [16, 3, 7, 0],
    [40, 2, 0, 9],
  ] as const) {
    const input_link = { synchroniser_flops: flops, request_gap_cycles: gap, request_fall_delay_cycles: fall };
    const perCycle = saturatedSynapticOperationsPerCycle({ ...chips.odin, neurons, input_link });
    expect(neurons / perCycle, `${neurons} neurons`).toBeCloseTo(2 * neurons + 5 + flops + fall, 9);
  }
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
