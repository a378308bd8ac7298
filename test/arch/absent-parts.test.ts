/** A part that a core does not have costs nothing, even if the description has a price of it. */
import { expect, test } from "vitest";
import { areaOf, BUILT_NEEDS, type CoreNeeds, corePrices, PRICE_NAMES, parseArch } from "../../arch/index.js";

const PARTS = ["parameter_memory", "decoder", "address_generator", "configuration"] as const;
const names = PRICE_NAMES.filter((name) => PARTS.some((part) => name.startsWith(`${part}_`)));

/** Core prices and area lines of a chip with an own price of 2 for every name, or without any. */
function priced(own: boolean, bits: number, needs: CoreNeeds) {
  const prices = own ? Object.fromEntries(names.map((name) => [name, { value: 2, source: "mine" }])) : {};
  const text = JSON.stringify({ version: 1, extends: "mesh-2x2", prices, tile: { core: { configuration_bits: bits } } });
  const { chip, precision } = parseArch(text, "parts.yaml").experiment;
  const { rows, totalMm2 } = areaOf(chip, precision, needs);
  const core: { readonly [name: string]: { readonly value: number } } = corePrices(chip, chip.cores[0], precision, needs);
  return { core, lines: rows.map(({ component }) => component), totalMm2 };
}

const NONE: CoreNeeds = { ...BUILT_NEEDS, unit: { requantisers: 0, gates: 0, leaks: 0, additions: 1, gains: 0, tables: 0 } };
const ALL: CoreNeeds = {
  ...BUILT_NEEDS,
  bitmapTargets: 9,
  generator: { targets: 9, taps: 0, rows: [{ weights: 1, numberBits: 0, items: 4 }] },
};

test("a price of a decoder, address generator, configuration or parameter memory counts only on cores that have one", () => {
  const [without, bare] = [priced(true, 0, NONE), priced(false, 0, NONE)];
  expect(without.totalMm2).toBe(bare.totalMm2);
  expect(without.lines).toEqual(bare.lines);
  for (const name of names) expect(without.core[name].value, name).toBe(0);
  const having = priced(true, 64, ALL);
  for (const name of names) expect(having.core[name].value, name).toBe(2);
  for (const part of PARTS) expect(having.lines).toContain(`${part.replaceAll("_", " ")} area`);
});
