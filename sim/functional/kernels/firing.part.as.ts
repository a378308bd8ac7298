/** Layers of multi-bit spikes: membranes, the spike quantiser with its soft reset, and the count of changes. The encoder is such a layer without synapses. */

import { table } from "../../../base/kernel/heap.part.as";
import { Table } from "../../../base/kernel/views.part.as";
import { Event, send, sendLanes } from "./events.part.as";
import { clampState, countSaturations, laneSum } from "./requantise.part.as";
import { Sums } from "./sums.part.as";

@unmanaged
export class Firing {
  neurons: i32;
  /** Fraction bits of a membrane below a spike's payload. */
  shift: i32;
  /** Spikes of at most `theta` in size are not sent; those above `limit` are cut to it. */
  theta: i32;
  limit: i32;
  /** Largest state word. */
  most: i32;
  /** No step of the utterance has run yet. */
  fresh: bool;
  membrane: Table<i32>;
  /** Changes of membranes in this utterance; its first step counts all. */
  moved: f64;
}

/** A layer with synapses; each cell adds its own fields. */
@unmanaged
export class Layer extends Firing {
  /** LIF, REC, ALIF or PLUGIN. */
  kind: i32;
  /** Shift of the first gate's requantisation: the grid of its sums. */
  sumShift: i32;
  sums: Sums;
  /** The layer that gets its events; none: the readout. */
  next: Layer;
}

/** Kind of a layer's cell; it says which class a layer is. */
export const LIF: i32 = 0;
export const REC: i32 = 1;
export const ALIF: i32 = 2;
export const PLUGIN: i32 = 3;

@inline
export function setFiring(firing: Firing, neurons: i32): void {
  firing.neurons = neurons;
  firing.membrane = table<i32>(neurons);
}

/** Sets the quantiser of a layer or of the encoder. */
export function setQuantiser(firing: Firing, shift: i32, theta: i32, limit: i32, most: i32): void {
  firing.shift = shift;
  firing.theta = theta;
  firing.limit = limit;
  firing.most = most;
}

/** Prepares an utterance. */
@inline
export function rest(firing: Firing): void {
  firing.membrane.fill(0, firing.neurons);
  firing.moved = 0;
  firing.fresh = true;
}

/** Changes of its membranes since the utterance began. */
export function movedOf(firing: Firing): f64 {
  return firing.moved;
}

/** Counts `changes` of membranes; the first step of an utterance counts every neuron. */
export function countMoved(firing: Firing, changes: i64): void {
  if (firing.fresh) changes = firing.neurons;
  firing.fresh = false;
  firing.moved += <f64>changes;
}

/**
 * Adds `drive` to every membrane and sends its spike. Four events are always written; those of firing neurons come first, and only they are kept. Counts the
 * membranes that change.
 */
export function fire(firing: Firing, drive: Table<i32>, events: Event): Event {
  const neurons = firing.neurons;
  const membrane = firing.membrane;
  const most = firing.most;
  const shift = firing.shift;
  const theta = firing.theta,
    limit = firing.limit;
  const mosts = i32x4.splat(most),
    least = i32x4.splat(-most - 1);
  const thetas = i32x4.splat(theta),
    limits = i32x4.splat(limit);
  let out = events;
  let clamped = i32x4.splat(0);
  let moved = i32x4.splat(0);
  let index = i32x4(0, 1, 2, 3);
  let n = 0;
  for (; n + 4 <= neurons; n += 4) {
    const before = membrane.lanes(n);
    const sum = i32x4.add(before, drive.lanes(n));
    const a = i32x4.max_s(least, i32x4.min_s(sum, mosts));
    clamped = i32x4.sub(clamped, i32x4.ne(sum, a));
    const sign = i32x4.shr_s(a, 31);
    const size = i32x4.min_s(limits, i32x4.shr_s(i32x4.abs(a), shift));
    const fires = i32x4.gt_s(size, thetas);
    const q = v128.and(i32x4.sub(v128.xor(size, sign), sign), fires);
    const after = i32x4.sub(a, i32x4.shl(q, shift));
    moved = i32x4.sub(moved, i32x4.ne(before, after));
    membrane.setLanes(n, after);
    out = sendLanes(out, fires, index, q);
    index = i32x4.add(index, i32x4.splat(4));
  }
  countSaturations(laneSum(clamped));
  let changes = laneSum(moved);
  for (; n < neurons; n++) {
    const before = membrane[n];
    let a = <i32>clampState(<i64>before + drive[n], most);
    const size = min(limit, abs(a) >> shift);
    if (size > theta) {
      const q = a < 0 ? -size : size;
      a -= q << shift;
      out = send(out, n, q, true);
    }
    if (a != before) changes++;
    membrane[n] = a;
  }
  countMoved(firing, changes);
  return out;
}
