/**
 * Currents, voltages and spikes of an imported network in integers, step by step, as its chip's tools show them. Loihi
 * stores a refractory neuron's counter in place of its voltage: 128 × `refractory` in the step of the spike, one more
 * in each further step of waiting. A neuron that restarts loses it.
 */
import { entry } from "../../base/entry.js";
import { type GraphEngine, type GraphRun, type IntegerGraph, widthOf } from "../functional/index.js";
import type { ImportedNir } from "./import.js";
import { arrayOf } from "./shapes.js";

/** Each array is [steps][neurons]. */
export interface RecordedStates {
  /** 0 if the neurons' input is not filtered. */
  readonly current: Int32Array;
  readonly voltage: Int32Array;
  /** Payloads of spikes. */
  readonly spikes: Int32Array;
}

const MARK = 128;

/** Runs `inputs` and records the populations of neurons `names`. */
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

/** Replaces the voltages of refractory neurons by their counters. */
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
