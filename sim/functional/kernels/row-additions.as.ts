/**
 * Row additions: every event adds payload times the row of weights that its source neuron meets to the accumulators.
 * Memory is the caller's (see kernel-layout.ts for the descriptor). An event is two i32: neuron, payload.
 * A projection keeps the weights that one source neuron meets side by side: row i = weights of source i to all accumulators.
 */

// Projection descriptor, in i32.
const P_KIND: usize = 0; // 0 dense int8, 1 dense int16, 2 sparse int8, 3 sparse int16
const P_WEIGHTS: usize = 4; // dense: [sources][rows]; sparse: [entries]
export const P_ROWS: usize = 8; // accumulators, a multiple of 16
const P_LARGEST: usize = 12; // largest |weight|
const P_ROW_START: usize = 16; // sparse: u32 [sources + 1], multiples of 4
const P_TARGETS: usize = 20; // sparse: u16 [entries]
const P_GROUP: usize = 24; // events that share one pass over the rows

@inline
export function field(base: usize, at: usize): i32 {
  return load<i32>(base + at);
}
@inline
export function pointer(base: usize, at: usize): usize {
  return <usize>load<u32>(base + at);
}

/** Rows [row, row+64) of int8: exact sums of up to 2^15 / largest payload in i16, then added to acc. */
@inline
function block64(acc: usize, weights: usize, rows: usize, events: usize, end: usize): void {
  let s0 = i16x8.splat(0),
    s1 = i16x8.splat(0),
    s2 = i16x8.splat(0),
    s3 = i16x8.splat(0);
  let s4 = i16x8.splat(0),
    s5 = i16x8.splat(0),
    s6 = i16x8.splat(0),
    s7 = i16x8.splat(0);
  for (let e = events; e < end; e += 8) {
    const at = weights + <usize>load<u32>(e) * rows;
    const q = v128.load_splat<i8>(e, 4);
    const w0 = v128.load(at),
      w1 = v128.load(at, 16),
      w2 = v128.load(at, 32),
      w3 = v128.load(at, 48);
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
  addHalves(acc + 32, s1);
  addHalves(acc + 64, s2);
  addHalves(acc + 96, s3);
  addHalves(acc + 128, s4);
  addHalves(acc + 160, s5);
  addHalves(acc + 192, s6);
  addHalves(acc + 224, s7);
}

@inline
function block16(acc: usize, weights: usize, rows: usize, events: usize, end: usize): void {
  let s0 = i16x8.splat(0),
    s1 = i16x8.splat(0);
  for (let e = events; e < end; e += 8) {
    const w = v128.load(weights + <usize>load<u32>(e) * rows);
    const q = v128.load_splat<i8>(e, 4);
    s0 = i16x8.add(s0, i16x8.extmul_low_i8x16_s(w, q));
    s1 = i16x8.add(s1, i16x8.extmul_high_i8x16_s(w, q));
  }
  addHalves(acc, s0);
  addHalves(acc + 32, s1);
}

@inline
function addHalves(acc: usize, s: v128): void {
  v128.store(acc, i32x4.add(v128.load(acc), i32x4.extend_low_i16x8_s(s)));
  v128.store(acc, i32x4.add(v128.load(acc, 16), i32x4.extend_high_i16x8_s(s)), 16);
}

/** Payloads of the event at `e` and of the next one, as halves of every lane; of the last event alone where `two` is false. */
@inline
function payloadPair(e: usize, two: bool): v128 {
  const low = load<i32>(e, 4) & 0xffff;
  return i32x4.splat(two ? low | (load<i32>(e, 12) << 16) : low);
}

/** Sums of 16 int8 rows over two events: the halves of each lane meet the halves of `q`. */
@inline
function pairs16<W>(acc: usize, weights: usize, rows: usize, events: usize, end: usize): void {
  let s0 = v128.load(acc),
    s1 = v128.load(acc, 16),
    s2 = v128.load(acc, 32),
    s3 = v128.load(acc, 48);
  for (let e = events; e < end; e += 16) {
    const two = e + 8 < end;
    const q = payloadPair(e, two);
    const at = weights + <usize>load<u32>(e) * rows * sizeof<W>();
    const next = two ? weights + <usize>load<u32>(e, 8) * rows * sizeof<W>() : at;
    if (sizeof<W>() == 1) {
      const a = v128.load(at),
        b = v128.load(next);
      const low = v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = v128.shuffle<i8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(low), q));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(low), q));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(high), q));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(high), q));
    } else {
      const a = v128.load(at),
        b = v128.load(next),
        c = v128.load(at, 16),
        d = v128.load(next, 16);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11), q));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15), q));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11), q));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15), q));
    }
  }
  v128.store(acc, s0);
  v128.store(acc, s1, 16);
  v128.store(acc, s2, 32);
  v128.store(acc, s3, 48);
}

