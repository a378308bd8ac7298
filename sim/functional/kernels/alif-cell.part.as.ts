/** alif: a leaky membrane whose threshold rises with each spike and falls back. */

import { record, table } from "../../../base/kernel/heap.part.as";
import { isNone, Table } from "../../../base/kernel/views.part.as";
import { Event, send, sendLanes } from "./events.part.as";
import { ALIF, countMoved, Layer } from "./firing.part.as";
import { gateBits, gateUnit, LEAK_MULTIPLIER, leaked, leakRule } from "./leak.part.as";
import { addLayer } from "./network.part.as";
import { clampState, countSaturations, fitsNarrow, laneSum, requantise, requantiseOne, shiftedProducts, tieOf } from "./requantise.part.as";
import { Sums } from "./sums.part.as";

@unmanaged
export class AlifLayer extends Layer {
  adaptation: Table<i32>;
  /** Leaks of membrane and adaptation; none: no leak. */
  tau: Table<i32>;
  rho: Table<i32>;
  /** Increase of the adaptation per unit of a spike; none: no increase. */
  jump: Table<i32>;
}

export function alifLayer(neurons: i32, sums: Sums, shift: i32, tau: Table<i32>, rho: Table<i32>, jump: Table<i32>): Layer {
  const layer = record<AlifLayer>();
  layer.adaptation = table<i32>(neurons);
  layer.tau = tau;
  layer.rho = rho;
  layer.jump = jump;
  return addLayer(layer, ALIF, neurons, sums, shift);
}

@inline
export function restAlif(layer: AlifLayer): void {
  layer.adaptation.fill(0, layer.neurons);
}

/**
 * For every neuron: a = leaked a + pre; the part of |a| above b gives the spike q; a -= q << shift; b = leaked b + jump |q|. Leaks other than products rounded
 * to nearest are computed one by one. Events are written as in `fire`.
 */
export function stepAlif(layer: AlifLayer, events: Event): Event {
  const neurons = layer.neurons;
  const acc = layer.sums.values,
    multiplier = layer.sums.multiplier,
    bias = layer.sums.bias;
  const membrane = layer.membrane,
    adaptation = layer.adaptation;
  const tau = layer.tau,
    rho = layer.rho,
    jump = layer.jump;
  const leaks = !isNone(tau),
    recovers = !isNone(rho),
    adapts = !isNone(jump);
  const most = layer.most,
    bits = gateBits;
  const shift = layer.shift,
    theta = layer.theta,
    limit = layer.limit;
  const rule = leakRule,
    oneByOne = rule != LEAK_MULTIPLIER && (leaks || recovers);
  const narrow = fitsNarrow(bits, most);
  const unit = gateUnit(),
    units = f64x2.splat(unit),
    tie = tieOf(layer.sumShift);
  const mosts = i32x4.splat(most),
    least = i32x4.splat(-most - 1),
    zero = i32x4.splat(0);
  const thetas = i32x4.splat(theta),
    limits = i32x4.splat(limit);
  let out = events;
  let clamped = zero,
    moved = zero,
    index = i32x4(0, 1, 2, 3);
  let n = 0;
  for (; n + 4 <= neurons && !oneByOne; n += 4) {
    const before = membrane.lanes(n);
    let b = adaptation.lanes(n);
    const left = leaks ? shiftedProducts(tau.lanes(n), before, narrow, bits, units) : before;
    const sum = i32x4.add(requantise(acc, multiplier, bias, n, tie), left);
    const a = i32x4.max_s(least, i32x4.min_s(sum, mosts));
    clamped = i32x4.sub(clamped, i32x4.ne(sum, a));
    const sign = i32x4.shr_s(a, 31);
    const size = i32x4.min_s(limits, i32x4.shr_s(i32x4.max_s(zero, i32x4.sub(i32x4.abs(a), b)), shift));
    const fires = i32x4.gt_s(size, thetas);
    const sent = v128.and(size, fires);
    const q = i32x4.sub(v128.xor(sent, sign), sign);
    const after = i32x4.sub(a, i32x4.shl(q, shift));
    moved = i32x4.sub(moved, i32x4.ne(before, after));
    membrane.setLanes(n, after);
    if (recovers) b = shiftedProducts(rho.lanes(n), b, narrow, bits, units);
    if (adapts) b = i32x4.add(b, i32x4.mul(jump.lanes(n), sent));
    const kept = i32x4.max_s(least, i32x4.min_s(b, mosts));
    clamped = i32x4.sub(clamped, i32x4.ne(b, kept));
    adaptation.setLanes(n, kept);
    out = sendLanes(out, fires, index, q);
    index = i32x4.add(index, i32x4.splat(4));
  }
  countSaturations(laneSum(clamped));
  let changes = laneSum(moved);
  for (; n < neurons; n++) {
    const before = membrane[n],
      b = adaptation[n];
    const left = leaks ? leaked(before, tau[n], rule, unit) : before;
    let a = <i32>clampState(requantiseOne(acc, multiplier, bias, n) + left, most);
    const size = min(limit, max(0, abs(a) - b) >> shift);
    const sent = size > theta ? size : 0;
    if (sent > 0) {
      const q = a < 0 ? -sent : sent;
      a -= q << shift;
      out = send(out, n, q, true);
    }
    if (a != before) changes++;
    membrane[n] = a;
    const fallen = recovers ? leaked(b, rho[n], rule, unit) : b;
    const raise = adapts ? <i64>jump[n] * sent : 0;
    adaptation[n] = <i32>clampState(fallen + raise, most);
  }
  countMoved(layer, changes);
  return out;
}
