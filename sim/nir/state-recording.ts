/**
 * Currents, voltages and spikes of an imported network in integers, step by step, as its chip's tools show them. Loihi
 * keeps the counter of a refractory neuron in the voltage's place: 128 times `refractory` in the step of the spike, one
 * more in each step after it in which the neuron waits. A neuron that starts again loses it.
 */
import { entry } from "../../base/entry.js";
import { type GraphEngine, type GraphRun, type IntegerGraph, widthOf } from "../functional/index.js";
import type { ImportedNir } from "./import.js";
import { arrayOf } from "./shapes.js";

/** [steps][neurons] each. */
export interface RecordedStates {
  /** 0 where the input of the neurons is not filtered. */
  readonly current: Int32Array;
  readonly voltage: Int32Array;
  /** Payloads. */
  readonly spikes: Int32Array;
}

const MARK = 128;

/** Runs `inputs` and records the populations `names`, which are of neurons. */
export function recordStates(
  { graph: nodes }: ImportedNir,
  graph: IntegerGraph,
  engine: GraphEngine,
  inputs: Int32Array,
  names: ReadonlySet<string>,
): { readonly run: GraphRun; readonly states: ReadonlyMap<string, RecordedStates> } {
  const { populations } = graph;
  const steps = inputs.length / widthOf(graph);
  const states = new Map<string, RecordedStates>();
  for (const { name, kind, neurons } of populations) {
    if (kind !== "neurons" || !names.has(name)) continue;
    const words = (): Int32Array => new Int32Array(steps * neurons);
    states.set(name, { current: words(), voltage: words(), spikes: words() });
  }
  const run = engine.run(inputs, (step, p, { voltage, current }) => {
    const { name, neurons } = populations[p];
    const recorded = states.get(name);
    recorded?.voltage.set(voltage, step * neurons);
    recorded?.current.set(current, step * neurons);
  });
  for (const [p, { name, neurons, ...population }] of populations.entries()) {
    const recorded = states.get(name);
    if (recorded === undefined || population.kind !== "neurons") continue;
    for (let step = 0; step < steps; step++) {
      const group = step * populations.length + p;
      for (let e = run.eventStart[group]; e < run.eventStart[group + 1]; e++)
        recorded.spikes[step * neurons + run.neuron[e]] = run.payload[e];
    }
    const node = entry(nodes.nodes, name);
    if (node.type === "Loihi") mark(recorded, neurons, arrayOf(node, "refractory").data[0], population.cell.restart);
  }
  return { run, states };
}

/** Writes the counters of refractory neurons in the place of their voltages. */
function mark(
  { voltage, spikes }: RecordedStates,
  neurons: number,
  refractory: number,
  restart: { readonly period: number; readonly phase: number } | null,
): void {
  for (let first = 0; first < neurons; first++) {
    let since = refractory;
    for (let at = first, step = 0; at < voltage.length; at += neurons, step++) {
      since++;
      if (restart !== null && step > 0 && step % restart.period === restart.phase) since = refractory;
      if (spikes[at] !== 0) since = 0;
      if (since < refractory) voltage[at] = MARK * refractory + since;
    }
  }
}
