/**
 * Operation counts of a network from its real activity, spike by spike. A non-zero spike meets every weight that leaves it: W of the next
 * layer in all gates, U of its own layer, V of the readout.
 *   multiplications  all of these, plus the element-wise products of the cells (`equation` of arch/cells)
 *   macs / acs       spike weight products by payload: |q| > 1 is a multiply-accumulate, q = +-1 an accumulate
 *   bit-serial acs   set bits of |q| times weights met
 *   neuroBench       under its own rules (2.3.0): non-zero activation and non-zero weight; a layer call (one utterance, one step) is AC when all its
 *                    inputs are in {-1, 0, 1}, else all MAC; per utterance; the recurrent call of a step has the spikes of the step before
 * gru and lstm run dense: every product counts. Requantisation is a shift in the integer network; batch norm is folded.
 * Shapes: layer outputs [rows][width] float32, payload q = value * scale.
 */
import { cellOf, gatesOf, type Network, type Quantiser } from "../arch/index.js";
import type { Batch } from "./batch.js";
import { scaleOf } from "./quantiser.js";

/** Multiplications a frame of a dense gru or lstm: G (D H + H^2) + 3 H a layer, plus H K. */
export function denseMultiplications(system: "gru" | "lstm", inputs: number, neurons: readonly number[], classes: number): number {
  const gates = gatesOf(system).length;
  let sum = neurons[neurons.length - 1]! * classes;
  neurons.forEach((n, l) => {
    sum += gates * ((l === 0 ? inputs : neurons[l - 1]!) * n + n * n) + 3 * n;
  });
  return sum;
}

/** NeuroBench's numbers; operations per utterance. */
export interface NeuroBench {
  readonly footprintBytes: number;
  readonly parameters: number;
  readonly connectionSparsity: number;
  readonly activationSparsity: number;
  readonly effectiveMacs: number;
  readonly effectiveAcs: number;
  readonly denseSynOps: number;
}

/** Means per frame, exact over all frames counted. */
export interface Operations {
  /** Non-zero values a neuron and frame: input, then each layer. */
  readonly density: readonly number[];
  readonly multiplications: number;
  readonly macs: number;
  readonly acs: number;
  readonly bitSerialAcs: number;
  readonly elementwise: { readonly multiplications: number; readonly additions: number; readonly lutReads: number };
  /** All products of this network if nothing were skipped. */
  readonly denseMultiplications: number;
  readonly neuroBench: NeuroBench;
}

/** One bundle of weights: what the outputs of `source` (0 = input) meet. */
interface Bundle {
  readonly source: number;
  readonly recurrent: boolean;
  readonly fanOut: number;
  /** Non-zero weights of each source neuron. */
  readonly nonZero: Float64Array;
}

function bundle(source: number, recurrent: boolean, weights: readonly Float32Array[], sources: number, targets: number): Bundle {
  const nonZero = new Float64Array(sources);
  for (const w of weights) for (let i = 0; i < w.length; i++) if (w[i] !== 0) nonZero[i % sources]!++;
  return { source, recurrent, fanOut: weights.length * targets, nonZero };
}

function bundlesOf(network: Network): Bundle[] {
  const bundles: Bundle[] = [];
  network.layers.forEach((layer, l) => {
    const input = layer.gates.map((gate) => gate.inputWeights);
    const own = layer.gates.map((gate) => gate.recurrentWeights).filter((w) => w !== null);
    bundles.push(bundle(l, false, input, layer.inputs, layer.neurons));
    if (cellOf(network.system).recurrent) bundles.push(bundle(l + 1, true, own, layer.neurons, layer.neurons));
  });
  const last = network.layers.length;
  bundles.push(bundle(last, false, [network.readout.weights], network.layers[last - 1]!.neurons, network.classes));
  return bundles;
}

function setBits(q: number): number {
  let bits = 0;
  for (let rest = q; rest > 0; rest >>>= 1) bits += rest & 1;
  return bits;
}

const isLeaking = (network: Network): boolean => network.layers.some((layer) => layer.tau?.some((tau) => tau !== 1) ?? false);

/** Adds up batches; `operations` closes the count. */
export class OperationCounter {
  readonly #network: Network;
  readonly #bundles: readonly Bundle[];
  readonly #quantisers: readonly (Quantiser | null)[];
  /** By source (input, layers): values, non-zero, payload +-1, set bits; each summed over frames and neurons. */
  readonly #values: Float64Array;
  readonly #nonZero: Float64Array;
  readonly #ones: Float64Array;
  readonly #bits: Float64Array;
  #effectiveMacs = 0;
  #effectiveAcs = 0;
  #frames = 0;
  #utterances = 0;

