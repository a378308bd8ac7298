/**
 * Neuron updates of integer networks: requantise accumulators, step h or i and the membrane, emit events. Four neurons a SIMD step, the
 * rest one by one with the same arithmetic. Pre-activations are cut to 31 bits before the state's own range, which changes nothing.
 * Products run in float64, where they are exact: |acc * multiplier| + |bias| < 2^52, and a power of two in a factor costs no bit.
 */
import { field, pointer } from "./row-additions.as";

/**
 * Writes (neuron, payload) pairs of the lanes that fire, in order, to `out`; returns where the next pair goes.
 * `front`: for each mask of lanes, their bytes brought to the front.
 */
@inline
function written(out: usize, fires: v128, index: v128, payload: v128, front: usize): usize {
  const mask = i32x4.bitmask(fires);
  const places = v128.load(front + (<usize>mask << 4));
  const who = i8x16.swizzle(index, places), what = i8x16.swizzle(payload, places);
  v128.store(out, v128.shuffle<i32>(who, what, 0, 4, 1, 5));
  v128.store(out, v128.shuffle<i32>(who, what, 2, 6, 3, 7), 16);
  return out + (<usize>popcnt(mask) << 3);
}

// Layer descriptor, in i32.
export const L_KIND: usize = 0; // 0 encoder, 1 readout, then `kind` of arch/cells: 2 lif, 3 rec, 4 alif
export const L_NEURONS: usize = 4;
export const L_ACC: usize = 8; // i32 [rows]
export const L_INPUT: usize = 12; // projection
export const L_RECURRENT: usize = 16; // projection or 0
export const L_MULTIPLIER: usize = 20; // f64 [rows], times 2^-shift
export const L_BIAS: usize = 24; // f64 [rows], times 2^-shift
export const L_MOVED: usize = 28; // f64: changes of membranes; every membrane in an utterance's first step
export const L_FRESH: usize = 32; // 1 before an utterance's first step
export const L_Q_SHIFT: usize = 36;
export const L_THETA: usize = 40;
export const L_LIMIT: usize = 44;
export const L_HIDDEN: usize = 48; // i32 [neurons]
export const L_MEMBRANE: usize = 52; // i32 [neurons]
export const L_LAST: usize = 60; // events of the step before
export const L_LAST_COUNT: usize = 64;
export const L_SAFE: usize = 68; // 1: no input at all can leave the accumulator's range
export const L_SHIFT0: usize = 72; // of requantisation: grid of its sums
export const L_SHIFT1: usize = 76;
export const L_STATE_MOST: usize = 80;
export const L_TABLE: usize = 84; // u16 [2^lutBits]
export const L_TABLE_BITS: usize = 88;
export const L_PARAMETER: usize = 96; // 4 of them: i32 [neurons] or 0, in the order of the cell's `perNeuron`
export const L_BYTES: usize = 112;

// Network descriptor, in i32.
export const N_LAYERS: usize = 0; // layers, encoder first, readout last
export const N_COUNT: usize = 4;
export const N_ACC_BITS: usize = 8;
export const N_WRAP: usize = 12;
export const N_GATE_BITS: usize = 16;
export const N_SCORE_MOST: usize = 20;
export const N_LEAK_SHIFT: usize = 24; // 1: tau holds shifts
export const N_FRONT: usize = 28; // u8 [16][16]: byte places that bring the lanes of a mask to the front

let saturations: i64 = 0;

/** State words clamped since the last call. */
export function takeSaturations(): f64 {
  const n = saturations;
  saturations = 0;
  return <f64>n;
}

/** For state words that a kernel clamps itself. */
export function countSaturations(count: i64): void {
  saturations += count;
}

/** Nearest integer, halves away from zero. */
@inline function nearest(x: f64): i64 {
  return <i64>trunc(x + copysign(0.5, x));
}

const SIGNS = f64x2.splat(-0.0);
/** Added to a number below 2^51 it leaves the nearest integer in the low bits, a tie to the even one. */
const ROUNDS = f64x2.splat(6755399441055744.0);
const FAR = f64x2.splat(1073741823.0);
const NEAR = f64x2.splat(-1073741823.0);

/**
 * Nearest integers of two pairs as i32, halves away from zero, cut to +-(2^30 - 1). `tie` is half the grid that the numbers lie on (0 for
 * integers): moved outwards by it, a half is no tie any more, and no other number changes its nearest.
 */
