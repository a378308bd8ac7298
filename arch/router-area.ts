/**
 * Area of a router, in flip-flops of IHP 130 nm: bits of buffers, places of the crossbar, virtual channels of ports
 * with their state and credits, and pairs of these in the allocators; a router of multicast trees keeps the branches of
 * a packet besides. A flit has two bits more than its payload: head and tail.
 * Source: `routers_ihp130.csv`, fitted by `scripts/router-costs.ts` to synthesised routers, each within 9 % of the law
 * without it. DSENT's routers are smaller with several virtual channels and larger with wide flits
 * (`sim/error-causes.ts`).
 * Not modelled: kinds of allocators, which differ by less than 1 %; registers of more cycles than one per stage.
 */
import { logicAreaMm2 } from "./arithmetic.js";
import { num, type Row, table } from "./component-tables.js";
import type { RouterShape } from "./dsent.js";

export const ROUTER_AREA_SOURCE =
  "Aladdin 40 nm register bit, as many as routers synthesised for IHP 130 nm take; area factors of Stillmaker and Baas 2017";

/** Bits of a flit that mark a packet's head and tail. */
const MARKS = 2;

/** Numbers of a router's parts, by the quantities of the table. */
export function routerParts({ ports, flitBits, buffersPerVc, virtualChannels }: RouterShape, isTree: boolean) {
  const channels = ports * virtualChannels;
  return {
    buffer_bit: channels * buffersPerVc * (flitBits + MARKS),
    crossbar_bit: ports * ports * (flitBits + MARKS),
    channel: channels,
    channel_pair: channels * channels,
    tree_branch: isTree ? channels * ports : 0,
  };
}

export function routerAreaMm2(shape: RouterShape, isTree: boolean, nodeNm: number): number {
  const flops = (name: string): number => num(table("routers_ihp130").find(({ quantity }) => quantity === name) as Row, "flip_flops");
  const registerBits = Object.entries(routerParts(shape, isTree)).reduce((sum, [name, count]) => sum + count * flops(name), 0);
  return logicAreaMm2({ adderBits: 0, multiplierBits2: 0, registerBits }, nodeNm);
}
