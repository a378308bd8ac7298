/** The tables of what leaks in a core, and of its clocks, beside the prices of a core. */
import { expect, test } from "vitest";
import { BUILT_NEEDS, type CorePrices, corePrices, PRICE_NAMES, type Price } from "../../arch/index.js";
import { CORE_LEAKAGE, MEMORY_CLOCKS, TABLE_LEAKAGE } from "../../sim/core-leakage.js";
import { linePrice } from "../../sim/price-lines.js";
import { chip, precision } from "./board/fixtures.js";

const on = chip([1]);
const [core] = on.cores;
const prices = corePrices(on, core, precision, BUILT_NEEDS);
/** Each price with its name as its source. */
const named = Object.fromEntries(
  Object.keys(prices).map((name): [string, Price] => [name, { value: 1, source: name }]),
) as unknown as CorePrices;
const ending = (end: string): string[] => Object.keys(prices).filter((name) => name.endsWith(end));

test("every leakage and every clock that a core has a price for stands in one line of the tables, which has the price's name", () => {
  const leaking = CORE_LEAKAGE.map(({ component, priceOf }) => [component, priceOf(on, core, named)?.source]);
  expect(leaking.map(([, name]) => name).sort()).toEqual(ending("_leakage_mw").sort());
  const clocks = MEMORY_CLOCKS.map(({ component, price }) => [component, price]);
  expect([...clocks.map(([, name]) => name), "core_clock_pj_per_cycle"].sort()).toEqual(ending("_clock_pj_per_cycle").sort());
  for (const [component, name] of [...leaking, ...clocks]) expect(linePrice(component as string)).toBe(name);
});

test("a table leaks in cores that have it, at the price of its name, and in no other core", () => {
  const sized = { ...core, axonEntries: 100, routeEntries: 100 };
  for (const { component, priceOf } of TABLE_LEAKAGE) {
    expect(PRICE_NAMES).toContain(linePrice(component));
    expect(priceOf(on, core, prices), component).toBeNull();
    expect(priceOf({ ...on, cores: [sized] }, sized, prices)?.value, component).toBeGreaterThan(0);
  }
});

test("memories and configuration registers keep their content; what has words is shared by them", () => {
  const all = [...CORE_LEAKAGE, ...TABLE_LEAKAGE];
  const holding = all.filter(({ leaks }) => leaks === "memory").map(({ component }) => component.replace(" leakage", ""));
  expect(holding).toEqual(["synapse memory", "state memory", "parameter memory", "configuration", "axon table", "route table"]);
  const shared = all.filter(({ sharedBy }) => sharedBy !== "work").map(({ component }) => component.replace(" leakage", ""));
  expect(shared).toEqual(holding.filter((name) => name !== "configuration"));
});
