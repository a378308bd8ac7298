/**
 * Soma of a core: updates the neurons of its slices once per wave and hands their spikes to the network, one packet per cycle.
 *
 * Cycles: see docs/timing.md. Which neurons fire comes from the spike trace. `touched` updates neurons that have had input in this utterance, up to this step
 * (their state then counts as non-zero). All others rest: their states are 0, an update would leave them so (the host has checked it), and they do not fire. A
 * priority encoder finds the touched neurons. Populations without incoming projections (encoders, fed by the host) and slices with states in DRAM are always
 * updated in full.
 * Not modelled: a state's return to exactly zero inside an utterance, the host's feeding of input frames.
 */

import { inRow, isBefore, isNone, nextInRow, none } from "../../../base/kernel/views.part.as";
import { BATCH, CORE_DONE, isObserved, isRecorded, record, SOMA_HELD, SPIKES } from "./core-events.part.as";
import { beginLinks, hasToTell, isLinked } from "./core-links.part.as";
import { begin, firstWithDestination, hasMore, hasSpace, loopBack, remaining, send, tell } from "./core-outlet.part.as";
import { firstWord, gather, isUpdated, lastWord, spikesOf } from "./core-plan.part.as";
import {
  Batch,
  Core,
  isPlain,
  isTicking,
  LOOPBACK,
  NEVER,
  NOTHING,
  neuronOf,
  OUTPUT,
  quotient,
  remainder,
  request,
  Slice,
} from "./core-records.part.as";
import { rereadAtEnd, rereadInWaits, rereads, startRereads } from "./core-rereads.part.as";
import { issueBefore } from "./core-rows.part.as";
import { countExchange, fetchStates } from "./core-states.part.as";
import { hasOwnSteps, takeStep } from "./core-steps.part.as";

function nextSlice(core: Core, from: Slice): void {
  const end = core.slicesEnd;
  for (let slice = from; isBefore(slice, end); slice = nextInRow(slice)) {
    if (!slice.isActive || slice.batches == 0) continue;
    core.slice = slice;
    core.batch = 0;
    core.bufferOffset = remainder(core.wave, slice.buffers) * slice.bufferWords;
    core.event = slice.event;
    core.eventEnd = slice.eventEnd;
    return;
  }
  core.slice = none<Slice>();
}

/** The encoder starts in `cycle` to search the neurons of the next batch, which is requested only when they are found. */
function findNext(core: Core, cycle: i64): void {
  const slice = core.slice;
  if (isNone(slice) || isNone(slice.finder)) return;
  const found = cycle + slice.finder.batchCycles[core.batch];
  if (found <= core.askAt) return;
  core.counters.somaBusy += <f64>(found - core.askAt);
  core.askAt = found;
}

export function startSoma(core: Core, wave: i32, cycle: i64): void {
  core.askAt = cycle;
  core.done = cycle;
  core.resultAt = cycle;
  core.isWaiting = false;
  core.wave = wave;
  if (isLinked()) beginLinks(core);
  if (rereads(core)) startRereads(core);
  const units = core.units;
  const first = core.slices;
  for (let slice = first; isBefore(slice, core.slicesEnd); slice = nextInRow(slice)) {
    if (!isObserved || !hasOwnSteps) takeStep(slice);
    if (!isNone(slice.now)) gather(slice, units, wave, slice.isFirst);
    if (!slice.isActive) continue;
    const neurons = <i64>slice.updated;
    const words = <i64>slice.planWords;
    core.counters.spikesSent += <f64>spikesOf(slice);
    core.counters.stateReads += <f64>words;
    core.counters.stateWrites += <f64>words;
    core.counters.neuronUpdates += <f64>neurons;
    core.counters.requantisations += <f64>(neurons * slice.requantises);
    if (slice.multiplies > 0) core.counters.parameterReads += <f64>neurons;
    core.counters.elementMultiplies += <f64>(neurons * slice.multiplies);
    core.counters.elementAdds += <f64>(neurons * slice.additions);
    core.counters.lutReads += <f64>(neurons * slice.lutReads);
    core.counters.somaBusy += <f64>(<i64>slice.batches * core.intervalCycles);
    if (!isPlain(core)) countExchange(core, slice);
  }
  nextSlice(core, first);
  if (core.updatesTouched) findNext(core, cycle);
  core.somaNext = dueFrom(core);
  if (!isPlain(core) && core.fetchesStates && !isNone(core.slice)) {
    core.wantsStates = true;
    core.somaNext = cycle;
  }
  if (isLinked()) dueToTell(core);
}

@inline
function frontOf(core: Core): Batch {
  return inRow(core.batches, core.head & core.batchMask);
}

/** Cycle in which the oldest batch with spikes is finished. */
@inline
function frontAt(core: Core): i64 {
  return core.head == core.tail ? NEVER : frontOf(core).finishAt;
}

