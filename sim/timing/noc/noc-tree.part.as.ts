/**
 * The cycle of routers of one VC with multicast, RC of at most one cycle and VA of one: the same cycles and counters as the masks of noc-kernel.as.ts, over
 * the lists of noc-single.part.as.ts and one more, of branches that have been granted an output.
 *
 * An output is held by one branch, so what is left of switch allocation is which of its branches an input serves: round robin over outputs. The
 * record of an input's second branch, whose input fields nothing else needs, holds the outputs of branches that can send and of all branches.
 */
import { roundRobin } from "./noc-allocation.part.as";
import { eject, releasePacket, stepEnds, wakeSource } from "./noc-endpoints.part.as";
import { computeRoute } from "./noc-heads.part.as";
import { push } from "./noc-lists.part.as";
import {
  BRANCHES,
  Home,
  P_ACCEPT,
  P_CREDIT_CYCLES,
  P_QUEUE,
  P_UP,
  pointer,
  portAt,
  Q_BUFFER,
  Q_CHILD,
  Q_COUNT,
  Q_FRONT,
  Q_HELD,
  Q_LIVE,
  Q_OUT,
  Q_PORT,
  Q_SENT,
  Q_SINCE,
  Q_TOTAL,
  requesterAt,
  Router,
  routerOf,
  SOURCE,
  V_CREDIT,
  V_GRANT,
  V_OWNER,
  V_PORT,
  V_TARGET,
  vcAt,
} from "./noc-records.part.as";
import { forward } from "./noc-send.part.as";
import { asked, granted, heads, readyNext, readyNow, ringMask, routingCycles, swapReady } from "./noc-setup.part.as";
import { creditsOf, cycle, flitsOf, putCredit, takeCredits, takeFlits } from "./noc-wheel.part.as";

/** Of an input: outputs of branches that can send, and of all branches of its packet; u32 each. */
const Q_READY: usize = 32;
const Q_WAYS: usize = 36;

/** Whether the last cycle changed anything, or left something to do for the next one. */
export let treeActed: bool = false;

@inline
function inputOf(router: Router, requester: usize): usize {
  return requesterAt(router, <i32>load<u8>(requester, Q_PORT) * BRANCHES);
}

/** A flit as the packet of a branch has it. */
@inline
function childWord(requester: usize, word: u32): u32 {
  return (load<u32>(requester, Q_CHILD) << 2) | (word & 3);
}

/** A branch can send from the cycle of `list` on. */
@inline
function setReady(list: usize, input: usize, requester: usize): void {
  const ready = load<u32>(input, Q_READY);
  if (ready == 0) push(list, input);
  store<u32>(input, ready | (1 << <u32>load<u8>(requester, Q_OUT)), Q_READY);
}

@inline
function startPacket(input: usize, from: u32): void {
  store<u16>(input, 0x0101, Q_TOTAL); // total and live
  store<u32>(input, from + routingCycles, Q_SINCE);
  store<u32>(input, 0, Q_READY);
  push(heads, input);
}

@inline
function arrive(input: usize): void {
  const router = routerOf(input);
  const inside = router.flits;
  router.flits = inside + 1;
  if (inside == 0) router.since = <u32>cycle;
  router.writes++;
  const held = <i32>load<u16>(input, Q_COUNT);
  store<u16>(input, held + 1, Q_COUNT);
  const total = <i32>load<u8>(input, Q_TOTAL);
  if (total == 0) {
    startPacket(input, <u32>cycle);
    return;
  }
  for (let i = 0, requester = input; i < total; i++, requester += 32) {
    const output = pointer(requester, Q_HELD);
    if (output == 0 || <i32>load<i16>(requester, Q_SENT) != held) continue;
    if (load<u16>(output, V_CREDIT) > 0) setReady(readyNow, input, requester);
    else store<u32>(requester, <u32>cycle, Q_SINCE);
  }
}

@inline
function takeCredit(output: usize): void {
  const credit = <i32>load<u16>(output, V_CREDIT);
  store<u16>(output, credit + 1, V_CREDIT);
  if (credit > 0) return;
  if (<i32>load<u8>(output, V_PORT) == SOURCE) {
    wakeSource(changetype<Home>(pointer(output, V_TARGET)));
    return;
  }
  const requester = pointer(output, V_OWNER);
  if (requester == 0) return;
  const router = routerOf(requester);
  const input = inputOf(router, requester);
  if (<i32>load<i16>(requester, Q_SENT) >= <i32>load<u16>(input, Q_COUNT)) return;
  router.stallCredit += <i64>(<i32>(<u32>cycle - load<u32>(requester, Q_SINCE)));
  setReady(readyNow, input, requester);
}

