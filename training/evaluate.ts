/**
 * The float network on a data set: accuracy, spike density by layer, and multiplications a frame counted from the real activity.
 * A non-zero spike costs one multiplication for every weight it meets (W of the next layer in all gates, U of its own layer, V of the
 * readout), plus the element-wise products of the cell: 2H rec, H lif (0 when every tau is 1), 3H gru and lstm.
 * Source: networks, operation counting. Requantisation is a shift in the integer network and not counted; batch norm is folded.
 */
import { inputError, type Network, type Samples, type System } from "../arch/index.js";
import { type Batch, cutPieces, packBatch } from "./batch.js";
import { encode } from "./fused/encoder.js";
import { createEngine, type Engine, padded } from "./fused/kernels.js";
import { FusedLayer, GATES, isRecurrent } from "./fused/layer.js";
import { layerWeights } from "./parameters.js";
import { createRange } from "./quantiser.js";

export interface Evaluation {
  readonly dataset: string;
  /** Scored decisions: utterances of a sequence task, frames of a frame task (without the last `outputDelayFrames` labels). */
  readonly scored: number;
  readonly correct: number;
  readonly accuracy: number;
  readonly frames: number;
  /** Non-zero values a neuron and frame: input, then each layer. */
  readonly density: readonly number[];
  /** Mean per frame, exact over the data set. */
  readonly multiplicationsPerFrame: number;
  /** Decision of each utterance or frame. */
  readonly predictions: Int32Array;
}

/** Element-wise multiplications of one neuron and frame. */
export function elementwiseMultiplications(system: System, leaks: boolean): number {
  if (system === "lif") return leaks ? 1 : 0;
  return system === "gru" || system === "lstm" ? 3 : 2;
}

/** Multiplications a frame of a dense gru or lstm: G (D H + H^2) + 3 H a layer, plus H K. */
export function denseMultiplications(system: "gru" | "lstm", inputs: number, neurons: readonly number[], classes: number): number {
  const gates = GATES[system].length;
  let sum = neurons[neurons.length - 1]! * classes;
  neurons.forEach((n, l) => {
    sum += gates * ((l === 0 ? inputs : neurons[l - 1]!) * n + n * n) + 3 * n;
  });
  return sum;
}

function countNonZero(values: Float32Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) count++;
  return count;
}

function argmax(values: Float64Array | Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** Frame scores [rows][classes] (log-probabilities) of a batch, and non-zero counts by layer (input first). */
export function runFloat(engine: Engine, network: Network, batch: Batch): { scores: Float32Array; nonZero: number[] } {
  engine.reset();
  const frozenRule = (q: { bits: number; theta: number; range: number }) => ({
    bits: q.bits,
    theta: q.theta,
    tracker: createRange(q.range),
  });
  const { encoder } = network;
  const inputWidth = padded(network.inputs);
  let signal = encoder
    ? encode(engine, batch, network.inputs, frozenRule(encoder), false)
    : engine.putPadded(batch.features, batch.rows, network.inputs, batch.rows, inputWidth);
  const nonZero = [countNonZero(engine.floats(signal, batch.rows * inputWidth))];
  for (const layer of network.layers) {
    const weights = layerWeights(layer);
    const rule = layer.quantiser ? frozenRule(layer.quantiser) : null;
    const shape = { system: network.system, inputs: layer.inputs, neurons: layer.neurons };
    signal = new FusedLayer(engine, shape, weights, batch, signal, { rule, mask: 0, frozen: weights.frozen, penalty: 0 }).forward();
    nonZero.push(countNonZero(engine.floats(signal, batch.rows * padded(layer.neurons))));
  }
  const neurons = network.layers[network.layers.length - 1]!.neurons;
  return { scores: readoutScores(network, engine.floats(signal, batch.rows * padded(neurons)), batch.rows, padded(neurons)), nonZero };
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
      const o = output[r * width + n]!;
      if (o !== 0) for (let k = 0; k < classes; k++) logits[k]! += o * weights[k * neurons + n]!;
    }
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      logits[k] = ((logits[k]! - norm.mean[k]!) / Math.sqrt(norm.variance[k]! + norm.epsilon)) * norm.gamma[k]! + norm.beta[k]!;
      highest = Math.max(highest, logits[k]!);
    }
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(logits[k]! - highest);
    for (let k = 0; k < classes; k++) scores[r * classes + k] = logits[k]! - highest - Math.log(sum);
  }
  return scores;
}

