/** The accumulators of a layer: their projections, their requantisation, and the additions of a step. */

import { record, table } from "../../../base/kernel/heap.part.as";
import { copyRow, isNone, Table } from "../../../base/kernel/views.part.as";
import { most, takeSumBits } from "./accumulator.part.as";
import { Event } from "./events.part.as";
import { addExact } from "./exact-additions.part.as";
import { bound, Projection } from "./projection.part.as";
import { addStepwise } from "./stepwise-additions.part.as";

@unmanaged
export class Sums {
  values: Table<i32>;
  /** Number of accumulators, including those that fill up rows. */
  count: i32;
  accumulatorBits: i32;
  /** No input can make a sum leave the accumulators' range. */
  safe: bool;
  input: Projection;
  /** Projection of the layer's own events of the step before; none: the layer has no recurrent weights. */
  recurrent: Projection;
  /** The first accumulator of the recurrent projection. */
  recurrentValues: Table<i32>;
  last: Event;
  lastEnd: Event;
  /** [accumulators] factor and offset of requantisation, times 2^-shift. */
  multiplier: Table<f64>;
  bias: Table<f64>;
}

/**
 * Adds accumulators; returns their handle. `neurons`: number of the layer's neurons that can send recurrent events; `safe`: 1 if no input can make a sum leave
 * the range.
 */
export function addSums(
  input: Projection,
  recurrent: Projection,
  firstRecurrent: i32,
  neurons: i32,
  multiplier: Table<f64>,
  bias: Table<f64>,
  accumulatorBits: i32,
  safe: i32,
): Sums {
  const sums = record<Sums>();
  sums.input = input;
  sums.recurrent = recurrent;
  sums.count = input.rows;
  if (!isNone(recurrent)) sums.count = max(sums.count, firstRecurrent + recurrent.rows);
  sums.values = table<i32>(sums.count);
  sums.recurrentValues = sums.values.from(firstRecurrent);
  sums.last = changetype<Event>(table<u64>(neurons));
  sums.lastEnd = sums.last;
  sums.multiplier = multiplier;
  sums.bias = bias;
  sums.accumulatorBits = accumulatorBits;
  sums.safe = safe == 1;
  return sums;
}

/** Forgets the events of the step before. */
@inline
export function silence(sums: Sums): void {
  sums.lastEnd = sums.last;
}

/** Keeps the layer's events for its next step, if it has recurrent weights. */
@inline
export function remember(sums: Sums, events: Event, end: Event): void {
  if (!isNone(sums.recurrent)) sums.lastEnd = copyRow(sums.last, events, end);
}

/** All synaptic operations of a step, from sums of 0: those of the input, then those of the own events, sources ascending. */
export function accumulate(sums: Sums, events: Event, end: Event): void {
  const acc = sums.values,
    own = sums.recurrentValues;
  const input = sums.input,
    recurrent = sums.recurrent;
  const last = sums.last,
    lastEnd = sums.lastEnd;
  const isRecurrent = !isNone(recurrent);
  acc.fill(0, sums.count);
  takeSumBits(sums.accumulatorBits);
  let exact = sums.safe;
  if (!exact) {
    let sum = bound(input, events, end);
    if (isRecurrent) sum += bound(recurrent, last, lastEnd);
    // if no partial sum can leave the range, exact sums give the same result
    exact = sum <= most;
  }
  if (exact) {
    addExact(acc, input, events, end);
    if (isRecurrent) addExact(own, recurrent, last, lastEnd);
  } else {
    addStepwise(acc, input, events, end);
    if (isRecurrent) addStepwise(own, recurrent, last, lastEnd);
  }
}
