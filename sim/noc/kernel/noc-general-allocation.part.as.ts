/**
 * VC and switch allocation of the general loop, for any number of ports, VCs and branches.
 *
 * VC allocation matches waiting branches with free output VCs; a branch requests every free VC that it may take. iSLIP: every output VC grants the next branch
 * at its pointer, every branch accepts the next output VC at its own. Input first: every branch picks one output VC, every output VC picks one branch. Pointers
 * move only for matched pairs.
 * Switch allocation: if several VCs of an input port have the same output, a round-robin pointer picks one; then input ports are matched with output ports, one
 * flit each. iSLIP: outputs grant, inputs accept. Input first: inputs choose, then outputs choose among them.
 */
import { Bits, inRow, isNone, none, Table } from "../../../base/kernel/views.part.as";
import { vcBehind } from "./noc-allocation.part.as";
import { BRANCH_WORDS, branchAt, grantsOf, INPUTS, numberOfVc, PORTS, portAt, REQUESTERS, VCS, vcAt } from "./noc-places.part.as";
import { GeneralBranch, GeneralPort, GeneralRouter, GeneralVc, Grant } from "./noc-records.part.as";

@unmanaged
export class Pair extends Grant<GeneralBranch, GeneralVc> {}

/** The best request so far: its distance from a pointer, and the requester; none if there is no request. */
@unmanaged
class Offer {
  distance: u32;
  branch: GeneralBranch;
}

let inputFirst: bool = false;
/** Offers by [output VC] for VC allocation, by [port] for both halves of switch allocation; and the sets of those that have an offer. */
let vcOffers: Offer = none<Offer>();
let firstOffers: Offer = none<Offer>();
let secondOffers: Offer = none<Offer>();
let asked: Table<u16> = none<Table<u16>>();
let choosing: Table<u16> = none<Table<u16>>();
/** Branches that won the switch. */
export let winners: Table<GeneralBranch> = none<Table<GeneralBranch>>();

export function allocationBytes(): i32 {
  return 8 * (INPUTS + 2 * PORTS) + 4 * PORTS + 4 * (INPUTS + PORTS);
}

export function initAllocation(at: usize, first: bool): void {
  inputFirst = first;
  vcOffers = changetype<Offer>(at);
  firstOffers = inRow(vcOffers, INPUTS);
  secondOffers = inRow(firstOffers, PORTS);
  winners = changetype<Table<GeneralBranch>>(inRow(secondOffers, PORTS));
  asked = changetype<Table<u16>>(winners.from(PORTS));
  choosing = asked.from(INPUTS);
}

/** Distance of `place` from a pointer, round robin over `size` places; a pointer after the last place means the first. */
@inline
function distanceOf(place: i32, pointer: i32, size: i32): i32 {
  const ahead = place - pointer;
  return ahead < 0 ? ahead + size : ahead;
}

/** Keeps an offer if it is the best so far; returns whether it is the first. */
@inline
function offer(at: Offer, distance: i32, branch: GeneralBranch): bool {
  const isFirst = isNone(at.branch);
  if (isFirst || <u32>distance < at.distance) {
    at.distance = distance;
    at.branch = branch;
  }
  return isFirst;
}

/** Branches request output VCs; returns the number of requested VCs. */
function askForVcs(router: GeneralRouter, waiting: Bits): i32 {
  let count = 0;
  for (let w = 0; w < BRANCH_WORDS; w++) {
    for (let rest = waiting.word(w).value; rest != 0; rest &= rest - 1) {
      const branch = branchAt(router, (w << 6) + <i32>ctz(rest));
      const port = portAt<GeneralPort>(router, branch.out);
      const first = <i32>port.first;
      let vacant = port.free & branch.permitted;
      if (inputFirst && vacant != 0) vacant = 1 << vcBehind(vacant, <i32>branch.accept - first);
      for (; vacant != 0; vacant &= vacant - 1) {
        const output = first + <i32>ctz(vacant);
        const distance = distanceOf(branch.number, vcAt<GeneralVc>(router, output).grant, REQUESTERS);
        if (offer(inRow(vcOffers, output), distance, branch)) asked[count++] = <u16>output;
      }
    }
  }
  return count;
}

/** Whether no two waiting branches request the same output port; false if there are too many ports to tell. */
@inline
function askApart(router: GeneralRouter, waiting: Bits): bool {
  if (PORTS > 64) return false;
  let outputs: u64 = 0;
  for (let w = 0; w < BRANCH_WORDS; w++) {
    for (let rest = waiting.word(w).value; rest != 0; rest &= rest - 1) {
      const output = (<u64>1) << (<u64>branchAt(router, (w << 6) + <i32>ctz(rest)).out);
      if ((outputs & output) != 0) return false;
      outputs |= output;
    }
  }
  return true;
}

