/** lstm in integers: c' = (f c >> G) + (i g >> 2G), h = o tanh(c'), G = gateBits. */

import { record } from "../../../base/kernel/heap.part.as";
import { addLayer, DenseLayer, LSTM, limit, lookUp, nearest2, pairSum, preActivation, sendPair, stateWords } from "./dense-layer.part.as";
import { Event } from "./events.part.as";
import { countSaturations } from "./requantise.part.as";
import { Sums } from "./sums.part.as";

/** Scales are powers of two. */
@unmanaged
export class LstmLayer extends DenseLayer {
  /** Scale from a product with a gate to a state: 2^-G. */
  gateScale: f64;
  /** Scale from a product of two gates to a state: 2^(fraction - 2G). */
  stateScale: f64;
  /** Scale from a state to an index of the table: 2^(lutBits - fraction - tanh range bits). */
  indexScale: f64;
  /** Scale from a product of two gates to an activation: 2^(7 - 2G). */
  activationScale: f64;
}

export function lstmLayer(neurons: i32, sums: Sums, gateScale: f64, stateScale: f64, indexScale: f64, activationScale: f64): DenseLayer {
  const layer = record<LstmLayer>();
  layer.gateScale = gateScale;
  layer.stateScale = stateScale;
  layer.indexScale = indexScale;
  layer.activationScale = activationScale;
  return addLayer(layer, LSTM, neurons, sums);
}

/** One step from its sums; returns the end of its events. */
export function stepLstm(layer: LstmLayer, events: Event): Event {
  const neurons = layer.neurons;
  const sums = layer.sums;
  const state = layer.state;
  const sigmoid = layer.sigmoid,
    tanh = layer.tanh;
  const half = layer.half,
    most = layer.mostState,
    mostSent = <f64>limit;
  const gateScale = f64x2.splat(layer.gateScale),
    stateScale = f64x2.splat(layer.stateScale),
    indexScale = f64x2.splat(layer.indexScale),
    activationScale = f64x2.splat(layer.activationScale);
  let out = events;
  let cut = i64x2.splat(0);
  for (let n = 0; n < neurons; n += 2) {
    const i = lookUp(sigmoid, preActivation(sums, n), half);
    const f = lookUp(sigmoid, preActivation(sums, neurons + n), half);
    const g = lookUp(tanh, preActivation(sums, 2 * neurons + n), half);
    const o = lookUp(sigmoid, preActivation(sums, 3 * neurons + n), half);
    const kept = nearest2(f64x2.mul(f64x2.mul(f, state.lanes(n)), gateScale));
    const whole = f64x2.add(kept, nearest2(f64x2.mul(f64x2.mul(i, g), stateScale)));
    const c = stateWords(whole, most);
    cut = i64x2.sub(cut, f64x2.ne(whole, c));
    state.setLanes(n, c);
    const squashed = lookUp(tanh, nearest2(f64x2.mul(c, indexScale)), half);
    out = sendPair(out, n, nearest2(f64x2.mul(f64x2.mul(o, squashed), activationScale)), mostSent);
  }
  countSaturations(pairSum(cut));
  return out;
}
