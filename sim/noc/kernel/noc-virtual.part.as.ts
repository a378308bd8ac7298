/**
 * The cycle of routers with several VCs and one output per packet, RC of at most one cycle and VA of one: the same cycles and counters as noc-general, with
 * lists of the records that have work.
 *
 * A head requests VCs of one output port, so VC allocation works port by port, and only on ports with both requesting heads and free VCs. Waiting for a VC or a
 * credit costs no time: its cycles are counted when it ends (`since`), or when the counters are read. Switch allocation works on routers with inputs that can
 * send. It decides before VC allocation, because it reads nothing that VC allocation writes; so a head that wins a VC is ready for the next cycle at once. The
 * winners send last.
 * Gain: noc-general takes 1.36 times its CPU time on an 8 x 8 mesh of two VCs at half load, packets of 4 flits (95 % interval 1.27 .. 1.49), 1.28 times
 * at low load (1.26 .. 1.44), 1.35 times with packets of one flit (1.33 .. 1.53), 1.43 times on 8 x 4 tiles of four cores (1.27 .. 1.46).
 * Equality: test/sim/noc/kernel.test.ts, "virtual".
 */
import { Cell, inRow, isBefore, isNone, List, nextInRow, none, put } from "../../../base/kernel/views.part.as";
import * as allocation from "./noc-allocation.part.as";
import { packetAt, stepEnds, wakeSource } from "./noc-endpoints.part.as";
import { frontSlot } from "./noc-heads.part.as";
import { grantsOf, listedInput, portAt, routerOf, vcAt } from "./noc-places.part.as";
import { Router, SOURCE_WAITS, SourceVc, VirtualInput, VirtualPort, VirtualVc } from "./noc-records.part.as";
import { vcsOf, wayTo } from "./noc-routes.part.as";
import { drop, enter, forward, leave, noteArrival } from "./noc-send.part.as";
import { routingCycles } from "./noc-settings.part.as";
import { creditsOf, cycle, flitsOf, putCredit, takeCredits, takeFlits } from "./noc-wheel.part.as";

/** Heads to route; requested ports with free VCs; routers with inputs that can send; output VCs whose waiters a credit wakes; inputs that won the switch. */
let heads: List<VirtualInput> = none<List<VirtualInput>>();
let asked: List<VirtualPort> = none<List<VirtualPort>>();
let ready: List<Router> = none<List<Router>>();
let woken: List<VirtualVc> = none<List<VirtualVc>>();
let granted: List<VirtualInput> = none<List<VirtualInput>>();

export function initVirtual(at: usize, listBytes: usize, inputFirst: bool, alike: bool): void {
  heads = changetype<List<VirtualInput>>(at);
  asked = changetype<List<VirtualPort>>(at + listBytes);
  ready = changetype<List<Router>>(at + 2 * listBytes);
  granted = changetype<List<VirtualInput>>(at + 3 * listBytes);
  woken = changetype<List<VirtualVc>>(at + 4 * listBytes);
  allocation.init(at + 5 * listBytes, inputFirst, alike);
}

/** Marks that `input` can send; returns the end of the list of routers with such inputs. */
@inline
function putReady(end: Cell<Router>, router: Router, input: VirtualInput): Cell<Router> {
  const others = router.ready;
  router.ready = others | allocation.bitOf(input);
  return put<Router>(end, router, others == 0);
}

@inline
function setReady(router: Router, input: VirtualInput): void {
  ready.end = putReady(ready.end, router, input);
}

/** An input that holds an output VC waits for its credit, from cycle `since` on. */
@inline
function starve(input: VirtualInput, output: VirtualVc, since: u32): void {
  output.waiter = input;
  input.since = since;
}

/** A flit has arrived at an input whose packet's head has left, so the input holds an output VC. */
function followHead(router: Router, input: VirtualInput): void {
  const output = input.held;
  if (output.credit > 0) setReady(router, input);
  else starve(input, output, <u32>cycle);
}

@inline
function arrive(flit: Cell<usize>, end: Cell<usize>): void {
  let newHeads = heads.end;
  for (; isBefore(flit, end); flit = nextInRow(flit)) {
    const input = changetype<VirtualInput>(flit.value);
    const router = routerOf(input);
    enter(router);
    noteArrival(input);
    const held = <u32>input.count;
    input.count = <u16>(held + 1);
    const output = <u32>changetype<usize>(input.held);
    newHeads = put<VirtualInput>(newHeads, input, (held | output) == 0);
    if (held == 0 && output != 0) followHead(router, input);
  }
  heads.end = newHeads;
}

