/**
 * Common part of gru and lstm: layers of activations, requantised sums, and tables, in float64 lanes. A lane represents every value of `dense-cells.ts` as that
 * file's numbers do, so both round alike. A SIMD step processes two neurons, so layers have an even number of neurons.
 * Sums are stored gate by gate, [gates][neurons]: gru n's input sum, r, z, n's recurrent sum; lstm i, f, g, o.
 */

import { table } from "../../../base/kernel/heap.part.as";
import { isNone, none, Table } from "../../../base/kernel/views.part.as";
import { Event, send } from "./events.part.as";
import { SIGNS } from "./requantise.part.as";
import { Sums } from "./sums.part.as";

@unmanaged
export class DenseLayer {
  /** GRU or LSTM. */
  kind: i32;
  /** Number of neurons, rounded up to even. */
  neurons: i32;
  sums: Sums;
  /** State of the cell: h (gru) or c (lstm). */
  state: Table<f64>;
  mostState: f64;
  sigmoid: Table<u16>;
  tanh: Table<i16>;
  /** Half the number of entries of a table. */
  half: f64;
  /** The layer that gets its events; none: the readout. */
  next: DenseLayer;
}

/** Kind of a layer's cell; it says which class a layer is. */
export const GRU: i32 = 0;
export const LSTM: i32 = 1;

export let first: DenseLayer = none<DenseLayer>();
let last: DenseLayer = none<DenseLayer>();

/** Appends a new layer of `kind` after the others. */
export function addLayer(layer: DenseLayer, kind: i32, neurons: i32, sums: Sums): DenseLayer {
  layer.kind = kind;
  layer.neurons = neurons;
  layer.sums = sums;
  layer.state = table<f64>(neurons);
  if (isNone(last)) first = layer;
  else last.next = layer;
  last = layer;
  return layer;
}

export function setState(layer: DenseLayer, most: i32, sigmoid: Table<u16>, tanh: Table<i16>, half: i32): void {
  layer.mostState = most;
  layer.sigmoid = sigmoid;
  layer.tanh = tanh;
  layer.half = half;
}

/** Features and activations are clamped to [-limit, limit]. */
export let limit: i32 = 0;

export function setLimit(most: i32): void {
  limit = most;
}

const HALF = f64x2.splat(0.5);

/** Nearest integers, halves away from zero, for numbers of any size. */
@inline
export function nearest2(x: v128): v128 {
  return f64x2.trunc(f64x2.add(x, v128.or(v128.and(x, SIGNS), HALF)));
}

/** Requantised sums of two neurons; `place` counts through all gates. */
@inline
export function preActivation(sums: Sums, place: i32): v128 {
  const values = f64x2.convert_low_i32x4_s(sums.values.halfLanes(place));
  return nearest2(f64x2.add(f64x2.mul(values, sums.multiplier.lanes(place)), sums.bias.lanes(place)));
}

/** Table indices of two signed indices around the table's middle, clamped to the table. */
@inline
function places(index: v128, half: f64): v128 {
  const low = f64x2.splat(-half),
    high = f64x2.splat(half - 1);
  const kept = f64x2.pmax(low, f64x2.pmin(high, index));
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(kept, f64x2.splat(half)));
}

/** Table values at two signed indices. */
@inline
export function lookUp<Value>(table: Table<Value>, index: v128, half: f64): v128 {
  const at = places(index, half);
  const a = <f64>table.word(i32x4.extract_lane(at, 0));
  const b = <f64>table.word(i32x4.extract_lane(at, 1));
  return f64x2.replace_lane(f64x2.splat(a), 1, b);
}

/** Two state words, clamped to their range. */
@inline
export function stateWords(x: v128, most: f64): v128 {
  return f64x2.pmax(f64x2.splat(-most - 1), f64x2.pmin(f64x2.splat(most), x));
}

/** Sum of two counts. */
@inline
export function pairSum(counts: v128): i64 {
  return i64x2.extract_lane(counts, 0) + i64x2.extract_lane(counts, 1);
}

/** Sends those activations of two neurons that are not zero; returns the place of the next event. */
@inline
export function sendPair(out: Event, neuron: i32, h: v128, most: f64): Event {
  const q = i32x4.trunc_sat_f64x2_s_zero(f64x2.pmax(f64x2.splat(-most), f64x2.pmin(f64x2.splat(most), h)));
  const a = i32x4.extract_lane(q, 0),
    b = i32x4.extract_lane(q, 1);
  return send(send(out, neuron, a, a != 0), neuron + 1, b, b != 0);
}
