/** Synapse unit of a compiled core: the rules of accumulate.ts. */
import {
  add,
  at32,
  B_BEAT,
  B_DELAY,
  B_DRAM_WORD,
  B_GROUP,
  B_ROW_CYCLES,
  B_ROW_ITEMS,
  B_ROW_READS,
  B_ROWS,
  B_SLICE,
  B_SYNAPSE_ITEMS,
  B_SYNAPSE_WORDS,
  B_TARGETS,
  B_WEIGHTS,
  blockOf,
  DRAM_BITS,
  field,
  L_BASE,
  L_BUFFER_WORDS,
  L_BUFFERS,
  L_FIRST,
  L_ITEMS,
  L_WORDS,
  NEVER,
  Q_COMMITTED,
  Q_FIRST,
  Q_MASK,
  Q_RING,
  Q_STORED,
  quotient,
  remainder,
  request,
  S_BLOCKED_LOOPBACK,
  S_SERVED,
  S_TOUCHED,
  segmentFrom,
  segmentStart,
  segmentTo,
  STATE_READS,
  STATE_WRITES,
  SYNAPSE_BUSY,
  SYNAPSE_OVERHEAD,
  SYNAPSE_READS,
  SYNAPSE_STALL_DRAM,
  SYNAPSE_STALL_MEMORY,
  SYNAPSE_STALL_STATE,
  SYNAPTIC_ADDS,
  SYNAPTIC_MACS,
  Y_BASE,
  Y_BLOCK,
  Y_DRAIN,
  Y_PATIENCE,
  Y_DRAINED,
  Y_DRAINING,
  Y_FREE,
  Y_IN_ROW,
  Y_ITEM,
  Y_ITEM_END,
  Y_LAST_WORD,
  Y_LATENCY,
  Y_NEXT,
  Y_OVERHEAD,
  Y_SEGMENT,
  Y_SEGMENT_END,
  Y_TAKEN,
  Y_UNDISTURBED,
} from "./core-records.part.as";
import { touch } from "./core-plan.part.as";
import { catchUp, nextAskFrom } from "./core-soma.part.as";
import { burstsOf, fetch } from "./dram.part.as";

/** A message is visible from `cycle` on. */
@inline
export function wakeSynapse(core: usize, cycle: i64): void {
  if (!load<u8>(core, Y_IN_ROW)) store<i64>(core, max(cycle, load<i64>(core, Y_FREE)), Y_NEXT);
}

function open(core: usize, wave: i32): void {
  const segment = load<i32>(core, Y_SEGMENT);
  const block = blockOf(segment);
  const slice = field(block, B_SLICE);
  const dense = load<u32>(block, B_TARGETS) == 0;
  const buffer = remainder(wave + load<i32>(block, B_DELAY), load<i32>(slice, L_BUFFERS));
  store<u32>(core, <u32>block, Y_BLOCK);
  store<i32>(core, load<i32>(slice, L_BASE) + buffer * load<i32>(slice, L_BUFFER_WORDS), Y_BASE);
  store<i32>(core, -1, Y_LAST_WORD);
  store<i32>(core, dense ? 0 : at32(segmentFrom, segment), Y_ITEM);
  store<i32>(core, dense ? load<i32>(block, B_ROW_ITEMS) : at32(segmentTo, segment), Y_ITEM_END);
}

/** Counts a message that is taken in `cycle`. */
@inline
function countTaken(core: usize, cycle: i64): void {
  store<u32>(core, load<u32>(core, Y_TAKEN) + 1, Y_TAKEN);
  const drained = min(cycle, load<i64>(core, Y_DRAINED)) - load<i64>(core, Y_FREE);
  store<i64>(core, load<i64>(core, Y_DRAINING) + drained, Y_DRAINING);
}

/** Counts a dense row; `mac`: 1 for a payload that is no unit. */
@inline
function countRow(block: usize, mac: u32): void {
  const rows = block + (<usize>mac << 2);
  store<u32>(rows, load<u32>(rows, B_ROWS) + 1, B_ROWS);
}

/** The unit is done with its message in `done`. */
@inline
function finish(core: usize, done: i64): void {
  store<i64>(core, done, Y_FREE);
  store<i64>(core, done + load<i32>(core, Y_DRAIN), Y_DRAINED);
}

/** First segment of an entry. */
@inline
function segmentOf(entry: i32): i32 {
  return segmentStart == 0 ? entry : at32(segmentStart, entry);
}

/**
 * A message that is delivered so that it is visible from `cycle` on, to a unit that soon is idle, and whose rows are dense and nothing can disturb: when
 * it is taken and done is known now. False: it has to wait in the queue.
 *
 * The queue that the network and the soma see then lacks messages that wait for their turn. None waits longer than Y_PATIENCE, and a cycle brings two at
 * most, one of them looped back, so that with those the queue would still have space.
 */