@inline
function takeCreditsOf(slot: i32, end: Cell<VirtualVc>): void {
  let waking = woken.first;
  for (let at = changetype<Cell<VirtualVc>>(creditsOf(slot)); isBefore(at, end); at = nextInRow(at)) {
    const output = at.value;
    output.credit++;
    waking = put<VirtualVc>(waking, output, !isNone(output.waiter));
  }
  for (let at = woken.first; isBefore(at, waking); at = nextInRow(at)) {
    const output = at.value;
    const input = output.waiter;
    if (changetype<usize>(input) == SOURCE_WAITS) {
      wakeSource(changetype<SourceVc>(output).home);
      continue;
    }
    output.waiter = none<VirtualInput>();
    const router = routerOf(input);
    router.stallCredit += <i64>(<i32>(<u32>cycle - input.since));
    setReady(router, input);
  }
}

/** Inputs that can send compete for the switch of their router; returns whether there were any. */
@inline
function allocateSwitches(): bool {
  let left = ready.first;
  const end = ready.end;
  const any = end != left;
  let winning = granted.end;
  for (let at = left; isBefore(at, end); at = nextInRow(at)) {
    const router = at.value;
    const inputs = router.ready;
    const others = inputs & (inputs - 1);
    // one or two inputs without a common port: no branch on how many, which cannot be predicted
    if ((others & (others - 1)) == 0) {
      const low = listedInput<VirtualInput>(router, <i32>ctz(inputs));
      const high = listedInput<VirtualInput>(router, 63 - <i32>clz(inputs));
      const areTwo = others != 0;
      if (!(areTwo & ((low.port == high.port) | (low.out == high.out)))) {
        winning = put<VirtualInput>(winning, low, true);
        winning = put<VirtualInput>(winning, high, areTwo);
        router.ready = 0;
        continue;
      }
    }
    const winners = allocation.allocateSwitch(router, inputs);
    for (let each = winners; each != 0; each &= each - 1)
      winning = put<VirtualInput>(winning, listedInput<VirtualInput>(router, <i32>ctz(each)), true);
    const losers = inputs ^ winners;
    router.ready = losers;
    left = put<Router>(left, router, losers != 0);
    router.stallSwitch += <i64>(<i32>popcnt(losers));
  }
  ready.end = left;
  granted.end = winning;
  return any;
}

/** Routes heads that have reached the front. They request a VC of their output from the next cycle on, or with look-ahead in this one. */
@inline
function routeHeads(): void {
  let newAsked = asked.end;
  const since = <u32>cycle + routingCycles;
  for (let at = heads.first, end = heads.end; isBefore(at, end); at = nextInRow(at)) {
    const input = at.value;
    const router = routerOf(input);
    const packet = packetAt(frontSlot(input));
    const way = wayTo(router, packet, packet.destination);
    const port = portAt<VirtualPort>(router, way & 255);
    input.out = <u8>way;
    input.permitted = <u16>vcsOf(way);
    input.since = since;
    const asking = port.asking;
    port.asking = asking | allocation.bitOf(input);
    newAsked = put<VirtualPort>(newAsked, port, (asking == 0) & (port.free != 0));
  }
  asked.end = newAsked;
  heads.length = 0;
}

/** A head has won a VC and can send from the next cycle on. Returns the end of the list of routers with inputs that can send. */
@inline
function holdVc(end: Cell<Router>, router: Router, input: VirtualInput, output: VirtualVc): Cell<Router> {
  input.held = output;
  router.stallVc += <i64>(<i32>(<u32>cycle - input.since));
  router.vcAllocations++;
  if (output.credit > 0) return putReady(end, router, input);
  starve(input, output, <u32>cycle + 1);
  return end;
}

