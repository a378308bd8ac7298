/**
 * Whole numbers as Rockpool computes them for Xylo (`global_quantize`). All hidden neurons have one scale and the
 * outputs another, with which the largest weight becomes the largest word; thresholds have the same scale. Halves are
 * rounded to even, as NumPy does. A state unit is a weight step. The threshold includes `r`, `w_in` and the leaks'
 * shares.
 * The neuron: i = decayed i + sum, v = decayed v + i, both saturating; while v >= threshold, v loses the threshold and
 * the neuron adds a spike, at most 31 per step (outputs: 1). Decay: x - (x >> dash), at least one unit towards 0, dash
 * = round(log2(tau / step)). In a LIF the current decays completely in each step.
 * Throws: InputError for properties that Xylo's neurons lack, such as a negative gain; InfeasibleError for a threshold
 * that no state word can hold.
 * Source: synsense/rockpool 42cee1c, docs/devices/xylo-overview.ipynb; rockpool/nn/modules/torch/cpp/bitshift.cpp (a
 * step of at least one); rockpool/transform/quantize_methods.py.
 * Not modelled: that the chip has no delays (Delay nodes run as in float); thresholds beyond the state word, for which
 * Rockpool scales down the weights too; its second synapse, aliases, biases, thresholds of single neurons; it takes at
 * most 15 input events per step and channel. The order of decay and addition is that of the equations; no recording of
 * the chip with its integers is published.
 */
import type { Precision } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { roundHalfEven, signedMax } from "../../base/math/rounding.js";
import { log2 } from "../../base/math.js";
import type { GraphCell, RoundedValues } from "../functional/index.js";
import type { ImportedNir } from "./import.js";
import type { IntegerForm } from "./integer-form.js";
import { eachFactor, type LoweredGraph } from "./lowered-graph.js";
import { parameterOf } from "./neuron-models.js";
import type { LoweredPopulation } from "./ways.js";
import { type WholeCell, wordsOf } from "./whole-words.js";

/** Largest number of spikes per step of a hidden neuron, and of an output. */
const MOST_SPIKES = 31;

export function xyloForm(
  imported: ImportedNir,
  lowered: LoweredGraph,
  precisions: readonly Precision[],
  unitOf: (source: number) => number,
  constants: readonly Float64Array[],
  { raised }: RoundedValues,
): IntegerForm {
  const { populations, matrices } = lowered;
  const { file } = imported.report;
  const isOutput = populations.map((_, p) => matrices.every(({ source, target }) => source !== p || target === p));
  const feedsItself = (p: number): boolean => matrices.some(({ source, target }) => source === p && target === p);
  const scales = populations.map((_, p) => scaleOf(lowered, isOutput, isOutput[p], unitOf, precisions[p].weightBits));
  const refuse = (name: string, what: string, fix: string): Error => inputError(file, `${name} ${what}`, fix, name);
  return {
    steps: populations.map(({ neurons }, p) => new Float64Array(neurons).fill(1 / scales[p])),
    weight: (real, p) => roundHalfEven(real * scales[p]),
    readout: (p) => {
      throw refuse(populations[p].name, "leaves the network as a sum, and Xylo's outputs are neurons", "end the network with a LIF node");
    },
    cell(p) {
      const { name } = populations[p];
      if (isOutput[p] && feedsItself(p))
        throw refuse(name, "feeds itself, and Xylo's outputs have no recurrent weights", "end the network with another layer");
      if (constants[p].some((value) => value !== 0))
        throw refuse(name, "has a bias, which Xylo's conversion does not support", "train it without");
      return xyloCell(imported, populations[p], { scale: scales[p], isOutput: isOutput[p] }, precisions[p], raised);
    },
    shifts: () => true,
  };
}

/**
 * Words per unit: the largest scale with which every weight into all outputs, or into all other populations, fits. 1 if
 * no weight leads there.
 */
