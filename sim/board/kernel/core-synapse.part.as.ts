/**
 * Synapse unit of a core: takes spike messages from the input queue, reads their weight rows, adds them to next-wave accumulators.
 *
 * Cycles: see docs/timing.md. Groups are run ahead up to the soma's next possible request; a dense row that ends before it, with the banks free, is
 * taken in closed form (same cycles).
 * Not modelled: prefetch of the next row's weights, write-back conflicts (accumulators are forwarded inside the pipeline).
 */
import { Block, blockOf, Core, isTicking, LOOPBACK, NEVER, quotient, remainder, request } from "./core-records.part.as";
import { segmentFrom, segmentStart, segmentTo } from "./route-tables.part.as";
import { isNone, Table } from "../../kernel/views.part.as";
import { touch } from "./core-plan.part.as";
import { packedWords, rereadDenseGroup, rereadGroup, rereads, rowReads } from "./core-rereads.part.as";
import { entryOf, FETCH, isObserved, isRecorded, macOf, record, ROWS, SYNAPSE_STALL, TAKE } from "./core-events.part.as";
import { pop } from "./core-queue.part.as";
import { catchUp, nextAskFrom } from "./core-soma.part.as";
import { burstsOf, fetch } from "./dram.part.as";

/** A message is visible from `cycle` on. */
@inline
export function wakeSynapse(core: Core, cycle: i64): void {
  if (!core.inRow) core.synapseNext = max(cycle, core.synapseFree);
}

export function open(core: Core): void {
  const segment = core.segment;
  const block = blockOf(segment);
  const slice = block.slice;
  const dense = isNone(block.targets);
  const buffer = remainder(core.wave + block.delayWaves, slice.buffers);
  core.block = block;
  core.base = slice.accumulatorBase + buffer * slice.bufferWords;
  core.lastWord = -1;
  core.item = dense ? 0 : segmentFrom[segment];
  core.itemEnd = dense ? block.rowItems : segmentTo[segment];
}

/** Counts a message that is taken in `cycle`. */
@inline
function countTaken(core: Core, cycle: i64): void {
  core.taken += 1;
  const drained = min(cycle, core.drained) - core.synapseFree;
  core.drainingCycles += drained;
}

/** Counts a dense row; `mac`: 1 for a payload that is no unit. */
@inline
export function countRow(block: Block, mac: u32): void {
  if (mac != 0) block.macRows++;
  else block.rows++;
}

/** The unit is done with its message in `done`. */
@inline
function finish(core: Core, done: i64): void {
  core.synapseFree = done;
  core.drained = done + core.drainCycles;
}

/** First segment of an entry. */
@inline
export function segmentOf(entry: i32): i32 {
  return isNone(segmentStart) ? entry : segmentStart[entry];
}

/** The wave goes on until this cycle at least: what is taken before is of this wave. */
@inline
function lastsUntil(core: Core): i64 {
  if (!isTicking()) return NEVER;
  return core.begun == 0 ? 0 : max(core.tickAt, core.done);
}

/**
 * A message that is delivered in `now` so that it is visible from `cycle` on, to a unit that soon is idle, and whose rows are dense and nothing can disturb: when
 * it is taken and done is known now. False: it has to wait in the queue.
 *
 * The queue that the network and the soma see then lacks messages that wait for their turn. None waits longer than Y_PATIENCE, and a cycle brings two at
 * most, one of them looped back, so that with those the queue would still have space.
 */
@inline
export function takeAhead(core: Core, message: u32, now: i64, cycle: i64): bool {
  const takenAt = max(cycle, core.synapseFree);
  if (core.stored != 0 || core.inRow || takenAt > cycle + core.patienceCycles || takenAt >= lastsUntil(core)) return false;
  const entry = <i32>(message >> 1);
  const from = segmentOf(entry);
  const end = segmentOf(entry + 1);
  const start = takenAt + core.overheadCycles + core.weightCycles;
  let done = start;
  for (let segment = from; segment < end; segment++) {
    const block = blockOf(segment);
    if (!isNone(block.targets) || block.dramWordBits != 0) return false;
    done += block.rowCycles;
  }
  catchUp(core, now);
  if (core.served > start || done > nextAskFrom(core, now)) return false;
  countTaken(core, takenAt);
  for (let segment = from; segment < end; segment++) countRow(blockOf(segment), message & 1);
  finish(core, done);
  return true;
}

