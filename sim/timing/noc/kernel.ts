/**
 * The flit-level network in flat typed arrays: input-queued routers, wormhole, virtual channels, credits. No allocation in a cycle.
 *
 * Rules of a cycle (every stage reads the state at its start): arrivals and credits; then RC, VA, SA on the heads that stood there before. RC or
 * VA of several cycles works on one batch of heads at a time in each router (as BookSim 2 does); SA and ST of several cycles are pipelined. A flit
 * is written into the buffer behind the link at its grant (its credit reserved the slot, a link keeps order); only its arrival is announced later.
 * Look-ahead (RC of 0 cycles): a head is routed at the start of the cycle of its first VA. Adaptive routes read the credits of that moment.
 * Multicast: the head at the front of a VC asks for one output VC in every direction its destinations need ("branches"). Each branch
 * sends on its own; an input sends one flit a cycle; a slot is freed when the slowest branch has sent it.
 * Throws `InvariantError` on misuse.
 * Source: N. Jiang et al., "A Detailed and Flexible Cycle-Accurate Network-on-Chip Simulator", ISPASS 2013.
 * Not modelled: speculation, priorities.
 */
import { ROUTER_COUNTERS, routerColumn } from "../../counters.js";
import { countBits } from "./bits.js";
import { explainDeadlock, waitingOf } from "./deadlock.js";
import { createEndpoints } from "./endpoints.js";
import { layOut } from "./layout.js";
import type { NocKernel, NocSpec } from "./noc.js";
import { PacketPool } from "./packets.js";
import { createRoute, halves } from "./route.js";
import { allocateState, READY, ROUTING, STARVED, WAITING } from "./state.js";
import { createSwitchAllocation } from "./switch-allocation.js";
import { createVcAllocation } from "./vc-allocation.js";
import { createWheel } from "./wheel.js";

const BUFFER_WRITES = routerColumn.buffer_writes;
const BUFFER_READS = routerColumn.buffer_reads;
const CROSSBAR = routerColumn.crossbar_flits;
const VC_ALLOCATIONS = routerColumn.vc_allocations;
const SWITCH_ALLOCATIONS = routerColumn.switch_allocations;
const STALL_CREDIT = routerColumn.stall_credit_cycles;
const STALL_VC = routerColumn.stall_vc_cycles;
const STALL_SWITCH = routerColumn.stall_switch_cycles;
const AWAKE = routerColumn.awake_cycles;
const COLUMNS = ROUTER_COUNTERS.length;

