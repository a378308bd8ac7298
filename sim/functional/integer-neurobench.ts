/**
 * NeuroBench's metrics of an integer network: one connection layer a projection, one call a step.
 * Recurrent inputs are the spikes of the step before, so those of an utterance's last step meet nothing here. Biases are the folded ones.
 * Not modelled: membrane updates and neuron operations (the harness has no price for these cells).
 */
import type { Topology } from "../../arch/index.js";
import { NeurobenchCounter, type NeurobenchMetrics } from "./neurobench.js";
import type { UtteranceRun } from "./utterance.js";

/** Width of a folded bias, as a chip stores it. */
const BIAS_BITS = 32;

export class IntegerNeurobench {
  private readonly counter: NeurobenchCounter;
  /**
   * `nonZero`: by projection, by source neuron, weights that are not zero. `weightBits`: of the weights into each population.
   * `neuronLayers`: populations of neurons, whose outputs are activations.
   */
  constructor(
    private readonly topology: Topology,
    private readonly nonZero: readonly Uint32Array[],
    weightBits: (target: number) => number,
    private readonly neuronLayers: readonly number[],
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
    });
  }

  add(run: UtteranceRun): void {
    const { populations, projections } = this.topology;
    this.counter.sample();
    for (let step = 0; step < run.steps; step++) {
      this.counter.step();
      const group = step * populations.length;
      for (const p of this.neuronLayers) {
        this.counter.activation(populations[p].neurons, run.eventStart[group + p + 1] - run.eventStart[group + p]);
      }
      for (const [j, { source, recurrent }] of projections.entries()) {
        if (recurrent && step === 0) continue;
        const g = group + source - (recurrent ? populations.length : 0);
        const weights = this.nonZero[j];
        let effective = 0;
        let binary = true;
        for (let e = run.eventStart[g]; e < run.eventStart[g + 1]; e++) {
          effective += weights[run.neuron[e]];
          if (run.payload[e] !== 1 && run.payload[e] !== -1) binary = false;
        }
        this.counter.call(j, effective, binary);
      }
    }
  }

  metrics(): NeurobenchMetrics {
    return this.counter.metrics();
  }
}
