/**
 * Fast engine of gru and lstm: row additions over 8-bit activations, then the cells; one call runs many steps.
 * The host adds projections, sums and layers (see dense-engine.ts), then runs. A kernel holds one network.
 */
import { countOf, isNone, Table } from "../../../base/kernel/views.part.as";
import { DenseLayer, first, GRU, limit } from "./dense-layer.part.as";
import { Event, send } from "./events.part.as";
import { GruLayer, stepGru } from "./gru-cell.part.as";
import { LstmLayer, stepLstm } from "./lstm-cell.part.as";
import { classes, readOut } from "./readout.part.as";
import { countSaturations } from "./requantise.part.as";
import { accumulate, remember, silence } from "./sums.part.as";

export { allocate } from "../../../base/kernel/heap.part.as";
export { setOverflow, takeOverflows } from "./accumulator.part.as";
export { setLimit, setState } from "./dense-layer.part.as";
export { unpack } from "./events.part.as";
export { gruLayer } from "./gru-cell.part.as";
export { lstmLayer } from "./lstm-cell.part.as";
export { addDense8, addDense16, addSparse8, addSparse16 } from "./projection.part.as";
export { setReadout } from "./readout.part.as";
export { takeSaturations } from "./requantise.part.as";
export { addSums } from "./sums.part.as";

/** Number of features per step. */
let features: i32 = 0;

export function setFeatures(count: i32): void {
  features = count;
}

/** Clamps features to their word and writes them as events; a clamped one counts as a saturation. */
function enter(inputs: Table<i32>, events: Event): Event {
  const count = features;
  const most = limit;
  let out = events;
  let cut = 0;
  for (let i = 0; i < count; i++) {
    const value = inputs[i];
    const kept = max(-most, min(most, value));
    cut += <i32>(kept != value);
    out = send(out, i, kept, kept != 0);
  }
  countSaturations(cut);
  return out;
}

/** Resets every layer to silence. */
export function reset(): void {
  for (let layer = first; !isNone(layer); layer = layer.next) {
    layer.state.fill(0, layer.neurons);
    silence(layer.sums);
  }
}

@inline
function step(layer: DenseLayer, events: Event): Event {
  return layer.kind == GRU ? stepGru(changetype<GruLayer>(layer), events) : stepLstm(changetype<LstmLayer>(layer), events);
}

/**
 * Runs `steps` steps. inputs [steps][features]; events: output; starts [steps * (layers + 2) + 1]: number of events before those of each population in each
 * step, in the order features, layers, readout; scores [steps][classes]. `events` needs room for every neuron in every step, and four more.
 */
export function run(steps: i32, inputs: Table<i32>, events: Event, starts: Table<u32>, scores: Table<i32>): void {
  let end = events;
  let mark = 0;
  starts[mark++] = 0;
  for (let s = 0; s < steps; s++) {
    let from = end;
    end = enter(inputs, from);
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
    inputs = inputs.from(features);
    scores = scores.from(classes);
  }
}
