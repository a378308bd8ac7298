/** Which words a soma asks its state memory for, batch by batch: the rules of batches.ts. */
import {
  at32,
  B_DELAY,
  B_SLICE,
  B_TARGETS,
  field,
  L_ACCUMULATORS,
  L_ACTIVE,
  L_BASE,
  L_BATCHES,
  L_BUFFERS,
  L_EVENT,
  L_EVENT_END,
  L_FIRST,
  L_ITEMS,
  L_MARKS,
  L_NEURONS,
  L_NOW,
  L_ORDER,
  L_PLAN,
  L_PLAN_WORDS,
  L_RANGES,
  L_STATE_BASE,
  L_STATE_ITEMS,
  L_STATE_WORDS,
  L_UPDATED,
  L_WORDS,
  neuronOf,
  quotient,
  remainder,
  S_SLICES,
  S_SLICES_END,
  SLICE_SIZE,
} from "./core-records.part.as";

/** Counts of a plan that is being made. */
let planWords = 0;
let planRanges = 0;

/** First and last word of items `start .. end - 1`, `each` a neuron. */
@inline
export function firstWord(start: i32, each: i32, items: i32, words: i32): i32 {
  return words > 1 ? start * each * words : quotient(start * each, items);
}

@inline
export function lastWord(end: i32, each: i32, items: i32, words: i32): i32 {
  return words > 1 ? end * each * words - 1 : quotient(end * each - 1, items);
}

function addRegion(slice: usize, from: i32, to: i32, items: i32, words: i32, each: i32, base: i32, inBuffer: i32): void {
  if (words == 0 || each == 0) return;
  const order = field(slice, L_ORDER);
  const ranges = field(slice, L_RANGES);
  let before = -1;
  for (let k = from; k < to; ) {
    const start = at32(order, k);
    let end = start + 1;
    for (k++; k < to && at32(order, k) == end; k++) end++;
    const last = lastWord(end, each, items, words);
    const first = max(firstWord(start, each, items, words), before + 1);
    if (last < first) continue;
    const at = ranges + (<usize>(planRanges++) << 3);
    store<i32>(at, (base + first) | (inBuffer << 31));
    store<i32>(at, base + last, 4);
    planWords += last - first + 1;
    before = last;
  }
}

/** Plans the update of the first `count` neurons of the slice's order. */
function plan(slice: usize, units: i32, count: i32): void {
  const batches = field(slice, L_PLAN);
  const first = load<i32>(slice, L_FIRST);
  let many = 0;
  planWords = 0;
  planRanges = 0;
  for (let from = 0; from < count; from += units) {
    const to = min(from + units, count);
    addRegion(slice, from, to, load<i32>(slice, L_STATE_ITEMS), load<i32>(slice, L_STATE_WORDS), 1, load<i32>(slice, L_STATE_BASE), 0);
    const accumulators = load<i32>(slice, L_ACCUMULATORS);
    addRegion(slice, from, to, load<i32>(slice, L_ITEMS), load<i32>(slice, L_WORDS), accumulators, load<i32>(slice, L_BASE), 1);
    const at = batches + (<usize>(many++) << 3);
    store<i32>(at, first + at32(field(slice, L_ORDER), to - 1));
    store<i32>(at, planRanges, 4);
  }
  store<i32>(slice, many, L_BATCHES);
  store<i32>(slice, count, L_UPDATED);
  store<i32>(slice, planWords, L_PLAN_WORDS);
}

/** Counts what a slice asks for whose neurons are all updated in every wave; its ranges are computed when they are asked for. */
export function planAll(slice: usize, units: i32): void {
  const neurons = load<i32>(slice, L_NEURONS);
  const stateItems = load<i32>(slice, L_STATE_ITEMS);
  const stateWords = load<i32>(slice, L_STATE_WORDS);
  const items = load<i32>(slice, L_ITEMS);
  const wide = load<i32>(slice, L_WORDS);
  const each = load<i32>(slice, L_ACCUMULATORS);
  let words = 0;
  for (let from = 0; from < neurons; from += units) {
    const to = min(from + units, neurons);
    if (stateWords != 0) words += lastWord(to, 1, stateItems, stateWords) - firstWord(from, 1, stateItems, stateWords) + 1;
    if (wide != 0 && each != 0) words += lastWord(to, each, items, wide) - firstWord(from, each, items, wide) + 1;
  }
  store<i32>(slice, (neurons + units - 1) / units, L_BATCHES);
  store<i32>(slice, neurons, L_UPDATED);
  store<i32>(slice, words, L_PLAN_WORDS);
}

/** Marks the targets of a row that arrives in `wave`. */
export function touch(block: usize, from: i32, to: i32, wave: i32): void {
  const slice = field(block, B_SLICE);
  if (load<u32>(slice, L_NOW) == 0) return;
  const neurons = <usize>load<i32>(slice, L_NEURONS);
  const marks = field(slice, L_MARKS) + neurons * <usize>remainder(wave + load<i32>(block, B_DELAY), load<i32>(slice, L_BUFFERS));
  const targets = field(block, B_TARGETS);
  if (targets == 0) {
    memory.fill(marks, 1, neurons);
    return;
  }
  const first = load<i32>(slice, L_FIRST);
  for (let k = from; k < to; k++) store<u8>(marks + <usize>(at32(targets, k) - first), 1);
}

/** Plans the touched neurons of a slice. */
export function gather(slice: usize, units: i32, wave: i32, first: bool): void {
  const neurons = load<i32>(slice, L_NEURONS);
  const now = field(slice, L_NOW);
  const marks = field(slice, L_MARKS) + <usize>neurons * <usize>remainder(wave, load<i32>(slice, L_BUFFERS));
  if (load<u8>(slice, L_ACTIVE)) {
    const base = load<i32>(slice, L_FIRST);
    if (first) memory.fill(now, 0, neurons);
    for (let n = 0; n < neurons; n++) if (load<u8>(marks + n)) store<u8>(now + n, 1);
    for (let e = load<i32>(slice, L_EVENT); e < load<i32>(slice, L_EVENT_END); e++) store<u8>(now + <usize>(neuronOf(e) - base), 1);
    const order = field(slice, L_ORDER);
    let count = 0;
    for (let n = 0; n < neurons; n++) if (load<u8>(now + n)) store<i32>(order + (<usize>(count++) << 2), n);
    plan(slice, units, count);
  }
  memory.fill(marks, 0, neurons);
}

/** Slices of a chip that starts anew: nothing touched. */
export function resetSlices(core: usize): void {
  for (let slice = field(core, S_SLICES); slice < field(core, S_SLICES_END); slice += SLICE_SIZE) {
    const neurons = load<i32>(slice, L_NEURONS);
    if (load<u32>(slice, L_NOW) == 0) continue;
    memory.fill(field(slice, L_NOW), 0, neurons);
    memory.fill(field(slice, L_MARKS), 0, neurons * load<i32>(slice, L_BUFFERS));
  }
}
