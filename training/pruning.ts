/**
 * Weights that become 0 while a network learns, few at first, in the end as many as asked for: the smallest ones, or
 * those that prevent the least loss per product that they cost. What is 0 stays 0.
 * Source: Zhu and Gupta 2017 (arXiv 1710.01878), equation 1: the share of zeros grows along a cubic curve, so that most
 * weights go while the others can still make up for them.
 */
import { cellOf, elementMultiplies } from "../arch/index.js";
import { type InputError, inputError } from "../base/errors.js";
import { learningOf, prunes, type TrainingConfig } from "./config.js";
import type { LayerWeights } from "./fused/layer.js";
import type { LearningState } from "./parameters.js";
import type { RatedMatrix, Saliency } from "./saliency.js";

/** A network with a smaller share of weights that are 0 has them by chance, not by pruning. */
export const PRUNED_SHARE = 0.05;

/** Shares of the epochs after which zeros begin, and after which there are as many as asked for. */
const BEGIN = 0.2;
const END = 0.7;

/**
 * How much of the pruning is done from the beginning of an epoch on, 0 to 1; in the last epoch all of it in any case.
 */
export function pruningProgress(epoch: number, epochs: number): number {
  const begin = BEGIN * epochs;
  const end = Math.min(END * epochs, epochs - 1);
  if (epoch >= end) return 1;
  const rest = 1 - Math.max(0, (epoch - begin) / (end - begin));
  return 1 - rest * rest * rest;
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
 * Keeps the weights that prevent the most loss per product, as long as all products per frame of those that are kept
 * are at most `products`; sets the others to 0. Weights of sources that are never active cost nothing and stay.
 */
export function pruneByProducts(matrices: readonly RatedMatrix[], products: number): void {
  const count = matrices.reduce((sum, { values }) => sum + values.length, 0);
  const [worth, cost] = [new Float64Array(count), new Float64Array(count)];
  let next = 0;
  for (const { values, products: costs, meanSquare, curvature } of matrices)
    for (let at = 0; at < values.length; at++, next++) {
      const [weight, i] = [values[at], Math.floor(at / curvature.length)];
      cost[next] = weight === 0 ? 0 : costs[i];
      worth[next] = costs[i] === 0 ? Number.POSITIVE_INFINITY : weight * weight * meanSquare[i] * curvature[at % curvature.length];
    }
  const order = Uint32Array.from(worth.keys()).sort((a, b) => worth[b] - worth[a] || a - b);
  const isKept = new Uint8Array(count);
  let left = products;
  for (const place of order) {
    left -= cost[place];
    if (left < 0) break;
    isKept[place] = 1;
  }
  next = 0;
  for (const { values } of matrices) for (let at = 0; at < values.length; at++, next++) if (isKept[next] === 0) values[at] = 0;
}

/** Of products of cells and readout, which no zero in a hidden matrix spares. */
const tooSmall = ({ name }: TrainingConfig, budget: number, least: string): InputError =>
  inputError(name, `training.effective_multiplications_per_frame: is ${budget}; cells and readout alone take ${least}`, "give more");

/**
 * Refuses a budget that the finished network will exceed whatever it learns: by the cells' products, and by those of a
 * readout whose sources are always active. What spikes add is only known when zeros are chosen.
 */
export function demandBudget(config: TrainingConfig, classes: number): void {
  const { network, training } = config;
  const budget = training.effectiveMultiplicationsPerFrame;
  if (budget === undefined) return;
  const { perNeuron, spiking } = cellOf(network.system);
  const leaks = perNeuron.filter((one) => {
    const { initial, learned } = learningOf(config, one);
    return one.kind === "leak" && initial !== 1 && !learned;
  }).length;
  const cells = elementMultiplies(
    network.system,
    network.neurons.map((neurons) => ({ neurons, leaks })),
  );
  const least = cells + (spiking ? 0 : classes * network.neurons[network.neurons.length - 1]);
  if (least >= budget) throw tooSmall(config, budget, spiking ? `${least} or more` : String(least));
}

/** Prunes to the products per frame of a share of the way from a network without zeros to the budget. */
function pruneToBudget(config: TrainingConfig, state: LearningState, saliency: Saliency, budget: number, progress: number): void {
  const { system } = config.network;
  const matrices = saliency.rated();
  const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((all, value) => all + value, 0);
  const layers = state.layers.map(({ perNeuron }, l) => {
    const leaks = cellOf(system).perNeuron.filter(({ kind }, k) => kind === "leak" && perNeuron[k].some((value) => value !== 1));
    return { neurons: state.shapes[l].neurons, leaks: leaks.length };
  });
  const others = elementMultiplies(system, layers) + state.classes * sum(saliency.activity(layers.length));
  if (others >= budget) throw tooSmall(config, budget, String(Math.ceil(others)));
  const dense = matrices.reduce((all, { products, curvature }) => all + curvature.length * sum(products), others);
  pruneByProducts(matrices, dense + progress * (budget - dense) - others);
  hiddenMatrices(state).forEach((values, k) => {
    keepZeros(values, matrices[k].values);
  });
}

/**
 * Prunes the hidden matrices [inputs][gates * neurons] for an epoch: to a share of each gate of each of them, or of all
 * together, or to a number of products. `measure` tells what weights are worth now.
 */
export function pruneForEpoch(config: TrainingConfig, state: LearningState, epoch: number, measure: () => Saliency): void {
  const { network, training } = config;
  const progress = pruningProgress(epoch, training.epochs);
  if (progress === 0 || !prunes(config)) return;
  if (training.effectiveMultiplicationsPerFrame !== undefined) {
    pruneToBudget(config, state, measure(), training.effectiveMultiplicationsPerFrame, progress);
    return;
  }
  const share = progress * (training.zeroShare ?? 0);
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
