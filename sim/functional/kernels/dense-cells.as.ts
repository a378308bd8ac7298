/**
 * gru and lstm in integers: row additions over 8-bit activations, then the cells two neurons a SIMD step in float64 lanes, which hold every
 * value of `dense-cells.ts` as that file's numbers do, so that both round alike. Memory is the caller's (see dense-engine.ts).
 * Accumulators lie gate after gate, [gates][neurons]: gru n's input sum, r, z, n's recurrent sum; lstm i, f, g, o. Neurons are even in number.
 */
import { clampState, countSaturations, requantiseOne } from "./neuron-update.part.as";
import { addExact, addStepwise, bound, field, pointer } from "./row-additions.as";

export { unpack } from "./event-list.part.as";
export { takeSaturations } from "./neuron-update.part.as";
export { takeOverflows } from "./row-additions.as";

// Layer descriptor, in i32.
const L_NEURONS: usize = 0; // rounded up to even
const L_ACC: usize = 4; // i32 [gates][neurons]
const L_ACC_BYTES: usize = 8;
const L_INPUT: usize = 12; // projection
const L_RECURRENT: usize = 16; // projection
const L_RECURRENT_ACC: usize = 20; // accumulator of its first row
const L_MULTIPLIER: usize = 24; // f64 [gates][neurons], times 2^-shift
const L_BIAS: usize = 28; // f64 [gates][neurons], times 2^-shift
const L_STATE: usize = 32; // f64 [neurons]: h (gru) or c (lstm)
const L_LAST: usize = 36; // events of the step before
const L_LAST_COUNT: usize = 40;
const L_SAFE: usize = 44; // 1: no input at all can leave the accumulator's range
const L_SCALES: usize = 48; // f64 [5], powers of two; see `gru` and `lstm`
const L_STATE_MOST: usize = 52;
const L_SIGMOID: usize = 56; // u16 [2^lutBits]
const L_TANH: usize = 60; // i16 [2^lutBits]
const L_TABLE_HALF: usize = 64; // 2^(lutBits - 1)
const L_BYTES: usize = 68;

// Network descriptor, in i32.
const N_LAYERS: usize = 0;
const N_COUNT: usize = 4; // layers, without encoder and readout
const N_INPUTS: usize = 8;
const N_CLASSES: usize = 12;
const N_LSTM: usize = 16; // 1: lstm, 0: gru
const N_ACC_BITS: usize = 20;
const N_WRAP: usize = 24;
const N_LIMIT: usize = 28; // of features and activations
const N_READOUT: usize = 32; // projection
const N_READOUT_ACC: usize = 36; // i32 [classes]
const N_READOUT_ACC_BYTES: usize = 40;
const N_READOUT_MULTIPLIER: usize = 44; // f64 [classes]
const N_READOUT_BIAS: usize = 48; // f64 [classes]
const N_READOUT_SAFE: usize = 52;
const N_SCORE_MOST: usize = 56;

const SIGNS = f64x2.splat(-0.0);
const HALF = f64x2.splat(0.5);

/** Nearest integers, halves away from zero, of any size. */
@inline
function nearest2(x: v128): v128 {
  return f64x2.trunc(f64x2.add(x, v128.or(v128.and(x, SIGNS), HALF)));
}

/** Requantised sums of two neurons; `row` counts f64 words of all gates. */
@inline
function pre(layer: usize, row: usize): v128 {
  const sums = f64x2.convert_low_i32x4_s(v128.load64_zero(pointer(layer, L_ACC) + (row << 2)));
  const scaled = f64x2.mul(sums, v128.load(pointer(layer, L_MULTIPLIER) + (row << 3)));
  return nearest2(f64x2.add(scaled, v128.load(pointer(layer, L_BIAS) + (row << 3))));
}

/** Table places of two signed indices around the table's middle; the ends hold beyond. */
@inline
function places(index: v128, half: f64): v128 {
  const low = f64x2.splat(-half),
    high = f64x2.splat(half - 1);
  const kept = f64x2.pmax(low, f64x2.pmin(high, index));
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(kept, f64x2.splat(half)));
}

@inline
function sigmoid2(table: usize, index: v128, half: f64): v128 {
  const at = places(index, half);
  const a = <f64>load<u16>(table + ((<usize>i32x4.extract_lane(at, 0)) << 1));
  const b = <f64>load<u16>(table + ((<usize>i32x4.extract_lane(at, 1)) << 1));
  return f64x2.replace_lane(f64x2.splat(a), 1, b);
}

@inline
function tanh2(table: usize, index: v128, half: f64): v128 {
  const at = places(index, half);
  const a = <f64>load<i16>(table + ((<usize>i32x4.extract_lane(at, 0)) << 1));
  const b = <f64>load<i16>(table + ((<usize>i32x4.extract_lane(at, 1)) << 1));
  return f64x2.replace_lane(f64x2.splat(a), 1, b);
}

