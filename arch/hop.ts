/**
 * Cost of a hop, i.e. a router and the link after it, within a die or to another die: energy of a flit, and cycles
 * without load.
 *
 * Energy: one flit, without the allocation of a virtual channel. Cycles: the stages of the router and the wire.
 * Not modelled: waiting; links of a tree and those longer than a tile, which count as one hop of a tile each.
 */
import type { Chip, Dies, Noc } from "./chip.js";
import { diePrices } from "./die-prices.js";
import { dieFlitCycles } from "./dies.js";
import { linkPrices, routerPrices } from "./network-prices.js";
import { routerPorts } from "./noc-shape.js";

/** Cycles of a router's stages before a flit moves. */
export const stagesOf = (noc: Noc): number => noc.routingDelayCycles + noc.vcAllocationDelayCycles + noc.switchAllocationDelayCycles - 1;

function flitRouterPj(chip: Chip): number {
  const router = routerPrices(chip, Math.max(...routerPorts(chip)), 0);
  const parts = ["router_buffer_write_pj", "router_buffer_read_pj", "router_crossbar_pj", "router_switch_allocation_pj"] as const;
  return parts.reduce((sum, name) => sum + router[name].value, 0);
}

/** Energy of a flit through the chip's largest router and over the link to its neighbour, pJ. */
export const hopPj = (chip: Chip): number => flitRouterPj(chip) + linkPrices(chip, 1).link_flit_pj.value;

/**
 * Cost of a hop to another die in hops on one die: the mean of the ratios of energy and of cycles; for an FPGA, whose
 * energy has no price, the ratio of cycles. 1: no link leaves a die.
 */
export function dieHopWorth(chip: Chip): number {
  const { dies } = chip.noc;
  const prices = diePrices(chip);
  if (dies === null || prices === null) return 1;
  const cycles = dieHopCycles(chip.noc, dies) / (routerCycles(chip.noc) + chip.noc.linkCycles);
  const pj = chip.fpga === null ? hopPj(chip) : 0;
  if (pj === 0) return cycles;
  return ((flitRouterPj(chip) + chip.noc.flitWidthBits * prices.die_link_bit_pj.value) / pj + cycles) / 2;
}

const routerCycles = (noc: Noc): number => stagesOf(noc) + noc.switchTraversalDelayCycles + 1;
const dieHopCycles = (noc: Noc, dies: Dies): number => routerCycles(noc) + dies.latencyCycles + dieFlitCycles(dies, noc) - 1;