@inline function nearest4(low: v128, high: v128, tie: v128): v128 {
  const a = f64x2.add(low, v128.or(v128.and(low, SIGNS), tie));
  const b = f64x2.add(high, v128.or(v128.and(high, SIGNS), tie));
  const x = f64x2.add(ROUNDS, f64x2.pmax(NEAR, f64x2.pmin(FAR, a)));
  const y = f64x2.add(ROUNDS, f64x2.pmax(NEAR, f64x2.pmin(FAR, b)));
  return v128.shuffle<i32>(x, y, 0, 2, 4, 6);
}

@inline function highHalf(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 2, 3, 2, 3);
}

@inline function requantise(acc: usize, multiplier: usize, bias: usize, n: usize, tie: v128): v128 {
  const sums = v128.load(acc + n * 4);
  const low = f64x2.mul(f64x2.convert_low_i32x4_s(sums), v128.load(multiplier + n * 8));
  const high = f64x2.mul(f64x2.convert_low_i32x4_s(highHalf(sums)), v128.load(multiplier + n * 8, 16));
  return nearest4(f64x2.add(low, v128.load(bias + n * 8)), f64x2.add(high, v128.load(bias + n * 8, 16)), tie);
}

@inline export function requantiseOne(acc: usize, multiplier: usize, bias: usize, n: usize): i64 {
  return nearest(<f64>load<i32>(acc + n * 4) * load<f64>(multiplier + n * 8) + load<f64>(bias + n * 8));
}

/** a b / 2^shift, halves away from zero. */
@inline export function shiftedProduct(a: i64, b: i64, unit: f64): i64 {
  return nearest(<f64>(a * b) * unit);
}

/** The same of four pairs; `unit` is 2^-shift. `narrow`: the products fit 31 bits, which is faster. */
@inline function products(a: v128, b: v128, narrow: bool, shift: i32, unit: v128): v128 {
  if (narrow) {
    const value = i32x4.mul(a, b);
    const sign = i32x4.shr_s(value, 31);
    const size = i32x4.shr_u(i32x4.add(i32x4.abs(value), i32x4.splat((1 << shift) >> 1)), shift);
    return i32x4.sub(v128.xor(size, sign), sign);
  }
  const low = f64x2.mul(f64x2.convert_low_i32x4_s(a), f64x2.convert_low_i32x4_s(b));
  const high = f64x2.mul(f64x2.convert_low_i32x4_s(highHalf(a)), f64x2.convert_low_i32x4_s(highHalf(b)));
  return nearest4(f64x2.mul(low, unit), f64x2.mul(high, unit), f64x2.mul(unit, f64x2.splat(0.5)));
}

/** Factor of 2^-gateBits and state word: their product, and half a unit, within 31 bits. */
@inline function fitsNarrow(gateBits: i32, most: i32): bool {
  return (<i64>1 << gateBits) * (<i64>most + 1) + ((<i64>1 << gateBits) >> 1) <= 0x7fffffff;
}

/** Half of 2^-shift; 0 for whole numbers. */
@inline function tieOf(shift: i32): v128 {
  return f64x2.splat(shift == 0 ? 0.0 : 0.5 * unitOf(shift));
}

@inline function unitOf(shift: i32): f64 {
  return 1.0 / <f64>(<i64>1 << shift);
}

/** value without its share 2^-shift, which is cut toward zero. */
@inline export function leakByShift(value: i64, shift: i64): i64 {
  const sign = value >> 63;
  const size = (value ^ sign) - sign;
  return value - (((size >> shift) ^ sign) - sign);
}

@inline export function clampState(value: i64, most: i64): i64 {
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

@inline function laneSum(x: v128): i64 {
  return <i64>i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3);
}

/** Frame scores of the readout. */
function score(net: usize, layer: usize, scores: usize): void {
  const neurons = pointer(layer, L_NEURONS);
  const most = <i64>field(net, N_SCORE_MOST);
  const acc = pointer(layer, L_ACC);
  const multiplier = pointer(layer, L_MULTIPLIER);
  const bias = pointer(layer, L_BIAS);
  for (let n: usize = 0; n < neurons; n++) {
    store<i32>(scores + n * 4, <i32>clampState(requantiseOne(acc, multiplier, bias, n), most));
  }
}

