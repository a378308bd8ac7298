/**
 * Fast engine of integer networks: event-driven row additions in SIMD, and the neuron updates, one call for many steps.
 * Memory is the caller's (see engine.ts for the descriptors). An event is two i32: neuron, payload.
 * A projection keeps the weights that one source neuron meets side by side: row i = weights of source i to all accumulators.
 * Range rule: every addition keeps to the accumulator's range, in event order. Where a bound proves that no prefix of the sum can
 * leave the range, exact sums give the same answer; otherwise the addition-by-addition path runs.
 */

// Projection descriptor, in i32.
const P_KIND: usize = 0; // 0 dense int8, 1 dense int16, 2 sparse int8, 3 sparse int16
const P_WEIGHTS: usize = 4; // dense: [sources][rows]; sparse: [entries]
const P_ROWS: usize = 8; // accumulators, a multiple of 16
const P_LARGEST: usize = 12; // largest |weight|
const P_ROW_START: usize = 16; // sparse: u32 [sources + 1]
const P_TARGETS: usize = 20; // sparse: u16 [entries]
const P_GROUP: usize = 24; // events that share one pass over the rows

// Layer descriptor, in i32.
const L_KIND: usize = 0; // 0 encoder, 1 lif, 2 rec, 3 readout
const L_NEURONS: usize = 4;
const L_ACC: usize = 8; // i32 [rows]
const L_INPUT: usize = 12; // projection
const L_RECURRENT: usize = 16; // projection or 0
const L_MULTIPLIER: usize = 20; // i32 [rows]
const L_BIAS: usize = 24; // i64 [rows]
const L_SHIFT0: usize = 28;
const L_SHIFT1: usize = 32;
const L_Q_SHIFT: usize = 36;
const L_THETA: usize = 40;
const L_LIMIT: usize = 44;
const L_HIDDEN: usize = 48; // i32 [neurons]
const L_MEMBRANE: usize = 52; // i32 [neurons]
const L_TAU: usize = 56; // i32 [neurons] or 0
const L_LAST: usize = 60; // events of the step before
const L_LAST_COUNT: usize = 64;
const L_SAFE: usize = 68; // 1: no input at all can leave the accumulator's range
const L_BYTES: usize = 96;

// Network descriptor, in i32.
const N_LAYERS: usize = 0; // layers, encoder first, readout last
const N_COUNT: usize = 4;
const N_ACC_BITS: usize = 8;
const N_WRAP: usize = 12;
const N_STATE_MOST: usize = 16;
const N_GATE_BITS: usize = 20;
const N_TABLE: usize = 24; // u16 [2^lutBits]
const N_TABLE_BITS: usize = 28;
const N_SCORE_MOST: usize = 32;

let overflows: i64 = 0;
let saturations: i64 = 0;

export function takeOverflows(): f64 {
  const n = overflows;
  overflows = 0;
  return <f64>n;
}

export function takeSaturations(): f64 {
  const n = saturations;
  saturations = 0;
  return <f64>n;
}

@inline function field(base: usize, at: usize): i32 { return load<i32>(base + at); }
@inline function pointer(base: usize, at: usize): usize { return <usize>load<u32>(base + at); }

/** Rows [row, row+64) of int8: exact sums of up to 2^15 / largest payload in i16, then added to acc. */
@inline function block64(acc: usize, weights: usize, rows: usize, events: usize, end: usize): void {
  let s0 = i16x8.splat(0), s1 = i16x8.splat(0), s2 = i16x8.splat(0), s3 = i16x8.splat(0);
  let s4 = i16x8.splat(0), s5 = i16x8.splat(0), s6 = i16x8.splat(0), s7 = i16x8.splat(0);
  for (let e = events; e < end; e += 8) {
    const at = weights + <usize>load<u32>(e) * rows;
    const q = v128.load_splat<i8>(e, 4);
    const w0 = v128.load(at), w1 = v128.load(at, 16), w2 = v128.load(at, 32), w3 = v128.load(at, 48);
    s0 = i16x8.add(s0, i16x8.extmul_low_i8x16_s(w0, q));
    s1 = i16x8.add(s1, i16x8.extmul_high_i8x16_s(w0, q));
    s2 = i16x8.add(s2, i16x8.extmul_low_i8x16_s(w1, q));
    s3 = i16x8.add(s3, i16x8.extmul_high_i8x16_s(w1, q));
    s4 = i16x8.add(s4, i16x8.extmul_low_i8x16_s(w2, q));
    s5 = i16x8.add(s5, i16x8.extmul_high_i8x16_s(w2, q));
    s6 = i16x8.add(s6, i16x8.extmul_low_i8x16_s(w3, q));
    s7 = i16x8.add(s7, i16x8.extmul_high_i8x16_s(w3, q));
  }
  addHalves(acc, s0); addHalves(acc + 32, s1); addHalves(acc + 64, s2); addHalves(acc + 96, s3);
  addHalves(acc + 128, s4); addHalves(acc + 160, s5); addHalves(acc + 192, s6); addHalves(acc + 224, s7);
}

