/** VC and switch allocation of the compiled kernel: the rules of vc-allocation.ts and switch-allocation.ts, over records. */
import {
  grantsOf,
  OUTPUTS,
  P_ACCEPT,
  P_FREE,
  P_GRANT,
  P_TURN,
  pointer,
  portAt,
  Q_ACCEPT,
  Q_OUT,
  Q_PERMITTED,
  Q_PORT,
  Q_VC,
  requesterAt,
  REQUESTERS,
  Router,
  V_GRANT,
  vcAt,
  VCS,
} from "./noc-records.part.as";

/** Scratch: [64] best distance and requester of an output VC; [64] the same of a requester; [64] touched outputs; touched requesters; [12] masks of those that ask for a VC of one port. */
let scratch: usize = 0;
let inputFirst: bool = false;
/** Whether every head may take every VC of its port. */
let alike: bool = false;
/** [port][port] requester that asks for an output. */
let candidates: usize = 0;
/** [port] counterparts that ask it first; [port] counterparts that chose it. */
let asked: usize = 0;

export const ALLOCATION_BYTES: i32 = 64 * 6 + 12 * 8 + 32 * 32 + 256;

export function initAllocation(at: usize, first: bool, permittedAlike: bool): void {
  scratch = at;
  alike = permittedAlike;
  candidates = at + 64 * 6 + 12 * 8;
  asked = candidates + 32 * 32;
  inputFirst = first;
  memory.fill(scratch, 255, 64 * 6);
}

@inline
export function roundRobin(mask: u32, pointer: u32): i32 {
  const ahead = (mask >> pointer) << pointer;
  return ctz<i32>(ahead != 0 ? ahead : mask);
}

/** The VC of a port, of those in `vacant`, that is first at or behind a head's pointer; `behind` is the pointer less the port's first output VC. */
@inline
export function vcBehind(vacant: u32, behind: i32): i32 {
  return roundRobin(vacant, <u32>behind < <u32>VCS ? behind : 0);
}

@inline
function matchVc(router: Router, li: i32, output: i32, grants: i32): void {
  store<u8>(vcAt(router, output), li + 1, V_GRANT);
  store<u8>(requesterAt(router, li), output + 1, Q_ACCEPT);
  const at = grantsOf(router) + (<usize>grants << 1);
  store<u8>(at, li);
  store<u8>(at, output, 1);
}

/** A head that alone asks for its output port accepts the first free VC behind its pointer; returns how many grants there are then. */
@inline
function grantAlone(router: Router, li: i32, grants: i32): i32 {
  const requester = requesterAt(router, li);
  const port = <i32>load<u8>(requester, Q_OUT);
  const vacant = <u32>load<u16>(portAt(router, port), P_FREE) & <u32>load<u16>(requester, Q_PERMITTED);
  if (vacant == 0) return grants;
  const first = port * VCS;
  matchVc(router, li, first + vcBehind(vacant, <i32>load<u8>(requester, Q_ACCEPT) - first), grants);
  return grants + 1;
}

/** Whether no two heads of `waiting` ask for the same output port. */
@inline
function askApart(router: Router, waiting: u64): bool {
  let outputs: u32 = 0;
  for (let rest = waiting; rest != 0; rest &= rest - 1) {
    const output: u32 = 1 << <u32>load<u8>(requesterAt(router, <i32>ctz(rest)), Q_OUT);
    if ((outputs & output) != 0) return false;
    outputs |= output;
  }
  return true;
}

@inline
function roundRobinOf(mask: u64, pointer: i32): i32 {
  const ahead = (mask >> <u64>pointer) << <u64>pointer;
  return <i32>ctz(ahead != 0 ? ahead : mask);
}

