/** A part that a chip does not have costs nothing and refuses no price, even if the description has a price of it. */
import { expect, test } from "vitest";
import { areaOf, BUILT_NEEDS, type CoreNeeds, corePrices, PRICE_NAMES, parseArch } from "../../arch/index.js";

const PARTS = ["parameter_memory", "decoder", "address_generator", "configuration"] as const;
const names = PRICE_NAMES.filter((name) => PARTS.some((part) => name.startsWith(`${part}_`)));

/** Core prices and area lines of a chip with an own price for every name; null: without any. */
function priced(value: number | string | null, bits: number, needs: CoreNeeds) {
  const prices = value === null ? {} : Object.fromEntries(names.map((name) => [name, { value, source: "mine" }]));
  const text = JSON.stringify({ version: 1, extends: "mesh-2x2", prices, tile: { core: { configuration_bits: bits } } });
  const { chip, precision } = parseArch(text, "parts.yaml").experiment;
  const { rows, totalMm2 } = areaOf(chip, precision, needs);
  const core: { readonly [name: string]: { readonly value: number } } = corePrices(chip, chip.cores[0], precision, needs);
  return { core, lines: rows.map(({ component }) => component), totalMm2 };
}

const NONE: CoreNeeds = {
  ...BUILT_NEEDS,
  unit: { requantisers: 0, gates: 0, leaks: 0, additions: 1, gains: 0, integrates: false, tables: 0 },
};
const ALL: CoreNeeds = {
  ...BUILT_NEEDS,
  bitmapTargets: 9,
  generator: { targets: 9, taps: 0, rows: [{ into: "p", weights: 1, numberBits: 0, runBits: 0, items: 4 }] },
};

test("a price of a decoder, address generator, configuration or parameter memory counts only on cores that have one", () => {
  const [without, bare] = [priced(2, 0, NONE), priced(null, 0, NONE)];
  expect(without.totalMm2).toBe(bare.totalMm2);
  expect(without.lines).toEqual(bare.lines);
  for (const name of names) expect(without.core[name].value, name).toBe(0);
  const having = priced(2, 64, ALL);
  for (const name of names) expect(having.core[name].value, name).toBe(2);
  for (const part of PARTS) expect(having.lines).toContain(`${part.replaceAll("_", " ")} area`);
});

test.each(["log2(2 * bits)", "7 / bits"])("%s prices these parts by their bits, and costs nothing on cores without them", (text) => {
  const without = priced(text, 0, NONE);
  expect(without.totalMm2).toBe(priced(null, 0, NONE).totalMm2);
  for (const name of names) expect(without.core[name].value, name).toBe(0);
  const having = priced(text, 64, ALL);
  for (const name of names) expect(having.core[name].value, name).toBeGreaterThan(0);
  expect(having.core.configuration_area_mm2.value).toBe(text === "7 / bits" ? 7 / 64 : 7);
});

test("cores with configuration registers decide what a price of them may be, cores without do not", () => {
  const described = (value: string): string =>
    JSON.stringify({
      ...{ version: 1, extends: "mesh-2x2", prices: { configuration_area_mm2: { value, source: "mine" } } },
      ...{ tile: { core: { configuration_bits: 64 } }, "tile[1]": { core: { configuration_bits: 0 } } },
    });
  const { chip, precision } = parseArch(described("1 / bits"), "parts.yaml").experiment;
  expect(chip.cores.map((core) => corePrices(chip, core, precision, NONE).configuration_area_mm2.value)).toEqual([
    ...[1 / 64, 0, 1 / 64, 1 / 64],
  ]);
  expect(() => parseArch(described("1 / (bits - 64)"), "parts.yaml")).toThrow(/gives Infinity for bits 64/);
});

test.each([
  ["dram_background_mw", "log2(bits / 4)"],
  ["port_queue_area_mm2", "log2(words / 4)"],
  ["die_link_area_mm2", "1 - 1 / gbit_s - 0.5"],
  ["tree_link_area_mm2", "length_mm - 2"],
  ["frame_buffer_area_mm2", "log2(words / 4)"],
  ["axon_table_area_mm2", "log2(words / 4)"],
  ["route_table_area_mm2", "log2(words / 4)"],
  ["decoder_pj", "bits - 2"],
  ["address_generator_area_mm2", "bits - 2"],
  ["configuration_leakage_mw", "bits - 2"],
])("a chip without the part takes %s: %s, which some of its shapes suit, and refuses names that none has", (name, value) => {
  const described = (text: string) =>
    parseArch(JSON.stringify({ version: 1, extends: "mesh-2x2", prices: { [name]: { value: text, source: "mine" } } }), "parts.yaml");
  expect(described(value).experiment.chip.priceOverrides[name].value).toBe(value);
  expect(() => described("bitz")).toThrow(/unknown name bitz/);
  expect(() => described("0 - 1")).toThrow(/gives -1 for every shape/);
});

test.each(["mesh", "ring", "crossbar"])("a core alone on a %s has neither routers nor links, nor refuses their prices", (topology) => {
  const text = JSON.stringify({
    ...{ version: 1, extends: "mesh-2x2", noc: { topology, width: 1, height: 1 } },
    prices: { router_area_mm2: { value: "log2(ports - 1)", source: "mine" } },
  });
  const { chip, precision } = parseArch(text, "alone.yaml").experiment;
  const lines = areaOf(chip, precision, BUILT_NEEDS).rows.map(({ component }) => component);
  expect(lines.filter((line) => /router|link/.test(line))).toEqual([]);
});