/** h' = c + (z (h - c) >> gateBits) of every neuron, z by table, c = relu. */
function stepGated(net: usize, layer: usize): void {
  const neurons = pointer(layer, L_NEURONS);
  const acc = pointer(layer, L_ACC);
  const multiplier = pointer(layer, L_MULTIPLIER);
  const bias = pointer(layer, L_BIAS);
  const hidden = pointer(layer, L_HIDDEN);
  const table = pointer(layer, L_TABLE);
  const entries = 1 << field(layer, L_TABLE_BITS);
  const most = field(layer, L_STATE_MOST);
  const gateBits = field(net, N_GATE_BITS);
  const narrow = fitsNarrow(gateBits, most);
  const unit = unitOf(gateBits), units = f64x2.splat(unit);
  const tie0 = tieOf(field(layer, L_SHIFT0)), tie1 = tieOf(field(layer, L_SHIFT1));
  const acc1 = acc + neurons * 4, multiplier1 = multiplier + neurons * 8, bias1 = bias + neurons * 8;
  const zero = i32x4.splat(0), middle = i32x4.splat(entries >> 1), last = i32x4.splat(entries - 1), mosts = i32x4.splat(most);
  let clamped = zero;
  let n: usize = 0;
  for (; n + 4 <= neurons; n += 4) {
    const index = i32x4.max_s(zero, i32x4.min_s(last, i32x4.add(requantise(acc, multiplier, bias, n, tie0), middle)));
    let z = v128.load16_lane(table + (<usize>i32x4.extract_lane(index, 0) << 1), zero, 0);
    z = v128.load16_lane(table + (<usize>i32x4.extract_lane(index, 1) << 1), z, 2);
    z = v128.load16_lane(table + (<usize>i32x4.extract_lane(index, 2) << 1), z, 4);
    z = v128.load16_lane(table + (<usize>i32x4.extract_lane(index, 3) << 1), z, 6);
    const pre = requantise(acc1, multiplier1, bias1, n, tie1);
    clamped = i32x4.sub(clamped, i32x4.gt_s(pre, mosts));
    const c = i32x4.max_s(zero, i32x4.min_s(pre, mosts));
    const h = v128.load(hidden + n * 4);
    v128.store(hidden + n * 4, i32x4.add(c, products(z, i32x4.sub(h, c), narrow, gateBits, units)));
  }
  saturations += laneSum(clamped);
  for (; n < neurons; n++) {
    const index = max<i64>(0, min<i64>(entries - 1, requantiseOne(acc, multiplier, bias, n) + (entries >> 1)));
    const z = <i64>load<u16>(table + <usize>index * 2);
    const c = clampState(max<i64>(0, requantiseOne(acc1, multiplier1, bias1, n)), most);
    store<i32>(hidden + n * 4, <i32>(c + shiftedProduct(z, <i64>load<i32>(hidden + n * 4) - c, unit)));
  }
}

/** i' = pre + (tau i >> gateBits) of every neuron, or pre + i - (i >> tau): lanes have no shifts of their own, so those go one by one. */
function stepCurrent(net: usize, layer: usize): void {
  const neurons = pointer(layer, L_NEURONS);
  const acc = pointer(layer, L_ACC);
  const multiplier = pointer(layer, L_MULTIPLIER);
  const bias = pointer(layer, L_BIAS);
  const hidden = pointer(layer, L_HIDDEN);
  const tau = pointer(layer, L_PARAMETER);
  const most = field(layer, L_STATE_MOST);
  const gateBits = field(net, N_GATE_BITS);
  const byShift = tau != 0 && field(net, N_LEAK_SHIFT) == 1;
  const narrow = fitsNarrow(gateBits, most);
  const unit = unitOf(gateBits), units = f64x2.splat(unit);
  const tie = tieOf(field(layer, L_SHIFT0));
  const mosts = i32x4.splat(most), least = i32x4.splat(-most - 1);
  let clamped = i32x4.splat(0);
  let n: usize = 0;
  for (; n + 4 <= neurons && !byShift; n += 4) {
    let i = v128.load(hidden + n * 4);
    if (tau) i = products(v128.load(tau + n * 4), i, narrow, gateBits, units);
    const next = i32x4.add(requantise(acc, multiplier, bias, n, tie), i);
    const kept = i32x4.max_s(least, i32x4.min_s(next, mosts));
    clamped = i32x4.sub(clamped, i32x4.ne(next, kept));
    v128.store(hidden + n * 4, kept);
  }
  saturations += laneSum(clamped);
  for (; n < neurons; n++) {
    const i = <i64>load<i32>(hidden + n * 4);
    let kept = i;
    if (byShift) kept = leakByShift(i, load<i32>(tau + n * 4));
    else if (tau) kept = shiftedProduct(load<i32>(tau + n * 4), i, unit);
    store<i32>(hidden + n * 4, <i32>clampState(requantiseOne(acc, multiplier, bias, n) + kept, most));
  }
}