function take(core: Core, cycle: i64): void {
  const message = pop(core);
  const entry = entryOf(core, message);
  const mac = macOf(message);
  if (isObserved) {
    core.takenAt = cycle;
    record(TAKE, cycle, core, message, entry);
  }
  const overhead = core.overheadCycles;
  const from = segmentOf(entry);
  const end = segmentOf(entry + 1);
  const touches = core.updatesTouched;
  let operations: i64 = 0;
  let reads: i64 = 0;
  let dramBits: i64 = 0;
  for (let segment = from; segment < end; segment++) {
    const block = blockOf(segment);
    const dramWord = block.dramWordBits;
    if (isNone(block.targets)) {
      countRow(block, mac);
      if (dramWord != 0) dramBits += burstsOf(packedWords(block, block.rowItems) * dramWord);
    } else {
      const items = segmentTo[segment] - segmentFrom[segment];
      operations += <i64>items * block.weights;
      if (dramWord == 0) reads += block.refetchesWeights ? rowReads(block, items) : packedWords(block, items);
      else dramBits += burstsOf(packedWords(block, items) * dramWord);
    }
    if (touches) touch(block, segmentFrom[segment], segmentTo[segment], core.wave);
  }
  countTaken(core, cycle);
  if (operations > 0) {
    core.counters.synapseReads += <f64>reads;
    if (mac != 0) core.counters.synapticMacs += <f64>operations;
    else core.counters.synapticAdds += <f64>operations;
  }
  core.segment = from;
  core.segmentEnd = end;
  core.inRow = true;
  let weightsAt = cycle + overhead + core.weightCycles;
  if (dramBits > 0) {
    const there = max(weightsAt, fetch(cycle + overhead, dramBits));
    core.counters.dramBits += <f64>(dramBits);
    core.counters.synapseStallDram += <f64>(there - weightsAt);
    if (isRecorded()) {
      core.wantedAt = weightsAt;
      core.fetchedAt = there;
    }
    weightsAt = there;
  }
  core.synapseNext = weightsAt;
  open(core);
}

/** A group, or a whole row, that is asked for at `cycle` waits for the state memory. */
function recordStall(core: Core, cycle: i64, cycles: i64): void {
  if (cycles > 0) record(SYNAPSE_STALL, cycle, core, cycles, 0);
}

/** Spilled rows that were asked for in this cycle. */
export function recordFetch(core: Core): void {
  if (core.wantedAt == 0) return;
  record(FETCH, core.wantedAt, core, core.fetchedAt, 0);
  core.wantedAt = 0;
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
  let done = cycle + block.beatCycles;
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
  core.counters.stateReads += <f64>(words);
  core.counters.stateWrites += <f64>(words);
  const beat = <i64>block.beatCycles;
  core.counters.synapseBusy += <f64>(1);
  if (beat != 1) core.counters.synapseStallMemory += <f64>(beat - 1);
  if (done - cycle != beat) {
    core.counters.synapseStallState += <f64>(done - cycle - beat);
    if (rereads(core)) {
      const row = segmentFrom[core.segment];
      rereadGroup(core, block, done - cycle - beat, start - row, to - row, words);
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
  // the row counts as an undisturbed one but for what it takes longer
  core.counters.synapseStallState += <f64>(done - cycle - (item == 0 ? block.rowCycles : 0));
  if (rereads(core)) rereadDenseGroup(core, block, done - cycle - block.beatCycles, item, to, max(0, last - first + 1));
  if (isRecorded()) recordStall(core, cycle, done - cycle - block.beatCycles);
  return done;
}

/** Issues one group at `cycle`, or a whole dense row when nothing can disturb it. */
export function advance(core: Core, cycle: i64): void {
  const block = core.block;
  const targets = block.targets;
  const item = core.item;
  let done: i64;
  if (!isNone(targets)) done = sparseGroup(core, cycle, block, targets);
  else if (
    item == 0 &&
    core.served <= cycle &&
    // a recording tells the waits of words that are read again group by group
    !(isRecorded() && rereads(core)) &&
    cycle + block.rowCycles <= core.undisturbedUntil
  ) {
    core.item = block.rowItems;
    done = cycle + block.rowCycles;
    if (isRecorded()) recordStall(core, cycle, block.rowCycles - <i64>block.rowGroups * block.beatCycles);
  } else done = denseGroup(core, cycle, block, item);
  core.synapseNext = done;
  if (core.item < core.itemEnd) return;
  const segment = core.segment + 1;
  if (segment < core.segmentEnd) {
    core.segment = segment;
    open(core);
    return;
  }
  core.inRow = false;
  if (isRecorded()) record(ROWS, done, core, core.takenAt, 0);
  finish(core, done);
}

@inline
export function evaluateSynapse(core: Core, cycle: i64): void {
  catchUp(core, cycle);
  let until = nextAskFrom(core, cycle);
  if (!core.inRow) {
    if (core.committed == 0 || core.heldAt <= cycle) {
      core.synapseNext = NEVER;
      return;
    }
    take(core, cycle);
    // the slot that this frees may wake the soma in the next cycle
    if (core.blockedOn == LOOPBACK) until = min(until, cycle + 1);
  }
  // a recording has the fetch in its turn, before the rows that wait for it
  if (isRecorded() && core.wantedAt != 0) return;
  core.undisturbedUntil = until;
  while (core.inRow) {
    const next = core.synapseNext;
    if (next > cycle && next >= until) break;
    advance(core, next);
  }
  // a message that is pushed in this cycle wakes the unit at the cycle's end
  if (!core.inRow && core.stored == 0) core.synapseNext = NEVER;
}

/** Counts the last drain of a wave that is over. */
export function endSynapse(core: Core): void {
  core.counters.synapseOverhead += <f64>(core.drained - core.synapseFree);
  core.synapseFree = core.drained;
}
