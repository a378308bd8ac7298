/**
 * An integer graph, slow and obvious: one population, one spike, one weight after the other. Additions into an
 * accumulator follow the order of projections, then of source neurons.
 */
import { GraphCells } from "../../sim/functional/graph-cells.js";
import type { GraphEngine, GraphRun, GraphWatch, IntegerGraph } from "../../sim/functional/integer-graph.js";
import { classesOf, firstValues, widthOf } from "../../sim/functional/integer-graph.js";
import type { Spike } from "../../sim/functional/spiking-cells.js";

/** Reference engine for `graph`. */
export function createGraphReference(graph: IntegerGraph): GraphEngine {
  return { run: (inputs, watch) => runReference(graph, inputs, watch) };
}

function runReference(graph: IntegerGraph, inputs: Int32Array, watch?: GraphWatch): GraphRun {
  const cells = new GraphCells(graph);
  const { populations } = graph;
  const width = widthOf(graph);
  const first = firstValues(graph);
  const steps = inputs.length / width;
  /** spikes by [step][population] */
  const sent: Spike[][][] = [];
  const classes = classesOf(graph);
  const moved = new Float64Array(populations.length);
  const scores = new Int32Array(steps * classes);
  for (let step = 0; step < steps; step++) {
    sent.push(populations.map(() => []));
    for (const [p, population] of populations.entries()) {
      const spikes = sent[step][p];
      if (population.kind === "input") {
        for (let n = 0; n < population.neurons; n++) {
          const payload = inputs[step * width + first[p] + n];
          if (payload !== 0) spikes.push({ neuron: n, payload });
        }
        continue;
      }
      const sums = new Array<number>(population.neurons).fill(0);
      for (const projection of graph.projections) {
        if (projection.target !== p || projection.steps > step) continue;
        for (const spike of sent[step - projection.steps][projection.source]) cells.add(projection, spike, 0, sums);
      }
      cells.restart(p, population, step, 0, population.neurons);
      for (let n = 0; n < population.neurons; n++) {
        const before = cells.voltage[p][n];
        const { spiked, out } = cells.update(p, population, n, sums[n]);
        if (spiked !== 0) spikes.push({ neuron: n, payload: spiked });
        if (population.kind === "neurons" && (step === 0 || cells.voltage[p][n] !== before)) moved[p]++;
        if (p === graph.scored) scores[step * classes + n] = out;
      }
      if (population.kind === "neurons") watch?.(step, p, { voltage: cells.voltage[p], current: cells.current[p] });
    }
  }
  const groups = sent.flat();
  const eventStart = new Uint32Array(groups.length + 1);
  for (const [g, group] of groups.entries()) eventStart[g + 1] = eventStart[g] + group.length;
  const all = groups.flat();
  return {
    steps,
    eventStart,
    neuron: Uint32Array.from(all, (spike) => spike.neuron),
    payload: Int16Array.from(all, (spike) => spike.payload),
    scores,
    accumulatorOverflows: cells.accumulator.overflows,
    stateSaturations: cells.saturations,
    membraneUpdates: moved,
    voltages: Int32Array.from(populations.flatMap(({ kind }, p) => (kind === "neurons" ? cells.voltage[p] : []))),
  };
}
