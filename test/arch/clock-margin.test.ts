/** The clock that the model allows, beside that of cores as gates, and the warning of a clock between them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GATES_SLOWER } from "../../arch/clock-margin.js";
import { BUILT_NEEDS, type Chip, clockLimits, clockWarning, parseArch, patchDocument } from "../../arch/index.js";
import type { FigureRow } from "../../rtl/index.js";
import type { GateRow } from "../../scripts/rtl-gates/row.js";

const base = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");

test("a clock within as much of the logic's limit as cores are slower as gates is warned of, a slower one and an FPGA's are not", () => {
  const { chip, precision } = patchDocument(base, { "chip.clock_mhz": 1 });
  const { periodNs } = clockLimits(chip, precision, BUILT_NEEDS).find(({ block }) => !/memory|^router/.test(block)) as { periodNs: number };
  const warned = (clockMhz: number, of: Chip = chip) => clockWarning(of, precision, BUILT_NEEDS, [clockMhz]);
  const { least, most } = GATES_SLOWER;
  for (const times of [1, 2, most - 0.01]) expect(warned(1000 / periodNs / times), `${times}`).toMatch(/2\.3 to 3\.0 times less/);
  expect(warned(1000 / periodNs / (most + 0.01))).toBeNull();
  expect(warned(1000 / periodNs, { ...chip, fpga: "ecp5-85" })).toBeNull();
  const search = [0.1, 0.5, 2].map((times) => (times * 1000) / periodNs);
  expect(clockWarning(chip, precision, BUILT_NEEDS, search)).toMatch(`chip.clock_mhz: ${search[1]} may`);
  const rows = JSON.parse(readFileSync("docs/logs/rtl-gates.json", "utf8")) as GateRow[];
  const slower = rows.map(({ figures }) => figures.find(({ figure }) => figure === "clock of the logic (model: 130 nm)") as FigureRow);
  const ratios = slower.map(({ model, gates }) => Number(model) / gates);
  expect([Math.min(...ratios).toFixed(1), Math.max(...ratios).toFixed(1)]).toEqual([least.toFixed(1), most.toFixed(1)]);
  expect(ratios.length).toBe(12);
});
