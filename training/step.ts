/**
 * Loss and gradients of one batch: encoder and recurrent layers as fused operations inside `tf.customGrad`, readout,
 * its batch norm and the loss by TensorFlow.js. `frames`: mean negative log likelihood of the frame labels; `sequence`:
 * cross-entropy of the softmax of the mean frame log-probabilities. Gradients come in the order of `trainableArrays`.
 */

import type { GradSaveFunc, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { cellOf } from "../arch/index.js";
import { existing } from "../base/entry.js";
import type { Tf } from "./backend.js";
import type { Batch } from "./batch.js";
import { encode } from "./fused/encoder.js";
import { type Engine, padded } from "./fused/kernels.js";
import { BATCH_NORM_EPSILON, FusedLayer, type LayerWeights } from "./fused/layer.js";
import type { MembranePenalty } from "./fused/membrane-penalty.js";
import type { SpikeRule } from "./fused/spikes.js";
import type { Observation } from "./observation.js";
import { type LearningState, type QuantiserSettings, thetaOf, trainableArrays } from "./parameters.js";

interface StepOptions {
  readonly settings: QuantiserSettings;
  readonly task: "sequence" | "frames";
  readonly membranePenalty: MembranePenalty;
  /** True if batch norm is folded into weights and biases (`foldedState`); its gammas get no gradient then. */
  readonly folded: boolean;
  /** One dropout mask [utterances][neurons] per layer; null: none. */
  readonly masks: readonly Float32Array[] | null;
}

export interface StepResult {
  /** Without the membrane penalty. */
  readonly loss: number;
  readonly penalty: number;
  readonly gradients: readonly Float32Array[];
  readonly observed: Observation;
}

const present = (w: LayerWeights): Float32Array[] =>
  [w.inputT, w.recurrentT, w.gamma, w.beta, ...w.perNeuron].filter((array) => array !== null);

/**
 * signal [rows][neurons] x weights^T [neurons][classes]. Its gradients use explicit transposes, because the back end's
 * products with a transposed operand are scalar and ten times slower.
 */
function readoutProduct(tf: Tf, signal: Tensor2D, weights: Tensor2D): Tensor2D {
  const operation = tf.customGrad((...inputs) => {
    const [x, w, keep] = inputs as [Tensor2D, Tensor2D, GradSaveFunc];
    keep([x, w]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => [tf.matMul(dy, saved[1]), tf.matMul(tf.transpose(dy), saved[0])];
    return { value: tf.matMul(x, tf.transpose(w)), gradFunc };
  });
  return operation(signal, weights) as Tensor2D;
}

/** Cross-entropy of a batch from its logits [rows][classes]. */
export function lossOf(tf: Tf, logits: Tensor2D, batch: Batch, task: StepOptions["task"], classes: number): Tensor {
  const scores = tf.logSoftmax(logits) as Tensor2D;
  const labels = tf.cast(tf.oneHot(tf.tensor1d(batch.labels, "int32"), classes), "float32");
  if (task === "frames") return tf.neg(tf.mean(tf.sum(tf.mul(scores, labels), 1)));
  const average = new Float32Array(batch.utterances * batch.rows);
  for (let r = 0; r < batch.rows; r++) average[batch.owner[r] * batch.rows + r] = 1 / batch.lengths[batch.owner[r]];
  const means = tf.matMul(tf.tensor2d(average, [batch.utterances, batch.rows]), scores);
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(means), labels), 1)));
}

/**
 * Forward and backward pass over one batch; changes nothing. `absorb` updates ranges and running statistics by the
 * observations.
 */
