/**
 * The links between dies in a run: the bits that they carried, their energy, and their leakage, which the component
 * library does not price. Pure.
 */
import { type Chip, dieFlitCycles, diePrices, linksOf } from "../arch/index.js";
import type { Counters } from "./counters.js";
import type { BreakdownRow } from "./result.js";
import { sourceWithoutPrice } from "./without-price.js";

export const DIE_BITS = { component: "die link bits", price: "die_link_bit_pj" } as const;

type Links = Pick<Counters, "links" | "portsPerRouter">;

/** Flits over each directed link between dies, summed over all utterances. */
function flitsBetween(chip: Chip, { links, portsPerRouter }: Links): readonly number[] {
  const flitsOf = (router: number, port: number): number => links[router * portsPerRouter + port];
  return linksOf(chip)
    .filter(({ wire }) => wire === "die")
    .flatMap(({ from, fromPort, to, toPort }) => [flitsOf(from, fromPort), flitsOf(to, toPort)]);
}

/** Bits over all links between dies, summed over all utterances. */
export const dieLinkBits = (chip: Chip, counters: Links): number =>
  flitsBetween(chip, counters).reduce((sum, flits) => sum + flits, 0) * chip.noc.flitWidthBits;

/** Share of all cycles in which the busiest link between dies carries a flit; 0 if there is no such link. */
export function busiestDieShare(chip: Chip, counters: Links & Pick<Counters, "cycles">): number {
  const { dies } = chip.noc;
  if (dies === null || counters.cycles === 0) return 0;
  return (Math.max(0, ...flitsBetween(chip, counters)) * dieFlitCycles(dies, chip.noc)) / counters.cycles;
}

/** A row for the bits, and one for leakage; empty if no link leaves a die. */
export function dieRows(chip: Chip, counters: Counters): readonly BreakdownRow[] {
  const prices = diePrices(chip);
  if (prices === null) return [];
  const { value, source } = prices.die_link_bit_pj;
  const bits = dieLinkBits(chip, counters);
  const nsPerInference = (counters.cycles * 1000) / chip.technology.clockMhz / counters.utterances;
  const leakage = prices.die_link_leakage_mw;
  return [
    {
      component: DIE_BITS.component,
      group: "noc",
      count: bits / counters.utterances,
      unitEnergyPj: bits > 0 ? value : null,
      energyPj: (bits * value) / counters.utterances,
      areaMm2: null,
      source,
    },
    {
      component: "die link leakage",
      group: "leakage",
      count: null,
      unitEnergyPj: null,
      energyPj: leakage === null ? null : leakage.value * prices.links * nsPerInference,
      areaMm2: null,
      source: leakage?.source ?? sourceWithoutPrice("die_link_leakage_mw"),
    },
  ];
}
