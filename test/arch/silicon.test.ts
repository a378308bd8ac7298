/** Prices brought to silicon: what is multiplied by what, what the source says, and that the library stays as it is. */
import { expect, test } from "vitest";
import {
  areaOf,
  BUILT_NEEDS,
  corePrices,
  linkPrices,
  type Precision,
  parseArch,
  patchDocument,
  routerPrices,
  SILICON_GROUPS,
  siliconFactor,
  siliconFactors,
  technologyWarnings,
} from "../../arch/index.js";
import { PRICE_NAMES } from "../../arch/price-names.js";
import { onSilicon, priceParts } from "../../arch/silicon.js";
import { PRICE_GROUPS } from "../../arch/silicon-groups.js";
import { InputError } from "../../base/errors.js";
import { priceErrors } from "../../sim/price-errors.js";

const parsed = parseArch("version: 1\nextends: mesh-2x2\n", "base.yaml");
const on = (basis: string, more: { readonly [path: string]: number } = {}) =>
  patchDocument(parsed, { "prices.basis": basis, ...more }).chip;
const { precision } = parsed.experiment;
const pricesOf = (chip: ReturnType<typeof on>, bits: Precision) => ({
  ...corePrices(chip, chip.cores[0], bits, BUILT_NEEDS),
  ...routerPrices(chip, 5, 1),
  ...linkPrices(chip, 1),
});

test("library leaves every price and its source as the component models give them", () => {
  const chip = on("library");
  expect(chip.silicon).toBeNull();
  const prices = corePrices(chip, chip.cores[0], precision, BUILT_NEEDS);
  expect(onSilicon(null, prices)).toBe(prices);
  for (const { source } of Object.values(pricesOf(chip, precision))) expect(source).not.toMatch(/silicon/);
});

test("silicon multiplies each part of a price by its group's factor, and the source says factor and n", () => {
  const [library, silicon] = [on("library", { "tile.core.input_queue.depth": 400 }), on("silicon", { "tile.core.input_queue.depth": 400 })];
  const [before, after] = [pricesOf(library, precision), pricesOf(silicon, precision)];
  let mixed = 0;
  for (const [name, price] of Object.entries(before)) {
    const key = name as keyof typeof before;
    const parts = priceParts(key, price);
    if (parts.length === 2) mixed++;
    const wanted = parts.reduce((sum, [group, part]) => sum + part * siliconFactor(group).factor, 0);
    expect(after[key].value, name).toBeCloseTo(parts.length === 0 ? price.value : wanted, 12);
    if (parts.length > 0 && price.value > 0) expect(after[key].source, name).toMatch(/^x [\d.e+]+ to silicon \(n \d+(, anecdotal)?\): /);
  }
  expect(mixed).toBeGreaterThan(1); // SRAM behind a deep queue, and tables
  expect(after.dram_bit_pj).toBe(before.dram_bit_pj);
});

test("a factor of fewer than five chips is marked anecdotal", () => {
  const source = (group: "clock" | "sram_area"): string => {
    const name = group === "clock" ? "core_clock_pj_per_cycle" : "synapse_memory_area_mm2";
    return pricesOf(on("silicon"), precision)[name].source;
  };
  for (const group of ["clock", "sram_area"] as const) expect(/anecdotal/.test(source(group)), group).toBe(siliconFactor(group).n < 5);
});

test("leakage of lop and hp has no factor and says so; its error reaches down, not up, and a warning tells", () => {
  for (const cell of ["lop", "hp"]) {
    const of = (basis: string) =>
      patchDocument(parsed, { "prices.basis": basis, "chip.sram_cell": cell, "chip.technology_nm": 28, "chip.voltage_v": 0.7 }).chip;
    const [library, silicon] = [pricesOf(of("library"), precision), pricesOf(of("silicon"), precision)];
    for (const name of ["state_memory_leakage_mw", "queue_leakage_mw", "router_leakage_mw"] as const) {
      expect(silicon[name].value, name).toBe(library[name].value);
      expect(silicon[name].source, name).toMatch(`no factor to silicon (none measured for ${cell}): `);
    }
    expect(silicon.state_memory_read_pj.value / library.state_memory_read_pj.value).toBeCloseTo(siliconFactor("sram_energy").factor, 9);
    const [leakage] = (priceErrors(of("silicon")).get("state memory leakage") ?? []).filter(({ name }) => /^silicon/.test(name));
    expect(leakage.name).toBe(`silicon over library: leakage of ${cell}, measured on no chip`);
    expect(leakage.up).toBe(siliconFactor("sram_leakage").sigma);
    expect(Math.exp(1.645 * (leakage.down - leakage.up))).toBeGreaterThan(50);
    expect(technologyWarnings(of("silicon"), precision, BUILT_NEEDS).join()).toMatch(
      new RegExp(`leakage of ${cell} has no factor to silicon: .* may leak up to [123]\\d0 times less than the library's ${cell};`),
    );
    expect(technologyWarnings(of("library"), precision, BUILT_NEEDS)).toEqual([]);
  }
  expect(technologyWarnings(on("silicon"), precision, BUILT_NEEDS)).toEqual([]);
});

