/**
 * Real numbers of a file scaled to a precision's words. Weights are signed, with one step per row, which all weights
 * into a neuron share (they include pools and scales on the way). Leaks are multipliers or shifts. A neuron's state
 * unit is its threshold / 2^stateFractionBits (1 / 2^.. without threshold), so the threshold is a power of two. A shift
 * stands for tau = dt 2^k (euler) everywhere in the equations, so a constant input still settles at the same value;
 * `LeakError` says the errors.
 */

import type { Precision } from "../../arch/index.js";
import { leakShift, NO_LEAK_SHIFT, roundHalfAway, signedMax } from "../../base/math/rounding.js";
import { exp, powerOfTwo } from "../../base/math.js";
import type { GraphCell } from "../functional/index.js";
import { type LeakError, leaked, type RoundedValues, requantiser, SCORE_UNITS } from "../functional/index.js";
import type { ImportedNir } from "./import.js";
import type { IntegerForm } from "./integer-form.js";
import { eachFactor, type LoweredGraph } from "./lowered-graph.js";
import { optional, parameterOf, refractorySteps } from "./neuron-models.js";
import type { NirOptions } from "./options.js";
import { resetOf } from "./reset.js";
import type { LoweredPopulation } from "./ways.js";

/**
 * The form of `lowered`; adds to `found`. `unitOf`: real value of a payload of 1 of a population; `constants`: constant
 * input of each population per step.
 */
export function scaledForm(
  imported: ImportedNir,
  lowered: LoweredGraph,
  precisions: readonly Precision[],
  unitOf: (source: number) => number,
  constants: readonly Float64Array[],
  found: RoundedValues,
): IntegerForm {
  const steps = lowered.populations.map((population, p) => rowSteps(lowered, p, population, unitOf, precisions[p].weightBits));
  return {
    steps,
    weight: (real, p, neuron) => (steps[p][neuron] === 0 ? 0 : roundHalfAway(real / steps[p][neuron])),
    readout: (p) => requantiser(steps[p], constants[p], 1 / SCORE_UNITS),
    cell(p) {
      const population = lowered.populations[p];
      const options = { ...imported.options, reset: resetOf(population.name, imported) };
      return integerCell(population, steps[p], constants[p], options, precisions[p], found.leaks);
    },
    shifts: () => false,
  };
}

/**
 * [neurons] real value of one weight step: the largest factor into a row (of all neurons of a channel together) becomes
 * the largest word.
 */
function rowSteps(
  { matrices }: LoweredGraph,
  p: number,
  { neurons, sharing }: LoweredPopulation,
  unitOf: (source: number) => number,
  weightBits: number,
): Float64Array {
  const largest = new Float64Array(neurons / sharing);
  for (const matrix of matrices) {
    const { source, target, factors } = matrix;
    if (target !== p) continue;
    eachFactor(matrix, (e, neuron) => {
      const row = Math.floor(neuron / sharing);
      largest[row] = Math.max(largest[row], Math.abs(factors[e]) * unitOf(source));
    });
  }
  return new Float64Array(neurons).map((_, n) => largest[Math.floor(n / sharing)] / signedMax(weightBits));
}

