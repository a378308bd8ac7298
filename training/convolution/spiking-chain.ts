/**
 * A chain of layers over the steps of a batch: outputs, loss, and the gradients of its weights. Each layer runs over
 * all steps at once; only neurons carry state from step to step (`neurons.as.ts`). Pure except for the engine's memory.
 * Loss: cross-entropy of the softmax of each class's mean output per step, times a gain.
 */
import type { LayerChain, NeuronStage, PoolStage, WeightStage } from "../../arch/index.js";
import { exp, log } from "../../base/math.js";
import type { Engine } from "../fused/kernels.js";
import { Convolution, Pool, targetsOf } from "./convolution.js";

export const SURROGATES = ["fast-sigmoid", "triangle"] as const;

export interface ChainRule {
  /** Function that replaces the derivative of a spike. */
  readonly surrogate: (typeof SURROGATES)[number];
  /**
   * Width of the surrogate, in thresholds: at this distance from its threshold a neuron's gradient falls to 0
   * (triangle), or to a quarter (fast-sigmoid).
   */
  readonly surrogateWidth: number;
  /** Factor of the mean output per step, before the softmax. */
  readonly readoutGain: number;
  /** Weight in the loss of each layer's share of neurons that spike in a step. */
  readonly spikePenalty: number;
}

/** Samples of a batch, side by side. */
export interface ChainBatch {
  readonly steps: number;
  /** [samples] number of steps of each, at most `steps`; later outputs and spikes do not count. */
  readonly lengths: readonly number[];
  /** [steps][samples][height][width][channels]. */
  readonly images: Float32Array;
}

interface ChainScores {
  /** [samples][classes] sums over the sample's steps. */
  readonly sums: Float64Array;
  /** Per layer of neurons: mean over samples of their spikes per neuron and step. */
  readonly rates: readonly number[];
}

interface ChainGradients extends ChainScores {
  /** Mean over samples, without the penalty. */
  readonly loss: number;
  readonly penalty: number;
  /** Gradients of `parametersOf`. */
  readonly gradients: readonly Float32Array[];
}

/** The chain's own arrays that learn, in the order of the stages: weights, then bias if there is one. */
export const parametersOf = ({ stages }: LayerChain): readonly Float32Array[] =>
  stages.flatMap((stage) => (stage.kind === "weights" ? [stage.weights, ...(stage.bias === null ? [] : [stage.bias])] : []));

/** A stage after its forward pass, with what the backward pass needs. */
type Ran =
  | { readonly kind: "weights"; readonly stage: WeightStage; readonly convolution: Convolution; readonly input: number }
  | { readonly kind: "pool"; readonly stage: PoolStage; readonly pool: Pool }
  | { readonly kind: "neurons"; readonly stage: NeuronStage; readonly neurons: PlacedNeurons; readonly potential: number };

interface PlacedNeurons {
  readonly keep: number;
  readonly gain: number;
  readonly threshold: number;
}

interface Forward {
  readonly ran: readonly Ran[];
  /** [steps][samples][area][channels]. */
  readonly output: number;
  readonly rates: readonly number[];
}

/** Reorders [channels][area] to [area][channels]. */
function byPixel(values: Float32Array, channels: number): Float32Array {
  const area = values.length / channels;
  return values.map((_, i) => values[(i % channels) * area + Math.floor(i / channels)]);
}

