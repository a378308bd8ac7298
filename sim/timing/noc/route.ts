/**
 * Routes: a topology's own (arch/topologies), or dimension order over its grid, with the split of virtual channels where links wrap around, or odd-even on a mesh.
 *
 * Ring (and torus in each of its rings): the shorter way in each ring; at half-way distance the packet's coin decides. A unicast packet keeps one half of the VCs for its whole
 * way in a ring: in + direction the upper half if the way wraps, else the lower; in - direction the reverse. A multicast packet, whose
 * destinations may differ in that, changes half where it crosses the wrap-around link. Both leave no circle of waiting in a ring.
 * With one VC there is nothing to split, and a ring can deadlock. Of an odd number the upper half has one more, or both use
 * the middle one (`middleVc`).
 * Source: W. J. Dally, C. L. Seitz, IEEE Trans. Computers C-36 (1987); halves as in BookSim 2 (`dim_order_torus`).
 */

import { linksOnWay, nocTopology, type RouteByRouter } from "../../../arch/index.js";
import { powerOfTwo } from "../../../base/math.js";
import type { NocLayout } from "./layout.js";
import type { NocSpec } from "./noc.js";
import { oddEvenPorts } from "./odd-even.js";
import type { PacketPool } from "./packets.js";
import type { NocState } from "./state.js";

export const COIN_X = 1;
export const FROM_MULTICAST = 4;

/** What a route says in one integer: port + 256 * half, half 0: any VC, 1: lower half, 2: upper half. */
export type RouteFunction = (router: number, slot: number, core: number) => number;

/** Routes between routers that the topology brings along; null: it goes in dimension order. */
export function routesOf(spec: NocSpec): RouteByRouter | null {
  return nocTopology(spec).routes?.(spec, spec.coresPerRouter, spec.routing === "yx" ? "yx" : "xy") ?? null;
}

export function createRoute(spec: NocSpec, layout: NocLayout, pool: PacketPool, { credit }: NocState): RouteFunction {
  const { coreRouter, corePort, routers, ports } = layout;
  const { width, height, virtualChannels } = spec;
  const wrap = nocTopology(spec).wraps;
  const first = spec.routing === "yx" ? 1 : 0;
  const routerX = Int32Array.from({ length: routers }, (_, router) => router % width);
  const routerY = Int32Array.from({ length: routers }, (_, router) => Math.floor(router / width));
  const creditsOf = (router: number, port: number): number => {
    let sum = 0;
    for (let ov = (router * ports + port) * virtualChannels, end = ov + virtualChannels; ov < end; ov++) sum += credit[ov];
    return sum;
  };
  const adaptive: RouteFunction = (router, slot, core) => {
    const to = coreRouter[core];
    if (to === router) return corePort[core];
    const allowed = oddEvenPorts(routerX[router], routerY[router], routerX[pool.source[slot]], routerX[to], routerY[to]);
    const horizontal = (allowed & 1) !== 0 ? 0 : 1;
    const vertical = (allowed & 4) !== 0 ? 2 : 3;
    if ((allowed & 3) === 0) return vertical;
    if ((allowed & 12) === 0) return horizontal;
    return creditsOf(router, vertical) > creditsOf(router, horizontal) ? vertical : horizontal;
  };
  const dimensionOrder: RouteFunction = (router, slot, core) => {
    const to = coreRouter[core];
    if (to === router) return corePort[core];
    const inFirst = first === 0 ? routerX[to] !== routerX[router] : routerY[to] !== routerY[router];
    const dimension = inFirst ? first : 1 - first;
    const at = dimension === 0 ? routerX[router] : routerY[router];
    const goal = dimension === 0 ? routerX[to] : routerY[to];
    if (!wrap) return 2 * dimension + (goal > at ? 0 : 1);
    const size = dimension === 0 ? width : height;
    const twice = 2 * (goal > at ? goal - at : goal - at + size);
    const plus = twice < size || (twice === size && (pool.flags[slot] & (COIN_X << dimension)) !== 0);
    const port = 2 * dimension + (plus ? 0 : 1);
    if (virtualChannels === 1) return port;
    const source = pool.source[slot];
    const entry = dimension === 0 ? routerX[source] : routerY[source];
    let reached = goal;
    if ((pool.flags[slot] & FROM_MULTICAST) !== 0) reached = plus ? (at + 1) % size : (at - 1 + size) % size;
    // + upper if the way wraps, - upper if it does not: both mean that the place reached lies below the entry.
    const upper = reached < entry;
    return port + 256 * (upper ? 2 : 1);
  };
  const own = routesOf(spec);
  if (own !== null) return (router, _, core) => (coreRouter[core] === router ? corePort[core] : own(router, coreRouter[core]));
  return spec.routing === "odd-even" ? adaptive : dimensionOrder;
}

/** Masks of permitted VCs by half: any, lower, upper. */
export function halves(spec: NocSpec): Int32Array {
  const all = powerOfTwo(spec.virtualChannels) - 1;
  const below = powerOfTwo(Math.floor(spec.virtualChannels / 2)) - 1;
  const lower = spec.middleVc === "both" ? powerOfTwo(Math.ceil(spec.virtualChannels / 2)) - 1 : below;
  return Int32Array.of(all, lower, all & ~below);
}

/** Routers that a packet from router to router passes: links + 1. Torus and ring: the shorter way. */
export function routersPassed(spec: NocSpec, from: number, to: number): number {
  const { grid, tree } = linksOnWay(spec, from, to);
  return grid + tree + 1;
}
