/** A cell of a plug-in: the kernel adds and requantises, the host calls the plug-in's step, the kernel sends the spikes. */

import { record } from "../../../base/kernel/heap.part.as";
import { Table } from "../../../base/kernel/views.part.as";
import { Event, send, sendLanes } from "./events.part.as";
import { countMoved, Layer, PLUGIN } from "./firing.part.as";
import { addLayer } from "./network.part.as";
import { cutToWord, requantise, requantiseOne, tieOf } from "./requantise.part.as";
import { Sums } from "./sums.part.as";

@unmanaged
export class PluginLayer extends Layer {
  gates: i32;
  /** [gates] shifts of requantisation. */
  shifts: Table<i32>;
  /** [gates][neurons] requantised sums, input of the step. */
  pre: Table<i32>;
  /** [neurons] payload to send; 0: none. */
  spikes: Table<i32>;
  /** Number by which the host identifies the layer. */
  number: i32;
}

/** Lets the host step a layer from `pre` to `spikes`; returns the number of membranes that changed. */
@external("env", "stepLayer")
declare function stepLayer(number: f64): f64;

export function pluginLayer(
  neurons: i32,
  sums: Sums,
  gates: i32,
  shifts: Table<i32>,
  pre: Table<i32>,
  spikes: Table<i32>,
  number: i32,
): Layer {
  const layer = record<PluginLayer>();
  layer.gates = gates;
  layer.shifts = shifts;
  layer.pre = pre;
  layer.spikes = spikes;
  layer.number = number;
  return addLayer(layer, PLUGIN, neurons, sums, shifts[0]);
}

export function stepPlugin(layer: PluginLayer, events: Event): Event {
  const neurons = layer.neurons;
  for (let gate = 0; gate < layer.gates; gate++) {
    const at = gate * neurons;
    const acc = layer.sums.values.from(at);
    const multiplier = layer.sums.multiplier.from(at),
      bias = layer.sums.bias.from(at);
    const pre = layer.pre.from(at);
    const tie = tieOf(layer.shifts[gate]);
    let n = 0;
    for (; n + 4 <= neurons; n += 4) pre.setLanes(n, requantise(acc, multiplier, bias, n, tie));
    for (; n < neurons; n++) pre[n] = cutToWord(requantiseOne(acc, multiplier, bias, n));
  }
  countMoved(layer, <i64>stepLayer(<f64>layer.number));
  const spikes = layer.spikes;
  const zero = i32x4.splat(0);
  let out = events;
  let index = i32x4(0, 1, 2, 3);
  let n = 0;
  for (; n + 4 <= neurons; n += 4) {
    const q = spikes.lanes(n);
    out = sendLanes(out, i32x4.ne(q, zero), index, q);
    index = i32x4.add(index, i32x4.splat(4));
  }
  for (; n < neurons; n++) {
    const q = spikes[n];
    if (q != 0) out = send(out, n, q, true);
  }
  return out;
}
