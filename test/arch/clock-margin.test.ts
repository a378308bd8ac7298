/** The clock that the model allows, beside that of cores as gates, and the warning of a clock between them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GATES_SLOWER } from "../../arch/clock-margin.js";
import { BUILT_NEEDS, type Chip, clockLimits, clockWarning, coreNeedsOf, parseArch, patchDocument, readArch } from "../../arch/index.js";
import { integrationNs, OPERATOR_TIMES } from "../../arch/integration.js";
import { type FigureRow, modelFigures } from "../../rtl/index.js";
import { IMPORTED_CORES, importedParts } from "../../scripts/rtl-gates/imported.js";
import type { GateRow, ImportedRow } from "../../scripts/rtl-gates/row.js";

const base = parseArch("version: 1\nextends: mesh-2x2\n", "a.yaml");

test("a clock within as much of the logic's limit as cores are slower as gates is warned of, a slower one and an FPGA's are not", () => {
  const { chip, precision } = patchDocument(base, { "chip.clock_mhz": 1 });
  const { periodNs } = clockLimits(chip, precision, BUILT_NEEDS).find(({ block }) => !/memory|^router/.test(block)) as { periodNs: number };
  const warned = (clockMhz: number, of: Chip = chip) => clockWarning(of, precision, BUILT_NEEDS, [clockMhz]);
  const { least, most } = GATES_SLOWER.limits;
  for (const times of [1, 2, most - 0.01])
    expect(warned(1000 / periodNs / times), `${times}`).toMatch(
      /2\.3 to 3\.0 times the clock of 12 cores of lif, alif and rec as gates of a 130 nm library/,
    );
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

test("chips of 28 nm run faster than the limit of slow transistors, none faster than a third of that of fast ones", () => {
  const rows = readFileSync("docs/prices.md", "utf8").matchAll(/^\| (Tianjic|ODIN|ReckOn) \| ([\d.]+) \| ([\d.]+) \| (.*) \|$/gm);
  const found = [...rows].map(([, name, supply, runs, limits]) => {
    const { chip, precision } = readArch(`arch/chips/${name.toLowerCase()}-board.yaml`).experiment;
    expect(chip.technology).toMatchObject({ nodeNm: 28, sramCell: "lstp", voltageV: Number(supply), clockMhz: Number(runs) });
    const mhz = (["lstp", "hp"] as const).map((sramCell) => {
      const limit = clockLimits({ ...chip, technology: { ...chip.technology, sramCell } }, precision, BUILT_NEEDS).find(({ block }) =>
        block.endsWith("arbitration"),
      );
      return 1000 / (limit?.periodNs ?? 0);
    });
    expect(limits).toBe(
      [...mhz, mhz[1] / GATES_SLOWER.limits.most]
        .map((value) => Number(value.toPrecision(value < 100 ? 3 : 3 + Number(value >= 1000))))
        .join(" | "),
    );
    return [Number(runs) > mhz[0], Number(runs) > mhz[1] / GATES_SLOWER.limits.most];
  });
  expect(found).toEqual([
    [true, false],
    [true, false],
    [false, false],
  ]);
});

test("the warning says where transistors are taken to be slow: lstp below 65 nm", () => {
  const says = (nodeNm: number, cell: string, voltageV: number): boolean => {
    const { chip, precision } = patchDocument(base, { "chip.technology_nm": nodeNm, "chip.sram_cell": cell, "chip.voltage_v": voltageV });
    const slowest = Math.max(...clockLimits(chip, precision, BUILT_NEEDS).map(({ periodNs }) => periodNs));
    return /may be too careful/.test(clockWarning(chip, precision, BUILT_NEEDS, [1000 / slowest]) ?? "none");
  };
  expect([says(28, "lstp", 0.9), says(55, "lstp", 1.2), says(45, "lop", 0.8), says(28, "hp", 0.9), says(65, "lstp", 1.1)]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

const rowsOf = (): readonly ImportedRow[] => JSON.parse(readFileSync("docs/logs/rtl-imported.json", "utf8")) as ImportedRow[];

test("the safe clock of every core with an imported network is one that its gates reach, and the range is theirs", () => {
  const { least, most } = GATES_SLOWER.integration;
  const ratios = rowsOf().flatMap(({ model, gates }) => (gates === undefined ? [] : [(model.clockMhz * gates.longest.ns) / 1000]));
  expect(GATES_SLOWER.integration.cores).toMatch(`${ratios.length} cores`);
  expect([Math.floor(10 * Math.min(...ratios)) / 10, Math.ceil(10 * Math.max(...ratios)) / 10]).toEqual([least, most]);
});

test("the times of products and sums have the least squared error over the cores whose stages lie apart", () => {
  const cores = rowsOf().flatMap(({ name, gates }) => {
    const { chip, precision } = patchDocument(base, { ...IMPORTED_CORES[name].shape, "chip.technology_nm": 130, "chip.voltage_v": 1.2 });
    const depth = chip.cores[0].neuronUpdate.pipelineDepthCycles;
    return gates === undefined || depth < 4 ? [] : [{ chip, precision, depth, ns: gates.longest.ns }];
  });
  const needs = { ...BUILT_NEEDS, unit: { ...BUILT_NEEDS.unit, integrates: true } };
  const error = (times: { readonly product: number; readonly sum: number }): number =>
    cores.reduce(
      (sum, { chip, precision, depth, ns }) => sum + Math.log(integrationNs(chip.technology, precision, needs, depth, times) / ns) ** 2,
      0,
    );
  const least = error(OPERATOR_TIMES);
  for (const [product, sum] of [
    [0.1, 0],
    [-0.1, 0],
    [0, 0.01],
    [0, -0.01],
    [0.1, -0.01],
    [-0.1, 0.01],
  ])
    expect(error({ product: OPERATOR_TIMES.product + product, sum: OPERATOR_TIMES.sum + sum })).toBeGreaterThan(least);
  expect(Math.sqrt(least / cores.length)).toBeLessThan(0.05);
});

test("the log's figures are those of the model as it is, and its core is warned of above the clock of its gates", () => {
  const name = "IF, 8/16/24";
  const { experiment, run } = importedParts(name);
  const { chip, precision } = experiment;
  const needs = coreNeedsOf(run.placement.topology);
  const row = rowsOf().find((one) => one.name === name);
  expect(modelFigures(chip, chip.cores[0], precision, needs)).toMatchObject({
    clockMhz: row?.model.clockMhz,
    updateBits2: row?.model.updateBits2,
  });
  // the emitted unit has two leaks, which no IF neuron needs
  expect(row?.gates?.updateBits2).toBe((row?.model.updateBits2 ?? 0) + 2 * 16 * 10);
  const gatesMhz = 1000 / (row?.gates?.longest.ns ?? Number.NaN);
  expect(clockWarning(chip, precision, needs, [gatesMhz + 0.1])).toMatch(/rtl's unit for imported neurons.*with imported networks/);
  expect(clockWarning(chip, precision, needs, [gatesMhz / 1.5])).toBeNull();
  // refused by no limit
  expect(clockLimits(chip, precision, needs).some(({ periodNs }) => periodNs > 1000 / gatesMhz)).toBe(false);
});
