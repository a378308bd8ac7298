/**
 * The same network in plain TensorFlow.js operations, step by step, differentiated by TensorFlow.js: the oracle of the
 * fused layer.
 */
import type { GradSaveFunc, Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-core";
import type { Tf } from "../../training/backend.js";
import type { Batch } from "../../training/batch.js";
import type { MembranePenalty } from "../../training/fused/membrane-penalty.js";
import type { LearningState, QuantiserSettings } from "../../training/parameters.js";
import { trainableArrays } from "../../training/parameters.js";
import { rangeOf } from "../../training/quantiser.js";
import { lossOf } from "../../training/step.js";

const EPSILON = 1e-5;

function normalise(tf: Tf, x: Tensor2D, gamma: Tensor, beta: Tensor): Tensor2D {
  const { mean, variance } = tf.moments(x, 0);
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON))), gamma), beta) as Tensor2D;
}

/** `learned`: a theta that gets a gradient; null: `theta` is a constant. */
function spikesOf(tf: Tf, a: Tensor2D, bits: number, theta: number, range: number, learned: Scalar | null = null): Tensor2D {
  if (bits === 32) return tf.clone(a);
  const scale = (2 ** (bits - 1) * (1 - 1e-4)) / range;
  if (learned !== null) return learnedSpikes(tf, a, learned, scale, range);
  const op = tf.customGrad((value, keep) => {
    const v = value as Tensor;
    (keep as GradSaveFunc)([v]);
    const scaled = tf.mul(tf.clipByValue(v, -range, range), scale);
    const q = tf.mul(tf.sign(scaled), tf.floor(tf.abs(scaled)));
    const fires = tf.cast(tf.greater(tf.abs(q), theta), "float32");
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => tf.mul(dy, tf.cast(tf.lessEqual(tf.abs(saved[0]!), range), "float32"));
    return { value: tf.div(tf.mul(q, fires), scale), gradFunc };
  });
  return op(a) as Tensor2D;
}

/**
 * Spikes with a gradient for theta: minus the smallest spike, with the membrane's sign, in a box of one payload to
 * either side of the threshold.
 */
function learnedSpikes(tf: Tf, a: Tensor2D, theta: Scalar, scale: number, range: number): Tensor2D {
  const op = tf.customGrad((value, threshold, keep) => {
    const [v, limit] = [value as Tensor, tf.floor(threshold as Tensor)];
    (keep as GradSaveFunc)([v, limit]);
    const scaled = tf.mul(tf.clipByValue(v, -range, range), scale);
    const q = tf.mul(tf.sign(scaled), tf.floor(tf.abs(scaled)));
    const spikes = tf.div(tf.mul(q, tf.cast(tf.greater(tf.abs(q), limit), "float32")), scale);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [membrane, silent] = saved as [Tensor, Tensor];
      const edge = tf.add(silent, 1);
      const near = tf.cast(tf.lessEqual(tf.abs(tf.sub(tf.mul(tf.abs(membrane), scale), edge)), 1), "float32");
      const pulled = tf.sum(tf.mul(tf.mul(dy, tf.sign(membrane)), near));
      return [tf.mul(dy, tf.cast(tf.lessEqual(tf.abs(membrane), range), "float32")), tf.mul(tf.neg(pulled), tf.div(edge, 2 * scale))];
    };
    return { value: spikes, gradFunc };
  });
  return op(a, theta) as Tensor2D;
}

/** |o|, whose derivative at 0 is 0 (that of `tf.abs` is -1). */
const sizeOf = (tf: Tf, o: Tensor): Tensor => tf.mul(o, tf.sign(o));

export interface PlainOptions {
  readonly settings: QuantiserSettings;
  readonly task: "sequence" | "frames";
  readonly membranePenalty: MembranePenalty;
  readonly masks: readonly Float32Array[] | null;
}