@inline
export function takeAhead(core: usize, message: u32, cycle: i64, wave: i32): bool {
  const takenAt = max(cycle, load<i64>(core, Y_FREE));
  if (load<u32>(core, Q_STORED) != 0 || load<u8>(core, Y_IN_ROW) || takenAt > cycle + load<i32>(core, Y_PATIENCE)) return false;
  const entry = <i32>(message >> 1);
  const from = segmentOf(entry);
  const end = segmentOf(entry + 1);
  const start = takenAt + load<i32>(core, Y_OVERHEAD) + load<i32>(core, Y_LATENCY);
  let done = start;
  for (let segment = from; segment < end; segment++) {
    const block = blockOf(segment);
    if ((load<u32>(block, B_TARGETS) | load<u32>(block, B_DRAM_WORD)) != 0) return false;
    done += load<i64>(block, B_ROW_CYCLES);
  }
  catchUp(core, cycle - 1, wave);
  if (load<i64>(core, S_SERVED) > start || done > nextAskFrom(core, cycle - 1)) return false;
  countTaken(core, takenAt);
  for (let segment = from; segment < end; segment++) countRow(blockOf(segment), message & 1);
  finish(core, done);
  return true;
}

function take(core: usize, cycle: i64, wave: i32): void {
  const first = load<u32>(core, Q_FIRST);
  const message = load<u32>(field(core, Q_RING) + (<usize>first << 2));
  store<u32>(core, (first + 1) & load<u32>(core, Q_MASK), Q_FIRST);
  store<u32>(core, load<u32>(core, Q_STORED) - 1, Q_STORED);
  const entry = <i32>(message >> 1);
  const overhead = load<i32>(core, Y_OVERHEAD);
  const from = segmentOf(entry);
  const end = segmentOf(entry + 1);
  const touches = load<u8>(core, S_TOUCHED) != 0;
  let operations: i64 = 0;
  let reads: i64 = 0;
  let dramBits: i64 = 0;
  for (let segment = from; segment < end; segment++) {
    const block = blockOf(segment);
    const dramWord = load<i32>(block, B_DRAM_WORD);
    if (load<u32>(block, B_TARGETS) == 0) {
      countRow(block, message & 1);
      if (dramWord != 0) dramBits += burstsOf(<i64>load<i32>(block, B_ROW_READS) * dramWord);
    } else {
      const items = at32(segmentTo, segment) - at32(segmentFrom, segment);
      const packed = load<i32>(block, B_SYNAPSE_ITEMS);
      operations += <i64>items * load<i32>(block, B_WEIGHTS);
      const words = <i64>quotient(items + packed - 1, packed) * load<i32>(block, B_SYNAPSE_WORDS);
      if (dramWord == 0) reads += words;
      else dramBits += burstsOf(words * dramWord);
    }
    if (touches) touch(block, at32(segmentFrom, segment), at32(segmentTo, segment), wave);
  }
  countTaken(core, cycle);
  if (operations > 0) {
    add(core, SYNAPSE_READS, reads);
    add(core, (message & 1) != 0 ? SYNAPTIC_MACS : SYNAPTIC_ADDS, operations);
  }
  store<i32>(core, from, Y_SEGMENT);
  store<i32>(core, end, Y_SEGMENT_END);
  store<u8>(core, 1, Y_IN_ROW);
  let weightsAt = cycle + overhead + load<i32>(core, Y_LATENCY);
  if (dramBits > 0) {
    const there = max(weightsAt, fetch(cycle + overhead, dramBits));
    add(core, DRAM_BITS, dramBits);
    add(core, SYNAPSE_STALL_DRAM, there - weightsAt);
    weightsAt = there;
  }
  store<i64>(core, weightsAt, Y_NEXT);
  open(core, wave);
}

