/**
 * A network as a chip computes it: integers only, for one precision. `quantise` makes it; `engine` runs it.
 */
import type { Precision, Topology } from "../../arch/index.js";
import { shiftRound } from "../../base/math/rounding.js";
import { log2, powerOfTwo } from "../../base/math.js";

/**
 * Spike quantiser on integer state: q = a >> shift toward zero, clamped to +-limit, 0 if |q| <= theta; then a -= q <<
 * shift. gru and lstm: theta is 0, the state unit 2^-(7 + shift); the activation sent is rounded to nearest and clamped
 * to ±limit, and the state keeps its value.
 */
export interface IntegerQuantiser {
  /** Bits of every state of the population, signed. */
  readonly stateBits: number;
  readonly shift: number;
  readonly theta: number;
  /** n - 1 = 2^(bits-1) - 1; 1 for one-bit (ternary) spikes. */
  readonly limit: number;
  /** Real value of one state unit: quantiser step / 2^shift. */
  readonly unit: number;
}

/**
 * (acc * multiplier[row] + bias[row]) >> shift, halves away from zero. |acc * multiplier| < 2^51 and |bias| <= 2^51:
 * exact in float64.
 */
export interface Requantiser {
  /** [rows] integers below 2^20 in magnitude. */
  readonly multiplier: Int32Array;
  /** [rows] integers. */
  readonly bias: Float64Array;
  readonly shift: number;
}

/** Pre-activation of a row from the sum in its accumulator. */
export const requantise = ({ multiplier, bias, shift }: Requantiser, row: number, sum: number): number =>
  shiftRound(sum * multiplier[row] + bias[row], shift);

/** One gate: a row with one accumulator per neuron, and the requantisation to the pre-activation. */
export interface IntegerGate {
  readonly name: string;
  /** [neurons][inputs]. */
  readonly inputWeights: Int16Array;
  /** [neurons][neurons] for the layer's own spikes of the step before; null if the gate has none. */
  readonly recurrentWeights: Int16Array | null;
  /** [neurons] real value of one weight step, shared by the rows of `inputWeights` and `recurrentWeights`. */
  readonly weightStep: Float64Array;
  readonly requantiser: Requantiser;
  /**
   * For gate n of gru, whose recurrent sum has an accumulator of its own: requantises it, without bias. null for all
   * other gates.
   */
  readonly recurrentRequantiser: Requantiser | null;
}

/** Layer of `lif` (gate i), of `rec-v1` and `rec-v2` (gates z, c), of `gru` (r, z, n) or of `lstm` (i, f, g, o). */
export interface IntegerLayer {
  readonly neurons: number;
  readonly inputs: number;
  readonly gates: readonly IntegerGate[];
  readonly quantiser: IntegerQuantiser;
  /**
   * One table of [neurons] per parameter of the cell, in its order. A leak is the share that remains, times 2^gateBits,
   * or the shift of the share that goes (`precision.leak`). A gain is in state units per payload unit. null: the
   * parameter has no effect.
   */
  readonly perNeuron: readonly (Int32Array | null)[];
  /** [2^lutBits] sigmoid at (index - 2^(lutBits-1)) * 2 SIGMOID_RANGE / 2^lutBits, unsigned gateBits. */
  readonly sigmoid: Uint16Array;
  /**
   * [2^lutBits] tanh at (index - 2^(lutBits-1)) * 2 TANH_RANGE / 2^lutBits, signed with gateBits fraction bits; empty
   * for spiking cells.
   */
  readonly tanh: Int16Array;
  /** Bits of each of its accumulators. */
  readonly accumulatorBits: number;
}

/** Integer class scores; all rows have the same unit, so the largest wins. */
export interface IntegerReadout {
  /** [classes][neurons]. */
  readonly weights: Int16Array;
  readonly requantiser: Requantiser;
  readonly accumulatorBits: number;
  /** Real value of one score unit. */
  readonly unit: number;
}

/** Everything that decides which neuron fires when. It is complete, so its hash addresses the run. */
export interface IntegerNetwork {
  readonly name: string;
  readonly system: string;
  readonly inputs: number;
  readonly classes: number;
  readonly task: "sequence" | "frames";
  readonly outputDelayFrames: number;
  readonly precision: Precision;
  /** Precision of each population: input, layers, readout. */
  readonly precisions: readonly Precision[];
  readonly encoder: IntegerQuantiser;
  /**
   * [inputs] real value of one unit of each input: of the encoder's state, or of a feature's 8-bit word (gru, lstm).
   */
  readonly inputUnits: Float64Array;
  readonly layers: readonly IntegerLayer[];
  readonly readout: IntegerReadout;
  readonly topology: Topology;
  /** Content address of the float network and the precision (SHA-256, hex). */
  readonly key: string;
}

/** Activations of gru and lstm are 8-bit words; |h| <= 1 leaves 7 fraction bits. */
export const ACTIVATION_BITS = 8;
export const ACTIVATION_FRACTION_BITS = 7;
/**
 * Features of standard deviation 1 enter as 8-bit words with 5 fraction bits, [-4, 4) in steps of 1/32; values outside
 * are clamped and counted.
 */
export const FEATURE_FRACTION_BITS = 5;
/**
 * Real value of one unit of an input's word: the least power of two of which `limit` reach the peak in size, above 0.
 */
export const inputUnit = (peak: number, limit: number): number => powerOfTwo(Math.ceil(log2(peak / limit)));
/** Fraction bits below a tanh index, with which gru adds its two sums of gate n. */
export const GUARD_BITS = 4;
/** Score units per unit of natural logarithm. */
export const SCORE_UNITS = 256;
