/**
 * The cycle of routers of several VCs and one way a packet, with RC of at most one cycle and VA of one: the same cycles and counters as the masks of
 * noc-kernel.as.ts, over lists of what has something to do.
 *
 * A head asks for VCs of one output port, so VC allocation is apart by port: a port is looked at when it has both heads that ask and VCs that are
 * free. Who waits for a VC or a credit costs nothing: its cycles are counted when it ends (`Q_SINCE`, `R_SINCE`), or when the counters are read.
 * Switch allocation looks at routers with inputs that can send (`READY`). It decides before VC allocation, as it reads nothing that VC allocation writes;
 * so a head that wins a VC is ready for the next cycle at once. The winners send last.
 */
import { allocateSwitch, matchPort, turnSwitch, vcBehind } from "./noc-allocation.part.as";
import { eject, packetAt, stepEnds, wakeSource } from "./noc-endpoints.part.as";
import { wayTo } from "./noc-heads.part.as";
import { endOf, put, setEnd } from "./noc-lists.part.as";
import {
  grantsOf,
  Home,
  P_CREDIT_CYCLES,
  P_FIRST,
  P_FREE,
  P_QUEUE,
  pointer,
  portAt,
  Q_ACCEPT,
  Q_BUFFER,
  Q_COUNT,
  Q_FRONT,
  Q_HELD,
  Q_NUMBER,
  Q_OUT,
  Q_PERMITTED,
  Q_PORT,
  Q_SINCE,
  Q_UP,
  Q_VC,
  requesterAt,
  Router,
  routerOf,
  SOURCE_WAITS,
  V_BIT,
  V_CREDIT,
  V_GRANT,
  V_TARGET,
  V_WAITER,
  vcAt,
} from "./noc-records.part.as";
import { forward } from "./noc-send.part.as";
import { asked, granted, heads, readyNow, ringMask, routingCycles } from "./noc-setup.part.as";
import { creditsOf, cycle, flitsOf, putCredit, takeCredits, takeFlits } from "./noc-wheel.part.as";

/** `input` can send; returns the end of the list of routers with such inputs. */
@inline
function putReady(end: usize, router: Router, input: usize): usize {
  const ready = router.ready;
  router.ready = ready | bitOf(input);
  return put(end, changetype<usize>(router), ready == 0);
}

@inline
function setReady(router: Router, input: usize): void {
  setEnd(readyNow, putReady(endOf(readyNow), router, input));
}

/** Its bit in masks over requesters. */
@inline
function bitOf(input: usize): u64 {
  return <u64>1 << <u64>load<u8>(input, Q_NUMBER);
}

/** A flit has come to an input whose packet's head is gone, so its output VC is held. */
function goOn(router: Router, input: usize): void {
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
      eject(changetype<Home>(input - 1));
      continue;
    }
    const router = routerOf(input);
    const inside = router.flits;
    router.flits = inside + 1;
    const since = router.since;
    router.since = inside == 0 ? now : since;
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
      wakeSource(changetype<Home>(pointer(output, V_TARGET)));
      continue;
    }
    store<u32>(output, 0, V_WAITER);
    const router = routerOf(input);
    router.stallCredit += <i64>(<i32>(<u32>cycle - load<u32>(input, Q_SINCE)));
    setReady(router, input);
  }
}

/** Inputs that can send compete for the switch of their router; returns whether any could. */
@inline
function allocateSwitches(): bool {
  let left = readyNow + 4;
  const end = endOf(readyNow);
  const any = end != left;
  let winning = endOf(granted);
  for (let at = left; at < end; at += 4) {
    const router = changetype<Router>(load<u32>(at));
    const ready = router.ready;
    if ((ready & (ready - 1)) == 0) {
      winning = put(winning, requesterAt(router, <i32>ctz(ready)), true);
      router.ready = 0;
      continue;
    }
    const winners = allocateSwitch(router, ready);
    for (let each = winners; each != 0; each &= each - 1) winning = put(winning, requesterAt(router, <i32>ctz(each)), true);
    const losers = ready ^ winners;
    router.ready = losers;
    left = put(left, changetype<usize>(router), losers != 0);
    router.stallSwitch += <i64>(<i32>popcnt(losers));
  }
  setEnd(readyNow, left);
  setEnd(granted, winning);
  return any;
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
    const way = wayTo(router, packet, packet.destination);
    const port = portAt(router, way & 255);
    store<u8>(input, way & 255, Q_OUT);
    store<u16>(input, way >> 8, Q_PERMITTED);
    store<u32>(input, since, Q_SINCE);
    const queue = load<u64>(port, P_QUEUE);
    store<u64>(port, queue | bitOf(input), P_QUEUE);
    newAsked = put(newAsked, port, (queue == 0) & (load<u16>(port, P_FREE) != 0));
  }
  setEnd(asked, newAsked);
  store<u32>(heads, 0);
}

