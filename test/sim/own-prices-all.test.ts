/** Energy and area of chips whose prices are all the description's own: linear in them, so no library price is left. */
// @module-tag slow
import fc from "fast-check";
import { expect, test } from "vitest";
import { areaOf, type Chip, PRICE_NAMES, type PriceName } from "../../arch/index.js";
import { createRng } from "../../base/rng.js";
import { runTiming } from "../../sim/board/run-timing.js";
import { price } from "../../sim/energy.js";
import { needsOn } from "../../sim/needs.js";
import { cases as many } from "../cases.js";
import { precision } from "./board/fixtures.js";
import { allCases, onTwoDies, place, plainCases, withPort } from "./board/random-chips.js";

const drawn = fc.oneof(
  plainCases,
  allCases,
  plainCases.map(withPort),
  plainCases.map((c) => onTwoDies(c) ?? c),
);

const own = (chip: Chip, priceOf: (name: PriceName) => number): Chip => ({
  ...chip,
  priceOverrides: Object.fromEntries(PRICE_NAMES.map((name) => [name, { value: priceOf(name), source: "own" }])),
});

test("with a price of one's own for every name, energy and area are 0 at prices of 0, double with them, and add as they do", () => {
  const met = new Set<string>();
  fc.assert(
    fc.property(drawn, fc.constantFrom("clocked" as const, "clock-gated" as const), (c, idle) => {
      const bare: Chip = {
        ...c.chip,
        technology: { ...c.chip.technology, idle },
        cores: c.chip.cores.map((one) => ({ ...one, configurationBits: 100, axonEntries: 4096, routeEntries: 4096 })),
      };
      const { total } = runTiming(bare, place({ ...c, chip: bare }), precision, c.trace);
      const rng = createRng(c.seed, "own prices");
      const [p, q] = [0, 1].map(() => new Map(PRICE_NAMES.map((name) => [name, 0.5 + rng.float()])));
      const costs = (priceOf: (name: PriceName) => number): readonly [energyPj: number, areaMm2: number] => {
        const chip = own(bare, priceOf);
        const { rows, totalPj } = price(chip, precision, c.topology, total);
        for (const { component, energyPj } of rows) if ((energyPj ?? 0) > 0) met.add(component);
        return [Number(totalPj), Number(areaOf(chip, precision, needsOn(chip, precision, c.topology)).totalMm2)];
      };
      const value = (of: ReadonlyMap<PriceName, number>, name: PriceName): number => of.get(name) as number;
      expect(costs(() => 0)).toEqual([0, 0]);
      const [one, other] = [p, q].map((of) => costs((name) => value(of, name)));
      const twice = costs((name) => 2 * value(p, name));
      const both = costs((name) => value(p, name) + value(q, name));
      for (const at of [0, 1]) {
        expect(twice[at]).toBe(2 * one[at]);
        expect(Math.abs(both[at] / (one[at] + other[at]) - 1)).toBeLessThan(1e-12);
      }
    }),
    { seed: 20_261_203, numRuns: many(60) },
  );
  expect(met.size).toBeGreaterThan(55);
});
