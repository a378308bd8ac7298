/** Control of a core: what synthesis found, at the chip's node; wires inside a core. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { controlCosts, controlSize, wirePj } from "../../arch/control.js";
import { linkCosts } from "../../arch/dsent.js";
import { BUILT_NEEDS, corePrices, parseArch, patchDocument } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { log } from "../../base/math.js";
import { controlErrors, controlFigures, controlTable, type GateLog, meanOf } from "../../scripts/rtl-gates/control.js";
import { CORES } from "../../scripts/rtl-gates/cores.js";
import type { GateRow, UnitsRow } from "../../scripts/rtl-gates/row.js";
import { perUnits, unitsRatios } from "../../scripts/rtl-gates/units-page.js";
import { priceErrors } from "../../sim/index.js";

const base = parseArch("version: 1\nextends: mesh-2x2\nprices: { basis: library }\n", "a.yaml");
/** Keys of a synthesised core's description on which its control's error depends. */
const SHAPE = ["tile.core.lanes", "tile.core.neuron_update.units"];
/** 95th percentile of the standard normal distribution. */
const TAIL = 1.6449;
const point = (values: { [path: string]: Json } = {}) => patchDocument(base, values);

test("the table is what the log of synthesised cores says, whose cores differ by less than 1.65 from the mean", () => {
  const rows = JSON.parse(readFileSync("docs/logs/rtl-gates.json", "utf8")) as GateLog[];
  const text = controlTable(rows);
  expect(readFileSync("arch/components/control_ihp130.csv", "utf8")).toBe(text);
  for (const line of text.trim().split("\n").slice(1)) {
    const [, , mean, least, most] = line.split(",").map(Number);
    expect(most / mean).toBeLessThan(1.65);
    expect(mean / least).toBeLessThan(1.4);
  }
  const meanBy = (name: string): number => Number(new RegExp(`^${name},[^,]*,([^,]*),`, "m").exec(text)?.[1]);
  expect(controlSize()).toEqual({ areaFlops: meanBy("area"), registerBits: meanBy("registers") });
});

test("the error of a core's control is that of the mean for a core that is left out, and holds eleven of twelve cores and four of five unlike pairs", () => {
  const rows = JSON.parse(readFileSync("docs/logs/rtl-gates.json", "utf8")) as GateRow[];
  const figures = new Map(controlFigures(rows).map((figure) => [figure.name, figure.values]));
  for (const [name, line] of [
    ["energy", "control"],
    ["area", "control area"],
    ["leakage", "control leakage"],
  ] as const) {
    const values = figures.get(name) ?? [];
    const cores = rows.map((row, i) => {
      const shape = CORES[row.name];
      const { chip } = point(Object.fromEntries(SHAPE.filter((path) => path in shape).map((path) => [path, shape[path]])));
      const own = (priceErrors(chip).get(line) ?? []).filter(({ kind }) => kind === "control of a core");
      expect(own).toHaveLength(1);
      expect(own[0].up).toBeCloseTo(controlErrors(rows)[name], 3);
      return { shape: own[0].name, sigma: own[0].up, off: log(values[i] / meanOf(values)) };
    });
    const pairs = cores.flatMap((a, i) => cores.slice(i + 1).flatMap((b) => (a.shape === b.shape ? [] : [[a, b] as const])));
    const inside = pairs.filter(([a, b]) => Math.abs(a.off - b.off) <= TAIL * Math.hypot(a.sigma, b.sigma));
    // the one core of two update units has an area beyond the interval, and so have most of its pairs
    expect(pairs.length).toBeGreaterThan(40);
    expect(inside.length / pairs.length, name).toBeGreaterThanOrEqual(0.8);
    expect(cores.filter(({ off, sigma }) => Math.abs(off) <= TAIL * sigma).length, name).toBeGreaterThanOrEqual(11);
  }
});

test("most cores of two and four update units have more control than the mean: seven of eight as much as the error upwards says, and none much less", () => {
  const cores = JSON.parse(readFileSync("docs/logs/rtl-gates.json", "utf8")) as GateRow[];
  const ratios = unitsRatios(JSON.parse(readFileSync("docs/logs/rtl-units.json", "utf8")) as UnitsRow[], cores);
  expect(ratios.map(({ units }) => units)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4]);
  const causesOf = (units: number, line: string) => priceErrors(point({ "tile.core.neuron_update.units": units }).chip).get(line) ?? [];
  const kind = "control of several update units";
  for (const [quantity, line] of [
    ["area", "control area"],
    ["leakage", "control leakage"],
  ] as const) {
    expect(causesOf(1, line).filter((cause) => cause.kind === kind)).toEqual([]);
    for (const units of [2, 4]) {
      const [cause, ...others] = causesOf(units, line).filter((one) => one.kind === kind);
      expect(others).toEqual([]);
      expect(cause.down).toBe(0);
      expect(cause.up / log(units)).toBeCloseTo(perUnits(ratios, quantity), 2);
      const [own] = causesOf(units, line).filter((one) => one.kind === "control of a core");
      const inside = ratios.filter((row) => row.units === units && log(row[quantity]) <= TAIL * Math.hypot(cause.up, own.up));
      expect(inside.length).toBeGreaterThanOrEqual(7);
    }
    expect(ratios.filter((row) => row[quantity] < 0.9)).toEqual([]);
  }
  expect(causesOf(4, "control").filter((cause) => cause.kind === kind)).toEqual([]);
});

test("a core's control takes energy in cycles of work, clock, leakage and area, each above 0, and less at a smaller node", () => {
  const at = (nm: number) => controlCosts(point({ "chip.technology_nm": nm, "chip.voltage_v": 1, "chip.sram_cell": "hp" }).chip.technology);
  for (const quantity of ["pjPerCycle", "clockPjPerCycle", "areaMm2"] as const) {
    expect(at(45)[quantity]).toBeGreaterThan(0);
    expect(at(90)[quantity]).toBeGreaterThan(at(45)[quantity]);
  }
  expect(at(45).leakageMw).toBeGreaterThan(0);
});

test("a wire is half as long as the side of the logic: four times the area costs twice as much per bit", () => {
  const { technology } = point().chip;
  expect(wirePj(64, 0.04, technology)).toBeCloseTo(linkCosts(64, 1, technology).flitPj * 0.1, 12);
  expect(wirePj(64, 0.16, technology)).toBeCloseTo(2 * wirePj(64, 0.04, technology), 12);
});

test("wires of both memories reach the middle of the core's logic, and are as wide as their words", () => {
  const { chip, precision } = point({ "tile.core.synapse_memory.word_bits": 64, "tile.core.state_memory.word_bits": 64 });
  const prices = corePrices(chip, chip.cores[0], precision, BUILT_NEEDS);
  expect(prices.synapse_wire_pj.value).toBe(prices.state_wire_pj.value);
  const names = ["queue", "write_queue", "datapath", "control"] as const;
  const logicMm2 = names.reduce((sum, name) => sum + prices[`${name}_area_mm2`].value, 0);
  expect(prices.state_wire_pj.value).toBeCloseTo(wirePj(64, logicMm2, chip.technology), 12);
});
