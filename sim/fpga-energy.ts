/** Energy of an FPGA. No library prices it, so a line has an energy only if the description prices it. Pure. */
import type { Chip } from "../arch/index.js";
import { linePrice } from "./price-lines.js";
import type { BreakdownRow } from "./result.js";

const NO_PRICE = "no price of an FPGA in the component library; no energy is known without it; set prices.";

/** A line with the description's own price, or without an energy. Lines that have no price anywhere do not change. */
export function pricedOnFpga(chip: Chip, row: BreakdownRow): BreakdownRow {
  const price = linePrice(row.component);
  if (price === null || row.energyPj === null || Object.hasOwn(chip.priceOverrides, price)) return row;
  return { ...row, unitEnergyPj: null, energyPj: null, source: `${NO_PRICE}${price}` };
}

/** The line has actions, or leaks over time, but no price. */
export const isMissing = ({ energyPj, count, source }: BreakdownRow): boolean =>
  energyPj === null && count !== 0 && source.startsWith(NO_PRICE);
