/**
 * Factors from component library to silicon: a planted factor is found, netlists stay separate, a value left out has no
 * effect on its prediction, and the shipped table is derived.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { factorErrors, parseArch, siliconFactor, siliconFactors, table } from "../../../arch/index.js";
import { factorsOfCell } from "../../../arch/silicon.js";
import { sramMacro } from "../../../arch/sram.js";
import { packageRoot } from "../../../base/package-root.js";
import { cornerCauses, macroCauses } from "../../../sim/error-causes.js";
import { priceErrors } from "../../../sim/price-errors.js";
import {
  CAUSES,
  type Cause,
  calibrationOf,
  entersFactors,
  fitsOf,
  leakagesAs,
  type Observation,
  predicted,
  sigmaOf,
} from "../../../sim/recorded/published/calibration.js";
import { nodeRatios } from "../../../sim/recorded/published/node-ratios.js";
import { leakageTable, nodeTable, siliconTable } from "../../../sim/recorded/published/silicon-table.js";
import { readPublishedChips } from "../../../sim/recorded/shipped-chip.js";

const chipOf = (technology: string, basis = "silicon") =>
  parseArch(`version: 1\nextends: mesh-2x2\nchip: { ${technology} }\nprices: { basis: ${basis} }\n`, "a.yaml").experiment.chip;

const { boards } = readPublishedChips();
const calibration = calibrationOf(boards);
const observations = calibration.checks.map(({ value }) => value);
const measured = observations.filter(entersFactors);
const leakages = leakagesAs(boards);
const published = (value: Observation, number: number): Observation => ({ ...value, published: { ...value.published, value: number } });

test("the shipped table equals the one derived from the boards", () => {
  expect(readFileSync(join(packageRoot(), "arch/components/silicon.csv"), "utf8")).toBe(siliconTable(calibration));
});

test("the shipped table of leakage is the one that the boards give with other cells and corners", () => {
  expect(readFileSync(join(packageRoot(), "arch/components/silicon_leakage.csv"), "utf8")).toBe(leakageTable(leakages));
});

test("with all cells and corners, the interval of leakage on silicon reaches down to what the measured chips leak", () => {
  expect(leakages.length).toBe(9);
  for (const { sramCell, corner, observations } of leakages) {
    const odin = observations.find(({ chip }) => chip === "ODIN") as Observation;
    const { factor } = factorsOfCell(sramCell).sram_leakage;
    expect(factor, sramCell).toBe(sramCell === "lstp" ? siliconFactor("sram_leakage").factor : 1);
    const [{ down, up }, ...others] = factorErrors("sram_leakage", { sramCell, corner, nodeNm: 28 });
    expect(others).toEqual([]);
    const times = (factor * odin.library) / odin.published.value;
    const what = `${sramCell}, ${corner}: ${times.toPrecision(3)} of ODIN's leakage`;
    expect(times * Math.exp(-1.645 * down), what).toBeLessThan(1);
    expect(times * Math.exp(1.645 * up), what).toBeGreaterThan(1);
    expect(factorErrors("sram_energy", { sramCell, corner, nodeNm: 28 })[0].down).toBe(siliconFactor("sram_energy").sigma);
  }
});

test("the shipped table of nodes is what the open library leaks beside the factor of the boards' chips", () => {
  expect(readFileSync(join(packageRoot(), "arch/components/silicon_nodes.csv"), "utf8")).toBe(nodeTable(nodeRatios(boards, calibration)));
});

test("on silicon's basis at 130 nm, 90 % intervals hold reads, writes, leakage and area of all 28 open macros; no chip lies above 28 nm", () => {
  const technology = chipOf("technology_nm: 130, voltage_v: 1.2").technology;
  const factors = siliconFactors();
  const rows = table("sram_ihp130");
  expect(rows.length).toBe(28);
  const quantities = [
    ["read_pj", "read_pj", 1, "sram_energy", "energy"],
    ["write_pj", "write_pj", 1, "sram_energy", "energy"],
    ["leakage_mw", "leakage_nw", 1e-6, "sram_leakage", "leakage"],
    ["area_mm2", "area_um2", 1e-6, "sram_area", "area"],
  ] as const;
  for (const [quantity, column, unit, group, corner] of quantities)
    for (const row of rows) {
      const size = { sizeBits: Number(row.words) * Number(row.bits), wordBits: Number(row.bits), banks: 1 };
      const memory = { ...size, ports: row.ports === "1" ? ("1rw" as const) : ("1r1w" as const) };
      const priced = sramMacro(memory, technology)[quantity] * factors[group].factor;
      const ln = Math.log((Number(row[column]) * unit) / priced);
      const laws = [...macroCauses(technology, quantity, memory), ...cornerCauses(technology, corner, "sram")];
      const sizes = [...laws, ...factorErrors(group, technology)].map(({ down, up }) => (ln < 0 ? down : up));
      expect(Math.abs(ln) / Math.hypot(...sizes), `${quantity} of ${row.macro}`).toBeLessThan(1.645);
    }
});

test("the error of leakage's node grows as ln(node / 28 nm) from nothing, for memories down and for logic up, on silicon's basis only", () => {
  const of = (component: string, nodeNm: number, basis = "silicon") =>
    (priceErrors(chipOf(`technology_nm: ${nodeNm}, voltage_v: nominal`, basis)).get(component) ?? []).find(({ name }) =>
      /above 28 nm/.test(name),
    );
  for (const component of ["state memory leakage", "datapath leakage"]) {
    for (const nodeNm of [7, 22, 28]) expect(of(component, nodeNm)).toBeUndefined();
    expect(of(component, 130, "library")).toBeUndefined();
    const [at65, at130] = [of(component, 65), of(component, 130)].map((cause) => (cause?.down ?? 0) + (cause?.up ?? 0));
    expect(at65 / at130).toBeCloseTo(Math.log(65 / 28) / Math.log(130 / 28), 9);
    expect(of(component, 65)?.name).toBe(of(component, 130)?.name);
  }
  expect(of("state memory leakage", 130)).toMatchObject({ up: 0, down: expect.closeTo(-Math.log(0.0622), 2) });
  // an IHP flip-flop leaks 510.5 pW, a register bit of the library's 13.9 pW times the factor 12.24
  expect(of("datapath leakage", 130)).toMatchObject({ down: 0, up: expect.closeTo(Math.log(510.5 / (13.9 * 12.24)), 2) });
  expect(of("state memory reads", 130)).toBeUndefined();
});

test("parts by group sum to the library's value", () => {
  for (const { library, parts, quantity } of observations)
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0) / library, quantity).toBeCloseTo(1, 9);
});

test("factors planted into published values are found, and only the prior's residual remains", () => {
  const planted = { area: { factor: 1.7 }, energy: { factor: 2.6 }, leakage: { factor: 9 }, clock: { factor: 14 } };
  const made = measured.map((value) => published(value, predicted(value, planted)));
  const fits = fitsOf(made);
  for (const cause of Object.keys(CAUSES) as Cause[]) {
    expect(fits[cause].factor, cause).toBeCloseTo(planted[cause].factor, 6);
    const n = new Set(made.filter(({ kind }) => kind === cause).map(({ chip }) => chip)).size;
    expect(fits[cause].sigma, cause).toBeCloseTo(sigmaOf(new Array<number>(n).fill(0)), 6);
  }
});

test("values of netlists and of simulations before silicon change no factor of measured silicon", () => {
  const moved = observations.map((value) => (value.evidence === "silicon" ? value : published(value, 100 * value.published.value)));
  expect(fitsOf(moved.filter(entersFactors))).toEqual(fitsOf(measured));
  expect(observations.filter(({ evidence }) => evidence === "synthesis").length).toBeGreaterThan(3);
});

test("a value is predicted by other chips alone", () => {
  const at = measured.findIndex(({ kind }) => kind === "area");
  const left = calibration.checks.find(({ value }) => value.quantity === measured[at].quantity && value.chip === measured[at].chip);
  const without = fitsOf(measured.filter(({ chip }) => chip !== measured[at].chip));
  expect(left?.leftOut).toBeCloseTo(predicted(measured[at], without), 12);
  const all = fitsOf(measured);
  expect(left?.silicon).toBeCloseTo(predicted(measured[at], all), 12);
});

test("a chip with two values has the same weight as one with one value", () => {
  const [odin, two] = ["ODIN", "TrueNorth"].map((name) => measured.filter(({ chip, kind }) => chip === name && kind === "energy"));
  expect(two.length).toBe(2);
  const ratio = (value: Observation): number => Math.log(value.published.value / value.library);
  const wanted = (ratio(odin[0]) + (ratio(two[0]) + ratio(two[1])) / 2) / 2;
  expect(Math.log(fitsOf([...odin, ...two]).energy.factor)).toBeCloseTo(wanted, 9);
});

test("two values of one chip are one sample: measured twice, a chip leaves factor, n and spread as they are", () => {
  const energies = measured.filter(({ kind }) => kind === "energy");
  const { factor, sigma, n, chips } = fitsOf(energies).energy;
  expect([n, chips.length, energies.length]).toEqual([4, 4, 5]);
  const twice = fitsOf([...energies, ...energies.filter(({ chip }) => chip === "ODIN")]).energy;
  expect([twice.factor, twice.sigma, twice.n]).toEqual([expect.closeTo(factor, 9), expect.closeTo(sigma, 9), n]);
});

test("below 22 nm a chip enters no factor, and its interval is wider by the scaling's error", () => {
  const scaled = calibration.checks.filter(({ value }) => value.scalingSigma > 0);
  expect(scaled.map(({ value }) => value.chip)).toEqual(["Loihi", "Loihi", "Loihi", "Loihi"]);
  const { value, low, high } = scaled[0];
  const { sigma } = fitsOf(measured).area;
  expect(Math.log(high / low) / 2).toBeCloseTo(1.645 * Math.hypot(sigma, 0.5 * Math.log(22 / 14)), 9);
  expect(measured.includes(value)).toBe(false);
});

test("one chip gives the prior's spread, widened by t and by itself; many chips tend to their own spread", () => {
  // one chip: s = 0.35, scale s sqrt 2, t of 5 degrees of freedom 2.015
  expect(sigmaOf([0])).toBeCloseTo((2.015 * 0.35 * Math.SQRT2) / 1.645, 9);
  const many = Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? 0.2 : -0.2));
  expect(sigmaOf(many)).toBeCloseTo(0.2, 2);
});

test("intervals contain the prediction, and at least 80 % of all values lie in their intervals", () => {
  const held = calibration.checks.filter(({ value, low, high }) => low <= value.published.value && value.published.value <= high);
  for (const { low, high, leftOut, silicon } of calibration.checks) {
    expect(low).toBeLessThan(leftOut ?? silicon);
    expect(high).toBeGreaterThan(leftOut ?? silicon);
  }
  expect(held.length / calibration.checks.length).toBeGreaterThanOrEqual(0.8);
});