function forward(engine: Engine, chain: LayerChain, { steps, lengths, images }: ChainBatch): Forward {
  engine.reset();
  const samples = lengths.length;
  const ran: Ran[] = [];
  const rates: number[] = [];
  let signal = engine.put(images);
  for (const stage of chain.stages) {
    if (stage.kind === "weights") {
      const { shape, weights, bias } = stage;
      const convolution = new Convolution(engine, shape, weights, bias ?? new Float32Array(shape.targetChannels));
      ran.push({ kind: "weights", stage, convolution, input: signal });
      signal = convolution.forward(steps * samples, signal);
    } else if (stage.kind === "pool") {
      const pool = new Pool(engine, stage.shape);
      ran.push({ kind: "pool", stage, pool });
      signal = pool.forward(steps * samples, signal);
    } else {
      const count = stage.channels * stage.area;
      const put = (values: Float32Array): number => engine.put(byPixel(values, stage.channels));
      const [keep, gain, threshold] = [stage.keep, stage.gain, stage.threshold].map(put);
      const [drive, resetTo] = [stage.drive, stage.resetTo].map(put);
      const spikes = engine.allocate(steps * samples * count);
      const voltage = engine.allocate(samples * count);
      engine.neurons.fire(
        ...[steps, samples, count, signal, keep, gain, drive, threshold, resetTo, stage.subtracts ? 1 : 0, voltage, spikes],
      );
      ran.push({ kind: "neurons", stage, neurons: { keep, gain, threshold }, potential: signal });
      signal = spikes;
      rates.push(rateOf(engine.floats(spikes, steps * samples * count), steps, lengths));
    }
  }
  return { ran, output: signal, rates };
}

/** Mean over samples of their spikes per neuron and step of their own; `spikes` [steps][samples][neurons]. */
function rateOf(spikes: Float32Array, steps: number, lengths: readonly number[]): number {
  const neurons = spikes.length / (steps * lengths.length);
  const fired = new Float64Array(lengths.length);
  for (let step = 0, at = 0; step < steps; step++)
    for (const [sample, length] of lengths.entries())
      for (let n = 0; n < neurons; n++, at++) if (step < length) fired[sample] += spikes[at];
  // exact for samples of one length: a sum of whole numbers
  return fired.reduce((sum, count, sample) => sum + count * (steps / lengths[sample]), 0) / spikes.length;
}

/** Class of each output value of one image. */
function classesOf({ stages, classes }: LayerChain): Uint32Array {
  const last = stages.findLast((stage): stage is WeightStage | PoolStage => stage.kind !== "neurons");
  const area = last === undefined ? 1 : last.shape.output[0] * last.shape.output[1];
  const channels = classes / area;
  return Uint32Array.from({ length: classes }, (_, i) => (i % channels) * area + Math.floor(i / channels));
}

function sumsOf(engine: Engine, chain: LayerChain, { steps, lengths }: ChainBatch, output: number): Float64Array {
  const { classes } = chain;
  const values = engine.floats(output, steps * lengths.length * classes);
  const classOf = classesOf(chain);
  const sums = new Float64Array(lengths.length * classes);
  for (let step = 0, at = 0; step < steps; step++)
    for (let sample = 0; sample < lengths.length; sample++)
      for (let i = 0; i < classes; i++, at++) if (step < lengths[sample]) sums[sample * classes + classOf[i]] += values[at];
  return sums;
}

/** Outputs of a batch, without gradients. */
export function runChain(engine: Engine, chain: LayerChain, batch: ChainBatch): ChainScores {
  const { output, rates } = forward(engine, chain, batch);
  return { sums: sumsOf(engine, chain, batch, output), rates };
}

/** The loss, and its gradient with respect to each sum [samples][classes]. */
function lossOf(
  sums: Float64Array,
  lengths: readonly number[],
  labels: readonly number[],
  gain: number,
): { readonly loss: number; readonly gradient: Float64Array } {
  const classes = sums.length / lengths.length;
  const gradient = new Float64Array(sums.length);
  let loss = 0;
  for (const [sample, length] of lengths.entries()) {
    const scale = gain / length;
    const logits = sums.subarray(sample * classes, (sample + 1) * classes).map((sum) => sum * scale);
    const most = logits.reduce((a, b) => Math.max(a, b));
    const powers = logits.map((logit) => exp(logit - most));
    const all = powers.reduce((sum, power) => sum + power, 0);
    loss += log(all) - (logits[labels[sample]] - most);
    for (let c = 0; c < classes; c++)
      gradient[sample * classes + c] = ((powers[c] / all - (c === labels[sample] ? 1 : 0)) * scale) / lengths.length;
  }
  return { loss: loss / lengths.length, gradient };
}

