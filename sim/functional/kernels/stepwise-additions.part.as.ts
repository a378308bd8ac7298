/** Sums one addition at a time, each in the accumulator's range: a sum outside saturates or wraps, and is counted. */
import { isBefore, nextInRow, Table } from "../../../base/kernel/views.part.as";
import { addOne, countOverflows, cyclic, wordBits } from "./accumulator.part.as";
import { addKernel } from "./convolution-additions.part.as";
import { Event } from "./events.part.as";
import { DENSE_8, DENSE_16, Dense, Projection, SPARSE_8, SPARSE_16, Sparse, WIDE_8, WIDE_16 } from "./projection.part.as";

function stepSparse<Weight, Target>(acc: Table<i32>, projection: Sparse<Weight, Target>, events: Event, end: Event): void {
  const word = wordBits;
  const wraps = cyclic;
  const weights = projection.weights;
  const starts = projection.starts;
  const targets = projection.targets;
  for (let e = events; isBefore(e, end); e = nextInRow(e)) {
    const entries = starts.from(e.neuron);
    const q = e.payload;
    const stop = entries[1];
    for (let i = entries[0]; i < stop; i++) addOne(acc.place(<i32>targets[i]), weights.times(i, q), word, wraps);
  }
}

/** Eight weights as 16-bit lanes. */
@inline
function eight<Weight>(row: Table<Weight>, i: i32): v128 {
  return sizeof<Weight>() == 1 ? row.wideLanes(i) : row.lanes(i);
}

/** For words of at most 30 bits: the sum of such a word and a product (below 2^23) fits i32 lanes. */
function stepDense<Weight>(acc: Table<i32>, projection: Dense<Weight>, events: Event, end: Event): void {
  const word = wordBits;
  const wraps = cyclic;
  const weights = projection.weights;
  const rows = projection.rows;
  const highest = i32x4.splat((1 << (min(word, 30) - 1)) - 1);
  const least = i32x4.splat(-(1 << (min(word, 30) - 1)));
  let count = i32x4.splat(0);
  for (let e = events; isBefore(e, end); e = nextInRow(e)) {
    const source = weights.from(e.neuron * rows);
    const q = e.payload;
    if (word > 30) {
      for (let row = 0; row < rows; row++) addOne(acc.place(row), source.times(row, q), word, wraps);
      continue;
    }
    const splat = i16x8.splat(<i16>q);
    for (let row = 0; row < rows; row += 8) {
      const w = eight<Weight>(source, row);
      const to = acc.from(row);
      const t0 = i32x4.add(to.lanes(0), i32x4.extmul_low_i16x8_s(w, splat));
      const t1 = i32x4.add(to.lanes(4), i32x4.extmul_high_i16x8_s(w, splat));
      let k0: v128, k1: v128;
      if (wraps) {
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
  countOverflows(
    <i64>i32x4.extract_lane(count, 0) + i32x4.extract_lane(count, 1) + i32x4.extract_lane(count, 2) + i32x4.extract_lane(count, 3),
  );
}

export function addStepwise(acc: Table<i32>, projection: Projection, events: Event, end: Event): void {
  const kind = projection.kind;
  if (kind == DENSE_8) stepDense<i8>(acc, changetype<Dense<i8>>(projection), events, end);
  else if (kind == DENSE_16) stepDense<i16>(acc, changetype<Dense<i16>>(projection), events, end);
  else if (kind == SPARSE_8) stepSparse<i8, u16>(acc, changetype<Sparse<i8, u16>>(projection), events, end);
  else if (kind == SPARSE_16) stepSparse<i16, u16>(acc, changetype<Sparse<i16, u16>>(projection), events, end);
  else if (kind == WIDE_8) stepSparse<i8, u32>(acc, changetype<Sparse<i8, u32>>(projection), events, end);
  else if (kind == WIDE_16) stepSparse<i16, u32>(acc, changetype<Sparse<i16, u32>>(projection), events, end);
  else addKernel(acc, projection, events, end, false);
}
