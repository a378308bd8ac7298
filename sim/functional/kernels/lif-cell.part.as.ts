/** lif: the synaptic current leaks and drives the membrane. */

import { record, table } from "../../../base/kernel/heap.part.as";
import { isNone, Table } from "../../../base/kernel/views.part.as";
import { Event } from "./events.part.as";
import { fire, Layer, LIF } from "./firing.part.as";
import { gateBits, gateUnit, LEAK_MULTIPLIER, leaked, leakRule } from "./leak.part.as";
import { addLayer } from "./network.part.as";
import { clampState, countSaturations, fitsNarrow, laneSum, requantise, requantiseOne, shiftedProducts, tieOf } from "./requantise.part.as";
import { Sums } from "./sums.part.as";

@unmanaged
export class LifLayer extends Layer {
  current: Table<i32>;
  /** Leaks; none: no leak. */
  tau: Table<i32>;
}

export function lifLayer(neurons: i32, sums: Sums, shift: i32, tau: Table<i32>): Layer {
  const layer = record<LifLayer>();
  layer.current = table<i32>(neurons);
  layer.tau = tau;
  return addLayer(layer, LIF, neurons, sums, shift);
}

@inline
export function restLif(layer: LifLayer): void {
  layer.current.fill(0, layer.neurons);
}

/** For every neuron: i' = pre + (tau i >> gateBits), or pre + i - (i >> tau). Lanes have no shifts of their own, so shifts are computed one by one. */
@inline
function stepCurrent(layer: LifLayer): void {
  const neurons = layer.neurons;
  const acc = layer.sums.values;
  const multiplier = layer.sums.multiplier;
  const bias = layer.sums.bias;
  const current = layer.current;
  const tau = layer.tau;
  const most = layer.most;
  const leaks = !isNone(tau);
  const rule = leakRule,
    oneByOne = leaks && rule != LEAK_MULTIPLIER;
  const bits = gateBits;
  const narrow = fitsNarrow(bits, most);
  const unit = gateUnit(),
    units = f64x2.splat(unit);
  const tie = tieOf(layer.sumShift);
  const mosts = i32x4.splat(most),
    least = i32x4.splat(-most - 1);
  let clamped = i32x4.splat(0);
  let n = 0;
  for (; n + 4 <= neurons && !oneByOne; n += 4) {
    let i = current.lanes(n);
    if (leaks) i = shiftedProducts(tau.lanes(n), i, narrow, bits, units);
    const next = i32x4.add(requantise(acc, multiplier, bias, n, tie), i);
    const kept = i32x4.max_s(least, i32x4.min_s(next, mosts));
    clamped = i32x4.sub(clamped, i32x4.ne(next, kept));
    current.setLanes(n, kept);
  }
  countSaturations(laneSum(clamped));
  for (; n < neurons; n++) {
    const i = <i64>current[n];
    const kept = leaks ? leaked(i, tau[n], rule, unit) : i;
    current[n] = <i32>clampState(requantiseOne(acc, multiplier, bias, n) + kept, most);
  }
}

export function stepLif(layer: LifLayer, out: Event): Event {
  stepCurrent(layer);
  return fire(layer, layer.current, out);
}
