/** rec-v1 and rec-v2: a gate mixes the new value into the hidden state, which drives the membrane. */

import { record, table } from "../../../base/kernel/heap.part.as";
import { Table } from "../../../base/kernel/views.part.as";
import { Event } from "./events.part.as";
import { fire, Layer, REC } from "./firing.part.as";
import { gateBits, gateUnit } from "./leak.part.as";
import { addLayer } from "./network.part.as";
import {
  clampState,
  countSaturations,
  fitsNarrow,
  laneSum,
  requantise,
  requantiseOne,
  shiftedProduct,
  shiftedProducts,
  tieOf,
} from "./requantise.part.as";
import { Sums } from "./sums.part.as";

@unmanaged
export class RecLayer extends Layer {
  hidden: Table<i32>;
  /** Shift of gate c's requantisation. */
  valueShift: i32;
  /** Sigmoid table, [2^tableBits]. */
  sigmoid: Table<u16>;
  tableBits: i32;
}

/** Adds a layer; returns its handle. `gateShift`, `valueShift`: shifts of gates z and c. */
export function recLayer(neurons: i32, sums: Sums, gateShift: i32, valueShift: i32, sigmoid: Table<u16>, tableBits: i32): Layer {
  const layer = record<RecLayer>();
  layer.hidden = table<i32>(neurons);
  layer.valueShift = valueShift;
  layer.sigmoid = sigmoid;
  layer.tableBits = tableBits;
  return addLayer(layer, REC, neurons, sums, gateShift);
}

@inline
export function restRec(layer: RecLayer): void {
  layer.hidden.fill(0, layer.neurons);
}

/** For every neuron: h' = c + (z (h - c) >> gateBits), with z from the table and c = relu. */
@inline
function stepHidden(layer: RecLayer): void {
  const neurons = layer.neurons;
  const acc = layer.sums.values;
  const multiplier = layer.sums.multiplier;
  const bias = layer.sums.bias;
  const hidden = layer.hidden;
  const sigmoid = layer.sigmoid;
  const entries = 1 << layer.tableBits;
  const most = layer.most;
  const bits = gateBits;
  const narrow = fitsNarrow(bits, most);
  const unit = gateUnit(),
    units = f64x2.splat(unit);
  const tie0 = tieOf(layer.sumShift),
    tie1 = tieOf(layer.valueShift);
  const acc1 = acc.from(neurons),
    multiplier1 = multiplier.from(neurons),
    bias1 = bias.from(neurons);
  const zero = i32x4.splat(0),
    middle = i32x4.splat(entries >> 1),
    last = i32x4.splat(entries - 1),
    mosts = i32x4.splat(most);
  let clamped = zero;
  let n = 0;
  for (; n + 4 <= neurons; n += 4) {
    const index = i32x4.max_s(zero, i32x4.min_s(last, i32x4.add(requantise(acc, multiplier, bias, n, tie0), middle)));
    const z = sigmoid.gather(index);
    const pre = requantise(acc1, multiplier1, bias1, n, tie1);
    clamped = i32x4.sub(clamped, i32x4.gt_s(pre, mosts));
    const c = i32x4.max_s(zero, i32x4.min_s(pre, mosts));
    const h = hidden.lanes(n);
    hidden.setLanes(n, i32x4.add(c, shiftedProducts(z, i32x4.sub(h, c), narrow, bits, units)));
  }
  countSaturations(laneSum(clamped));
  for (; n < neurons; n++) {
    const index = max<i64>(0, min<i64>(entries - 1, requantiseOne(acc, multiplier, bias, n) + (entries >> 1)));
    const z = <i64>sigmoid[<i32>index];
    const c = clampState(max<i64>(0, requantiseOne(acc1, multiplier1, bias1, n)), most);
    hidden[n] = <i32>(c + shiftedProduct(z, <i64>hidden[n] - c, unit));
  }
}

export function stepRec(layer: RecLayer, out: Event): Event {
  stepHidden(layer);
  return fire(layer, layer.hidden, out);
}