/** Heads that came to the front ask for the outputs of their ways. */
function routeHeads(): void {
  for (let at = heads + 4, end = at + (<usize>load<u32>(heads) << 2); at < end; at += 4) {
    const input = <usize>load<u32>(at);
    const router = routerOf(input);
    computeRoute(router, input);
    const since = load<u32>(input, Q_SINCE);
    const bit: u32 = 1 << <u32>load<u8>(input, Q_PORT);
    let outputs: u32 = 0;
    for (let requester = input, last = input + 32 * <usize>load<u8>(input, Q_TOTAL); requester < last; requester += 32) {
      const port = <i32>load<u8>(requester, Q_OUT);
      outputs |= 1 << port;
      store<u32>(requester, since, Q_SINCE);
      const out = portAt(router, port);
      const asking = load<u32>(out, P_QUEUE);
      store<u32>(out, asking | bit, P_QUEUE);
      const output = vcAt(router, port);
      if (asking == 0 && load<u32>(output, V_OWNER) == 0) push(asked, output);
    }
    store<u32>(input, outputs, Q_WAYS);
  }
  store<u32>(heads, 0);
}

/** Branch of an input that goes through `port`: branches come in order of their outputs. */
@inline
function branchTo(input: usize, port: i32): i32 {
  return <i32>popcnt(load<u32>(input, Q_WAYS) & ((1 << port) - 1));
}

/** Number of the requester that an output takes: the first of `asking` inputs whose branch is at or behind the pointer. */
@inline
function choose(router: Router, port: i32, asking: u32, from: i32): i32 {
  let input = <i32>ctz(asking);
  if ((asking & (asking - 1)) == 0) return input * BRANCHES + branchTo(requesterAt(router, input * BRANCHES), port);
  const first = from / BRANCHES;
  const mine: u32 = 1 << first;
  input = first;
  if ((asking & mine) == 0 || branchTo(requesterAt(router, first * BRANCHES), port) < from - first * BRANCHES) {
    input = roundRobin((asking & ~mine) != 0 ? asking & ~mine : asking, first);
  }
  return input * BRANCHES + branchTo(requesterAt(router, input * BRANCHES), port);
}

/** Free outputs take the next branch behind their pointer; it can send from the next cycle on. */
function grantOutputs(): void {
  for (let at = asked + 4, end = at + (<usize>load<u32>(asked) << 2); at < end; at += 4) {
    const output = <usize>load<u32>(at);
    const router = routerOf(output);
    const port = <i32>load<u8>(output, V_PORT);
    const out = portAt(router, port);
    const asking = load<u32>(out, P_QUEUE);
    const li = choose(router, port, asking, load<u8>(output, V_GRANT));
    store<u8>(output, li + 1, V_GRANT);
    const requester = requesterAt(router, li);
    store<u32>(out, asking & ~(1 << <u32>load<u8>(requester, Q_PORT)), P_QUEUE);
    store<u32>(requester, <u32>output, Q_HELD);
    store<u32>(output, <u32>requester, V_OWNER);
    router.vcAllocations++;
    router.stallVc += <i64>(<i32>(<u32>cycle - load<u32>(requester, Q_SINCE)));
    if (load<u16>(output, V_CREDIT) > 0) push(granted, requester);
    else store<u32>(requester, <u32>cycle + 1, Q_SINCE);
  }
  store<u32>(asked, 0);
}

/** The front flit has gone every way. */
@inline
function freeSlot(router: Router, input: usize): void {
  const entrance = portAt(router, load<u8>(input, Q_PORT));
  putCredit(load<u8>(entrance, P_CREDIT_CYCLES), pointer(entrance, P_UP));
  store<u16>(input, (<i32>load<u16>(input, Q_FRONT) + 1) & ringMask, Q_FRONT);
  store<u16>(input, load<u16>(input, Q_COUNT) - 1, Q_COUNT);
  const inside = router.flits - 1;
  router.flits = inside;
  if (inside == 0) router.awakeCycles += <i64>(<i32>(<u32>cycle + 1 - router.since));
}

