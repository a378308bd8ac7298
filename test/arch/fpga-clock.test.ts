/** The clock that an FPGA stands, held to cores that nextpnr placed (docs/logs/fpga-cores.json). */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { coreChains, integrationLevels, thresholdLevels } from "../../arch/fpga/fpga-clock.js";
import { fpgaLaws } from "../../arch/fpga/fpga-laws.js";
import { BUILT_NEEDS, clockLimits, coreNeedsOf, parseArch, patchDocument } from "../../arch/index.js";
import { FPGA_CORES } from "../../scripts/fpga/cores.js";
import type { FpgaRow } from "../../scripts/fpga/row.js";
import { partsFor } from "../../scripts/rtl-gates/parts.js";
import type { ImportedRow } from "../../scripts/rtl-gates/row.js";

const base = parseArch("version: 1\nextends: mesh-2x2\nchip: { fpga: ecp5-85, clock_mhz: 1 }\n", "a.yaml");
const ALIF = { ...BUILT_NEEDS, unit: { requantisers: 1, gates: 0, leaks: 3, additions: 4, gains: 1, tables: 0, integrates: false } };
const IMPORTED = { ...BUILT_NEEDS, unit: { requantisers: 1, gates: 0, leaks: 0, additions: 3, gains: 0, tables: 0, integrates: true } };

test("every placed core reaches its limit within 15 %, an adaptive threshold's too, which enters no fit", async () => {
  const placed = (JSON.parse(readFileSync("docs/logs/fpga-cores.json", "utf8")) as FpgaRow[]).filter(({ clockMhz }) => clockMhz !== null);
  const { clock } = fpgaLaws("ecp5");
  const blocks = new Map<string, string>();
  for (const { name, clockMhz, use } of placed) {
    const { experiment, run } = await partsFor(FPGA_CORES[name].shape, 1);
    const [core] = experiment.chip.cores;
    const [longest] = coreChains(core, experiment.precision, coreNeedsOf(run.placement.topology));
    const allowedMhz = 1000 / (longest.levels * (clock?.trained.nsPerLevel ?? Number.NaN));
    expect(allowedMhz / (clockMhz as number), name).toBeGreaterThan(0.85);
    expect(allowedMhz / (clockMhz as number), name).toBeLessThan(1.15);
    blocks.set(`${name.split(",")[0]}, ${use}`, longest.block);
  }
  expect(placed.length).toBeGreaterThanOrEqual(3);
  expect(blocks.get("lif, fit")).toBe("arbitration");
  expect(blocks.get("alif, check")).toBe("spike and threshold");
});

test("by hand: with states of 16 bits and factors of 10 the next threshold is 18 tables behind the sum", () => {
  const { precision } = patchDocument(base, { "precision.state_bits": 16, "precision.gate_bits": 8, "precision.accumulator_bits": 24 });
  // clamp of 27 to 16 bits: 2 + 1; size, less threshold, 0, compare, choose, sign, size: 7; product 3, sum 1; clamp
  // again 3; write 1
  expect(thresholdLevels(precision, ALIF)).toBe(2 * (3 + 7 + 3 + 1 + 3 + 1));
  expect(thresholdLevels(precision, { ...ALIF, unit: { ...ALIF.unit, gains: 0, tables: 0 } })).toBe(0);
});

test("no pipeline depth lifts the limit of an adaptive threshold, and a cell without one has only its arbitration", () => {
  const limitsOf = (depth: number, needs: typeof BUILT_NEEDS) => {
    const { chip, precision } = patchDocument(base, { "tile.core.neuron_update.pipeline_depth_cycles": depth });
    return clockLimits(chip, precision, needs);
  };
  const [short, deep] = [3, 12].map((depth) => limitsOf(depth, ALIF).find(({ block }) => block.endsWith("spike and threshold")));
  expect(deep?.periodNs).toBe(short?.periodNs);
  expect(limitsOf(3, ALIF)[0].block).toMatch(/spike and threshold$/);
  expect(limitsOf(3, BUILT_NEEDS).every(({ block }) => block.endsWith("arbitration"))).toBe(true);
  expect(deep?.fix(1)).toMatch(/such as lif/);
});

test("every placed core with an imported network lies in the interval of its limit, which its unit sets", () => {
  const rows = (JSON.parse(readFileSync("docs/logs/rtl-imported.json", "utf8")) as ImportedRow[]).filter(({ ecp5 }) => ecp5 !== undefined);
  const { nsPerLevel, sigma } = fpgaLaws("ecp5").clock?.imported ?? { nsPerLevel: Number.NaN, sigma: Number.NaN };
  for (const { name, model, ecp5 } of rows) {
    const ratio = 1000 / (nsPerLevel * model.levels) / (ecp5?.clockMhz ?? Number.NaN);
    expect(Math.abs(Math.log(ratio)), name).toBeLessThan(1.645 * sigma);
  }
  expect(rows.length).toBeGreaterThanOrEqual(4);
});

test("by hand: an imported neuron of 16 bits fires, and is reset, 14 tables behind its sum; more stages cut nothing, fewer join", () => {
  const { chip, precision } = patchDocument(base, {
    "precision.state_bits": 16,
    "precision.gate_bits": 8,
    "precision.accumulator_bits": 24,
  });
  // fired already: 1, what that takes off: 2, clamp of 28 to 16 bits: 3, choose: 1; the same again
  expect(integrationLevels(precision, IMPORTED, 4)).toBe(2 * 2 * (1 + 2 + 3 + 1));
  expect(integrationLevels(precision, IMPORTED, 12)).toBe(28);
  // before it: leak (product, rounding), sum, clamp, choose, two sums
  expect(integrationLevels(precision, IMPORTED, 3)).toBe(28 + 2 * (3 + 1 + 1 + 3 + 1 + 2));
  // product, bias, rounding, shift and choice in place of the leak
  expect(integrationLevels(precision, IMPORTED, 1)).toBe(28 + 2 * (3 + 1 + 1 + 3 + 1 + 1 + 3 + 1 + 2));
  expect(integrationLevels(precision, BUILT_NEEDS, 3)).toBe(0);
  const [first] = clockLimits(chip, precision, IMPORTED);
  expect(first.block).toMatch(/integration$/);
  expect(first.fix(1)).toMatch(/more stages than 4 do not cut/);
  const shallow = patchDocument(base, { "tile.core.neuron_update.pipeline_depth_cycles": 3 });
  expect(clockLimits(shallow.chip, shallow.precision, IMPORTED)[0].fix(first.periodNs)).toBe(
    "or set tile.core.neuron_update.pipeline_depth_cycles: 4",
  );
});
