/**
 * The network kernel compiled: the cycle of kernel.ts over records in linear memory, rule for rule (see there).
 * Limits: at most 64 requesters a router, 26 cores a router, 12 VCs. The caller creates, then wires every port and core, then steps.
 */
import { allocateSwitch, allocateVcs, winnerOf } from "./noc-allocation.as";
import { beginCycle, deliveries, eject, inFlight, releasePacket, spaceAppeared, stepEnds, writeEjection } from "./noc-endpoints.as";
import { computeRoute, startPacket } from "./noc-heads.as";
import { BRANCHES, clear, count, countBy, GRANT_AT, OUTPUT_AT, P_CREDIT_CYCLES, P_FLIT_CYCLES, P_FREE, P_FLITS, P_UP, pointer, portAt, Q_BUFFER, Q_CHILD, Q_COUNT, Q_FRONT, Q_HELD, Q_INPUT, Q_LIVE, Q_OUT, Q_PORT, Q_SENT, Q_TOTAL, Q_VC, Q_WRITE, R_BATCH, R_AWAKE, R_STALL_CREDIT, R_STALL_SWITCH, R_STALL_VC, R_VC_ALLOCATIONS, R_WRITES, R_GRANTS, R_HEAD, R_NUMBER, R_ROUTING_END, R_VC_END, READY, requesterAt, ROUTER_SHIFT, routerOf, ROUTING, set, STARVED, T_TURN, turnAt, V_BIT, V_CREDIT, V_OWNER, V_PORT, V_TARGET, VCS, WAITING } from "./noc-records.as";
import { awake, awakeWords, ringMask, routers, routingCycles, vcCycles } from "./noc-setup.as";
import { advance, creditsOf, cycle, flitsOf, putCredit, putFlit, setCycle, slotNow, takeCount } from "./noc-wheel.as";
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
} from "./noc-endpoints.as";
export { CORE_BYTES, OUTPUT_AT, PORT_AT, ROUTER_SHIFT } from "./noc-records.as";
export { counters, create, links, routers, settleCounters, wireCore, wirePort } from "./noc-setup.as";
export { cycle } from "./noc-wheel.as";

export let lastMove: i64 = 0;

// @ts-ignore: decorator
@inline
function arrive(input: usize): void {
  const router = routerOf(input);
  const r = load<i32>(router, R_NUMBER);
  const word = awake + ((<usize>r >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (r & 63)));
  const held = <i32>load<u16>(input, Q_COUNT);
  store<u16>(input, held + 1, Q_COUNT);
  const total = <i32>load<u8>(input, Q_TOTAL);
  if (total == 0) {
    if (BRANCHES > 1) count(router + R_WRITES);
    startPacket(router, input);
    return;
  }
  if (BRANCHES == 1) {
    if (held > 0) return;
    const output = pointer(input, Q_HELD);
    if (output != 0) set(router, load<u16>(output, V_CREDIT) > 0 ? READY : STARVED, input);
    return;
  }
  count(router + R_WRITES);
  for (let i = 0, requester = input; i < total; i++, requester += 32) {
    const output = pointer(requester, Q_HELD);
    if (output != 0 && <i32>load<i16>(requester, Q_SENT) == held) set(router, load<u16>(output, V_CREDIT) > 0 ? READY : STARVED, requester);
  }
}

// @ts-ignore: decorator
@inline
function takeCredit(output: usize): void {
  const credit = <i32>load<u16>(output, V_CREDIT);
  store<u16>(output, credit + 1, V_CREDIT);
  if (credit > 0) return;
  const requester = pointer(output, V_OWNER);
  if (requester == 0) return;
  const router = routerOf(requester);
  const bit: u64 = (<u64>1) << (<u64>((requester - router - R_HEAD) >> 5));
  const starved = load<u64>(router, STARVED);
  if ((starved & bit) == 0) return;
  store<u64>(router, starved & ~bit, STARVED);
  store<u64>(router, load<u64>(router, READY) | bit, READY);
}

function holdVc(router: usize, grant: usize): void {
  const requester = requesterAt(router, load<u8>(grant));
  const output = router + OUTPUT_AT + (<usize>load<u8>(grant, 1) << 4);
  store<u32>(requester, <u32>output, Q_HELD);
  store<u32>(output, <u32>requester, V_OWNER);
  const port = portAt(router, load<u8>(output, V_PORT));
  store<u16>(port, load<u16>(port, P_FREE) & ~load<u16>(output, V_BIT), P_FREE);
  clear(router, WAITING, requester);
  set(router, load<u16>(output, V_CREDIT) > 0 ? READY : STARVED, requester);
}

// @ts-ignore: decorator
@inline
function freeSlot(input: usize, port: usize): void {
  store<u16>(input, (<i32>load<u16>(input, Q_FRONT) + 1) & ringMask, Q_FRONT);
  store<u16>(input, load<u16>(input, Q_COUNT) - 1, Q_COUNT);
  putCredit(load<u8>(port, P_CREDIT_CYCLES), pointer(port, P_UP) + (<usize>load<u8>(input, Q_VC) << 4));
}

