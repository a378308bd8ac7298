/**
 * The float network on a data set: accuracy, decisions, and operation counts from the real activity.
 * @throws InputError if network and data do not fit each other, or if nothing is labelled
 */

import { builtIn, type Network, NO_FLOAT_STEP, type Samples } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { samplesOfClusters } from "../base/independent-samples.js";
import { exp, log } from "../base/math.js";
import { type Batch, cutPieces, packBatch } from "./batch.js";
import { encode } from "./fused/encoder.js";
import { createEngine, type Engine, padded } from "./fused/kernels.js";
import { FusedLayer } from "./fused/layer.js";
import { NO_PENALTY } from "./fused/membrane-penalty.js";
import { ActivityCounter, type Operations } from "./operations.js";
import { layerWeights } from "./parameters.js";
import { createRange } from "./quantiser.js";

/** Decisions per utterance, in the order of the data set. */
export interface UtteranceScores {
  readonly scored: Uint32Array;
  readonly correct: Uint32Array;
}

export interface Evaluation {
  readonly dataset: string;
  /**
   * Number of scored decisions: labelled utterances of a sequence task, labelled frames of a frame task (without the
   * last `outputDelayFrames` labels).
   */
  readonly scored: number;
  readonly correct: number;
  readonly accuracy: number;
  /** Number of independent samples that tell as much of the accuracy: frames of an utterance are right together. */
  readonly samples: number;
  /** Frames of the data set. */
  readonly frames: number;
  /** Non-zero values per neuron and step: input, then each layer. */
  readonly density: readonly number[];
  /** Means per frame, exact over the data set. */
  readonly multiplicationsPerFrame: number;
  readonly operations: Operations;
  /** Decision of each utterance or frame. */
  readonly predictions: Int32Array;
  readonly byUtterance: UtteranceScores;
}

function argmax(values: Float64Array | Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Frame scores [rows][classes] (log-probabilities) of a batch; adds its activity to `counter`. */
export function runFloat(engine: Engine, network: Network, batch: Batch, counter: ActivityCounter): Float32Array {
  engine.reset();
  counter.open(batch);
  const frozenRule = (q: { bits: number; theta: number; range: number }) => ({
    bits: q.bits,
    theta: q.theta,
    thetaLearned: false,
    tracker: createRange(q.range),
  });
  const { encoder } = network;
  const inputWidth = padded(network.inputs);
  let signal = encoder
    ? encode(engine, batch, network.inputs, frozenRule(encoder)).spikes
    : engine.putPadded(batch.features, batch.rows, network.inputs, batch.rows, inputWidth);
  counter.add(batch, 0, engine.floats(signal, batch.rows * inputWidth), inputWidth, network.inputs);
  const system = builtIn(network.system, network.name, NO_FLOAT_STEP);
  network.layers.forEach((layer, l) => {
    const weights = layerWeights(system, layer);
    const rule = layer.quantiser ? frozenRule(layer.quantiser) : null;
    const shape = { system, inputs: layer.inputs, neurons: layer.neurons };
    signal = new FusedLayer(engine, shape, weights, batch, signal, {
      rule,
      mask: 0,
      frozen: weights.frozen,
      penalty: NO_PENALTY,
      squares: false,
    }).forward();
    const width = padded(layer.neurons);
    counter.add(batch, l + 1, engine.floats(signal, batch.rows * width), width, layer.neurons);
  });
  const neurons = network.layers[network.layers.length - 1].neurons;
  return readoutScores(network, engine.floats(signal, batch.rows * padded(neurons)), batch.rows, padded(neurons));
}

function readoutScores(network: Network, output: Float32Array, rows: number, width: number): Float32Array {
  const { classes } = network;
  const { weights, norm } = network.readout;
  const neurons = weights.length / classes;
  const scores = new Float32Array(rows * classes);
  const logits = new Float64Array(classes);
  for (let r = 0; r < rows; r++) {
    logits.fill(0);
    for (let n = 0; n < neurons; n++) {
      const o = output[r * width + n];
      if (o !== 0) for (let k = 0; k < classes; k++) logits[k] += o * weights[k * neurons + n];
    }
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      logits[k] = ((logits[k] - norm.mean[k]) / Math.sqrt(norm.variance[k] + norm.epsilon)) * norm.gamma[k] + norm.beta[k];
      highest = Math.max(highest, logits[k]);
    }
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += exp(logits[k] - highest);
    for (let k = 0; k < classes; k++) scores[r * classes + k] = logits[k] - highest - log(sum);
  }
  return scores;
}

