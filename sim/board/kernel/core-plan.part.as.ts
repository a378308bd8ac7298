/** Words that a soma requests from its state memory, batch by batch (batches.ts plans the same for counts by layer). */

import { isBefore, isNone, nextInRow } from "../../../base/kernel/views.part.as";
import { makeRow } from "./core-kernels.part.as";
import { Block, Core, neuronOf, quotient, remainder, Slice } from "./core-records.part.as";
import { bringWords, planBatch, planChunks } from "./core-states.part.as";

/** Counts of the plan in progress. */
let planWords = 0;
let planRanges = 0;

/** First and last word of items `start .. end - 1`, `each` items per neuron. */
@inline
export function firstWord(start: i32, each: i32, items: i32, words: i32): i32 {
  return words > 1 ? start * each * words : quotient(start * each, items);
}

@inline
export function lastWord(end: i32, each: i32, items: i32, words: i32): i32 {
  return words > 1 ? end * each * words - 1 : quotient(end * each - 1, items);
}

function addRegion(slice: Slice, from: i32, to: i32, items: i32, words: i32, each: i32, base: i32, inBuffer: i32): void {
  if (words == 0 || each == 0) return;
  const order = slice.order;
  const ranges = slice.ranges;
  let before = -1;
  for (let k = from; k < to; ) {
    const start = order[k];
    let end = start + 1;
    for (k++; k < to && order[k] == end; k++) end++;
    const last = lastWord(end, each, items, words);
    const first = max(firstWord(start, each, items, words), before + 1);
    if (last < first) continue;
    ranges[2 * planRanges] = (base + first) | (inBuffer << 31);
    ranges[2 * planRanges + 1] = base + last;
    planRanges++;
    planWords += last - first + 1;
    before = last;
  }
}

/** Plans the update of the first `neurons` neurons of the slice's order. */
function plan(slice: Slice, units: i32, neurons: i32): void {
  const batches = slice.plan;
  const first = slice.firstNeuron;
  let count = 0;
  planWords = 0;
  planRanges = 0;
  for (let from = 0; from < neurons; from += units) {
    const to = min(from + units, neurons);
    addRegion(slice, from, to, slice.stateItems, slice.stateWords, 1, slice.stateBase, 0);
    const accumulators = slice.accumulators;
    addRegion(slice, from, to, slice.items, slice.words, accumulators, slice.accumulatorBase, 1);
    batches[2 * count] = first + slice.order[to - 1];
    batches[2 * count + 1] = planRanges;
    count++;
  }
  slice.batches = count;
  slice.updated = neurons;
  slice.planWords = planWords;
  planFinds(slice, units, neurons);
}

/** Cycles of the finder for each batch: one time per chunk that it reaches, one per bit that it finds; the last batch includes all remaining chunks. */
function planFinds(slice: Slice, units: i32, neurons: i32): void {
  const finder = slice.finder;
  const order = slice.order;
  let looked = 0;
  for (let from = 0, batch = 0; from < neurons; from += units, batch++) {
    const to = min(from + units, neurons);
    const last = to == neurons ? slice.neurons - 1 : order[to - 1];
    const seen = last / finder.chunkBits + 1;
    finder.batchCycles[batch] = (seen - looked) * finder.chunkCycles + (to - from) * finder.setBitCycles;
    looked = seen;
  }
}

/** Counts the requests of a slice whose neurons are all updated in every wave; its word ranges are computed when they are requested. */
export function planAll(slice: Slice, units: i32): void {
  const neurons = slice.neurons;
  const stateItems = slice.stateItems;
  const stateWords = slice.stateWords;
  const items = slice.items;
  const wide = slice.words;
  const each = slice.accumulators;
  const chunks = slice.chunks;
  if (!isNone(chunks)) planChunks(chunks);
  let words = 0;
  let batch = 0;
  for (let from = 0; from < neurons; from += units, batch++) {
    const to = min(from + units, neurons);
    if (!isNone(chunks)) {
      planBatch(chunks, batch);
      bringWords(chunks, batch, firstWord(from, 1, stateItems, stateWords), lastWord(to, 1, stateItems, stateWords));
    }
    if (stateWords != 0) words += lastWord(to, 1, stateItems, stateWords) - firstWord(from, 1, stateItems, stateWords) + 1;
    if (wide != 0 && each != 0) words += lastWord(to, each, items, wide) - firstWord(from, each, items, wide) + 1;
  }
  slice.batches = batch;
  slice.updated = neurons;
  slice.planWords = words;
}

/** Marks the targets of a row whose message arrives in `wave`. */
export function touch(block: Block, from: i32, to: i32, wave: i32): void {
  const slice = block.slice;
  if (isNone(slice.now)) return;
  const marks = slice.marks.from(slice.neurons * remainder(wave + block.delayWaves, slice.buffers));
  const targets = block.targets;
  if (isNone(targets)) {
    marks.fill(1, slice.neurons);
    return;
  }
  const first = slice.firstNeuron;
  if (!isNone(block.kernel)) {
    const items = makeRow(block, from);
    for (let k = 0; k < items; k++) marks[targets[k] - first] = 1;
    return;
  }
  for (let k = from; k < to; k++) marks[targets[k] - first] = 1;
}

/** Plans the touched neurons of a slice. */
export function gather(slice: Slice, units: i32, wave: i32, first: bool): void {
  const neurons = slice.neurons;
  const now = slice.now;
  const marks = slice.marks.from(neurons * remainder(wave, slice.buffers));
  if (slice.isActive) {
    if (first) now.fill(0, neurons);
    for (let n = 0; n < neurons; n++) if (marks[n]) now[n] = 1;
    const order = slice.order;
    let count = 0;
    for (let n = 0; n < neurons; n++) if (now[n]) order[count++] = n;
    plan(slice, units, count);
  }
  marks.fill(0, neurons);
}

/** Whether the neuron of an event is updated in this wave; only then can it fire. */
@inline
export function isUpdated(slice: Slice, event: i32): bool {
  return isNone(slice.now) || slice.now[neuronOf(event) - slice.firstNeuron] != 0;
}

/** Spikes of the slice in this wave. */
export function spikesOf(slice: Slice): i32 {
  if (isNone(slice.now)) return slice.eventEnd - slice.event;
  let count = 0;
  for (let event = slice.event; event < slice.eventEnd; event++) if (isUpdated(slice, event)) count++;
  return count;
}

/** Resets the slices: no neuron is touched. */
export function resetSlices(core: Core): void {
  for (let slice = core.slices; isBefore(slice, core.slicesEnd); slice = nextInRow(slice)) {
    if (isNone(slice.now)) continue;
    slice.now.fill(0, slice.neurons);
    slice.marks.fill(0, slice.neurons * slice.buffers);
  }
}
