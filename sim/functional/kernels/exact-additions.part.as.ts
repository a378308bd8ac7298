/** Exact sums: for every event, payload times the row of its source neuron is added to the accumulators. */
import { behind, countOf, isBefore, nextInRow, payloadLanes, Table } from "../../../base/kernel/views.part.as";
import { addKernel } from "./convolution-additions.part.as";
import { Event } from "./events.part.as";
import { DENSE_8, DENSE_16, Dense, Projection, SPARSE_8, SPARSE_16, Sparse, WIDE_8, WIDE_16 } from "./projection.part.as";

/** Rows [row, row+64) of int8: exact sums of up to 2^15 / largest payload in i16, then added to acc. */
@inline
function block64(acc: Table<i32>, weights: Table<i8>, rows: i32, events: Event, end: Event): void {
  let s0 = i16x8.splat(0),
    s1 = i16x8.splat(0),
    s2 = i16x8.splat(0),
    s3 = i16x8.splat(0);
  let s4 = i16x8.splat(0),
    s5 = i16x8.splat(0),
    s6 = i16x8.splat(0),
    s7 = i16x8.splat(0);
  for (let e = events; isBefore(e, end); e = nextInRow(e)) {
    const row = weights.from(e.neuron * rows);
    const q = payloadLanes(e);
    const w0 = row.lanes(0),
      w1 = row.lanes(16),
      w2 = row.lanes(32),
      w3 = row.lanes(48);
    s0 = i16x8.add(s0, i16x8.extmul_low_i8x16_s(w0, q));
    s1 = i16x8.add(s1, i16x8.extmul_high_i8x16_s(w0, q));
    s2 = i16x8.add(s2, i16x8.extmul_low_i8x16_s(w1, q));
    s3 = i16x8.add(s3, i16x8.extmul_high_i8x16_s(w1, q));
    s4 = i16x8.add(s4, i16x8.extmul_low_i8x16_s(w2, q));
    s5 = i16x8.add(s5, i16x8.extmul_high_i8x16_s(w2, q));
    s6 = i16x8.add(s6, i16x8.extmul_low_i8x16_s(w3, q));
    s7 = i16x8.add(s7, i16x8.extmul_high_i8x16_s(w3, q));
  }
  addHalves(acc, s0);
  addHalves(acc.from(8), s1);
  addHalves(acc.from(16), s2);
  addHalves(acc.from(24), s3);
  addHalves(acc.from(32), s4);
  addHalves(acc.from(40), s5);
  addHalves(acc.from(48), s6);
  addHalves(acc.from(56), s7);
}

@inline
function block16(acc: Table<i32>, weights: Table<i8>, rows: i32, events: Event, end: Event): void {
  let s0 = i16x8.splat(0),
    s1 = i16x8.splat(0);
  for (let e = events; isBefore(e, end); e = nextInRow(e)) {
    const w = weights.lanes(e.neuron * rows);
    const q = payloadLanes(e);
    s0 = i16x8.add(s0, i16x8.extmul_low_i8x16_s(w, q));
    s1 = i16x8.add(s1, i16x8.extmul_high_i8x16_s(w, q));
  }
  addHalves(acc, s0);
  addHalves(acc.from(8), s1);
}

@inline
function addHalves(acc: Table<i32>, s: v128): void {
  acc.setLanes(0, i32x4.add(acc.lanes(0), i32x4.extend_low_i16x8_s(s)));
  acc.setLanes(4, i32x4.add(acc.lanes(4), i32x4.extend_high_i16x8_s(s)));
}

/** Payloads of an event and of the next one, as halves of every lane; only the first if `two` is false. */
@inline
function payloadPair(e: Event, two: bool): v128 {
  const low = e.payload & 0xffff;
  return i32x4.splat(two ? low | (nextInRow(e).payload << 16) : low);
}

/** Sums of 16 rows over two events at a time: the halves of each lane are multiplied by the halves of `q`. */
@inline
function pairs16<Weight>(acc: Table<i32>, weights: Table<Weight>, rows: i32, events: Event, end: Event): void {
  let s0 = acc.lanes(0),
    s1 = acc.lanes(4),
    s2 = acc.lanes(8),
    s3 = acc.lanes(12);
  for (let e = events; isBefore(e, end); e = behind(e, 2)) {
    const two = isBefore(nextInRow(e), end);
    const q = payloadPair(e, two);
    const row = weights.from(e.neuron * rows);
    const next = two ? weights.from(nextInRow(e).neuron * rows) : row;
    if (sizeof<Weight>() == 1) {
      const a = row.lanes(0),
        b = next.lanes(0);
      const low = v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = v128.shuffle<i8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(low), q));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(low), q));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(high), q));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(high), q));
    } else {
      const a = row.lanes(0),
        b = next.lanes(0),
        c = row.lanes(8),
        d = next.lanes(8);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), q));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), q));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11), q));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15), q));
    }
  }
  acc.setLanes(0, s0);
  acc.setLanes(4, s1);
  acc.setLanes(8, s2);
  acc.setLanes(12, s3);
}