/**
 * Adds `drive` to every membrane and emits its spike: four events are always written, and only those of neurons that fire, which come first,
 * are kept. Counts the membranes that changed.
 */
function fire(net: usize, layer: usize, drive: usize, out: usize): usize {
  const neurons = pointer(layer, L_NEURONS);
  const membrane = pointer(layer, L_MEMBRANE);
  const front = pointer(net, N_FRONT);
  const most = field(layer, L_STATE_MOST);
  const qShift = field(layer, L_Q_SHIFT);
  const theta = field(layer, L_THETA), limit = field(layer, L_LIMIT);
  const mosts = i32x4.splat(most), least = i32x4.splat(-most - 1);
  const thetas = i32x4.splat(theta), limits = i32x4.splat(limit);
  let clamped = i32x4.splat(0);
  let moved = i32x4.splat(0);
  let index = i32x4(0, 1, 2, 3);
  let n: usize = 0;
  for (; n + 4 <= neurons; n += 4) {
    const before = v128.load(membrane + n * 4);
    const sum = i32x4.add(before, v128.load(drive + n * 4));
    const a = i32x4.max_s(least, i32x4.min_s(sum, mosts));
    clamped = i32x4.sub(clamped, i32x4.ne(sum, a));
    const sign = i32x4.shr_s(a, 31);
    const size = i32x4.min_s(limits, i32x4.shr_s(i32x4.abs(a), qShift));
    const fires = i32x4.gt_s(size, thetas);
    const q = v128.and(i32x4.sub(v128.xor(size, sign), sign), fires);
    const after = i32x4.sub(a, i32x4.shl(q, qShift));
    moved = i32x4.sub(moved, i32x4.ne(before, after));
    v128.store(membrane + n * 4, after);
    out = written(out, fires, index, q, front);
    index = i32x4.add(index, i32x4.splat(4));
  }
  saturations += laneSum(clamped);
  let changes = laneSum(moved);
  for (; n < neurons; n++) {
    const before = load<i32>(membrane + n * 4);
    let a = <i32>clampState(<i64>before + load<i32>(drive + n * 4), most);
    const size = min(limit, abs(a) >> qShift);
    if (size > theta) {
      const q = a < 0 ? -size : size;
      a -= q << qShift;
      store<u32>(out, <u32>n);
      store<i32>(out, q, 4);
      out += 8;
    }
    if (a != before) changes++;
    store<i32>(membrane + n * 4, a);
  }
  countMoved(layer, changes);
  return out;
}

/** Counts `changes` of membranes; in an utterance's first step every neuron's. */
function countMoved(layer: usize, changes: i64): void {
  const count = pointer(layer, L_MOVED);
  if (field(layer, L_FRESH)) changes = <i64>field(layer, L_NEURONS);
  store<i32>(layer, 0, L_FRESH);
  store<f64>(count, load<f64>(count) + <f64>changes);
}

/**
 * alif: a = leaked a + pre, a spike of what exceeds b, a -= q << shift, b = leaked b + jump |q| of every neuron. Leaks by shifts go one by one.
 * Events are written as in `fire`.
 */
