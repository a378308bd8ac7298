/**
 * The cycle of any router: any number of ports, VCs and branches, stages of any length. It is the plain form of the network's rules in the kernel; the
 * list-based loops (noc-single, noc-tree, noc-virtual) are faster forms for the pipelines and shapes of most chips.
 *
 * Order of a cycle (every stage reads the state at its start): arrivals and credits; then RC, VA and SA of heads that arrived in earlier cycles. RC or VA of
 * several cycles processes one batch of heads at a time per router (as BookSim 2 does); SA and ST of several cycles are pipelined. A flit is written into the
 * buffer behind the link at its grant (its credit reserved the slot, and a link keeps order); only its arrival is announced later. Look-ahead (RC of 0 cycles):
 * a head is routed at the start of the cycle of its first VA. Adaptive routes read the credits at that time.
 * Multicast: the head at the front of a VC requests one output VC in every direction that its destinations need ("branches"). Each branch sends independently;
 * an input port sends one flit per cycle; a slot becomes free when the slowest branch has sent its flit.
 * Source: N. Jiang et al., "A Detailed and Flexible Cycle-Accurate Network-on-Chip Simulator", ISPASS 2013. A link between dies takes several cycles per flit;
 * until then no branch requests its output port (noc-slow-links.part.as.ts).
 * Not modelled: speculation, priorities.
 * Cost: 1.13 times that of a loop over one word of masks with trees of two VCs on an 8 x 8 mesh (95 % interval 1.07 .. 1.19), 1.25 times with RC and VA
 * of two cycles (1.20 .. 1.27); 0.37 times that of the network in JavaScript with trees on tiles of four cores (0.34 .. 0.41).
 * Equality: test/sim/noc/kernel.test.ts, "general".
 */
import { Bits, inRow, isBefore, isNone, nextInRow, none } from "../../../base/kernel/views.part.as";
import { releasePacket, stepEnds, wakeSource } from "./noc-endpoints.part.as";
import * as allocation from "./noc-general-allocation.part.as";
import { computeRoute, frontSlot } from "./noc-heads.part.as";
import * as places from "./noc-places.part.as";
import { generalBranch, portAt, routerAt, routerOf } from "./noc-places.part.as";
import * as records from "./noc-records.part.as";
import { GeneralBranch, GeneralPort, GeneralRouter, GeneralVc, Input } from "./noc-records.part.as";
import { drop, forward, noteArrival } from "./noc-send.part.as";
import { allVcs, ringMask, routers, routingCycles, vcCycles } from "./noc-settings.part.as";
import { ableBranches, ableSet, initSlowLinks, keepLink, SLOW, slowLinkBytes } from "./noc-slow-links.part.as";
import { creditsOf, cycle, flitsOf, putCredit, takeCredits, takeFlits } from "./noc-wheel.part.as";

/** Routers with work. */
let awake: Bits = none<Bits>();
let awakeWords = 0;

export function generalBytes(): i32 {
  return 8 * ((places.ROUTERS + 63) >> 6) + slowLinkBytes() + allocation.allocationBytes();
}

export function initGeneral(at: usize, inputFirst: bool, slowLinks: bool): void {
  awake = changetype<Bits>(at);
  awakeWords = (places.ROUTERS + 63) >> 6;
  const behind = at + 8 * awakeWords;
  initSlowLinks(behind, slowLinks);
  allocation.initAllocation(behind + slowLinkBytes(), inputFirst);
}

export function initGeneralRouter(plain: records.Router): void {
  const router = changetype<GeneralRouter>(plain);
  router.routingEnd = -1;
  router.vcEnd = -1;
  for (let number = 0; number < places.INPUTS; number++) {
    const input = places.inputAt(router, number);
    for (let i = 0; i < places.BRANCHES; i++) {
      const branch = generalBranch(input, i);
      branch.input = input;
      branch.number = number * places.BRANCHES + i;
      branch.port = input.port;
      branch.vc = input.vc;
    }
  }
  for (let port = 0; port < places.PORTS; port++) {
    const at = portAt<GeneralPort>(router, port);
    at.free = allVcs;
    at.first = <u16>(port * places.VCS);
  }
}

/** Branches that can send; branches that wait for an output VC. */
@inline
function readyOf(router: GeneralRouter): Bits {
  return places.setBehind(router, 0);
}

@inline
function waitingOf(router: GeneralRouter): Bits {
  return places.setBehind(router, places.BRANCH_WORDS);
}

/** Inputs whose heads wait for RC; inputs whose heads are in RC. */
@inline
function routingOf(router: GeneralRouter): Bits {
  return places.setBehind(router, 2 * places.BRANCH_WORDS);
}

@inline
function batchOf(router: GeneralRouter): Bits {
  return places.setBehind(router, 2 * places.BRANCH_WORDS + places.INPUT_WORDS);
}

@inline
function generalOf<Record>(record: Record): GeneralRouter {
  return changetype<GeneralRouter>(routerOf(record));
}

