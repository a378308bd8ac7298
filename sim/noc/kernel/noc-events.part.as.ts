/**
 * Flits of the network, written down for the host: arrivals in a router's buffers, departures from them, and flits that an output sends.
 *
 * A kernel that does not define `OBSERVES` is compiled without it.
 */
import { behind, isBefore, isNone, none } from "../../../base/kernel/views.part.as";
import { cycle } from "./noc-wheel.part.as";

/** Kinds of flit events, as FLIT_KINDS of sim/board/recorder.ts orders them. */
export const BUFFERED: i32 = 0;
export const FREED: i32 = 1;
export const SENT: i32 = 2;

/** An event as the recorder keeps it. */
@unmanaged
class FlitEvent {
  kind: f64;
  cycle: f64;
  router: f64;
  port: f64;
  vc: f64;
}

/** Has the host read all flit events from the buffer's beginning; they are gone then. */
@external("env", "drainFlits")
declare function drainFlits(events: f64): void;

/** Known when the kernel is compiled. Callers ask it first: the loads of what they would write stay in the code otherwise. */
export const observesFlits: bool = isDefined(OBSERVES);
let first: FlitEvent = none<FlitEvent>();
let next: FlitEvent = none<FlitEvent>();
let end: FlitEvent = none<FlitEvent>();

/** From now on flits are written down. `buffer`: room for `capacity` events. */
export function observeFlits(buffer: FlitEvent, capacity: i32): void {
  first = buffer;
  next = buffer;
  end = behind(buffer, capacity);
}

/** Hands the events so far to the host. */
export function handOverFlits(): void {
  if (next == first) return;
  drainFlits(<f64>((changetype<usize>(next) - changetype<usize>(first)) / offsetof<FlitEvent>()));
  next = first;
}

/** Writes an event of this cycle down. `port`: of the input for BUFFERED and FREED, of the output for SENT. */
export function noteFlit(kind: i32, router: i32, port: i32, vc: i32): void {
  if (isNone(first)) return;
  if (!isBefore(next, end)) handOverFlits();
  const event = next;
  event.kind = <f64>kind;
  event.cycle = <f64>cycle;
  event.router = <f64>router;
  event.port = <f64>port;
  event.vc = <f64>vc;
  next = behind(event, 1);
}
