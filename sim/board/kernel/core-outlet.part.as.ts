/**
 * Outlet of a core: turns a spike into packets, one per destination core or one multicast tree, and into a loop-back for its own core.
 *
 * Order of a spike's packets: first the loop-back (1 cycle to the core's own input queue, without the network), then the others, core ids ascending. Packets go
 * straight to the network's injection queue, which is the core's output queue (`output_queue.depth` packets).
 */
import { canPlan, DIRECT, planTree, setEnd } from "../../noc/kernel/noc-branching.part.as";
import { addDestination, coreAt, enqueue, inject, injectPlanned } from "../../noc/kernel/noc-endpoints.part.as";
import { TREE } from "../../noc/kernel/noc-settings.part.as";
import { cycle } from "../../noc/kernel/noc-wheel.part.as";
import { isObserved, isRecorded, keepSpike, record, SEND, STEP, wordOf } from "./core-events.part.as";
import { countOwn, countSent, countTold, hasToTell, isLinked, SLOTS, stepTag, waveBits } from "./core-links.part.as";
import { isUpdated } from "./core-plan.part.as";
import { admit, push } from "./core-queue.part.as";
import { Core, events, isPlain, multicast, NEVER, NO_TREE, NOTHING, neuronOf, OUTPUT, Slice } from "./core-records.part.as";
import { destinationOf, entryStart } from "./route-tables.part.as";

/** Flits of all packets since the run began. */
export let flitsSent: f64 = 0;

export function resetOutlets(): void {
  flitsSent = 0;
}

@inline
function firstEntry(route: i32): i32 {
  return entryStart[route];
}

@inline
function routeOf(slice: Slice, event: i32, isLast: bool): i32 {
  return (isLast ? slice.lastRoutes : slice.routes)[neuronOf(event)];
}

/** First event in `from .. to - 1` whose neuron has a destination; `to` if there is none. */
export function firstWithDestination(slice: Slice, from: i32, to: i32, isLast: bool): i32 {
  for (let event = from; event < to; event++) {
    const route = routeOf(slice, event, isLast);
    if (firstEntry(route + 1) > firstEntry(route) && isUpdated(slice, event)) return event;
  }
  return to;
}

/** Starts on a spike that has a destination. */
export function begin(core: Core, slice: Slice, event: i32, isLast: bool): void {
  const route = routeOf(slice, event, isLast);
  const id = core.id;
  let entry = firstEntry(route);
  const end = firstEntry(route + 1);
  let loop = -1;
  for (let e = entry; e < end; e++) if (destinationOf(e) == id) loop = e;
  if (entry == loop) entry++;
  core.route = route;
  core.mac = isLinked() ? (events[event] & 1) | waveBits(core) : events[event] & 1;
  if (isObserved) keepSpike(core, event, route);
  core.flits = slice.flits;
  core.entry = entry;
  core.entryEnd = end;
  core.loopEntry = loop;
  core.tree = slice.trees.from(isLast ? 1 : 0);
  core.wantsLoopback = loop >= 0;
  core.isOpen = true;
}

/** Packets of the open spike that are still to be handed over. */
export function remaining(core: Core): i32 {
  const entry = core.entry;
  const end = core.entryEnd;
  const loop = <i32>core.wantsLoopback;
  if (multicast) return loop + (entry < end ? 1 : 0);
  return end - entry - (core.loopEntry >= entry ? 1 : 0) + loop;
}

export function loopBack(core: Core, now: i64): void {
  if (isRecorded()) record(SEND, now, core, core.spike, core.id);
  const message = wordOf(core, core.loopEntry);
  if (isLinked()) countOwn(core);
  if (isPlain(core)) push(core, message);
  else admit(core, message, now);
  core.loopedBack = true;
  core.wantsLoopback = false;
  core.isOpen = core.entry < core.entryEnd;
}

@inline
export function hasSpace(core: Core): bool {
  const home = core.home;
  return home.queued < home.limit;
}

