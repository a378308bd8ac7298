/** Way out and input queue of a compiled core: the rules of outlet.ts and message-queue.ts. */
import { canPlan, DIRECT, planTree, setEnd } from "../noc/noc-branching.part.as";
import { addDestination, coreAt, enqueue, inject, injectPlanned } from "../noc/noc-endpoints.part.as";
import { C_LIMIT, C_QUEUED, C_ROUTER, pointer } from "../noc/noc-records.part.as";
import { TREE } from "../noc/noc-setup.part.as";
import {
  at32,
  C_ID,
  entryCore,
  entryStart,
  events,
  field,
  L_FLITS,
  L_ROUTES,
  L_TREES,
  multicast,
  neuronOf,
  NO_TREE,
  O_ENTRY,
  O_ENTRY_END,
  O_FLITS,
  O_HOME,
  O_LOOP_ENTRY,
  O_LOOPED_BACK,
  O_MAC,
  O_OPEN,
  O_ROUTE,
  O_SENT,
  O_TREE,
  O_WANTS_LOOPBACK,
  Q_FIRST,
  Q_MASK,
  Q_RING,
  Q_STORED,
} from "./core-records.part.as";

/** Flits of all packets since the run began. */
export let flitsSent: f64 = 0;

export function resetOutlets(): void {
  flitsSent = 0;
}

@inline
export function destinationOf(entry: i32): i32 {
  return <i32>load<u16>(entryCore + (<usize>entry << 1));
}

@inline
function firstEntry(route: i32): i32 {
  return at32(entryStart, route);
}

@inline
function routeOf(slice: usize, event: i32, variant: i32): i32 {
  return load<i32>(field(slice, L_ROUTES + (<usize>variant << 2)) + (<usize>neuronOf(event) << 2));
}

@inline
export function push(core: usize, message: u32): void {
  const stored = load<u32>(core, Q_STORED);
  const place = (load<u32>(core, Q_FIRST) + stored) & load<u32>(core, Q_MASK);
  store<u32>(field(core, Q_RING) + (<usize>place << 2), message);
  store<u32>(core, stored + 1, Q_STORED);
}

/** First event in `from .. to - 1` whose neuron sends anything; `to` if none. */
export function firstWithDestination(slice: usize, from: i32, to: i32, variant: i32): i32 {
  for (let event = from; event < to; event++) {
    const route = routeOf(slice, event, variant);
    if (firstEntry(route + 1) > firstEntry(route)) return event;
  }
  return to;
}

/** Starts on a spike that has a destination. */
export function begin(core: usize, slice: usize, event: i32, variant: i32): void {
  const route = routeOf(slice, event, variant);
  const id = load<i32>(core, C_ID);
  let entry = firstEntry(route);
  const end = firstEntry(route + 1);
  let loop = -1;
  for (let e = entry; e < end; e++) if (destinationOf(e) == id) loop = e;
  if (entry == loop) entry++;
  store<i32>(core, route, O_ROUTE);
  store<i32>(core, load<u32>(events + (<usize>event << 2)) & 1, O_MAC);
  store<i32>(core, load<i32>(slice, L_FLITS), O_FLITS);
  store<i32>(core, entry, O_ENTRY);
  store<i32>(core, end, O_ENTRY_END);
  store<i32>(core, loop, O_LOOP_ENTRY);
  store<u32>(core, <u32>(slice + L_TREES + (<usize>variant << 2)), O_TREE);
  store<u8>(core, loop >= 0 ? 1 : 0, O_WANTS_LOOPBACK);
  store<u8>(core, 1, O_OPEN);
}

/** Packets of the open spike that are not handed over yet. */
export function remaining(core: usize): i32 {
  const entry = load<i32>(core, O_ENTRY);
  const end = load<i32>(core, O_ENTRY_END);
  const loop = <i32>load<u8>(core, O_WANTS_LOOPBACK);
  if (multicast) return loop + (entry < end ? 1 : 0);
  return end - entry - (load<i32>(core, O_LOOP_ENTRY) >= entry ? 1 : 0) + loop;
}

export function loopBack(core: usize): void {
  push(core, (load<u32>(core, O_LOOP_ENTRY) << 1) | load<u32>(core, O_MAC));
  store<u8>(core, 1, O_LOOPED_BACK);
  store<u8>(core, 0, O_WANTS_LOOPBACK);
  store<u8>(core, load<i32>(core, O_ENTRY) < load<i32>(core, O_ENTRY_END) ? 1 : 0, O_OPEN);
}

@inline
export function hasSpace(core: usize): bool {
  const home = field(core, O_HOME);
  return load<i32>(home, C_QUEUED) < load<i32>(home, C_LIMIT);
}

/** The tree to the entries of a route but `loop`. */
function planRoute(id: i32, from: i32, end: i32, loop: i32): u32 {
  if (!canPlan()) return NO_TREE;
  let many = 0;
  for (let entry = from; entry < end; entry++) if (entry != loop) setEnd(many++, destinationOf(entry), DIRECT | (<u32>entry << 1));
  return planTree(pointer(coreAt(id), C_ROUTER), 0, many);
}

/** One packet to all destinations but the core's own. */
function sendTree(core: usize, id: i32, flits: i32): void {
  const route = load<i32>(core, O_ROUTE);
  const from = firstEntry(route);
  const end = load<i32>(core, O_ENTRY_END);
  const loop = load<i32>(core, O_LOOP_ENTRY);
  const mac = load<i32>(core, O_MAC);
  const many = end - from - (loop >= 0 ? 1 : 0);
  if (many == 1) {
    const entry = from == loop ? from + 1 : from;
    inject(id, destinationOf(entry), flits, DIRECT | (<u32>entry << 1) | mac);
    return;
  }
  const tag = (route << 1) | mac;
  const kept = field(core, O_TREE);
  let tree = load<u32>(kept);
  if (tree == 0) {
    tree = planRoute(id, from, end, loop);
    store<u32>(kept, tree);
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

/** Injects the next packet; the caller has asked `hasSpace`. */
export function send(core: usize): void {
  const id = load<i32>(core, C_ID);
  const flits = load<i32>(core, O_FLITS);
  const end = load<i32>(core, O_ENTRY_END);
  store<u32>(core, load<u32>(core, O_SENT) + 1, O_SENT);
  flitsSent += <f64>flits;
  if (multicast) {
    sendTree(core, id, flits);
    store<i32>(core, end, O_ENTRY);
    store<u8>(core, 0, O_OPEN);
    return;
  }
  let entry = load<i32>(core, O_ENTRY);
  inject(id, destinationOf(entry), flits, (entry << 1) | load<i32>(core, O_MAC));
  if (++entry == load<i32>(core, O_LOOP_ENTRY)) entry++;
  store<i32>(core, entry, O_ENTRY);
  if (entry >= end) store<u8>(core, 0, O_OPEN);
}

/** Whether the open spike has packets behind the next one, one for each destination. */
@inline
export function hasMore(core: usize): bool {
  return !multicast && remaining(core) > 1;
}

/** Message that a delivered packet's tag means at core `id`. */
@inline
export function messageOf(tag: i32, id: i32): u32 {
  if (!multicast) return tag;
  if ((<u32>tag & DIRECT) != 0) return <u32>tag & ~DIRECT;
  let entry = firstEntry(tag >> 1);
  while (destinationOf(entry) != id) entry++;
  return (entry << 1) | (tag & 1);
}
