/** What a description may say of a price of its own, under each price's name. */
import * as z from "zod";
import { PRICE_NAMES, type PriceName } from "./price-names.js";

export const MOST_PRICE = 1e12;

const ownPrice = z
  .strictObject({
    value: z
      .union([z.number().min(0).max(MOST_PRICE), z.string().min(1).max(500)])
      .describe("in the unit of the name: a number, or an expression over the shapes of what it prices (own-prices.md)"),
    source: z.string().min(1).max(1000).describe("where the number comes from"),
    plus_minus_percent: z
      .number()
      .min(0)
      .max(900)
      .optional()
      .describe("nine tenths of what it may be lie within so many percent; left out: it is exact"),
  })
  .optional();

/** By name; none is asked for. */
export const ownPrices = Object.fromEntries(PRICE_NAMES.map((name) => [name, ownPrice])) as {
  readonly [name in PriceName]: typeof ownPrice;
};