/** Matches the heads of a port's queue with its free VCs; returns whether both are left. */
function grantMany(router: Router, port: VirtualPort, waiting: u64): bool {
  let vacant = <u32>port.free;
  const grants = allocation.matchPort(router, port.first, waiting, vacant);
  let left = waiting;
  for (let pair = grantsOf<allocation.Pair>(router), end = inRow(pair, grants); isBefore(pair, end); pair = nextInRow(pair)) {
    const input = pair.asker;
    const output = pair.output;
    left ^= allocation.bitOf(input);
    vacant ^= 1 << (<u32>output.vc);
    ready.end = holdVc(ready.end, router, input, output);
  }
  port.asking = left;
  port.free = <u16>vacant;
  return left != 0 && vacant != 0;
}

/**
 * Gives free VCs of requested ports to heads. A head without competitors accepts the first free VC at its pointer. A port with heads and VCs left is processed
 * again in the next cycle.
 */
@inline
function grantVcs(): void {
  let left = asked.first;
  for (let at = left, end = asked.end; isBefore(at, end); at = nextInRow(at)) {
    const port = at.value;
    const router = routerOf(port);
    const waiting = port.asking;
    if ((waiting & (waiting - 1)) != 0) {
      left = put<VirtualPort>(left, port, grantMany(router, port, waiting));
      continue;
    }
    const number = <i32>ctz(waiting);
    const input = listedInput<VirtualInput>(router, number);
    const vacant = <u32>port.free;
    const permitted = vacant & <u32>input.permitted;
    if (permitted == 0) {
      left = put<VirtualPort>(left, port, true);
      continue;
    }
    const first = <i32>port.first;
    const vc = allocation.vcBehind(permitted, <i32>input.accept - first);
    const output = vcAt<VirtualVc>(router, first + vc);
    output.grant = <u8>(number + 1);
    input.accept = <u8>(first + vc + 1);
    port.asking = 0;
    port.free = <u16>(vacant ^ (1 << vc));
    ready.end = holdVc(ready.end, router, input, output);
  }
  asked.end = left;
}

/** Sends the flits at the front of the winners through the output VCs that they hold. */
@inline
function sendAll(): void {
  let newHeads = heads.end;
  let newAsked = asked.end;
  for (let at = granted.first, end = granted.end; isBefore(at, end); at = nextInRow(at)) {
    const input = at.value;
    const router = routerOf(input);
    const output = input.held;
    const outPort = <i32>input.out;
    const inPort = <i32>input.port;
    const out = portAt<VirtualPort>(router, outPort);
    const entrance = portAt<VirtualPort>(router, inPort);
    allocation.turnSwitch(entrance, out, inPort, outPort, input.vc);
    putCredit(<i32>entrance.creditCycles, input.up);
    const flit = input.buffer[input.front];
    const held = drop(input);
    const credit = output.credit - 1;
    output.credit = credit;
    forward(out, output, flit);
    leave(router);
    if ((flit & 1) != 0) {
      input.held = none<VirtualVc>();
      const vacant = out.free;
      out.free = <u16>(<u32>vacant | (1 << (<u32>output.vc)));
      newAsked = put<VirtualPort>(newAsked, out, (vacant == 0) & (out.asking != 0));
      newHeads = put<VirtualInput>(newHeads, input, held > 0);
    } else if (held > 0) {
      if (credit > 0) setReady(router, input);
      else starve(input, output, <u32>cycle + 1);
    }
  }
  heads.end = newHeads;
  asked.end = newAsked;
  granted.length = 0;
}

/** Prepares the wait counts of heads that are at the front but not routed yet. */
export function settleVirtualHeads(): void {
  for (let at = heads.first, end = heads.end; isBefore(at, end); at = nextInRow(at)) at.value.since = <u32>cycle + routingCycles;
}

/** The last cycle changed something, or left work for the next one. */
export let virtualActed: bool = false;

/** One cycle; returns whether a flit moved. */
export function stepVirtual(slot: i32): bool {
  const flits = takeFlits(slot);
  const credits = takeCredits(slot);
  const arrived = flits != flitsOf(slot);
  const credited = credits != creditsOf(slot);
  arrive(flitsOf(slot), flits);
  takeCreditsOf(slot, changetype<Cell<VirtualVc>>(credits));
  const moved = stepEnds(slot) || arrived;
  const sent = allocateSwitches();
  if (routingCycles == 0) routeHeads();
  const granting = asked.length > 0;
  grantVcs();
  if (routingCycles != 0) routeHeads();
  sendAll();
  virtualActed = moved || sent || credited || granting || (heads.length | asked.length) != 0;
  return moved || sent;
}