/** Plans the tree to all entries of a route except `loop`. */
function planRoute(id: i32, from: i32, end: i32, loop: i32): u32 {
  if (isObserved || isLinked() || !canPlan()) return NO_TREE;
  let many = 0;
  for (let entry = from; entry < end; entry++) if (entry != loop) setEnd(many++, destinationOf(entry), DIRECT | ((<u32>entry) << 1));
  return planTree(coreAt(id).router, 0, many);
}

/** Sends one packet to all destinations except the core itself. */
function sendTree(core: Core, id: i32, flits: i32): void {
  const route = core.route;
  const from = firstEntry(route);
  const end = core.entryEnd;
  const loop = core.loopEntry;
  const many = end - from - (loop >= 0 ? 1 : 0);
  if (many == 1) {
    const entry = from == loop ? from + 1 : from;
    inject(id, destinationOf(entry), flits, isObserved ? wordOf(core, entry) : DIRECT | wordOf(core, entry));
    return;
  }
  const tag = wordOf(core, route);
  const kept = core.tree;
  let tree = kept[0];
  if (tree == 0) {
    tree = planRoute(id, from, end, loop);
    kept[0] = tree;
  }
  if (tree != NO_TREE) {
    injectPlanned(id, tree, many, flits, tag, TREE);
    return;
  }
  let slot = -1;
  for (let entry = from; entry < end; entry++) {
    if (entry == loop) continue;
    const first = slot < 0;
    if (first) slot = enqueue(id, flits, tag, TREE);
    addDestination(slot, destinationOf(entry), first ? 1 : 0);
  }
}

/** Injects the next packet; the caller has checked `hasSpace`. */
export function send(core: Core): void {
  const id = core.id;
  const flits = core.flits;
  const end = core.entryEnd;
  core.sent += 1;
  flitsSent += <f64>flits;
  if (isRecorded()) record(SEND, cycle, core, core.spike, multicast ? -1 : destinationOf(core.entry));
  if (multicast) {
    if (isLinked()) for (let e = firstEntry(core.route); e < end; e++) if (e != core.loopEntry) countSent(core, destinationOf(e));
    sendTree(core, id, flits);
    core.entry = end;
    core.isOpen = false;
    return;
  }
  let entry = core.entry;
  if (isLinked()) countSent(core, destinationOf(entry));
  inject(id, destinationOf(entry), flits, wordOf(core, entry));
  if (++entry == core.loopEntry) entry++;
  core.entry = entry;
  if (entry >= end) core.isOpen = false;
}

/** Hands over a step packet in `cycle` if there is space. The soma, or the port, has nothing else to do in its wave. */
export function tell(core: Core, cycle: i64): void {
  core.blockedOn = NOTHING;
  if (!hasSpace(core)) {
    core.blockedOn = OUTPUT;
    core.somaNext = NEVER;
    return;
  }
  const links = core.links;
  if (isRecorded()) record(STEP, cycle, core, 0, links.ids[links.next]);
  inject(core.id, links.ids[links.next], links.flits, stepTag(core));
  countTold(core);
  core.sent += 1;
  flitsSent += <f64>links.flits;
  core.done = cycle + 1;
  core.somaNext = hasToTell(core) ? cycle + 1 : NEVER;
}

/** Whether further packets of the open spike follow the next one, one per destination. */
@inline
export function hasMore(core: Core): bool {
  return !multicast && remaining(core) > 1;
}

/** Message that the tag of a delivered packet stands for at core `id`. */
@inline
export function messageOf(tag: i32, id: i32): u32 {
  if (!multicast || isObserved) return tag;
  if ((<u32>tag & DIRECT) != 0) return <u32>tag & ~DIRECT;
  const wave: u32 = isLinked() ? tag & SLOTS : 0;
  let entry = firstEntry((tag & ~wave) >> 1);
  while (destinationOf(entry) != id) entry++;
  return (entry << 1) | (tag & 1) | wave;
}
