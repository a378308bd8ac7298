/** Static counts of a network of cells: non-zero weights, stored values, products in its equations. Pure. */
import { cellOf, gatesOf } from "../cells/registry.js";
import type { Network, Topology } from "../network.js";

/** Weights of a network, float or integer. */
interface Weights {
  readonly layers: readonly {
    readonly neurons: number;
    readonly inputs: number;
    readonly gates: readonly { readonly inputWeights: ArrayLike<number>; readonly recurrentWeights: ArrayLike<number> | null }[];
  }[];
  readonly readout: { readonly weights: ArrayLike<number> };
}

/** By projection and source neuron: number of non-zero weights that its spike meets. */
export function nonZeroWeights({ layers, readout }: Weights): Uint32Array[] {
  const count = (sources: number, blocks: readonly ArrayLike<number>[]): Uint32Array => {
    const out = new Uint32Array(sources);
    for (const block of blocks) {
      for (let i = 0; i < block.length; i++) if (block[i] !== 0) out[i % sources]++;
    }
    return out;
  };
  const last = layers[layers.length - 1].neurons;
  return [
    ...layers.flatMap(({ neurons, inputs, gates }) => {
      const own = gates.flatMap(({ recurrentWeights }) => (recurrentWeights === null ? [] : [recurrentWeights]));
      const input = count(
        inputs,
        gates.map(({ inputWeights }) => inputWeights),
      );
      return own.length === 0 ? [input] : [input, count(neurons, own)];
    }),
    count(last, [readout.weights]),
  ];
}

/** Multiplications per frame of a dense gru or lstm: G (D H + H^2) and the cell's own products per layer, plus H K. */
export function denseMultiplications(system: "gru" | "lstm", inputs: number, neurons: readonly number[], classes: number): number {
  const gates = gatesOf(system).length;
  const { multiplies } = cellOf(system).equation(0);
  let sum = neurons[neurons.length - 1] * classes;
  for (const [l, n] of neurons.entries()) sum += gates * ((l === 0 ? inputs : neurons[l - 1]) * n + n * n) + multiplies * n;
  return sum;
}

/** Element-wise products per step of the cells' equations. `leaks`: number of a layer's leaks that are products. */
export function elementMultiplies(system: string, layers: readonly { readonly neurons: number; readonly leaks: number }[]): number {
  const cell = cellOf(system);
  return layers.reduce((sum, { neurons, leaks }) => sum + neurons * cell.equation(leaks).multiplies, 0);
}

/**
 * Products of states by leaks and gains per step, of a network without equations of its own: those of its neuron
 * updates without requantisation, which can be folded into the weights.
 */
export function stateProducts({ populations }: Pick<Topology, "populations">): number {
  return populations.reduce((sum, { neurons, update }) => sum + neurons * (update.multiplies - update.requantises), 0);
}

/** Trained values: weights, batch norm's gamma and beta, parameters per neuron. */
export function parameterCount(network: Network): number {
  let count = network.readout.weights.length + 2 * network.classes;
  for (const layer of network.layers) {
    for (const values of Object.values(layer.perNeuron)) count += values?.length ?? 0;
    for (const gate of layer.gates) count += gate.inputWeights.length + (gate.recurrentWeights?.length ?? 0) + 2 * layer.neurons;
  }
  return count;
}

/** Running means and variances of the batch norms. */
export function statisticsCount({ classes, layers }: Network): number {
  return layers.reduce((sum, layer) => sum + 2 * layer.gates.length * layer.neurons, 2 * classes);
}
