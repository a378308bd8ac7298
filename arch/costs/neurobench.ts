/**
 * NeuroBench's static and workload metrics by NeuroBench's rules (harness 2.3.0), for every engine. A layer call (a
 * step of one connection layer) is all AC if its inputs are all in {-1, 0, 1}, else all MAC; operations need a non-zero
 * input and a non-zero weight; biases are not operations; all counts are means per sample, not per step.
 * Source: NeuroBench/neurobench, benchmarks/workload_metrics.py and static_metrics.py.
 * Not modelled: calls that span a batch (one sample is one call here); recurrent layers as one module (the harness
 * refuses them).
 */
import { type ResetRule, takesResetValue } from "../reset-rule.js";

export interface NeurobenchMetrics {
  /** Bytes of all parameters and buffers at float32. */
  readonly footprintBytes: number;
  /** Bits of all parameters and buffers at their stored widths. */
  readonly packedBits: number;
  readonly parameters: number;
  /** Zero share of the connection layers' weights, to 4 decimals. */
  readonly connectionSparsity: number;
  /** Zero share of the outputs of all neuron layers over steps and samples, without those that give voltages. */
  readonly activationSparsity: number;
  readonly denseOperations: number;
  readonly effectiveMacs: number;
  readonly effectiveAcs: number;
  /**
   * Changes of membrane potentials; the first step of a sample counts every neuron. null if the engine does not count
   * them.
   */
  readonly membraneUpdates: number | null;
  /** Membrane updates times the harness's price of the neuron type; null if it has no price. */
  readonly neuronOperations: number | null;
  readonly samples: number;
  readonly layers: readonly {
    readonly name: string;
    readonly effectiveMacs: number;
    readonly effectiveAcs: number;
    readonly denseOperations: number;
  }[];
  /** Neuron layers in network order; null as for the fields above. */
  readonly neurons: readonly {
    readonly name: string;
    /** null if its outputs are voltages. */
    readonly activationSparsity: number | null;
    readonly membraneUpdates: number | null;
    readonly neuronOperations: number | null;
  }[];
}

/** Static data of a network that the harness needs. */
interface NeurobenchModel {
  /** Weights and biases. */
  readonly parameters: number;
  /** Other stored values, such as running statistics; 0 if batch norm is folded. */
  readonly buffers: number;
  readonly packedBits: number;
  readonly weights: number;
  readonly zeroWeights: number;
  /** Connection layers in network order; operations of one step with every input and weight taken as 1. */
  readonly connections: readonly { readonly name: string; readonly denseOperations: number }[];
  /**
   * Neuron layers. `price`: operations of one membrane update, null if the harness has no price; `membranes`: true if
   * they have membrane potentials; `sends`: false if their outputs are voltages, which are no activations.
   */
  readonly neurons: readonly {
    readonly name: string;
    readonly price: number | null;
    readonly membranes: boolean;
    readonly sends: boolean;
  }[];
}

/** The harness's operations of one membrane update, for the two neuron types used here. */
const UPDATE_PRICES = { leaky: { subtract: 4, zero: 4 }, synaptic: { subtract: 6, zero: 8 } } as const;

/** The harness's neuron types: its Leaky is NIR's LIF, its Synaptic is CubaLIF. */
export type HarnessNeuron = keyof typeof UPDATE_PRICES;

/** Price of one membrane update of a neuron type with a reset rule. */
export function updatePrice(type: HarnessNeuron, reset: ResetRule): number {
  return UPDATE_PRICES[type][takesResetValue(reset) ? "zero" : "subtract"];
}

export class NeurobenchCounter {
  private samples = 0;
  private steps = 0;
  private readonly macs: Float64Array;
  private readonly acs: Float64Array;
  private readonly activations: Float64Array;
  private readonly active: Float64Array;
  private readonly updates: Float64Array;

  constructor(private readonly model: NeurobenchModel) {
    this.macs = new Float64Array(model.connections.length);
    this.acs = new Float64Array(model.connections.length);
    this.activations = new Float64Array(model.neurons.length);
    this.active = new Float64Array(model.neurons.length);
    this.updates = new Float64Array(model.neurons.length);
  }

  sample(): void {
    this.samples++;
  }

  /** Counts steps of the whole network. */
  step(count: number): void {
    this.steps += count;
  }

  /** Counts one call of connection layer `layer`; `binary`: all of its inputs were -1, 0 or 1. */
  call(layer: number, effective: number, binary: boolean): void {
    (binary ? this.acs : this.macs)[layer] += effective;
  }

  /** Counts outputs of neuron layer `layer`, and how many are not zero. */
  activation(layer: number, outputs: number, nonZero: number): void {
    if (!this.model.neurons[layer].sends) return;
    this.activations[layer] += outputs;
    this.active[layer] += nonZero;
  }

  /** Counts changes of membrane potentials in neuron layer `layer`. */
  membranes(layer: number, updates: number): void {
    this.updates[layer] += updates;
  }

  metrics(): NeurobenchMetrics {
    const { parameters, buffers, packedBits, weights, zeroWeights, connections } = this.model;
    const neurons = this.neuronLayers();
    const total = (values: readonly (number | null)[]): number | null =>
      values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), values.length === 0 ? null : 0);
    const mean = (total: number): number => (this.samples === 0 ? 0 : total / this.samples);
    const layers = connections.map(({ name, denseOperations }, l) => ({
      name,
      effectiveMacs: mean(this.macs[l]),
      effectiveAcs: mean(this.acs[l]),
      denseOperations: mean(denseOperations * this.steps),
    }));
    const sum = (pick: (layer: (typeof layers)[number]) => number): number => layers.reduce((total, layer) => total + pick(layer), 0);
    return {
      footprintBytes: (parameters + buffers) * 4,
      packedBits,
      parameters,
      connectionSparsity: weights === 0 ? 0 : Math.round((zeroWeights / weights) * 1e4) / 1e4,
      activationSparsity: sparsity(sumOf(this.activations), sumOf(this.active)),
      denseOperations: sum((layer) => layer.denseOperations),
      effectiveMacs: sum((layer) => layer.effectiveMacs),
      effectiveAcs: sum((layer) => layer.effectiveAcs),
      membraneUpdates: total(neurons.map((layer) => layer.membraneUpdates)),
      neuronOperations: total(neurons.map((layer) => layer.neuronOperations)),
      samples: this.samples,
      layers,
      neurons,
    };
  }

  private neuronLayers(): NeurobenchMetrics["neurons"] {
    return this.model.neurons.map(({ name, price, membranes, sends }, l) => {
      const updates = membranes ? (this.samples === 0 ? 0 : this.updates[l] / this.samples) : null;
      return {
        name,
        activationSparsity: sends ? sparsity(this.activations[l], this.active[l]) : null,
        membraneUpdates: updates,
        neuronOperations: updates === null || price === null ? null : updates * price,
      };
    });
  }
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function sparsity(outputs: number, active: number): number {
  return outputs === 0 ? 0 : (outputs - active) / outputs;
}