/** Frames of a batch are kept below this, to bound memory. */
const BATCH_FRAMES = 4096;

/** Evaluates a frozen network on every utterance. @throws InputError when network and data do not fit each other. */
export function evaluateFloat(network: Network, samples: Samples, engine: Engine = createEngine()): Evaluation {
  if (network.inputs !== samples.inputs || network.classes !== samples.classes || network.task !== samples.task)
    throw inputError(
      network.name,
      `expects ${network.inputs} inputs, ${network.classes} classes, task ${network.task}; ${samples.name} has ${samples.inputs}, ${samples.classes}, ${samples.task}`,
    );
  const pieces = cutPieces(samples, 0);
  const delay = network.outputDelayFrames;
  const nonZero = new Float64Array(network.layers.length + 1);
  const predictions = new Int32Array(samples.labels.length);
  let [scored, correct] = [0, 0];
  for (let next = 0; next < pieces.length; ) {
    const first = next;
    let frames = 0;
    while (next < pieces.length && (next === first || frames + pieces[next]!.frames <= BATCH_FRAMES)) frames += pieces[next++]!.frames;
    // Sorted here, so that batch row b is chosen[b].
    const chosen = pieces.slice(first, next).sort((a, b) => b.frames - a.frames);
    const batch = packBatch(samples, chosen, delay);
    const run = runFloat(engine, network, batch);
    run.nonZero.forEach((count, l) => {
      nonZero[l]! += count;
    });
    const K = network.classes;
    if (network.task === "sequence") {
      const sums = chosen.map(() => new Float64Array(K));
      for (let r = 0; r < batch.rows; r++) for (let k = 0; k < K; k++) sums[batch.owner[r]!]![k]! += run.scores[r * K + k]!;
      sums.forEach((sum, b) => {
        const decision = argmax(sum);
        predictions[chosen[b]!.utterance] = decision;
        scored++;
        if (decision === batch.labels[b]) correct++;
      });
    } else {
      for (let t = delay; t < batch.steps; t++) {
        for (let b = 0; b < batch.counts[t]!; b++) {
          const r = batch.offset[t]! + b;
          const decision = argmax(run.scores.subarray(r * K, (r + 1) * K));
          predictions[chosen[b]!.firstFrame + t - delay] = decision;
          scored++;
          if (decision === batch.labels[r]) correct++;
        }
      }
    }
  }
  const frames = samples.frameStart[samples.frameStart.length - 1]!;
  return {
    dataset: samples.name,
    scored,
    correct,
    accuracy: correct / scored,
    frames,
    density: [...nonZero].map((count, l) => count / (frames * (l === 0 ? network.inputs : network.layers[l - 1]!.neurons))),
    multiplicationsPerFrame: multiplications(network, nonZero, frames),
    predictions,
  };
}

function multiplications(network: Network, nonZero: Float64Array, frames: number): number {
  const gates = GATES[network.system].length;
  let sum = 0;
  network.layers.forEach((layer, l) => {
    // A gru or lstm baseline is dense hardware: its zeros are multiplied too.
    const input = layer.quantiser ? nonZero[l]! : frames * layer.inputs;
    const own = layer.quantiser ? nonZero[l + 1]! : frames * layer.neurons;
    sum += input * gates * layer.neurons;
    if (isRecurrent(network.system)) sum += own * gates * layer.neurons;
    const leaks = layer.tau?.some((tau) => tau !== 1) ?? false;
    sum += frames * layer.neurons * elementwiseMultiplications(network.system, leaks);
    if (l === network.layers.length - 1) sum += own * network.classes;
  });
  return sum / frames;
}
