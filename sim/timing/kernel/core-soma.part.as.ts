/** Soma unit of a compiled core: the rules of soma.ts. */
import { begin, firstWithDestination, hasMore, hasSpace, loopBack, remaining, send } from "./core-outlet.part.as";
import { firstWord, gather, lastWord } from "./core-plan.part.as";
import {
  add,
  at32,
  ELEMENT_ADDS,
  ELEMENT_MULTIPLIES,
  F_CYCLE,
  F_END,
  F_FROM,
  F_SLICE,
  field,
  L_ACCUMULATORS,
  L_ACTIVE,
  L_ADDITIONS,
  L_BASE,
  L_BATCHES,
  L_BUFFER_WORDS,
  L_BUFFERS,
  L_EVENT,
  L_EVENT_END,
  L_FIRST,
  L_ITEMS,
  L_LAST,
  L_LUT_READS,
  L_MULTIPLIES,
  L_NEURONS,
  L_NOW,
  L_PLAN,
  L_PLAN_WORDS,
  L_POPULATION,
  L_RANGES,
  L_STATE_BASE,
  L_STATE_ITEMS,
  L_STATE_WORDS,
  L_UPDATED,
  L_WORDS,
  LUT_READS,
  NEURON_UPDATES,
  neuronOf,
  NEVER,
  O_OPEN,
  O_WANTS_LOOPBACK,
  populations,
  quotient,
  Q_COMMITTED,
  Q_DEPTH,
  remainder,
  request,
  S_ASK,
  S_BATCH,
  S_BLOCKED_LOOPBACK,
  S_BLOCKED_OUTPUT,
  S_DONE,
  S_EVENT,
  S_EVENT_END,
  S_HEAD,
  S_INTERVAL,
  S_LATENCY,
  S_NEXT,
  S_OFFSET,
  S_RESULT,
  S_RING,
  S_RING_MASK,
  S_SERVED,
  S_SLICE,
  S_SLICES,
  S_SLICES_END,
  S_STALL_OUTPUT,
  S_STALL_STATE,
  S_TAIL,
  S_UNITS,
  S_WAITING,
  SLICE_SIZE,
  SOMA_BUSY,
  SOMA_STALL_OUTPUT,
  SOMA_STALL_STATE,
  SPIKES_SENT,
  STATE_READS,
  STATE_WRITES,
  W_ACTIVE,
  W_EVENT,
  W_EVENT_END,
  W_FIRST,
  W_LAST,
} from "./core-records.part.as";

