/**
 * gru and lstm computed from the messages that arrive. A missing activation counts as 0, and two of one neuron in one
 * step add up. A slice takes those that arrived as its layer's last activations.
 */
import { DenseCells, type DenseState, silentDense } from "../dense-cells.js";
import type { IntegerNetwork } from "../integer-network.js";
import type { Arrivals, LiveNetwork, SpikeTaker } from "./live-network.js";

export class LiveDense implements LiveNetwork {
  readonly scores: Int32Array;
  private readonly cells: DenseCells;
  private readonly layers: readonly DenseState[];

  /** `inputs`: [steps][inputs], features as the reference takes them. */
  constructor(
    private readonly network: IntegerNetwork,
    private readonly inputs: Int32Array,
  ) {
    this.cells = new DenseCells(network);
    this.layers = network.layers.map(silentDense);
    this.scores = new Int32Array((inputs.length / network.inputs) * network.classes);
  }

  step(population: number, step: number, first: number, neurons: number, arrivals: Arrivals, spike: SpikeTaker): void {
    const { cells, network, layers } = this;
    const came = population === 0 ? { values: new Int32Array(), last: new Int32Array() } : this.came(population, arrivals);
    for (let n = first; n < first + neurons; n++) {
      if (population > layers.length) {
        this.scores[step * network.classes + n] = cells.score(n, came.values);
        continue;
      }
      const sends =
        population === 0
          ? cells.feature(this.inputs[step * network.inputs + n])
          : cells.update({ ...layers[population - 1], sent: came.last }, n, came.values);
      if (sends !== 0) spike(n, sends);
    }
  }

  private came(population: number, arrivals: Arrivals): { readonly values: Int32Array; readonly last: Int32Array } {
    const { populations, projections } = this.network.topology;
    const values = new Int32Array(populations[population - 1].neurons);
    const last = new Int32Array(populations[population].neurons);
    for (const { projection, neuron, payload } of arrivals(0)) (projections[projection].recurrent ? last : values)[neuron] += payload;
    return { values, last };
  }

  troubles(): ReturnType<LiveNetwork["troubles"]> {
    return { accumulatorOverflows: this.cells.accumulator.overflows, stateSaturations: this.cells.saturations };
  }
}
