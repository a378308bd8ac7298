/**
 * Synapse unit of a core: takes spike messages from the input queue, reads their rows of weights, and adds them to the accumulators of the next wave.
 *
 * Cycles: see docs/timing.md. Rows are issued ahead up to the soma's next possible request, and after it as core-rows says.
 * Not modelled: prefetch of the next row's weights from the synapse memory, write-back conflicts (accumulators are forwarded inside the pipeline).
 */

import { isNone } from "../../../base/kernel/views.part.as";
import { entryOf, FETCH, isObserved, isRecorded, macOf, ROWS, record, TAKE } from "./core-events.part.as";
import { makeRow } from "./core-kernels.part.as";
import { heardWord, isLinked, receive, waveOfRow } from "./core-links.part.as";
import { touch } from "./core-plan.part.as";
import { prefetchedBits, prefetchedFrom, takePrefetched } from "./core-prefetch.part.as";
import { pop } from "./core-queue.part.as";
import { Block, blockOf, Core, isPlainBoard, isTicking, LOOPBACK, NEVER, remainder } from "./core-records.part.as";
import { dramBitsOf, packedWords, rowReads } from "./core-rereads.part.as";
import { endFrom, isLeftOpen, issue } from "./core-rows.part.as";
import { catchUp, nextAskFrom } from "./core-soma.part.as";
import { arrivalOf, begunAt, fetch, streamsRows } from "./dram.part.as";
import { segmentFrom, segmentOf, segmentTo } from "./route-tables.part.as";

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
  const buffer = remainder(waveOfRow(core) + block.delayWaves, slice.buffers);
  core.block = block;
  core.base = slice.accumulatorBase + buffer * slice.bufferWords;
  core.lastWord = -1;
  if (!isNone(block.kernel)) {
    core.item = 0;
    core.itemEnd = makeRow(block, segmentFrom[segment]);
    return;
  }
  if (block.codeCycles != 0) {
    core.rowAt += block.codeCycles;
    core.counters.synapseStallMemory += <f64>block.codeCycles;
  }
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

/** Counts a dense row; `mac`: 1 if the payload is not 1. */
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

/** The wave lasts at least until this cycle: messages taken before belong to it. */
@inline
function lastsUntil(core: Core): i64 {
  if (!isTicking()) return NEVER;
  return core.begun == 0 ? 0 : max(core.tickAt, core.done);
}

/**
 * Returns true if a message delivered in `now`, visible from `cycle` on, can be finished in advance: its unit will soon be idle, its rows are dense, and the
 * soma cannot use the banks meanwhile. Otherwise the message must wait in the queue.
 *
 * A message taken in advance is missing from the queue that the network and the soma see. It does not matter: a message waits at most `patienceCycles`, and a
 * cycle brings at most two, one of them looped back, so with them the queue would still have space.
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
    if (!isNone(block.targets) || (!isPlainBoard && block.dramWordBits != 0)) return false;
    done += block.rowCycles;
  }
  catchUp(core, now);
  if (core.served > start || done > nextAskFrom(core, now)) return false;
  countTaken(core, takenAt);
  for (let segment = from; segment < end; segment++) countRow(blockOf(segment), message & 1);
  finish(core, done);
  return true;
}

/** Takes a message; false: rows of it, or some of their bits, are still to be requested from the DRAM after the look-up. */
function take(core: Core, cycle: i64): bool {
  takePrefetched(core);
  const message = isLinked() ? receive(core, pop(core)) : pop(core);
  const entry = entryOf(core, message);
  const mac = macOf(message);
  if (isObserved) {
    core.takenAt = cycle;
    record(TAKE, cycle, core, isRecorded() ? message : heardWord(core, message), entry);
  }
  const overhead = core.overheadCycles;
  const from = segmentOf(entry);
  const end = segmentOf(entry + 1);
  const touches = core.updatesTouched;
  let operations: i64 = 0;
  let decoded: i64 = 0;
  let generated: i64 = 0;
  let reads: i64 = 0;
  let dramBits: i64 = 0;
  for (let segment = from; segment < end; segment++) {
    const block = blockOf(segment);
    const dramWord = isPlainBoard ? 0 : block.dramWordBits;
    if (isNone(block.targets)) {
      countRow(block, mac);
      if (dramWord != 0) dramBits += dramBitsOf(block, block.rowItems);
    } else {
      const items = segmentTo[segment] - segmentFrom[segment];
      operations += <i64>items * block.weights;
      if (block.codeCycles != 0) decoded += <i64>items * block.weights;
      if (block.generates) generated += <i64>items;
      // words of a kernel are counted group by group
      if (dramWord == 0 && isNone(block.kernel))
        reads += block.codeWords + (block.refetchesWeights ? rowReads(block, items) : packedWords(block, items));
      if (dramWord != 0) dramBits += dramBitsOf(block, items);
    }
    if (touches) touch(block, segmentFrom[segment], segmentTo[segment], waveOfRow(core));
  }
  countTaken(core, cycle);
  if (operations > 0) {
    core.counters.synapseReads += <f64>reads;
    core.counters.decodedWeights += <f64>decoded;
    core.counters.generatedAddresses += <f64>generated;
    if (mac != 0) core.counters.synapticMacs += <f64>operations;
    else core.counters.synapticAdds += <f64>operations;
  }
  core.segment = from;
  core.segmentEnd = end;
  core.inRow = true;
  core.synapseNext = cycle + overhead;
  core.rowAt = core.synapseNext + core.weightCycles;
  if (!isPlainBoard && dramBits > 0) {
    core.dramBits = dramBits - prefetchedBits(core);
    if (core.dramBits > 0) return false;
    core.rowAt = startRows(core, core.rowAt, 0, 0);
  }
  open(core);
  core.synapseNext = core.rowAt;
  return true;
}