/** Sets, for each free VC of the port whose output VCs begin at `first`, the heads that ask for it. */
function askEach(router: Router, first: i32, waiting: u64, vacant: u32, asking: usize): void {
  for (let rest = waiting; rest != 0; rest &= rest - 1) {
    const li = <i32>ctz(rest);
    const requester = requesterAt(router, li);
    let wanted = vacant & <u32>load<u16>(requester, Q_PERMITTED);
    if (wanted == 0) continue;
    if (inputFirst) wanted = 1 << vcBehind(wanted, <i32>load<u8>(requester, Q_ACCEPT) - first);
    for (; wanted != 0; wanted &= wanted - 1) {
      const mask = asking + (<usize>ctz(wanted) << 3);
      store<u64>(mask, load<u64>(mask) | ((<u64>1) << <u64>li));
    }
  }
}

/**
 * The same for the heads `waiting` that ask for the output port whose output VCs begin at `first`, with the free VCs `vacant`: VCs of one port meet no
 * other's heads, so ports are matched one by one.
 */
export function matchPort(router: Router, first: i32, waiting: u64, vacant: u32): i32 {
  const asking = scratch + 384;
  const all = alike && !inputFirst;
  if (all && (vacant & (vacant - 1)) == 0) {
    // most often one VC has become free where heads wait
    const output = first + <i32>ctz(vacant);
    matchVc(router, roundRobinOf(waiting, load<u8>(vcAt(router, output), V_GRANT)), output, 0);
    return 1;
  }
  for (let vc = 0; vc < VCS; vc++) store<u64>(asking + (<usize>vc << 3), all ? waiting : 0);
  if (!all) askEach(router, first, waiting, vacant, asking);
  // each VC offers itself to the head behind its pointer; a head of several offers takes the one behind its own
  let grants = 0;
  let offered: u64 = 0;
  const pairs = grantsOf(router);
  for (let rest = vacant; rest != 0; rest &= rest - 1) {
    const vc = <i32>ctz(rest);
    const askers = load<u64>(asking + (<usize>vc << 3));
    if (askers == 0) continue;
    const output = first + vc;
    const li = roundRobinOf(askers, load<u8>(vcAt(router, output), V_GRANT));
    const bit: u64 = (<u64>1) << <u64>li;
    if ((offered & bit) != 0) {
      let at = pairs;
      while (<i32>load<u8>(at) != li) at += 2;
      const accept = <i32>load<u8>(requesterAt(router, li), Q_ACCEPT);
      // the earlier offer is of a lower VC
      if (<i32>load<u8>(at, 1) < accept && output >= accept) store<u8>(at, output, 1);
      continue;
    }
    offered |= bit;
    store<u8>(pairs + (<usize>grants << 1), li);
    store<u8>(pairs + (<usize>grants << 1), output, 1);
    grants++;
  }
  for (let i = 0; i < grants; i++) {
    const pair = pairs + (<usize>i << 1);
    matchVc(router, load<u8>(pair), load<u8>(pair, 1), i);
  }
  return grants;
}

