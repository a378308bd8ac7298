/**
 * The cycle of routers of several VCs and one way a packet, with RC of at most one cycle and VA of one: the same cycles and counters as the masks of
 * noc-kernel.as.ts, over lists of what has something to do.
 *
 * A head asks for VCs of one output port, so VC allocation is apart by port: a port is looked at when it has both heads that ask and VCs that are
 * free. Who waits for a VC or a credit costs nothing: its cycles are counted when it ends (`Q_SINCE`, `R_SINCE`), or when the counters are read.
 * Switch allocation looks at routers with inputs that can send (`READY`), their bits in `awake`.
 */
import { allocateSwitch, matchPort } from "./noc-allocation.part.as";
import { eject, packetAt, stepEnds, wakeSource, writeEjection } from "./noc-endpoints.part.as";
import { wayTo } from "./noc-heads.part.as";
import {
  clear,
  count,
  countBy,
  GRANT_AT,
  K_DESTINATION,
  OUTPUT_AT,
  P_CREDIT_CYCLES,
  P_FLIT_CYCLES,
  P_FLITS,
  P_FREE,
  P_UP,
  pointer,
  portAt,
  Q_BUFFER,
  Q_CHILD,
  Q_COUNT,
  Q_FRONT,
  Q_HELD,
  Q_OUT,
  Q_PERMITTED,
  Q_PORT,
  Q_SINCE,
  Q_TOTAL,
  Q_VC,
  Q_WRITE,
  QUEUE_AT,
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
  SOURCE,
  T_ASKED,
  T_TURN,
  TURN_AT,
  turnAt,
  V_BIT,
  V_CREDIT,
  V_OWNER,
  V_PORT,
  V_TARGET,
  VCS,
} from "./noc-records.part.as";
import { asked, awake, awakeWords, heads, readyNext, ringMask, routers, routingCycles } from "./noc-setup.part.as";
import { push } from "./noc-single.part.as";
import { creditsOf, cycle, flitsOf, putCredit, putFlit, takeCredits, takeFlits } from "./noc-wheel.part.as";

/** `input` can send. */
@inline
function setReady(router: usize, input: usize): void {
  set(router, READY, input);
  const number = load<i32>(router, R_NUMBER);
  const word = awake + ((<usize>number >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (number & 63)));
}

@inline
function arrive(input: usize): void {
  const router = routerOf(input);
  const inside = load<i32>(router, R_FLITS);
  store<i32>(router, inside + 1, R_FLITS);
  if (inside == 0) store<u32>(router, <u32>cycle, R_SINCE);
  const held = <i32>load<u16>(input, Q_COUNT);
  store<u16>(input, held + 1, Q_COUNT);
  if (load<u8>(input, Q_TOTAL) == 0) {
    store<u8>(input, 1, Q_TOTAL);
    store<u32>(input, <u32>cycle + routingCycles, Q_SINCE);
    push(heads, input);
  } else if (held == 0) {
    // The packet's head is gone, so its output VC is held.
    if (load<u16>(pointer(input, Q_HELD), V_CREDIT) > 0) setReady(router, input);
    else store<u32>(input, <u32>cycle, Q_SINCE);
  }
}

@inline
function takeCredit(output: usize): void {
  const credit = <i32>load<u16>(output, V_CREDIT);
  store<u16>(output, credit + 1, V_CREDIT);
  if (credit > 0) return;
  const input = pointer(output, V_OWNER);
  if (input == 0) {
    if (<i32>load<u8>(output, V_PORT) == SOURCE) wakeSource(pointer(output, V_TARGET));
    return;
  }
  if (load<u16>(input, Q_COUNT) == 0) return;
  const router = routerOf(input);
  countBy(router + R_STALL_CREDIT, <i32>(<u32>cycle - load<u32>(input, Q_SINCE)));
  setReady(router, input);
}

/** Puts a port on the list of those that VC allocation looks at, once. */
@inline
function ask(router: usize, port: i32): void {
  const turn = turnAt(router, port);
  if (load<u8>(turn, T_ASKED) != 0) return;
  store<u8>(turn, 1, T_ASKED);
  push(asked, turn);
}

