/**
 * Prices of axon tables and route tables, if a description gives their sizes; otherwise they have no price.
 *
 * Axon table: read once per spike that a core takes; an entry holds the first and last word of a row of weights, 2
 * ceil(log2(words + 1)) bits (a guess: published cores differ). Route table: read once per packet; an entry is the
 * packet's header. Both are memories with one port and one word per entry, of SRAM or of the user's macros.
 * Not modelled: addresses of rows in DRAM, the trees of multicast packets in the routers, the time of a look-up beyond
 * `event_overhead_cycles`.
 */
import { log2 } from "../base/math.js";
import type { Chip, Core } from "./chip.js";
import type { Price } from "./components.js";
import type { OwnMacro } from "./macros/macro.js";
import { PERIPHERY_SOURCE } from "./memories/periphery.js";
import { overridden } from "./own-price-value.js";
import type { PriceName } from "./price-names.js";
import { rangeMarked } from "./price-range.js";
import { tableVariables } from "./price-variables.js";
import { onSilicon } from "./silicon.js";
import { sramMacro } from "./sram.js";

type TablePriceName<T extends "axon" | "route"> = Extract<PriceName, `${T}_table${string}`>;
type AxonTablePrices = { readonly [name in TablePriceName<"axon">]: Price };
type RouteTablePrices = { readonly [name in TablePriceName<"route">]: Price };

/** Bits of an entry of the core's axon table. */
export function axonEntryBits({ synapseMemory }: { readonly synapseMemory: Pick<Core["synapseMemory"], "sizeBits" | "wordBits"> }): number {
  return 2 * Math.ceil(log2(Math.floor(synapseMemory.sizeBits / synapseMemory.wordBits) + 1));
}

interface TableCosts {
  readonly read: Price;
  readonly leakage: Price;
  readonly area: Price;
}

/** Costs of the user's own macros, which get no factor to silicon. */
function ofOwn({ costs, source, extrapolated }: OwnMacro): TableCosts {
  const from = (value: number): Price => ({ value, source, group: null, ...(extrapolated ? { extrapolated } : {}) });
  return { read: from(costs.read_pj), leakage: from(costs.leakage_mw), area: from(costs.area_mm2) };
}

function macroOf(chip: Chip, entries: number, bits: number, own: OwnMacro | null): TableCosts {
  if (own !== null) return ofOwn(own);
  const macro = sramMacro({ sizeBits: entries * bits, wordBits: bits, banks: 1, ports: "1rw" }, chip.technology);
  const of = (law: string): string => `${entries} entries of ${bits} bits as SRAM: ${law}`;
  const source = of(macro.source);
  const from = (value: number, own = source): Price =>
    macro.extrapolated ? { value, source: own, extrapolated: true } : { value, source: own };
  return {
    read: from(macro.read_pj),
    leakage: from(macro.leakage_mw, of(macro.leakageSource)),
    area: from(macro.area_mm2, `${source}; ${PERIPHERY_SOURCE}`),
  };
}

/** Prices of the core's axon table; null: it has no size. */
export function axonTablePrices(chip: Chip, core: Core): AxonTablePrices | null {
  const entries = core.axonEntries;
  if (entries === null) return null;
  const { read, leakage, area } = macroOf(chip, entries, axonEntryBits(core), core.tableMacros.axons);
  return overridden(
    chip,
    onSilicon(
      chip.silicon,
      rangeMarked({ axon_table_read_pj: read, axon_table_leakage_mw: leakage, axon_table_area_mm2: area }, chip.technology),
    ),
    () => tableVariables(chip, entries, axonEntryBits(core)),
  );
}

/** Prices of the core's route table; null: it has no size. */
export function routeTablePrices(chip: Chip, core: Core): RouteTablePrices | null {
  const entries = core.routeEntries;
  if (entries === null) return null;
  const { read, leakage, area } = macroOf(chip, entries, chip.noc.headerBits, core.tableMacros.routes);
  return overridden(
    chip,
    onSilicon(
      chip.silicon,
      rangeMarked({ route_table_read_pj: read, route_table_leakage_mw: leakage, route_table_area_mm2: area }, chip.technology),
    ),
    () => tableVariables(chip, entries, chip.noc.headerBits),
  );
}
