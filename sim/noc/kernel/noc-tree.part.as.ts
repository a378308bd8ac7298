/**
 * The cycle of routers with one VC and multicast, RC of at most one cycle and VA of one: the same cycles and counters as noc-general, with the lists of
 * noc-single and a further list of branches that have been granted an output.
 *
 * One branch holds an output, so switch allocation only decides which of its branches an input serves: round robin over outputs.
 * Gain: noc-general takes 1.39 times its CPU time on an 8 x 8 mesh, packets of one flit to six cores (95 % interval 1.37 .. 1.50), 1.28 times with four
 * flits (1.26 .. 1.35), 1.24 times on 4 x 4 tiles of four cores (1.20 .. 1.30). Equality: test/sim/noc/kernel.test.ts, "tree".
 */
import { isBefore, isNone, List, nextInRow, none } from "../../../base/kernel/views.part.as";
import { roundRobin } from "./noc-allocation.part.as";
import { releasePacket, stepEnds, wakeSource } from "./noc-endpoints.part.as";
import { computeRoute, frontSlot } from "./noc-heads.part.as";
import * as places from "./noc-places.part.as";
import { portAt, routerOf, treeBranch } from "./noc-places.part.as";
import * as records from "./noc-records.part.as";
import { Router, TreeBranch, TreeInput, TreePort, TreeVc } from "./noc-records.part.as";
import { drop, enter, forward, leave, noteArrival } from "./noc-send.part.as";
import { ringMask, routingCycles } from "./noc-settings.part.as";
import { creditsOf, cycle, flitsOf, putCredit, takeCredits, takeFlits } from "./noc-wheel.part.as";

/** Heads to route; free outputs that heads request; inputs that send now, and in the next cycle; branches with a new output. */
let heads: List<TreeInput> = none<List<TreeInput>>();
let asked: List<TreeVc> = none<List<TreeVc>>();
let readyNow: List<TreeInput> = none<List<TreeInput>>();
let readyNext: List<TreeInput> = none<List<TreeInput>>();
let granted: List<TreeBranch> = none<List<TreeBranch>>();

export function initTree(at: usize, listBytes: usize): void {
  heads = changetype<List<TreeInput>>(at);
  asked = changetype<List<TreeVc>>(at + listBytes);
  readyNow = changetype<List<TreeInput>>(at + 2 * listBytes);
  readyNext = changetype<List<TreeInput>>(at + 3 * listBytes);
  granted = changetype<List<TreeBranch>>(at + 4 * listBytes);
}

/** The last cycle changed something, or left work for the next one. */
export let treeActed: bool = false;

@inline
function inputAt(router: Router, port: i32): TreeInput {
  return changetype<TreeInput>(places.inputAt(router, port));
}

@inline
function inputOf(router: Router, branch: TreeBranch): TreeInput {
  return inputAt(router, branch.port);
}

/** A branch can send from the cycle of `list` on. */
@inline
function setReady(list: List<TreeInput>, input: TreeInput, branch: TreeBranch): void {
  const ready = input.ready;
  if (ready == 0) list.push(input);
  input.ready = ready | (1 << (<u32>branch.out));
}

@inline
function startPacket(input: TreeInput, from: u32): void {
  input.total = 1;
  input.live = 1;
  input.since = from + routingCycles;
  input.ready = 0;
  heads.push(input);
}

@inline
function arrive(input: TreeInput): void {
  const router = routerOf(input);
  enter(router);
  noteArrival(input);
  router.writes++;
  const held = <i32>input.count;
  input.count = <u16>(held + 1);
  const total = <i32>input.total;
  if (total == 0) {
    startPacket(input, <u32>cycle);
    return;
  }
  for (let i = 0, branch = treeBranch(input, 0); i < total; i++, branch = nextInRow(branch)) {
    const output = branch.held;
    if (isNone(output) || <i32>branch.sent != held) continue;
    if (output.credit > 0) setReady(readyNow, input, branch);
    else branch.since = <u32>cycle;
  }
}

