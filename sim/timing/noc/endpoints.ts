/**
 * The network's edges: injection queues with their flit senders, and ejection to the cores.
 *
 * Source: packets in order, one flit a cycle at most; a head takes the next VC, round robin behind the last one used, that has a credit, and the
 * packet keeps it. A packet leaves its queue slot with its tail. Sink: one flit a cycle a core while the core accepts; the credit returns in the
 * cycle in which the flit is taken. A core that does not accept leaves flits in its ejection buffer, as many as there were credits.
 * Throws `InvariantError` on injection into a full queue, repeated multicast destinations, multicast packets longer than a VC buffer.
 */
import { log2, powerOfTwo } from "../../../base/math.js";
import { checkMulticast, refuseFull, refuseSkip } from "./injection.js";
import type { NocLayout } from "./layout.js";
import type { NocSpec } from "./noc.js";
import type { PacketPool } from "./packets.js";
import { FROM_MULTICAST } from "./route.js";
import type { NocState } from "./state.js";
import type { Wheel } from "./wheel.js";

export type Endpoints = ReturnType<typeof createEndpoints>;

export function createEndpoints(spec: NocSpec, layout: NocLayout, state: NocState, pool: PacketPool, wheel: Wheel) {
  const { cores, coreRouter, corePort, ports, injectionCycles, ejectionCreditCycles } = layout;
  const { vcs, ring, buffer, write, credit } = state;
  const inputVcs = layout.routers * ports * vcs;
  const limit = spec.injectionQueuePackets;

  const queueHead = new Int32Array(cores).fill(-1);
  const queueTail = new Int32Array(cores).fill(-1);
  const queued = new Int32Array(cores);
  /** Flits of the front packet still to send; 0: its head waits. */
  const flitsLeft = new Int32Array(cores);
  const currentVc = new Int32Array(cores);
  const sourceVc = Int32Array.from({ length: cores }, (_, core) => (coreRouter[core] * ports + corePort[core]) * vcs);
  const sending = new Int32Array(Math.ceil(cores / 32));

  const ejectionRing = powerOfTwo(Math.ceil(log2(vcs * spec.vcBufferFlits)));
  const ejected = new Int32Array(cores * ejectionRing);
  const ejectedVc = new Int32Array(cores * ejectionRing);
  const ejectionFront = new Int32Array(cores);
  const ejectionWrite = new Int32Array(cores);
  const ejectionCount = new Int32Array(cores);
  const waiting = new Int32Array(Math.ceil(cores / 32));
  const accepts = new Uint8Array(cores).fill(1);

  const deliveredTag = new Int32Array(cores);
  const deliveredCore = new Int32Array(cores);
  const deliveredLeft = new Float64Array(cores);
  let deliveries = 0;
  let inFlight = 0;
  let injectedFlits = 0;
  let ejectedFlits = 0;
  let spaceAppeared = false;
  // Coins for half-way destinations of a ring: bits of a linear congruential sequence a core (Numerical Recipes), one draw a packet, so that they
  // do not depend on the order in which cores inject.
  const coins = Int32Array.from({ length: cores }, (_, core) => Math.imul(core + 1, 0x9e3779b9));

  const take = (core: number, cycle: number): void => {
    const at = core * ejectionRing + ejectionFront[core];
    ejectionFront[core] = (ejectionFront[core] + 1) & (ejectionRing - 1);
    wheel.putCredit(cycle + ejectionCreditCycles, ejectedVc[at]);
    const flit = ejected[at];
    ejectedFlits++;
    if ((flit & 1) === 0) return;
    const slot = flit >> 2;
    deliveredTag[deliveries] = pool.tag[slot];
    deliveredCore[deliveries] = core;
    deliveredLeft[deliveries] = pool.leftAtCycle[slot];
    deliveries++;
    inFlight--;
    pool.release(slot);
  };

  const enqueue = (core: number, flits: number, tag: number, flags: number): number => {
    if (queued[core] >= limit) refuseFull(core, limit);
    const slot = pool.take();
    coins[core] = Math.imul(coins[core], 1664525) + 1013904223;
    pool.tag[slot] = tag;
    pool.flits[slot] = flits;
    pool.source[slot] = coreRouter[core];
    pool.flags[slot] = (coins[core] >>> 30) | flags;
    if (queued[core]++ === 0) queueHead[core] = slot;
    else pool.next[queueTail[core]] = slot;
    queueTail[core] = slot;
    sending[core >> 5] |= 1 << (core & 31);
    return slot;
  };

  const sendFlit = (core: number, cycle: number): boolean => {
    const slot = queueHead[core];
    const credits = inputVcs + core * vcs;
    const isHead = flitsLeft[core] === 0;
    let vc = currentVc[core];
    if (isHead) {
      let tries = vcs;
      do {
        vc = vc + 1 === vcs ? 0 : vc + 1;
      } while (credit[credits + vc] === 0 && --tries > 0);
      if (credit[credits + vc] === 0) return false;
      currentVc[core] = vc;
      flitsLeft[core] = pool.flits[slot];
      pool.leftAtCycle[slot] = cycle;
    } else if (credit[credits + vc] === 0) return false;
    credit[credits + vc]--;
    injectedFlits++;
    const isTail = --flitsLeft[core] === 0;
    const iv = sourceVc[core] + vc;
    buffer[iv * ring + write[iv]] = (slot << 2) | (isHead ? 2 : 0) | (isTail ? 1 : 0);
    write[iv] = (write[iv] + 1) & (ring - 1);
    wheel.putFlit(cycle + injectionCycles, iv);
    if (!isTail) return true;
    queueHead[core] = pool.next[slot];
    if (queued[core]-- === limit) spaceAppeared = true;
    if (queued[core] === 0) sending[core >> 5] &= ~(1 << (core & 31));
    return true;
  };

  return {
    accepts,
    deliveredTag,
    deliveredCore,
    deliveredLeft,
    delivered: (): number => deliveries,
    inFlight: (): number => inFlight,
    injectedFlits: (): number => injectedFlits,
    ejectedFlits: (): number => ejectedFlits,
    spaceAppeared: (): boolean => spaceAppeared,
    injectionSpace: (core: number): number => limit - queued[core],
    setAccept(core: number, accept: boolean): void {
      accepts[core] = accept ? 1 : 0;
    },
    mustBeIdle(cycle: number): void {
      if (inFlight > 0) refuseSkip(cycle, inFlight);
    },
    inject(core: number, destinationCore: number, flits: number, tag: number): void {
      const slot = enqueue(core, flits, tag, 0);
      pool.destination[slot] = destinationCore;
      pool.list[slot] = -1;
      inFlight++;
    },
    injectMulticast(core: number, destinationCores: readonly number[], flits: number, tag: number): void {
      checkMulticast(spec, core, destinationCores, flits);
      const single = destinationCores.length === 1;
      const slot = enqueue(core, flits, tag, single ? 0 : FROM_MULTICAST);
      pool.destination[slot] = destinationCores[0];
      pool.list[slot] = -1;
      if (!single) for (const destination of destinationCores) pool.list[slot] = pool.takeNode(destination, pool.list[slot]);
      inFlight += destinationCores.length;
    },
    beginCycle(): void {
      deliveries = 0;
      spaceAppeared = false;
    },
    /** A granted flit is on its way to `core`; it came through output VC `ov`. */
    writeEjection(core: number, flit: number, ov: number): void {
      const at = core * ejectionRing + ejectionWrite[core];
      ejected[at] = flit;
      ejectedVc[at] = ov;
      ejectionWrite[core] = (ejectionWrite[core] + 1) & (ejectionRing - 1);
    },
    /** A flit has reached `core`. */
    eject(core: number, cycle: number): void {
      if (ejectionCount[core] === 0 && accepts[core] === 1) {
        take(core, cycle);
        return;
      }
      ejectionCount[core]++;
      waiting[core >> 5] |= 1 << (core & 31);
    },
    /** Cores take waiting flits, sources send; returns whether a flit moved. */
    stepEnds(cycle: number): boolean {
      let moved = false;
      for (let word = 0; word < waiting.length; word++) {
        for (let rest = waiting[word]; rest !== 0; rest &= rest - 1) {
          const core = 32 * word + 31 - Math.clz32(rest & -rest);
          if (accepts[core] === 0) continue;
          take(core, cycle);
          moved = true;
          if (--ejectionCount[core] === 0) waiting[word] &= ~(1 << (core & 31));
        }
      }
      for (let word = 0; word < sending.length; word++) {
        for (let rest = sending[word]; rest !== 0; rest &= rest - 1) {
          if (sendFlit(32 * word + 31 - Math.clz32(rest & -rest), cycle)) moved = true;
        }
      }
      return moved;
    },
  };
}