/** First cycle after the arrival of the first `bits` of the selected rows: of `early` bits that were prefetched, or of a fetch that began in `start`. */
@inline
function arrival(core: Core, bits: i64, early: i64, start: i64): i64 {
  return early != 0 && bits <= early ? arrivalOf(prefetchedFrom(core), bits) : arrivalOf(start, bits - early);
}

/**
 * First cycle from `wanted` on in which the selected rows can begin, so that each group, one after the other, finds its words. Rows arrive one after the other,
 * each in whole bursts. A kernel's groups wait for all its words. `start`: when the transfer of what was not prefetched began.
 */
function firstStreamed(core: Core, wanted: i64, start: i64): i64 {
  const early = prefetchedBits(core);
  let first = wanted;
  let bits: i64 = 0;
  let offset: i64 = 0;
  for (let segment = core.segment; segment < core.segmentEnd; segment++) {
    const block = blockOf(segment);
    const items = isNone(block.targets) ? block.rowItems : segmentTo[segment] - segmentFrom[segment];
    const word = <i64>block.dramWordBits;
    const code = <i64>block.codeWords * word;
    const all = code + packedWords(block, items) * word;
    if (word != 0 && block.codeCycles != 0) first = max(first, arrival(core, bits + code, early, start) - offset);
    offset += block.codeCycles;
    for (let item = 0; item < items; item += block.groupItems) {
      if (word != 0) {
        const there = isNone(block.kernel) ? code + packedWords(block, min(items, item + block.groupItems)) * word : all;
        first = max(first, arrival(core, bits + there, early, start) - offset);
      }
      offset += block.beatCycles;
    }
    if (word != 0) bits += dramBitsOf(block, items);
  }
  return first;
}

/** Cycle from `wanted` on of the first group of rows in DRAM, the last `bits` of which are fetched from `start` on; 0: all have been prefetched. */
function startRows(core: Core, wanted: i64, bits: i64, start: i64): i64 {
  let first = wanted;
  if (streamsRows) first = firstStreamed(core, wanted, start);
  else first = max(wanted, bits == 0 ? arrivalOf(prefetchedFrom(core), prefetchedBits(core)) : arrivalOf(start, bits));
  core.counters.synapseStallDram += <f64>(first - wanted);
  if (isRecorded()) record(FETCH, wanted, core, first, 0);
  return first;
}

/** Requests rows from the DRAM in `cycle`. Returns the cycle of the first group. */
export function fetchRows(core: Core, cycle: i64, bits: i64): i64 {
  fetch(cycle, bits);
  core.counters.dramBits += <f64>bits;
  return startRows(core, cycle + core.weightCycles, bits, begunAt);
}

/** The look-up of a message's spilled rows is over in `cycle`. */
export function askForRows(core: Core, cycle: i64): void {
  core.rowAt = fetchRows(core, cycle, core.dramBits);
  core.dramBits = 0;
  open(core);
  core.synapseNext = core.rowAt;
}

/** Issues a group, or a whole row that nothing disturbs before `until`; the row's next segment follows when it has ended. */
@inline
export function advance(core: Core, until: i64): void {
  issue(core, until);
  if (core.item == core.itemEnd) endSegment(core);
}

@inline
function endSegment(core: Core): void {
  const segment = core.segment + 1;
  if (segment < core.segmentEnd) {
    core.segment = segment;
    open(core);
    return;
  }
  const done = core.rowAt;
  core.inRow = false;
  core.rowAt = NEVER;
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
    if (!take(core, cycle)) return;
    // the slot that becomes free may wake the soma in the next cycle
    if (core.blockedOn == LOOPBACK) until = min(until, cycle + 1);
  }
  // the soma's request may have issued the last group
  if (core.inRow && core.item == core.itemEnd) endSegment(core);
  while (core.inRow) {
    const next = core.rowAt;
    if ((next > cycle && next >= until) || isLeftOpen(core, until)) {
      core.synapseNext = isRecorded() ? next : endFrom(core) - 1;
      return;
    }
    advance(core, until);
  }
  // a message pushed in this cycle wakes the unit at the cycle's end
  core.synapseNext = core.stored == 0 ? NEVER : core.synapseFree;
}

/** Counts the last drain of a wave that is over. */
export function endSynapse(core: Core): void {
  core.counters.synapseOverhead += <f64>(core.drained - core.synapseFree);
  core.synapseFree = core.drained;
}