function sparseGroup(core: usize, cycle: i64, block: usize, targets: usize): i64 {
  const slice = field(block, B_SLICE);
  const weights = load<i32>(block, B_WEIGHTS);
  const items = load<i32>(slice, L_ITEMS);
  const wide = load<i32>(slice, L_WORDS);
  const base = load<i32>(core, Y_BASE);
  const firstNeuron = load<i32>(slice, L_FIRST);
  let item = load<i32>(core, Y_ITEM);
  const to = min(item + load<i32>(block, B_GROUP), load<i32>(core, Y_ITEM_END));
  let lastWord = load<i32>(core, Y_LAST_WORD);
  let done = cycle + load<i32>(block, B_BEAT);
  let words = 0;
  for (; item < to; item++) {
    const accumulator = (at32(targets, item) - firstNeuron) * weights;
    const from = wide > 1 ? accumulator * wide : quotient(accumulator, items);
    const last = wide > 1 ? (accumulator + weights) * wide - 1 : quotient(accumulator + weights - 1, items);
    const first = max(from, lastWord + 1);
    if (last < first) continue;
    done = request(core, cycle, base + first, base + last, done);
    words += last - first + 1;
    lastWord = last;
  }
  store<i32>(core, item, Y_ITEM);
  store<i32>(core, lastWord, Y_LAST_WORD);
  add(core, STATE_READS, words);
  add(core, STATE_WRITES, words);
  const beat = <i64>load<i32>(block, B_BEAT);
  add(core, SYNAPSE_BUSY, 1);
  if (beat != 1) add(core, SYNAPSE_STALL_MEMORY, beat - 1);
  if (done - cycle != beat) add(core, SYNAPSE_STALL_STATE, done - cycle - beat);
  return done;
}

/** Issues a group of a dense row at `cycle`. */
function denseGroup(core: usize, cycle: i64, block: usize, item: i32): i64 {
  const slice = field(block, B_SLICE);
  const wide = load<i32>(slice, L_WORDS);
  const items = load<i32>(slice, L_ITEMS);
  const to = min(item + load<i32>(block, B_GROUP), load<i32>(core, Y_ITEM_END));
  const first = wide > 1 ? item * wide : quotient(item + items - 1, items);
  const last = wide > 1 ? to * wide - 1 : quotient(to - 1, items);
  const base = load<i32>(core, Y_BASE);
  const done = request(core, cycle, base + first, base + last, cycle + load<i32>(block, B_BEAT));
  store<i32>(core, to, Y_ITEM);
  // the row counts as an undisturbed one but for what it takes longer
  add(core, SYNAPSE_STALL_STATE, done - cycle - (item == 0 ? load<i64>(block, B_ROW_CYCLES) : 0));
  return done;
}

/** Issues one group at `cycle`, or a whole dense row when nothing can disturb it. */
function advance(core: usize, cycle: i64, wave: i32): void {
  const block = field(core, Y_BLOCK);
  const targets = field(block, B_TARGETS);
  const item = load<i32>(core, Y_ITEM);
  let done: i64;
  if (targets != 0) done = sparseGroup(core, cycle, block, targets);
  else if (
    item == 0 &&
    load<i64>(core, S_SERVED) <= cycle &&
    cycle + load<i64>(block, B_ROW_CYCLES) <= load<i64>(core, Y_UNDISTURBED)
  ) {
    store<i32>(core, load<i32>(block, B_ROW_ITEMS), Y_ITEM);
    done = cycle + load<i64>(block, B_ROW_CYCLES);
  } else done = denseGroup(core, cycle, block, item);
  store<i64>(core, done, Y_NEXT);
  if (load<i32>(core, Y_ITEM) < load<i32>(core, Y_ITEM_END)) return;
  const segment = load<i32>(core, Y_SEGMENT) + 1;
  if (segment < load<i32>(core, Y_SEGMENT_END)) {
    store<i32>(core, segment, Y_SEGMENT);
    open(core, wave);
    return;
  }
  store<u8>(core, 0, Y_IN_ROW);
  finish(core, done);
}

export function evaluateSynapse(core: usize, cycle: i64, wave: i32): void {
  catchUp(core, cycle, wave);
  let until = nextAskFrom(core, cycle);
  if (!load<u8>(core, Y_IN_ROW)) {
    if (load<u32>(core, Q_COMMITTED) == 0) {
      store<i64>(core, NEVER, Y_NEXT);
      return;
    }
    take(core, cycle, wave);
    // the slot that this frees may wake the soma in the next cycle
    if (load<u8>(core, S_BLOCKED_LOOPBACK)) until = min(until, cycle + 1);
  }
  store<i64>(core, until, Y_UNDISTURBED);
  while (load<u8>(core, Y_IN_ROW)) {
    const next = load<i64>(core, Y_NEXT);
    if (next > cycle && next >= until) break;
    advance(core, next, wave);
  }
  // a message that is pushed in this cycle wakes the unit at the cycle's end
  if (!load<u8>(core, Y_IN_ROW) && load<u32>(core, Q_STORED) == 0) store<i64>(core, NEVER, Y_NEXT);
}

/** Counts the last drain of a wave that is over. */
export function endSynapse(core: usize): void {
  add(core, SYNAPSE_OVERHEAD, load<i64>(core, Y_DRAINED) - load<i64>(core, Y_FREE));
  store<i64>(core, load<i64>(core, Y_DRAINED), Y_FREE);
}
