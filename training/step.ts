/**
 * Loss and gradients of one batch: encoder, recurrent layers and the readout's products as fused operations, the
 * readout's batch norm and the loss by TensorFlow.js. `frames`: mean negative log likelihood of the frame labels;
 * `sequence`: cross-entropy of the softmax of the mean frame log-probabilities. Labels of -1 do not count. Gradients
 * come in the order of `trainableArrays`.
 */

import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import { cellOf } from "../arch/index.js";
import type { Tf } from "./backend.js";
import { type Batch, decisionsOf } from "./batch.js";
import { encode } from "./fused/encoder.js";
import { type Engine, padded } from "./fused/kernels.js";
import { BATCH_NORM_EPSILON, FusedLayer, type LayerWeights } from "./fused/layer.js";
import type { MembranePenalty } from "./fused/membrane-penalty.js";
import { multiplyRows, outerProduct, packed, packedTranspose } from "./fused/skipping-products.js";
import type { SpikeRule } from "./fused/spikes.js";
import type { Observation } from "./observation.js";
import { type LearningState, type QuantiserSettings, type RunningStatistics, thetaOf } from "./parameters.js";
import type { Saliency } from "./saliency.js";

interface StepOptions {
  readonly settings: QuantiserSettings;
  readonly task: "sequence" | "frames";
  readonly membranePenalty: MembranePenalty;
  /** True if batch norm is folded into weights and biases (`foldedState`); its gammas get no gradient then. */
  readonly folded: boolean;
  /** One dropout mask [utterances][neurons] per layer; null: none. */
  readonly masks: readonly Float32Array[] | null;
  /** Sums up what weights are worth; null: nothing is summed up. */
  readonly saliency: Saliency | null;
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

/** Cross-entropy of a batch from its logits [rows][classes]: mean over the labels that are a class. */
export function lossOf(tf: Tf, logits: Tensor2D, batch: Batch, task: StepOptions["task"], classes: number): Tensor {
  return tf.mul(lossOverAll(tf, logits, batch, task, classes), batch.labels.length / Math.max(1, decisionsOf(batch)));
}

/** The sum over the labels that are a class, divided by the number of all labels. */
function lossOverAll(tf: Tf, logits: Tensor2D, batch: Batch, task: StepOptions["task"], classes: number): Tensor {
  const scores = tf.logSoftmax(logits) as Tensor2D;
  const labels = tf.cast(tf.oneHot(tf.tensor1d(batch.labels, "int32"), classes), "float32");
  if (task === "frames") return tf.neg(tf.mean(tf.sum(tf.mul(scores, labels), 1)));
  const average = new Float32Array(batch.utterances * batch.rows);
  for (let r = 0; r < batch.rows; r++) average[batch.owner[r] * batch.rows + r] = 1 / batch.lengths[batch.owner[r]];
  const means = tf.matMul(tf.tensor2d(average, [batch.utterances, batch.rows]), scores);
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(means), labels), 1)));
}

/** Results of the readout for one batch. */
interface ReadoutStep {
  readonly loss: number;
  /** Of weights, gamma and beta. */
  readonly gradients: readonly Float32Array[];
  /** Pointer to the gradient of its input, [rows][padded(neurons)]. */
  readonly input: number;
  /** Of its product in this batch; empty if batch norm is folded. */
  readonly statistics: RunningStatistics;
}

/** Loss and gradients of the readout over `input` [rows][padded(neurons)] (pointer). */
function learnReadout(tf: Tf, engine: Engine, state: LearningState, batch: Batch, input: number, options: StepOptions): ReadoutStep {
  const { classes } = state;
  const { rows } = batch;
  const neurons = state.readout.length / classes;
  const [H, K] = [padded(neurons), padded(classes)];
  const weights = engine.putPadded(state.readout, classes, neurons, K, H);
  const product = engine.allocate(rows * K);
  multiplyRows(engine, input, [rows, H, K], packedTranspose(engine, weights, K, H), product);
  const end = lossOfProduct(tf, state, batch, engine.takePadded(product, rows, classes, K), options);
  const dProduct = engine.putPadded(end.product, rows, classes, rows, K);
  const dWeights = engine.allocate(K * H);
  engine.products.transpose(outerProduct(engine, input, [rows, H, K], null, dProduct), H, K, dWeights);
  const dInput = engine.allocate(rows * H);
  multiplyRows(engine, dProduct, [rows, K, H], packed(engine, weights, K, H), dInput);
  return { ...end, gradients: [engine.takePadded(dWeights, classes, neurons, H), end.gamma, end.beta], input: dInput };
}

