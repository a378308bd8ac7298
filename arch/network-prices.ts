/**
 * Prices of the network of a chip: of each kind of router, with its links' registers and its ends, and of each kind of
 * link, with their sources. Prices are of one router or directed link; the caller multiplies.
 */
import { besideClockPj } from "./arithmetic.js";
import type { Chip } from "./chip.js";
import { Memo } from "./component-tables.js";
import type { Price } from "./components.js";
import { linkCosts, type RouterShape, routerCosts } from "./dsent.js";
import { wiringSize } from "./network-end.js";
import { hasRouters, nocTopology } from "./noc-shape.js";
import { overridden } from "./own-price-value.js";
import type { PriceName } from "./price-names.js";
import { DSENT_ROUTERS, linkBeyond, rangeMarked, routerBeyond, synthesisedRouters } from "./price-range.js";
import { linkVariables, routerVariables } from "./price-variables.js";
import { ROUTER_AREA_SOURCE, ROUTER_CLOCK_SOURCE, ROUTER_LEAKAGE_SOURCE, routerSize } from "./router-law.js";
import { SCALING_SOURCE } from "./scaling.js";
import { onSilicon } from "./silicon.js";
import { technologyKey } from "./sram.js";

export type RouterPrices = { readonly [name in Extract<PriceName, `router_${string}`>]: Price };
type LinkPrices = { readonly [name in Extract<PriceName, `link${string}`>]: Price };
type TreeLinkPrices = { readonly [name in Extract<PriceName, `tree_link${string}`>]: Price };

const routerMemo = new Memo<RouterPrices>();
/**
 * Prices of a router with `ports` ports, of which `ends` lead to cores or to the chip's port; its area and leakage, and
 * with `chip.idle: clocked` its clock, are with the registers of its links and with these ends.
 */
export function routerPrices(chip: Chip, ports: number, ends: number): RouterPrices {
  const { noc, technology } = chip;
  const shape = [ports, ends, noc.flitWidthBits, noc.vcBufferFlits, noc.virtualChannels, noc.multicast, noc.headerBits, hasRouters(chip)];
  const cycles = [noc.switchAllocationDelayCycles, noc.switchTraversalDelayCycles, noc.linkCycles, nocTopology(noc).coreLinks];
  const library = routerMemo.get(`${[...shape, ...cycles].join("/")}/${technology.idle}/${technologyKey(technology)}`, () =>
    libraryRouterPrices(chip, ports, ends),
  );
  return overridden(chip, onSilicon(chip.silicon, library), () => routerVariables(chip, ports));
}

function libraryRouterPrices(chip: Chip, ports: number, ends: number): RouterPrices {
  const { technology, noc } = chip;
  const shape: RouterShape = { ports, flitBits: noc.flitWidthBits, buffersPerVc: noc.vcBufferFlits, virtualChannels: noc.virtualChannels };
  const router = routerCosts(shape, technology);
  const source = `DSENT 0.91 router; ${SCALING_SOURCE}`;
  const is = (value: number, from: string): Price => ({ value, source: from });
  const prices = {
    router_buffer_write_pj: is(besideClockPj(router.buf_write_pj, noc.flitWidthBits, technology), source),
    router_buffer_read_pj: is(router.buf_read_pj, source),
    router_crossbar_pj: is(router.xbar_pj, source),
    router_vc_allocation_pj: is(router.arbiter_pj, `${source}; VC allocation as one more arbitration (guess)`),
    router_switch_allocation_pj: is(router.arbiter_pj, source),
  };
  const isTree = noc.multicast === "tree";
  const wiring = wiringSize(chip, ports, ends);
  const { areaMm2, leakageMw, clockPjPerCycle } = routerSize(shape, isTree, wiring.registerBits, technology);
  const size = {
    router_clock_pj_per_cycle: is(clockPjPerCycle, ROUTER_CLOCK_SOURCE),
    router_leakage_mw: is(leakageMw + wiring.leakageMw, ROUTER_LEAKAGE_SOURCE),
    router_area_mm2: is(areaMm2 + wiring.areaMm2, ROUTER_AREA_SOURCE),
  };
  return {
    ...rangeMarked(prices, technology, routerBeyond(shape, DSENT_ROUTERS)),
    ...rangeMarked(size, technology, routerBeyond(shape, synthesisedRouters(isTree))),
  };
}

const DSENT_LEAKAGE_SOURCE = "DSENT 0.91 LVT leakage, by the ratio of CACTI SRAM leakage to hp at 340 K (guess)";
const LINK_AREA_SOURCE = "DSENT 0.91 link repeaters; area factors of Stillmaker and Baas 2017";

const linkMemo = new Memo<LinkPrices>();
/**
 * Prices of a directed link between two tiles at distance `tiles`. The description's own prices are for one tile; a
 * longer wire costs proportionally more.
 */
export function linkPrices(chip: Chip, tiles: number): LinkPrices {
  const lengthMm = chip.noc.linkLengthMm * tiles;
  const { flitWidthBits, linkCycles } = chip.noc;
  // a link of a folded layout takes as many cycles as any other
  const cycles = linkCycles * (nocTopology(chip.noc).wraps ? 1 : tiles);
  const beyond = linkBeyond(flitWidthBits, lengthMm, cycles, chip.technology.clockMhz);
  const library = linkMemo.get(`${flitWidthBits}/${lengthMm}/${beyond}/${technologyKey(chip.technology)}`, (): LinkPrices => {
    const link = linkCosts(flitWidthBits, lengthMm, chip.technology);
    const prices: LinkPrices = {
      link_flit_pj: { value: link.flitPj, source: `DSENT 0.91 link of ${lengthMm} mm; ${SCALING_SOURCE}` },
      link_leakage_mw: { value: link.leakageMw, source: DSENT_LEAKAGE_SOURCE },
      link_area_mm2: { value: link.areaMm2, source: LINK_AREA_SOURCE },
    };
    return rangeMarked(prices, chip.technology, beyond);
  });
  return overridden(chip, onSilicon(chip.silicon, library), () => linkVariables(chip, chip.noc.linkLengthMm), { times: tiles });
}

/** Prices of the links of a tree of meshes; null: the chip has none. */
export function treeLinkPrices(chip: Chip): TreeLinkPrices | null {
  const { tree, flitWidthBits } = chip.noc;
  if (tree === null) return null;
  const link = linkCosts(flitWidthBits, tree.linkLengthMm, chip.technology);
  const library: TreeLinkPrices = {
    tree_link_flit_pj: { value: link.flitPj, source: `DSENT 0.91 link of ${tree.linkLengthMm} mm; ${SCALING_SOURCE}` },
    tree_link_leakage_mw: { value: link.leakageMw, source: DSENT_LEAKAGE_SOURCE },
    tree_link_area_mm2: { value: link.areaMm2, source: LINK_AREA_SOURCE },
  };
  const beyond = linkBeyond(flitWidthBits, tree.linkLengthMm, tree.linkCycles, chip.technology.clockMhz);
  const prices = onSilicon(chip.silicon, rangeMarked(library, chip.technology, beyond));
  return overridden(chip, prices, () => linkVariables(chip, tree.linkLengthMm));
}