/** Forward and backward pass over one batch; changes no weights. */
export function learnChain(
  engine: Engine,
  chain: LayerChain,
  batch: ChainBatch,
  labels: readonly number[],
  rule: ChainRule,
): ChainGradients {
  const { steps, lengths } = batch;
  const samples = lengths.length;
  const { ran, output, rates } = forward(engine, chain, batch);
  const sums = sumsOf(engine, chain, batch, output);
  const { loss, gradient } = lossOf(sums, lengths, labels, rule.readoutGain);
  const { classes } = chain;
  const classOf = classesOf(chain);
  let back = engine.allocate(steps * samples * classes);
  const values = engine.floats(back, steps * samples * classes);
  for (let step = 0, at = 0; step < steps; step++)
    for (let sample = 0; sample < samples; sample++)
      for (let i = 0; i < classes; i++, at++) values[at] = step < lengths[sample] ? gradient[sample * classes + classOf[i]] : 0;
  const first = ran.findIndex(({ kind }) => kind === "weights");
  const gradients: Float32Array[] = [];
  for (let at = ran.length - 1; at >= first; at--) {
    const one = ran[at];
    if (one.kind === "neurons") fireBack(engine, one.stage, one, { steps, lengths, back, rule });
    else if (one.kind === "pool") back = one.pool.inputGradient(steps * samples, back);
    else {
      const { weights, bias } = one.convolution.parameterGradients(steps * samples, one.input, back);
      gradients.unshift(weights, ...(one.stage.bias === null ? [] : [bias]));
      if (at > first) back = one.convolution.inputGradient(steps * samples, back);
    }
  }
  const penalty = rule.spikePenalty * rates.reduce((sum, rate) => sum + rate, 0);
  return { sums, rates, loss, penalty, gradients };
}

/** Replaces the gradient at `back`, that of the spikes, by that of the neurons' inputs. */
function fireBack(
  engine: Engine,
  { channels, area, subtracts }: NeuronStage,
  { neurons: { keep, gain, threshold }, potential }: { readonly neurons: PlacedNeurons; readonly potential: number },
  run: Pick<ChainBatch, "steps" | "lengths"> & { readonly back: number; readonly rule: ChainRule },
): void {
  const { steps, lengths, back, rule } = run;
  const [samples, count] = [lengths.length, channels * area];
  const pushOf = (step: number, length: number): number => (step < length ? rule.spikePenalty / (length * samples * count) : 0);
  engine.scratch(() => {
    const pushes = engine.put(
      Float32Array.from({ length: steps * samples }, (_, i) => pushOf(Math.floor(i / samples), lengths[i % samples])),
    );
    const carry = engine.allocate(samples * count);
    engine.neurons.fireGradients(
      ...[steps, samples, count, back, potential, keep, gain, threshold, subtracts ? 1 : 0],
      ...[rule.surrogate === "triangle" ? 1 : 0, rule.surrogateWidth, pushes, carry],
    );
  });
}

/** Number of input values per sample and step. */
export const inputsOf = ({ input: { channels, height, width } }: LayerChain): number => channels * height * width;

/** Most numbers in memory per sample and step while a batch learns. */
export const valuesOf = (chain: LayerChain): number =>
  chain.stages.reduce(
    (sum, stage) => sum + 2 * (stage.kind === "neurons" ? stage.channels * stage.area : outputsOf(stage)),
    inputsOf(chain),
  );

const outputsOf = (stage: WeightStage | PoolStage): number =>
  stage.kind === "weights" ? targetsOf(stage.shape) : stage.shape.channels * stage.shape.output[0] * stage.shape.output[1];