/** Gradients of the readout's product [rows][classes] and of its batch norm. */
interface LossStep extends Pick<ReadoutStep, "loss" | "statistics"> {
  readonly product: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

/** Batch norm and loss over the readout's product [rows][classes], by TensorFlow.js. */
function lossOfProduct(tf: Tf, state: LearningState, batch: Batch, product: Float32Array, options: StepOptions): LossStep {
  const { classes } = state;
  let statistics: RunningStatistics = { mean: new Float32Array(0), variance: new Float32Array(0) };
  const forward = (...tensors: Tensor[]): Tensor => {
    const [x, gamma, beta] = tensors as [Tensor2D, Tensor1D, Tensor1D];
    // Gamma is 1 here. It stays in the graph because TensorFlow.js requires that every input reaches the output.
    if (options.folded) return lossOf(tf, tf.add(tf.mul(x, gamma), beta) as Tensor2D, batch, options.task, classes);
    const { mean, variance } = tf.moments(x, 0);
    statistics = { mean: mean.dataSync() as Float32Array, variance: variance.dataSync() as Float32Array };
    const logits = tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON))), gamma), beta) as Tensor2D;
    return lossOf(tf, logits, batch, options.task, classes);
  };
  let loss = 0;
  let gradients: Float32Array[] = [];
  // The scope of tidy returns nothing, because TensorFlow.js would search every number of a result for tensors.
  tf.tidy(() => {
    const tensors = [tf.tensor2d(product, [batch.rows, classes]), tf.tensor1d(state.readoutGamma), tf.tensor1d(state.readoutBeta)];
    const { value, grads } = tf.valueAndGrads(forward)(tensors);
    loss = (value.dataSync() as Float32Array)[0];
    gradients = grads.map((g) => g.dataSync().slice() as Float32Array);
  });
  const [ofProduct, gamma, beta] = gradients;
  return { loss, statistics, product: ofProduct, gamma, beta };
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
  const { saliency } = options;
  const { rows } = batch;
  const decisions = decisionsOf(batch);
  if (saliency !== null) saliency.frames += rows;
  const watch = (source: number, spikes: number, width: number): void =>
    saliency?.addSource(source, engine.floats(spikes, rows * width), rows, width);
  watch(0, first, firstWidth);
  const theta = (l: number) => ({ theta: thetaOf(state, settings, l), thetaLearned: state.thetas !== null });
  let signal = first;
  const layers = state.shapes.map((shape, l) => {
    const layer = new FusedLayer(engine, shape, state.layers[l], batch, signal, {
      rule: spiking ? { bits: settings.bits, ...theta(l), tracker: state.ranges[l] } : null,
      mask: masks[l],
      frozen: options.folded ? "folded" : null,
      penalty: options.membranePenalty,
      squares: saliency !== null,
    });
    signal = layer.forward();
    watch(l + 1, signal, padded(shape.neurons));
    return layer;
  });
  const end = learnReadout(tf, engine, state, batch, signal, options);
  let dSignal = end.input;
  const gradients = [...end.gradients];
  const thetaGradients = new Float32Array(layers.length);
  for (let l = layers.length - 1; l >= 0; l--) {
    const g = layers[l].backward(dSignal, l > 0);
    dSignal = g.input;
    thetaGradients[l] = g.theta;
    gradients.unshift(...present(g));
    if (g.squares !== null) saliency?.addTarget(l, g.squares, rows, decisions);
  }
  const penalty = layers.reduce((sum, layer) => sum + layer.penalty, 0);
  const observed: Observation = {
    rows: batch.rows,
    extremes: encoded === null ? [] : [encoded.extremes, ...layers.map((layer) => layer.extremes)],
    statistics: [...layers.map(({ mean, variance }) => ({ mean, variance })), end.statistics],
  };
  return { loss: end.loss, penalty, gradients: state.thetas === null ? gradients : [...gradients, thetaGradients], observed };
}
