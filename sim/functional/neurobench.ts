/**
 * NeuroBench's static and workload metrics under their own rules (harness 2.3.0), whatever engine runs.
 * A layer call (a step of one connection layer) is all AC if its inputs are all in {-1, 0, 1}, else all MAC; operations need a non-zero
 * input and a non-zero weight; biases are no operations; all counts are means per sample, not per step.
 * Source: NeuroBench/neurobench, benchmarks/workload_metrics.py and static_metrics.py.
 * Not modelled: calls that span a batch (one sample is one call here); recurrent layers as one module (the harness refuses them).
 */

export interface NeurobenchMetrics {
  /** Bytes of all weights and biases at float32. */
  readonly footprintBytes: number;
  /** Bits of the same, packed at the widths they are stored with. */
  readonly packedBits: number;
  readonly parameters: number;
  /** Zero share of the connection layers' weights, to 4 decimals. */
  readonly connectionSparsity: number;
  /** Zero share of the outputs of all neuron layers over steps and samples. */
  readonly activationSparsity: number;
  readonly denseOperations: number;
  readonly effectiveMacs: number;
  readonly effectiveAcs: number;
  /** Changes of membrane potentials; the first step of a sample counts every neuron. null where the engine does not show them. */
  readonly membraneUpdates: number | null;
  /** Membrane updates weighted with the harness's price of the neuron type; null where it knows none. */
  readonly neuronOperations: number | null;
  readonly samples: number;
  readonly layers: readonly {
    readonly name: string;
    readonly effectiveMacs: number;
    readonly effectiveAcs: number;
    readonly denseOperations: number;
  }[];
}

/** What the harness needs to know of a network before it runs. */
export interface NeurobenchModel {
  /** Weights and biases. */
  readonly parameters: number;
  readonly packedBits: number;
  readonly weights: number;
  readonly zeroWeights: number;
  /** Connection layers in network order; operations of one step with every input and weight taken as 1. */
  readonly connections: readonly { readonly name: string; readonly denseOperations: number }[];
}

export class NeurobenchCounter {
  private samples = 0;
  private steps = 0;
  private readonly macs: Float64Array;
  private readonly acs: Float64Array;
  private activations = 0;
  private silent = 0;
  private updates: number | null = null;
  private operations: number | null = 0;

  constructor(private readonly model: NeurobenchModel) {
    this.macs = new Float64Array(model.connections.length);
    this.acs = new Float64Array(model.connections.length);
  }

  sample(): void {
    this.samples++;
  }

  /** One step of the whole network. */
  step(): void {
    this.steps++;
  }

  /** One call of connection layer `layer`; `binary`: all of its inputs were -1, 0 or 1. */
  call(layer: number, effective: number, binary: boolean): void {
    (binary ? this.acs : this.macs)[layer] += effective;
  }

  /** Outputs of one neuron layer in one step. */
  activation(neurons: number, nonZero: number): void {
    this.activations += neurons;
    this.silent += neurons - nonZero;
  }

  /** Membranes that moved in one neuron layer in one step; `price` of one update, null where unknown. */
  membranes(updates: number, price: number | null): void {
    this.updates = (this.updates ?? 0) + updates;
    this.operations = price === null || this.operations === null ? null : this.operations + updates * price;
  }

  metrics(): NeurobenchMetrics {
    const { parameters, packedBits, weights, zeroWeights, connections } = this.model;
    const mean = (total: number): number => (this.samples === 0 ? 0 : total / this.samples);
    const layers = connections.map(({ name, denseOperations }, l) => ({
      name,
      effectiveMacs: mean(this.macs[l]),
      effectiveAcs: mean(this.acs[l]),
      denseOperations: mean(denseOperations * this.steps),
    }));
    const sum = (pick: (layer: (typeof layers)[number]) => number): number => layers.reduce((total, layer) => total + pick(layer), 0);
    return {
      footprintBytes: parameters * 4,
      packedBits,
      parameters,
      connectionSparsity: weights === 0 ? 0 : Math.round((zeroWeights / weights) * 1e4) / 1e4,
      activationSparsity: this.activations === 0 ? 0 : this.silent / this.activations,
      denseOperations: sum((layer) => layer.denseOperations),
      effectiveMacs: sum((layer) => layer.effectiveMacs),
      effectiveAcs: sum((layer) => layer.effectiveAcs),
      membraneUpdates: this.updates === null ? null : mean(this.updates),
      neuronOperations: this.updates === null || this.operations === null ? null : mean(this.operations),
      samples: this.samples,
      layers,
    };
  }
}
