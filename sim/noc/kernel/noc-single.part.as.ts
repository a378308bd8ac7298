/**
 * The cycle of routers with one VC and one output per packet, RC of at most one cycle and VA of one: the same cycles and counters as noc-general, with lists of
 * the records that have work.
 *
 * One input holds an output, so switch allocation has nothing to decide: an input that has an output, a flit and a credit sends. Three lists remain between
 * cycles: heads to route, free outputs that heads request, inputs that send. Waiting costs no time: its cycles are counted when it ends (`since`), or when the
 * counters are read.
 * Gain: noc-general takes 1.74 times its CPU time on an 8 x 8 mesh at half load, packets of 4 flits (95 % interval 1.71 .. 1.79), 1.66 times on 8 x 4
 * tiles of four cores, packets of one flit (1.60 .. 1.75); noc-virtual with one VC took 1.28 (1.24 .. 1.44) and 1.08 (1.02 .. 1.12) times it.
 * Equality: test/sim/noc/kernel.test.ts, "single".
 */
import { Cell, isBefore, isNone, List, nextInRow, none, put } from "../../../base/kernel/views.part.as";
import { roundRobin } from "./noc-allocation.part.as";
import { packetAt, stepEnds, wakeSource } from "./noc-endpoints.part.as";
import { frontSlot } from "./noc-heads.part.as";
import { listedInput, portAt, routerOf, vcAt } from "./noc-places.part.as";
import { Credits, SingleInput, SinglePort, SingleVc, SOURCE, SourceVc } from "./noc-records.part.as";
import { wayTo } from "./noc-routes.part.as";
import { drop, enter, forward, leave, noteArrival } from "./noc-send.part.as";
import { routingCycles } from "./noc-settings.part.as";
import { creditsOf, cycle, flitsOf, putCredit, takeCredits, takeFlits } from "./noc-wheel.part.as";

/** Heads to route; free outputs that heads request; receivers of a first credit; inputs that send now, and in the next cycle. */
let heads: List<SingleInput> = none<List<SingleInput>>();
let asked: List<SingleVc> = none<List<SingleVc>>();
let woken: List<Credits> = none<List<Credits>>();
let readyNow: List<SingleInput> = none<List<SingleInput>>();
let readyNext: List<SingleInput> = none<List<SingleInput>>();

export function initSingle(at: usize, listBytes: usize): void {
  heads = changetype<List<SingleInput>>(at);
  asked = changetype<List<SingleVc>>(at + listBytes);
  woken = changetype<List<Credits>>(at + 4 * listBytes);
  readyNow = changetype<List<SingleInput>>(at + 2 * listBytes);
  readyNext = changetype<List<SingleInput>>(at + 3 * listBytes);
}

/** A flit has arrived at an input whose packet's head has left, so the input holds its output. */
function followHead(input: SingleInput): void {
  if (input.held.credit > 0) readyNow.push(input);
  else input.since = <u32>cycle;
}

@inline
function arrive(flit: Cell<usize>, end: Cell<usize>): void {
  let newHeads = heads.end;
  const routed = <u32>cycle + routingCycles;
  for (; isBefore(flit, end); flit = nextInRow(flit)) {
    const input = changetype<SingleInput>(flit.value);
    enter(routerOf(input));
    noteArrival(input);
    const held = input.count;
    input.count = held + 1;
    const isHead = input.total == 0;
    const since = input.since;
    input.total = 1;
    input.since = isHead ? routed : since;
    newHeads = put<SingleInput>(newHeads, input, isHead);
    if (!isHead & (held == 0)) followHead(input);
  }
  heads.end = newHeads;
}

/** Someone may have waited for the first credit of `to`. */
@inline
function wake(to: Credits): void {
  if (to.port == SOURCE) {
    wakeSource(changetype<SourceVc>(to).home);
    return;
  }
  const input = changetype<SingleVc>(to).owner;
  if (isNone(input) || input.count == 0) return;
  routerOf(input).stallCredit += <i64>(<i32>(<u32>cycle - input.since));
  readyNow.push(input);
}

