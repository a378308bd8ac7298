/**
 * Events of the board, written down for the host: those of observe/recorder.ts, and messages that carry their spike.
 *
 * The plain board is compiled without this: its messages carry only what they do at their core, not their spike.
 */

import { behind, isBefore, none, Table } from "../../../base/kernel/views.part.as";
import { Core, events } from "./core-records.part.as";
import { destinationOf, entryStart } from "./route-tables.part.as";

/** Kinds of events in the order of KINDS in observe/recorder.ts; the host itself records the first two. */
export const CORE_DONE: i32 = 2;
export const BATCH: i32 = 3;
export const SPIKES: i32 = 4;
export const SEND: i32 = 5;
export const DELIVER: i32 = 6;
export const TAKE: i32 = 7;
export const ROWS: i32 = 8;
export const LEVEL: i32 = 9;
export const SOMA_HELD: i32 = 10;
export const SYNAPSE_STALL: i32 = 11;
export const FETCH: i32 = 12;
export const STEP: i32 = 13;
export const STEP_IN: i32 = 14;

/** An event as the recorder keeps it. */
@unmanaged
class Event {
  kind: f64;
  cycle: f64;
  core: f64;
  a: f64;
  b: f64;
}

/** Lets the host read all events from the start of the buffer; afterwards the buffer is empty. */
@external("env", "drain")
declare function drain(events: f64): void;

/** A constant of the compiled kernel. If true, a message carries its trace event, and every take is recorded. */
export const isObserved: bool = isDefined(OBSERVES);
/** Records all events, in the order in which they occur, which is nearly that of cycles. */
let recordsAll: bool = false;
let first: Event = none<Event>();
let next: Event = none<Event>();
let end: Event = none<Event>();
/** By event: the route of its spike. */
let routes: Table<i32> = none<Table<i32>>();

/** `buffer`: room for `capacity` events; `routeTable`: one word per trace event; `records`: 1 for all events, 0 for takes only. */
export function observe(buffer: Event, capacity: i32, routeTable: Table<i32>, records: i32): void {
  recordsAll = records != 0;
  first = buffer;
  next = buffer;
  end = behind(buffer, capacity);
  routes = routeTable;
}

/** Hands the recorded events to the host. */
export function handOverEvents(): void {
  if (next == first) return;
  drain(<f64>((changetype<usize>(next) - changetype<usize>(first)) / offsetof<Event>()));
  next = first;
}

@inline
export function isRecorded(): bool {
  return isObserved && recordsAll;
}

/** Records an event. The caller checks whether events are recorded, so the plain board has no code for it. */
export function record(kind: i32, cycle: i64, core: Core, a: i64, b: i32): void {
  if (!isBefore(next, end)) handOverEvents();
  const event = next;
  event.kind = <f64>kind;
  event.cycle = <f64>cycle;
  event.core = <f64>core.id;
  event.a = <f64>a;
  event.b = <f64>b;
  next = behind(event, 1);
}

/** The next hand-over is the spike of this event, on `route`. */
export function keepSpike(core: Core, event: i32, route: i32): void {
  core.spike = event;
  routes[event] = route;
}

/** Entry of a message at its core. */
@inline
export function entryOf(core: Core, message: u32): i32 {
  return isObserved ? observedEntry(core, message) : <i32>(message >> 1);
}

function observedEntry(core: Core, event: i32): i32 {
  let entry = entryStart[routes[event]];
  while (destinationOf(entry) != core.id) entry++;
  return entry;
}

/** 1: the message's payload is no unit. */
@inline
export function macOf(message: u32): u32 {
  return isObserved ? events[message] & 1 : message & 1;
}

/** Message, or tag of a packet, of the open spike for an entry or route; with its wave if messages carry waves. */
@inline
export function wordOf(core: Core, target: i32): u32 {
  return isObserved ? core.spike | (core.mac & ~1) : ((<u32>target) << 1) | core.mac;
}
