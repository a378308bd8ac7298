/**
 * Whole numbers as sinabs computes them for Speck. Each layer has one scale: the largest with which its weights and its
 * biases fit a weight word, and its threshold a state word. All are multiplied by it in float32 and rounded to nearest,
 * halves to even, as PyTorch does. A state unit is a weight step. The neuron (IAF): v = v + sum, at least -threshold;
 * while v >= threshold, v loses the threshold and the neuron adds a spike. There is no leak and no step length. Speck
 * processes each event alone. So does the first layer here if a step contains one event (`workload.events`); later
 * layers process the spikes of a step together.
 * Throws: InputError for other neurons and resets; InfeasibleError for a state word that cannot hold a weight.
 * Source: sinabs, `backend/dynapcnn/discretize.py` and `min_v_mem`; counts of a Speck 2f chip, see
 * test/sim/nir/speck.test.ts.
 * Not modelled: what the chip cannot connect (Delay nodes and recurrent weights run as in float); changes in the order
 * of events on an asynchronous chip; one event per crossing (a step sends one message with their number, at most 127);
 * the leak by a slow clock.
 */
import type { Precision } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { roundHalfEven, signedMax } from "../../base/math/rounding.js";
import type { GraphCell, RoundedValues } from "../functional/index.js";
import type { ImportedNir } from "./import.js";
import type { IntegerForm } from "./integer-form.js";
import { eachFactor, type LoweredGraph } from "./lowered-graph.js";
import { parameterOf } from "./neuron-models.js";
import type { LoweredPopulation } from "./ways.js";
import { single, type WholeCell, wordsOf } from "./whole-words.js";

/** Largest payload of a spike: the kernels add 8-bit payloads. */
const MOST_SPIKES = 127;

export function speckForm(
  imported: ImportedNir,
  lowered: LoweredGraph,
  precisions: readonly Precision[],
  unitOf: (source: number) => number,
  constants: readonly Float64Array[],
  { raised }: RoundedValues,
): IntegerForm {
  const { populations } = lowered;
  const scales = populations.map((_, p) => scaleOf(lowered, p, unitOf, constants[p], precisions[p]));
  const biasOf = (p: number): Float64Array => constants[p].map((value) => scaled(value, scales[p]));
  return {
    steps: populations.map(({ neurons }, p) => new Float64Array(neurons).fill(1 / scales[p])),
    weight: (real, p) => scaled(real, scales[p]),
    readout: (p) => ({ multiplier: new Int32Array(populations[p].neurons).fill(1), bias: biasOf(p), shift: 0 }),
    cell: (p) => speckCell(imported, populations[p], scales[p], biasOf(p), precisions[p], raised),
    shifts: () => true,
  };
}

/** Word of a real value: product and rounding of PyTorch in float32. */
const scaled = (value: number, scale: number): number => roundHalfEven(Math.fround(Math.fround(value) * scale));

/**
 * Words per unit, in float32: the largest scale with which all weights and constants of population `p`, and its
 * threshold, fit; 1 if nothing bounds it.
 */
function scaleOf(
  { matrices, populations }: LoweredGraph,
  p: number,
  unitOf: (source: number) => number,
  constants: Float64Array,
  { weightBits, stateBits }: Precision,
): number {
  let least = 0;
  let most = 0;
  for (const matrix of matrices) {
    if (matrix.target !== p) continue;
    const unit = unitOf(matrix.source);
    eachFactor(matrix, (e) => {
      least = Math.min(least, matrix.factors[e] * unit);
      most = Math.max(most, matrix.factors[e] * unit);
    });
  }
  for (const constant of constants) {
    least = Math.min(least, constant);
    most = Math.max(most, constant);
  }
  const word = signedMax(weightBits);
  const threshold = populations[p].node.fields.get("v_threshold");
  const highest = threshold === undefined || typeof threshold === "string" ? 0 : threshold.data[0];
  const bounds = [
    [word + 1, -least],
    [word, most],
    [signedMax(stateBits), highest],
  ].flatMap(([largest, value]) => (value > 0 ? [Math.fround(largest / Math.fround(value))] : []));
  return bounds.length === 0 ? 1 : bounds.reduce((a, b) => Math.min(a, b));
}

function speckCell(
  { report, options }: ImportedNir,
  { name, node, neurons }: LoweredPopulation,
  scale: number,
  bias: Float64Array,
  precision: Precision,
  raised: RoundedValues["raised"],
): GraphCell {
  const { file } = report;
  if (node.type !== "IF") throw inputError(file, `the node ${name} is of type ${node.type}, and Speck has IF neurons only`, "", name);
  if (options.reset !== "subtract")
    throw inputError(file, `is ${options.reset}, and Speck's neurons subtract their threshold`, "set it to subtract", "network.nir.reset");
  if (options.integratorGain !== "unit" || options.refractorySeconds > 0 || parameterOf(node, "r", neurons).some((r) => r !== 1))
    throw inputError(
      file,
      `${name} scales its input or pauses, which Speck's neurons do not`,
      "leave r, gain and pause at 1, unit and 0",
      name,
    );
  const real = single(node, "v_threshold", name, file);
  const threshold = Math.max(1, scaled(real, scale));
  if (scaled(real, scale) < 1) raised.push({ population: name, threshold: real, states: real * scale });
  const cell: WholeCell = {
    multiplier: new Float64Array(neurons).fill(1),
    bias,
    keepCurrent: null,
    keepVoltage: null,
    rest: new Float64Array(neurons),
    threshold: threshold - 1,
    loses: threshold,
    delta: null,
    mostSpikes: MOST_SPIKES,
    lowest: -threshold,
    reset: "subtract",
    resetTo: new Float64Array(neurons),
    refractorySteps: 0,
    restart: null,
    unit: new Float64Array(neurons).fill(1 / scale),
  };
  return wordsOf(file, name, cell, signedMax(precision.weightBits) + 1, precision);
}