/** Counts a branch's flit as sent, and frees what all branches have sent. */
@inline
function follow(router: Router, input: usize, requester: usize, word: u32): void {
  if (load<u8>(input, Q_TOTAL) == 1) {
    if ((word & 1) != 0) store<u8>(input, 0, Q_LIVE);
    freeSlot(router, input);
  } else if ((word & 3) == 3) {
    // head and tail: the other branches have sent all or nothing
    store<i16>(requester, -1, Q_SENT);
    const live = load<u8>(input, Q_LIVE) - 1;
    store<u8>(input, live, Q_LIVE);
    if (live != 0) return;
    releasePacket(<i32>(word >> 2));
    freeSlot(router, input);
  } else followLong(router, input, requester, (word & 1) != 0);
}

function followLong(router: Router, input: usize, requester: usize, tail: bool): void {
  store<i16>(requester, tail ? -1 : load<i16>(requester, Q_SENT) + 1, Q_SENT);
  if (tail) store<u8>(input, load<u8>(input, Q_LIVE) - 1, Q_LIVE);
  const end = input + 32 * <usize>load<u8>(input, Q_TOTAL);
  let least = 0x7fffffff;
  for (let one = input; one < end; one += 32) {
    const sent = <i32>load<i16>(one, Q_SENT);
    if (sent >= 0 && sent < least) least = sent;
  }
  if (least == 0x7fffffff) {
    releasePacket(<i32>(load<u32>(pointer(input, Q_BUFFER) + (<usize>load<u16>(input, Q_FRONT) << 2)) >> 2));
  }
  if (least == 0) return;
  for (let one = input; one < end; one += 32) {
    const sent = <i32>load<i16>(one, Q_SENT);
    if (sent > 0) store<i16>(one, sent - 1, Q_SENT);
  }
  freeSlot(router, input);
}

/** A flit of one of the branches of `input` that can send leaves through the output that the branch holds. */
function send(input: usize): void {
  const router = routerOf(input);
  const entrance = portAt(router, load<u8>(input, Q_PORT));
  const ready = load<u32>(input, Q_READY);
  const port = roundRobin(ready, load<u8>(entrance, P_ACCEPT));
  store<u8>(entrance, port + 1, P_ACCEPT);
  const others = ready & (ready - 1);
  if (others != 0) router.stallSwitch += <i64>(<i32>popcnt(others));
  const requester = input + 32 * <usize>branchTo(input, port);
  const output = pointer(requester, Q_HELD);
  const position = (<i32>load<u16>(input, Q_FRONT) + <i32>load<i16>(requester, Q_SENT)) & ringMask;
  const word = load<u32>(pointer(input, Q_BUFFER) + (<usize>position << 2));
  const tail = (word & 1) != 0;
  const left = <i32>load<u16>(output, V_CREDIT) - 1;
  store<u16>(output, left, V_CREDIT);
  const out = portAt(router, port);
  forward(out, output, childWord(requester, word));
  if (tail) {
    store<u32>(requester, 0, Q_HELD);
    store<u32>(output, 0, V_OWNER);
    if (load<u32>(out, P_QUEUE) != 0) push(asked, output);
  }
  follow(router, input, requester, word);
  let still = ready;
  if (tail || left == 0 || <i32>load<i16>(requester, Q_SENT) == <i32>load<u16>(input, Q_COUNT)) {
    still = ready & ~(1 << port);
    if (!tail && left == 0) store<u32>(requester, <u32>cycle + 1, Q_SINCE);
  }
  store<u32>(input, still, Q_READY);
  if (still != 0) push(readyNext, input);
  if (load<u8>(input, Q_LIVE) != 0) return;
  store<u8>(input, 0, Q_TOTAL);
  if (load<u16>(input, Q_COUNT) > 0) startPacket(input, <u32>cycle + 1);
}

/** One cycle; returns whether a flit moved. */
export function stepTree(slot: i32): bool {
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
  if (routingCycles == 0) routeHeads();
  grantOutputs();
  if (routingCycles != 0) routeHeads();
  const sending = load<u32>(readyNow);
  for (let entry = readyNow + 4, end = entry + (<usize>sending << 2); entry < end; entry += 4) send(load<u32>(entry));
  store<u32>(readyNow, 0);
  for (let entry = granted + 4, end = entry + (<usize>load<u32>(granted) << 2); entry < end; entry += 4) {
    const requester = <usize>load<u32>(entry);
    setReady(readyNext, inputOf(routerOf(requester), requester), requester);
  }
  store<u32>(granted, 0);
  swapReady();
  treeActed = moved || credits > 0 || sending > 0 || (load<u32>(heads) | load<u32>(asked) | load<u32>(readyNow)) != 0;
  return moved || sending > 0;
}