function scaleOf(
  { matrices }: LoweredGraph,
  isOutput: readonly boolean[],
  outputs: boolean,
  unitOf: (source: number) => number,
  weightBits: number,
): number {
  let most = 0;
  for (const matrix of matrices) {
    if (isOutput[matrix.target] !== outputs) continue;
    const unit = unitOf(matrix.source);
    eachFactor(matrix, (e) => {
      most = Math.max(most, Math.abs(matrix.factors[e]) * unit);
    });
  }
  return most === 0 ? 1 : signedMax(weightBits) / most;
}

function xyloCell(
  { report, options }: ImportedNir,
  { name, node, neurons }: LoweredPopulation,
  { scale, isOutput }: { readonly scale: number; readonly isOutput: boolean },
  precision: Precision,
  raised: RoundedValues["raised"],
): GraphCell {
  const { file } = report;
  const { dtSeconds, reset, scheme, refractorySeconds } = options;
  const isFiltered = node.type === "CubaLIF";
  if (!isFiltered && node.type !== "LIF")
    throw inputError(file, `the node ${name} is of type ${node.type}, and Xylo has only leaky neurons (LIF, CubaLIF)`, "", name);
  if (precision.leak !== "shift")
    throw inputError(file, `is ${precision.leak}, and Xylo's neurons leak by shifts`, "set it to shift", "precision.leak");
  if (reset !== "subtract")
    throw inputError(file, `is ${reset}, and Xylo's neurons subtract their threshold`, "set it to subtract", "network.nir.reset");
  const leaks = parameterOf(node, "v_leak", neurons);
  if (scheme !== "euler" || refractorySeconds > 0 || leaks.some((value) => value !== 0))
    throw inputError(file, `${name} rests at a voltage, pauses, or is no forward Euler step`, "leave v_leak and the pause at 0", name);
  const dashes = (field: string): Int32Array =>
    Int32Array.from(parameterOf(node, field, neurons), (tau) => Math.max(0, roundHalfEven(log2(tau / dtSeconds))));
  /** Factors with which the file's neurons add their input per step. */
  const gains = (field: string, gain: string): Float64Array => {
    const times = node.fields.has(gain) ? parameterOf(node, gain, neurons) : new Float64Array(neurons).fill(1);
    return parameterOf(node, field, neurons).map((tau, n) => (times[n] * dtSeconds) / tau);
  };
  const membrane = gains(isFiltered ? "tau_mem" : "tau", "r");
  const current = isFiltered ? gains("tau_syn", "w_in") : new Float64Array(neurons).fill(1);
  const gain = membrane.map((times, n) => times * current[n]);
  if (gain.some((times) => !(times > 0)))
    throw inputError(
      file,
      `${name} multiplies its input by ${gain.find((times) => !(times > 0))}, and Xylo's neurons add it: a threshold cannot hold the sign`,
      "make r (times w_in) positive, and move the sign into the weights",
      name,
    );
  const filed = parameterOf(node, "v_threshold", neurons);
  const states = filed.map((value, n) => (value / gain[n]) * scale);
  const low = states.findIndex((value) => roundHalfEven(value) < 1);
  if (low >= 0) raised.push({ population: name, threshold: filed[low], states: states[low] });
  const thresholds = states.map((value) => Math.max(1, roundHalfEven(value)));
  const [threshold] = thresholds;
  if (thresholds.some((value) => value !== threshold))
    throw inputError(file, `${name} has thresholds, or gains, that differ between neurons`, "give all neurons of a layer the same", name);
  const cell: WholeCell = {
    multiplier: new Float64Array(neurons).fill(1),
    bias: new Float64Array(neurons),
    keepCurrent: isFiltered ? dashes("tau_syn") : null,
    keepVoltage: dashes(isFiltered ? "tau_mem" : "tau"),
    rest: new Float64Array(neurons),
    threshold: threshold - 1,
    loses: threshold,
    delta: null,
    mostSpikes: isOutput ? 1 : MOST_SPIKES,
    lowest: null,
    reset: "subtract",
    resetTo: new Float64Array(neurons),
    refractorySteps: 0,
    restart: null,
    unit: new Float64Array(neurons).fill(gain[0] / scale),
  };
  return wordsOf(file, name, cell, signedMax(precision.weightBits), precision);
}
