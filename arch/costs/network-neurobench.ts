/**
 * NeuroBench's metrics of a network of populations: one connection layer per projection, one call per step. Recurrent
 * inputs are the spikes of the previous step: the first step's call has none, and spikes of an utterance's last step
 * count no recurrent operations.
 * Not modelled: Delay nodes (an event counts when it is sent); neuron operations of this program's cells, for which the
 * harness has no price.
 */
import type { Topology } from "../network.js";
import { synapsesIn } from "../rows.js";
import { NeurobenchCounter, type NeurobenchMetrics } from "./neurobench.js";
import type { Tally } from "./tally.js";

/** Width of a bias in a packed footprint. */
export const BIAS_BITS = 32;

export interface NeuronLayer {
  readonly population: number;
  /** Operations of one membrane update; null where the harness knows none. */
  readonly price: number | null;
  readonly membranes: boolean;
  /** False if its outputs are voltages, which are no activations. */
  readonly sends: boolean;
}

/** Weights of a network. */
export interface CountedWeights {
  /** By projection: number of its weights, zero or not, at each place where they apply. */
  readonly weightPlaces: readonly number[];
  /** Weights of connection layers, zero or not, each once; and those that are zero. */
  readonly weights: number;
  readonly zeroWeights: number;
}

/** Stored values of a network. */
export interface StoredValues {
  readonly parameters: number;
  /** Stored values that are not parameters: running statistics. */
  readonly buffers: number;
  /** Bits of all stored values, packed. */
  readonly packedBits: number;
}

/** By projection: number of its synapses. */
const synapsesOf = ({ populations, projections }: Topology): readonly number[] =>
  projections.map(({ source, target, sparse }) => {
    const to = populations[target];
    return sparse === null ? populations[source].neurons * to.neurons * to.accumulators : synapsesIn(sparse);
  });

/**
 * Weights that apply at one place each. `nonZero`: by projection and source neuron, number of weights that are not
 * zero.
 */
export function countedWeights(topology: Topology, nonZero: readonly Uint32Array[]): CountedWeights {
  const weightPlaces = synapsesOf(topology);
  const weights = weightPlaces.reduce((sum, count) => sum + count, 0);
  return { weightPlaces, weights, zeroWeights: weights - nonZero.reduce((sum, own) => own.reduce((all, count) => all + count, sum), 0) };
}

/**
 * Values of a network whose weights apply at one place each: weights, and one folded bias per accumulator.
 * `weightBits`: of weights into each population.
 */
export function storedValues(topology: Topology, weightBits: (target: number) => number): StoredValues {
  const weights = synapsesOf(topology);
  const biases = topology.populations.reduce((total, population) => total + population.neurons * population.accumulators, 0);
  const sum = (each: (j: number) => number): number => weights.reduce((total, _, j) => total + each(j), 0);
  return {
    parameters: sum((j) => weights[j]) + biases,
    buffers: 0,
    packedBits: sum((j) => weights[j] * weightBits(topology.projections[j].target)) + biases * BIAS_BITS,
  };
}

export class NetworkNeurobench {
  private readonly counter: NeurobenchCounter;

  /**
   * `neuronLayers`: populations of neurons, with the price of their update.
   */
  constructor(
    private readonly topology: Topology,
    { weightPlaces, weights, zeroWeights }: CountedWeights,
    stored: StoredValues,
    private readonly neuronLayers: readonly NeuronLayer[],
  ) {
    const { populations, projections } = topology;
    this.counter = new NeurobenchCounter({
      ...stored,
      weights,
      zeroWeights,
      connections: projections.map(({ source, target }, j) => ({
        name: `${populations[source].name} -> ${populations[target].name}`,
        denseOperations: weightPlaces[j],
      })),
      neurons: neuronLayers.map(({ population, ...layer }) => ({ name: populations[population].name, ...layer })),
    });
  }

  /** Adds one utterance. `membraneUpdates`: by population; null if the engine does not count them. */
  add({ steps, events, ones, effective }: Tally, membraneUpdates: Float64Array | null): void {
    const { populations, projections } = this.topology;
    this.counter.sample();
    this.counter.step(steps);
    for (const [layer, { population: p }] of this.neuronLayers.entries()) {
      let active = 0;
      for (let g = p; g < events.length; g += populations.length) active += events[g];
      this.counter.activation(layer, populations[p].neurons * steps, active);
      if (membraneUpdates !== null) this.counter.membranes(layer, membraneUpdates[p]);
    }
    for (const [j, { source, recurrent }] of projections.entries()) {
      const late = recurrent ? 1 : 0;
      for (let step = 0; step + late < steps; step++) {
        const g = step * populations.length + source;
        this.counter.call(j, effective[j][step], ones[g] === events[g]);
      }
    }
  }

  metrics(): NeurobenchMetrics {
    return this.counter.metrics();
  }
}