export function createFlatNoc(spec: NocSpec): NocKernel {
  const layout = layOut(spec);
  const { routers, ports, down, up, flitCycles, creditCycles } = layout;
  const state = allocateState(spec, layout);
  const { vcs, branches, requesters, words, ring, buffer, front, write, count, total, live, masks } = state;
  const { out, permitted, outVc, child, sent, credit, owner, free, portOf, vcOf, routerOf, switchVcPointer } = state;
  const pool = new PacketPool(64);
  const wheel = createWheel(layout);
  const route = createRoute(spec, layout, pool, state);
  const half = halves(spec);
  const ends = createEndpoints(spec, layout, state, pool, wheel);
  const vcAllocation = createVcAllocation(state, spec.allocator);
  const switchAllocation = createSwitchAllocation(state, spec.allocator);
  const { routingDelayCycles, vcAllocationDelayCycles } = spec;
  const portVcs = ports * vcs;
  const lookAhead = routingDelayCycles === 0;

  const routerCounters = new Float64Array(routers * COLUMNS);
  const linkFlits = new Float64Array(routers * ports);
  const awake = new Int32Array(Math.ceil(routers / 32));
  let cycle = 0;
  let lastMoveCycle = 0;

  // Batches of slow stages: cycle in which the batch ends (-1: none), and what it will do.
  const routingEnd = new Float64Array(routers).fill(-1);
  const vcEnd = new Float64Array(routers).fill(-1);
  const routingBatch = new Int32Array(routers * words);
  const vcGrants = new Int32Array(routers);
  const vcGrantOf = new Int32Array(vcAllocationDelayCycles > 1 ? 2 * routers * portVcs : 0);

  // Scratch of one router.
  const ready = new Int32Array(words);
  const listOf = new Int32Array(ports).fill(-1);
  const wayOf = new Int32Array(ports);

  const set = (router: number, row: number, li: number): void => {
    masks[(router * 4 + row) * words + (li >>> 5)] |= 1 << (li & 31);
  };
  const clear = (router: number, row: number, li: number): void => {
    masks[(router * 4 + row) * words + (li >>> 5)] &= ~(1 << (li & 31));
  };

  /** Aims branch `branch` of `iv` with packet `slot` at `core`. */
  const aim = (router: number, iv: number, branch: number, slot: number, way: number): void => {
    const rq = iv * branches + branch;
    out[rq] = way & 255;
    permitted[rq] = half[way >>> 8];
    child[rq] = slot;
    sent[rq] = 0;
    set(router, WAITING, rq - router * requesters);
  };

  /** Sorts a multicast packet's destinations by direction; every direction becomes a branch with a packet of its own. */
  const split = (router: number, iv: number, slot: number): void => {
    let ways = 0;
    for (let node = pool.list[slot]; node >= 0; ) {
      const after = pool.nodeNext[node];
      const way = route(router, slot, pool.nodeCore[node]);
      const port = way & 255;
      if (listOf[port] < 0) ways++;
      wayOf[port] = way;
      pool.nodeNext[node] = listOf[port];
      listOf[port] = node;
      node = after;
    }
    let branch = 0;
    for (let port = 0; port < ports; port++) {
      const list = listOf[port];
      if (list < 0) continue;
      listOf[port] = -1;
      const copy = ways === 1 ? slot : pool.copy(slot);
      pool.list[copy] = list;
      if (pool.nodeNext[list] < 0) {
        pool.destination[copy] = pool.nodeCore[list];
        pool.list[copy] = -1;
        pool.releaseNode(list);
      }
      aim(router, iv, branch++, copy, wayOf[port]);
    }
    total[iv] = ways;
    live[iv] = ways;
  };

  const computeRoute = (router: number, iv: number): void => {
    const slot = buffer[iv * ring + front[iv]] >> 2;
    if (pool.list[slot] >= 0) split(router, iv, slot);
    else aim(router, iv, 0, slot, route(router, slot, pool.destination[slot]));
  };

  /** A head has come to the front of `iv`. */
  const startPacket = (router: number, iv: number): void => {
    total[iv] = 1;
    live[iv] = 1;
    set(router, ROUTING, iv * branches - router * requesters);
  };

  const arrive = (iv: number): void => {
    const router = routerOf[iv];
    awake[router >> 5] |= 1 << (router & 31);
    routerCounters[router * COLUMNS + BUFFER_WRITES]++;
    const held = count[iv]++;
    if (total[iv] === 0) {
      startPacket(router, iv);
      return;
    }
    for (let rq = iv * branches, end = rq + total[iv]; rq < end; rq++) {
      if (outVc[rq] >= 0 && sent[rq] === held) set(router, credit[outVc[rq]] > 0 ? READY : STARVED, rq - router * requesters);
    }
  };

  const takeCredit = (ov: number): void => {
    const rq = owner[ov];
    if (credit[ov]++ > 0 || rq < 0) return;
    const router = routerOf[ov];
    const li = rq - router * requesters;
    const place = (router * 4 + STARVED) * words + (li >>> 5);
    if ((masks[place] & (1 << (li & 31))) === 0) return;
    masks[place] &= ~(1 << (li & 31));
    set(router, READY, li);
  };

  const holdVc = (router: number, li: number, output: number): void => {
    const rq = router * requesters + li;
    const ov = router * portVcs + output;
    outVc[rq] = ov;
    owner[ov] = rq;
    free[router * ports + out[rq]] &= ~(1 << (ov % vcs));
    clear(router, WAITING, li);
    set(router, credit[ov] > 0 ? READY : STARVED, li);
    routerCounters[router * COLUMNS + VC_ALLOCATIONS]++;
  };

  const freeSlot = (router: number, port: number, iv: number): void => {
    front[iv] = (front[iv] + 1) & (ring - 1);
    count[iv]--;
    const place = router * ports + port;
    wheel.putCredit(cycle + creditCycles[place], up[place] + (iv % vcs));
  };

  /** After a branch of a multicast packet has sent: frees a slot that all branches have sent, and the packet after its last tail. */
  const advanceBranches = (router: number, port: number, iv: number, tail: boolean): void => {
    const first = iv * branches;
    const end = first + total[iv];
    if (tail) live[iv]--;
    let least = 0x7fffffff;
    for (let rq = first; rq < end; rq++) if (sent[rq] >= 0 && sent[rq] < least) least = sent[rq];
    if (least === 0x7fffffff) pool.release(buffer[iv * ring + front[iv]] >> 2);
    if (least === 0) return;
    for (let rq = first; rq < end; rq++) if (sent[rq] > 0) sent[rq]--;
    freeSlot(router, port, iv);
  };

  /** The granted flit of requester `li` leaves through the switch. */
  const send = (router: number, port: number, li: number): void => {
    const rq = router * requesters + li;
    const iv = branches === 1 ? rq : router * portVcs + port * vcs + vcOf[li];
    const ov = outVc[rq];
    const place = router * ports + out[rq];
    const word = buffer[iv * ring + ((front[iv] + sent[rq]) & (ring - 1))];
    const tail = (word & 1) !== 0;
    const target = down[place];
    switchVcPointer[router * ports + port] = vcOf[li] + 1 === vcs ? 0 : vcOf[li] + 1;
    linkFlits[place]++;
    const left = --credit[ov];
    const arrival = cycle + flitCycles[place];
    const flit = (child[rq] << 2) | (word & 3);
    if (target >= 0) {
      const next = target + (ov % vcs);
      buffer[next * ring + write[next]] = flit;
      write[next] = (write[next] + 1) & (ring - 1);
      wheel.putFlit(arrival, next);
    } else {
      ends.writeEjection(-2 - target, flit, ov);
      wheel.putFlit(arrival, target);
    }
    if (tail) {
      outVc[rq] = -1;
      owner[ov] = -1;
      free[place] |= 1 << (ov % vcs);
    }
    if (total[iv] === 1) {
      freeSlot(router, port, iv);
      if (tail) live[iv] = 0;
    } else {
      sent[rq] = tail ? -1 : sent[rq] + 1;
      advanceBranches(router, port, iv, tail);
    }
    if (tail || left === 0 || count[iv] === sent[rq]) {
      clear(router, READY, li);
      if (!tail && left === 0 && count[iv] > sent[rq]) set(router, STARVED, li);
    }
    if (live[iv] === 0) {
      total[iv] = 0;
      if (count[iv] > 0) startPacket(router, iv);
    }
  };

  const any = (router: number, row: number): boolean => {
    for (let word = 0, at = (router * 4 + row) * words; word < words; word++) if (masks[at + word] !== 0) return true;
    return false;
  };

  const population = (router: number, row: number): number => {
    let sum = 0;
    for (let word = 0, at = (router * 4 + row) * words; word < words; word++) sum += countBits(masks[at + word]);
    return sum;
  };

  const finishRouting = (router: number): void => {
    for (let word = 0; word < words; word++) {
      for (let rest = routingBatch[router * words + word]; rest !== 0; rest &= rest - 1) {
        const li = 32 * word + 31 - Math.clz32(rest & -rest);
        clear(router, ROUTING, li);
        computeRoute(router, router * portVcs + Math.floor(li / branches));
      }
    }
  };

  const stepVcAllocation = (router: number): void => {
    const { requester, outputVc } = vcAllocation;
    if (vcEnd[router] < 0) {
      const waiting = population(router, WAITING);
      if (waiting === 0) return;
      const grants = vcAllocation.allocate(router);
      routerCounters[router * COLUMNS + STALL_VC] += (waiting - grants) * vcAllocationDelayCycles;
      if (vcAllocationDelayCycles === 1) {
        for (let i = 0; i < grants; i++) holdVc(router, requester[i], outputVc[i]);
        return;
      }
      vcEnd[router] = cycle + vcAllocationDelayCycles - 1;
      vcGrants[router] = grants;
      for (let i = 0; i < grants; i++) {
        vcGrantOf[2 * (router * portVcs + i)] = requester[i];
        vcGrantOf[2 * (router * portVcs + i) + 1] = outputVc[i];
      }
    }
    if (vcEnd[router] !== cycle) return;
    vcEnd[router] = -1;
    for (let i = 0, at = 2 * router * portVcs; i < vcGrants[router]; i++, at += 2) holdVc(router, vcGrantOf[at], vcGrantOf[at + 1]);
  };

  const stepRouting = (router: number): void => {
    if (routingEnd[router] < 0) {
      if (!any(router, ROUTING)) return;
      for (let word = 0; word < words; word++) routingBatch[router * words + word] = masks[(router * 4 + ROUTING) * words + word];
      routingEnd[router] = lookAhead ? cycle : cycle + routingDelayCycles - 1;
    }
    if (routingEnd[router] !== cycle) return;
    routingEnd[router] = -1;
    finishRouting(router);
  };

  const stepSwitch = (router: number, asking: number): void => {
    const grants = switchAllocation.allocate(router, ready);
    const base = router * COLUMNS;
    routerCounters[base + STALL_SWITCH] += asking - grants;
    routerCounters[base + SWITCH_ALLOCATIONS] += grants;
    routerCounters[base + BUFFER_READS] += grants;
    routerCounters[base + CROSSBAR] += grants;
    for (let i = 0; i < grants; i++) {
      const winner = switchAllocation.winners[i];
      send(router, portOf[winner], winner);
    }
    lastMoveCycle = cycle;
  };

  const stepRouter = (router: number): void => {
    routerCounters[router * COLUMNS + AWAKE]++;
    routerCounters[router * COLUMNS + STALL_CREDIT] += population(router, STARVED);
    let asking = 0;
    for (let word = 0, at = (router * 4 + READY) * words; word < words; word++) {
      ready[word] = masks[at + word];
      asking += countBits(ready[word]);
    }
    if (lookAhead) stepRouting(router);
    stepVcAllocation(router);
    if (!lookAhead) stepRouting(router);
    if (asking > 0) stepSwitch(router, asking);
    let rest = 0;
    for (let at = router * 4 * words, end = at + 4 * words; at < end; at++) rest |= masks[at];
    if (rest === 0) awake[router >> 5] &= ~(1 << (router & 31));
  };

  const step = (): number => {
    const slot = cycle & wheel.mask;
    const flits = wheel.flitCount[slot];
    const credits = wheel.creditCount[slot];
    ends.beginCycle();
    wheel.flitCount[slot] = 0;
    wheel.creditCount[slot] = 0;
    for (let i = 0, at = slot * wheel.capacity; i < flits; i++, at++) {
      const target = wheel.flits[at];
      if (target >= 0) arrive(target);
      else ends.eject(-2 - target, cycle);
    }
    for (let i = 0, at = slot * wheel.capacity; i < credits; i++, at++) takeCredit(wheel.credits[at]);
    const moved = ends.stepEnds(cycle);
    if (moved || flits > 0) lastMoveCycle = cycle;
    for (let word = 0; word < awake.length; word++) {
      for (let rest = awake[word]; rest !== 0; rest &= rest - 1) stepRouter(32 * word + 31 - Math.clz32(rest & -rest));
    }
    cycle++;
    return ends.delivered();
  };

  return {
    spec,
    get atCycle() {
      return cycle;
    },
    get inFlight() {
      return ends.inFlight();
    },
    injectionSpace: ends.injectionSpace,
    inject: (core, destinationCore, flits, tag) => ends.inject(core, destinationCore, flits, tag),
    injectMulticast: (core, destinationCores, flits, tag) => ends.injectMulticast(core, destinationCores, flits, tag),
    setAccept: ends.setAccept,
    step,
    run(untilCycle) {
      while (cycle < untilCycle && ends.inFlight() > 0) {
        const delivered = step();
        if (delivered > 0 || ends.spaceAppeared()) return delivered;
      }
      return 0;
    },
    deliveredTag: (index) => ends.deliveredTag[index],
    deliveredCore: (index) => ends.deliveredCore[index],
    deliveredLeftAtCycle: (index) => ends.deliveredLeft[index],
    skipTo(untilCycle) {
      ends.mustBeIdle(cycle);
      for (let i = 0; i <= wheel.mask && cycle < untilCycle; i++) step();
      cycle = Math.max(cycle, untilCycle);
    },
    routerCounters,
    linkFlits,
    portsPerRouter: ports,
    get injectedFlits() {
      return ends.injectedFlits();
    },
    get ejectedFlits() {
      return ends.ejectedFlits();
    },
    deadlock: () =>
      ends.inFlight() > 0 && cycle - lastMoveCycle > layout.quietCycles
        ? explainDeadlock(layout, vcs, waitingOf(state, ends.accepts))
        : null,
  };
}
