/** VC and switch allocation of the compiled kernel: the rules of vc-allocation.ts and switch-allocation.ts, over records. */
import {
  GRANT_AT,
  OUTPUT_AT,
  OUTPUTS,
  P_ACCEPT,
  P_ASKED,
  P_FREE,
  P_GRANT,
  P_OFFERS,
  P_VC_TURN,
  P_WANTS,
  PORTS,
  portAt,
  Q_ACCEPT,
  Q_OUT,
  Q_PERMITTED,
  Q_PORT,
  Q_VC,
  REQUESTERS,
  requesterAt,
  V_GRANT,
  VCS,
  WAITING,
} from "./noc-records.as";

/** Scratch: [64] best distance and requester of an output VC; [64] the same of a requester; [64] touched outputs; touched requesters. */
let scratch: usize = 0;
let inputFirst: bool = false;
/** [port][port] requester that asks for an output; [port] winner of an input. */
let candidates: usize = 0;
export let winners: usize = 0;

export const ALLOCATION_BYTES: i32 = 64 * 6 + 32 * 32 + 32;

export function initAllocation(at: usize, first: bool): void {
  scratch = at;
  candidates = at + 64 * 6;
  winners = candidates + 32 * 32;
  inputFirst = first;
  memory.fill(scratch, 255, 64 * 6);
}

// @ts-ignore: decorator
@inline
function roundRobin(mask: u32, pointer: u32): i32 {
  const ahead = (mask >> pointer) << pointer;
  return ctz<i32>(ahead != 0 ? ahead : mask);
}

// @ts-ignore: decorator
@inline
function matchVc(router: usize, li: i32, output: i32, grants: i32): void {
  store<u8>(router + OUTPUT_AT + (<usize>output << 4), li + 1 == REQUESTERS ? 0 : li + 1, V_GRANT);
  store<u8>(requesterAt(router, li), output + 1 == OUTPUTS ? 0 : output + 1, Q_ACCEPT);
  const at = router + GRANT_AT + (<usize>grants << 1);
  store<u8>(at, li);
  store<u8>(at, output, 1);
}

/** Writes pairs (requester, output VC) to the router's grant list; returns how many. */
export function allocateVcs(router: usize): i32 {
  const waiting = load<u64>(router, WAITING);
  if ((waiting & (waiting - 1)) == 0) {
    // One head alone: it accepts the first free VC behind its pointer.
    const li = <i32>ctz(waiting);
    const requester = requesterAt(router, li);
    const port = <i32>load<u8>(requester, Q_OUT);
    const vacant = <u32>load<u16>(portAt(router, port), P_FREE) & <u32>load<u16>(requester, Q_PERMITTED);
    if (vacant == 0) return 0;
    const pointer = <i32>load<u8>(requester, Q_ACCEPT) - port * VCS;
    const vc = pointer > 0 && pointer < VCS ? roundRobin(vacant, pointer) : <i32>ctz(vacant);
    matchVc(router, li, port * VCS + vc, 0);
    return 1;
  }
  let touched = 0;
  for (let rest = waiting; rest != 0; rest &= rest - 1) {
    const li = <i32>ctz(rest);
    const requester = requesterAt(router, li);
    const port = <i32>load<u8>(requester, Q_OUT);
    let vacant = <u32>load<u16>(portAt(router, port), P_FREE) & <u32>load<u16>(requester, Q_PERMITTED);
    if (vacant == 0) continue;
    if (inputFirst) {
      const pointer = <i32>load<u8>(requester, Q_ACCEPT) - port * VCS;
      vacant = 1 << (pointer > 0 && pointer < VCS ? roundRobin(vacant, pointer) : <i32>ctz(vacant));
    }
    for (; vacant != 0; vacant &= vacant - 1) {
      const output = port * VCS + <i32>ctz(vacant);
      let key = li - <i32>load<u8>(router + OUTPUT_AT + (<usize>output << 4), V_GRANT);
      if (key < 0) key += REQUESTERS;
      const best = <i32>load<u8>(scratch + output);
      if (best == 255) store<u8>(scratch + touched++, output, 256);
      if (key < best) {
        store<u8>(scratch + output, key);
        store<u8>(scratch + output, li, 64);
      }
    }
  }
  let asking = 0;
  for (let i = 0; i < touched; i++) {
    const output = <i32>load<u8>(scratch + i, 256);
    const li = <i32>load<u8>(scratch + output, 64);
    store<u8>(scratch + output, 255);
    let key = output - <i32>load<u8>(requesterAt(router, li), Q_ACCEPT);
    if (key < 0) key += OUTPUTS;
    const best = <i32>load<u8>(scratch + li, 128);
    if (best == 255) store<u8>(scratch + asking++, li, 320);
    if (key < best) {
      store<u8>(scratch + li, key, 128);
      store<u8>(scratch + li, output, 192);
    }
  }
  for (let i = 0; i < asking; i++) {
    const li = <i32>load<u8>(scratch + i, 320);
    store<u8>(scratch + li, 255, 128);
    matchVc(router, li, <i32>load<u8>(scratch + li, 192), i);
  }
  return asking;
}

