/**
 * Neuron updates of integer networks: requantise accumulators, step h or i and the membrane, emit events. Four neurons a SIMD step, the
 * rest one by one with the same arithmetic. Pre-activations are cut to 31 bits before the state's own range, which changes nothing.
 */
import { field, pointer } from "./row-additions.as";

// Layer descriptor, in i32.
export const L_KIND: usize = 0; // 0 encoder, 1 lif, 2 rec, 3 readout
export const L_NEURONS: usize = 4;
export const L_ACC: usize = 8; // i32 [rows]
export const L_INPUT: usize = 12; // projection
export const L_RECURRENT: usize = 16; // projection or 0
export const L_MULTIPLIER: usize = 20; // i32 [rows]
export const L_BIAS: usize = 24; // i64 [rows]
export const L_SHIFT0: usize = 28;
export const L_SHIFT1: usize = 32;
export const L_Q_SHIFT: usize = 36;
export const L_THETA: usize = 40;
export const L_LIMIT: usize = 44;
export const L_HIDDEN: usize = 48; // i32 [neurons]
export const L_MEMBRANE: usize = 52; // i32 [neurons]
export const L_TAU: usize = 56; // i32 [neurons] or 0
export const L_LAST: usize = 60; // events of the step before
export const L_LAST_COUNT: usize = 64;
export const L_SAFE: usize = 68; // 1: no input at all can leave the accumulator's range
export const L_BYTES: usize = 96;

// Network descriptor, in i32.
export const N_LAYERS: usize = 0; // layers, encoder first, readout last
export const N_COUNT: usize = 4;
export const N_ACC_BITS: usize = 8;
export const N_WRAP: usize = 12;
export const N_STATE_MOST: usize = 16;
export const N_GATE_BITS: usize = 20;
export const N_TABLE: usize = 24; // u16 [2^lutBits]
export const N_TABLE_BITS: usize = 28;
export const N_SCORE_MOST: usize = 32;
export const N_LEAK_SHIFT: usize = 36; // 1: tau holds shifts

let saturations: i64 = 0;

/** State words clamped since the last call. */
export function takeSaturations(): f64 {
  const n = saturations;
  saturations = 0;
  return <f64>n;
}

/** value / 2^shift, halves away from zero. */
@inline export function shiftRound(value: i64, shift: i64): i64 {
  const sign = value >> 63;
  const size = (value ^ sign) - sign;
  const shifted = (size + ((<i64>1 << shift) >> 1)) >> shift;
  return (shifted ^ sign) - sign;
}

@inline function shiftRound2(value: v128, shift: i32, half: v128): v128 {
  const sign = i64x2.shr_s(value, 63);
  const size = i64x2.sub(v128.xor(value, sign), sign);
  const shifted = i64x2.shr_u(i64x2.add(size, half), shift);
  return i64x2.sub(v128.xor(shifted, sign), sign);
}

const FAR: i64 = 0x3fffffff;

