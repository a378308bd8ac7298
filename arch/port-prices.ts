/**
 * Costs of the port: the host link per bit, the chip's end of it, and its queue. The router's price includes the
 * additional router port.
 *
 * Host link: N. Qiao and G. Indiveri, A clock-less ultra-low power bit-serial LVDS link for address-event multi-chip
 * systems (arXiv 1908.06532): 180 nm, events of 32 bits, 35.7 million per second (1.14 Gbit/s), 19.3 mA in the receiver
 * and 3.57 mA in the transmitter, 0.14 mm2. At 1.8 V, the nominal supply of that process, these are 36 pJ per bit. Pads
 * do not shrink with the node, so neither number is scaled. More bandwidth takes as many links side by side, with the
 * same energy per bit. A parallel bus of the same group takes 0.42 pJ per bit (11
 * pJ per event of 26 bits, 28 nm, arXiv 1908.07413), its pads and wires apart.
 */

import type { Chip } from "./chip.js";
import type { Price } from "./components.js";
import { BUILT_PAYLOAD_BITS } from "./core-needs.js";
import { bandwidthGbitSOf } from "./link-units.js";
import { queueCosts } from "./memories/queue.js";
import { overridden } from "./own-price-value.js";
import type { PriceName } from "./price-names.js";
import { rangeMarked } from "./price-range.js";
import { type PriceVariables, tableVariables } from "./price-variables.js";
import { onSilicon } from "./silicon.js";

type PortPriceName = Extract<PriceName, `port_${string}`>;
export type PortPrices = { readonly [name in PortPriceName]: Price };

const LINK_V = 1.8;
const LINK_MA = 19.3 + 3.57;
const LINK_GBIT_S = 35.7e-3 * 32;
/** The measured link that leaves a die. */
const MEASURED_LINK = {
  gbitS: LINK_GBIT_S,
  bitPj: (LINK_V * LINK_MA) / LINK_GBIT_S,
  areaMm2: 0.14,
  source:
    "LVDS link for address events, Qiao and Indiveri 2019, 180 nm, receiver and transmitter, at 1.8 V (guess); pads, not scaled with the chip",
} as const;

/** Energy of a bit, and area, of as many measured links as the bandwidth needs; of the port and between dies. */
export function padLink(gbitS: number): { readonly bit: Price; readonly area: Price } {
  const { bitPj, areaMm2, source } = MEASURED_LINK;
  // a quotient of decimal numbers may be slightly above the exact whole number
  const count = Math.ceil(gbitS / MEASURED_LINK.gbitS - 1e-9);
  return {
    bit: { value: bitPj, source },
    area: { value: count * areaMm2, source: count === 1 ? source : `${count} side by side: ${source}` },
  };
}

/** Variables of an expression for a price of the port: those of its queue; for the host link, one bit. */
export function portVariables(chip: Chip): (name: PriceName) => PriceVariables {
  const bits = chip.noc.headerBits + BUILT_PAYLOAD_BITS;
  return (name) => {
    const variables = tableVariables(chip, chip.port?.queueDepth ?? 1, bits);
    return name === "port_bit_pj" ? { ...variables, bits: 1 } : variables;
  };
}

/** Prices of the port; null: the chip has none. */
export function portPrices(chip: Chip): PortPrices | null {
  if (chip.port === null) return null;
  const queue = queueCosts("auto", chip.port.queueDepth, chip.noc.headerBits + BUILT_PAYLOAD_BITS, chip.technology);
  const is = (value: number, source: string, isBeyond = false): Price =>
    isBeyond ? { value, source, extrapolated: true } : { value, source };
  const link = padLink(bandwidthGbitSOf(chip.port.bitsPerCycle, chip.technology.clockMhz));
  const library: PortPrices = {
    port_bit_pj: link.bit,
    port_queue_push_pj: is(queue.pushPj, queue.sources.energy, queue.energyExtrapolated),
    port_queue_pop_pj: is(queue.popPj, queue.sources.energy, queue.energyExtrapolated),
    port_queue_clock_pj_per_cycle: is(queue.clockPjPerCycle, queue.sources.clock),
    port_queue_leakage_mw: { ...is(queue.leakageMw, queue.sources.leakage, queue.extrapolated), sramPart: queue.sramPart.leakageMw },
    port_queue_area_mm2: { ...is(queue.areaMm2, queue.sources.area, queue.extrapolated), sramPart: queue.sramPart.areaMm2 },
    port_link_area_mm2: link.area,
  };
  return overridden(chip, onSilicon(chip.silicon, rangeMarked(library, chip.technology)), portVariables(chip));
}
