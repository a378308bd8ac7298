/**
 * The same network in double precision with plain loops, utterance by utterance, for finite differences. With `hold`,
 * every spike is clamp(a) plus the offset Q(a) - clamp(a) of the base run, minus the change of a learned theta times
 * the base run's slope; and the size of a spike is the spike times its sign in the base run. The straight-through rule
 * is the exact derivative of this function.
 */
import { gatesOf } from "../../arch/index.js";
import type { Batch } from "../../training/batch.js";
import type { MembranePenalty } from "../../training/fused/membrane-penalty.js";
import type { LearningState, QuantiserSettings } from "../../training/parameters.js";
import { rangeOf } from "../../training/quantiser.js";

export interface DoubleOptions {
  readonly settings: QuantiserSettings;
  readonly task: "sequence" | "frames";
  readonly membranePenalty: MembranePenalty;
  readonly masks: readonly Float32Array[] | null;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Spike offsets and signs of the base run, in the order in which they are computed. */
export type Offsets = { readonly values: number[]; mode: "record" | "replay"; next: number };

/** `moved`: change of a learned theta. */
function spike(a: number, bits: number, theta: number, range: number, hold: Offsets, moved = 0): number {
  if (bits === 32) return a;
  const clamped = Math.max(-range, Math.min(range, a));
  if (hold.mode === "replay") return clamped + hold.values[hold.next++] - moved * hold.values[hold.next++];
  const scale = (2 ** (bits - 1) * (1 - 1e-4)) / range;
  const q = Math.trunc(scale * clamped);
  const o = Math.abs(q) <= theta ? 0 : q / scale;
  const edge = Math.floor(theta) + 1;
  hold.values.push(o - clamped, Math.abs(Math.abs(a) * scale - edge) <= 1 ? (Math.sign(a) * edge) / (2 * scale) : 0);
  return o;
}

/** |o|; with `hold`, a spike that the base run did not send keeps size 0. */
function sizeOf(o: number, bits: number, hold: Offsets): number {
  if (bits === 32) return Math.abs(o);
  if (hold.mode === "replay") return o * hold.values[hold.next++];
  hold.values.push(Math.sign(o));
  return Math.abs(o);
}

function normaliseColumns(x: number[][], gamma: ArrayLike<number>, beta: ArrayLike<number>): number[][] {
  const columns = x[0].length;
  const out = x.map((row) => [...row]);
  for (let c = 0; c < columns; c++) {
    const mean = x.reduce((s, row) => s + row[c], 0) / x.length;
    const variance = x.reduce((s, row) => s + (row[c] - mean) ** 2, 0) / x.length;
    for (const row of out) row[c] = ((row[c] - mean) / Math.sqrt(variance + 1e-5)) * gamma[c] + beta[c];
  }
  return out;
}

const product = (row: readonly number[], w: ArrayLike<number>, outs: number): number[] =>
  Array.from({ length: outs }, (_, o) => row.reduce((s, v, i) => s + v * w[i * outs + o], 0));

/** Loss with penalty, in double precision. `arrays` are the parameters in the order of `trainableArrays`. */
export function doubleLoss(
  arrays: readonly ArrayLike<number>[],
  state: LearningState,
  batch: Batch,
  options: DoubleOptions,
  hold: Offsets,
): number {
  hold.next = 0;
  const { settings } = options;
  const { saturation } = options.membranePenalty;
  /** The size of a membrane, in ranges, after saturation. */
  const sizeOfMembrane = (a: number, range: number): number => 1 / (range / Math.abs(a) + 1 / saturation);
  const { system } = state.shapes[0];
  const spiking = !(system === "gru" || system === "lstm");
  const rowAt = (t: number, b: number): number => batch.offset[t] + b;
  let next = 0;
  let signal = Array.from({ length: batch.rows }, (_, r) => [...batch.features.subarray(r * state.inputs, (r + 1) * state.inputs)]);
  if (spiking) {
    const out = signal.map((row) => [...row]);
    for (let b = 0; b < batch.utterances; b++) {
      const a = new Array<number>(state.inputs).fill(0);
      for (let t = 0; t < batch.lengths[b]; t++)
        for (let i = 0; i < state.inputs; i++) {
          a[i] += signal[rowAt(t, b)][i];
          const o = spike(a[i], settings.inputBits, settings.inputTheta, rangeOf(state.encoderRange), hold);
          out[rowAt(t, b)][i] = o;
          a[i] -= o;
        }
    }
    signal = out;
  }
  let penalty = 0;
  state.shapes.forEach((shape, l) => {
    const H = shape.neurons;
    const w = state.layers[l];
    const G = gatesOf(system).length;
    const inputT = arrays[next++];
    const own = w.recurrentT ? arrays[next++] : null;
    const [gamma, beta] = [arrays[next++], arrays[next++]];
    const perNeuron = w.perNeuron.map(() => arrays[next++]);
    const x = normaliseColumns(
      signal.map((row) => product(row, inputT, G * H)),
      gamma,
      beta,
    );
    const range = rangeOf(state.ranges[l]);
    const theta = state.thetas?.[l] ?? settings.theta;
    const moved = state.thetas === null ? 0 : arrays[arrays.length - 1][l] - theta;
    const out: number[][] = x.map(() => []);
    let membraneSum = 0;
    for (let b = 0; b < batch.utterances; b++) {
      let o = new Array<number>(H).fill(0);
      const h = new Array<number>(H).fill(0);
      const a = new Array<number>(H).fill(0);
      const c = new Array<number>(H).fill(0);
      for (let t = 0; t < batch.lengths[b]; t++) {
        const xt = x[rowAt(t, b)];
        const ut = own ? product(o, own, G * H) : new Array<number>(G * H).fill(0);
        o = [...o];
        for (let n = 0; n < H; n++) {
          const m = options.masks ? options.masks[l][b * H + n] : 1;
          const gate = (g: number): number => xt[g * H + n] + ut[g * H + n];
          if (system === "alif") {
            const [tau, rho, jump] = perNeuron.map((values) => values[n]) as [number, number, number];
            c[n] = rho * c[n] + jump * sizeOf(o[n], settings.bits, hold);
            const membrane = tau * a[n] + gate(0) * m;
            const exceeding = Math.sign(membrane) * Math.max(0, Math.abs(membrane) - c[n]);
            membraneSum += sizeOfMembrane(exceeding, range);
            o[n] = spike(exceeding, settings.bits, settings.theta, range, hold);
            a[n] = membrane - o[n];
            continue;
          }
          if (system === "lif") h[n] = gate(0) * m + perNeuron[0][n] * h[n];
          else if (system === "gru") {
            const z = sigmoid(gate(1));
            h[n] = (1 - z) * Math.tanh(xt[2 * H + n] + sigmoid(gate(0)) * ut[2 * H + n]) * m + z * h[n];
          } else if (system === "lstm") {
            c[n] = sigmoid(gate(1)) * c[n] + sigmoid(gate(0)) * Math.tanh(gate(2)) * m;
            h[n] = sigmoid(gate(3)) * Math.tanh(c[n]);
          } else {
            const z = sigmoid(gate(0));
            h[n] = (1 - z) * Math.max(0, gate(1)) * m + z * h[n];
          }
          if (spiking) {
            a[n] += h[n];
            membraneSum += sizeOfMembrane(a[n], range);
            o[n] = spike(a[n], settings.bits, theta, range, hold, moved);
            a[n] -= o[n];
          } else o[n] = h[n];
        }
        out[rowAt(t, b)] = [...o];
      }
    }
    if (spiking) penalty += (options.membranePenalty.weight * membraneSum) / (batch.rows * H);
    signal = out;
  });
  const [weights, gamma, beta] = [arrays[next], arrays[next + 1], arrays[next + 2]];
  const last = signal[0].length;
  const K = state.classes;
  const raw = signal.map((row) => Array.from({ length: K }, (_, k) => row.reduce((s, v, n) => s + v * weights[k * last + n], 0)));
  const scores = normaliseColumns(raw, gamma, beta).map(logSoftmax);
  if (options.task === "frames") return penalty - scores.reduce((s, row, r) => s + row[batch.labels[r]], 0) / batch.rows;
  let loss = 0;
  for (let b = 0; b < batch.utterances; b++) {
    const mean = new Array<number>(K).fill(0);
    for (let t = 0; t < batch.lengths[b]; t++) for (let k = 0; k < K; k++) mean[k] += scores[rowAt(t, b)][k] / batch.lengths[b];
    loss -= logSoftmax(mean)[batch.labels[b]] / batch.utterances;
  }
  return loss + penalty;
}

function logSoftmax(row: readonly number[]): number[] {
  const high = Math.max(...row);
  const sum = row.reduce((s, v) => s + Math.exp(v - high), 0);
  return row.map((v) => v - high - Math.log(sum));
}