/** First event in `from .. to - 1` of neuron `neuron` or later. */
function lowerBound(from: i32, to: i32, neuron: i32): i32 {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (neuronOf(middle) < neuron) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nextSlice(core: usize, from: usize, wave: i32): void {
  const end = field(core, S_SLICES_END);
  for (let slice = from; slice < end; slice += SLICE_SIZE) {
    if (load<u8>(slice, L_ACTIVE) == 0 || load<i32>(slice, L_BATCHES) == 0) continue;
    store<u32>(core, <u32>slice, S_SLICE);
    store<i32>(core, 0, S_BATCH);
    store<i32>(core, remainder(wave, load<i32>(slice, L_BUFFERS)) * load<i32>(slice, L_BUFFER_WORDS), S_OFFSET);
    store<i32>(core, load<i32>(slice, L_EVENT), S_EVENT);
    store<i32>(core, load<i32>(slice, L_EVENT_END), S_EVENT_END);
    return;
  }
  store<u32>(core, 0, S_SLICE);
}

export function startSoma(core: usize, wave: i32, cycle: i64): void {
  store<i64>(core, cycle, S_ASK);
  store<i64>(core, cycle, S_DONE);
  store<i64>(core, cycle, S_RESULT);
  store<u8>(core, 0, S_WAITING);
  const units = load<i32>(core, S_UNITS);
  const first = field(core, S_SLICES);
  for (let slice = first; slice < field(core, S_SLICES_END); slice += SLICE_SIZE) {
    const step = populations + (<usize>load<i32>(slice, L_POPULATION) << 5);
    const active = load<i32>(step, W_ACTIVE) != 0;
    store<u8>(slice, active ? 1 : 0, L_ACTIVE);
    if (active) {
      const neuron = load<i32>(slice, L_FIRST);
      const end = load<i32>(step, W_EVENT_END);
      const from = neuron == 0 ? load<i32>(step, W_EVENT) : lowerBound(load<i32>(step, W_EVENT), end, neuron);
      store<u8>(slice, load<i32>(step, W_LAST), L_LAST);
      store<i32>(slice, from, L_EVENT);
      store<i32>(slice, lowerBound(from, end, neuron + load<i32>(slice, L_NEURONS)), L_EVENT_END);
    }
    if (load<u32>(slice, L_NOW) != 0) gather(slice, units, wave, load<i32>(step, W_FIRST) != 0);
    if (!active) continue;
    const neurons = <i64>load<i32>(slice, L_UPDATED);
    const words = <i64>load<i32>(slice, L_PLAN_WORDS);
    add(core, SPIKES_SENT, load<i32>(slice, L_EVENT_END) - load<i32>(slice, L_EVENT));
    add(core, STATE_READS, words);
    add(core, STATE_WRITES, words);
    add(core, NEURON_UPDATES, neurons);
    add(core, ELEMENT_MULTIPLIES, neurons * load<i32>(slice, L_MULTIPLIES));
    add(core, ELEMENT_ADDS, neurons * load<i32>(slice, L_ADDITIONS));
    add(core, LUT_READS, neurons * load<i32>(slice, L_LUT_READS));
    add(core, SOMA_BUSY, <i64>load<i32>(slice, L_BATCHES) * load<i32>(core, S_INTERVAL));
  }
  nextSlice(core, first, wave);
  store<i64>(core, dueFrom(core), S_NEXT);
}

@inline
function frontOf(core: usize): usize {
  return field(core, S_RING) + (<usize>(load<u32>(core, S_HEAD) & load<u32>(core, S_RING_MASK)) << 5);
}

/** Cycle in which the oldest batch with spikes is finished. */
@inline
function frontAt(core: usize): i64 {
  return load<u32>(core, S_HEAD) == load<u32>(core, S_TAIL) ? NEVER : load<i64>(frontOf(core), F_CYCLE);
}

/** Hands over the oldest finished packet if there is space. */
function handOver(core: usize, cycle: i64): void {
  const front = frontOf(core);
  const slice = field(front, F_SLICE);
  const variant = <i32>load<u8>(slice, L_LAST);
  if (!load<u8>(core, O_OPEN)) begin(core, slice, load<i32>(front, F_FROM), variant);
  if (load<u8>(core, O_WANTS_LOOPBACK)) {
    if (load<u32>(core, Q_COMMITTED) >= load<u32>(core, Q_DEPTH)) {
      store<u8>(core, 1, S_BLOCKED_LOOPBACK);
      return;
    }
    loopBack(core);
  } else {
    if (!hasSpace(core)) {
      store<u8>(core, 1, S_BLOCKED_OUTPUT);
      return;
    }
    send(core);
  }
  if (cycle + 1 > load<i64>(core, S_DONE)) store<i64>(core, cycle + 1, S_DONE);
  if (load<u8>(core, O_OPEN)) return;
  const end = load<i32>(front, F_END);
  const next = firstWithDestination(slice, load<i32>(front, F_FROM) + 1, end, variant);
  store<i32>(front, next, F_FROM);
  if (next == end) store<u32>(core, load<u32>(core, S_HEAD) + 1, S_HEAD);
}

/**
 * The soma waited for space in its output queue, and `cycle` begins with place for one packet. If more packets follow it, to be handed over is all that
 * happens, and the soma waits again; false: it has to be looked at.
 */
export function refill(core: usize, cycle: i64): bool {
  if (!hasMore(core)) return false;
  send(core);
  store<i64>(core, max(load<i64>(core, S_DONE), cycle + 1), S_DONE);
  return true;
}

/** Remembers the spikes of a batch until they are finished. */
function keep(core: usize, slice: usize, fired: i32, end: i32, finish: i64): void {
  const from = firstWithDestination(slice, fired, end, load<u8>(slice, L_LAST));
  if (from == end) return;
  const tail = load<u32>(core, S_TAIL);
  const at = field(core, S_RING) + (<usize>(tail & load<u32>(core, S_RING_MASK)) << 5);
  store<u32>(core, tail + 1, S_TAIL);
  store<i64>(at, finish, F_CYCLE);
  store<i32>(at, from, F_FROM);
  store<i32>(at, end, F_END);
  store<u32>(at, <u32>slice, F_SLICE);
}

/** Requests of the planned batch `batch`; returns the first cycle after their service. */
function askPlanned(core: usize, slice: usize, cycle: i64, batch: i32): i64 {
  const entry = field(slice, L_PLAN) + (<usize>batch << 3);
  const ranges = field(slice, L_RANGES);
  const offset = load<i32>(core, S_OFFSET);
  const to = load<i32>(entry, 4);
  let done = cycle + 1;
  for (let r = batch == 0 ? 0 : load<i32>(entry - 4); r < to; r++) {
    const range = ranges + (<usize>r << 3);
    const word = load<i32>(range);
    const shift = word < 0 ? offset : 0;
    done = request(core, cycle, (word & 0x7fffffff) + shift, load<i32>(range, 4) + shift, done);
  }
  return done;
}

/** The same of neurons `from .. to - 1` of a slice that is updated in full. */
function askAll(core: usize, slice: usize, cycle: i64, from: i32, to: i32): i64 {
  let done = cycle + 1;
  const stateWords = load<i32>(slice, L_STATE_WORDS);
  if (stateWords != 0) {
    const items = load<i32>(slice, L_STATE_ITEMS);
    const base = load<i32>(slice, L_STATE_BASE);
    done = request(core, cycle, base + firstWord(from, 1, items, stateWords), base + lastWord(to, 1, items, stateWords), done);
  }
  const words = load<i32>(slice, L_WORDS);
  const each = load<i32>(slice, L_ACCUMULATORS);
  if (words != 0 && each != 0) {
    const items = load<i32>(slice, L_ITEMS);
    const base = load<i32>(slice, L_BASE) + load<i32>(core, S_OFFSET);
    done = request(core, cycle, base + firstWord(from, each, items, words), base + lastWord(to, each, items, words), done);
  }
  return done;
}

/** Asks the state memory for the next batch. */
function ask(core: usize, slice: usize, cycle: i64, wave: i32): void {
  const batch = load<i32>(core, S_BATCH);
  store<i32>(core, batch + 1, S_BATCH);
  let done: i64;
  let lastNeuron: i32;
  if (load<u32>(slice, L_NOW) != 0) {
    lastNeuron = at32(field(slice, L_PLAN), 2 * batch);
    done = askPlanned(core, slice, cycle, batch);
  } else {
    const units = load<i32>(core, S_UNITS);
    const from = batch * units;
    const to = min(from + units, load<i32>(slice, L_NEURONS));
    lastNeuron = load<i32>(slice, L_FIRST) + to - 1;
    done = askAll(core, slice, cycle, from, to);
  }
  store<i64>(core, load<i64>(core, S_STALL_OUTPUT) + cycle - load<i64>(core, S_ASK), S_STALL_OUTPUT);
  let askAt = cycle + load<i32>(core, S_INTERVAL);
  if (done > askAt) {
    store<i64>(core, load<i64>(core, S_STALL_STATE) + done - askAt, S_STALL_STATE);
    askAt = done;
  }
  const finish = done + load<i32>(core, S_LATENCY);
  store<i64>(core, askAt, S_ASK);
  store<i64>(core, done, S_SERVED);
  store<i64>(core, finish, S_RESULT);
  store<i64>(core, max(load<i64>(core, S_DONE), max(finish, askAt)), S_DONE);
  const fired = load<i32>(core, S_EVENT);
  const end = load<i32>(core, S_EVENT_END);
  let event = fired;
  while (event < end && neuronOf(event) <= lastNeuron) event++;
  if (event > fired) {
    store<i32>(core, event, S_EVENT);
    keep(core, slice, fired, event, finish);
  }
  if (batch + 1 == load<i32>(slice, L_BATCHES)) nextSlice(core, slice + SLICE_SIZE, wave);
}

/**
 * Makes the requests up to and in `cycle` that no finished spike holds up. What they do shows in the state memory and in spikes that finish, so they are
 * made late: when the synapse unit comes to the memory, or when a spike of theirs can be finished (`dueFrom`).
 */
@inline
export function catchUp(core: usize, cycle: i64, wave: i32): void {
  while (load<u32>(core, S_SLICE) != 0 && !load<u8>(core, S_WAITING)) {
    const at = load<i64>(core, S_ASK);
    if (at > cycle || at >= frontAt(core)) return;
    ask(core, field(core, S_SLICE), at, wave);
  }
}

/** Earliest cycle in which the requests to come need a look: a spike of theirs can be finished, or a slice ends. */
function dueFrom(core: usize): i64 {
  const slice = field(core, S_SLICE);
  if (slice == 0) return NEVER;
  const at = load<i64>(core, S_ASK);
  if (load<u32>(slice, L_NOW) != 0) return at;
  const batch = load<i32>(core, S_BATCH);
  const interval = <i64>load<i32>(core, S_INTERVAL);
  const event = load<i32>(core, S_EVENT);
  if (event == load<i32>(core, S_EVENT_END)) return at + interval * (load<i32>(slice, L_BATCHES) - 1 - batch);
  const fires = quotient(neuronOf(event) - load<i32>(slice, L_FIRST), load<i32>(core, S_UNITS));
  return at + interval * (fires - batch) + 1 + load<i32>(core, S_LATENCY);
}

export function evaluateSoma(core: usize, cycle: i64, wave: i32): void {
  catchUp(core, cycle - 1, wave);
  store<u16>(core, 0, S_BLOCKED_OUTPUT); // and on loop-back
  if (frontAt(core) <= cycle) handOver(core, cycle);
  const waiting = frontAt(core) <= cycle;
  store<u8>(core, waiting ? 1 : 0, S_WAITING);
  if (waiting) {
    // full already: if nothing leaves in this cycle, there is no use in a look at the next
    if (load<u8>(core, O_OPEN) && !load<u8>(core, O_WANTS_LOOPBACK) && !hasSpace(core)) store<u8>(core, 1, S_BLOCKED_OUTPUT);
  } else {
    const slice = field(core, S_SLICE);
    if (slice != 0 && load<i64>(core, S_ASK) <= cycle) ask(core, slice, cycle, wave);
  }
  let next = waiting ? cycle + 1 : min(frontAt(core), dueFrom(core));
  if (load<u16>(core, S_BLOCKED_OUTPUT) != 0) next = NEVER;
  store<i64>(core, next, S_NEXT);
}

export function busy(core: usize): bool {
  return load<u32>(core, S_SLICE) != 0 || load<u32>(core, S_HEAD) != load<u32>(core, S_TAIL);
}

/** Earliest cycle in which the next request can come, seen after this unit's turn in `cycle`, up to which it has caught up. */
export function nextAskFrom(core: usize, cycle: i64): i64 {
  if (load<u32>(core, S_SLICE) == 0 || load<u8>(core, S_BLOCKED_LOOPBACK)) return NEVER;
  const packets = load<u8>(core, O_OPEN) ? remaining(core) : 1;
  return max(load<i64>(core, S_ASK), cycle + packets);
}

/** Counts the pipeline's last cycles and the waits of the wave. */
export function endSoma(core: usize): void {
  const askAt = load<i64>(core, S_ASK);
  const updated = max(askAt, load<i64>(core, S_RESULT));
  add(core, SOMA_BUSY, updated - askAt);
  add(core, SOMA_STALL_OUTPUT, load<i64>(core, S_STALL_OUTPUT) + load<i64>(core, S_DONE) - updated);
  add(core, SOMA_STALL_STATE, load<i64>(core, S_STALL_STATE));
  store<i64>(core, 0, S_STALL_OUTPUT);
  store<i64>(core, 0, S_STALL_STATE);
}