function fireAdaptive(net: usize, layer: usize, out: usize): usize {
  const neurons = pointer(layer, L_NEURONS);
  const acc = pointer(layer, L_ACC), multiplier = pointer(layer, L_MULTIPLIER), bias = pointer(layer, L_BIAS);
  const membrane = pointer(layer, L_MEMBRANE), adaptation = pointer(layer, L_HIDDEN);
  const tau = pointer(layer, L_PARAMETER), rho = pointer(layer, L_PARAMETER + 4), jump = pointer(layer, L_PARAMETER + 8);
  const front = pointer(net, N_FRONT);
  const most = field(layer, L_STATE_MOST), gateBits = field(net, N_GATE_BITS);
  const qShift = field(layer, L_Q_SHIFT), theta = field(layer, L_THETA), limit = field(layer, L_LIMIT);
  const byShift = field(net, N_LEAK_SHIFT) == 1 && (tau != 0 || rho != 0);
  const narrow = fitsNarrow(gateBits, most);
  const unit = unitOf(gateBits), units = f64x2.splat(unit), tie = tieOf(field(layer, L_SHIFT0));
  const mosts = i32x4.splat(most), least = i32x4.splat(-most - 1), zero = i32x4.splat(0);
  const thetas = i32x4.splat(theta), limits = i32x4.splat(limit);
  let clamped = zero, moved = zero, index = i32x4(0, 1, 2, 3);
  let n: usize = 0;
  for (; n + 4 <= neurons && !byShift; n += 4) {
    const before = v128.load(membrane + n * 4);
    let b = v128.load(adaptation + n * 4);
    const left = tau ? products(v128.load(tau + n * 4), before, narrow, gateBits, units) : before;
    const sum = i32x4.add(requantise(acc, multiplier, bias, n, tie), left);
    const a = i32x4.max_s(least, i32x4.min_s(sum, mosts));
    clamped = i32x4.sub(clamped, i32x4.ne(sum, a));
    const sign = i32x4.shr_s(a, 31);
    const size = i32x4.min_s(limits, i32x4.shr_s(i32x4.max_s(zero, i32x4.sub(i32x4.abs(a), b)), qShift));
    const fires = i32x4.gt_s(size, thetas);
    const sent = v128.and(size, fires);
    const q = i32x4.sub(v128.xor(sent, sign), sign);
    const after = i32x4.sub(a, i32x4.shl(q, qShift));
    moved = i32x4.sub(moved, i32x4.ne(before, after));
    v128.store(membrane + n * 4, after);
    if (rho) b = products(v128.load(rho + n * 4), b, narrow, gateBits, units);
    if (jump) b = i32x4.add(b, i32x4.mul(v128.load(jump + n * 4), sent));
    const kept = i32x4.max_s(least, i32x4.min_s(b, mosts));
    clamped = i32x4.sub(clamped, i32x4.ne(b, kept));
    v128.store(adaptation + n * 4, kept);
    out = written(out, fires, index, q, front);
    index = i32x4.add(index, i32x4.splat(4));
  }
  saturations += laneSum(clamped);
  let changes = laneSum(moved);
  for (; n < neurons; n++) {
    const before = load<i32>(membrane + n * 4), b = load<i32>(adaptation + n * 4);
    let a = <i32>clampState(requantiseOne(acc, multiplier, bias, n) + leaked(tau, n, before, byShift, unit), most);
    const size = min(limit, max(0, abs(a) - b) >> qShift);
    const sent = size > theta ? size : 0;
    if (sent > 0) {
      const q = a < 0 ? -sent : sent;
      a -= q << qShift;
      store<u32>(out, <u32>n);
      store<i32>(out, q, 4);
      out += 8;
    }
    if (a != before) changes++;
    store<i32>(membrane + n * 4, a);
    const raise = jump ? <i64>load<i32>(jump + n * 4) * sent : 0;
    store<i32>(adaptation + n * 4, <i32>clampState(leaked(rho, n, b, byShift, unit) + raise, most));
  }
  countMoved(layer, changes);
  return out;
}

/** What a leak of `rates` (0: none) leaves of neuron n's `value`. */
@inline function leaked(rates: usize, n: usize, value: i64, byShift: bool, unit: f64): i64 {
  if (!rates) return value;
  const rate = <i64>load<i32>(rates + n * 4);
  return byShift ? leakByShift(value, rate) : shiftedProduct(rate, value, unit);
}

/** Updates a layer; events go to `out`; returns the end of them. `inputs` only for the encoder, `scores` only for the readout. */
export function update(net: usize, layer: usize, out: usize, inputs: usize, scores: usize): usize {
  const kind = field(layer, L_KIND);
  if (kind == 1) {
    score(net, layer, scores);
    return out;
  }
  if (kind == 0) return fire(net, layer, inputs, out);
  if (kind == 4) return fireAdaptive(net, layer, out);
  if (kind == 2) stepCurrent(net, layer);
  else stepGated(net, layer);
  return fire(net, layer, pointer(layer, L_HIDDEN), out);
}
