/**
 * Fast engine of integer networks: event-driven row additions in SIMD, and the neuron updates, one call for many steps.
 * Memory is the caller's (see engine.ts for the descriptors).
 * Range rule: every addition keeps to the accumulator's range, in event order. Where a bound proves that no prefix of the sum can
 * leave the range, exact sums give the same answer; otherwise the addition-by-addition path runs.
 */
import {
  L_ACC,
  L_BYTES,
  L_FRESH,
  L_HIDDEN,
  L_INPUT,
  L_LAST,
  L_LAST_COUNT,
  L_MEMBRANE,
  L_MOVED,
  L_NEURONS,
  L_RECURRENT,
  L_SAFE,
  N_ACC_BITS,
  N_COUNT,
  N_LAYERS,
  N_WRAP,
  update,
} from "./neuron-update.part.as";
import { addExact, addStepwise, bound, field, P_ROWS, pointer } from "./row-additions.as";

export { unpack } from "./event-list.part.as";
export { takeSaturations } from "./neuron-update.part.as";
export { takeOverflows } from "./row-additions.as";

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
    exact = most <= ((<i64>1) << (bits - 1)) - 1;
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

/** Silences every layer: states to 0, no spikes of the step before. */
export function reset(net: usize): void {
  const layers = pointer(net, N_LAYERS);
  const count = pointer(net, N_COUNT);
  for (let l: usize = 0; l + 1 < count; l++) {
    const layer = layers + l * L_BYTES;
    const bytes = pointer(layer, L_NEURONS) * 4;
    memory.fill(pointer(layer, L_MEMBRANE), 0, bytes);
    if (l > 0) memory.fill(pointer(layer, L_HIDDEN), 0, bytes);
    store<f64>(pointer(layer, L_MOVED), 0);
    store<i32>(layer, 1, L_FRESH);
    store<i32>(layer, 0, L_LAST_COUNT);
  }
}

/**
 * Runs `steps` steps. inputs i32 [steps][inputs]; events out [..][2 i32]; starts u32 [steps * layers + 1]; scores i32 [steps][classes].
 * `events` must have room for every neuron in every step, and four more.
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
