/**
 * Prices of a core follow from the chip, the core and the precision alone: not from what was priced before, which is
 * remembered.
 */
import { expect, test } from "vitest";
import { open } from "../../app/open.js";
import { corePrices } from "../../arch/components.js";
import { BUILT_NEEDS, type Chip, type Core, type Experiment, type Precision } from "../../arch/index.js";

interface Priced {
  readonly chip: Chip;
  readonly core: Core;
  readonly precision: Precision;
}

/** The same object with one number doubled, or one above, or one switch turned, for each of them. */
function* changes<T extends object>(whole: T, path = ""): Generator<readonly [changed: string, T]> {
  for (const [key, value] of Object.entries(whole)) {
    const at = `${path}${key}`;
    const others = typeof value === "number" ? [2 * value, value + 1] : typeof value === "boolean" ? [!value] : [];
    for (const other of others) yield [`${at} ${other}`, { ...whole, [key]: other }];
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      for (const [changed, child] of changes(value, `${at}.`)) yield [changed, { ...whole, [key]: child }];
  }
}

/** Widths of a single population. */
const OWN: readonly Precision["layers"][string][] = [{ stateBits: 12 }, { accumulatorBits: 20 }, { stateBits: 12, accumulatorBits: 20 }];

function* changedOnce({ chip, core, precision }: Priced): Generator<readonly [changed: string, Priced]> {
  for (const [changed, other] of changes(core)) yield [changed, { chip, core: other, precision }];
  for (const [changed, other] of changes(precision)) yield [changed, { chip, core, precision: other }];
  for (const own of OWN) yield [JSON.stringify(own), { chip, core, precision: { ...precision, layers: { hidden: own } } }];
  for (const [changed, noc] of changes(chip.noc)) yield [changed, { chip: { ...chip, noc }, core, precision }];
}

/** A temperature at which nothing was priced yet, and at which no price differs by more than 1e-9 of it. */
let nextK = 300;
const unused = (): number => {
  nextK += 1e-9;
  return nextK;
};

function pricesAt(temperatureK: number, { chip, core, precision }: Priced): ReadonlyMap<string, number> {
  const priced = corePrices({ ...chip, technology: { ...chip.technology, temperatureK } }, core, precision, BUILT_NEEDS);
  return new Map(Object.entries(priced).map(([name, { value }]) => [name, value]));
}

test("the prices of a core are the same after those of one that differs in one number", () => {
  const { chip, precision } = open("mesh-2x2").experiment as Experiment;
  const plain = { chip, core: chip.cores[0], precision };
  const alone = pricesAt(unused(), plain);
  /** Relative to those of the core that was priced first. */
  const furthest = (prices: ReadonlyMap<string, number>): number =>
    Math.max(...[...prices].map(([name, value]) => (value === alone.get(name) ? 0 : Math.abs(value / (alone.get(name) as number) - 1))));
  let differing = 0;
  for (const [changed, other] of changedOnce(plain)) {
    const at = unused();
    if (furthest(pricesAt(at, other)) > 1e-6) differing++;
    expect(furthest(pricesAt(at, plain)), changed).toBeLessThan(1e-6);
  }
  expect(differing).toBeGreaterThan(30);
});
