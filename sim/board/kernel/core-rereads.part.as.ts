/** Words of a core's memories that are accessed again: once per group that shares them, and in cycles in which the unit that holds them waits. */

import { isNone, none } from "../../../base/kernel/views.part.as";
import { firstWord, lastWord } from "./core-plan.part.as";
import { Block, Core, isPlain, quotient, Slice } from "./core-records.part.as";
import { burstsOf } from "./dram.part.as";

/** The core reads words again during waits. */
@inline
export function rereads(core: Core): bool {
  return !isPlain(core) && !isNone(core.rereads);
}

/** Synapse-memory words of consecutive items that start at a word boundary. */
@inline
export function packedWords(block: Block, items: i32): i64 {
  const packed = block.synapseItems;
  return <i64>quotient(items + packed - 1, packed) * block.synapseWords;
}

/** Bits of a row of `items` items in DRAM, in whole bursts; 0: the row is on the chip. */
@inline
export function dramBitsOf(block: Block, items: i32): i64 {
  const word = <i64>block.dramWordBits;
  return word == 0 ? 0 : burstsOf((block.codeWords + packedWords(block, items)) * word);
}

/** Synapse-memory words that hold items `from .. to - 1` of a row. */
function wordsAround(block: Block, from: i32, to: i32): i32 {
  if (block.synapseWords != 1) return (to - from) * block.synapseWords;
  const packed = block.synapseItems;
  return quotient(to - 1, packed) - quotient(from, packed) + 1;
}

/** Words that a row of `items` items reads if each group reads its own. */
export function rowReads(block: Block, items: i32): i64 {
  const group = block.groupItems;
  let words: i64 = 0;
  for (let from = 0; from < items; from += group) words += wordsAround(block, from, min(from + group, items));
  return words;
}

/** Words that hold a kernel's weights for items `from .. to - 1` of the projection. */
function kernelWordsAround(block: Block, from: i32, to: i32): i32 {
  const words = block.kernel.words;
  let count = 0;
  for (let item = from, last = -1; item < to; item++) {
    if (words[item] == last) continue;
    last = words[item];
    count++;
  }
  return count * block.synapseWords;
}

/** Counts the words that a group of items `from .. to - 1`, of a row that begins at `row`, held while it waited, in both memories. */
export function rereadGroup(core: Core, block: Block, waits: i64, from: i32, to: i32, row: i32, stateWords: i32): void {
  const rereads = core.rereads;
  if (rereads.weights && block.dramWordBits == 0) {
    const held = isNone(block.kernel) ? wordsAround(block, from - row, to - row) : kernelWordsAround(block, from, to);
    core.counters.synapseRereads += <f64>(waits * held);
  }
  if (rereads.states) core.counters.stateRereads += <f64>(waits * stateWords);
}

/** The same for a dense row: only reads beyond those of an undisturbed row are added. */
export function rereadDenseGroup(core: Core, block: Block, waits: i64, from: i32, to: i32, stateWords: i32): void {
  if (from == 0) {
    core.counters.synapseRereads -= <f64>block.rowWeightRereads;
    core.counters.stateRereads -= <f64>block.rowStateRereads;
  }
  rereadGroup(core, block, waits, from, to, 0, stateWords);
}

/** A wave begins: the soma holds nothing. */
export function startRereads(core: Core): void {
  core.rereads.heldSlice = none<Slice>();
}

/** State-memory words of a slice's batch. */
function wordsOf(core: Core, slice: Slice, batch: i32): i32 {
  let words = 0;
  if (!isNone(slice.now)) {
    const plan = slice.plan;
    const ranges = slice.ranges;
    for (let r = batch == 0 ? 0 : plan[2 * batch - 1]; r < plan[2 * batch + 1]; r++)
      words += ranges[2 * r + 1] - (ranges[2 * r] & 0x7fffffff) + 1;
    return words;
  }
  const from = batch * core.units;
  const to = min(from + core.units, slice.neurons);
  if (slice.stateWords != 0)
    words += lastWord(to, 1, slice.stateItems, slice.stateWords) - firstWord(from, 1, slice.stateItems, slice.stateWords) + 1;
  const each = slice.accumulators;
  if (slice.words != 0 && each != 0)
    words += lastWord(to, each, slice.items, slice.words) - firstWord(from, each, slice.items, slice.words) + 1;
  return words;
}

/** State-memory words of the soma's last batch in this wave. */
function heldWords(core: Core): i32 {
  const rereads = core.rereads;
  return isNone(rereads.heldSlice) ? 0 : wordsOf(core, rereads.heldSlice, rereads.heldBatch);
}

/** The soma requests a batch in `cycle`, and `done` is the end of its service: until now it held the last batch, now it waits for the memory. */
export function rereadInWaits(core: Core, slice: Slice, batch: i32, cycle: i64, done: i64): void {
  const rereads = core.rereads;
  if (!rereads.states) return;
  const held = cycle - core.askAt;
  if (held > 0) core.counters.stateRereads += <f64>(held * heldWords(core));
  rereads.heldSlice = slice;
  rereads.heldBatch = batch;
  const waits = done - cycle - core.intervalCycles;
  if (waits > 0) core.counters.stateRereads += <f64>(waits * heldWords(core));
}

/** Ends a wave in whose last cycles the soma waited. */
export function rereadAtEnd(core: Core, waits: i64): void {
  if (core.rereads.states) core.counters.stateRereads += <f64>(waits * heldWords(core));
}
