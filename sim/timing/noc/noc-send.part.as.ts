/** How a granted flit leaves a router of the compiled kernel: the rules of `send` in kernel.ts. */
import { turnSwitch } from "./noc-allocation.part.as";
import { releasePacket, writeEjection } from "./noc-endpoints.part.as";
import { startPacket } from "./noc-heads.part.as";
import {
  bitOf,
  count,
  Home,
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
  Q_INPUT,
  Q_LIVE,
  Q_OUT,
  Q_PORT,
  Q_SENT,
  Q_TOTAL,
  Q_VC,
  Q_WRITE,
  Router,
  V_BIT,
  V_CREDIT,
  V_OWNER,
  V_TARGET,
} from "./noc-records.part.as";
import { ringMask } from "./noc-setup.part.as";
import { putCredit, putFlit } from "./noc-wheel.part.as";

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
@inline
export function forward(out: usize, output: usize, flit: u32): void {
  count(out + P_FLITS);
  const target = pointer(output, V_TARGET);
  if ((target & 1) == 0) {
    const write = <i32>load<u16>(target, Q_WRITE);
    store<u32>(pointer(target, Q_BUFFER) + (<usize>write << 2), flit);
    store<u16>(target, (write + 1) & ringMask, Q_WRITE);
  } else writeEjection(changetype<Home>(target - 1), flit, output);
  putFlit(load<u8>(out, P_FLIT_CYCLES), target);
}

@inline
function releaseVc(out: usize, requester: usize, output: usize): void {
  store<u32>(requester, 0, Q_HELD);
  store<u32>(output, 0, V_OWNER);
  store<u16>(out, load<u16>(out, P_FREE) | load<u16>(output, V_BIT), P_FREE);
}

/** A granted flit of a packet that goes one way leaves through the switch. */
@inline
export function sendSingle(router: Router, input: usize): void {
  const output = pointer(input, Q_HELD);
  const outPort = load<u8>(input, Q_OUT);
  const inPort = load<u8>(input, Q_PORT);
  const out = portAt(router, outPort);
  const port = portAt(router, inPort);
  const vc = <i32>load<u8>(input, Q_VC);
  const front = <i32>load<u16>(input, Q_FRONT);
  const word = load<u32>(pointer(input, Q_BUFFER) + (<usize>front << 2));
  const tail = word & 1;
  const flit = (load<u32>(input, Q_CHILD) << 2) | (word & 3);
  turnSwitch(port, out, inPort, outPort, vc);
  const left = <i32>load<u16>(output, V_CREDIT) - 1;
  store<u16>(output, left, V_CREDIT);
  forward(out, output, flit);
  store<u16>(input, (front + 1) & ringMask, Q_FRONT);
  const held = <i32>load<u16>(input, Q_COUNT) - 1;
  store<u16>(input, held, Q_COUNT);
  putCredit(load<u8>(port, P_CREDIT_CYCLES), pointer(port, P_UP) + (<usize>vc << 4));
  if (tail != 0) {
    releaseVc(out, input, output);
    router.ready &= ~bitOf(router, input);
    store<u16>(input, 0, Q_TOTAL); // and live
    if (held > 0) startPacket(router, input);
  } else if (left == 0 || held == 0) {
    router.ready &= ~bitOf(router, input);
    if (held > 0) router.starved |= bitOf(router, input);
  }
}

/** A granted flit of one branch of a multicast packet leaves through the switch. */
export function sendBranch(router: Router, requester: usize): void {
  const input = pointer(requester, Q_INPUT);
  const output = pointer(requester, Q_HELD);
  const outPort = load<u8>(requester, Q_OUT);
  const inPort = load<u8>(requester, Q_PORT);
  const out = portAt(router, outPort);
  const port = portAt(router, inPort);
  const position = (<i32>load<u16>(input, Q_FRONT) + <i32>load<i16>(requester, Q_SENT)) & ringMask;
  const word = load<u32>(pointer(input, Q_BUFFER) + (<usize>position << 2));
  const tail = (word & 1) != 0;
  turnSwitch(port, out, inPort, outPort, load<u8>(requester, Q_VC));
  const left = <i32>load<u16>(output, V_CREDIT) - 1;
  store<u16>(output, left, V_CREDIT);
  forward(out, output, (load<u32>(requester, Q_CHILD) << 2) | (word & 3));
  if (tail) releaseVc(out, requester, output);
  store<i16>(requester, tail ? -1 : load<i16>(requester, Q_SENT) + 1, Q_SENT);
  advanceBranches(input, port, tail);
  const held = <i32>load<u16>(input, Q_COUNT);
  const sent = <i32>load<i16>(requester, Q_SENT);
  if (tail || left == 0 || held == sent) {
    router.ready &= ~bitOf(router, requester);
    if (!tail && left == 0 && held > sent) router.starved |= bitOf(router, requester);
  }
  if (load<u8>(input, Q_LIVE) == 0) {
    store<u8>(input, 0, Q_TOTAL);
    if (held > 0) startPacket(router, input);
  }
}

