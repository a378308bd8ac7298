/** A network of spiking layers: its encoder, then its layers in order. */

import { record } from "../../../base/kernel/heap.part.as";
import { isNone, none } from "../../../base/kernel/views.part.as";
import { Firing, Layer, setFiring } from "./firing.part.as";
import { Sums } from "./sums.part.as";

export let encoder: Firing = none<Firing>();
export let first: Layer = none<Layer>();
let last: Layer = none<Layer>();

export function addEncoder(neurons: i32): Firing {
  encoder = record<Firing>();
  setFiring(encoder, neurons);
  return encoder;
}

/** Appends a new layer of `kind` after the others. */
export function addLayer(layer: Layer, kind: i32, neurons: i32, sums: Sums, shift: i32): Layer {
  setFiring(layer, neurons);
  layer.kind = kind;
  layer.sumShift = shift;
  layer.sums = sums;
  if (isNone(last)) first = layer;
  else last.next = layer;
  last = layer;
  return layer;
}