test("from 40 nm on a warning says how far SRAM's leakage may lie below silicon's prices; below, and on the library's basis, none does", () => {
  const warned = (nodeNm: number, basis = "silicon") =>
    technologyWarnings(
      patchDocument(parsed, { "prices.basis": basis, "chip.technology_nm": nodeNm, "chip.voltage_v": "nominal" }).chip,
      precision,
      BUILT_NEEDS,
    );
  for (const nodeNm of [22, 28, 32]) expect(warned(nodeNm)).toEqual([]);
  expect(warned(40).join()).toMatch(/^leakage at 40 nm was measured on no chip/);
  // ln 0.0622 at 130 nm is one standard deviation, beside the factor's own 0.612
  expect(warned(130).join()).toContain(
    `may leak up to ${Number(Math.exp(1.645 * Math.hypot(0.612, Math.log(0.06219))).toPrecision(2))} times less`,
  );
  expect(warned(130, "library")).toEqual([]);
  const given = (memory: string, prices: string) => {
    const text = `version: 1\nextends: mesh-2x2\nchip: { technology_nm: 65 }\ntile: { core: { ${memory} } }\nprices: { ${prices} }\n`;
    return technologyWarnings(parseArch(text, "a.yaml").experiment.chip, precision, BUILT_NEEDS).length;
  };
  const leaks = (name: string) => `${name}_leakage_mw: { value: 0.01, source: mine }`;
  expect(given("", leaks("synapse_memory"))).toBe(1);
  const memories = `${leaks("synapse_memory")}, ${leaks("state_memory")}`;
  const all = `${memories}, ${leaks("parameter_memory")}`;
  expect(given("", memories)).toBe(1);
  expect(given("parameter_memory: { kind: latches }", memories)).toBe(0);
  expect(given("", all)).toBe(0);
  expect(given("axon_table: { entries: 64 }", all)).toBe(1);
  expect(given("route_table: { entries: 64 }", `${all}, ${leaks("route_table")}`)).toBe(0);
  const kinds = "synapse_memory: { kind: latches }, state_memory: { kind: registers }";
  expect(given(kinds, "")).toBe(1);
  expect(given(`${kinds}, parameter_memory: { kind: registers }`, "")).toBe(0);
  const bare = parseArch(`version: 1\nextends: mesh-2x2\nchip: { technology_nm: 65 }\nprices: { ${memories} }\n`, "a.yaml").experiment.chip;
  const unit = { ...BUILT_NEEDS.unit, requantisers: 0, leaks: 0 };
  expect(technologyWarnings(bare, precision, { ...BUILT_NEEDS, unit })).toEqual([]);
  const csv =
    "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns\\n1024,64,1rw,65,1.2,9000,2,2,1,1\\n";
  expect(
    given(
      "synapse_memory: { size_kib: 8, word_bits: 64, macros: mine }",
      `macros: { mine: { csv: "${csv}" } }, ${leaks("state_memory")}, ${leaks("parameter_memory")}`,
    ),
  ).toBe(0);
});

test("the warning of leakage without a factor goes once the description prices the leakage of all parts, not before", () => {
  const names = ["synapse_memory", "state_memory", "parameter_memory", "queue", "write_queue", "datapath", "control", "router", "link"];
  const warned = (given: readonly string[]): number => {
    const own = given.map((name) => `${name}_leakage_mw: { value: 0.01, source: mine }`).join(", ");
    const chip = "{ sram_cell: lop, technology_nm: 28, voltage_v: 0.7 }";
    const { experiment } = parseArch(`version: 1\nextends: mesh-2x2\nchip: ${chip}\nprices: { basis: silicon, ${own} }\n`, "a.yaml");
    return technologyWarnings(experiment.chip, experiment.precision, BUILT_NEEDS).length;
  };
  expect(warned(names)).toBe(0);
  for (const name of names) expect(warned(names.filter((one) => one !== name)), name).toBe(1);
});

test("prices of the description are no library's: no factor touches them", () => {
  const own = { "prices.synapse_memory_read_pj.value": 3.25 };
  const text = "version: 1\nextends: mesh-2x2\nprices: {basis: silicon, synapse_memory_read_pj: {value: 1, source: mine}}\n";
  const { chip } = patchDocument(parseArch(text, "own.yaml"), own);
  expect(corePrices(chip, chip.cores[0], precision, BUILT_NEEDS).synapse_memory_read_pj).toEqual({ value: 3.25, source: "mine" });
});

test("area on silicon is the library's area by groups times their factors", () => {
  const [library, silicon] = [areaOf(on("library"), precision, BUILT_NEEDS), areaOf(on("silicon"), precision, BUILT_NEEDS)];
  const factors = [siliconFactor("sram_area").factor, siliconFactor("logic_area").factor];
  expect(Number(silicon.totalMm2) / Number(library.totalMm2)).toBeGreaterThanOrEqual(Math.min(...factors) - 1e-9);
  expect(Number(silicon.totalMm2) / Number(library.totalMm2)).toBeLessThanOrEqual(Math.max(...factors) + 1e-9);
});

test("every price has a group, every group a factor with a spread and chips", () => {
  for (const name of PRICE_NAMES) expect(name in PRICE_GROUPS, name).toBe(true);
  for (const group of SILICON_GROUPS) {
    const { factor, sigma, n, chips, cause, source } = siliconFactors()[group];
    expect(factor, group).toBeGreaterThan(0);
    expect(sigma, group).toBeGreaterThan(0);
    expect(n, group).toBe(chips.length);
    expect(
      [cause, source].every((text) => text.length > 0),
      group,
    ).toBe(true);
  }
});

test("a study has one basis: a sweep over it is refused", () => {
  const swept = "version: 1\nsweep: {objectives: {area_mm2: min}, parameters: [{path: prices.basis, values: [silicon, library]}]}\n";
  expect(() => parseArch(swept, "swept.yaml")).toThrow(/two bases/);
  expect(() => parseArch("version: 1\nprices: {basis: {sweep: [silicon, library]}}\n", "swept.yaml")).toThrow(InputError);
});
