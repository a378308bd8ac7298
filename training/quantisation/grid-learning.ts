/**
 * Learning on a chip's grid: masters, steps, biases and learned parameters per neuron are trained; batch norm and
 * ranges are constants.
 */
import type { Network } from "../../arch/index.js";
import { type Adam, clipGain, createAdam, moveBy } from "../adam.js";
import type { TrainingConfig } from "../config.js";
import type { Engine } from "../fused/kernels.js";
import { isLearned, keepBounds, type Learning, unclipped } from "../learning.js";
import { mean } from "../parallel/shard.js";
import { type LearningState, type QuantiserSettings, trainableArrays } from "../parameters.js";
import { foldedState } from "./fold.js";
import { WeightGrid } from "./grid.js";
import { type QuantisationConfig, weightBitsOf } from "./weight-bits.js";

/**
 * Masters have a deviation of about 1, weights of a recurrent layer one of about 1/8: with this factor, a learning rate
 * has the same effect as without a grid.
 */
const MASTER_RATE = 8;

interface GridLearning extends Learning {
  readonly grid: WeightGrid;
}

/** Matrices of `state`, in the order of the grid's masters. */
const matricesOf = (state: LearningState): Float32Array[] =>
  [...state.layers.flatMap(({ inputT, recurrentT }) => [inputT, recurrentT]), state.readout].filter((array) => array !== null);

/** Learning that begins with `network`. */
export function gridLearning(
  engine: Engine,
  config: TrainingConfig,
  quantisation: QuantisationConfig,
  settings: QuantiserSettings,
  network: Network,
): GridLearning {
  const state = foldedState(network, config.quantiser.thetaLearned === true);
  const grid = new WeightGrid(engine, state, settings, weightBitsOf(quantisation, config.network.neurons.length), quantisation.zeroShare);
  const matrices = matricesOf(state);
  const biases = [
    ...state.layers.flatMap(({ beta, perNeuron }) => [beta, ...perNeuron.filter((_, k) => isLearned(config, k))]),
    state.readoutBeta,
  ];
  const { masters, logSteps, units } = grid;
  const steps = quantisation.stepLearned ? logSteps : [];
  const thresholds = unclipped(state);
  const adam: Adam = createAdam([...masters, ...biases, ...steps, ...thresholds]);
  /** Indices of the matrices and biases in the gradients of a batch. */
  const all = trainableArrays(state);
  const placeOf = (array: Float32Array): number => all.indexOf(array);
  const [ofMatrices, ofBiases, ofThresholds] = [matrices, biases, thresholds].map((arrays) => arrays.map(placeOf));
  return {
    state,
    adam,
    folded: true,
    pruned: [], // a master of 0 has no gradient
    grid,
    arrays: [...masters, ...logSteps, ...units, ...biases, ...thresholds],
    prepare: () => grid.project(state, settings),
    finished(read) {
      grid.project(state, settings);
      return read(state);
    },
    take(results, rate) {
      const step = mean(results);
      const [ofWeights, ofOthers] = [ofMatrices, ofBiases].map((places) => places.map((k) => step.gradients[k]));
      // Steps and thresholds do not count in the norm, because they gather the gradients of a whole row or layer.
      const gain = clipGain(adam, [...ofWeights, ...ofOthers], config.training.clipNorm);
      if (gain === null) return step;
      const onGrid = grid.gradients(state, settings, ofWeights);
      moveBy(adam, [
        ...masters.map((values, k) => ({ values, gradient: onGrid.masters[k], gain, rate: MASTER_RATE * rate })),
        ...biases.map((values, k) => ({ values, gradient: ofOthers[k], gain, rate })),
        ...steps.map((values, k) => ({ values, gradient: onGrid.logSteps[k], gain: 1, rate })),
        ...thresholds.map((values, k) => ({ values, gradient: step.gradients[ofThresholds[k]], gain: 1, rate })),
      ]);
      keepBounds(config, state);
      return step;
    },
  };
}