function advanceBranches(input: usize, port: usize, tail: bool): void {
  const end = input + 32 * <usize>load<u8>(input, Q_TOTAL);
  if (tail) store<u8>(input, load<u8>(input, Q_LIVE) - 1, Q_LIVE);
  let least = 0x7fffffff;
  for (let requester = input; requester < end; requester += 32) {
    const sent = <i32>load<i16>(requester, Q_SENT);
    if (sent >= 0 && sent < least) least = sent;
  }
  if (least == 0x7fffffff) {
    releasePacket(<i32>(load<u32>(pointer(input, Q_BUFFER) + (<usize>load<u16>(input, Q_FRONT) << 2)) >> 2));
  }
  if (least == 0) return;
  for (let requester = input; requester < end; requester += 32) {
    const sent = <i32>load<i16>(requester, Q_SENT);
    if (sent > 0) store<i16>(requester, sent - 1, Q_SENT);
  }
  freeSlot(input, port);
}

/** Writes a flit behind output VC `output` and announces its arrival. */
// @ts-ignore: decorator
@inline
function forward(out: usize, output: usize, flit: u32): void {
  count(out + P_FLITS);
  const target = pointer(output, V_TARGET);
  if ((target & 1) == 0) {
    const write = <i32>load<u16>(target, Q_WRITE);
    store<u32>(pointer(target, Q_BUFFER) + (<usize>write << 2), flit);
    store<u16>(target, (write + 1) & ringMask, Q_WRITE);
  } else writeEjection(target - 1, flit, output);
  putFlit(load<u8>(out, P_FLIT_CYCLES), target);
}

// @ts-ignore: decorator
@inline
function releaseVc(out: usize, requester: usize, output: usize): void {
  store<u32>(requester, 0, Q_HELD);
  store<u32>(output, 0, V_OWNER);
  store<u16>(out, load<u16>(out, P_FREE) | load<u16>(output, V_BIT), P_FREE);
}

/** A granted flit of a packet that goes one way leaves through the switch. */
// @ts-ignore: decorator
@inline
function sendSingle(router: usize, input: usize): void {
  const output = pointer(input, Q_HELD);
  const out = portAt(router, load<u8>(input, Q_OUT));
  const inPort = load<u8>(input, Q_PORT);
  const vc = <i32>load<u8>(input, Q_VC);
  const front = <i32>load<u16>(input, Q_FRONT);
  const word = load<u32>(pointer(input, Q_BUFFER) + (<usize>front << 2));
  const tail = word & 1;
  const flit = (load<u32>(input, Q_CHILD) << 2) | (word & 3);
  store<u8>(turnAt(router, inPort), vc + 1 == VCS ? 0 : vc + 1, T_TURN);
  const left = <i32>load<u16>(output, V_CREDIT) - 1;
  store<u16>(output, left, V_CREDIT);
  forward(out, output, flit);
  store<u16>(input, (front + 1) & ringMask, Q_FRONT);
  const held = <i32>load<u16>(input, Q_COUNT) - 1;
  store<u16>(input, held, Q_COUNT);
  const port = portAt(router, inPort);
  putCredit(load<u8>(port, P_CREDIT_CYCLES), pointer(port, P_UP) + (<usize>vc << 4));
  if (tail != 0) {
    releaseVc(out, input, output);
    clear(router, READY, input);
    store<u16>(input, 0, Q_TOTAL); // and live
    if (held > 0) startPacket(router, input);
  } else if (left == 0 || held == 0) {
    clear(router, READY, input);
    if (held > 0) set(router, STARVED, input);
  }
}

/** A granted flit of one branch of a multicast packet leaves through the switch. */
function sendBranch(router: usize, requester: usize): void {
  const input = pointer(requester, Q_INPUT);
  const output = pointer(requester, Q_HELD);
  const out = portAt(router, load<u8>(requester, Q_OUT));
  const inPort = load<u8>(requester, Q_PORT);
  const position = (<i32>load<u16>(input, Q_FRONT) + <i32>load<i16>(requester, Q_SENT)) & ringMask;
  const word = load<u32>(pointer(input, Q_BUFFER) + (<usize>position << 2));
  const tail = (word & 1) != 0;
  const turn = <i32>load<u8>(requester, Q_VC) + 1;
  store<u8>(turnAt(router, inPort), turn == VCS ? 0 : turn, T_TURN);
  const left = <i32>load<u16>(output, V_CREDIT) - 1;
  store<u16>(output, left, V_CREDIT);
  forward(out, output, (load<u32>(requester, Q_CHILD) << 2) | (word & 3));
  if (tail) releaseVc(out, requester, output);
  store<i16>(requester, tail ? -1 : load<i16>(requester, Q_SENT) + 1, Q_SENT);
  advanceBranches(input, portAt(router, inPort), tail);
  const held = <i32>load<u16>(input, Q_COUNT);
  const sent = <i32>load<i16>(requester, Q_SENT);
  if (tail || left == 0 || held == sent) {
    clear(router, READY, requester);
    if (!tail && left == 0 && held > sent) set(router, STARVED, requester);
  }
  if (load<u8>(input, Q_LIVE) == 0) {
    store<u8>(input, 0, Q_TOTAL);
    if (held > 0) startPacket(router, input);
  }
}