/** Two pairs of 64-bit numbers to four of 32 bits, cut to +-(2^30 - 1). */
@inline function narrow(low: v128, high: v128): v128 {
  const most = i64x2.splat(FAR);
  const least = i64x2.splat(-FAR);
  let a = v128.bitselect(most, low, i64x2.gt_s(low, most));
  let b = v128.bitselect(most, high, i64x2.gt_s(high, most));
  a = v128.bitselect(least, a, i64x2.lt_s(a, least));
  b = v128.bitselect(least, b, i64x2.lt_s(b, least));
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

@inline function requantise(acc: usize, multiplier: usize, bias: usize, n: usize, shift: i32, half: v128): v128 {
  const sums = v128.load(acc + n * 4);
  const factors = v128.load(multiplier + n * 4);
  const low = i64x2.add(i64x2.extmul_low_i32x4_s(sums, factors), v128.load(bias + n * 8));
  const high = i64x2.add(i64x2.extmul_high_i32x4_s(sums, factors), v128.load(bias + n * 8, 16));
  return narrow(shiftRound2(low, shift, half), shiftRound2(high, shift, half));
}

/** a b / 2^shift of four pairs. */
@inline function product(a: v128, b: v128, shift: i32, half: v128): v128 {
  return narrow(shiftRound2(i64x2.extmul_low_i32x4_s(a, b), shift, half), shiftRound2(i64x2.extmul_high_i32x4_s(a, b), shift, half));
}

@inline function halfOf(shift: i64): v128 {
  return i64x2.splat((<i64>1 << shift) >> 1);
}

@inline export function requantiseOne(acc: usize, multiplier: usize, bias: usize, n: usize, shift: i64): i64 {
  return shiftRound(<i64>load<i32>(acc + n * 4) * <i64>load<i32>(multiplier + n * 4) + load<i64>(bias + n * 8), shift);
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
  const shift = <i64>field(layer, L_SHIFT0);
  for (let n: usize = 0; n < neurons; n++) {
    store<i32>(scores + n * 4, <i32>clampState(requantiseOne(acc, multiplier, bias, n, shift), most));
  }
}

/** h' = c + (z (h - c) >> gateBits) of every neuron, z by table, c = relu. */
function stepGated(net: usize, layer: usize): void {
  const neurons = pointer(layer, L_NEURONS);
  const acc = pointer(layer, L_ACC);
  const multiplier = pointer(layer, L_MULTIPLIER);
  const bias = pointer(layer, L_BIAS);
  const hidden = pointer(layer, L_HIDDEN);
  const table = pointer(net, N_TABLE);
  const entries = 1 << field(net, N_TABLE_BITS);
  const most = field(net, N_STATE_MOST);
  const gateBits = field(net, N_GATE_BITS);
  const shift0 = field(layer, L_SHIFT0), shift1 = field(layer, L_SHIFT1);
  const half0 = halfOf(shift0), half1 = halfOf(shift1), halfGate = halfOf(gateBits);
  const acc1 = acc + neurons * 4, multiplier1 = multiplier + neurons * 4, bias1 = bias + neurons * 8;
  const zero = i32x4.splat(0), middle = i32x4.splat(entries >> 1), last = i32x4.splat(entries - 1), mosts = i32x4.splat(most);
  let clamped = zero;
  let n: usize = 0;
  for (; n + 4 <= neurons; n += 4) {
    const index = i32x4.max_s(zero, i32x4.min_s(last, i32x4.add(requantise(acc, multiplier, bias, n, shift0, half0), middle)));
    let z = i32x4.splat(<i32>load<u16>(table + (<usize>i32x4.extract_lane(index, 0) << 1)));
    z = i32x4.replace_lane(z, 1, <i32>load<u16>(table + (<usize>i32x4.extract_lane(index, 1) << 1)));
    z = i32x4.replace_lane(z, 2, <i32>load<u16>(table + (<usize>i32x4.extract_lane(index, 2) << 1)));
    z = i32x4.replace_lane(z, 3, <i32>load<u16>(table + (<usize>i32x4.extract_lane(index, 3) << 1)));
    const pre = requantise(acc1, multiplier1, bias1, n, shift1, half1);
    clamped = i32x4.sub(clamped, i32x4.gt_s(pre, mosts));
    const c = i32x4.max_s(zero, i32x4.min_s(pre, mosts));
    const h = v128.load(hidden + n * 4);
    v128.store(hidden + n * 4, i32x4.add(c, product(z, i32x4.sub(h, c), gateBits, halfGate)));
  }
  saturations += laneSum(clamped);
  for (; n < neurons; n++) {
    const index = max<i64>(0, min<i64>(entries - 1, requantiseOne(acc, multiplier, bias, n, shift0) + (entries >> 1)));
    const z = <i64>load<u16>(table + <usize>index * 2);
    const c = clampState(max<i64>(0, requantiseOne(acc1, multiplier1, bias1, n, shift1)), most);
    store<i32>(hidden + n * 4, <i32>(c + shiftRound(z * (<i64>load<i32>(hidden + n * 4) - c), gateBits)));
  }
}

/** i' = pre + (tau i >> gateBits) of every neuron, or pre + i - (i >> tau): lanes have no shifts of their own, so those go one by one. */
function stepCurrent(net: usize, layer: usize): void {
  const neurons = pointer(layer, L_NEURONS);
  const acc = pointer(layer, L_ACC);
  const multiplier = pointer(layer, L_MULTIPLIER);
  const bias = pointer(layer, L_BIAS);
  const hidden = pointer(layer, L_HIDDEN);
  const tau = pointer(layer, L_TAU);
  const most = field(net, N_STATE_MOST);
  const gateBits = field(net, N_GATE_BITS);
  const byShift = tau != 0 && field(net, N_LEAK_SHIFT) == 1;
  const shift = field(layer, L_SHIFT0);
  const half = halfOf(shift), halfGate = halfOf(gateBits);
  const mosts = i32x4.splat(most), least = i32x4.splat(-most - 1);
  let clamped = i32x4.splat(0);
  let n: usize = 0;
  for (; n + 4 <= neurons && !byShift; n += 4) {
    let i = v128.load(hidden + n * 4);
    if (tau) i = product(v128.load(tau + n * 4), i, gateBits, halfGate);
    const next = i32x4.add(requantise(acc, multiplier, bias, n, shift, half), i);
    const kept = i32x4.max_s(least, i32x4.min_s(next, mosts));
    clamped = i32x4.sub(clamped, i32x4.ne(next, kept));
    v128.store(hidden + n * 4, kept);
  }
  saturations += laneSum(clamped);
  for (; n < neurons; n++) {
    const i = <i64>load<i32>(hidden + n * 4);
    let kept = i;
    if (byShift) kept = leakByShift(i, load<i32>(tau + n * 4));
    else if (tau) kept = shiftRound(<i64>load<i32>(tau + n * 4) * i, gateBits);
    store<i32>(hidden + n * 4, <i32>clampState(requantiseOne(acc, multiplier, bias, n, shift) + kept, most));
  }
}

/** Adds `drive` to every membrane and emits its spike; an event is always written and only kept where the neuron fires. */
function fire(net: usize, layer: usize, drive: usize, out: usize): usize {
  const neurons = pointer(layer, L_NEURONS);
  const membrane = pointer(layer, L_MEMBRANE);
  const most = field(net, N_STATE_MOST);
  const qShift = field(layer, L_Q_SHIFT);
  const theta = field(layer, L_THETA), limit = field(layer, L_LIMIT);
  const mosts = i32x4.splat(most), least = i32x4.splat(-most - 1);
  const thetas = i32x4.splat(theta), limits = i32x4.splat(limit);
  let clamped = i32x4.splat(0);
  let n: usize = 0;
  for (; n + 4 <= neurons; n += 4) {
    const sum = i32x4.add(v128.load(membrane + n * 4), v128.load(drive + n * 4));
    const a = i32x4.max_s(least, i32x4.min_s(sum, mosts));
    clamped = i32x4.sub(clamped, i32x4.ne(sum, a));
    const sign = i32x4.shr_s(a, 31);
    const size = i32x4.min_s(limits, i32x4.shr_s(i32x4.abs(a), qShift));
    const fires = i32x4.gt_s(size, thetas);
    const q = v128.and(i32x4.sub(v128.xor(size, sign), sign), fires);
    v128.store(membrane + n * 4, i32x4.sub(a, i32x4.shl(q, qShift)));
    const mask = i32x4.bitmask(fires);
    store<u32>(out, <u32>n);
    store<i32>(out, i32x4.extract_lane(q, 0), 4);
    out += (mask & 1) << 3;
    store<u32>(out, <u32>n + 1);
    store<i32>(out, i32x4.extract_lane(q, 1), 4);
    out += ((mask >> 1) & 1) << 3;
    store<u32>(out, <u32>n + 2);
    store<i32>(out, i32x4.extract_lane(q, 2), 4);
    out += ((mask >> 2) & 1) << 3;
    store<u32>(out, <u32>n + 3);
    store<i32>(out, i32x4.extract_lane(q, 3), 4);
    out += (mask >> 3) << 3;
  }
  saturations += laneSum(clamped);
  for (; n < neurons; n++) {
    let a = <i32>clampState(<i64>load<i32>(membrane + n * 4) + load<i32>(drive + n * 4), most);
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

/** Updates a layer; events go to `out`; returns the end of them. `inputs` only for the encoder, `scores` only for the readout. */
export function update(net: usize, layer: usize, out: usize, inputs: usize, scores: usize): usize {
  const kind = field(layer, L_KIND);
  if (kind == 3) {
    score(net, layer, scores);
    return out;
  }
  if (kind == 0) return fire(net, layer, inputs, out);
  if (kind == 1) stepCurrent(net, layer);
  else stepGated(net, layer);
  return fire(net, layer, pointer(layer, L_HIDDEN), out);
}