/** Requester that won input `port` in the last call of `allocateSwitch`. */
// @ts-ignore: decorator
@inline
export function winnerOf(router: usize, port: i32): usize {
  return requesterAt(router, load<u8>(winners + port));
}

/** Allocates among the requesters `ready` (at least one); returns the bits of inputs that send. */
export function allocateSwitch(router: usize, ready: u64): u32 {
  if ((ready & (ready - 1)) == 0) {
    const li = <i32>ctz(ready);
    const requester = requesterAt(router, li);
    const input = <i32>load<u8>(requester, Q_PORT);
    const output = <i32>load<u8>(requester, Q_OUT);
    store<u8>(portAt(router, output), input + 1 == PORTS ? 0 : input + 1, P_GRANT);
    store<u8>(portAt(router, input), output + 1 == PORTS ? 0 : output + 1, P_ACCEPT);
    store<u8>(winners + input, li);
    return 1 << input;
  }
  let firsts: u32 = 0;
  for (let rest = ready; rest != 0; rest &= rest - 1) {
    const li = <i32>ctz(rest);
    const requester = requesterAt(router, li);
    const input = <i32>load<u8>(requester, Q_PORT);
    const output = <i32>load<u8>(requester, Q_OUT);
    const port = portAt(router, input);
    const cell = candidates + ((<usize>input << 5) | <usize>output);
    const wants = load<u32>(port, P_WANTS);
    if ((wants & (1 << output)) == 0) {
      store<u32>(port, wants | (1 << output), P_WANTS);
      store<u8>(cell, li);
      const first = inputFirst ? input : output;
      const asker = inputFirst ? output : input;
      const at = portAt(router, first);
      store<u32>(at, load<u32>(at, P_ASKED) | (1 << asker), P_ASKED);
      firsts |= 1 << first;
    } else {
      const turn = <u32>load<u8>(port, P_VC_TURN);
      const rival = requesterAt(router, load<u8>(cell));
      if (<u32>load<u8>(rival, Q_VC) < turn && <u32>load<u8>(requester, Q_VC) >= turn) store<u8>(cell, li);
    }
  }
  const firstPointer = inputFirst ? P_ACCEPT : P_GRANT;
  const secondPointer = inputFirst ? P_GRANT : P_ACCEPT;
  let seconds: u32 = 0;
  for (let rest = firsts; rest != 0; rest &= rest - 1) {
    const first = <i32>ctz(rest);
    const at = portAt(router, first);
    const choice = roundRobin(load<u32>(at, P_ASKED), load<u8>(at + firstPointer));
    store<u32>(at, 0, P_ASKED);
    const other = portAt(router, choice);
    store<u32>(other, load<u32>(other, P_OFFERS) | (1 << first), P_OFFERS);
    seconds |= 1 << choice;
  }
  let granted: u32 = 0;
  for (let rest = seconds; rest != 0; rest &= rest - 1) {
    const chooser = <i32>ctz(rest);
    const at = portAt(router, chooser);
    const choice = roundRobin(load<u32>(at, P_OFFERS), load<u8>(at + secondPointer));
    store<u32>(at, 0, P_OFFERS);
    store<u8>(at + secondPointer, choice + 1 == PORTS ? 0 : choice + 1);
    store<u8>(portAt(router, choice) + firstPointer, chooser + 1 == PORTS ? 0 : chooser + 1);
    const input = inputFirst ? choice : chooser;
    const output = inputFirst ? chooser : choice;
    store<u8>(winners + input, load<u8>(candidates + ((<usize>input << 5) | <usize>output)));
    granted |= 1 << input;
  }
  for (let rest = ready; rest != 0; rest &= rest - 1) {
    const port = <i32>load<u8>(requesterAt(router, <i32>ctz(rest)), Q_PORT);
    store<u32>(portAt(router, port), 0, P_WANTS);
  }
  return granted;
}
