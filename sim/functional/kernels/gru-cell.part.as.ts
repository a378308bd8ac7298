/** gru in integers: h' = ((2^G - z) n + z h) >> G, n = tanh(x + r u), G = gateBits. */

import { record } from "../../../base/kernel/heap.part.as";
import { addLayer, DenseLayer, GRU, limit, lookUp, nearest2, pairSum, preActivation, sendPair, stateWords } from "./dense-layer.part.as";
import { Event } from "./events.part.as";
import { countSaturations } from "./requantise.part.as";
import { Sums } from "./sums.part.as";

/** Scales are powers of two. */
@unmanaged
export class GruLayer extends DenseLayer {
  /** A gate of 1: 2^G. */
  one: f64;
  /** Scale from a product with a gate to a state: 2^-G. */
  gateScale: f64;
  /** Scale from gate n's sum to an index of the table: 2^-(G + guard). */
  indexScale: f64;
  /** Scale from gate n to a state: 2^(fraction - G). */
  stateScale: f64;
  /** Scale from a state to an activation: 2^-(fraction - 7). */
  activationScale: f64;
}

export function gruLayer(
  neurons: i32,
  sums: Sums,
  one: f64,
  gateScale: f64,
  indexScale: f64,
  stateScale: f64,
  activationScale: f64,
): DenseLayer {
  const layer = record<GruLayer>();
  layer.one = one;
  layer.gateScale = gateScale;
  layer.indexScale = indexScale;
  layer.stateScale = stateScale;
  layer.activationScale = activationScale;
  return addLayer(layer, GRU, neurons, sums);
}

/** One step from its sums; returns the end of its events. */
export function stepGru(layer: GruLayer, events: Event): Event {
  const neurons = layer.neurons;
  const sums = layer.sums;
  const state = layer.state;
  const sigmoid = layer.sigmoid,
    tanh = layer.tanh;
  const half = layer.half,
    most = layer.mostState,
    mostSent = <f64>limit;
  const one = f64x2.splat(layer.one),
    gateScale = f64x2.splat(layer.gateScale),
    indexScale = f64x2.splat(layer.indexScale),
    stateScale = f64x2.splat(layer.stateScale),
    activationScale = f64x2.splat(layer.activationScale);
  let out = events;
  let cut = i64x2.splat(0);
  for (let n = 0; n < neurons; n += 2) {
    const x = preActivation(sums, n);
    const r = lookUp(sigmoid, preActivation(sums, neurons + n), half);
    const z = lookUp(sigmoid, preActivation(sums, 2 * neurons + n), half);
    const u = preActivation(sums, 3 * neurons + n);
    const candidate = lookUp(tanh, nearest2(f64x2.mul(f64x2.add(f64x2.mul(x, one), f64x2.mul(r, u)), indexScale)), half);
    const next = nearest2(f64x2.mul(candidate, stateScale));
    const h = state.lanes(n);
    const mixed = f64x2.add(f64x2.mul(f64x2.sub(one, z), next), f64x2.mul(z, h));
    const whole = nearest2(f64x2.mul(mixed, gateScale));
    const kept = stateWords(whole, most);
    cut = i64x2.sub(cut, f64x2.ne(whole, kept));
    state.setLanes(n, kept);
    out = sendPair(out, n, nearest2(f64x2.mul(kept, activationScale)), mostSent);
  }
  countSaturations(pairSum(cut));
  return out;
}