/** Two state words in their range. */
@inline
function word2(x: v128, most: f64): v128 {
  return f64x2.pmax(f64x2.splat(-most - 1), f64x2.pmin(f64x2.splat(most), x));
}

@inline
function lanes(counts: v128): i64 {
  return i64x2.extract_lane(counts, 0) + i64x2.extract_lane(counts, 1);
}

/** Appends the activations of two neurons that are not zero. */
@inline
function send(out: usize, neuron: u32, h: v128, limit: f64): usize {
  const q = i32x4.trunc_sat_f64x2_s_zero(f64x2.pmax(f64x2.splat(-limit), f64x2.pmin(f64x2.splat(limit), h)));
  const a = i32x4.extract_lane(q, 0),
    b = i32x4.extract_lane(q, 1);
  store<u32>(out, neuron);
  store<i32>(out, a, 4);
  out += (<usize>(a != 0)) << 3;
  store<u32>(out, neuron + 1);
  store<i32>(out, b, 4);
  return out + ((<usize>(b != 0)) << 3);
}

@inline
function scale(layer: usize, index: usize): v128 {
  return v128.load64_splat(pointer(layer, L_SCALES) + (index << 3));
}

/** h' = ((2^G - z) n + z h) >> G, n = tanh(x + r u). Scales: 2^G, 2^-G, 2^-(G + guard), 2^(fraction - G), 2^-(fraction - 7). */
function gru(net: usize, layer: usize, out: usize): usize {
  const neurons = pointer(layer, L_NEURONS);
  const state = pointer(layer, L_STATE);
  const sigmoid = pointer(layer, L_SIGMOID),
    tanh = pointer(layer, L_TANH);
  const half = <f64>field(layer, L_TABLE_HALF),
    most = <f64>field(layer, L_STATE_MOST),
    limit = <f64>field(net, N_LIMIT);
  const one = scale(layer, 0),
    perGate = scale(layer, 1),
    guard = scale(layer, 2),
    fresh = scale(layer, 3),
    sent = scale(layer, 4);
  let cut = i64x2.splat(0);
  for (let n: usize = 0; n < neurons; n += 2) {
    const x = pre(layer, n);
    const r = sigmoid2(sigmoid, pre(layer, neurons + n), half);
    const z = sigmoid2(sigmoid, pre(layer, 2 * neurons + n), half);
    const u = pre(layer, 3 * neurons + n);
    const candidate = tanh2(tanh, nearest2(f64x2.mul(f64x2.add(f64x2.mul(x, one), f64x2.mul(r, u)), guard)), half);
    const next = nearest2(f64x2.mul(candidate, fresh));
    const h = v128.load(state + (n << 3));
    const mixed = f64x2.add(f64x2.mul(f64x2.sub(one, z), next), f64x2.mul(z, h));
    const whole = nearest2(f64x2.mul(mixed, perGate));
    const kept = word2(whole, most);
    cut = i64x2.sub(cut, f64x2.ne(whole, kept));
    v128.store(state + (n << 3), kept);
    out = send(out, <u32>n, nearest2(f64x2.mul(kept, sent)), limit);
  }
  countSaturations(lanes(cut));
  return out;
}

/** c' = (f c >> G) + (i g >> 2G), h = o tanh(c'). Scales: unused, 2^-G, 2^(fraction - 2G), 2^(lutBits - fraction - tanh range bits), 2^(7 - 2G). */
function lstm(net: usize, layer: usize, out: usize): usize {
  const neurons = pointer(layer, L_NEURONS);
  const state = pointer(layer, L_STATE);
  const sigmoid = pointer(layer, L_SIGMOID),
    tanh = pointer(layer, L_TANH);
  const half = <f64>field(layer, L_TABLE_HALF),
    most = <f64>field(layer, L_STATE_MOST),
    limit = <f64>field(net, N_LIMIT);
  const perGate = scale(layer, 1),
    fresh = scale(layer, 2),
    place = scale(layer, 3),
    sent = scale(layer, 4);
  let cut = i64x2.splat(0);
  for (let n: usize = 0; n < neurons; n += 2) {
    const i = sigmoid2(sigmoid, pre(layer, n), half);
    const f = sigmoid2(sigmoid, pre(layer, neurons + n), half);
    const g = tanh2(tanh, pre(layer, 2 * neurons + n), half);
    const o = sigmoid2(sigmoid, pre(layer, 3 * neurons + n), half);
    const kept = nearest2(f64x2.mul(f64x2.mul(f, v128.load(state + (n << 3))), perGate));
    const whole = f64x2.add(kept, nearest2(f64x2.mul(f64x2.mul(i, g), fresh)));
    const c = word2(whole, most);
    cut = i64x2.sub(cut, f64x2.ne(whole, c));
    v128.store(state + (n << 3), c);
    const squashed = tanh2(tanh, nearest2(f64x2.mul(c, place)), half);
    out = send(out, <u32>n, nearest2(f64x2.mul(f64x2.mul(o, squashed), sent)), limit);
  }
  countSaturations(lanes(cut));
  return out;
}

