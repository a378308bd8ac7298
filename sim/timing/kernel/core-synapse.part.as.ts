/** Synapse unit of a compiled core: the rules of accumulate.ts. */
import {
  add,
  at32,
  B_BEAT,
  B_DELAY,
  B_DRAM_WORD,
  B_GROUP,
  B_ROW_CYCLES,
  B_ROW_GROUPS,
  B_ROW_ITEMS,
  B_ROW_READS,
  B_ROW_WORDS,
  B_SLICE,
  B_SYNAPSE_ITEMS,
  B_SYNAPSE_WORDS,
  B_TARGETS,
  B_WEIGHTS,
  blockOf,
  DRAM_BITS,
  field,
  INPUT_POPS,
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
  Y_DRAINED,
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
  Y_UNDISTURBED,
} from "./core-records.part.as";
import { touch } from "./core-plan.part.as";
import { nextAskFrom } from "./core-soma.part.as";
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

function take(core: usize, cycle: i64, wave: i32): void {
  const first = load<u32>(core, Q_FIRST);
  const message = load<u32>(field(core, Q_RING) + (<usize>first << 2));
  store<u32>(core, (first + 1) & load<u32>(core, Q_MASK), Q_FIRST);
  store<u32>(core, load<u32>(core, Q_STORED) - 1, Q_STORED);
  const entry = <i32>(message >> 1);
  const overhead = load<i32>(core, Y_OVERHEAD);
  const alone = segmentStart == 0;
  const from = alone ? entry : at32(segmentStart, entry);
  const end = alone ? entry + 1 : at32(segmentStart, entry + 1);
  const touches = load<u8>(core, S_TOUCHED) != 0;
  let operations: i64 = 0;
  let reads: i64 = 0;
  let dramBits: i64 = 0;
  for (let segment = from; segment < end; segment++) {
    const block = blockOf(segment);
    const dramWord = load<i32>(block, B_DRAM_WORD);
    let words: i64 = 0;
    if (load<u32>(block, B_TARGETS) == 0) {
      operations += load<i32>(block, B_ROW_ITEMS);
      words = load<i32>(block, B_ROW_READS);
    } else {
      const items = at32(segmentTo, segment) - at32(segmentFrom, segment);
      const packed = load<i32>(block, B_SYNAPSE_ITEMS);
      operations += <i64>items * load<i32>(block, B_WEIGHTS);
      words = <i64>quotient(items + packed - 1, packed) * load<i32>(block, B_SYNAPSE_WORDS);
    }
    if (dramWord == 0) reads += words;
    else dramBits += burstsOf(words * dramWord);
    if (touches) touch(block, at32(segmentFrom, segment), at32(segmentTo, segment), wave);
  }
  add(core, INPUT_POPS, 1);
  add(core, SYNAPSE_OVERHEAD, overhead + min(cycle, load<i64>(core, Y_DRAINED)) - load<i64>(core, Y_FREE));
  add(core, SYNAPSE_STALL_MEMORY, load<i32>(core, Y_LATENCY));
  add(core, SYNAPSE_READS, reads);
  add(core, (message & 1) != 0 ? SYNAPTIC_MACS : SYNAPTIC_ADDS, operations);
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

@inline
function countGroups(core: usize, block: usize, groups: i32, cycles: i64): void {
  const beats = <i64>groups * load<i32>(block, B_BEAT);
  add(core, SYNAPSE_BUSY, groups);
  if (beats != groups) add(core, SYNAPSE_STALL_MEMORY, beats - groups);
  if (cycles != beats) add(core, SYNAPSE_STALL_STATE, cycles - beats);
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
  countGroups(core, block, 1, done - cycle);
  return done;
}

/** Issues one group at `cycle`, or a whole dense row when nothing can disturb it. */
function advance(core: usize, cycle: i64, wave: i32): void {
  const block = field(core, Y_BLOCK);
  const targets = field(block, B_TARGETS);
  const rowItems = load<i32>(block, B_ROW_ITEMS);
  const item = load<i32>(core, Y_ITEM);
  let done: i64;
  if (targets != 0) done = sparseGroup(core, cycle, block, targets);
  else if (
    item == 0 &&
    load<i64>(core, S_SERVED) <= cycle &&
    cycle + load<i64>(block, B_ROW_CYCLES) <= load<i64>(core, Y_UNDISTURBED)
  ) {
    const cycles = load<i64>(block, B_ROW_CYCLES);
    const words = load<i32>(block, B_ROW_WORDS);
    store<i32>(core, rowItems, Y_ITEM);
    done = cycle + cycles;
    add(core, STATE_READS, words);
    add(core, STATE_WRITES, words);
    countGroups(core, block, load<i32>(block, B_ROW_GROUPS), cycles);
  } else {
    const slice = field(block, B_SLICE);
    const wide = load<i32>(slice, L_WORDS);
    const items = load<i32>(slice, L_ITEMS);
    const to = min(item + load<i32>(block, B_GROUP), load<i32>(core, Y_ITEM_END));
    const first = wide > 1 ? item * wide : quotient(item + items - 1, items);
    const last = wide > 1 ? to * wide - 1 : quotient(to - 1, items);
    const base = load<i32>(core, Y_BASE);
    done = request(core, cycle, base + first, base + last, cycle + load<i32>(block, B_BEAT));
    if (last >= first) {
      add(core, STATE_READS, last - first + 1);
      add(core, STATE_WRITES, last - first + 1);
    }
    store<i32>(core, to, Y_ITEM);
    countGroups(core, block, 1, done - cycle);
  }
  store<i64>(core, done, Y_NEXT);
  if (load<i32>(core, Y_ITEM) < load<i32>(core, Y_ITEM_END)) return;
  const segment = load<i32>(core, Y_SEGMENT) + 1;
  if (segment < load<i32>(core, Y_SEGMENT_END)) {
    store<i32>(core, segment, Y_SEGMENT);
    open(core, wave);
    return;
  }
  store<u8>(core, 0, Y_IN_ROW);
  store<i64>(core, done, Y_FREE);
  store<i64>(core, done + load<i32>(core, Y_DRAIN), Y_DRAINED);
}

export function evaluateSynapse(core: usize, cycle: i64, wave: i32): void {
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