@inline function block16(acc: usize, weights: usize, rows: usize, events: usize, end: usize): void {
  let s0 = i16x8.splat(0), s1 = i16x8.splat(0);
  for (let e = events; e < end; e += 8) {
    const w = v128.load(weights + <usize>load<u32>(e) * rows);
    const q = v128.load_splat<i8>(e, 4);
    s0 = i16x8.add(s0, i16x8.extmul_low_i8x16_s(w, q));
    s1 = i16x8.add(s1, i16x8.extmul_high_i8x16_s(w, q));
  }
  addHalves(acc, s0);
  addHalves(acc + 32, s1);
}

@inline function addHalves(acc: usize, s: v128): void {
  v128.store(acc, i32x4.add(v128.load(acc), i32x4.extend_low_i16x8_s(s)));
  v128.store(acc, i32x4.add(v128.load(acc, 16), i32x4.extend_high_i16x8_s(s)), 16);
}

/** Exact sums of dense int8 rows. |payload| <= 127; a pass takes events while the payloads' sum times the largest weight fits i16. */
function addDense8(acc: usize, p: usize, events: usize, end: usize): void {
  const weights = pointer(p, P_WEIGHTS);
  const rows = pointer(p, P_ROWS);
  const largest = field(p, P_LARGEST);
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

/** Exact sums of dense int16 rows, kept in i32. */
function addDense16(acc: usize, p: usize, events: usize, end: usize): void {
  const weights = pointer(p, P_WEIGHTS);
  const rows = pointer(p, P_ROWS);
  const group = pointer(p, P_GROUP) * 8;
  while (events < end) {
    const stop = min(end, events + group);
    for (let row: usize = 0; row < rows; row += 16) {
      const to = acc + row * 4;
      let s0 = v128.load(to), s1 = v128.load(to, 16), s2 = v128.load(to, 32), s3 = v128.load(to, 48);
      for (let e = events; e < stop; e += 8) {
        const at = weights + (<usize>load<u32>(e) * rows + row) * 2;
        const q = v128.load_splat<i16>(e, 4);
        const w0 = v128.load(at), w1 = v128.load(at, 16);
        s0 = i32x4.add(s0, i32x4.extmul_low_i16x8_s(w0, q));
        s1 = i32x4.add(s1, i32x4.extmul_high_i16x8_s(w0, q));
        s2 = i32x4.add(s2, i32x4.extmul_low_i16x8_s(w1, q));
        s3 = i32x4.add(s3, i32x4.extmul_high_i16x8_s(w1, q));
      }
      v128.store(to, s0); v128.store(to, s1, 16); v128.store(to, s2, 32); v128.store(to, s3, 48);
    }
    events = stop;
  }
}

@inline function addSparse<W>(acc: usize, p: usize, events: usize, end: usize): void {
  const weights = pointer(p, P_WEIGHTS);
  const starts = pointer(p, P_ROW_START);
  const targets = pointer(p, P_TARGETS);
  for (let e = events; e < end; e += 8) {
    const source = starts + <usize>load<u32>(e) * 4;
    const q = load<i32>(e, 4);
    let i = <usize>load<u32>(source);
    const stop = <usize>load<u32>(source, 4);
    for (; i + 4 <= stop; i += 4) {
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
    for (; i < stop; i++) {
      const a = acc + <usize>load<u16>(targets + i * 2) * 4;
      store<i32>(a, load<i32>(a) + <i32>load<W>(weights + i * sizeof<W>()) * q);
    }
  }
}

/** One addition with the accumulator's range, for words that i32 sums could leave, and for scattered rows. */
@inline function addOne(a: usize, product: i32, bits: i32, wrap: i32): void {
  const sum = <i64>load<i32>(a) + <i64>product;
  const most: i64 = (<i64>1 << (bits - 1)) - 1;
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
  overflows += <i64>i32x4.extract_lane(count, 0) + i32x4.extract_lane(count, 1) + i32x4.extract_lane(count, 2) + i32x4.extract_lane(count, 3);
}

function addExact(acc: usize, p: usize, events: usize, end: usize): void {
  const kind = field(p, P_KIND);
  if (kind == 0) addDense8(acc, p, events, end);
  else if (kind == 1) addDense16(acc, p, events, end);
  else if (kind == 2) addSparse<i8>(acc, p, events, end);
  else addSparse<i16>(acc, p, events, end);
}

function addStepwise(acc: usize, p: usize, events: usize, end: usize, bits: i32, wrap: i32): void {
  if (field(p, P_KIND) < 2) stepDense(acc, p, events, end, bits, wrap);
  else stepSparse(acc, p, events, end, bits, wrap);
}

function bound(p: usize, events: usize, end: usize): i64 {
  let sum: i64 = 0;
  for (let e = events; e < end; e += 8) sum += abs(load<i32>(e, 4));
  return sum * field(p, P_LARGEST);
}

/** All synaptic operations of a layer's step into its accumulators, which start from 0. */
function accumulate(net: usize, layer: usize, events: usize, end: usize): void {
  const acc = pointer(layer, L_ACC);
  const input = pointer(layer, L_INPUT);
  const recurrent = pointer(layer, L_RECURRENT);
  const last = pointer(layer, L_LAST);
  const lastEnd = last + pointer(layer, L_LAST_COUNT) * 8;
  memory.fill(acc, 0, pointer(input, P_ROWS) * 4);
  const bits = field(net, N_ACC_BITS);
  let exact = field(layer, L_SAFE) == 1;
  if (!exact) {
    let most = bound(input, events, end);
    if (recurrent) most += bound(recurrent, last, lastEnd);
    exact = most <= (<i64>1 << (bits - 1)) - 1;
  }
  if (exact) {
    addExact(acc, input, events, end);
    if (recurrent) addExact(acc, recurrent, last, lastEnd);
  } else {
    const wrap = field(net, N_WRAP);
    addStepwise(acc, input, events, end, bits, wrap);
    if (recurrent) addStepwise(acc, recurrent, last, lastEnd, bits, wrap);
  }
}

/** value / 2^shift, halves away from zero. */
@inline function shiftRound(value: i64, shift: i64): i64 {
  const sign = value >> 63;
  const size = (value ^ sign) - sign;
  const shifted = (size + ((<i64>1 << shift) >> 1)) >> shift;
  return (shifted ^ sign) - sign;
}

@inline function clampState(value: i64, most: i64): i64 {
  if (value > most) {
    saturations++;
    return most;
  }
  if (value < -most - 1) {
    saturations++;
    return -most - 1;
  }
  return value;
}

/** Updates every neuron of a layer; events go to `out`; returns the end of them. `inputs` only for the encoder, `scores` only for the readout. */
function update(net: usize, layer: usize, out: usize, inputs: usize, scores: usize): usize {
  const kind = field(layer, L_KIND);
  const neurons = pointer(layer, L_NEURONS);
  const acc = pointer(layer, L_ACC);
  const multiplier = pointer(layer, L_MULTIPLIER);
  const bias = pointer(layer, L_BIAS);
  const shift0 = <i64>field(layer, L_SHIFT0);
  if (kind == 3) {
    const most = <i64>field(net, N_SCORE_MOST);
    for (let n: usize = 0; n < neurons; n++) {
      const pre = shiftRound(<i64>load<i32>(acc + n * 4) * <i64>load<i32>(multiplier + n * 4) + load<i64>(bias + n * 8), shift0);
      store<i32>(scores + n * 4, <i32>clampState(pre, most));
    }
    return out;
  }
  const most = <i64>field(net, N_STATE_MOST);
  const gateBits = <i64>field(net, N_GATE_BITS);
  const table = pointer(net, N_TABLE);
  const entries: i64 = <i64>1 << field(net, N_TABLE_BITS);
  const shift1 = <i64>field(layer, L_SHIFT1);
  const hidden = pointer(layer, L_HIDDEN);
  const membrane = pointer(layer, L_MEMBRANE);
  const tau = pointer(layer, L_TAU);
  const qShift = field(layer, L_Q_SHIFT);
  const theta = field(layer, L_THETA);
  const limit = field(layer, L_LIMIT);
  const acc1 = acc + neurons * 4;
  const multiplier1 = multiplier + neurons * 4;
  const bias1 = bias + neurons * 8;
  for (let n: usize = 0; n < neurons; n++) {
    let drive: i64;
    if (kind == 2) {
      const preZ = shiftRound(<i64>load<i32>(acc + n * 4) * <i64>load<i32>(multiplier + n * 4) + load<i64>(bias + n * 8), shift0);
      const preC = shiftRound(<i64>load<i32>(acc1 + n * 4) * <i64>load<i32>(multiplier1 + n * 4) + load<i64>(bias1 + n * 8), shift1);
      const index = max<i64>(0, min<i64>(entries - 1, preZ + (entries >> 1)));
      const z = <i64>load<u16>(table + <usize>index * 2);
      const c = clampState(max<i64>(0, preC), most);
      drive = c + shiftRound(z * (<i64>load<i32>(hidden + n * 4) - c), gateBits);
      store<i32>(hidden + n * 4, <i32>drive);
    } else if (kind == 1) {
      const pre = shiftRound(<i64>load<i32>(acc + n * 4) * <i64>load<i32>(multiplier + n * 4) + load<i64>(bias + n * 8), shift0);
      const i = <i64>load<i32>(hidden + n * 4);
      drive = clampState(pre + (tau ? shiftRound(<i64>load<i32>(tau + n * 4) * i, gateBits) : i), most);
      store<i32>(hidden + n * 4, <i32>drive);
    } else {
      drive = <i64>load<i32>(inputs + n * 4);
    }
    let a = <i32>clampState(<i64>load<i32>(membrane + n * 4) + drive, most);
    const size = min(limit, abs(a) >> qShift);
    if (size > theta) {
      const q = a < 0 ? -size : size;
      a -= q << qShift;
      store<u32>(out, <u32>n);
      store<i32>(out, q, 4);
      out += 8;
    }
    store<i32>(membrane + n * 4, a);
  }
  return out;
}

/** Silences every layer: states to 0, no spikes of the step before. */
export function reset(net: usize): void {
  const layers = pointer(net, N_LAYERS);
  const count = pointer(net, N_COUNT);
  for (let l: usize = 0; l + 1 < count; l++) {
    const layer = layers + l * L_BYTES;
    const bytes = pointer(layer, L_NEURONS) * 4;
    memory.fill(pointer(layer, L_MEMBRANE), 0, bytes);
    if (l > 0) memory.fill(pointer(layer, L_HIDDEN), 0, bytes);
    store<i32>(layer, 0, L_LAST_COUNT);
  }
}

/**
 * Runs `steps` steps. inputs i32 [steps][inputs]; events out [..][2 i32]; starts u32 [steps * layers + 1]; scores i32 [steps][classes].
 * `events` must have room for every neuron in every step.
 */
export function run(net: usize, steps: i32, inputs: usize, events: usize, starts: usize, scores: usize): void {
  const layers = pointer(net, N_LAYERS);
  const count = pointer(net, N_COUNT);
  const first = events;
  store<u32>(starts, 0);
  starts += 4;
  for (let step = 0; step < steps; step++) {
    let from = events;
    for (let l: usize = 0; l < count; l++) {
      const layer = layers + l * L_BYTES;
      const end = events;
      if (l > 0) accumulate(net, layer, from, end);
      events = update(net, layer, end, inputs, scores);
      if (l > 0 && pointer(layer, L_RECURRENT)) {
        memory.copy(pointer(layer, L_LAST), end, events - end);
        store<i32>(layer, <i32>((events - end) >> 3), L_LAST_COUNT);
      }
      from = end;
      store<u32>(starts, <u32>((events - first) >> 3));
      starts += 4;
    }
    inputs += pointer(layers, L_NEURONS) * 4;
    scores += pointer(layers + (count - 1) * L_BYTES, L_NEURONS) * 4;
  }
}
