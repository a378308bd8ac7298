/**
 * The cycle of routers of one VC and one way a packet, with RC of at most one cycle and VA of one: the same cycles and counters as the masks of
 * noc-kernel.as.ts, over lists of what has something to do.
 *
 * An output is held by one input, so switch allocation has nothing to decide: an input that holds an output, a flit and a credit sends. Three lists of
 * addresses go from cycle to cycle: heads to route, free outputs that heads ask for, inputs that send. Waiting costs nothing: its cycles are
 * counted when it ends (`Q_SINCE`, `R_SINCE`), or when the counters are read.
 */
import { roundRobin } from "./noc-allocation.part.as";
import { eject, packetAt, stepEnds, wakeSource } from "./noc-endpoints.part.as";
import { wayTo } from "./noc-heads.part.as";
import { push } from "./noc-lists.part.as";
import {
  Home,
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
  Q_OUT,
  Q_PORT,
  Q_SINCE,
  Q_TOTAL,
  requesterAt,
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
import { asked, heads, readyNext, readyNow, ringMask, routingCycles, swapReady } from "./noc-setup.part.as";
import { creditsOf, cycle, flitsOf, putCredit, takeCredits, takeFlits } from "./noc-wheel.part.as";

@inline
function arrive(input: usize): void {
  const router = routerOf(input);
  const inside = router.flits;
  router.flits = inside + 1;
  if (inside == 0) router.since = <u32>cycle;
  const held = <i32>load<u16>(input, Q_COUNT);
  store<u16>(input, held + 1, Q_COUNT);
  if (load<u8>(input, Q_TOTAL) == 0) {
    store<u8>(input, 1, Q_TOTAL);
    store<u32>(input, <u32>cycle + routingCycles, Q_SINCE);
    push(heads, input);
  } else if (held == 0) {
    // The packet's head is gone, so its output is held.
    if (load<u16>(pointer(input, Q_HELD), V_CREDIT) > 0) push(readyNow, input);
    else store<u32>(input, <u32>cycle, Q_SINCE);
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
  const input = pointer(output, V_OWNER);
  if (input == 0 || load<u16>(input, Q_COUNT) == 0) return;
  routerOf(input).stallCredit += <i64>(<i32>(<u32>cycle - load<u32>(input, Q_SINCE)));
  push(readyNow, input);
}

/** Heads that came to the front ask for the output of their route, from the next cycle on or, looking ahead, in this one. */
@inline
function routeHeads(): void {
  for (let at = heads + 4, end = at + (<usize>load<u32>(heads) << 2); at < end; at += 4) {
    const input = <usize>load<u32>(at);
    const router = routerOf(input);
    const slot = load<u32>(pointer(input, Q_BUFFER) + (<usize>load<u16>(input, Q_FRONT) << 2)) >> 2;
    const packet = packetAt(<i32>slot);
    const port = wayTo(router, packet, packet.destination) & 255;
    store<u8>(input, port, Q_OUT);
    store<u32>(input, slot, Q_CHILD);
    const out = portAt(router, port);
    const asking = load<u32>(out, P_QUEUE);
    store<u32>(out, asking | (1 << <u32>load<u8>(input, Q_PORT)), P_QUEUE);
    const output = vcAt(router, port);
    if (asking == 0 && load<u32>(output, V_OWNER) == 0) push(asked, output);
  }
  store<u32>(heads, 0);
}

/** Free outputs take the next head behind their pointer. */
@inline
function grantOutputs(): void {
  for (let at = asked + 4, end = at + (<usize>load<u32>(asked) << 2); at < end; at += 4) {
    const output = <usize>load<u32>(at);
    const router = routerOf(output);
    const out = portAt(router, load<u8>(output, V_PORT));
    const asking = load<u32>(out, P_QUEUE);
    const li = roundRobin(asking, load<u8>(output, V_GRANT));
    store<u32>(out, asking & ~(1 << <u32>li), P_QUEUE);
    store<u8>(output, li + 1, V_GRANT);
    const input = requesterAt(router, li);
    store<u32>(input, <u32>output, Q_HELD);
    store<u32>(output, <u32>input, V_OWNER);
    router.vcAllocations++;
    router.stallVc += <i64>(<i32>(<u32>cycle - load<u32>(input, Q_SINCE)));
    if (load<u16>(output, V_CREDIT) > 0) push(readyNext, input);
    else store<u32>(input, <u32>cycle + 1, Q_SINCE);
  }
  store<u32>(asked, 0);
}

/** The flit at the front of `input` leaves through the output that it holds. */
@inline
function send(input: usize): void {
  const router = routerOf(input);
  const output = pointer(input, Q_HELD);
  const port = <i32>load<u8>(input, Q_OUT);
  const out = portAt(router, port);
  const front = <i32>load<u16>(input, Q_FRONT);
  const word = load<u32>(pointer(input, Q_BUFFER) + (<usize>front << 2));
  const flit = (load<u32>(input, Q_CHILD) << 2) | (word & 3);
  const left = <i32>load<u16>(output, V_CREDIT) - 1;
  store<u16>(output, left, V_CREDIT);
  forward(out, output, flit);
  const entrance = portAt(router, load<u8>(input, Q_PORT));
  putCredit(load<u8>(entrance, P_CREDIT_CYCLES), pointer(entrance, P_UP));
  store<u16>(input, (front + 1) & ringMask, Q_FRONT);
  const held = <i32>load<u16>(input, Q_COUNT) - 1;
  store<u16>(input, held, Q_COUNT);
  const inside = router.flits - 1;
  router.flits = inside;
  if (inside == 0) router.awakeCycles += <i64>(<i32>(<u32>cycle + 1 - router.since));
  if ((word & 1) != 0) {
    store<u32>(input, 0, Q_HELD);
    store<u32>(output, 0, V_OWNER);
    if (load<u32>(out, P_QUEUE) != 0) push(asked, output);
    if (held > 0) {
      store<u32>(input, <u32>cycle + 1 + routingCycles, Q_SINCE);
      push(heads, input);
    } else store<u8>(input, 0, Q_TOTAL);
  } else if (held > 0) {
    if (left > 0) push(readyNext, input);
    else store<u32>(input, <u32>cycle + 1, Q_SINCE);
  }
}

/** Whether the last cycle changed anything, or left something to do for the next one. */
export let singleActed: bool = false;

/** One cycle; returns whether a flit moved. */
export function stepSingle(slot: i32): bool {
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
  swapReady();
  singleActed = moved || credits > 0 || sending > 0 || (load<u32>(heads) | load<u32>(asked) | load<u32>(readyNow)) != 0;
  return moved || sending > 0;
}
