/**
 * The cycle of routers of several VCs and one way a packet, with RC of at most one cycle and VA of one: the same cycles and counters as the masks of
 * noc-kernel.as.ts, over lists of what has something to do.
 *
 * A head asks for VCs of one output port, so VC allocation is apart by port: a port is looked at when it has both heads that ask and VCs that are
 * free. Who waits for a VC or a credit costs nothing: its cycles are counted when it ends (`Q_SINCE`, `R_SINCE`), or when the counters are read.
 * Switch allocation looks at routers with inputs that can send (`READY`), their bits in `awake`. It decides before VC allocation, as it reads nothing
 * that VC allocation writes; so a head that wins a VC is ready for the next cycle at once. The winners send last.
 *
 * What a list gets depends on the traffic, which no branch predictor knows. So an entry is written behind the list in any case, and counts or not.
 */
import { allocateSwitch, matchPort, roundRobin, turnSwitch } from "./noc-allocation.part.as";
import { eject, packetAt, stepEnds, wakeSource, writeEjection } from "./noc-endpoints.part.as";
import { wayTo } from "./noc-heads.part.as";
import {
  count,
  countBy,
  GRANT_AT,
  K_DESTINATION,
  numberOf,
  P_ASKED,
  P_CREDIT_CYCLES,
  P_FIRST,
  P_FLIT_CYCLES,
  P_FLITS,
  P_FREE,
  P_QUEUE,
  P_UP,
  pointer,
  portAt,
  Q_ACCEPT,
  Q_BUFFER,
  Q_COUNT,
  Q_FRONT,
  Q_HELD,
  Q_OUT,
  Q_PERMITTED,
  Q_PORT,
  Q_SINCE,
  Q_VC,
  Q_WRITE,
  R_AWAKE,
  R_FLITS,
  R_NUMBER,
  R_SINCE,
  R_STALL_CREDIT,
  R_STALL_SWITCH,
  R_STALL_VC,
  R_VC_ALLOCATIONS,
  READY,
  requesterAt,
  ROUTER_SHIFT,
  routerOf,
  set,
  SOURCE_WAITS,
  V_BIT,
  V_CREDIT,
  V_GRANT,
  V_TARGET,
  V_WAITER,
  vcAt,
  VCS,
} from "./noc-records.part.as";
import { asked, awake, awakeWords, heads, readyNow, ringMask, routers, routingCycles } from "./noc-setup.part.as";
import { creditsOf, cycle, flitsOf, putCredit, putFlit, takeCredits, takeFlits } from "./noc-wheel.part.as";

/** Where the next entry of a list goes. */
@inline
function endOf(list: usize): usize {
  return list + 4 + (<usize>load<u32>(list) << 2);
}

@inline
function setEnd(list: usize, end: usize): void {
  store<u32>(list, <u32>((end - list - 4) >> 2));
}

/** Writes an entry behind a list's end; returns the end with it, or without it. */
@inline
function put(end: usize, entry: usize, counts: bool): usize {
  store<u32>(end, <u32>entry);
  return end + (<usize>counts << 2);
}

/** `input` can send. */
@inline
function setReady(router: usize, input: usize): void {
  set(router, READY, input);
  const number = load<i32>(router, R_NUMBER);
  const word = awake + ((<usize>number >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (number & 63)));
}

/** A flit has come to an input whose packet's head is gone, so its output VC is held. */
function goOn(router: usize, input: usize): void {
  const output = pointer(input, Q_HELD);
  if (load<u16>(output, V_CREDIT) > 0) setReady(router, input);
  else {
    store<u32>(output, <u32>input, V_WAITER);
    store<u32>(input, <u32>cycle, Q_SINCE);
  }
}

@inline
function takeFlitsOf(slot: i32, many: i32): void {
  let newHeads = endOf(heads);
  const now = <u32>cycle;
  for (let at = flitsOf(slot), end = at + (<usize>many << 2); at < end; at += 4) {
    const input = <usize>load<u32>(at);
    if ((input & 1) != 0) {
      eject(input - 1);
      continue;
    }
    const router = routerOf(input);
    const inside = load<i32>(router, R_FLITS);
    store<i32>(router, inside + 1, R_FLITS);
    const since = load<u32>(router, R_SINCE);
    store<u32>(router, inside == 0 ? now : since, R_SINCE);
    const held = <u32>load<u16>(input, Q_COUNT);
    store<u16>(input, held + 1, Q_COUNT);
    const output = load<u32>(input, Q_HELD);
    newHeads = put(newHeads, input, (held | output) == 0);
    if (held == 0 && output != 0) goOn(router, input);
  }
  setEnd(heads, newHeads);
}

