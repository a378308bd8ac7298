/**
 * What a network has beside its routers, in flip-flops of IHP 130 nm: at each core, and at the port, the registers of
 * the wires to and from the router, the buffer behind it with a place per credit, and the packets that flits are put
 * together to and cut from; between routers the registers of the links. The queue of packets that leave is the core's
 * output queue (`queue_area_mm2`), or the port's.
 * Source: `network_ends_ihp130.csv`, fitted by `scripts/rtl-ends.ts` to synthesised ends; a register of a link is a
 * flip-flop per bit.
 * Clock: with `chip.idle: clocked` a flip-flop per bit (0.81 to 0.95 of those of ten ends that this project emits, the
 * state of channels left out).
 * Not modelled: energy of flits in these registers beyond DSENT's actions; packets of payloads above 8 bits, which may
 * have more flits; the registers of longer wires than those to a neighbour, of links of a tree and between dies;
 * registers of credits on their way.
 */
import { logicAreaMm2, logicLeakageMw } from "./arithmetic.js";
import type { Chip } from "./chip.js";
import { num, type Row, table } from "./component-tables.js";
import { BUILT_PAYLOAD_BITS } from "./core-needs.js";
import { hasRouters, nocTopology } from "./noc-shape.js";
import { MARKS } from "./router-law.js";

/** An end of the network. */
interface EndShape {
  readonly vcs: number;
  readonly flitBits: number;
  /** Flits per virtual channel of the buffer behind the router. */
  readonly depth: number;
  /** Flits of the largest packet. */
  readonly flits: number;
  /** Cycles of a flit from the router's switch to that buffer. */
  readonly wayCycles: number;
}

/** Numbers of an end's parts, by the rows of the table. */
export function endParts({ vcs, flitBits, depth, flits, wayCycles }: EndShape) {
  const flit = flitBits + MARKS;
  return {
    way_bit: (1 + wayCycles) * flit,
    buffer_bit: vcs * depth * flit,
    packet_bit: vcs * flits * flitBits,
    cut_bit: flits * flitBits,
    channel: vcs,
  };
}

/** Sum over an end's parts of a column of the table, flip-flops. */
function flopsOf(column: "area" | "leakage", shape: EndShape): number {
  const each = (name: string): number => num(table("network_ends_ihp130").find(({ part }) => part === name) as Row, column);
  return Object.entries(endParts(shape)).reduce((sum, [name, count]) => sum + count * each(name), 0);
}

interface WiringSize {
  readonly areaMm2: number;
  readonly leakageMw: number;
  /** Flip-flops that have a clock. */
  readonly registerBits: number;
}

/** A flip-flop per bit of the parts; a channel's state is left out. */
function registersOf(shape: EndShape): number {
  const { way_bit, buffer_bit, packet_bit, cut_bit } = endParts(shape);
  return way_bit + buffer_bit + packet_bit + cut_bit;
}

/**
 * Of a router with `ports`, of which `ends` lead to cores or to the chip's port: the registers of the links that it
 * sends into, and the ends. A core alone has none.
 */
export function wiringSize(chip: Chip, ports: number, ends: number): WiringSize {
  if (!hasRouters(chip)) return { areaMm2: 0, leakageMw: 0, registerBits: 0 };
  const { noc, technology } = chip;
  const wayCycles = noc.switchAllocationDelayCycles + noc.switchTraversalDelayCycles;
  // a switch without links has its ends behind links, there and back
  const endCycles = nocTopology(noc).coreLinks ? 2 * (noc.linkCycles - 1) : 0;
  const shape = {
    ...{ vcs: noc.virtualChannels, flitBits: noc.flitWidthBits, depth: noc.vcBufferFlits, wayCycles: wayCycles + endCycles },
    flits: Math.ceil((noc.headerBits + BUILT_PAYLOAD_BITS) / noc.flitWidthBits),
  };
  const linkBits = (ports - ends) * (wayCycles + noc.linkCycles - 1) * (noc.flitWidthBits + MARKS);
  const flops = (column: "area" | "leakage") => ({
    ...{ adderBits: 0, multiplierBits2: 0 },
    registerBits: linkBits + ends * flopsOf(column, shape),
  });
  return {
    areaMm2: logicAreaMm2(flops("area"), technology.nodeNm),
    leakageMw: logicLeakageMw(flops("leakage"), technology),
    registerBits: linkBits + ends * registersOf(shape),
  };
}
