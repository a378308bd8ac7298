/**
 * Events of flits, recorded for the host: arrivals in a router's buffers, departures from them, and flits that an output sends.
 *
 * A kernel that does not define `OBSERVES` is compiled without it.
 */
import { behind, isBefore, isNone, none } from "../../../base/kernel/views.part.as";
import { cycle } from "./noc-wheel.part.as";

/** Kinds of flit events, in the order of FLIT_KINDS in sim/board/recorder.ts. */
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

/** Lets the host read all flit events from the start of the buffer; afterwards the buffer is empty. */
@external("env", "drainFlits")
declare function drainFlits(events: f64): void;

/** A constant of the compiled kernel. Callers check it first; otherwise the loads of the event's values would remain in the code. */
export const observesFlits: bool = isDefined(OBSERVES);
let first: FlitEvent = none<FlitEvent>();
let next: FlitEvent = none<FlitEvent>();
let end: FlitEvent = none<FlitEvent>();

/** Records flits from now on. `buffer`: room for `capacity` events. */
export function observeFlits(buffer: FlitEvent, capacity: i32): void {
  first = buffer;
  next = buffer;
  end = behind(buffer, capacity);
}

/** Hands the recorded events to the host. */
export function handOverFlits(): void {
  if (next == first) return;
  drainFlits(<f64>((changetype<usize>(next) - changetype<usize>(first)) / offsetof<FlitEvent>()));
  next = first;
}

/** Records an event of this cycle. `port`: the input port for BUFFERED and FREED, the output port for SENT. */
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
