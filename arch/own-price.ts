/** Schema of a description's prices, by name. */
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
      .describe("half width of the 90 % interval of the price, in percent; left out: the price is exact"),
  })
  .optional();

/** By name; all are optional. */
export const ownPrices = Object.fromEntries(PRICE_NAMES.map((name) => [name, ownPrice])) as {
  readonly [name in PriceName]: typeof ownPrice;
};
