/**
 * The port: spikes of a step arrive over the host link and enter the network through a queue, in the order of populations and neurons; docs/timing.md.
 *
 * Its record is that of a core without units: `slice`, `event`, `eventEnd` say which spikes are still to be sent, and it has a core's outlet. A packet takes
 * its slice's crossing cycles on the host link, and enters the queue in the last of them, or, if the queue is full, as soon as there is space; the link stalls
 * until then. Its counters use a core's columns: busy and stalled cycles those of the soma, bits those of the DRAM.
 */

import { isBefore, isNone, nextInRow, none } from "../../../base/kernel/views.part.as";
import { CORE_DONE, isObserved, isRecorded, record, SOMA_HELD } from "./core-events.part.as";
import { beginLinks, hasToTell, isLinked } from "./core-links.part.as";
import { begin, firstWithDestination, hasSpace, send, tell } from "./core-outlet.part.as";
import { spikesOf } from "./core-plan.part.as";
import { Core, isPlain, NEVER, NOTHING, OUTPUT, Slice } from "./core-records.part.as";
import { hasOwnSteps, takeStep } from "./core-steps.part.as";

/** The record is the port's. */
@inline
export function isPort(core: Core): bool {
  return !isPlain(core) && !isNone(core.entrance);
}

/** Continues with the first spike from `event` on, in `slice` or a later one, that has a destination; no slice if none is left. */
function seek(core: Core, slice: Slice, event: i32): void {
  for (let at = slice; isBefore(at, core.slicesEnd); at = nextInRow(at)) {
    if (!at.isActive) continue;
    const next = firstWithDestination(at, at == slice ? event : at.event, at.eventEnd, at.isLast);
    if (next == at.eventEnd) continue;
    core.slice = at;
    core.event = next;
    return;
  }
  core.slice = none<Slice>();
}

/** Cycle in which a port without packets left begins to send step packets; NEVER if it sends none. */
function endsAt(core: Core): i64 {
  return isNone(core.slice) && isLinked() && hasToTell(core) ? core.done : NEVER;
}

/** The wave begins in `cycle`. */
export function startPort(core: Core, wave: i32, cycle: i64): void {
  core.wave = wave;
  if (isLinked()) beginLinks(core);
  core.done = cycle;
  core.isWaiting = false;
  const first = core.slices;
  for (let slice = first; isBefore(slice, core.slicesEnd); slice = nextInRow(slice)) {
    if (!isObserved || !hasOwnSteps) takeStep(slice);
    if (slice.isActive) core.counters.spikesSent += <f64>spikesOf(slice);
  }
  seek(core, first, first.event);
  core.somaNext = endsAt(core);
  if (isNone(core.slice)) return;
  core.entrance.readyAt = cycle + core.entrance.latencyCycles + core.slice.crossing.cycles - 1;
  core.somaNext = core.entrance.readyAt;
}

/** A packet has passed the host link by `cycle`. */
export function evaluatePort(core: Core, cycle: i64): void {
  const readyAt = core.entrance.readyAt;
  const slice = core.slice;
  if (isNone(slice) && isLinked() && hasToTell(core) && core.somaNext <= cycle) tell(core, cycle);
  if (core.somaNext > cycle || isNone(slice) || readyAt > cycle) return;
  core.blockedOn = NOTHING;
  if (!hasSpace(core)) {
    core.blockedOn = OUTPUT;
    core.somaNext = NEVER;
    return;
  }
  const event = core.event;
  if (!core.isOpen) begin(core, slice, event, slice.isLast);
  send(core);
  if (isRecorded() && cycle > readyAt) record(SOMA_HELD, readyAt, core, cycle, 0);
  core.counters.somaBusy += <f64>slice.crossing.cycles;
  core.counters.somaStallOutput += <f64>(cycle - readyAt);
  core.counters.dramBits += <f64>slice.crossing.bits;
  core.done = cycle + 1;
  if (!core.isOpen) seek(core, slice, event + 1);
  core.somaNext = endsAt(core);
  if (isNone(core.slice)) return;
  core.entrance.readyAt = cycle + core.slice.crossing.cycles;
  core.somaNext = core.entrance.readyAt;
}

/** The wave is over. */
export function endPort(core: Core): void {
  if (isRecorded()) record(CORE_DONE, core.done, core, 0, 0);
}
