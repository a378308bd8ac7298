/**
 * Weights that become 0 while a network learns: the smallest ones, few at first, in the end as many as asked for. What
 * is 0 stays 0.
 * Source: Zhu and Gupta 2017 (arXiv 1710.01878), equation 1: the share of zeros grows along a cubic curve, so that most
 * weights go while the others can still make up for them.
 */
import type { TrainingConfig } from "./config.js";
import type { LayerWeights } from "./fused/layer.js";
import type { LearningState } from "./parameters.js";

/** A network with a smaller share of weights that are 0 has them by chance, not by pruning. */
export const PRUNED_SHARE = 0.05;

/** Shares of the epochs after which zeros begin, and after which there are as many as asked for. */
const BEGIN = 0.2;
const END = 0.7;

/** Share of zeros from the beginning of an epoch on; in the last epoch it is reached in any case. */
export function zeroShareAt(zeroShare: number, epoch: number, epochs: number): number {
  const begin = BEGIN * epochs;
  const end = Math.min(END * epochs, epochs - 1);
  if (epoch >= end) return zeroShare;
  const rest = 1 - Math.max(0, (epoch - begin) / (end - begin));
  return zeroShare * (1 - rest * rest * rest);
}

/** Sets the smallest `share` of the values at `places` to 0; of equal values, the first ones. */
export function prune(values: Float32Array, share: number, places: Uint32Array): void {
  const order = places.toSorted((a, b) => Math.abs(values[a]) - Math.abs(values[b]) || a - b);
  for (const place of order.subarray(0, Math.round(share * places.length))) values[place] = 0;
}

/** All places of an array. */
export const allPlaces = (values: Float32Array): Uint32Array => Uint32Array.from(values, (_, i) => i);

const matricesOf = ({ inputT, recurrentT }: LayerWeights): Float32Array[] => (recurrentT === null ? [inputT] : [inputT, recurrentT]);

/** The matrices into the neurons of hidden layers; the readout's few weights are left alone. */
export const hiddenMatrices = ({ layers }: LearningState): Float32Array[] => layers.flatMap(matricesOf);

/** Sets the smallest `share` of all values of the matrices to 0: one threshold for all of them. */
function pruneTogether(matrices: readonly Float32Array[], share: number): void {
  const all = Float32Array.from(matrices.flatMap((matrix) => Array.from(matrix)));
  prune(all, share, allPlaces(all));
  let first = 0;
  for (const matrix of matrices) {
    matrix.set(all.subarray(first, first + matrix.length));
    first += matrix.length;
  }
}

/**
 * Prunes the hidden matrices [inputs][gates * neurons] to the share of an epoch: each gate of each of them, or all
 * together.
 */
export function pruneForEpoch({ network, training }: TrainingConfig, state: LearningState, epoch: number): void {
  const share = zeroShareAt(training.zeroShare ?? 0, epoch, training.epochs);
  if (share === 0) return;
  if (training.zeroScope === "network") {
    pruneTogether(hiddenMatrices(state), share);
    return;
  }
  state.layers.forEach((layer, l) => {
    const [neurons, columns] = [network.neurons[l], layer.gamma.length];
    for (const matrix of matricesOf(layer))
      for (let first = 0; first < columns; first += neurons) {
        const ofGate = allPlaces(matrix).filter((place) => place % columns >= first && place % columns < first + neurons);
        prune(matrix, share, ofGate);
      }
  });
}

/** Sets to 0 what was 0 in `before`. */
export function keepZeros(values: Float32Array, before: Float32Array): void {
  for (let i = 0; i < values.length; i++) if (before[i] === 0) values[i] = 0;
}
