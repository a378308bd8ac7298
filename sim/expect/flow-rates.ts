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
  /** Rate of one source, whose packets follow each other. */
  readonly source: number;
  /** Rate of one link between routers, whose VCs take turns. */
  readonly link: number;
  /** Rate of one link between dies; Infinity: the network is on one die. */
  readonly die: number;
  /** Limit of that rate: its bandwidth, or the credits that return over it. */
  readonly dieBoundBy: "bandwidth" | "credits";
  /** Round trip of a slot behind it, in cycles. */
  readonly dieTrip: number;
  /** Rate of one core's end. */
  readonly sink: number;
  /** Rate of a single packet on a path that stays on its die. */
  readonly packet: number;
  /** Rate of a single packet over a link between dies. */
  readonly diePacket: number;
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
  // the next packet takes another VC when the last flit has left; that flit waits until all flits before it, except
  // those that fit a buffer, have left
  const sourceRate = (ofPacket: number): number => {
    const free = shared(trips.source, virtualChannels);
    if (ofPacket <= vcBufferFlits) return free;
    if (virtualChannels === 1) return packet;
    return Math.min(virtualChannels * packet, ofPacket / (vcBufferFlits / free + (ofPacket - vcBufferFlits) / packet));
  };
  const credits = dies === null ? Number.POSITIVE_INFINITY : shared(trips.die, vcsOfLink);
  return {
    die: dies === null ? Number.POSITIVE_INFINITY : Math.min(1 / dieFlits, credits),
    dieTrip: trips.die,
    dieBoundBy: credits < 1 / dieFlits ? "credits" : "bandwidth",
    diePacket: dies === null ? packet : Math.min(packet, 1 / dieFlits, perVc(trips.die)),
    source: sourceRate(flits),
    link: shared(trips.link, vcsOfLink),
    sink: shared(trips.sink, virtualChannels),
    packet,
  };
}