/** Hands over the oldest finished packet if there is space. */
function handOver(core: Core, cycle: i64): void {
  const front = frontOf(core);
  const slice = front.slice;
  const isLast = slice.isLast;
  if (!core.isOpen) begin(core, slice, front.event, isLast);
  if (core.wantsLoopback) {
    if (core.committed >= (isPlain(core) ? core.queueDepth : core.loopbackLimit)) {
      core.blockedOn = LOOPBACK;
      return;
    }
    loopBack(core, cycle);
  } else {
    if (!hasSpace(core)) {
      core.blockedOn = OUTPUT;
      return;
    }
    send(core);
  }
  if (cycle + 1 > core.done) core.done = cycle + 1;
  if (core.isOpen) return;
  const end = front.eventEnd;
  const next = firstWithDestination(slice, front.event + 1, end, isLast);
  front.event = next;
  if (next == end) core.head += 1;
}

/**
 * The soma has waited for space in its output queue, and `cycle` begins with space for one packet. If more packets of the spike follow, the soma hands one over
 * and waits again; returns false if the soma needs a visit instead.
 */
export function refill(core: Core, cycle: i64): bool {
  if (isRecorded() || !hasMore(core)) return false;
  send(core);
  core.done = max(core.done, cycle + 1);
  return true;
}

/** Records the spikes of a batch, without events of neurons that are not updated. */
function recordSpikes(core: Core, slice: Slice, fired: i32, end: i32, finish: i64): void {
  let from = fired;
  for (let event = fired; event <= end; event++) {
    if (event < end && isUpdated(slice, event)) continue;
    if (event > from) record(SPIKES, finish, core, from, event);
    from = event + 1;
  }
}

/** Keeps the spikes of a batch until they are finished. Spikes without a destination are only recorded. */
function keep(core: Core, slice: Slice, fired: i32, end: i32, finish: i64): void {
  if (isRecorded()) recordSpikes(core, slice, fired, end, finish);
  const from = firstWithDestination(slice, fired, end, slice.isLast);
  if (from == end) return;
  const tail = core.tail;
  const batch = inRow(core.batches, tail & core.batchMask);
  core.tail = tail + 1;
  batch.finishAt = finish;
  batch.event = from;
  batch.eventEnd = end;
  batch.slice = slice;
}

/** Requests the words of the planned batch `batch`; returns the first cycle after their service. */
function askPlanned(core: Core, slice: Slice, cycle: i64, batch: i32): i64 {
  const plan = slice.plan;
  const ranges = slice.ranges;
  const offset = core.bufferOffset;
  const to = plan[2 * batch + 1];
  let done = cycle + 1;
  for (let r = batch == 0 ? 0 : plan[2 * batch - 1]; r < to; r++) {
    const word = ranges[2 * r];
    const shift = word < 0 ? offset : 0;
    done = request(core, cycle, (word & 0x7fffffff) + shift, ranges[2 * r + 1] + shift, done);
  }
  return done;
}

/** The same for neurons `from .. to - 1` of a slice that is updated in full. */
function askAll(core: Core, slice: Slice, cycle: i64, from: i32, to: i32): i64 {
  let done = cycle + 1;
  const stateWords = slice.stateWords;
  if (stateWords != 0) {
    const items = slice.stateItems;
    const base = slice.stateBase;
    done = request(core, cycle, base + firstWord(from, 1, items, stateWords), base + lastWord(to, 1, items, stateWords), done);
  }
  const words = slice.words;
  const each = slice.accumulators;
  if (words != 0 && each != 0) {
    const items = slice.items;
    const base = slice.accumulatorBase + core.bufferOffset;
    done = request(core, cycle, base + firstWord(from, each, items, words), base + lastWord(to, each, items, words), done);
  }
  return done;
}

function recordAsk(core: Core, slice: Slice, cycle: i64, done: i64, batch: i32): void {
  record(BATCH, cycle, core, done, min(core.units, slice.updated - batch * core.units));
  if (cycle > core.askAt) record(SOMA_HELD, core.askAt, core, cycle, 0);
}

/** Requests the next batch from the state memory. */
function ask(core: Core, slice: Slice, cycle: i64): void {
  const batch = core.batch;
  core.batch = batch + 1;
  if (core.rowAt < cycle) issueBefore(core, cycle);
  let done: i64;
  let lastNeuron: i32;
  if (!isNone(slice.now)) {
    lastNeuron = slice.plan[2 * batch];
    done = askPlanned(core, slice, cycle, batch);
  } else {
    const units = core.units;
    const from = batch * units;
    const to = min(from + units, slice.neurons);
    lastNeuron = slice.firstNeuron + to - 1;
    done = askAll(core, slice, cycle, from, to);
  }
  if (rereads(core)) rereadInWaits(core, slice, batch, cycle, done);
  if (isRecorded()) recordAsk(core, slice, cycle, done, batch);
  core.stallOutput += cycle - core.askAt;
  let askAt = cycle + core.intervalCycles;
  if (done > askAt) {
    core.stallState += done - askAt;
    askAt = done;
  }
  const finish = done + core.finishCycles;
  core.askAt = askAt;
  core.served = done;
  core.resultAt = finish;
  core.done = max(core.done, max(finish, askAt));
  const fired = core.event;
  const end = core.eventEnd;
  let event = fired;
  while (event < end && neuronOf(event) <= lastNeuron) event++;
  if (event > fired) {
    core.event = event;
    keep(core, slice, fired, event, finish);
  }
  if (batch + 1 == slice.batches) nextSlice(core, nextInRow(slice));
  if (core.updatesTouched) findNext(core, cycle);
  if (!isPlain(core)) fetchStates(core, cycle);
}

