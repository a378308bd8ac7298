/**
 * An imported network in integers, by the same rules as our own: signed weights with one step a row, shared by everything that leads into a
 * neuron (pools and scales on the way are in the weights); (acc M + B) >> S; leaks as multipliers or shifts; saturating state.
 * A neuron's state unit is its threshold / 2^stateFractionBits (1 / 2^.. without threshold), so the threshold is a power of two.
 * A leak by shift is one of tau = dt 2^k (euler) in all places, so that a constant input still settles where it did; `leaks` says how far that is off.
 * Throws: InputError for graphs that have no integer form.
 * Not modelled: the exact scheme; Threshold nodes; voltages (LI, I, CubaLI) that feed weights.
 */

import { NEURON_TYPES, type Precision } from "../../arch/index.js";
import { InputError, inputError } from "../../base/errors.js";
import { bytesOf, canonicalJson, sha256 } from "../../base/hash.js";
import { leakShift, NO_LEAK_SHIFT, roundHalfAway, signedMax } from "../../base/math/rounding.js";
import { exp, powerOfTwo } from "../../base/math.js";
import type { GraphCell, GraphPopulation, GraphProjection, IntegerGraph } from "../functional/index.js";
import {
  checkPrecision,
  FEATURE_FRACTION_BITS,
  NONE_OWN,
  type OwnPrecisions,
  precisionIn,
  requantiser,
  restsAlone,
  SCORE_UNITS,
} from "../functional/index.js";
import type { ImportedNir } from "./import.js";
import { obstaclesIn } from "./integer-obstacles.js";
import { constantInputs, type LoweredGraph, lowerGraph } from "./lowered-graph.js";
import { parameterOf, refractorySteps } from "./neuron-models.js";
import type { NirOptions } from "./options.js";
import { resetOf } from "./reset.js";
import { type NirInputs, nirTopology } from "./topology.js";
import type { LoweredPopulation } from "./ways.js";

/** How far the leaks that a chip computes are from the file's. */
export interface LeakError {
  /** Node, and which of its leaks. */
  readonly leak: string;
  readonly neurons: number;
  /** Share that leaks away in a step: in the file, and as computed, of the neuron where they differ most in ratio. */
  readonly share: number;
  readonly computedShare: number;
  /** Largest error of the share, in percent of it. */
  readonly errorPercent: number;
}

export interface IntegerNir {
  readonly graph: IntegerGraph;
  readonly leaks: readonly LeakError[];
}

/** Largest payload of an input: binary events carry none, all others are 8-bit words. */
const INPUT_LIMITS: { readonly [inputs in NirInputs]: number } = { binary: 1, events: 127, analogue: 127 };