/** Writes pairs (requester, output VC) to the router's grant list; returns how many. */
export function allocateVcs(router: Router): i32 {
  const waiting = router.waiting;
  if (askApart(router, waiting)) {
    let grants = 0;
    for (let rest = waiting; rest != 0; rest &= rest - 1) grants = grantAlone(router, <i32>ctz(rest), grants);
    return grants;
  }
  let touched = 0;
  for (let rest = waiting; rest != 0; rest &= rest - 1) {
    const li = <i32>ctz(rest);
    const requester = requesterAt(router, li);
    const port = <i32>load<u8>(requester, Q_OUT);
    let vacant = <u32>load<u16>(portAt(router, port), P_FREE) & <u32>load<u16>(requester, Q_PERMITTED);
    if (vacant == 0) continue;
    if (inputFirst) vacant = 1 << vcBehind(vacant, <i32>load<u8>(requester, Q_ACCEPT) - port * VCS);
    for (; vacant != 0; vacant &= vacant - 1) {
      const output = port * VCS + <i32>ctz(vacant);
      let key = li - <i32>load<u8>(vcAt(router, output), V_GRANT);
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

/** Whether no two of `ready` share an input or an output. */
@inline
function allWin(router: Router, ready: u64): bool {
  let inputs: u32 = 0;
  let outputs: u32 = 0;
  for (let rest = ready; rest != 0; rest &= rest - 1) {
    const requester = requesterAt(router, <i32>ctz(rest));
    const input: u32 = 1 << <u32>load<u8>(requester, Q_PORT);
    const output: u32 = 1 << <u32>load<u8>(requester, Q_OUT);
    if (((inputs & input) | (outputs & output)) != 0) return false;
    inputs |= input;
    outputs |= output;
  }
  return true;
}

/** The switch pointers stand behind a winner; behind the last, they mean the first. */
@inline
export function turnSwitch(entrance: usize, out: usize, input: i32, output: i32, vc: i32): void {
  store<u8>(entrance, vc + 1, P_TURN);
  store<u8>(entrance, output + 1, P_ACCEPT);
  store<u8>(out, input + 1, P_GRANT);
}

/** Allocates among the requesters `ready` (at least one); returns those that send, each of which then turns the switch. */
export function allocateSwitch(router: Router, ready: u64): u64 {
  if (allWin(router, ready)) return ready;
  const scratchAsked = asked;
  const cells = candidates;
  const inputs = inputFirst;
  let firsts: u32 = 0;
  // Requesters come in order of their input port, then of their VC.
  let last = -1;
  let wants: u32 = 0;
  for (let rest = ready; rest != 0; rest &= rest - 1) {
    const li = <i32>ctz(rest);
    const requester = requesterAt(router, li);
    const input = <i32>load<u8>(requester, Q_PORT);
    const output = <i32>load<u8>(requester, Q_OUT);
    if (input != last) {
      last = input;
      wants = 0;
    }
    const cell = cells + ((<usize>input << 5) | <usize>output);
    const bit: u32 = 1 << output;
    if ((wants & bit) == 0) {
      wants |= bit;
      store<u8>(cell, li);
      const first = inputs ? input : output;
      const asker = inputs ? output : input;
      const at = scratchAsked + (<usize>first << 2);
      store<u32>(at, load<u32>(at) | (1 << asker));
      firsts |= 1 << first;
    } else {
      // The first at or behind the pointer stays, else the first of all.
      const turn = <u32>load<u8>(portAt(router, input), P_TURN);
      if (<u32>load<u8>(requesterAt(router, load<u8>(cell)), Q_VC) < turn && <u32>load<u8>(requester, Q_VC) >= turn) store<u8>(cell, li);
    }
  }
  const firstPointer = inputs ? P_ACCEPT : P_GRANT;
  const secondPointer = inputs ? P_GRANT : P_ACCEPT;
  let seconds: u32 = 0;
  for (let rest = firsts; rest != 0; rest &= rest - 1) {
    const first = <i32>ctz(rest);
    const at = scratchAsked + (<usize>first << 2);
    const choice = <usize>roundRobin(load<u32>(at), load<u8>(portAt(router, first) + firstPointer));
    store<u32>(at, 0);
    const offers = scratchAsked + (choice << 2);
    store<u32>(offers, load<u32>(offers, 128) | (1 << <u32>first), 128);
    seconds |= 1 << <u32>choice;
  }
  let granted: u64 = 0;
  for (let rest = seconds; rest != 0; rest &= rest - 1) {
    const chooser = <i32>ctz(rest);
    const at = scratchAsked + (<usize>chooser << 2);
    const choice = roundRobin(load<u32>(at, 128), load<u8>(portAt(router, chooser) + secondPointer));
    store<u32>(at, 0, 128);
    const input = <usize>(inputs ? choice : chooser);
    const output = <usize>(inputs ? chooser : choice);
    granted |= (<u64>1) << <u64>load<u8>(cells + ((input << 5) | output));
  }
  return granted;
}
