/** Spiking cells computed from the messages that arrive. */
import type { IntegerNetwork } from "../integer-network.js";
import { type LayerState, type Spike, SpikingCells, silentLayer } from "../spiking-cells.js";
import type { Arrivals, LiveNetwork, SpikeTaker } from "./live-network.js";

export class LiveSpiking implements LiveNetwork {
  readonly scores: Int32Array;
  private readonly cells: SpikingCells;
  private readonly encoder: number[];
  private readonly layers: readonly LayerState[];

  /** `inputs`: [steps][inputs] in the encoder's state units. */
  constructor(
    private readonly network: IntegerNetwork,
    private readonly inputs: Int32Array,
  ) {
    this.cells = new SpikingCells(network);
    this.encoder = new Array<number>(network.inputs).fill(0);
    this.layers = network.layers.map((_, index) => silentLayer(network, index));
    this.scores = new Int32Array((inputs.length / network.inputs) * network.classes);
  }

  step(population: number, step: number, first: number, neurons: number, arrivals: Arrivals, spike: SpikeTaker): void {
    const { cells, network } = this;
    const fired: Spike[] = [];
    const came = population === 0 ? [] : arrivals(0);
    for (let n = first; n < first + neurons; n++) {
      if (population === 0) cells.encode(this.encoder, n, this.inputs[step * network.inputs + n], fired);
      else if (population > this.layers.length) this.scores[step * network.classes + n] = cells.score(n, came);
    }
    if (population >= 1 && population <= this.layers.length) {
      const recurrent = (projection: number): boolean => network.topology.projections[projection].recurrent;
      const spikes = came.filter(({ projection }) => !recurrent(projection));
      const last = came.filter(({ projection }) => recurrent(projection));
      cells.update(this.layers[population - 1], first, neurons, spikes, last, fired);
    }
    for (const { neuron, payload } of fired) spike(neuron, payload);
  }

  troubles(): ReturnType<LiveNetwork["troubles"]> {
    return { accumulatorOverflows: this.cells.accumulator.overflows, stateSaturations: this.cells.saturations };
  }
}
