/** The integer network, slow and obvious: one neuron after the other, with the rules of `spiking-cells`. */
import type { IntegerNetwork } from "../../sim/functional/integer-network.js";
import { type Spike, SpikingCells, silentLayer } from "../../sim/functional/spiking-cells.js";
import type { UtteranceEngine, UtteranceRun } from "../../sim/functional/utterance.js";

/** Reference engine for `network`. */
export function createReference(network: IntegerNetwork): UtteranceEngine {
  return { run: (inputs) => runReference(network, inputs) };
}

function runReference(network: IntegerNetwork, inputs: Int32Array): UtteranceRun {
  const cells = new SpikingCells(network);
  const steps = inputs.length / network.inputs;
  const encoder = new Array<number>(network.inputs).fill(0);
  const layers = network.layers.map((_, index) => ({ state: silentLayer(network, index), last: [] as Spike[] }));
  const groups: Spike[][] = [];
  const moved = new Float64Array(layers.length + 2);
  const scores = new Int32Array(steps * network.classes);
  for (let step = 0; step < steps; step++) {
    let spikes: Spike[] = [];
    for (let i = 0; i < network.inputs; i++) {
      const before = encoder[i];
      cells.encode(encoder, i, inputs[step * network.inputs + i], spikes);
      if (step === 0 || encoder[i] !== before) moved[0]++;
    }
    groups.push(spikes);
    for (const [l, { state, last }] of layers.entries()) {
      const fired: Spike[] = [];
      const { neurons } = state.layer;
      const changed = cells.update(state, 0, neurons, spikes, last, fired);
      moved[l + 1] += step === 0 ? neurons : changed;
      last.splice(0, last.length, ...fired);
      groups.push(fired);
      spikes = fired;
    }
    groups.push([]);
    for (let c = 0; c < network.classes; c++) scores[step * network.classes + c] = cells.score(c, spikes);
  }
  const troubles = { accumulatorOverflows: cells.accumulator.overflows, stateSaturations: cells.saturations };
  return { ...flatten(groups), steps, scores, ...troubles, membraneUpdates: moved };
}

function flatten(groups: readonly (readonly Spike[])[]): { eventStart: Uint32Array; neuron: Uint32Array; payload: Int16Array } {
  const eventStart = new Uint32Array(groups.length + 1);
  for (const [g, group] of groups.entries()) eventStart[g + 1] = eventStart[g] + group.length;
  const all = groups.flat();
  return {
    eventStart,
    neuron: Uint32Array.from(all, (spike) => spike.neuron),
    payload: Int16Array.from(all, (spike) => spike.payload),
  };
}
