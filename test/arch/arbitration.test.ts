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
      /arbitration.*or set tile\.core\.state_memory\.banks: 4/s,
    );
  });
});

describe("the remedy of a clock that arbitration limits", () => {
  /** Clocks from the limit up, and what each remedy does when it is typed. */
  const seen = { alone: 0, together: 0, none: 0 };
  const tried = (values: { [path: string]: Json }): void => {
    const limitOf = (more: { [path: string]: Json }): number => period({ ...values, ...more });
    for (const factor of [0.98, 0.93, 0.86, 0.75, 0.6]) {
      const { chip, precision } = point(values);
      const limit = clockLimits(chip, precision, BUILT_NEEDS).find(({ block }) => block === "core[0] arbitration");
      const wanted = (limit?.periodNs ?? 0) * factor;
      const text = limit?.fix(wanted) ?? "";
      const set = [...text.matchAll(/(tile\.core\.[\w.]+): (\d+)/g)].map(([, key, value]) => ({ [key]: Number(value) }));
      const fewer = [...(/use fewer (.*)/.exec(text)?.[1] ?? "").matchAll(/tile\.core\.[\w.]+/g)].map(([key]) => key);
      for (const one of set) expect(limitOf(one), `${JSON.stringify(values)} ${text}`).toBeLessThanOrEqual(wanted);
      if (fewer.length > 0) expect(limitOf(Object.fromEntries(fewer.map((key) => [key, 1]))), text).toBeLessThanOrEqual(wanted);
      if (set.length + fewer.length === 0) {
        const least = { [`${STATE}.banks`]: 1, "tile.core.lanes": 1, "tile.core.neuron_update.units": 1 };
        expect(limitOf(least), text).toBeGreaterThan(wanted);
      }
      seen[set.length > 0 ? "alone" : fewer.length > 0 ? "together" : "none"]++;
    }
  };

  test("names what reaches the clock when it is typed, and says so if no number does, on silicon and on an FPGA", () => {
    for (const fpga of [null, "ecp5-85"])
      for (const [banks, lanes, units] of [
        [1, 1, 1],
        [2, 4, 1],
        [4, 4, 1],
        [8, 1, 2],
        [8, 16, 4],
        [2, 8, 8],
      ])
        tried({
          ...(fpga === null ? {} : { "chip.fpga": fpga, "chip.clock_mhz": 1 }),
          ...{ [`${STATE}.banks`]: banks, [`${STATE}.word_bits`]: 256, "tile.core.lanes": lanes, "tile.core.neuron_update.units": units },
          "tile.core.synapse_memory.word_bits": 256,
        });
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(0);
  });
});