  constructor(network: Network) {
    this.#network = network;
    this.#bundles = bundlesOf(network);
    this.#quantisers = [network.encoder, ...network.layers.map((layer) => layer.quantiser)];
    const zeros = (): Float64Array => new Float64Array(this.#quantisers.length);
    [this.#values, this.#nonZero, this.#ones, this.#bits] = [zeros(), zeros(), zeros(), zeros()];
  }

  /** Starts a batch. */
  open(batch: Batch): void {
    this.#frames += batch.rows;
    this.#utterances += batch.utterances;
  }

  /** Takes in the outputs of one source (0 = input, l = layer l), [rows][width] of which `neurons` are real. */
  add(batch: Batch, source: number, outputs: Float32Array, width: number, neurons: number): void {
    const quantiser = this.#quantisers[source]!;
    const scale = quantiser && quantiser.bits < 32 ? scaleOf(quantiser.bits, quantiser.range) : 0;
    const own = this.#bundles.filter((b) => b.source === source);
    this.#values[source]! += batch.rows * neurons;
    // A row's spikes meet U only when its utterance has a next step.
    for (let t = 0; t < batch.steps; t++)
      for (let b = 0; b < batch.counts[t]!; b++) {
        const start = (batch.offset[t]! + b) * width;
        const goesOn = t + 1 < batch.lengths[b]!;
        this.#addRow(source, outputs.subarray(start, start + neurons), scale, own, goesOn);
      }
  }

  #addRow(source: number, row: Float32Array, scale: number, bundles: readonly Bundle[], goesOn: boolean): void {
    let [count, ones, bits, largest] = [0, 0, 0, 0];
    for (let i = 0; i < row.length; i++) {
      if (row[i] === 0) continue;
      count++;
      const q = Math.round(Math.abs(row[i]! * scale));
      if (q === 1) ones++;
      bits += setBits(q);
      largest = Math.max(largest, scale === 0 ? 2 : q);
    }
    this.#nonZero[source]! += count;
    this.#ones[source]! += ones;
    this.#bits[source]! += bits;
    for (const { recurrent, nonZero } of bundles) {
      if (recurrent && !goesOn) continue;
      let met = 0;
      for (let i = 0; i < row.length; i++) if (row[i] !== 0) met += nonZero[i]!;
      if (largest > 1) this.#effectiveMacs += met;
      else this.#effectiveAcs += met;
    }
  }

  /** Closes the count. */
  operations(): Operations {
    const network = this.#network;
    const frames = this.#frames;
    const spiking = network.encoder !== null;
    const sum = (of: (b: Bundle) => number): number => this.#bundles.reduce((total, b) => total + of(b), 0) / frames;
    const dense = sum((b) => this.#values[b.source]! * b.fanOut);
    const products = spiking ? sum((b) => this.#nonZero[b.source]! * b.fanOut) : dense;
    const acs = spiking ? sum((b) => this.#ones[b.source]! * b.fanOut) : 0;
    const neurons = network.layers.reduce((total, layer) => total + layer.neurons, 0);
    const work = cellOf(network.system).equation(isLeaking(network));
    const encoderAdditions = spiking ? 2 * network.inputs : 0;
    const elementwise = {
      multiplications: neurons * work.multiplies,
      additions: neurons * work.additions + encoderAdditions,
      lutReads: neurons * work.lutReads,
    };
    return {
      density: [...this.#nonZero].map((count, s) => count / this.#values[s]!),
      multiplications: products + elementwise.multiplications,
      macs: products - acs,
      acs,
      bitSerialAcs: spiking ? sum((b) => this.#bits[b.source]! * b.fanOut) : 0,
      elementwise,
      denseMultiplications: dense + elementwise.multiplications,
      neuroBench: this.#neuroBench(),
    };
  }

  #neuroBench(): NeuroBench {
    const network = this.#network;
    const weights = network.layers.flatMap((layer) =>
      layer.gates.flatMap((gate) => [gate.inputWeights, gate.recurrentWeights ?? new Float32Array(0)]),
    );
    const connections = [...weights, network.readout.weights];
    const count = connections.reduce((sum, w) => sum + w.length, 0);
    const zeros = connections.reduce((sum, w) => sum + w.reduce((n, v) => n + (v === 0 ? 1 : 0), 0), 0);
    const parameters = parameterCount(network);
    const norms = network.layers.reduce((sum, layer) => sum + 2 * layer.gates.length * layer.neurons, 2 * network.classes);
    const [values, active] = [this.#values, this.#nonZero].map((a) => a.subarray(1).reduce((x, y) => x + y, 0)) as [number, number];
    const steps = this.#bundles.map((b) => (b.recurrent ? this.#frames - this.#utterances : this.#frames));
    const dense = this.#bundles.reduce((sum, b, i) => sum + steps[i]! * b.nonZero.length * b.fanOut, 0);
    return {
      footprintBytes: 4 * (parameters + norms),
      parameters,
      connectionSparsity: zeros / count,
      activationSparsity: 1 - active / values,
      effectiveMacs: this.#effectiveMacs / this.#utterances,
      effectiveAcs: this.#effectiveAcs / this.#utterances,
      denseSynOps: dense / this.#utterances,
    };
  }
}

/** Trained values: weights, batch norm's gamma and beta, learned leaks. */
export function parameterCount(network: Network): number {
  let count = network.readout.weights.length + 2 * network.classes;
  for (const layer of network.layers) {
    count += layer.tau?.length ?? 0;
    for (const gate of layer.gates) count += gate.inputWeights.length + (gate.recurrentWeights?.length ?? 0) + 2 * layer.neurons;
  }
  return count;
}