/** Sums of a layer's step: input, then own activations of the step before, sources ascending. Exact where no prefix can leave the range. */
function accumulate(net: usize, layer: usize, events: usize, end: usize): void {
  const acc = pointer(layer, L_ACC),
    own = pointer(layer, L_RECURRENT_ACC);
  const input = pointer(layer, L_INPUT),
    recurrent = pointer(layer, L_RECURRENT);
  const last = pointer(layer, L_LAST);
  const lastEnd = last + pointer(layer, L_LAST_COUNT) * 8;
  const bits = field(net, N_ACC_BITS);
  memory.fill(acc, 0, pointer(layer, L_ACC_BYTES));
  if (field(layer, L_SAFE) == 1 || bound(input, events, end) + bound(recurrent, last, lastEnd) <= ((<i64>1) << (bits - 1)) - 1) {
    addExact(acc, input, events, end);
    addExact(own, recurrent, last, lastEnd);
  } else {
    const wrap = field(net, N_WRAP);
    addStepwise(acc, input, events, end, bits, wrap);
    addStepwise(own, recurrent, last, lastEnd, bits, wrap);
  }
}

/** Features within their word, as events; what is cut counts as a saturation. */
function enter(net: usize, inputs: usize, out: usize): usize {
  const count = pointer(net, N_INPUTS);
  const limit = field(net, N_LIMIT);
  let cut = 0;
  for (let i: usize = 0; i < count; i++) {
    const value = load<i32>(inputs + i * 4);
    const kept = max(-limit, min(limit, value));
    cut += <i32>(kept != value);
    store<u32>(out, <u32>i);
    store<i32>(out, kept, 4);
    out += (<usize>(kept != 0)) << 3;
  }
  countSaturations(cut);
  return out;
}

function score(net: usize, events: usize, end: usize, scores: usize): void {
  const acc = pointer(net, N_READOUT_ACC),
    readout = pointer(net, N_READOUT);
  const bits = field(net, N_ACC_BITS);
  const most = <i64>field(net, N_SCORE_MOST);
  const classes = pointer(net, N_CLASSES);
  memory.fill(acc, 0, pointer(net, N_READOUT_ACC_BYTES));
  if (field(net, N_READOUT_SAFE) == 1 || bound(readout, events, end) <= ((<i64>1) << (bits - 1)) - 1) addExact(acc, readout, events, end);
  else addStepwise(acc, readout, events, end, bits, field(net, N_WRAP));
  for (let c: usize = 0; c < classes; c++) {
    const value = requantiseOne(acc, pointer(net, N_READOUT_MULTIPLIER), pointer(net, N_READOUT_BIAS), c);
    store<i32>(scores + c * 4, <i32>clampState(value, most));
  }
}

/** Silences every layer. */
export function reset(net: usize): void {
  const count = pointer(net, N_COUNT);
  for (let l: usize = 0; l < count; l++) {
    const layer = pointer(net, N_LAYERS) + l * L_BYTES;
    memory.fill(pointer(layer, L_STATE), 0, pointer(layer, L_NEURONS) * 8);
    store<i32>(layer, 0, L_LAST_COUNT);
  }
}

/**
 * Runs `steps` steps. inputs i32 [steps][inputs]; events out [..][2 i32]; starts u32 [steps * (layers + 2) + 1]; scores i32 [steps][classes].
 * `events` must have room for every neuron in every step, and four more.
 */
export function run(net: usize, steps: i32, inputs: usize, events: usize, starts: usize, scores: usize): void {
  const layers = pointer(net, N_LAYERS);
  const count = pointer(net, N_COUNT);
  const isLstm = field(net, N_LSTM) == 1;
  const first = events;
  store<u32>(starts, 0);
  starts += 4;
  for (let step = 0; step < steps; step++) {
    let from = events;
    events = enter(net, inputs, events);
    store<u32>(starts, <u32>((events - first) >> 3));
    starts += 4;
    for (let l: usize = 0; l < count; l++) {
      const layer = layers + l * L_BYTES;
      accumulate(net, layer, from, events);
      from = events;
      events = isLstm ? lstm(net, layer, events) : gru(net, layer, events);
      memory.copy(pointer(layer, L_LAST), from, events - from);
      store<i32>(layer, <i32>((events - from) >> 3), L_LAST_COUNT);
      store<u32>(starts, <u32>((events - first) >> 3));
      starts += 4;
    }
    score(net, from, events, scores);
    store<u32>(starts, <u32>((events - first) >> 3));
    starts += 4;
    inputs += pointer(net, N_INPUTS) * 4;
    scores += pointer(net, N_CLASSES) * 4;
  }
}