/** Routes heads that have reached the front. They request their output from the next cycle on, or with look-ahead in this one. */
@inline
function routeHeads(): void {
  for (let at = heads.first, end = heads.end; isBefore(at, end); at = nextInRow(at)) {
    const input = at.value;
    const router = routerOf(input);
    const slot = frontSlot(input);
    const packet = packetAt(slot);
    const port = wayTo(router, packet, packet.destination) & 255;
    input.out = <u8>port;
    input.child = slot;
    const out = portAt<SinglePort>(router, port);
    const asking = out.asking;
    out.asking = asking | (1 << (<u32>input.port));
    const output = vcAt<SingleVc>(router, port);
    if (asking == 0 && isNone(output.owner)) asked.push(output);
  }
  heads.length = 0;
}

/** Free outputs take the next head at their pointer. */
@inline
function grantOutputs(): void {
  for (let at = asked.first, end = asked.end; isBefore(at, end); at = nextInRow(at)) {
    const output = at.value;
    const router = routerOf(output);
    const out = portAt<SinglePort>(router, output.port);
    const asking = out.asking;
    const from = roundRobin(asking, output.grant);
    out.asking = asking & ~(1 << (<u32>from));
    output.grant = <u8>(from + 1);
    const input = listedInput<SingleInput>(router, from);
    input.held = output;
    output.owner = input;
    router.vcAllocations++;
    router.stallVc += <i64>(<i32>(<u32>cycle - input.since));
    if (output.credit > 0) readyNext.push(input);
    else input.since = <u32>cycle + 1;
  }
  asked.length = 0;
}

/** Sends the flit at the front of `input` through the output that the input holds. */
@inline
function send(input: SingleInput): void {
  const router = routerOf(input);
  const output = input.held;
  const out = portAt<SinglePort>(router, input.out);
  const word = input.buffer[input.front];
  const left = output.credit - 1;
  output.credit = left;
  forward(out, output, ((<u32>input.child) << 2) | (word & 3));
  const entrance = portAt<SinglePort>(router, input.port);
  putCredit(<i32>entrance.creditCycles, entrance.up);
  const held = drop(input);
  leave(router);
  if ((word & 1) != 0) {
    input.held = none<SingleVc>();
    output.owner = none<SingleInput>();
    if (out.asking != 0) asked.push(output);
    if (held > 0) {
      input.since = <u32>cycle + 1 + routingCycles;
      heads.push(input);
    } else input.total = 0;
  } else if (held > 0) {
    if (left > 0) readyNext.push(input);
    else input.since = <u32>cycle + 1;
  }
}

/** The last cycle changed something, or left work for the next one. */
export let singleActed: bool = false;

/** One cycle; returns whether a flit moved. */
export function stepSingle(slot: i32): bool {
  const flits = takeFlits(slot);
  const credits = takeCredits(slot);
  const flit = flitsOf(slot);
  const arrived = flit != flits;
  arrive(flit, flits);
  let credit = creditsOf(slot);
  const credited = credit != credits;
  let waking = woken.first;
  for (; isBefore(credit, credits); credit = nextInRow(credit)) {
    const to = credit.value;
    const had = to.credit;
    to.credit = had + 1;
    waking = put<Credits>(waking, to, had == 0);
  }
  for (let at = woken.first; isBefore(at, waking); at = nextInRow(at)) wake(at.value);
  const moved = stepEnds(slot) || arrived;
  if (routingCycles == 0) routeHeads();
  grantOutputs();
  if (routingCycles != 0) routeHeads();
  const sends = readyNow.length > 0;
  for (let at = readyNow.first, end = readyNow.end; isBefore(at, end); at = nextInRow(at)) send(at.value);
  readyNow.length = 0;
  const now = readyNow;
  readyNow = readyNext;
  readyNext = now;
  singleActed = moved || credited || sends || (heads.length | asked.length | readyNow.length) != 0;
  return moved || sends;
}