/** Adds dense rows in i32, two events at a time. */
function addPairs<Weight>(acc: Table<i32>, projection: Dense<Weight>, events: Event, end: Event): void {
  const weights = projection.weights;
  const rows = projection.rows;
  const group = projection.group;
  while (isBefore(events, end)) {
    const stop = behind(events, min(group, countOf(events, end)));
    for (let row = 0; row < rows; row += 16) pairs16<Weight>(acc.from(row), weights.from(row), rows, events, stop);
    events = stop;
  }
}

/** Passes with fewer events over 16-bit sums are slower than pairs of events over 32-bit sums. */
const PASS_LEAST = 6;

/** Dense int8 rows. A pass takes events while the sum of their payloads times the largest weight fits i16; payloads of more than a byte are added in pairs. */
function addDense8(acc: Table<i32>, projection: Dense<i8>, events: Event, end: Event): void {
  const largest = projection.largest;
  let sum: i64 = 0;
  let bits = 0;
  for (let e = events; isBefore(e, end); e = nextInRow(e)) {
    const size = abs(e.payload);
    sum += size;
    bits |= size;
  }
  if (bits > 127 || sum * largest * PASS_LEAST > 32767 * <i64>countOf(events, end)) {
    addPairs<i8>(acc, projection, events, end);
    return;
  }
  const weights = projection.weights;
  const rows = projection.rows;
  const group = projection.group;
  while (isBefore(events, end)) {
    let stop = events;
    let bound = 0;
    const most = behind(events, min(group, countOf(events, end)));
    while (isBefore(stop, most)) {
      bound += abs(stop.payload) * largest;
      if (bound > 32767) break;
      stop = nextInRow(stop);
    }
    let row = 0;
    for (; row + 64 <= rows; row += 64) block64(acc.from(row), weights.from(row), rows, events, stop);
    for (; row < rows; row += 16) block16(acc.from(row), weights.from(row), rows, events, stop);
    events = stop;
  }
}

@inline
function addSparse<Weight, Target>(acc: Table<i32>, projection: Sparse<Weight, Target>, events: Event, end: Event): void {
  const weights = projection.weights;
  const starts = projection.starts;
  const targets = projection.targets;
  for (let e = events; isBefore(e, end); e = nextInRow(e)) {
    const entries = starts.from(e.neuron);
    const q = e.payload;
    const stop = entries[1];
    for (let i = entries[0]; i < stop; i += 4) {
      const t = targets.from(i);
      const w = weights.from(i);
      const a0 = acc.place(<i32>t[0]);
      a0.value += w.times(0, q);
      const a1 = acc.place(<i32>t[1]);
      a1.value += w.times(1, q);
      const a2 = acc.place(<i32>t[2]);
      a2.value += w.times(2, q);
      const a3 = acc.place(<i32>t[3]);
      a3.value += w.times(3, q);
    }
  }
}

/** For events whose partial sums cannot leave the accumulators' range. */
export function addExact(acc: Table<i32>, projection: Projection, events: Event, end: Event): void {
  const kind = projection.kind;
  if (kind == DENSE_8) addDense8(acc, changetype<Dense<i8>>(projection), events, end);
  else if (kind == DENSE_16) addPairs<i16>(acc, changetype<Dense<i16>>(projection), events, end);
  else if (kind == SPARSE_8) addSparse<i8, u16>(acc, changetype<Sparse<i8, u16>>(projection), events, end);
  else if (kind == SPARSE_16) addSparse<i16, u16>(acc, changetype<Sparse<i16, u16>>(projection), events, end);
  else if (kind == WIDE_8) addSparse<i8, u32>(acc, changetype<Sparse<i8, u32>>(projection), events, end);
  else if (kind == WIDE_16) addSparse<i16, u32>(acc, changetype<Sparse<i16, u32>>(projection), events, end);
  else addKernel(acc, projection, events, end, true);
}