/** Exact sums of dense rows, kept in i32, two events at a time. */
function addPairs<W>(acc: usize, p: usize, events: usize, end: usize): void {
  const weights = pointer(p, P_WEIGHTS);
  const rows = pointer(p, P_ROWS);
  const group = pointer(p, P_GROUP) * 8;
  while (events < end) {
    const stop = min(end, events + group);
    for (let row: usize = 0; row < rows; row += 16) pairs16<W>(acc + row * 4, weights + row * sizeof<W>(), rows, events, stop);
    events = stop;
  }
}

/** Passes of fewer events than this over 16-bit sums are slower than pairs of events over 32-bit sums. */
const PASS_LEAST = 6;

/** Exact sums of dense int8 rows. |payload| <= 127; a pass takes events while the payloads' sum times the largest weight fits i16. */
function addDense8(acc: usize, p: usize, events: usize, end: usize): void {
  const largest = field(p, P_LARGEST);
  let sum: i64 = 0;
  for (let e = events; e < end; e += 8) sum += abs(load<i32>(e, 4));
  if (sum * largest * PASS_LEAST > 32767 * <i64>((end - events) >> 3)) {
    addPairs<i8>(acc, p, events, end);
    return;
  }
  const weights = pointer(p, P_WEIGHTS);
  const rows = pointer(p, P_ROWS);
  const group = pointer(p, P_GROUP) * 8;
  while (events < end) {
    let stop = events;
    let bound = 0;
    const most = min(end, events + group);
    while (stop < most) {
      bound += abs(load<i32>(stop, 4)) * largest;
      if (bound > 32767) break;
      stop += 8;
    }
    let row: usize = 0;
    for (; row + 64 <= rows; row += 64) block64(acc + row * 4, weights + row, rows, events, stop);
    for (; row < rows; row += 16) block16(acc + row * 4, weights + row, rows, events, stop);
    events = stop;
  }
}

@inline
function addSparse<W>(acc: usize, p: usize, events: usize, end: usize): void {
  const weights = pointer(p, P_WEIGHTS);
  const starts = pointer(p, P_ROW_START);
  const targets = pointer(p, P_TARGETS);
  for (let e = events; e < end; e += 8) {
    const source = starts + <usize>load<u32>(e) * 4;
    const q = load<i32>(e, 4);
    let i = <usize>load<u32>(source);
    const stop = <usize>load<u32>(source, 4);
    for (; i < stop; i += 4) {
      const t = targets + i * 2;
      const w = weights + i * sizeof<W>();
      const a0 = acc + <usize>load<u16>(t) * 4;
      store<i32>(a0, load<i32>(a0) + <i32>load<W>(w) * q);
      const a1 = acc + <usize>load<u16>(t, 2) * 4;
      store<i32>(a1, load<i32>(a1) + <i32>load<W>(w + sizeof<W>()) * q);
      const a2 = acc + <usize>load<u16>(t, 4) * 4;
      store<i32>(a2, load<i32>(a2) + <i32>load<W>(w + 2 * sizeof<W>()) * q);
      const a3 = acc + <usize>load<u16>(t, 6) * 4;
      store<i32>(a3, load<i32>(a3) + <i32>load<W>(w + 3 * sizeof<W>()) * q);
    }
  }
}

let overflows: i64 = 0;

/** Additions that left their range since the last call. */
export function takeOverflows(): f64 {
  const n = overflows;
  overflows = 0;
  return <f64>n;
}

/** One addition with the accumulator's range, for words that i32 sums could leave, and for scattered rows. */
@inline
function addOne(a: usize, product: i32, bits: i32, wrap: i32): void {
  const sum = <i64>load<i32>(a) + <i64>product;
  const most: i64 = ((<i64>1) << (bits - 1)) - 1;
  let kept = sum;
  if (sum > most || sum < -most - 1) {
    overflows++;
    if (wrap) kept = (sum << (64 - bits)) >> (64 - bits);
    else kept = sum > most ? most : -most - 1;
  }
  store<i32>(a, <i32>kept);
}

