/**
 * Area, leakage, clock and longest path of a router as gates of IHP 130 nm, by what a router is made of: bits of
 * buffers, places of the crossbar, virtual channels of ports with their state and credits, and pairs of these in the
 * allocators; a router of multicast trees keeps the branches of a packet besides. A flit has two bits more than its
 * payload: head and tail. Area and leakage are in flip-flops. The longest path chooses among all virtual channels of
 * all ports, so it grows with the levels of such a tree. The registers that are clocked while a router is awake are all
 * but the flits' own: a buffer's place is clocked when it is written, which is part of DSENT's write. With `chip.idle:
 * clocked` all are, in every cycle, and those of its links and ends (`network-end.ts`).
 * Source: `routers_ihp130.csv`, fitted by `scripts/router-costs.ts` to synthesised routers. DSENT's routers differ from
 * these (`sim/error-causes.ts`).
 * Not modelled: kinds of allocators, which differ by less than 1 %; registers of more cycles than one per stage,
 * which do not shorten the path either.
 */
import { log2 } from "../base/math.js";
import {
  CLOCK_SOURCE,
  clockBitsPj,
  clockTreePj,
  IHP_CORNER,
  LOGIC_LEAKAGE_SOURCE,
  logicAreaMm2,
  logicDelayRatio,
  logicLeakageMw,
} from "./arithmetic.js";
import type { Technology } from "./chip.js";
import { num, type Row, table } from "./component-tables.js";
import type { RouterShape } from "./dsent.js";

const AS_MANY = "as many register bits as in routers, links and ends synthesised for IHP 130 nm";
export const ROUTER_AREA_SOURCE =
  "Aladdin 40 nm register bit, as many as routers, links and ends synthesised for IHP 130 nm take; area factors of Stillmaker and Baas 2017";
export const ROUTER_LEAKAGE_SOURCE = `${LOGIC_LEAKAGE_SOURCE}; ${AS_MANY}`;
export const ROUTER_CLOCK_SOURCE = `${CLOCK_SOURCE}; ${AS_MANY}`;

/** Bits of a flit that mark a packet's head and tail. */
export const MARKS = 2;

/** Numbers of a router's parts, by the rows of the table. */
export function routerParts({ ports, flitBits, buffersPerVc, virtualChannels }: RouterShape, isTree: boolean) {
  const channels = ports * virtualChannels;
  return {
    buffer_bit: channels * buffersPerVc * (flitBits + MARKS),
    crossbar_bit: ports * ports * (flitBits + MARKS),
    channel: channels,
    channel_pair: channels * channels,
    channel_way: channels * ports,
    channel_place_bit: channels * log2(buffersPerVc),
    tree_branch: isTree ? channels * ports : 0,
    router: 1,
    level: log2(channels),
    tree: isTree ? 1 : 0,
  };
}

/** Sum over a router's parts of a column of the table. */
function sumOf(column: "area" | "leakage" | "registers" | "path_ns", shape: RouterShape, isTree: boolean): number {
  const each = (name: string): number => num(table("routers_ihp130").find(({ part }) => part === name) as Row, column);
  return Object.entries(routerParts(shape, isTree)).reduce((sum, [name, count]) => sum + count * each(name), 0);
}
const flops = (registerBits: number) => ({ adderBits: 0, multiplierBits2: 0, registerBits });

interface RouterSize {
  readonly areaMm2: number;
  readonly leakageMw: number;
  readonly clockPjPerCycle: number;
}

/** `wiringBits`: register bits of its links and ends. */
export function routerSize(shape: RouterShape, isTree: boolean, wiringBits: number, technology: Technology): RouterSize {
  const gatedBits = technology.idle === "clocked" ? routerParts(shape, isTree).buffer_bit + wiringBits : 0;
  return {
    areaMm2: logicAreaMm2(flops(sumOf("area", shape, isTree)), technology.nodeNm),
    leakageMw: logicLeakageMw(flops(sumOf("leakage", shape, isTree)), technology),
    clockPjPerCycle: clockTreePj(technology) + clockBitsPj(sumOf("registers", shape, isTree) + gatedBits, technology),
  };
}

/** Shortest period of a router. */
export const routerPathNs = (shape: RouterShape, isTree: boolean, technology: Technology): number =>
  sumOf("path_ns", shape, isTree) * logicDelayRatio(IHP_CORNER, technology);
