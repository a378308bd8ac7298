/**
 * Fast engine of integer networks: event-driven row additions in SIMD, and neuron updates; one call runs many steps. The host adds projections, sums and layers
 * (see engine.ts), then runs. A kernel holds one network.
 * Range rule: every addition keeps the accumulator's range, in event order. If a bound proves that no partial sum can leave the range, exact sums give the same
 * result; otherwise the slower path adds one by one.
 */
import { countOf, isNone, Table } from "../../../base/kernel/views.part.as";
import { AlifLayer, restAlif, stepAlif } from "./alif-cell.part.as";
import { Event, prepareLanes } from "./events.part.as";
import { ALIF, fire, Layer, LIF, REC, rest } from "./firing.part.as";
import { LifLayer, restLif, stepLif } from "./lif-cell.part.as";
import { encoder, first } from "./network.part.as";
import { PluginLayer, stepPlugin } from "./plugin-cell.part.as";
import { classes, readOut } from "./readout.part.as";
import { RecLayer, restRec, stepRec } from "./rec-cell.part.as";
import { accumulate, remember, silence } from "./sums.part.as";

export { allocate } from "../../../base/kernel/heap.part.as";
export { setOverflow, takeOverflows } from "./accumulator.part.as";
export { alifLayer } from "./alif-cell.part.as";
export { unpack } from "./events.part.as";
export { addExact } from "./exact-additions.part.as";
export { movedOf, setQuantiser } from "./firing.part.as";
export { LEAK_DECAY, LEAK_MULTIPLIER, LEAK_SHIFT, LEAK_TRUNCATE, setLeaks } from "./leak.part.as";
export { lifLayer } from "./lif-cell.part.as";
export { addEncoder } from "./network.part.as";
export { pluginLayer } from "./plugin-cell.part.as";
export { addDense8, addDense16, addSparse8, addSparse16 } from "./projection.part.as";
export { setReadout } from "./readout.part.as";
export { recLayer } from "./rec-cell.part.as";
export { takeSaturations } from "./requantise.part.as";
export { addSums } from "./sums.part.as";

prepareLanes();

/** Resets every layer to silence: states of 0, no spikes of the step before. */
export function reset(): void {
  rest(encoder);
  for (let layer = first; !isNone(layer); layer = layer.next) {
    rest(layer);
    silence(layer.sums);
    if (layer.kind == LIF) restLif(changetype<LifLayer>(layer));
    else if (layer.kind == ALIF) restAlif(changetype<AlifLayer>(layer));
    else if (layer.kind == REC) restRec(changetype<RecLayer>(layer));
  }
}

/** Updates a layer from its sums; returns the end of its events. */
@inline
function step(layer: Layer, events: Event): Event {
  if (layer.kind == LIF) return stepLif(changetype<LifLayer>(layer), events);
  if (layer.kind == ALIF) return stepAlif(changetype<AlifLayer>(layer), events);
  if (layer.kind == REC) return stepRec(changetype<RecLayer>(layer), events);
  return stepPlugin(changetype<PluginLayer>(layer), events);
}

/**
 * Runs `steps` steps. inputs [steps][inputs]; events: output; starts [steps * (layers + 2) + 1]: number of events before those of each population in each step,
 * in the order encoder, layers, readout; scores [steps][classes]. `events` needs room for every neuron in every step, and four more.
 */
export function run(steps: i32, inputs: Table<i32>, events: Event, starts: Table<u32>, scores: Table<i32>): void {
  let end = events;
  let mark = 0;
  starts[mark++] = 0;
  for (let s = 0; s < steps; s++) {
    let from = end;
    end = fire(encoder, inputs, from);
    starts[mark++] = countOf(events, end);
    for (let layer = first; !isNone(layer); layer = layer.next) {
      accumulate(layer.sums, from, end);
      from = end;
      end = step(layer, from);
      remember(layer.sums, from, end);
      starts[mark++] = countOf(events, end);
    }
    readOut(from, end, scores);
    starts[mark++] = countOf(events, end);
    inputs = inputs.from(encoder.neurons);
    scores = scores.from(classes);
  }
}