/** A data set whose labels are all -1. */
export const noLabels = (name: string, purpose: "learn from" | "score"): Error =>
  inputError(name, `has no class to ${purpose}: all its labels are -1`, "label the data, or another part of it");

/**
 * @throws InputError if no decision has a class: nothing is labelled, or nothing is answered within its utterance
 */
export function demandScored({ name, task, labels, frameStart }: Samples, delay: number): void {
  if (!labels.some((label) => label >= 0)) throw noLabels(name, "score");
  if (task === "sequence" || delay === 0) return;
  let longest = 0;
  for (let u = 0; u + 1 < frameStart.length; u++) {
    const [first, end] = [frameStart[u], frameStart[u + 1]];
    if (labels.subarray(first, Math.max(first, end - delay)).some((label) => label >= 0)) return;
    longest = Math.max(longest, end - first);
  }
  throw inputError(
    name,
    `no class is answered within its utterance: network.output_delay_frames is ${delay}, and the longest utterance has ${longest} frames`,
    "less delay, or longer utterances",
  );
}

/** Most frames of a batch, which bounds its memory. */
const BATCH_FRAMES = 4096;

/**
 * Evaluates a frozen network on every utterance. `stepsPerFrame`: rows of `samples` that stand for one frame of the
 * data set, if it was encoded. @throws InputError if network and data do not fit each other, or if nothing is labelled
 */
export function evaluateFloat(
  network: Network,
  samples: Samples,
  { engine = createEngine(), stepsPerFrame = 1 }: { readonly engine?: Engine; readonly stepsPerFrame?: number } = {},
): Evaluation {
  if (network.inputs !== samples.inputs || network.classes !== samples.classes || network.task !== samples.task)
    throw inputError(
      network.name,
      `expects ${network.inputs} inputs, ${network.classes} classes, task ${network.task}; ${samples.name} has ${samples.inputs}, ${samples.classes}, ${samples.task}`,
    );
  const delay = network.outputDelayFrames;
  demandScored(samples, delay);
  const pieces = cutPieces(samples, 0);
  const counter = new ActivityCounter(network, stepsPerFrame);
  const predictions = new Int32Array(samples.labels.length);
  const utterances = samples.frameStart.length - 1;
  const byUtterance = { scored: new Uint32Array(utterances), correct: new Uint32Array(utterances) };
  // without a class there is no right or wrong, as in integers
  const score = (utterance: number, decision: number, label: number): void => {
    if (label < 0) return;
    byUtterance.scored[utterance]++;
    if (decision === label) byUtterance.correct[utterance]++;
  };
  for (let next = 0; next < pieces.length; ) {
    const first = next;
    let frames = 0;
    while (next < pieces.length && (next === first || frames + pieces[next].frames <= BATCH_FRAMES)) frames += pieces[next++].frames;
    // Sorted here, so that row b of the batch is chosen[b].
    const chosen = pieces.slice(first, next).sort((a, b) => b.frames - a.frames);
    const batch = packBatch(samples, chosen, delay);
    const scores = runFloat(engine, network, batch, counter);
    const K = network.classes;
    if (network.task === "sequence") {
      const sums = chosen.map(() => new Float64Array(K));
      for (let r = 0; r < batch.rows; r++) for (let k = 0; k < K; k++) sums[batch.owner[r]][k] += scores[r * K + k];
      sums.forEach((sum, b) => {
        const decision = argmax(sum);
        predictions[chosen[b].utterance] = decision;
        score(chosen[b].utterance, decision, batch.labels[b]);
      });
    } else {
      for (let t = delay; t < batch.steps; t++) {
        for (let b = 0; b < batch.counts[t]; b++) {
          const r = batch.offset[t] + b;
          const decision = argmax(scores.subarray(r * K, (r + 1) * K));
          predictions[chosen[b].firstFrame + t - delay] = decision;
          score(chosen[b].utterance, decision, batch.labels[r]);
        }
      }
    }
  }
  const operations = counter.operations();
  const sum = (counts: Uint32Array): number => counts.reduce((all, count) => all + count, 0);
  const [scored, correct] = [sum(byUtterance.scored), sum(byUtterance.correct)];
  return {
    dataset: samples.name,
    scored,
    correct,
    accuracy: correct / scored,
    samples: samplesOfClusters(byUtterance.scored, byUtterance.correct, (correct / scored) * (1 - correct / scored)) ?? 0,
    frames: samples.frameStart[samples.frameStart.length - 1] / stepsPerFrame,
    density: operations.density,
    multiplicationsPerFrame: operations.multiplications,
    operations,
    predictions,
    byUtterance,
  };
}
