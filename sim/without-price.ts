/** Lines of a breakdown that have no price anywhere: unknown, so in no total; and prices without an error. Pure. */
import type { PriceName } from "../arch/index.js";
import type { BreakdownRow } from "./result.js";

const NO_PRICE = "no price in the component library; not in the total";

/** The sentence on the energy and power of a coupled chip, of which no number has an interval. */
export const NO_STATED_ERROR = "the prices of a coupled chip are numbers of its description, without an error: no interval is known";

/** Source of such a line; `price`: what a description can set, null: nothing. */
export const sourceWithoutPrice = (price: PriceName | null): string => `${NO_PRICE}${price === null ? "" : `; set prices.${price}`}`;

type Lines = readonly Pick<BreakdownRow, "component" | "energyPj" | "source">[];

const unpriced = (breakdown: Lines): readonly { readonly component: string; readonly key: string | undefined }[] =>
  breakdown.flatMap(({ component, energyPj, source }) =>
    energyPj === null && source.startsWith(NO_PRICE) ? [{ component, key: /; set (prices\.\w+)$/.exec(source)?.[1] }] : [],
  );

/** Such lines: `barrier wires`, `die link leakage (prices.die_link_leakage_mw)`. */
export const partsWithoutPrice = (breakdown: Lines): readonly string[] =>
  unpriced(breakdown).map(({ component, key }) => (key === undefined ? component : `${component} (${key})`));

/** Those of them that a description can price; the others are the same on every chip. */
export const unsetPrices = (breakdown: Lines): readonly string[] =>
  unpriced(breakdown).flatMap(({ component, key }) => (key === undefined ? [] : [`${component} (${key})`]));

/** The sentence on parts that the description could price, beside an energy; empty if there are none. */
export const withoutPriceLines = (unset: readonly string[]): readonly string[] =>
  unset.length === 0 ? [] : [`without a price in the description, and so in no energy: ${unset.join(", ")}`];