@inline
function takeCredit(to: records.Credits): void {
  const credit = to.credit;
  to.credit = credit + 1;
  if (credit > 0) return;
  if (to.port == records.SOURCE) {
    wakeSource(changetype<records.SourceVc>(to).home);
    return;
  }
  const branch = changetype<TreeVc>(to).owner;
  if (isNone(branch)) return;
  const router = routerOf(branch);
  const input = inputOf(router, branch);
  if (<i32>branch.sent >= <i32>input.count) return;
  router.stallCredit += <i64>(<i32>(<u32>cycle - branch.since));
  setReady(readyNow, input, branch);
}

/** Routes heads that have reached the front; they request the outputs of their branches. */
function routeHeads(): void {
  for (let at = heads.first, end = heads.end; isBefore(at, end); at = nextInRow(at)) {
    const input = at.value;
    const router = routerOf(input);
    computeRoute(router, input);
    const since = input.since;
    const bit: u32 = 1 << (<u32>input.port);
    let outputs: u32 = 0;
    for (let branch = treeBranch(input, 0), last = treeBranch(input, input.total); isBefore(branch, last); branch = nextInRow(branch)) {
      const port = <i32>branch.out;
      outputs |= 1 << port;
      branch.since = since;
      const out = portAt<TreePort>(router, port);
      const asking = out.asking;
      out.asking = asking | bit;
      const output = places.vcAt<TreeVc>(router, port);
      if (asking == 0 && isNone(output.owner)) asked.push(output);
    }
    input.ways = outputs;
  }
  heads.length = 0;
}

/** Index of an input's branch through `port`; branches are in the order of their outputs. */
@inline
function branchTo(input: TreeInput, port: i32): i32 {
  return <i32>popcnt(input.ways & ((1 << port) - 1));
}

/** Input port whose branch an output takes: the first of `asking` at or after the pointer. */
@inline
function choose(router: Router, port: i32, asking: u32, from: i32): i32 {
  if ((asking & (asking - 1)) == 0) return <i32>ctz(asking);
  const first = from / places.BRANCHES;
  const mine: u32 = 1 << first;
  if ((asking & mine) != 0 && branchTo(inputAt(router, first), port) >= from - first * places.BRANCHES) return first;
  return roundRobin((asking & ~mine) != 0 ? asking & ~mine : asking, first);
}

/** Free outputs take the next branch at their pointer; it can send from the next cycle on. */
function grantOutputs(): void {
  for (let at = asked.first, end = asked.end; isBefore(at, end); at = nextInRow(at)) {
    const output = at.value;
    const router = routerOf(output);
    const port = <i32>output.port;
    const out = portAt<TreePort>(router, port);
    const asking = out.asking;
    const from = choose(router, port, asking, output.grant);
    const input = inputAt(router, from);
    const number = branchTo(input, port);
    const branch = treeBranch(input, number);
    output.grant = <u16>(from * places.BRANCHES + number + 1);
    out.asking = asking & ~(1 << (<u32>from));
    branch.held = output;
    output.owner = branch;
    router.vcAllocations++;
    router.stallVc += <i64>(<i32>(<u32>cycle - branch.since));
    if (output.credit > 0) granted.push(branch);
    else branch.since = <u32>cycle + 1;
  }
  asked.length = 0;
}

/** All branches have sent the front flit. */
@inline
function freeSlot(router: Router, input: TreeInput): void {
  const entrance = portAt<TreePort>(router, input.port);
  putCredit(<i32>entrance.creditCycles, entrance.up);
  drop(input);
  leave(router);
}

/** Counts a branch's flit as sent, and frees the flits that all branches have sent. */
@inline
function follow(router: Router, input: TreeInput, branch: TreeBranch, word: u32): void {
  if (input.total == 1) {
    if ((word & 1) != 0) input.live = 0;
    freeSlot(router, input);
  } else if ((word & 3) == 3) {
    // a head that is also the tail: the other branches have sent all or nothing
    branch.sent = -1;
    const live = input.live - 1;
    input.live = live;
    if (live != 0) return;
    releasePacket(<i32>(word >> 2));
    freeSlot(router, input);
  } else followLong(router, input, branch, (word & 1) != 0);
}

