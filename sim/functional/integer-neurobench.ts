/**
 * NeuroBench's metrics of an integer network: one connection layer a projection, one call a step.
 * Recurrent inputs are the spikes of the step before, so those of an utterance's last step meet nothing here. Biases are the folded ones.
 * Not modelled: Delay nodes (an event counts when it is sent); neuron operations of our own cells, for which the harness has no price.
 */
import type { Topology } from "../../arch/index.js";
import { NeurobenchCounter, type NeurobenchMetrics } from "./neurobench.js";
import type { Tally } from "./tally.js";
import type { UtteranceRun } from "./utterance.js";

/** Width of a folded bias, as a chip stores it. */
const BIAS_BITS = 32;

export interface NeuronLayer {
  readonly population: number;
  /** Operations of one membrane update; null where the harness knows none. */
  readonly price: number | null;
  readonly membranes: boolean;
}

export class IntegerNeurobench {
  private readonly counter: NeurobenchCounter;
  /**
   * `nonZero`: by projection, by source neuron, weights that are not zero. `weightBits`: of the weights into each population.
   * `neuronLayers`: populations of neurons, whose outputs are activations, and the price of an update of theirs.
   */
  constructor(
    private readonly topology: Topology,
    nonZero: readonly Uint32Array[],
    weightBits: (target: number) => number,
    private readonly neuronLayers: readonly NeuronLayer[],
  ) {
    const { populations, projections } = topology;
    const connections = projections.map(({ source, target, sparse }, j) => {
      const to = populations[target];
      const weights = sparse === null ? populations[source].neurons * to.neurons * to.accumulators : sparse.targets.length;
      return {
        name: `${populations[source].name} -> ${to.name}`,
        denseOperations: weights,
        bits: weights * weightBits(target),
        zeros: weights - nonZero[j].reduce((sum, n) => sum + n, 0),
      };
    });
    const sum = (pick: (one: (typeof connections)[number]) => number): number => connections.reduce((total, one) => total + pick(one), 0);
    const biases = populations.reduce((total, population) => total + population.neurons * population.accumulators, 0);
    const weights = sum((one) => one.denseOperations);
    this.counter = new NeurobenchCounter({
      parameters: weights + biases,
      packedBits: sum((one) => one.bits) + biases * BIAS_BITS,
      weights,
      zeroWeights: sum((one) => one.zeros),
      connections,
      neurons: neuronLayers.map(({ population, price, membranes }) => ({ name: populations[population].name, price, membranes })),
    });
  }

  add(run: UtteranceRun, sums: Tally): void {
    const { populations, projections } = this.topology;
    this.counter.sample();
    this.counter.step(run.steps);
    for (const [layer, { population: p }] of this.neuronLayers.entries()) {
      let active = 0;
      for (let g = p; g < run.eventStart.length - 1; g += populations.length) active += run.eventStart[g + 1] - run.eventStart[g];
      this.counter.activation(layer, populations[p].neurons * run.steps, active);
      if (run.membraneUpdates !== null) this.counter.membranes(layer, run.membraneUpdates[p]);
    }
    for (const [j, { source, recurrent }] of projections.entries()) {
      const late = recurrent ? 1 : 0;
      for (let step = late; step < run.steps; step++) {
        const g = (step - late) * populations.length + source;
        const binary = sums.ones[g] === run.eventStart[g + 1] - run.eventStart[g];
        this.counter.call(j, sums.effective[j][step - late], binary);
      }
    }
  }

  metrics(): NeurobenchMetrics {
    return this.counter.metrics();
  }
}