function integerCell(
  { name, node, neurons }: LoweredPopulation,
  step: Float64Array,
  constant: Float64Array,
  options: NirOptions,
  precision: Precision,
  leaks: LeakError[],
): GraphCell {
  const { dtSeconds, scheme, reset, integratorGain } = options;
  const fires = node.fields.has("v_threshold");
  const filtered = node.type === "CubaLI" || node.type === "CubaLIF";
  const integrates = node.type === "I" || node.type === "IF";
  const either = (field: string, otherwise: number): Float64Array => optional(node, field, neurons, otherwise);
  /** Share that leaks per step, exact and as computed, and the word that computes it. */
  const leakOf = (field: string): { share: Float64Array; keep: Int32Array } => {
    const exact = parameterOf(node, field, neurons).map((tau) => (scheme === "euler" ? dtSeconds / tau : 1 - exp(-dtSeconds / tau)));
    const { keep, share } = leakWords(exact, precision);
    leaks.push({ leak: `${name} ${field}`, population: name, neurons, ...leakError(exact, keep, share, fires, precision) });
    // only a shift changes the time constant; a multiplier rounds the factor and leaves the gain
    return { share: precision.leak === "shift" ? share : exact, keep };
  };
  const unit = either("v_threshold", 1).map((threshold) => threshold / powerOfTwo(precision.stateFractionBits));
  const ones = new Float64Array(neurons).fill(1);
  const membrane = integrates
    ? { share: ones.map(() => (integratorGain === "unit" ? 1 : dtSeconds)), keep: null }
    : leakOf(filtered ? "tau_mem" : "tau");
  const current = filtered ? leakOf("tau_syn") : { share: ones, keep: null };
  const [r, gain, leak, resetTo] = [parameterOf(node, "r", neurons), either("w_in", 1), either("v_leak", 0), either("v_reset", 0)];
  /** Factor from a sum of weighted spikes to state units. */
  const drive = r.map((x, n) => (x * membrane.share[n] * current.share[n] * gain[n]) / unit[n]);
  return {
    requantiser: requantiser(
      step.map((s, n) => s * drive[n]),
      constant.map((b, n) => b * drive[n]),
      1,
    ),
    keepCurrent: current.keep,
    keepVoltage: membrane.keep,
    rest: words(leak.map((v, n) => (integrates ? 0 : (v * membrane.share[n]) / unit[n]))),
    threshold: fires ? powerOfTwo(precision.stateFractionBits) : null,
    loses: fires ? powerOfTwo(precision.stateFractionBits) : 0,
    delta: null,
    mostSpikes: 1,
    lowest: null,
    restart: null,
    reset,
    resetTo: words(resetTo.map((v, n) => v / unit[n])),
    refractorySteps: fires ? refractorySteps(options) : 0,
    unit,
  };
}

/** Rounded, and at most 2^31 - 1 in size. */
function words(values: Float64Array): Int32Array {
  const most = signedMax(32);
  return Int32Array.from(values, (value) => roundHalfAway(Math.max(-most, Math.min(most, value))));
}

function leakWords(exact: Float64Array, { leak, gateBits }: Precision): { keep: Int32Array; share: Float64Array } {
  if (leak === "shift") {
    const keep = Int32Array.from(exact, leakShift);
    return { keep, share: Float64Array.from(keep, (k) => (k === NO_LEAK_SHIFT ? 0 : powerOfTwo(-k))) };
  }
  const keep = words(exact.map((s) => (1 - s) * powerOfTwo(gateBits)));
  return { keep, share: Float64Array.from(keep, (word) => 1 - word / powerOfTwo(gateBits)) };
}

type Errors = Omit<LeakError, "leak" | "population" | "neurons">;

/** Errors of the shares `exact` by the words `keep`, which stand for the shares `word`. */
function leakError(exact: Float64Array, keep: Int32Array, word: Float64Array, fires: boolean, precision: Precision): Errors {
  const threshold = powerOfTwo(precision.stateFractionBits);
  const loses = (state: number, n: number): number => state - leaked(state, keep[n], precision);
  const largest = (errorOf: (n: number) => number): { readonly at: number; readonly percent: number } => {
    let [at, error] = [0, 0];
    for (let n = 0; n < exact.length; n++) {
      const own = exact[n] === 0 ? 0 : errorOf(n);
      if (own > error) [at, error] = [n, own];
    }
    return { at, percent: 100 * error };
  };
  const ofWord = largest((n) => Math.abs(word[n] / exact[n] - 1));
  const ofLoss = largest((n) => Math.abs(loses(threshold, n) / (threshold * exact[n]) - 1));
  // what a state loses never falls as the share or the state grows
  const idlest = exact.reduce((least, share, n) => (share !== 0 && (least < 0 || share < exact[least]) ? n : least), -1);
  const idleUpTo = (n: number): number => {
    let [low, high] = [0, threshold + 1];
    while (high - low > 1) {
      const state = Math.floor((low + high) / 2);
      if (loses(state, n) === 0) low = state;
      else high = state;
    }
    return low;
  };
  return {
    ...{ share: exact[ofWord.at], computedShare: word[ofWord.at], errorPercent: ofWord.percent },
    ...{
      threshold,
      reference: fires ? "threshold" : "value 1",
      exactLoss: threshold * exact[ofLoss.at],
      loss: loses(threshold, ofLoss.at),
      lossErrorPercent: ofLoss.percent,
    },
    ...(idlest < 0
      ? { idleUpTo: 0, idleShare: 0, idleWord: 0 }
      : { idleUpTo: idleUpTo(idlest), idleShare: exact[idlest], idleWord: word[idlest] }),
  };
}