function followLong(router: Router, input: TreeInput, branch: TreeBranch, tail: bool): void {
  branch.sent = tail ? -1 : branch.sent + 1;
  if (tail) input.live--;
  const first = treeBranch(input, 0);
  const end = treeBranch(input, input.total);
  let least = i32.MAX_VALUE;
  for (let one = first; isBefore(one, end); one = nextInRow(one)) if (one.sent >= 0) least = min(least, <i32>one.sent);
  if (least == i32.MAX_VALUE) releasePacket(frontSlot(input));
  if (least == 0) return;
  for (let one = first; isBefore(one, end); one = nextInRow(one)) if (one.sent > 0) one.sent--;
  freeSlot(router, input);
}

/** One of the branches of `input` that can send sends a flit through the output that it holds. */
function send(input: TreeInput): void {
  const router = routerOf(input);
  const entrance = portAt<TreePort>(router, input.port);
  const ready = input.ready;
  const port = roundRobin(ready, entrance.accept);
  entrance.accept = <u8>(port + 1);
  const others = ready & (ready - 1);
  if (others != 0) router.stallSwitch += <i64>(<i32>popcnt(others));
  const branch = treeBranch(input, branchTo(input, port));
  const output = branch.held;
  const word = input.buffer[(<i32>input.front + <i32>branch.sent) & ringMask];
  const tail = (word & 1) != 0;
  const left = output.credit - 1;
  output.credit = left;
  const out = portAt<TreePort>(router, port);
  forward(out, output, ((<u32>branch.child) << 2) | (word & 3));
  if (tail) {
    branch.held = none<TreeVc>();
    output.owner = none<TreeBranch>();
    if (out.asking != 0) asked.push(output);
  }
  follow(router, input, branch, word);
  let still = ready;
  if (tail || left == 0 || <i32>branch.sent == <i32>input.count) {
    still = ready & ~(1 << port);
    if (!tail && left == 0) branch.since = <u32>cycle + 1;
  }
  input.ready = still;
  if (still != 0) readyNext.push(input);
  if (input.live != 0) return;
  input.total = 0;
  if (input.count > 0) startPacket(input, <u32>cycle + 1);
}

/** Prepares the wait counts of heads that are at the front but not routed yet. */
export function settleTreeHeads(): void {
  for (let at = heads.first, end = heads.end; isBefore(at, end); at = nextInRow(at)) treeBranch(at.value, 0).since = at.value.since;
}

/** One cycle; returns whether a flit moved. */
export function stepTree(slot: i32): bool {
  const flits = takeFlits(slot);
  const credits = takeCredits(slot);
  let flit = flitsOf(slot);
  const arrived = flit != flits;
  for (; isBefore(flit, flits); flit = nextInRow(flit)) arrive(changetype<TreeInput>(flit.value));
  let credit = creditsOf(slot);
  const credited = credit != credits;
  for (; isBefore(credit, credits); credit = nextInRow(credit)) takeCredit(credit.value);
  const moved = stepEnds(slot) || arrived;
  if (routingCycles == 0) routeHeads();
  grantOutputs();
  if (routingCycles != 0) routeHeads();
  const sends = readyNow.length > 0;
  for (let at = readyNow.first, end = readyNow.end; isBefore(at, end); at = nextInRow(at)) send(at.value);
  readyNow.length = 0;
  for (let at = granted.first, end = granted.end; isBefore(at, end); at = nextInRow(at)) {
    const branch = at.value;
    setReady(readyNext, inputOf(routerOf(branch), branch), branch);
  }
  granted.length = 0;
  const now = readyNow;
  readyNow = readyNext;
  readyNext = now;
  treeActed = moved || credited || sends || (heads.length | asked.length | readyNow.length) != 0;
  return moved || sends;
}