@inline
function setReady(router: GeneralRouter, branch: GeneralBranch): void {
  branch.state = records.READY;
  readyOf(router).add(branch.number);
  router.readyCount++;
}

/** A branch that has a flit and holds `output` can send, or waits for a credit. */
@inline
function sendOrStarve(router: GeneralRouter, branch: GeneralBranch, output: GeneralVc): void {
  if (output.credit > 0) {
    setReady(router, branch);
    return;
  }
  branch.state = records.STARVED;
  router.starvedCount++;
}

@inline
function startPacket(router: GeneralRouter, input: Input): void {
  input.total = 1;
  input.live = 1;
  routingOf(router).add(input.number);
  router.routingCount++;
}

@inline
function arrive(input: Input): void {
  const router = generalOf(input);
  awake.add(router.number);
  noteArrival(input);
  const held = <i32>input.count;
  input.count = <u16>(held + 1);
  router.writes++;
  const total = <i32>input.total;
  if (total == 0) {
    startPacket(router, input);
    return;
  }
  for (let i = 0, branch = places.branchAt(router, <i32>input.number * places.BRANCHES); i < total; i++, branch = nextInRow(branch)) {
    const output = branch.held;
    if (!isNone(output) && <i32>branch.sent == held) sendOrStarve(router, branch, output);
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
  const branch = changetype<GeneralVc>(to).owner;
  if (isNone(branch) || branch.state != records.STARVED) return;
  const router = generalOf(branch);
  router.starvedCount--;
  setReady(router, branch);
}

/** Routes the heads of `inputs`; their branches then request output VCs. */
function routeHeads(router: GeneralRouter, inputs: Bits): void {
  const routing = routingOf(router);
  const waiting = waitingOf(router);
  for (let w = 0; w < places.INPUT_WORDS; w++) {
    const batch = inputs.word(w).value;
    if (batch == 0) continue;
    routing.word(w).value &= ~batch;
    for (let rest = batch; rest != 0; rest &= rest - 1) {
      const input = places.inputAt(router, (w << 6) + <i32>ctz(rest));
      computeRoute(router, input);
      const total = <i32>input.total;
      for (let i = 0, branch = generalBranch(input, 0); i < total; i++, branch = nextInRow(branch)) {
        branch.state = records.WAITING;
        waiting.add(branch.number);
      }
      router.waitingCount += total;
      router.routingCount--;
    }
  }
}

/** Returns whether there was work. */
@inline
function stepRouting(router: GeneralRouter): bool {
  if (routingCycles <= 1) {
    if (router.routingCount == 0) return false;
    routeHeads(router, routingOf(router));
    return true;
  }
  if (router.routingEnd < 0) {
    if (router.routingCount == 0) return false;
    for (let w = 0; w < places.INPUT_WORDS; w++) batchOf(router).word(w).value = routingOf(router).word(w).value;
    router.routingEnd = cycle + routingCycles - 1;
  }
  if (router.routingEnd != cycle) return true;
  router.routingEnd = -1;
  routeHeads(router, batchOf(router));
  return true;
}

/** The winners of VC allocation hold their output VCs from the next cycle on. */
function holdVcs(router: GeneralRouter, grants: i32): void {
  router.vcAllocations += <i64>grants;
  router.waitingCount -= grants;
  const waiting = waitingOf(router);
  for (let pair = places.grantsOf<allocation.Pair>(router), end = inRow(pair, grants); isBefore(pair, end); pair = nextInRow(pair)) {
    const branch = pair.asker;
    const output = pair.output;
    branch.held = output;
    output.owner = branch;
    const port = portAt<GeneralPort>(router, output.port);
    port.free &= ~(1 << (<u32>output.vc));
    waiting.remove(branch.number);
    sendOrStarve(router, branch, output);
  }
}

/** Returns whether there was work. */
@inline
function stepVcAllocation(router: GeneralRouter): bool {
  if (router.vcEnd < 0) {
    const waiting = router.waitingCount;
    if (waiting == 0) return false;
    const grants = allocation.allocateVcs(router, waitingOf(router));
    router.stallVc += <i64>((waiting - grants) * vcCycles);
    if (vcCycles == 1) {
      holdVcs(router, grants);
      return grants > 0;
    }
    router.grants = grants;
    router.vcEnd = cycle + vcCycles - 1;
  }
  if (router.vcEnd != cycle) return true;
  router.vcEnd = -1;
  holdVcs(router, router.grants);
  return true;
}

/** All branches have sent the front flit of an input; returns the number of flits left. */
@inline
function freeSlot(entrance: GeneralPort, input: Input): i32 {
  putCredit(<i32>entrance.creditCycles, places.creditsBehind<records.Credits>(entrance.up, input.vc));
  return drop(input);
}

/** Called after a branch of a forked packet has sent: frees a slot that all branches have sent, and the packet after its last tail. */
function advanceBranches(entrance: GeneralPort, input: Input): void {
  const first = generalBranch(input, 0);
  const end = generalBranch(input, input.total);
  let least = i32.MAX_VALUE;
  for (let one = first; isBefore(one, end); one = nextInRow(one)) if (one.sent >= 0) least = min(least, <i32>one.sent);
  if (least == i32.MAX_VALUE) releasePacket(frontSlot(input));
  if (least == 0) return;
  for (let one = first; isBefore(one, end); one = nextInRow(one)) if (one.sent > 0) one.sent--;
  freeSlot(entrance, input);
}

/** A branch that has sent cannot send in the next cycle: it has no flit left, or no credit. */
@inline
function rest(router: GeneralRouter, branch: GeneralBranch, isStarved: bool): void {
  readyOf(router).remove(branch.number);
  router.readyCount--;
  branch.state = isStarved ? records.STARVED : records.IDLE;
  router.starvedCount += <i32>isStarved;
}

/** Sends a branch's granted flit through the switch, and moves the switch pointers behind the winner. */
@inline
function send(router: GeneralRouter, branch: GeneralBranch): void {
  const input = branch.input;
  const output = branch.held;
  const out = portAt<GeneralPort>(router, branch.out);
  const entrance = portAt<GeneralPort>(router, branch.port);
  const word = input.buffer[(<i32>input.front + <i32>branch.sent) & ringMask];
  const tail = (word & 1) != 0;
  const left = output.credit - 1;
  entrance.turn = branch.vc + 1;
  entrance.accept = branch.out + 1;
  out.grant = branch.port + 1;
  output.credit = left;
  forward(out, output, ((<u32>branch.child) << 2) | (word & 3));
  if (SLOW) keepLink(router, branch.out);
  if (tail) {
    branch.held = none<GeneralVc>();
    output.owner = none<GeneralBranch>();
    out.free |= 1 << (<u32>output.vc);
    input.live--;
  }
  if (input.total == 1) freeSlot(entrance, input);
  else {
    branch.sent = tail ? -1 : branch.sent + 1;
    advanceBranches(entrance, input);
  }
  const held = <i32>input.count;
  const sent = <i32>branch.sent;
  if (tail || left == 0 || held == sent) rest(router, branch, !tail && held > sent);
  if (input.live != 0) return;
  input.total = 0;
  if (held > 0) startPacket(router, input);
}

/** The last cycle changed more than the clock and the waiting counters. */
export let generalActed: bool = false;

/**
 * One cycle of one router. Switch allocation decides before VC allocation, because it reads nothing that VC allocation writes. Its winners send last, so RC and
 * VA see the state at the start of the cycle. Returns whether a flit moved.
 */
@inline
function stepRouter(router: GeneralRouter): bool {
  router.awakeCycles++;
  const starved = router.starvedCount;
  if (starved != 0) router.stallCredit += <i64>starved;
  const ready = router.readyCount;
  let winners = 0;
  if (ready != 0) {
    if (SLOW) {
      const able = ableBranches(router, readyOf(router));
      if (able != 0) winners = allocation.allocateSwitch(router, ableSet, able);
    } else winners = allocation.allocateSwitch(router, readyOf(router), ready);
    if (winners != ready) router.stallSwitch += <i64>(ready - winners);
  }
  if (routingCycles == 0 && stepRouting(router)) generalActed = true;
  if (stepVcAllocation(router)) generalActed = true;
  if (routingCycles != 0 && stepRouting(router)) generalActed = true;
  for (let i = 0; i < winners; i++) send(router, allocation.winners[i]);
  return winners != 0;
}

/** One cycle; returns whether a flit moved. */
export function stepGeneral(slot: i32): bool {
  const flits = takeFlits(slot);
  const credits = takeCredits(slot);
  let flit = flitsOf(slot);
  const arrived = flit != flits;
  for (; isBefore(flit, flits); flit = nextInRow(flit)) arrive(changetype<Input>(flit.value));
  let credit = creditsOf(slot);
  generalActed = arrived || credit != credits;
  for (; isBefore(credit, credits); credit = nextInRow(credit)) takeCredit(credit.value);
  let moved = stepEnds(slot) || arrived;
  for (let w = 0; w < awakeWords; w++) {
    for (let rest = awake.word(w).value; rest != 0; rest &= rest - 1) {
      const r = (w << 6) + <i32>ctz(rest);
      const router = changetype<GeneralRouter>(routerAt(routers, r));
      if (stepRouter(router)) moved = true;
      if ((router.routingCount | router.waitingCount | router.readyCount | router.starvedCount) == 0) awake.remove(r);
    }
  }
  generalActed = generalActed || moved;
  return moved;
}

/** Counts waits for cycles in which nothing else changes. */
export function passGeneral(cycles: i32): void {
  for (let w = 0; w < awakeWords; w++) {
    for (let rest = awake.word(w).value; rest != 0; rest &= rest - 1) {
      const router = changetype<GeneralRouter>(routerAt(routers, (w << 6) + <i32>ctz(rest)));
      router.awakeCycles += <i64>cycles;
      router.stallCredit += <i64>(router.starvedCount * cycles);
      router.stallVc += <i64>(router.waitingCount * cycles);
    }
  }
}
