/**
 * Fast engine of integer networks: event-driven row additions in SIMD, and the neuron updates, one call for many steps.
 * Memory is the caller's (see engine.ts for the descriptors).
 * Range rule: every addition keeps to the accumulator's range, in event order. Where a bound proves that no prefix of the sum can
 * leave the range, exact sums give the same answer; otherwise the addition-by-addition path runs.
 */
import { addExact, addStepwise, bound, field, P_ROWS, pointer } from "./row-additions.as";
export { takeOverflows } from "./row-additions.as";

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

let saturations: i64 = 0;

export function takeSaturations(): f64 {
  const n = saturations;
  saturations = 0;
  return <f64>n;
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
