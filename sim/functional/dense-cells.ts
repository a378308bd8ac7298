/**
 * gru and lstm in integers: every non-zero 8-bit activation is an event, every gate has one accumulator, sigmoid and
 * tanh are tables. gru: h' = ((2^G - z) n + z h) >> G with n = tanh(x_n + r u_n), u_n = U_n h in an accumulator of its
 * own. lstm: c' = (f c >> G) + (i g >> 2G), saturating; h = o tanh(c). G = gateBits, every shift rounds halves away
 * from zero. A neuron sends h with 7 fraction bits, clamped to ±127; clamped features and states are counted.
 * Slow and obvious: one neuron after the other, one weight after the other; each addition keeps the accumulator's
 * range.
 * The fast engine is `dense-engine`.
 * Source: Cho et al. 2014 with the reset after the recurrent
 * product; Hochreiter 1997.
 */

import { kernelOf, SCORE_BITS, TANH_RANGE_BITS } from "../../arch/index.js";
import { shiftRound } from "../../base/math/rounding.js";
import { powerOfTwo } from "../../base/math.js";
import { Accumulator } from "./accumulator.js";
import {
  ACTIVATION_FRACTION_BITS,
  GUARD_BITS,
  type IntegerGate,
  type IntegerLayer,
  type IntegerNetwork,
  requantise,
} from "./integer-network.js";

/** State of one layer, word by word: the activation sent last, and h (gru) or c (lstm). */
export interface DenseState {
  readonly layer: IntegerLayer;
  sent: Int32Array;
  readonly state: Float64Array;
}

export function silentDense(layer: IntegerLayer): DenseState {
  return { layer, sent: new Int32Array(layer.neurons), state: new Float64Array(layer.neurons) };
}

export class DenseCells {
  readonly accumulator: Accumulator;
  saturations = 0;

  constructor(private readonly network: IntegerNetwork) {
    this.accumulator = new Accumulator(network.precision);
  }

  /** An input feature, clamped. */
  feature(value: number): number {
    const { limit } = this.network.encoder;
    return this.clamped(value, -limit, limit);
  }

  /** One step of neuron `n` from the activations of the layer before; returns the activation that it sends. */
  update(one: DenseState, n: number, values: Int32Array): number {
    return kernelOf(this.network.system) === "gru" ? this.gru(one, n, values) : this.lstm(one, n, values);
  }

  /** Score of class `c` in a step. */
  score(c: number, values: Int32Array): number {
    const { weights, requantiser, accumulatorBits } = this.network.readout;
    return this.word(requantise(requantiser, c, this.sum(0, weights, c, values, accumulatorBits)), SCORE_BITS);
  }

  private gru({ layer, sent, state }: DenseState, n: number, values: Int32Array): number {
    const { gateBits } = this.network.precision;
    const [gateR, gateZ, gateN] = layer.gates;
    const r = entry(layer.sigmoid, this.preActivation(layer, gateR, n, values, sent));
    const z = entry(layer.sigmoid, this.preActivation(layer, gateZ, n, values, sent));
    const x = requantise(gateN.requantiser, n, this.sum(0, gateN.inputWeights, n, values, layer.accumulatorBits));
    let u = 0;
    if (gateN.recurrentWeights !== null && gateN.recurrentRequantiser !== null) {
      u = requantise(gateN.recurrentRequantiser, n, this.sum(0, gateN.recurrentWeights, n, sent, layer.accumulatorBits));
    }
    const candidate = entry(layer.tanh, shiftRound(x * powerOfTwo(gateBits) + r * u, gateBits + GUARD_BITS));
    const fraction = layer.quantiser.shift + ACTIVATION_FRACTION_BITS;
    const fresh = shiftRound(candidate * powerOfTwo(fraction), gateBits);
    state[n] = this.word(shiftRound((powerOfTwo(gateBits) - z) * fresh + z * state[n], gateBits), layer.quantiser.stateBits);
    return sendable(shiftRound(state[n], layer.quantiser.shift), layer.quantiser.limit);
  }

  private lstm({ layer, sent, state }: DenseState, n: number, values: Int32Array): number {
    const { gateBits } = this.network.precision;
    const { sigmoid, tanh, quantiser } = layer;
    const [gateI, gateF, gateG, gateO] = layer.gates;
    const i = this.preActivation(layer, gateI, n, values, sent);
    const f = this.preActivation(layer, gateF, n, values, sent);
    const g = this.preActivation(layer, gateG, n, values, sent);
    const o = this.preActivation(layer, gateO, n, values, sent);
    const fraction = layer.quantiser.shift + ACTIVATION_FRACTION_BITS;
    const kept = shiftRound(entry(sigmoid, f) * state[n], gateBits);
    const added = shiftRound(entry(sigmoid, i) * entry(tanh, g) * powerOfTwo(fraction), 2 * gateBits);
    state[n] = this.word(kept + added, quantiser.stateBits);
    const index = shiftRound(state[n] * tanh.length, fraction + TANH_RANGE_BITS);
    const h = shiftRound(entry(sigmoid, o) * entry(tanh, index), 2 * gateBits - ACTIVATION_FRACTION_BITS);
    return sendable(h, layer.quantiser.limit);
  }

  private preActivation({ accumulatorBits }: IntegerLayer, gate: IntegerGate, n: number, values: Int32Array, sent: Int32Array): number {
    const sum = this.sum(0, gate.inputWeights, n, values, accumulatorBits);
    const all = gate.recurrentWeights === null ? sum : this.sum(sum, gate.recurrentWeights, n, sent, accumulatorBits);
    return requantise(gate.requantiser, n, all);
  }

  /** `from` plus every product of row `row`, sources ascending; each addition keeps the accumulator's range. */
  private sum(from: number, weights: Int16Array, row: number, values: Int32Array, bits: number): number {
    let sum = from;
    for (const [i, value] of values.entries()) sum = this.accumulator.add(sum, weights[row * values.length + i] * value, bits);
    return sum;
  }

  private word(value: number, bits: number): number {
    const most = powerOfTwo(bits - 1) - 1;
    return this.clamped(value, -most - 1, most);
  }

  private clamped(value: number, least: number, most: number): number {
    const kept = Math.max(least, Math.min(most, value));
    if (kept !== value) this.saturations++;
    return kept;
  }
}

/** h as it is sent: 1 becomes 127 / 128, the end of the word, without counting as a saturation. */
function sendable(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

/** Table entry at a signed index around the table's middle; beyond the ends, the end entries. */
function entry(table: Uint16Array | Int16Array, index: number): number {
  return table[Math.max(0, Math.min(table.length - 1, index + table.length / 2))];
}
