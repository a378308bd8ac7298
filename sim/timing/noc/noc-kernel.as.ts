/**
 * The network kernel compiled: the cycle of kernel.ts over records in linear memory, rule for rule (see there).
 * Limits: at most 64 requesters and 30 ports a router, 12 VCs. The caller creates, then wires every port and core, then steps.
 */
import { allocateSwitch, allocateVcs } from "./noc-allocation.part.as";
import { beginCycle, deliveries, eject, freed, inFlight, stepEnds, wakeSource } from "./noc-endpoints.part.as";
import { computeRoute, startPacket } from "./noc-heads.part.as";
import {
  bitOf,
  BRANCHES,
  grantsOf,
  Home,
  P_FREE,
  pointer,
  portAt,
  Q_COUNT,
  Q_HELD,
  Q_SENT,
  Q_TOTAL,
  R_HEAD,
  requesterAt,
  Router,
  routerAt,
  routerOf,
  sendOrStarve,
  SINGLE,
  SOURCE,
  TREES,
  V_BIT,
  V_CREDIT,
  V_OWNER,
  V_PORT,
  V_TARGET,
  vcAt,
  VIRTUAL,
} from "./noc-records.part.as";
import { sendBranch, sendSingle } from "./noc-send.part.as";
import { singleActed, stepSingle } from "./noc-single.part.as";
import { stepTree, treeActed } from "./noc-tree.part.as";
import { stepVirtual, virtualActed } from "./noc-virtual.part.as";
import { awake, awakeWords, routers, routingCycles, vcCycles } from "./noc-setup.part.as";
import { advance, creditsOf, cycle, flitsOf, isStill, setCycle, slotNow, takeCredits, takeFlits } from "./noc-wheel.part.as";

export {
  acceptsOf,
  addDestination,
  deliveredAt,
  deliveries,
  ejectedFlits,
  enqueue,
  inFlight,
  inject,
  injectedFlits,
  injectionSpace,
  setAccept,
} from "./noc-endpoints.part.as";
export { heldBy, isStarved, isWaiting, outOf, permittedOf, totalOf } from "./noc-report.part.as";
export { settleCounters } from "./noc-counters.part.as";
export { counters, create, links, wireCore, wirePort, wireWay } from "./noc-setup.part.as";
export { cycle } from "./noc-wheel.part.as";

export let lastMove: i64 = 0;
/** Whether the last cycle changed anything but the clock and what counts waiting. */
let acted: bool = false;

/** The clock at the beginning of a run; the caller has created the network anew. */
export function restart(): void {
  setCycle(0);
  lastMove = 0;
}

@inline
function arrive(input: usize): void {
  const router = routerOf(input);
  const r = router.number;
  const word = awake + ((<usize>r >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (r & 63)));
  const held = <i32>load<u16>(input, Q_COUNT);
  store<u16>(input, held + 1, Q_COUNT);
  const total = <i32>load<u8>(input, Q_TOTAL);
  if (total == 0) {
    if (BRANCHES > 1) router.writes++;
    startPacket(router, input);
    return;
  }
  if (BRANCHES == 1) {
    if (held > 0) return;
    const output = pointer(input, Q_HELD);
    if (output != 0) sendOrStarve(router, input, output);
    return;
  }
  router.writes++;
  for (let i = 0, requester = input; i < total; i++, requester += 32) {
    const output = pointer(requester, Q_HELD);
    if (output != 0 && <i32>load<i16>(requester, Q_SENT) == held) sendOrStarve(router, requester, output);
  }
}

@inline
function takeCredit(output: usize): void {
  const credit = <i32>load<u16>(output, V_CREDIT);
  store<u16>(output, credit + 1, V_CREDIT);
  if (credit > 0) return;
  const requester = pointer(output, V_OWNER);
  if (requester == 0) {
    if (<i32>load<u8>(output, V_PORT) == SOURCE) wakeSource(changetype<Home>(pointer(output, V_TARGET)));
    return;
  }
  const router = routerOf(requester);
  const bit = bitOf(router, requester);
  const starved = router.starved;
  if ((starved & bit) == 0) return;
  router.starved = starved & ~bit;
  router.ready = router.ready | bit;
}

function holdVc(router: Router, grant: usize): void {
  const requester = requesterAt(router, load<u8>(grant));
  const output = vcAt(router, load<u8>(grant, 1));
  store<u32>(requester, <u32>output, Q_HELD);
  store<u32>(output, <u32>requester, V_OWNER);
  const port = portAt(router, load<u8>(output, V_PORT));
  store<u16>(port, load<u16>(port, P_FREE) & ~load<u16>(output, V_BIT), P_FREE);
  router.waiting &= ~bitOf(router, requester);
  sendOrStarve(router, requester, output);
}

function stepVcAllocation(router: Router): void {
  const grants = grantsOf(router);
  if (router.vcEnd < 0) {
    const waiting = router.waiting;
    if (waiting == 0) return;
    const many = allocateVcs(router);
    if (many > 0 || vcCycles > 1) acted = true;
    router.stallVc += <i64>((<i32>popcnt(waiting) - many) * vcCycles);
    if (vcCycles == 1) {
      router.vcAllocations += <i64>(many);
      for (let i = 0; i < many; i++) holdVc(router, grants + (<usize>i << 1));
      return;
    }
    router.grants = many;
    router.vcEnd = cycle + vcCycles - 1;
  }
  acted = true;
  if (router.vcEnd != cycle) return;
  router.vcEnd = -1;
  const many = router.grants;
  router.vcAllocations += <i64>(many);
  for (let i = 0; i < many; i++) holdVc(router, grants + (<usize>i << 1));
}