function stepVcAllocation(router: usize): void {
  const grants = router + GRANT_AT;
  if (load<i64>(router, R_VC_END) < 0) {
    const waiting = load<u64>(router, WAITING);
    if (waiting == 0) return;
    const many = allocateVcs(router);
    countBy(router + R_STALL_VC, (<i32>popcnt(waiting) - many) * vcCycles);
    if (vcCycles == 1) {
      countBy(router + R_VC_ALLOCATIONS, many);
      for (let i = 0; i < many; i++) holdVc(router, grants + (<usize>i << 1));
      return;
    }
    store<i32>(router, many, R_GRANTS);
    store<i64>(router, cycle + vcCycles - 1, R_VC_END);
  }
  if (load<i64>(router, R_VC_END) != cycle) return;
  store<i64>(router, -1, R_VC_END);
  const many = load<i32>(router, R_GRANTS);
  countBy(router + R_VC_ALLOCATIONS, many);
  for (let i = 0; i < many; i++) holdVc(router, grants + (<usize>i << 1));
}

// @ts-ignore: decorator
@inline
function stepRouting(router: usize): void {
  if (routingCycles > 1) {
    if (load<i64>(router, R_ROUTING_END) < 0) {
      if (load<u64>(router, ROUTING) == 0) return;
      store<u64>(router, load<u64>(router, ROUTING), R_BATCH);
      store<i64>(router, cycle + routingCycles - 1, R_ROUTING_END);
    }
    if (load<i64>(router, R_ROUTING_END) != cycle) return;
    store<i64>(router, -1, R_ROUTING_END);
  } else store<u64>(router, load<u64>(router, ROUTING), R_BATCH);
  const batch = load<u64>(router, R_BATCH);
  store<u64>(router, load<u64>(router, ROUTING) & ~batch, ROUTING);
  for (let rest = batch; rest != 0; rest &= rest - 1) computeRoute(router, requesterAt(router, <i32>ctz(rest)));
}

/** Returns whether the router has work left. */
function stepRouter(router: usize): bool {
  const ready = load<u64>(router, READY);
  const starved = load<u64>(router, STARVED);
  count(router + R_AWAKE);
  if (starved != 0) countBy(router + R_STALL_CREDIT, <i32>popcnt(starved));
  if (load<u64>(router, WAITING) != 0 || vcCycles > 1) stepVcAllocation(router);
  if (routingCycles != 0) stepRouting(router);
  if (ready != 0) {
    const granted = allocateSwitch(router, ready);
    const grants = <i32>popcnt(granted);
    countBy(router + R_STALL_SWITCH, <i32>popcnt(ready) - grants);
    for (let rest = granted; rest != 0; rest &= rest - 1) {
      const requester = winnerOf(router, <i32>ctz(rest));
      // Only the first branch's record has a total.
      if (load<u8>(requester, Q_TOTAL) == 1) sendSingle(router, requester);
      else sendBranch(router, requester);
    }
    lastMove = cycle;
  }
  return (load<u64>(router, ROUTING) | load<u64>(router, WAITING) | load<u64>(router, READY) | load<u64>(router, STARVED)) != 0;
}

export function step(): i32 {
  const slot = slotNow();
  beginCycle();
  const flits = takeCount(slot, 0);
  const credits = takeCount(slot, 4);
  let at = flitsOf(slot);
  for (let end = at + (<usize>flits << 2); at < end; at += 4) {
    const target = <usize>load<u32>(at);
    if ((target & 1) == 0) arrive(target);
    else eject(target - 1);
  }
  at = creditsOf(slot);
  for (let end = at + (<usize>credits << 2); at < end; at += 4) takeCredit(load<u32>(at));
  if (stepEnds() || flits > 0) lastMove = cycle;
  for (let i = 0; i < awakeWords; i++) {
    const word = awake + (<usize>i << 3);
    for (let rest = load<u64>(word); rest != 0; rest &= rest - 1) {
      const router = routers + (((<usize>i << 6) + <usize>ctz(rest)) << ROUTER_SHIFT);
      if (!stepRouter(router)) store<u64>(word, load<u64>(word) & ~(rest & (0 - rest)));
    }
  }
  advance();
  return deliveries;
}

export function run(until: f64): i32 {
  const end = <i64>until;
  while (cycle < end && inFlight > 0) {
    const many = step();
    if (many > 0 || spaceAppeared) return many;
  }
  return 0;
}

/** Lets what is under way arrive (at most a turn of the wheel), then jumps; nothing may be in flight. */
export function skipTo(until: f64, wheelSlots: i32): void {
  const end = <i64>until;
  for (let i = 0; i < wheelSlots && cycle < end; i++) step();
  if (cycle < end) setCycle(end);
}
