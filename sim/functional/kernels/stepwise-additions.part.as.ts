/** Sums addition by addition, each within the accumulator's range: it saturates or wraps, and what left the range is counted. */
import { Cell, isBefore, nextInRow, Table } from "../../../base/kernel/views.part.as";
import { Event } from "./events.part.as";
import { DENSE_8, DENSE_16, Dense, Projection, SPARSE_8, Sparse } from "./projection.part.as";

/** Bits of an accumulator, and whether it wraps where it cannot hold a sum. */
let bits: i32 = 32;
let wraps: bool = false;
/** Largest sum. */
export let most: i64 = i32.MAX_VALUE;

/** The accumulators of this network; `overflow` 1: they wrap, 0: they saturate. */
export function setAccumulators(accumulatorBits: i32, overflow: i32): void {
  bits = accumulatorBits;
  wraps = overflow == 1;
  most = ((<i64>1) << (bits - 1)) - 1;
}

let overflows: i64 = 0;

/** Additions that left their range since the last call. */
export function takeOverflows(): f64 {
  const n = overflows;
  overflows = 0;
  return <f64>n;
}

/** One addition, for words that i32 sums could leave, and for scattered rows. */
@inline
function addOne(accumulator: Cell<i32>, product: i32, bits: i32, wraps: bool): void {
  const sum = <i64>accumulator.value + <i64>product;
  const most: i64 = ((<i64>1) << (bits - 1)) - 1;
  let kept = sum;
  if (sum > most || sum < -most - 1) {
    overflows++;
    if (wraps) kept = (sum << (64 - bits)) >> (64 - bits);
    else kept = sum > most ? most : -most - 1;
  }
  accumulator.value = <i32>kept;
}

function stepSparse<Weight>(acc: Table<i32>, projection: Sparse<Weight>, events: Event, end: Event): void {
  const word = bits;
  const cyclic = wraps;
  const weights = projection.weights;
  const starts = projection.starts;
  const targets = projection.targets;
  for (let e = events; isBefore(e, end); e = nextInRow(e)) {
    const entries = starts.from(e.neuron);
    const q = e.payload;
    const stop = entries[1];
    for (let i = entries[0]; i < stop; i++) addOne(acc.place(targets[i]), weights.times(i, q), word, cyclic);
  }
}

/** Eight weights as 16-bit lanes. */
@inline
function eight<Weight>(row: Table<Weight>, i: i32): v128 {
  return sizeof<Weight>() == 1 ? row.wideLanes(i) : row.lanes(i);
}

/** Up to 30 bits a sum of a kept word and a product (below 2^23) fits i32 lanes. */
function stepDense<Weight>(acc: Table<i32>, projection: Dense<Weight>, events: Event, end: Event): void {
  const word = bits;
  const cyclic = wraps;
  const weights = projection.weights;
  const rows = projection.rows;
  const highest = i32x4.splat((1 << (min(word, 30) - 1)) - 1);
  const least = i32x4.splat(-(1 << (min(word, 30) - 1)));
  let count = i32x4.splat(0);
  for (let e = events; isBefore(e, end); e = nextInRow(e)) {
    const source = weights.from(e.neuron * rows);
    const q = e.payload;
    if (word > 30) {
      for (let row = 0; row < rows; row++) addOne(acc.place(row), source.times(row, q), word, cyclic);
      continue;
    }
    const splat = i16x8.splat(<i16>q);
    for (let row = 0; row < rows; row += 8) {
      const w = eight<Weight>(source, row);
      const to = acc.from(row);
      const t0 = i32x4.add(to.lanes(0), i32x4.extmul_low_i16x8_s(w, splat));
      const t1 = i32x4.add(to.lanes(4), i32x4.extmul_high_i16x8_s(w, splat));
      let k0: v128, k1: v128;
      if (cyclic) {
        k0 = i32x4.shr_s(i32x4.shl(t0, 32 - word), 32 - word);
        k1 = i32x4.shr_s(i32x4.shl(t1, 32 - word), 32 - word);
      } else {
        k0 = i32x4.max_s(i32x4.min_s(t0, highest), least);
        k1 = i32x4.max_s(i32x4.min_s(t1, highest), least);
      }
      count = i32x4.sub(count, i32x4.ne(t0, k0));
      count = i32x4.sub(count, i32x4.ne(t1, k1));
      to.setLanes(0, k0);
      to.setLanes(4, k1);
    }
  }
  overflows +=
    <i64>i32x4.extract_lane(count, 0) + i32x4.extract_lane(count, 1) + i32x4.extract_lane(count, 2) + i32x4.extract_lane(count, 3);
}

export function addStepwise(acc: Table<i32>, projection: Projection, events: Event, end: Event): void {
  const kind = projection.kind;
  if (kind == DENSE_8) stepDense<i8>(acc, changetype<Dense<i8>>(projection), events, end);
  else if (kind == DENSE_16) stepDense<i16>(acc, changetype<Dense<i16>>(projection), events, end);
  else if (kind == SPARSE_8) stepSparse<i8>(acc, changetype<Sparse<i8>>(projection), events, end);
  else stepSparse<i16>(acc, changetype<Sparse<i16>>(projection), events, end);
}
