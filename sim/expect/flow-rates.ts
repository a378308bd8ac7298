/**
 * Largest flits per cycle that the flow control of a network allows for any traffic. A slot of a VC buffer is free
 * again when its flit has left and the credit has returned, one round trip after the flit was granted. A packet keeps
 * its VC from its allocation to its tail.
 *
 * Round trip of a slot: switch and link ahead, then (head only) routing and VC allocation in the next router, then the
 * credit's way back; the terms are those of `sim/noc/layout.ts`. A link between dies is also limited by its bandwidth,
 * and its round trip is longer. Not modelled: packets that block each other, uneven traffic.
 */
import { type Chip, dieFlitCycles, type MeanWay, nocTopology } from "../../arch/index.js";

export interface FlowRates {
  /** Rate of one source, whose packets follow each other and go to all others alike. */
  readonly source: number;
  /** Rate of one link between routers, whose VCs take turns. */
  readonly link: number;
  /** Rate of one link between dies; Infinity: the network is on one die. */
  readonly die: number;
  /** Limit of that rate: its bandwidth, or the credits that return over it. */
  readonly dieBoundBy: "bandwidth" | "credits";
  /** Round trip of a slot behind it, in cycles. */
  readonly dieTrip: number;
  /**
   * Flits of a VC's buffer with which its credits return in time for its bandwidth; null: packets hold the VCs for too
   * long.
   */
  readonly dieBuffer: number | null;
  /** Rate of one core's end. */
  readonly sink: number;
  /** Rate of a single packet on a path that stays on its die. */
  readonly packet: number;
  /** Rate of a single packet over a link between dies. */
  readonly diePacket: number;
}

/**
 * Links over which the packets of a source leave side by side. A router's links also carry the packets of others, one
 * for each hop. A packet for a link that is busy holds up those behind it: of n links of the first dimension, random
 * destinations name sqrt(pi n / 2) before they name one again (Knuth, TAOCP 1, 1.2.11.3).
 */
function outputsOf(noc: Chip["noc"], { grid, tree }: MeanWay): number {
  const hops = grid + tree;
  if (hops === 0) return Number.POSITIVE_INFINITY;
  const topology = nocTopology(noc);
  const links = topology.firstLocalPort(noc);
  const dimensions = topology.grid(noc).filter((routers) => routers > 1).length;
  return Math.max(1, Math.min(links / hops, Math.sqrt((Math.PI * links) / Math.max(1, dimensions) / 2)));
}

/** `flits`: flits per packet. */
export function flowRates({ noc }: Chip, mean: MeanWay, flits: number): FlowRates {
  const { virtualChannels, vcBufferFlits, creditDelayCycles: creditDelay } = noc;
  const decision = noc.switchAllocationDelayCycles - 1;
  const through = decision + noc.switchTraversalDelayCycles;
  const head = noc.routingDelayCycles + noc.vcAllocationDelayCycles;
  // a head occupies a slot once per packet
  const waits = head / flits;
  const wire = mean.grid === 0 ? noc.linkCycles : Math.max(1, mean.tiles / mean.grid) * noc.linkCycles;
  const channel = nocTopology(noc).coreLinks ? noc.linkCycles : 1;
  const tripOver = (there: number, back: number): number => through + there + waits + decision + back + 1 + creditDelay;
  const { dies } = noc;
  const dieFlits = dies === null ? 1 : dieFlitCycles(dies, noc);
  const trips = {
    link: tripOver(wire + 1, wire),
    die: dies === null ? 0 : tripOver(dieFlits + dies.latencyCycles, dies.latencyCycles),
    source: channel + 1 + waits + decision + channel + 1,
    sink: through + channel + 1 + channel + 1 + creditDelay,
  };
  const perVc = (trip: number): number => Math.min(1, vcBufferFlits / trip);
  // a packet keeps its VC also while its head waits
  const held = flits / (flits + head + decision);
  const shared = (trip: number, vcs: number): number => Math.min(1, vcs * Math.min(perVc(trip), held));
  // in a ring, half of the VCs serve the part before the place where the ring is cut, half the part after it
  const vcsOfLink = nocTopology(noc).wraps ? virtualChannels / 2 : virtualChannels;
  const packet = Math.min(perVc(trips.link), perVc(trips.source));
  const runs = Math.ceil(flits / vcBufferFlits);
  // the first flits fill the buffer; those behind them wait for the round trip of its first slot, and those behind
  // twice the buffer for slots ahead
  const injection =
    flits +
    (runs > 1 ? Math.max(0, trips.source - waits + head - vcBufferFlits) : 0) +
    Math.max(0, runs - 2) * Math.max(0, trips.link - vcBufferFlits);
  // meanwhile a packet keeps its VC in the router of its source
  const leaving = flits / (head + flits + (runs - 1) * trips.link);
  const ahead = outputsOf(noc, mean) * vcsOfLink * perVc(trips.link);
  const source = Math.min(shared(trips.source, virtualChannels), flits / injection, virtualChannels * leaving, ahead);
  const credits = dies === null ? Number.POSITIVE_INFINITY : shared(trips.die, vcsOfLink);
  // of rates that are equal but for rounding the bandwidth is the limit
  const atLeast = (rate: number): boolean => rate * dieFlits > 1 - 1e-9;
  return {
    die: dies === null ? Number.POSITIVE_INFINITY : Math.min(1 / dieFlits, credits),
    dieTrip: trips.die,
    dieBoundBy: atLeast(credits) ? "bandwidth" : "credits",
    dieBuffer: atLeast(vcsOfLink * held) ? Math.ceil(trips.die / dieFlits / vcsOfLink - 1e-9) : null,
    diePacket: dies === null ? packet : Math.min(packet, 1 / dieFlits, perVc(trips.die)),
    source,
    link: shared(trips.link, vcsOfLink),
    sink: shared(trips.sink, virtualChannels),
    packet,
  };
}
