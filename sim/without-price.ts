/** Lines of a breakdown that have no price anywhere: unknown, so in no total; and prices without an error. Pure. */
import type { PriceName } from "../arch/index.js";
import type { BreakdownRow } from "./result.js";

const NO_PRICE = "no price in the component library; not in the total";

/** The sentence on the energy and power of a coupled chip, of which no number has an interval. */
export const NO_STATED_ERROR = "the prices of a coupled chip are numbers of its description, without an error: no interval is known";

/** Source of such a line; `price`: what a description can set, null: nothing. */
export const sourceWithoutPrice = (price: PriceName | null): string => `${NO_PRICE}${price === null ? "" : `; set prices.${price}`}`;

/** Names of such lines. */
export const partsWithoutPrice = (breakdown: readonly Pick<BreakdownRow, "component" | "energyPj" | "source">[]): readonly string[] =>
  breakdown.flatMap(({ component, energyPj, source }) => (energyPj === null && source.startsWith(NO_PRICE) ? [component] : []));

/** The sentence on such lines beside an energy; empty if there are none. */
export const withoutPriceLines = (parts: readonly string[]): readonly string[] =>
  parts.length === 0 ? [] : [`without a price, and so in no energy: ${parts.join(", ")}`];

/** `die link leakage (prices.die_link_leakage_mw)`: those of them that a description can price. */
export const unsetPrices = (breakdown: Parameters<typeof partsWithoutPrice>[0]): readonly string[] =>
  breakdown.flatMap((row) => {
    const [, key] = /; set (prices\.\w+)$/.exec(row.source) ?? [];
    return key === undefined ? [] : partsWithoutPrice([row]).map((part) => `${part} (${key})`);
  });
