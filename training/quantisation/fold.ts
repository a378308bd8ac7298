/**
 * Makes the network from which training for a chip starts: batch norm is folded into weights and biases, and statistics
 * and ranges are frozen. With live statistics, the scale of a row would change in every step, and the integers would
 * change without any gradient.
 */
import { type BatchNorm, builtIn, folded, type Network, type NetworkLayer, NO_FLOAT_STEP } from "../../arch/index.js";
import { BATCH_NORM_EPSILON } from "../fused/layer.js";
import { type LearningState, layerWeights, learnedThetas, type RunningStatistics } from "../parameters.js";
import { createRange } from "../quantiser.js";

/** Statistics of a folded batch norm, which then has no effect. */
const neutral = (count: number): RunningStatistics => ({
  mean: new Float32Array(count),
  variance: new Float32Array(count).fill(1 - BATCH_NORM_EPSILON),
});

const ones = (count: number): Float32Array => new Float32Array(count).fill(1);

/** Each row of `weights` multiplied by the scale of its norm, and the bias of that norm. */
function foldedRows(weights: Float32Array, norm: BatchNorm): { readonly weights: Float32Array; readonly bias: Float32Array } {
  const rows = Array.from(norm.gamma, (_, row) => folded(norm, row));
  const inputs = weights.length / rows.length;
  return { weights: weights.map((w, k) => w * rows[Math.floor(k / inputs)].scale), bias: Float32Array.from(rows, ({ bias }) => bias) };
}

function foldedLayer(layer: NetworkLayer): NetworkLayer {
  const gates = layer.gates.map((gate) => {
    const { weights, bias } = foldedRows(gate.inputWeights, gate.inputNorm);
    const inputNorm = { gamma: ones(layer.neurons), beta: bias, ...neutral(layer.neurons), epsilon: BATCH_NORM_EPSILON };
    return { ...gate, inputWeights: weights, inputNorm };
  });
  return { ...layer, gates };
}

/**
 * A copy of the spiking `network` with every batch norm folded. With `thetaLearned`, its thresholds are learned too.
 */
export function foldedState(network: Network, thetaLearned = false): LearningState {
  const { inputs, classes } = network;
  const system = builtIn(network.system, network.name, NO_FLOAT_STEP);
  const layers = network.layers.map((layer) => {
    const { frozen: _, ...weights } = layerWeights(system, foldedLayer(layer));
    return weights;
  });
  const readout = foldedRows(network.readout.weights, network.readout.norm);
  return {
    shapes: network.layers.map((layer) => ({ system, inputs: layer.inputs, neurons: layer.neurons })),
    inputs,
    classes,
    layers,
    readout: readout.weights,
    readoutGamma: ones(classes),
    readoutBeta: readout.bias,
    statistics: layers.map(({ gamma }) => neutral(gamma.length)),
    readoutStatistics: neutral(classes),
    encoderRange: createRange(network.encoder?.range ?? 0),
    ranges: network.layers.map(({ quantiser }) => createRange(quantiser?.range ?? 0)),
    thetas: thetaLearned ? learnedThetas(network.layers.map(({ quantiser }) => quantiser?.theta ?? 0)) : null,
  };
}