/** Integer form of `imported` at `precision`; `own`: widths of single populations. */
export function integerNir(
  imported: ImportedNir,
  precision: Precision,
  inputs: NirInputs = "binary",
  own: OwnPrecisions = NONE_OWN,
): IntegerNir {
  const file = imported.report.file;
  checkPrecision(precision);
  if (precision.spikeBits !== null) throw inputError(file, "its spikes are binary", "leave spike_bits out", "precision.spike_bits");
  const lowered = lowerGraph(imported);
  const precisions = lowered.populations.map(({ name }) => precisionIn(name, precision, own));
  for (const one of precisions) checkPrecision(one);
  const obstacles = obstaclesIn(imported, lowered.populations, lowered.matrices);
  if (obstacles.length > 0) throw new InputError(obstacles);
  const input = lowered.populations.findIndex(({ node }) => node.type === "Input");
  const inputUnit = inputs === "analogue" ? powerOfTwo(-FEATURE_FRACTION_BITS) : 1;
  const unitOf = (source: number): number => (source === input ? inputUnit : 1);
  const steps = lowered.populations.map((population, p) => rowSteps(lowered, p, population, unitOf, precisions[p].weightBits));
  const constants = constantInputs(imported, lowered);
  const leaks: LeakError[] = [];
  const populations = lowered.populations.map((population, p): GraphPopulation => {
    const { name, neurons, node } = population;
    if (p === input) return { name, neurons, kind: "input" };
    if (NEURON_TYPES.has(node.type)) {
      return {
        name,
        neurons,
        kind: "neurons",
        cell: integerCell(
          population,
          steps[p],
          constants[p],
          { ...imported.options, reset: resetOf(name, imported) },
          precisions[p],
          leaks,
        ),
      };
    }
    return { name, neurons, kind: "readout", requantiser: requantiser(steps[p], constants[p], 1 / SCORE_UNITS) };
  });
  if (precision.leak === "shift" && leaks.length === 0)
    throw inputError(file, "leak is shift, but no neuron of it leaks", "leave it at multiplier", "precision.leak");
  const { topology, projectionOf } = nirTopology(imported, lowered, {
    leak: precision.leak,
    inputs,
    rests: (p) => restsAlone(populations[p]),
  });
  const projections = lowered.matrices.map(({ source, target, steps: late, rowStart, targets, factors }, m): GraphProjection => {
    // Not `Int16Array.from`, which collects all of them in a list of JavaScript first: it ends the program at 113 M.
    const weights = new Int16Array(factors.length);
    for (let e = 0; e < weights.length; e++) {
      const step = steps[target][targets[e]];
      if (step !== 0) weights[e] = roundHalfAway((factors[e] * unitOf(source)) / step);
    }
    return { source, target, steps: late, projection: projectionOf[m], rowStart, targets, weights };
  });
  const graph: IntegerGraph = {
    name: file,
    precision,
    precisions,
    populations,
    projections,
    input,
    inputLimit: INPUT_LIMITS[inputs],
    inputUnit,
    scored: scoredPopulation(imported, lowered),
    topology,
    key: graphKey(imported, lowered, precisions, inputs, steps, constants),
  };
  return { graph, leaks };
}

/** [neurons] real value of one weight step: the largest factor into a row (all neurons of a channel together) is the largest word. */
function rowSteps(
  { matrices }: LoweredGraph,
  p: number,
  { neurons, sharing }: LoweredPopulation,
  unitOf: (source: number) => number,
  weightBits: number,
): Float64Array {
  const largest = new Float64Array(neurons / sharing);
  for (const { source, target, targets, factors } of matrices) {
    if (target !== p) continue;
    for (let e = 0; e < targets.length; e++) {
      const row = Math.floor(targets[e] / sharing);
      largest[row] = Math.max(largest[row], Math.abs(factors[e]) * unitOf(source));
    }
  }
  return Float64Array.from({ length: neurons }, (_, n) => largest[Math.floor(n / sharing)] / signedMax(weightBits));
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
  const optional = (field: string, otherwise: number): Float64Array =>
    node.fields.has(field) ? parameterOf(node, field, neurons) : new Float64Array(neurons).fill(otherwise);
  /** Share that goes in a step, as the file has it and as it is computed, and the word that computes it. */
  const leakOf = (field: string): { share: Float64Array; keep: Int32Array } => {
    const exact = parameterOf(node, field, neurons).map((tau) => (scheme === "euler" ? dtSeconds / tau : 1 - exp(-dtSeconds / tau)));
    const { keep, share } = leakWords(exact, precision);
    leaks.push(leakError(`${name} ${field}`, exact, share));
    // Only a shift is another time constant; a multiplier rounds the factor and leaves the gain.
    return { share: precision.leak === "shift" ? share : exact, keep };
  };
  const unit = optional("v_threshold", 1).map((threshold) => threshold / powerOfTwo(precision.stateFractionBits));
  const ones = new Float64Array(neurons).fill(1);
  const membrane = integrates
    ? { share: ones.map(() => (integratorGain === "unit" ? 1 : dtSeconds)), keep: null }
    : leakOf(filtered ? "tau_mem" : "tau");
  const current = filtered ? leakOf("tau_syn") : { share: ones, keep: null };
  const [r, gain, leak, resetTo] = [parameterOf(node, "r", neurons), optional("w_in", 1), optional("v_leak", 0), optional("v_reset", 0)];
  /** From a sum of weighted spikes to state units. */
  const drive = r.map((x, n) => (x * membrane.share[n] * current.share[n] * gain[n]) / unit[n]);
  return {
    requantiser: requantiser(
      step.map((s, n) => s * drive[n]),
      constant.map((b, n) => b * drive[n]),
      1,
    ),
    keepCurrent: current.keep,
    keepVoltage: membrane.keep,
    rest: Int32Array.from(leak, (v, n) => (integrates ? 0 : roundHalfAway((v * membrane.share[n]) / unit[n]))),
    threshold: fires ? powerOfTwo(precision.stateFractionBits) : null,
    reset,
    resetTo: Int32Array.from(resetTo, (v, n) => roundHalfAway(v / unit[n])),
    refractorySteps: fires ? refractorySteps(options) : 0,
    unit,
  };
}

