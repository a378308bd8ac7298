/**
 * Rows of a core's synapse unit, issued group by group. A group affects only the state memory, so it is issued late: when the soma requests the memory, or when
 * the row can end. A dense row that the soma has not disturbed until then is issued in closed form (same cycles).
 */

import { isNone, Table } from "../../../base/kernel/views.part.as";
import { isRecorded, record, SYNAPSE_STALL } from "./core-events.part.as";
import { Block, Core, quotient, request } from "./core-records.part.as";
import { rereadDenseGroup, rereadGroup, rereads } from "./core-rereads.part.as";
import { segmentFrom } from "./route-tables.part.as";

/** A group, or a whole row, that is requested in `cycle` waits for the state memory. */
function recordStall(core: Core, cycle: i64, cycles: i64): void {
  if (cycles > 0) record(SYNAPSE_STALL, cycle, core, cycles, 0);
}

/** Reads the words of a group of a kernel's weights, except the word at hand; returns the cycles of the memory's banks, at least 1. */
function kernelBeat(core: Core, block: Block, from: i32, to: i32): i32 {
  const kernel = block.kernel;
  const words = kernel.words;
  const banks = kernel.banks;
  let last = block.refetchesWeights || from == 0 ? -1 : kernel.atHand;
  let count = 0;
  let cycles = 0;
  let window = 0;
  for (let item = from; item < to; item++) {
    const word = words[item];
    if (word == last) continue;
    last = word;
    count++;
    if (cycles != 0 && word < window) continue;
    cycles++;
    window = word + banks;
  }
  kernel.atHand = last;
  core.counters.synapseReads += <f64>(count * block.synapseWords);
  if (block.synapseWords > 1) cycles = quotient(count * block.synapseWords + banks - 1, banks);
  return max(1, cycles);
}

function sparseGroup(core: Core, cycle: i64, block: Block, targets: Table<i32>): i64 {
  const slice = block.slice;
  const weights = block.weights;
  const items = slice.items;
  const wide = slice.words;
  const base = core.base;
  const firstNeuron = slice.firstNeuron;
  const start = core.item;
  let item = start;
  const to = min(item + block.groupItems, core.itemEnd);
  let lastWord = block.refetchesStates ? -1 : core.lastWord;
  const beat = <i64>(isNone(block.kernel) ? block.beatCycles : max(block.beatCycles, kernelBeat(core, block, start, to)));
  let done = cycle + beat;
  let words = 0;
  for (; item < to; item++) {
    const accumulator = (targets[item] - firstNeuron) * weights;
    const from = wide > 1 ? accumulator * wide : quotient(accumulator, items);
    const last = wide > 1 ? (accumulator + weights) * wide - 1 : quotient(accumulator + weights - 1, items);
    const first = max(from, lastWord + 1);
    if (last < first) continue;
    done = request(core, cycle, base + first, base + last, done);
    words += last - first + 1;
    lastWord = last;
  }
  core.item = item;
  core.lastWord = lastWord;
  core.counters.stateReads += <f64>words;
  core.counters.stateWrites += <f64>words;
  core.counters.synapseBusy += <f64>1;
  if (beat != 1) core.counters.synapseStallMemory += <f64>(beat - 1);
  if (done - cycle != beat) {
    core.counters.synapseStallState += <f64>(done - cycle - beat);
    if (rereads(core)) {
      rereadGroup(core, block, done - cycle - beat, start, to, segmentFrom[core.segment], words);
    }
  }
  if (isRecorded()) recordStall(core, cycle, done - cycle - beat);
  return done;
}

/** Issues a group of a dense row at `cycle`. */
function denseGroup(core: Core, cycle: i64, block: Block, item: i32): i64 {
  const slice = block.slice;
  const wide = slice.words;
  const items = slice.items;
  const to = min(item + block.groupItems, core.itemEnd);
  const first = wide > 1 ? item * wide : quotient(block.refetchesStates ? item : item + items - 1, items);
  const last = wide > 1 ? to * wide - 1 : quotient(to - 1, items);
  const base = core.base;
  const done = request(core, cycle, base + first, base + last, cycle + block.beatCycles);
  core.item = to;
  // the row is counted as undisturbed; only the extra cycles are added here
  core.counters.synapseStallState += <f64>(done - cycle - (item == 0 ? block.rowCycles : 0));
  if (rereads(core)) rereadDenseGroup(core, block, done - cycle - block.beatCycles, item, to, max(0, last - first + 1));
  if (isRecorded()) recordStall(core, cycle, done - cycle - block.beatCycles);
  return done;
}

/** The open dense row has not begun, and the soma holds no bank when it does: undisturbed, it takes its row cycles. */
@inline
function isWhole(core: Core): bool {
  // a recording needs the waits with re-read words group by group
  return core.item == 0 && isNone(core.block.targets) && core.served <= core.rowAt && !(isRecorded() && rereads(core));
}

/** Whether a whole row that the soma may disturb from `until` on stays open until it does or the row ends. */
@inline
export function isLeftOpen(core: Core, until: i64): bool {
  return !isRecorded() && isWhole(core) && core.rowAt + core.block.rowCycles > until;
}

/** First cycle in which the open rows can end. */
export function endFrom(core: Core): i64 {
  const block = core.block;
  if (isWhole(core)) return core.rowAt + block.rowCycles;
  const group = block.groupItems;
  const rest = core.itemEnd - core.item;
  return core.rowAt + (rest <= group ? 1 : <i64>quotient(rest + group - 1, group)) * block.beatCycles;
}

/** Issues the next group, or the whole row if it ends by `until` and no other client uses the memory before. */
@inline
export function issue(core: Core, until: i64): void {
  const block = core.block;
  const at = core.rowAt;
  const targets = block.targets;
  if (!isNone(targets)) core.rowAt = sparseGroup(core, at, block, targets);
  else if (isWhole(core) && at + block.rowCycles <= until) {
    core.item = block.rowItems;
    core.rowAt = at + block.rowCycles;
    if (isRecorded()) recordStall(core, at, block.rowCycles - <i64>block.rowGroups * block.beatCycles);
  } else core.rowAt = denseGroup(core, at, block, core.item);
}

/** The soma requests the memory in `cycle`: issues the groups that come before it. */
export function issueBefore(core: Core, cycle: i64): void {
  while (core.rowAt < cycle && core.item < core.itemEnd) issue(core, cycle);
}
