/** The clock limit of grants and addresses follows the structure of a core, level by level. */
import { describe, expect, test } from "vitest";
import { addressLevels, BUILT_NEEDS, checkClock, clockLimits, grantLevels, parseArch, patchDocument } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";

const base = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");
const point = (values: { [path: string]: Json } = {}) => patchDocument(base, values);
const STATE = "tile.core.state_memory";

function levels(values: { [path: string]: Json }): { readonly grant: number; readonly address: number } {
  const { chip, precision } = point(values);
  const [core] = chip.cores;
  return { grant: grantLevels(core, precision, BUILT_NEEDS), address: addressLevels(core, precision, BUILT_NEEDS) };
}
function period(values: { [path: string]: Json } = {}): number {
  const { chip, precision } = point(values);
  return clockLimits(chip, precision, BUILT_NEEDS).find(({ block }) => block === "core[0] arbitration")?.periodNs ?? 0;
}

describe("levels", () => {
  test("a grant by hand: 2 banks of 64 bits, states of 2 x 16 and sums of 2 x 24 bits in one word each", () => {
    const widths = { "precision.state_bits": 16, "precision.accumulator_bits": 24, [`${STATE}.word_bits`]: 64, [`${STATE}.banks`]: 2 };
    // request 3, open 2, here 1 | turn of 2 words: 1 + 3 | first of 4: 2 + 1 | all banks 1 + 1, all words 2 + 1 | goes
    // on 3
    expect(levels(widths).grant).toBe(6 + 4 + 3 + 5 + 3);
  });
  test("an address by hand: 4 lanes on the same words, of 8 KiB", () => {
    const widths = { "precision.accumulator_bits": 24, [`${STATE}.word_bits`]: 64, [`${STATE}.banks`]: 2, [`${STATE}.size_kib`]: 8 };
    const wide = { ...widths, "tile.core.lanes": 4, "tile.core.synapse_memory.word_bits": 64 };
    // place of 2 + 4 + 1: 3 bits, added and compared | words 1 | bank of 3 bits, added and wrapped, with a mux | row of
    // 9 bits
    expect(levels(wide).address).toBe(4 + 4 + 1 + 4 + 4 + 1 + 6);
  });
  test("banks and units of the update deepen the grant, banks and lanes the address; doubling them adds levels, not double", () => {
    const [few, many] = [levels({ [`${STATE}.banks`]: 2 }), levels({ [`${STATE}.banks`]: 16 })];
    expect(many.grant).toBeGreaterThan(few.grant);
    expect(many.grant).toBeLessThan(2 * few.grant);
    expect(many.address).toBeGreaterThan(few.address);
    expect(levels({ "tile.core.neuron_update.units": 32 }).grant).toBeGreaterThan(few.grant);
    const wide = { [`${STATE}.word_bits`]: 1024, "tile.core.synapse_memory.word_bits": 1024 };
    expect(levels({ ...wide, "tile.core.lanes": 32 }).address).toBeGreaterThanOrEqual(levels({ ...wide, "tile.core.lanes": 2 }).address);
  });
});

describe("period", () => {
  test("it shrinks from 90 to 45 nm, and a low supply lengthens it", () => {
    const at = (nodeNm: number) => period({ "chip.technology_nm": nodeNm, "chip.voltage_v": 1, "chip.sram_cell": "hp" });
    expect(at(90)).toBeGreaterThan(at(45));
    expect(period({ "chip.voltage_v": 0.7 })).toBeGreaterThan(period({ "chip.voltage_v": 0.9 }));
  });
  test("a core whose other blocks are fast is told that arbitration limits its clock, and what to change", () => {
    const fast = {
      ...{ "tile.core.accumulate_depth_cycles": 16, "tile.core.neuron_update.pipeline_depth_cycles": 32 },
      ...{ "tile.core.synapse_memory.size_kib": 1, "tile.core.synapse_memory.read_latency_cycles": 8 },
      ...{ [`${STATE}.size_kib`]: 1, [`${STATE}.read_latency_cycles`]: 8, [`${STATE}.banks`]: 8 },
    };
    const { chip, precision } = point(fast);
    const limits = clockLimits(chip, precision, BUILT_NEEDS);
    console.log(limits.map(({ block, periodNs }) => `${block} ${periodNs.toFixed(3)} ns`).join("; "));
    expect(limits[0].block).toBe("core[0] arbitration");
    const clocked = point({ ...fast, "chip.clock_mhz": 1001 / limits[0].periodNs });
    expect(() => checkClock(clocked.chip, clocked.precision, BUILT_NEEDS)).toThrow(
      /arbitration.*fewer tile\.core\.state_memory\.banks, tile\.core\.lanes or tile\.core\.neuron_update\.units/s,
    );
  });
});