@inline
function takeCreditsOf(slot: i32, many: i32): void {
  for (let at = creditsOf(slot), end = at + (<usize>many << 2); at < end; at += 4) {
    const output = <usize>load<u32>(at);
    store<u16>(output, load<u16>(output, V_CREDIT) + 1, V_CREDIT);
    const input = pointer(output, V_WAITER);
    if (input == 0) continue;
    if (input == SOURCE_WAITS) {
      wakeSource(pointer(output, V_TARGET));
      continue;
    }
    store<u32>(output, 0, V_WAITER);
    const router = routerOf(input);
    countBy(router + R_STALL_CREDIT, <i32>(<u32>cycle - load<u32>(input, Q_SINCE)));
    setReady(router, input);
  }
}

/** Inputs that can send compete for the switch of their router; returns whether any could. */
@inline
function allocateSwitches(): bool {
  let any: u64 = 0;
  let sending = endOf(readyNow);
  for (let i = 0; i < awakeWords; i++) {
    const word = awake + (<usize>i << 3);
    const all = load<u64>(word);
    any |= all;
    let left: u64 = 0;
    for (let rest = all; rest != 0; rest &= rest - 1) {
      const router = routers + (((<usize>i << 6) + <usize>ctz(rest)) << ROUTER_SHIFT);
      const ready = load<u64>(router, READY);
      if ((ready & (ready - 1)) == 0) {
        sending = put(sending, requesterAt(router, <i32>ctz(ready)), true);
        store<u64>(router, 0, READY);
        continue;
      }
      const winners = allocateSwitch(router, ready);
      for (let each = winners; each != 0; each &= each - 1) sending = put(sending, requesterAt(router, <i32>ctz(each)), true);
      store<u64>(router, ready ^ winners, READY);
      if (ready == winners) continue;
      left |= rest & (0 - rest);
      countBy(router + R_STALL_SWITCH, <i32>popcnt(ready ^ winners));
    }
    store<u64>(word, left);
  }
  setEnd(readyNow, sending);
  return any != 0;
}

/** Heads that came to the front ask for a VC of their route's output, from the next cycle on or, looking ahead, in this one. */
@inline
function routeHeads(): void {
  let newAsked = endOf(asked);
  const since = <u32>cycle + routingCycles;
  for (let at = heads + 4, end = endOf(heads); at < end; at += 4) {
    const input = <usize>load<u32>(at);
    const router = routerOf(input);
    const slot = load<u32>(pointer(input, Q_BUFFER) + (<usize>load<u16>(input, Q_FRONT) << 2)) >> 2;
    const packet = packetAt(<i32>slot);
    const way = wayTo(router, packet, load<i32>(packet, K_DESTINATION));
    const port = portAt(router, way & 255);
    store<u8>(input, way & 255, Q_OUT);
    store<u16>(input, way >> 8, Q_PERMITTED);
    store<u32>(input, since, Q_SINCE);
    store<u64>(port, load<u64>(port, P_QUEUE) | (<u64>1 << numberOf(router, input)), P_QUEUE);
    newAsked = ask(newAsked, port, load<u16>(port, P_FREE) != 0);
  }
  setEnd(asked, newAsked);
  store<u32>(heads, 0);
}

/** Puts a port on the list of those that VC allocation looks at, once, if it `has` what is missing. */
@inline
function ask(end: usize, port: usize, has: bool): usize {
  const before = <u32>load<u8>(port, P_ASKED);
  store<u8>(port, before | <u32>has, P_ASKED);
  return put(end, port, <bool>(<u32>has & (before ^ 1)));
}

/** A head has won a VC: it can send from the next cycle on. */
@inline
function holdVc(router: usize, port: usize, input: usize, output: usize): void {
  store<u32>(input, <u32>output, Q_HELD);
  store<u16>(port, load<u16>(port, P_FREE) & ~load<u16>(output, V_BIT), P_FREE);
  countBy(router + R_STALL_VC, <i32>(<u32>cycle - load<u32>(input, Q_SINCE)));
  count(router + R_VC_ALLOCATIONS);
  if (load<u16>(output, V_CREDIT) > 0) setReady(router, input);
  else {
    store<u32>(output, <u32>input, V_WAITER);
    store<u32>(input, <u32>cycle + 1, Q_SINCE);
  }
}

/** The heads of a port's queue and its free VCs are matched. */
function grantMany(router: usize, port: usize, waiting: u64): void {
  const many = matchPort(router, load<u8>(port, P_FIRST), waiting, load<u16>(port, P_FREE));
  const grants = router + GRANT_AT;
  let left = waiting;
  for (let i = 0; i < many; i++) {
    const li = load<u8>(grants + (<usize>i << 1));
    left &= ~(<u64>1 << <u64>li);
    holdVc(router, port, requesterAt(router, li), vcAt(router, load<u8>(grants + (<usize>i << 1), 1)));
  }
  store<u64>(port, left, P_QUEUE);
}

