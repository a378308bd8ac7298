/** An imported graph computed from the messages that arrive. */
import { GraphCells } from "../graph-cells.js";
import { classesOf, firstValues, type IntegerGraph, widthOf } from "../integer-graph.js";
import type { Arrivals, LiveNetwork, SpikeTaker } from "./live-network.js";

export class LiveGraph implements LiveNetwork {
  readonly scores: Int32Array;
  private readonly cells: GraphCells;
  private readonly classes: number;
  private readonly width: number;
  private readonly first: readonly number[];

  /** `inputs`: [steps][values of all inputs], payloads within their limits. */
  constructor(
    private readonly graph: IntegerGraph,
    private readonly inputs: Int32Array,
  ) {
    this.cells = new GraphCells(graph);
    this.classes = classesOf(graph);
    this.width = widthOf(graph);
    this.first = firstValues(graph);
    this.scores = new Int32Array((inputs.length / this.width) * this.classes);
  }

  step(p: number, step: number, first: number, neurons: number, arrivals: Arrivals, spike: SpikeTaker): void {
    const { graph, cells } = this;
    const population = graph.populations[p];
    if (population.kind === "input") {
      for (let n = first; n < first + neurons; n++) {
        const payload = this.inputs[step * this.width + this.first[p] + n];
        if (payload !== 0) spike(n, payload);
      }
      return;
    }
    const sums = new Array<number>(neurons).fill(0);
    for (const projection of graph.projections) {
      if (projection.target !== p) continue;
      // on the chip a message counts to its own step, or to the next one over a recurrent projection; the target keeps
      // it for longer delays
      const back = projection.steps - (graph.topology.projections[projection.projection].recurrent ? 1 : 0);
      if (back > step) continue;
      for (const arrival of arrivals(back)) if (arrival.projection === projection.projection) cells.add(projection, arrival, first, sums);
    }
    cells.restart(p, population, step, first, neurons);
    for (let n = first; n < first + neurons; n++) {
      const { spiked, out } = cells.update(p, population, n, sums[n - first]);
      if (spiked !== 0) spike(n, spiked);
      if (p === graph.scored) this.scores[step * this.classes + n] = out;
    }
  }

  troubles(): ReturnType<LiveNetwork["troubles"]> {
    return { accumulatorOverflows: this.cells.accumulator.overflows, stateSaturations: this.cells.saturations };
  }
}