@inline
function stepRouting(router: Router): void {
  let batch = router.routing;
  if (routingCycles > 1) {
    if (router.routingEnd < 0) {
      if (router.routing == 0) return;
      router.batch = router.routing;
      router.routingEnd = cycle + routingCycles - 1;
    }
    acted = true;
    if (router.routingEnd != cycle) return;
    router.routingEnd = -1;
    batch = router.batch;
  }
  if (batch != 0) acted = true;
  router.routing = router.routing & ~batch;
  for (let rest = batch; rest != 0; rest &= rest - 1) computeRoute(router, requesterAt(router, <i32>ctz(rest)));
}

/** Look-ahead: heads that came to the front are routed before they ask for a VC. */
@inline
function routeHeads(router: Router): void {
  const heads = router.routing;
  if (heads == 0) return;
  acted = true;
  router.routing = 0;
  for (let rest = heads; rest != 0; rest &= rest - 1) computeRoute(router, requesterAt(router, <i32>ctz(rest)));
}

/** Returns whether the router has work left. */
function stepRouter(router: Router): bool {
  const ready = router.ready;
  const starved = router.starved;
  router.awakeCycles++;
  if (starved != 0) router.stallCredit += <i64>(<i32>popcnt(starved));
  if (routingCycles == 0) routeHeads(router);
  if (router.waiting != 0 || vcCycles > 1) stepVcAllocation(router);
  if (routingCycles != 0) stepRouting(router);
  if (ready != 0) {
    const granted = allocateSwitch(router, ready);
    const grants = <i32>popcnt(granted);
    router.stallSwitch += <i64>(<i32>popcnt(ready) - grants);
    for (let rest = granted; rest != 0; rest &= rest - 1) {
      const requester = requesterAt(router, <i32>ctz(rest));
      // Only the first branch's record has a total.
      if (load<u8>(requester, Q_TOTAL) == 1) sendSingle(router, requester);
      else sendBranch(router, requester);
    }
    lastMove = cycle;
    acted = true;
  }
  return (router.routing | router.waiting | router.ready | router.starved) != 0;
}

export function step(): i32 {
  const slot = slotNow();
  beginCycle();
  if (VIRTUAL) {
    if (stepVirtual(slot)) lastMove = cycle;
    acted = virtualActed;
    advance();
    return deliveries;
  }
  if (SINGLE) {
    if (stepSingle(slot)) lastMove = cycle;
    acted = singleActed;
    advance();
    return deliveries;
  }
  if (TREES) {
    if (stepTree(slot)) lastMove = cycle;
    acted = treeActed;
    advance();
    return deliveries;
  }
  const flits = takeFlits(slot);
  const credits = takeCredits(slot);
  let at = flitsOf(slot);
  for (let end = at + (<usize>flits << 2); at < end; at += 4) {
    const target = <usize>load<u32>(at);
    if ((target & 1) == 0) arrive(target);
    else eject(changetype<Home>(target - 1));
  }
  at = creditsOf(slot);
  for (let end = at + (<usize>credits << 2); at < end; at += 4) takeCredit(load<u32>(at));
  const moved = stepEnds() || flits > 0;
  if (moved) lastMove = cycle;
  acted = moved || credits > 0;
  for (let i = 0; i < awakeWords; i++) {
    const word = awake + (<usize>i << 3);
    for (let rest = load<u64>(word); rest != 0; rest &= rest - 1) {
      const router = routerAt(routers, (i << 6) + <i32>ctz(rest));
      if (!stepRouter(router)) store<u64>(word, load<u64>(word) & ~(rest & (0 - rest)));
    }
  }
  advance();
  return deliveries;
}

/**
 * The cycles up to `end` in one, when nothing in the network can change before a core does something: they only count who waits. To be asked after a
 * cycle without a delivery.
 */
@inline
export function passWaiting(end: i64): void {
  if (!acted && cycle < end && isStill()) pass(end);
}

function pass(end: i64): void {
  if (!SINGLE && !TREES && !VIRTUAL) {
    const cycles = <i32>(end - cycle);
    for (let i = 0; i < awakeWords; i++) {
      for (let rest = load<u64>(awake + (<usize>i << 3)); rest != 0; rest &= rest - 1) {
        const router = routerAt(routers, (i << 6) + <i32>ctz(rest));
        router.awakeCycles += <i64>(cycles);
        router.stallCredit += <i64>(<i32>popcnt(router.starved) * cycles);
        router.stallVc += <i64>(<i32>popcnt(router.waiting) * cycles);
      }
    }
  }
  setCycle(end);
}

export function run(until: f64): i32 {
  const end = <i64>until;
  while (cycle < end && inFlight > 0) {
    const many = step();
    if (many > 0 || freed > 0) return many;
    passWaiting(end);
  }
  return 0;
}

/** Lets what is under way arrive (at most a turn of the wheel), then jumps; nothing may be in flight. */
export function skipTo(until: f64, wheelSlots: i32): void {
  const end = <i64>until;
  for (let i = 0; i < wheelSlots && cycle < end && !isStill(); i++) step();
  if (cycle < end) setCycle(end);
}
