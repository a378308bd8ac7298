/**
 * Integer graphs: neuron updates over a cell descriptor, beside the row additions of networks. Memory and order of calls are the caller's
 * (see graph-engine.ts). Arrays are [neurons].
 */
import { clampState, leakByShift, requantiseOne, shiftedProduct } from "./neuron-update.part.as";
import { addExact, addStepwise, bound, field, pointer } from "./row-additions.as";

export { takeSaturations } from "./neuron-update.part.as";
export { takeOverflows } from "./row-additions.as";

// Cell descriptor, in i32.
const C_NEURONS: usize = 0;
const C_ACC: usize = 4; // i32
const C_MULTIPLIER: usize = 8; // f64, times 2^-shift
const C_BIAS: usize = 12; // f64, times 2^-shift
const C_MOVED: usize = 16; // f64: changes of voltages
const C_KEEP_CURRENT: usize = 20; // i32, or 0: not filtered
const C_KEEP_VOLTAGE: usize = 24; // i32, or 0: no leak
const C_REST: usize = 28; // i32
const C_THRESHOLD: usize = 32; // -1: sends its voltage
const C_RESET: usize = 36; // 0 zero, 1 subtract, 2 snntorch-subtract, 3 snntorch-delayed-subtract, 4 snntorch-delayed-zero
const C_RESET_TO: usize = 40; // i32
const C_REFRACTORY: usize = 44;
const C_CURRENT: usize = 48; // i32
const C_VOLTAGE: usize = 52; // i32
const C_HELD: usize = 56; // i32
const C_MOST: usize = 60; // largest state word; of a readout: largest score
const C_GATE_BITS: usize = 64;
const C_BY_SHIFT: usize = 68; // 1: leaks are shifts

/** Silences the accumulators of a step, then adds every list of events: (projection, first event, end) triples, `count` of them. */
export function accumulate(acc: usize, bytes: usize, lists: usize, count: i32, bits: i32, wrap: i32): void {
  memory.fill(acc, 0, bytes);
  const end = lists + <usize>count * 12;
  let most: i64 = 0;
  for (let list = lists; list < end; list += 12) most += bound(pointer(list, 0), pointer(list, 4), pointer(list, 8));
  // Where no prefix of the sums can leave the range, exact sums give the same answer.
  const exact = most <= ((<i64>1) << (bits - 1)) - 1;
  for (let list = lists; list < end; list += 12) {
    if (exact) addExact(acc, pointer(list, 0), pointer(list, 4), pointer(list, 8));
    else addStepwise(acc, pointer(list, 0), pointer(list, 4), pointer(list, 8), bits, wrap);
  }
}

@inline
function leaked(value: i64, keep: i32, byShift: bool, unit: f64): i64 {
  return byShift ? leakByShift(value, keep) : shiftedProduct(keep, value, unit);
}

/** One step of every neuron; events go to `out`, whose end comes back. */
export function update(cell: usize, out: usize): usize {
  const neurons = pointer(cell, C_NEURONS);
  const acc = pointer(cell, C_ACC),
    multiplier = pointer(cell, C_MULTIPLIER),
    bias = pointer(cell, C_BIAS);
  const keepCurrent = pointer(cell, C_KEEP_CURRENT),
    keepVoltage = pointer(cell, C_KEEP_VOLTAGE);
  const rest = pointer(cell, C_REST),
    resetTo = pointer(cell, C_RESET_TO);
  const threshold = <i64>field(cell, C_THRESHOLD);
  const reset = field(cell, C_RESET),
    refractory = field(cell, C_REFRACTORY);
  const current = pointer(cell, C_CURRENT),
    voltage = pointer(cell, C_VOLTAGE),
    held = pointer(cell, C_HELD);
  const most = <i64>field(cell, C_MOST);
  const unit = 1.0 / <f64>((<i64>1) << field(cell, C_GATE_BITS));
  const byShift = field(cell, C_BY_SHIFT) == 1;
  const fires = threshold >= 0;
  let moved = 0;
  for (let at: usize = 0; at < neurons * 4; at += 4) {
    let drive = requantiseOne(acc, multiplier, bias, at >> 2);
    if (keepCurrent) {
      drive = clampState(leaked(<i64>load<i32>(current + at), load<i32>(keepCurrent + at), byShift, unit) + drive, most);
      store<i32>(current + at, <i32>drive);
    }
    const waits = load<i32>(held + at);
    if (waits > 0) {
      store<i32>(held + at, waits - 1);
      continue;
    }
    const before = <i64>load<i32>(voltage + at);
    const was = reset >= 2 && fires && before > threshold;
    const pending = was && reset != 4 ? threshold : 0;
    const kept = keepVoltage ? leaked(before, load<i32>(keepVoltage + at), byShift, unit) : before;
    let v = was && reset == 4 ? <i64>load<i32>(resetTo + at) : clampState(kept + drive + <i64>load<i32>(rest + at) - pending, most);
    if (fires) {
      const spikes = v > threshold;
      if (reset == 0) {
        if (spikes) v = <i64>load<i32>(resetTo + at);
      } else if (reset <= 2) v = clampState(v + pending - (spikes ? threshold : 0), most);
      if (spikes) {
        store<i32>(held + at, refractory);
        store<u32>(out, <u32>(at >> 2));
        store<i32>(out, 1, 4);
        out += 8;
      }
    }
    if (v != before) moved++;
    store<i32>(voltage + at, <i32>v);
  }
  const count = pointer(cell, C_MOVED);
  store<f64>(count, load<f64>(count) + <f64>moved);
  return out;
}

/** Sums that leave the network, as scores i32 [neurons]. */
export function score(cell: usize, scores: usize): void {
  const neurons = pointer(cell, C_NEURONS);
  const most = <i64>field(cell, C_MOST);
  for (let n: usize = 0; n < neurons; n++) {
    const value = requantiseOne(pointer(cell, C_ACC), pointer(cell, C_MULTIPLIER), pointer(cell, C_BIAS), n);
    store<i32>(scores + n * 4, <i32>clampState(value, most));
  }
}