/**
 * Makes all requests up to `cycle` that no finished spike holds up. Requests affect only the state memory and spikes that finish, so they are made late: when
 * the synapse unit requests the memory, or when one of their spikes can be finished (`dueFrom`).
 */
@inline
export function catchUp(core: Core, cycle: i64): void {
  while (!isNone(core.slice) && !core.isWaiting) {
    const at = core.askAt;
    if (at > cycle || at >= frontAt(core)) return;
    ask(core, core.slice, at);
  }
}

/** Earliest cycle in which the soma needs a visit: a spike of its next requests can be finished, or a slice ends. */
function dueFrom(core: Core): i64 {
  const slice = core.slice;
  if (isNone(slice)) return NEVER;
  const at = core.askAt;
  // a recording needs every request in its cycle
  if (isRecorded() || slice.asksOnTime) return at;
  const batch = core.batch;
  const interval = <i64>core.intervalCycles;
  const event = core.event;
  const last = at + interval * (slice.batches - 1 - batch);
  if (event == core.eventEnd) return last;
  const fires = quotient(neuronOf(event) - slice.firstNeuron, core.units);
  const finish = at + interval * (fires - batch) + 1 + core.finishCycles;
  // if a core ends its wave itself, the last request must be made in its cycle, as the wave may end as soon as it is finished
  return isTicking() ? min(finish, last) : finish;
}

export function evaluateSoma(core: Core, cycle: i64): void {
  catchUp(core, cycle - 1);
  if (isLinked() && isDone(core)) {
    if (hasToTell(core) && core.done <= cycle) tell(core, cycle);
    else core.somaNext = hasToTell(core) ? core.done : NEVER;
    return;
  }
  core.blockedOn = NOTHING;
  if (frontAt(core) <= cycle) handOver(core, cycle);
  const waiting = frontAt(core) <= cycle;
  core.isWaiting = waiting;
  if (waiting) {
    // already full: if nothing leaves in this cycle, a visit in the next is useless
    if (core.isOpen && !core.wantsLoopback && !hasSpace(core)) core.blockedOn = OUTPUT;
  } else {
    const slice = core.slice;
    if (!isNone(slice) && core.askAt <= cycle) ask(core, slice, cycle);
  }
  let next = waiting ? cycle + 1 : min(frontAt(core), dueFrom(core));
  if (core.blockedOn != NOTHING) next = NEVER;
  core.somaNext = next;
  if (isLinked()) dueToTell(core);
}

/** All neurons of the wave are updated, and their packets handed over. */
@inline
function isDone(core: Core): bool {
  return isNone(core.slice) && core.head == core.tail;
}

/** A soma that is done sends step packets, from the first cycle in which nothing of its wave is in progress. */
function dueToTell(core: Core): void {
  if (isDone(core) && hasToTell(core)) core.somaNext = core.done;
}

export function busy(core: Core): bool {
  return !isDone(core) || (isLinked() && hasToTell(core));
}

/** Earliest cycle of the next request, after the soma has caught up with `cycle`. */
export function nextAskFrom(core: Core, cycle: i64): i64 {
  if (isNone(core.slice) || core.blockedOn == LOOPBACK) return NEVER;
  const packets = core.isOpen ? remaining(core) : 1;
  const askAt = isRecorded() && core.postedIn == cycle ? core.unfetchedAskAt : core.askAt;
  return max(askAt, cycle + packets);
}

/** Counts the last pipeline cycles and the waits of the wave. */
export function endSoma(core: Core): void {
  const askAt = core.askAt;
  const updated = max(askAt, core.resultAt);
  if (rereads(core)) rereadAtEnd(core, core.done - updated);
  if (isRecorded()) record(CORE_DONE, core.done, core, core.drained, 0);
  if (isRecorded() && core.done > updated) record(SOMA_HELD, updated, core, core.done, 0);
  core.counters.somaBusy += <f64>(updated - askAt);
  core.counters.somaStallOutput += <f64>(core.stallOutput + core.done - updated);
  core.counters.somaStallState += <f64>core.stallState;
  core.stallOutput = 0;
  core.stallState = 0;
}
