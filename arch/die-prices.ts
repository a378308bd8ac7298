/**
 * Cost of a link between two dies: energy per bit, pads on the dies' edges, and their power at rest, for which no
 * source exists.
 *
 * The link is the port's (`port-prices.ts`), as many in parallel as the bandwidth needs. Pads do not shrink with the
 * node, so nothing is scaled.
 */

import type { Chip, Dies } from "./chip.js";
import type { Price } from "./components.js";
import { bandwidthGbitSOf } from "./link-units.js";
import { dieLinkCount } from "./noc-shape.js";
import { overridden, ownPriceOf } from "./own-price-value.js";
import { padLink } from "./port-prices.js";
import { linkVariables, type PriceVariables } from "./price-variables.js";

interface DiePrices {
  readonly die_link_bit_pj: Price;
  /** Area of a directed link: the driver on one die and the receiver on the other. */
  readonly die_link_area_mm2: Price;
  /** Leakage of a directed link; null: the description does not say. */
  readonly die_link_leakage_mw: Price | null;
  readonly links: number;
}

/**
 * Variables of an expression for these prices: `bits` is 1 for the energy, else the bits of a flit; `gbit_s` is the
 * link's bandwidth.
 */
export function dieVariables(chip: Chip, name: string): PriceVariables {
  const { length_mm: _, ...variables } = linkVariables(chip, 0);
  const gbitS = chip.noc.dies === null ? 0 : bandwidthOf(chip, chip.noc.dies);
  return { ...variables, gbit_s: gbitS, ...(name === "die_link_bit_pj" ? { bits: 1 } : {}) };
}

const bandwidthOf = ({ technology }: Chip, { bitsPerCycle }: Dies): number => bandwidthGbitSOf(bitsPerCycle, technology.clockMhz);

/** null: no link leaves a die. */
export function diePrices(chip: Chip): DiePrices | null {
  const { dies } = chip.noc;
  if (dies === null) return null;
  const links = dieLinkCount(chip);
  if (links === 0) return null;
  const link = padLink(bandwidthOf(chip, dies));
  const library = { die_link_bit_pj: link.bit, die_link_area_mm2: link.area };
  return {
    ...overridden(chip, library, (name) => dieVariables(chip, name)),
    die_link_leakage_mw: ownPriceOf(chip, "die_link_leakage_mw", () => dieVariables(chip, "die_link_leakage_mw")),
    links,
  };
}