function stepSparse(acc: usize, p: usize, events: usize, end: usize, bits: i32, wrap: i32): void {
  const wide = field(p, P_KIND) == 3;
  const weights = pointer(p, P_WEIGHTS);
  const starts = pointer(p, P_ROW_START);
  const targets = pointer(p, P_TARGETS);
  for (let e = events; e < end; e += 8) {
    const source = starts + <usize>load<u32>(e) * 4;
    const q = load<i32>(e, 4);
    const stop = <usize>load<u32>(source, 4);
    for (let i = <usize>load<u32>(source); i < stop; i++) {
      const w = wide ? <i32>load<i16>(weights + i * 2) : <i32>load<i8>(weights + i);
      addOne(acc + <usize>load<u16>(targets + i * 2) * 4, w * q, bits, wrap);
    }
  }
}

/** Addition by addition. Up to 30 bits a sum of a kept word and a product (below 2^23) fits i32 lanes. */
function stepDense(acc: usize, p: usize, events: usize, end: usize, bits: i32, wrap: i32): void {
  const wide = field(p, P_KIND) == 1;
  const weights = pointer(p, P_WEIGHTS);
  const rows = pointer(p, P_ROWS);
  const most = i32x4.splat((1 << (min(bits, 30) - 1)) - 1);
  const least = i32x4.splat(-(1 << (min(bits, 30) - 1)));
  let count = i32x4.splat(0);
  for (let e = events; e < end; e += 8) {
    const source = <usize>load<u32>(e) * rows;
    const q = load<i32>(e, 4);
    if (bits > 30) {
      for (let row: usize = 0; row < rows; row++) {
        const w = wide ? <i32>load<i16>(weights + (source + row) * 2) : <i32>load<i8>(weights + source + row);
        addOne(acc + row * 4, w * q, bits, wrap);
      }
      continue;
    }
    const splat = i16x8.splat(<i16>q);
    for (let row: usize = 0; row < rows; row += 8) {
      const w = wide ? v128.load(weights + (source + row) * 2) : v128.load_ext<i8>(weights + source + row);
      const to = acc + row * 4;
      const t0 = i32x4.add(v128.load(to), i32x4.extmul_low_i16x8_s(w, splat));
      const t1 = i32x4.add(v128.load(to, 16), i32x4.extmul_high_i16x8_s(w, splat));
      let k0: v128, k1: v128;
      if (wrap) {
        k0 = i32x4.shr_s(i32x4.shl(t0, 32 - bits), 32 - bits);
        k1 = i32x4.shr_s(i32x4.shl(t1, 32 - bits), 32 - bits);
      } else {
        k0 = i32x4.max_s(i32x4.min_s(t0, most), least);
        k1 = i32x4.max_s(i32x4.min_s(t1, most), least);
      }
      count = i32x4.sub(count, i32x4.ne(t0, k0));
      count = i32x4.sub(count, i32x4.ne(t1, k1));
      v128.store(to, k0);
      v128.store(to, k1, 16);
    }
  }
  overflows +=
    <i64>i32x4.extract_lane(count, 0) + i32x4.extract_lane(count, 1) + i32x4.extract_lane(count, 2) + i32x4.extract_lane(count, 3);
}

/** Exact sums, for events that no prefix of can leave the accumulators' range. */
export function addExact(acc: usize, p: usize, events: usize, end: usize): void {
  const kind = field(p, P_KIND);
  if (kind == 0) addDense8(acc, p, events, end);
  else if (kind == 1) addPairs<i16>(acc, p, events, end);
  else if (kind == 2) addSparse<i8>(acc, p, events, end);
  else addSparse<i16>(acc, p, events, end);
}

/** Addition by addition within `bits`, saturating or wrapping; overflows are counted. */
export function addStepwise(acc: usize, p: usize, events: usize, end: usize, bits: i32, wrap: i32): void {
  if (field(p, P_KIND) < 2) stepDense(acc, p, events, end, bits, wrap);
  else stepSparse(acc, p, events, end, bits, wrap);
}

/** No prefix of the events' sum exceeds this in magnitude. */
export function bound(p: usize, events: usize, end: usize): i64 {
  let sum: i64 = 0;
  for (let e = events; e < end; e += 8) sum += abs(load<i32>(e, 4));
  return sum * field(p, P_LARGEST);
}