function leakWords(exact: Float64Array, { leak, gateBits }: Precision): { keep: Int32Array; share: Float64Array } {
  if (leak === "shift") {
    const keep = Int32Array.from(exact, leakShift);
    return { keep, share: Float64Array.from(keep, (k) => (k === NO_LEAK_SHIFT ? 0 : powerOfTwo(-k))) };
  }
  const keep = Int32Array.from(exact, (s) => roundHalfAway((1 - s) * powerOfTwo(gateBits)));
  return { keep, share: Float64Array.from(keep, (word) => 1 - word / powerOfTwo(gateBits)) };
}

function leakError(leak: string, exact: Float64Array, computed: Float64Array): LeakError {
  const errors = exact.map((share, n) => (share === 0 ? 0 : Math.abs(computed[n] / share - 1)));
  const worst = errors.reduce((at, error, n) => (error > errors[at] ? n : at), 0);
  return { leak, neurons: exact.length, share: exact[worst], computedShare: computed[worst], errorPercent: 100 * errors[worst] };
}

/** The population behind the only Output, directly or through reshaping; null where there are several. */
function scoredPopulation({ graph, schedule }: ImportedNir, { populations }: LoweredGraph): number | null {
  const leads = new Set(graph.edges.map((edge) => edge.from));
  const outputs = [...graph.nodes].filter(([name, node]) => node.type === "Output" && !leads.has(name)).map(([name]) => name);
  if (outputs.length !== 1) return null;
  let name = outputs[0];
  for (;;) {
    const found = populations.findIndex((population) => population.name === name);
    if (found >= 0) return found;
    const [source] = schedule.sources.get(name) ?? [];
    if (source === undefined) return null;
    name = source.name;
  }
}

/** Address of everything that decides what the graph does. */
function graphKey(
  imported: ImportedNir,
  { populations, matrices }: LoweredGraph,
  precisions: readonly Precision[],
  inputs: NirInputs,
  steps: readonly Float64Array[],
  constants: readonly Float64Array[],
): string {
  const nodes = populations.map(({ name, node, neurons, sharing }) => ({
    name,
    type: node.type,
    neurons,
    sharing,
    fields: [...node.fields]
      .filter(([field]) => field !== "shape")
      .map(([field, value]) => [field, typeof value === "string" ? value : sha256(bytesOf(value.data))])
      .sort(),
  }));
  const shape = {
    nodes,
    options: { ...imported.options },
    precisions: precisions.map((one) => ({ ...one })),
    inputs,
    ways: matrices.map((m) => [m.source, m.target, m.steps]),
  };
  const arrays = matrices.flatMap(({ rowStart, targets, factors }) => [rowStart, targets, factors]);
  return sha256(canonicalJson(shape), ...[...arrays, ...steps, ...constants].map(bytesOf));
}