/** A head has won a VC: it can send from the next cycle on. Returns the end of the list of routers with inputs that can. */
@inline
function holdVc(end: usize, router: Router, input: usize, output: usize): usize {
  store<u32>(input, <u32>output, Q_HELD);
  router.stallVc += <i64>(<i32>(<u32>cycle - load<u32>(input, Q_SINCE)));
  router.vcAllocations++;
  if (load<u16>(output, V_CREDIT) > 0) return putReady(end, router, input);
  store<u32>(output, <u32>input, V_WAITER);
  store<u32>(input, <u32>cycle + 1, Q_SINCE);
  return end;
}

/** The heads of a port's queue and its free VCs are matched; returns whether both are left. */
function grantMany(router: Router, port: usize, waiting: u64): bool {
  let vacant = <u32>load<u16>(port, P_FREE);
  const many = matchPort(router, load<u8>(port, P_FIRST), waiting, vacant);
  let left = waiting;
  for (let pair = grantsOf(router), end = pair + (<usize>many << 1); pair < end; pair += 2) {
    const input = requesterAt(router, load<u8>(pair));
    const output = vcAt(router, load<u8>(pair, 1));
    left ^= bitOf(input);
    vacant ^= <u32>load<u16>(output, V_BIT);
    setEnd(readyNow, holdVc(endOf(readyNow), router, input, output));
  }
  store<u64>(port, left, P_QUEUE);
  store<u16>(port, vacant, P_FREE);
  return left != 0 && vacant != 0;
}

/**
 * Free VCs of the ports that are asked, which have both, go to heads. A head that alone asks accepts the first free VC behind its pointer. A port with
 * heads and VCs left is asked again in the next cycle.
 */
@inline
function grantVcs(): void {
  let left = asked + 4;
  for (let at = left, end = endOf(asked); at < end; at += 4) {
    const port = <usize>load<u32>(at);
    const router = routerOf(port);
    const waiting = load<u64>(port, P_QUEUE);
    if ((waiting & (waiting - 1)) != 0) {
      left = put(left, port, grantMany(router, port, waiting));
      continue;
    }
    const li = <i32>ctz(waiting);
    const input = requesterAt(router, li);
    const vacant = <u32>load<u16>(port, P_FREE);
    const permitted = vacant & <u32>load<u16>(input, Q_PERMITTED);
    if (permitted == 0) {
      left = put(left, port, true);
      continue;
    }
    const first = <i32>load<u8>(port, P_FIRST);
    const vc = vcBehind(permitted, <i32>load<u8>(input, Q_ACCEPT) - first);
    const output = vcAt(router, first + vc);
    store<u8>(output, li + 1, V_GRANT);
    store<u8>(input, first + vc + 1, Q_ACCEPT);
    store<u64>(port, 0, P_QUEUE);
    store<u16>(port, vacant ^ (1 << vc), P_FREE);
    setEnd(readyNow, holdVc(endOf(readyNow), router, input, output));
  }
  setEnd(asked, left);
}

/** The flits at the front of the winners leave through the output VCs that they hold. */
@inline
function sendAll(): void {
  let newHeads = endOf(heads);
  let newAsked = endOf(asked);
  for (let at = granted + 4, end = endOf(granted); at < end; at += 4) {
    const input = <usize>load<u32>(at);
    const router = routerOf(input);
    const output = pointer(input, Q_HELD);
    const outPort = load<u8>(input, Q_OUT);
    const inPort = load<u8>(input, Q_PORT);
    const out = portAt(router, outPort);
    const entrance = portAt(router, inPort);
    turnSwitch(entrance, out, inPort, outPort, load<u8>(input, Q_VC));
    putCredit(load<u8>(entrance, P_CREDIT_CYCLES), pointer(input, Q_UP));
    const front = <i32>load<u16>(input, Q_FRONT);
    const flit = load<u32>(pointer(input, Q_BUFFER) + (<usize>front << 2));
    store<u16>(input, (front + 1) & ringMask, Q_FRONT);
    const held = <i32>load<u16>(input, Q_COUNT) - 1;
    store<u16>(input, held, Q_COUNT);
    const credit = <i32>load<u16>(output, V_CREDIT) - 1;
    store<u16>(output, credit, V_CREDIT);
    forward(out, output, flit);
    const inside = router.flits - 1;
    router.flits = inside;
    if (inside == 0) router.awakeCycles += <i64>(<i32>(<u32>cycle + 1 - router.since));
    if ((flit & 1) != 0) {
      store<u32>(input, 0, Q_HELD);
      const vacant = <u32>load<u16>(out, P_FREE);
      store<u16>(out, vacant | <u32>load<u16>(output, V_BIT), P_FREE);
      newAsked = put(newAsked, out, (vacant == 0) & (load<u64>(out, P_QUEUE) != 0));
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
  store<u32>(granted, 0);
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