/** Branches without competitors accept the first free VC at their pointer. */
function grantApart(router: GeneralRouter, waiting: Bits): i32 {
  const pairs = grantsOf<Pair>(router);
  let grants = 0;
  for (let w = 0; w < BRANCH_WORDS; w++) {
    for (let rest = waiting.word(w).value; rest != 0; rest &= rest - 1) {
      const branch = branchAt(router, (w << 6) + <i32>ctz(rest));
      const port = portAt<GeneralPort>(router, branch.out);
      const vacant = port.free & branch.permitted;
      if (vacant == 0) continue;
      const first = <i32>port.first;
      match(router, inRow(pairs, grants++), branch, first + vcBehind(vacant, <i32>branch.accept - first));
    }
  }
  return grants;
}

@inline
function match(router: GeneralRouter, pair: Pair, branch: GeneralBranch, number: i32): void {
  const output = vcAt<GeneralVc>(router, number);
  output.grant = branch.number + 1;
  branch.accept = <u16>(number + 1);
  pair.asker = branch;
  pair.output = output;
}

/** Writes pairs (branch, output VC) to the router's grants; returns their number. */
export function allocateVcs(router: GeneralRouter, waiting: Bits): i32 {
  if (askApart(router, waiting)) return grantApart(router, waiting);
  const pairs = grantsOf<Pair>(router);
  const count = askForVcs(router, waiting);
  let grants = 0;
  for (let i = 0; i < count; i++) {
    const number = <i32>asked[i];
    const best = inRow(vcOffers, number);
    const branch = best.branch;
    best.branch = none<GeneralBranch>();
    const distance = distanceOf(number, branch.accept, INPUTS);
    if (branch.pair != 0 && distance >= <i32>branch.distance) continue;
    if (branch.pair == 0) branch.pair = <u16>++grants;
    branch.distance = <u16>distance;
    const pair = inRow(pairs, <i32>branch.pair - 1);
    pair.asker = branch;
    pair.output = vcAt<GeneralVc>(router, number);
  }
  for (let i = 0; i < grants; i++) {
    const pair = inRow(pairs, i);
    const branch = pair.asker;
    branch.pair = 0;
    match(router, pair, branch, numberOfVc(router, pair.output));
  }
  return grants;
}

/** Whether no two ready branches share an input port or an output port, so all of them win; false if there are too many ports to tell. */
@inline
function allWin(router: GeneralRouter, ready: Bits): bool {
  if (PORTS > 64) return false;
  let inputs: u64 = 0;
  let outputs: u64 = 0;
  let count = 0;
  for (let w = 0; w < BRANCH_WORDS; w++) {
    for (let rest = ready.word(w).value; rest != 0; rest &= rest - 1) {
      const branch = branchAt(router, (w << 6) + <i32>ctz(rest));
      const input = (<u64>1) << (<u64>branch.port);
      const output = (<u64>1) << (<u64>branch.out);
      if (((inputs & input) | (outputs & output)) != 0) return false;
      inputs |= input;
      outputs |= output;
      winners[count++] = branch;
    }
  }
  return true;
}

@inline
function onlyOf(router: GeneralRouter, ready: Bits): GeneralBranch {
  let w = 0;
  while (ready.word(w).value == 0) w++;
  return branchAt(router, (w << 6) + <i32>ctz(ready.word(w).value));
}

/** Allocates the switch among the `count` branches of `ready` (at least one); returns the number of winners. */
export function allocateSwitch(router: GeneralRouter, ready: Bits, count: i32): i32 {
  if (count == 1) {
    winners[0] = onlyOf(router, ready);
    return 1;
  }
  if (allWin(router, ready)) return count;
  let firsts = 0;
  for (let w = 0; w < BRANCH_WORDS; w++) {
    for (let rest = ready.word(w).value; rest != 0; rest &= rest - 1) {
      const branch = branchAt(router, (w << 6) + <i32>ctz(rest));
      const from = <i32>branch.port;
      const to = <i32>branch.out;
      const entrance = portAt<GeneralPort>(router, from);
      const distance = inputFirst ? distanceOf(to, entrance.accept, PORTS) : distanceOf(from, portAt<GeneralPort>(router, to).grant, PORTS);
      const first = inputFirst ? from : to;
      if (offer(inRow(firstOffers, first), distance * VCS + distanceOf(branch.vc, entrance.turn, VCS), branch))
        asked[firsts++] = <u16>first;
    }
  }
  let won = 0;
  for (let i = 0; i < firsts; i++) {
    const first = <i32>asked[i];
    const best = inRow(firstOffers, first);
    const branch = best.branch;
    best.branch = none<GeneralBranch>();
    const second = inputFirst ? <i32>branch.out : <i32>branch.port;
    const port = portAt<GeneralPort>(router, second);
    const distance = distanceOf(first, inputFirst ? port.grant : port.accept, PORTS);
    if (offer(inRow(secondOffers, second), distance, branch)) choosing[won++] = <u16>second;
  }
  for (let i = 0; i < won; i++) {
    const best = inRow(secondOffers, choosing[i]);
    const branch = best.branch;
    best.branch = none<GeneralBranch>();
    winners[i] = branch;
  }
  return won;
}