export function learn(tf: Tf, engine: Engine, state: LearningState, batch: Batch, options: StepOptions): StepResult {
  engine.reset();
  const { settings } = options;
  const spiking = cellOf(state.shapes[0].system).spiking;
  const inputRule: SpikeRule = { bits: settings.inputBits, theta: settings.inputTheta, thetaLearned: false, tracker: state.encoderRange };
  const firstWidth = padded(state.inputs);
  const encoded = spiking ? encode(engine, batch, state.inputs, inputRule) : null;
  const first = encoded?.spikes ?? engine.putPadded(batch.features, batch.rows, state.inputs, batch.rows, firstWidth);
  const masks = state.shapes.map((shape, l) =>
    options.masks ? engine.putPadded(options.masks[l], batch.utterances, shape.neurons, batch.utterances, padded(shape.neurons)) : 0,
  );
  const layers: FusedLayer[] = [];
  const runLayer = (l: number, input: Tensor2D | null, parameters: readonly Tensor[]): Tensor2D => {
    const shape = state.shapes[l];
    const operation = tf.customGrad((...inputs) => {
      const pointer =
        input === null
          ? first
          : engine.putPadded((inputs[0] as Tensor).dataSync() as Float32Array, batch.rows, shape.inputs, batch.rows, padded(shape.inputs));
      const theta = { theta: thetaOf(state, settings, l), thetaLearned: state.thetas !== null };
      const rule = spiking ? { bits: settings.bits, ...theta, tracker: state.ranges[l] } : null;
      const layer = new FusedLayer(engine, shape, state.layers[l], batch, pointer, {
        rule,
        mask: masks[l],
        frozen: options.folded ? "folded" : null,
        penalty: options.membranePenalty,
      });
      layers[l] = layer;
      const output = layer.forward();
      const value = tf.tensor2d(engine.takePadded(output, batch.rows, shape.neurons, padded(shape.neurons)), [batch.rows, shape.neurons]);
      const gradFunc = (dy: Tensor): Tensor[] => {
        const from = engine.putPadded(dy.dataSync() as Float32Array, batch.rows, shape.neurons, batch.rows, padded(shape.neurons));
        const g = layer.backward(from, input !== null);
        const own = present(g);
        thetaGradients[l] = g.theta;
        const tensors = own.map((array, i) => tf.tensor(array, parameters[i].shape));
        if (input === null) return tensors;
        const width = padded(shape.inputs);
        return [tf.tensor2d(engine.takePadded(g.input, batch.rows, shape.inputs, width), [batch.rows, shape.inputs]), ...tensors];
      };
      return { value, gradFunc };
    });
    return operation(...(input === null ? parameters : [input, ...parameters]));
  };
  const thetaGradients = new Float32Array(state.layers.length);
  const counts = state.layers.map((w) => present(w).length);
  let readoutMean: Float32Array = new Float32Array(0);
  let readoutVariance: Float32Array = new Float32Array(0);
  const forward = (...parameters: Tensor[]): Tensor => {
    let signal: Tensor2D | null = null;
    let next = 0;
    for (let l = 0; l < state.layers.length; l++) {
      signal = runLayer(l, signal, parameters.slice(next, next + counts[l]));
      next += counts[l];
    }
    const [weights, gamma, beta] = parameters.slice(next) as [Tensor2D, Tensor1D, Tensor1D];
    const product = readoutProduct(tf, existing(signal, "a layer"), weights);
    // Gamma is 1 here. It stays in the graph because TensorFlow.js requires that every input reaches the output.
    if (options.folded) return lossOf(tf, tf.add(tf.mul(product, gamma), beta) as Tensor2D, batch, options.task, state.classes);
    const { mean, variance } = tf.moments(product, 0);
    readoutMean = mean.dataSync() as Float32Array;
    readoutVariance = variance.dataSync() as Float32Array;
    const logits = tf.add(tf.mul(tf.mul(tf.sub(product, mean), tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON))), gamma), beta) as Tensor2D;
    return lossOf(tf, logits, batch, options.task, state.classes);
  };
  let loss = 0;
  let gradients: Float32Array[] = [];
  // The scope of tidy returns nothing, because TensorFlow.js would search every number of a result for tensors.
  tf.tidy(() => {
    const arrays = trainableArrays({ ...state, thetas: null });
    const tensors = arrays.map(
      (array): Tensor => (array === state.readout ? tf.tensor2d(array, [state.classes, array.length / state.classes]) : tf.tensor1d(array)),
    );
    const { value, grads } = tf.valueAndGrads(forward)(tensors);
    loss = (value.dataSync() as Float32Array)[0];
    gradients = grads.map((g) => g.dataSync().slice() as Float32Array);
  });
  const penalty = layers.reduce((sum, layer) => sum + layer.penalty, 0);
  const observed: Observation = {
    rows: batch.rows,
    extremes: encoded === null ? [] : [encoded.extremes, ...layers.map((layer) => layer.extremes)],
    statistics: [...layers.map(({ mean, variance }) => ({ mean, variance })), { mean: readoutMean, variance: readoutVariance }],
  };
  return { loss, penalty, gradients: state.thetas === null ? gradients : [...gradients, thetaGradients], observed };
}