/** Heads that came to the front ask for a VC of their route's output, from the next cycle on or, looking ahead, in this one. */
@inline
function routeHeads(): void {
  for (let at = heads + 4, end = at + (<usize>load<u32>(heads) << 2); at < end; at += 4) {
    const input = <usize>load<u32>(at);
    const router = routerOf(input);
    const slot = load<u32>(pointer(input, Q_BUFFER) + (<usize>load<u16>(input, Q_FRONT) << 2)) >> 2;
    const packet = packetAt(<i32>slot);
    const way = wayTo(router, packet, load<i32>(packet, K_DESTINATION));
    const port = way & 255;
    store<u8>(input, port, Q_OUT);
    store<u16>(input, way >> 8, Q_PERMITTED);
    store<u32>(input, slot, Q_CHILD);
    set(router, QUEUE_AT + (<usize>port << 3), input);
    if (load<u16>(portAt(router, port), P_FREE) != 0) ask(router, port);
  }
  store<u32>(heads, 0);
}

/** A head has won a VC: it can send from the next cycle on. */
@inline
function holdVc(router: usize, port: usize, input: usize, output: usize): void {
  store<u32>(input, <u32>output, Q_HELD);
  store<u32>(output, <u32>input, V_OWNER);
  store<u16>(port, load<u16>(port, P_FREE) & ~load<u16>(output, V_BIT), P_FREE);
  countBy(router + R_STALL_VC, <i32>(<u32>cycle - load<u32>(input, Q_SINCE)));
  if (load<u16>(output, V_CREDIT) > 0) push(readyNext, input);
  else store<u32>(input, <u32>cycle + 1, Q_SINCE);
}

/** Free VCs of the ports that are asked go to heads; a port with heads and VCs left is asked again in the next cycle. */
@inline
function grantVcs(): void {
  let left = asked + 4;
  for (let at = left, end = at + (<usize>load<u32>(asked) << 2); at < end; at += 4) {
    const turn = <usize>load<u32>(at);
    const router = routerOf(turn);
    const number = <i32>((turn - router - TURN_AT) >> 2);
    const port = portAt(router, number);
    const queue = router + QUEUE_AT + (<usize>number << 3);
    const waiting = load<u64>(queue);
    let won: u64 = 0;
    const many = matchPort(router, number, waiting, <u32>load<u16>(port, P_FREE));
    const grants = router + GRANT_AT;
    for (let i = 0; i < many; i++) {
      const li = load<u8>(grants + (<usize>i << 1));
      won |= (<u64>1) << <u64>li;
      holdVc(router, port, requesterAt(router, li), router + OUTPUT_AT + (<usize>load<u8>(grants + (<usize>i << 1), 1) << 4));
    }
    if (many > 0) countBy(router + R_VC_ALLOCATIONS, many);
    store<u64>(queue, waiting & ~won);
    if (many > 0 && waiting != won && load<u16>(port, P_FREE) != 0) {
      store<u32>(left, <u32>turn);
      left += 4;
    } else store<u8>(turn, 0, T_ASKED);
  }
  store<u32>(asked, <u32>((left - asked - 4) >> 2));
}