/** A head that alone asks accepts the first free VC behind its pointer. */
@inline
function grantOne(router: usize, port: usize, waiting: u64): void {
  const li = <i32>ctz(waiting);
  const input = requesterAt(router, li);
  const vacant = <u32>load<u16>(port, P_FREE) & <u32>load<u16>(input, Q_PERMITTED);
  if (vacant == 0) return;
  const first = <i32>load<u8>(port, P_FIRST);
  const behind = <u32>(<i32>load<u8>(input, Q_ACCEPT) - first);
  const number = first + roundRobin(vacant, behind < <u32>VCS ? behind : 0);
  const output = vcAt(router, number);
  store<u8>(output, li + 1, V_GRANT);
  store<u8>(input, number + 1, Q_ACCEPT);
  store<u64>(port, 0, P_QUEUE);
  holdVc(router, port, input, output);
}

/** Free VCs of the ports that are asked go to heads; a port with heads and VCs left is asked again in the next cycle. */
@inline
function grantVcs(): void {
  let left = asked + 4;
  for (let at = left, end = endOf(asked); at < end; at += 4) {
    const port = <usize>load<u32>(at);
    const router = routerOf(port);
    const waiting = load<u64>(port, P_QUEUE);
    if ((waiting & (waiting - 1)) == 0) {
      grantOne(router, port, waiting);
      store<u8>(port, 0, P_ASKED);
      continue;
    }
    grantMany(router, port, waiting);
    const rest = load<u64>(port, P_QUEUE);
    const again = rest != waiting && rest != 0 && load<u16>(port, P_FREE) != 0;
    store<u8>(port, again ? 1 : 0, P_ASKED);
    left = put(left, port, again);
  }
  setEnd(asked, left);
}

/** The flits at the front of the winners leave through the output VCs that they hold. */
@inline
function sendAll(): void {
  let newHeads = endOf(heads);
  let newAsked = endOf(asked);
  for (let at = readyNow + 4, end = endOf(readyNow); at < end; at += 4) {
    const input = <usize>load<u32>(at);
    const router = routerOf(input);
    const output = pointer(input, Q_HELD);
    const outPort = load<u8>(input, Q_OUT);
    const inPort = load<u8>(input, Q_PORT);
    const vc = <i32>load<u8>(input, Q_VC);
    const out = portAt(router, outPort);
    const entrance = portAt(router, inPort);
    turnSwitch(entrance, out, inPort, outPort, vc);
    putCredit(load<u8>(entrance, P_CREDIT_CYCLES), pointer(entrance, P_UP) + (<usize>vc << 4));
    const front = <i32>load<u16>(input, Q_FRONT);
    const flit = load<u32>(pointer(input, Q_BUFFER) + (<usize>front << 2));
    store<u16>(input, (front + 1) & ringMask, Q_FRONT);
    const held = <i32>load<u16>(input, Q_COUNT) - 1;
    store<u16>(input, held, Q_COUNT);
    const credit = <i32>load<u16>(output, V_CREDIT) - 1;
    store<u16>(output, credit, V_CREDIT);
    count(out + P_FLITS);
    const target = pointer(output, V_TARGET);
    if ((target & 1) == 0) {
      const write = <i32>load<u16>(target, Q_WRITE);
      store<u32>(pointer(target, Q_BUFFER) + (<usize>write << 2), flit);
      store<u16>(target, (write + 1) & ringMask, Q_WRITE);
    } else writeEjection(target - 1, flit, output);
    putFlit(load<u8>(out, P_FLIT_CYCLES), target);
    const inside = load<i32>(router, R_FLITS) - 1;
    store<i32>(router, inside, R_FLITS);
    const awakeCycles = <i32>(<u32>cycle + 1 - load<u32>(router, R_SINCE));
    countBy(router + R_AWAKE, inside == 0 ? awakeCycles : 0);
    if ((flit & 1) != 0) {
      store<u32>(input, 0, Q_HELD);
      store<u16>(out, load<u16>(out, P_FREE) | load<u16>(output, V_BIT), P_FREE);
      newAsked = ask(newAsked, out, load<u64>(out, P_QUEUE) != 0);
      newHeads = put(newHeads, input, held > 0);
    } else if (held > 0) {
      if (credit > 0) setReady(router, input);
      else {
        store<u32>(output, <u32>input, V_WAITER);
        store<u32>(input, <u32>cycle + 1, Q_SINCE);
      }
    }
  }
  setEnd(heads, newHeads);
  setEnd(asked, newAsked);
  store<u32>(readyNow, 0);
}

/** Whether the last cycle changed anything, or left something to do for the next one. */
export let virtualActed: bool = false;

/** One cycle; returns whether a flit moved. */
export function stepVirtual(slot: i32): bool {
  const flits = takeFlits(slot);
  const credits = takeCredits(slot);
  takeFlitsOf(slot, flits);
  takeCreditsOf(slot, credits);
  const moved = stepEnds() || flits > 0;
  const sent = allocateSwitches();
  if (routingCycles == 0) routeHeads();
  const granting = load<u32>(asked);
  grantVcs();
  if (routingCycles != 0) routeHeads();
  sendAll();
  virtualActed = moved || sent || credits > 0 || granting > 0 || (load<u32>(heads) | load<u32>(asked)) != 0;
  return moved || sent;
}