/** Loss (with the penalty) and gradients in the order of `trainableArrays`. */
export function plainGradients(
  tf: Tf,
  state: LearningState,
  batch: Batch,
  options: PlainOptions,
): { loss: number; gradients: Float32Array[] } {
  const { settings } = options;
  const { system } = state.shapes[0]!;
  const spiking = !(system === "gru" || system === "lstm");
  // Split, not sliced: the gradient of a slice is as large as the whole array, at every step.
  const stepsOf = (x: Tensor2D): Tensor2D[] => (batch.steps === 1 ? [x] : (tf.split(x, [...batch.counts], 0) as Tensor2D[]));
  const running = (x: Tensor2D, t: number): Tensor2D => (x.shape[0] === batch.counts[t] ? x : tf.slice(x, [0, 0], [batch.counts[t]!, -1]));
  let loss = 0;
  let gradients: Float32Array[] = [];
  tf.tidy(() => {
    const arrays = trainableArrays(state);
    const tensors = arrays.map((array) => tf.tensor1d(array));
    const forward = (...parameters: Tensor[]): Tensor => {
      let next = 0;
      const take = (shape: number[]): Tensor => tf.reshape(parameters[next++]!, shape);
      let signal = tf.tensor2d(batch.features, [batch.rows, state.inputs]);
      if (spiking) {
        let a = tf.zeros([batch.utterances, state.inputs]) as Tensor2D;
        const steps: Tensor2D[] = [];
        const inputs = stepsOf(signal);
        for (let t = 0; t < batch.steps; t++) {
          a = tf.add(running(a, t), inputs[t]!);
          const o = spikesOf(tf, a, settings.inputBits, settings.inputTheta, rangeOf(state.encoderRange)) as Tensor2D;
          a = tf.sub(a, o);
          steps.push(o);
        }
        signal = tf.concat(steps, 0);
      }
      let penalty: Tensor = tf.scalar(0);
      state.shapes.forEach((shape, l) => {
        const H = shape.neurons;
        const w = state.layers[l]!;
        const G = w.gamma.length / H;
        const inputT = take([shape.inputs, G * H]) as Tensor2D;
        const own = w.recurrentT ? (take([H, G * H]) as Tensor2D) : null;
        const gamma = take([G * H]);
        const beta = take([G * H]);
        const perNeuron = w.perNeuron.map(() => take([H]));
        const x = normalise(tf, tf.matMul(signal, inputT), gamma, beta);
        const xs = stepsOf(x);
        const gatesOf = (all: Tensor2D): Tensor2D[] => (G === 1 ? [all] : (tf.split(all, G, 1) as Tensor2D[]));
        const mask = options.masks ? tf.tensor2d(options.masks[l]!, [batch.utterances, H]) : (tf.ones([batch.utterances, H]) as Tensor2D);
        const zeros = tf.zeros([batch.utterances, H]) as Tensor2D;
        let h: Tensor2D = zeros;
        let a: Tensor2D = zeros;
        let o: Tensor2D = zeros;
        let c: Tensor2D = zeros;
        const range = rangeOf(state.ranges[l]!);
        const learned = state.thetas === null ? null : (tf.reshape(tf.slice(parameters[parameters.length - 1]!, l, 1), []) as Scalar);
        const outputs: Tensor2D[] = [];
        const membranes: Tensor2D[] = [];
        for (let t = 0; t < batch.steps; t++) {
          const m = running(mask, t);
          const before = running(h, t);
          const xt = xs[t]!;
          const ut = own ? (tf.matMul(running(o, t), own) as Tensor2D) : null;
          const xParts = gatesOf(xt);
          const uParts = ut ? gatesOf(ut) : null;
          const gate = (g: number): Tensor2D => (uParts ? tf.add(xParts[g]!, uParts[g]!) : xParts[g]!);
          if (system === "alif") {
            const [tau, rho, jump] = perNeuron as [Tensor, Tensor, Tensor];
            // a: the membrane that the last spike left; c: the adaptation; o: the last spike.
            c = tf.add(tf.mul(rho, running(c, t)), tf.mul(jump, sizeOf(tf, running(o, t))));
            const membrane = tf.add(tf.mul(tau, running(a, t)), tf.mul(gate(0), m)) as Tensor2D;
            const exceeding = tf.mul(tf.sign(membrane), tf.relu(tf.sub(tf.abs(membrane), c))) as Tensor2D;
            membranes.push(exceeding);
            o = spikesOf(tf, exceeding, settings.bits, settings.theta, range);
            a = tf.sub(membrane, o);
            outputs.push(o);
            continue;
          }
          if (system === "lif") h = tf.add(tf.mul(gate(0), m), tf.mul(perNeuron[0]!, before));
          else if (system === "gru") {
            const z = tf.sigmoid(gate(1));
            const n = tf.tanh(tf.add(xParts[2]!, tf.mul(tf.sigmoid(gate(0)), uParts![2]!)));
            h = tf.add(tf.mul(tf.mul(tf.sub(1, z), n), m), tf.mul(z, before));
          } else if (system === "lstm") {
            c = tf.add(tf.mul(tf.sigmoid(gate(1)), running(c, t)), tf.mul(tf.mul(tf.sigmoid(gate(0)), tf.tanh(gate(2))), m));
            h = tf.mul(tf.sigmoid(gate(3)), tf.tanh(c));
          } else {
            const z = tf.sigmoid(gate(0));
            h = tf.add(tf.mul(tf.mul(tf.sub(1, z), tf.relu(gate(1))), m), tf.mul(z, before));
          }
          if (spiking) {
            a = tf.add(running(a, t), h);
            membranes.push(a);
            o = spikesOf(tf, a, settings.bits, settings.theta, range, learned);
            a = tf.sub(a, o);
          } else o = h;
          outputs.push(o);
        }
        signal = tf.concat(outputs, 0);
        const { weight, saturation } = options.membranePenalty;
        if (spiking && weight > 0) {
          const sizes = tf.div(tf.abs(tf.concat(membranes, 0)), range);
          penalty = tf.add(penalty, tf.mul(tf.mean(tf.div(sizes, tf.add(1, tf.div(sizes, saturation)))), weight));
        }
      });
      const last = state.shapes[state.shapes.length - 1]!.neurons;
      const weights = take([state.classes, last]) as Tensor2D;
      const gamma = take([state.classes]) as Tensor1D;
      const beta = take([state.classes]) as Tensor1D;
      const logits = normalise(tf, tf.matMul(signal, weights, false, true), gamma, beta);
      return tf.add(lossOf(tf, logits, batch, options.task, state.classes), penalty);
    };
    const { value, grads } = tf.valueAndGrads(forward)(tensors);
    loss = value.dataSync()[0]!;
    gradients = grads.map((g) => g.dataSync().slice() as Float32Array);
  });
  return { loss, gradients };
}