/** The flit at the front of `input` leaves through the output VC that it holds. */
@inline
function send(router: usize, input: usize): void {
  const output = pointer(input, Q_HELD);
  const port = <i32>load<u8>(input, Q_OUT);
  const out = portAt(router, port);
  const inPort = load<u8>(input, Q_PORT);
  const vc = <i32>load<u8>(input, Q_VC);
  const front = <i32>load<u16>(input, Q_FRONT);
  const word = load<u32>(pointer(input, Q_BUFFER) + (<usize>front << 2));
  const flit = (load<u32>(input, Q_CHILD) << 2) | (word & 3);
  store<u8>(turnAt(router, inPort), vc + 1 == VCS ? 0 : vc + 1, T_TURN);
  const left = <i32>load<u16>(output, V_CREDIT) - 1;
  store<u16>(output, left, V_CREDIT);
  count(out + P_FLITS);
  const target = pointer(output, V_TARGET);
  if ((target & 1) == 0) {
    const write = <i32>load<u16>(target, Q_WRITE);
    store<u32>(pointer(target, Q_BUFFER) + (<usize>write << 2), flit);
    store<u16>(target, (write + 1) & ringMask, Q_WRITE);
  } else writeEjection(target - 1, flit, output);
  putFlit(load<u8>(out, P_FLIT_CYCLES), target);
  const entrance = portAt(router, inPort);
  putCredit(load<u8>(entrance, P_CREDIT_CYCLES), pointer(entrance, P_UP) + (<usize>vc << 4));
  store<u16>(input, (front + 1) & ringMask, Q_FRONT);
  const held = <i32>load<u16>(input, Q_COUNT) - 1;
  store<u16>(input, held, Q_COUNT);
  const inside = load<i32>(router, R_FLITS) - 1;
  store<i32>(router, inside, R_FLITS);
  if (inside == 0) countBy(router + R_AWAKE, <i32>(<u32>cycle + 1 - load<u32>(router, R_SINCE)));
  if ((word & 1) != 0) {
    store<u32>(input, 0, Q_HELD);
    store<u32>(output, 0, V_OWNER);
    store<u16>(out, load<u16>(out, P_FREE) | load<u16>(output, V_BIT), P_FREE);
    if (load<u64>(router + QUEUE_AT + (<usize>port << 3)) != 0) ask(router, port);
    clear(router, READY, input);
    if (held > 0) {
      store<u32>(input, <u32>cycle + 1 + routingCycles, Q_SINCE);
      push(heads, input);
    } else store<u8>(input, 0, Q_TOTAL);
  } else if (left == 0 || held == 0) {
    clear(router, READY, input);
    store<u32>(input, <u32>cycle + 1, Q_SINCE);
  }
}

/** Inputs that can send compete for the switch of their router; returns whether any could. */
@inline
function passSwitches(): bool {
  let any: u64 = 0;
  for (let i = 0; i < awakeWords; i++) {
    const word = awake + (<usize>i << 3);
    let left = load<u64>(word);
    any |= left;
    for (let rest = left; rest != 0; rest &= rest - 1) {
      const router = routers + (((<usize>i << 6) + <usize>ctz(rest)) << ROUTER_SHIFT);
      const ready = load<u64>(router, READY);
      const winners = allocateSwitch(router, ready);
      if (winners != ready) countBy(router + R_STALL_SWITCH, <i32>popcnt(ready ^ winners));
      for (let each = winners; each != 0; each &= each - 1) send(router, requesterAt(router, <i32>ctz(each)));
      if (load<u64>(router, READY) == 0) left &= ~(rest & (0 - rest));
    }
    store<u64>(word, left);
  }
  return any != 0;
}

/** Whether the last cycle changed anything, or left something to do for the next one. */
export let virtualActed: bool = false;

/** One cycle; returns whether a flit moved. */
export function stepVirtual(slot: i32): bool {
  const flits = takeFlits(slot);
  const credits = takeCredits(slot);
  let at = flitsOf(slot);
  for (let end = at + (<usize>flits << 2); at < end; at += 4) {
    const target = <usize>load<u32>(at);
    if ((target & 1) == 0) arrive(target);
    else eject(target - 1);
  }
  at = creditsOf(slot);
  for (let end = at + (<usize>credits << 2); at < end; at += 4) takeCredit(load<u32>(at));
  const moved = stepEnds() || flits > 0;
  if (routingCycles == 0) routeHeads();
  grantVcs();
  if (routingCycles != 0) routeHeads();
  const sent = passSwitches();
  const granted = load<u32>(readyNext);
  for (let entry = readyNext + 4, end = entry + (<usize>granted << 2); entry < end; entry += 4) {
    const input = <usize>load<u32>(entry);
    setReady(routerOf(input), input);
  }
  store<u32>(readyNext, 0);
  virtualActed = moved || sent || credits > 0 || granted > 0 || (load<u32>(heads) | load<u32>(asked)) != 0;
  return moved || sent;
}
