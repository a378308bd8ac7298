/**
 * A file's whole numbers, unchanged: a weight step and a state unit are 1, and thresholds, resets and leaks are the
 * file's. For NIR's neurons, forward Euler gives leaks as whole words of gateBits, and sums are multiplied by a whole
 * number; the file gives the leaks of Loihi's neurons. Loihi's neuron in each step: u = u (4096 - iDecay) / 4096
 * towards zero, plus the sum of weights times 2^weight_exponent; v = v (4096 - vDecay) / 4096 towards zero, plus u,
 * plus 64 bias; above the threshold it spikes, and v is 0 for `refractory` steps, including this one. Sigma-delta
 * neurons of
 * Lava: `arch/formats/lava/sigma-delta-node.ts`; they follow `DeltaRule`.
 * Throws: InputError for a number that is not whole, or a rule that the description does not allow; InfeasibleError for
 * a word that cannot hold a number.
 * Source: the recordings of Loihi that `test/sim/nir/loihi.test.ts` names.
 * Not modelled: weights of more than 16 bits; the exponents with which Loihi stores weights.
 */
import { type Precision, SCORE_BITS, VALUE_NEURONS } from "../../arch/index.js";
import { InfeasibleError, inputError } from "../../base/errors.js";
import { signedMax } from "../../base/math/rounding.js";
import { powerOfTwo } from "../../base/math.js";
import type { GraphCell } from "../functional/index.js";
import type { ImportedNir } from "./import.js";
import type { IntegerForm } from "./integer-form.js";
import type { LoweredGraph } from "./lowered-graph.js";
import { optional, parameterOf, refractorySteps } from "./neuron-models.js";
import { resetOf } from "./reset.js";
import type { LoweredPopulation } from "./ways.js";
import { bitsFor, single, tooNarrow, type WholeCell, wordsOf } from "./whole-words.js";

/** Decays of Loihi are shares of 2^12. */
const DECAY_BITS = 12;
/** A bias has as many fraction bits as a weight at the usual exponent. */
const BIAS_EXPONENT = 6;
/** Largest rounding error of a real number in a file that stands for a whole one, relative to the number. */
const NEARLY = 1e-6;
/** Largest absolute rounding error; a number that is off by more is not whole. */
const MOST_ROUNDING = 0.05;
const MULTIPLIER_MOST = powerOfTwo(20) - 1;

export function filedForm(
  imported: ImportedNir,
  lowered: LoweredGraph,
  precisions: readonly Precision[],
  unitOf: (source: number) => number,
  constants: readonly Float64Array[],
): IntegerForm {
  const { file } = imported.report;
  const { populations } = lowered;
  const largest = largestWeights(file, lowered, unitOf, precisions);
  const cells = populations.map((population, p) => {
    if (!population.node.fields.has("v_threshold") && !VALUE_NEURONS.has(population.node.type)) return null;
    const make = CELLS[population.node.type] ?? nirCell;
    const cell = make(imported, population, constants[p], precisions[p]);
    return wordsOf(file, population.name, cell, largest[p], precisions[p]);
  });
  const cellOf = (p: number): GraphCell => {
    const cell = cells[p];
    if (cell === null) throw new Error(`nir: ${populations[p].name} has no neurons`);
    return cell;
  };
  return {
    steps: populations.map(({ neurons }) => new Float64Array(neurons).fill(1)),
    weight: Math.round,
    cell: cellOf,
    readout(p) {
      const { name, neurons } = populations[p];
      const bias = constants[p].map((value) => whole(value, file, `a bias of ${name}`));
      if (bias.some((value) => Math.abs(value) > signedMax(SCORE_BITS)))
        throw inputError(file, `has a bias beyond the ${SCORE_BITS} bits of a score`, "scale the numbers of the file down", name);
      return { multiplier: new Int32Array(neurons).fill(1), bias, shift: 0 };
    },
    shifts: (p) => cells[p]?.requantiser.multiplier.every((m) => (m & (m - 1)) === 0) ?? false,
  };
}

type CellMaker = (imported: ImportedNir, population: LoweredPopulation, constant: Float64Array, precision: Precision) => WholeCell;

/** Makers of neurons, by the types in files of Lava. */
const CELLS: { readonly [type: string]: CellMaker | undefined } = {
  Loihi: loihiCell,
  Delta: sigmaDeltaCell,
  SigmaDelta: sigmaDeltaCell,
  Sigma: sigmaDeltaCell,
};

/** The whole number that `value` stands for; throws an error that names it. */
function whole(value: number, file: string, what: string): number {
  const nearest = Math.round(value);
  if (Math.abs(value - nearest) <= Math.min(MOST_ROUNDING, NEARLY * Math.max(1, Math.abs(nearest)))) return nearest;
  throw inputError(
    file,
    `${what} is ${Number(value.toPrecision(9))}, no whole number: from-file takes numbers as they are`,
    "set precision.integers: quantised",
    "precision.integers",
  );
}

/** By population: the largest weight into it. Checks that every weight is whole and fits its word. */
function largestWeights(
  file: string,
  { populations, matrices }: LoweredGraph,
  unitOf: (source: number) => number,
  precisions: readonly Precision[],
): number[] {
  const least = populations.map(() => 0);
  const most = populations.map(() => 0);
  for (const { source, target, factors } of matrices) {
    const unit = unitOf(source);
    for (const factor of factors) {
      const real = factor * unit;
      const weight = Number.isInteger(real)
        ? real
        : whole(real, file, `a weight from ${populations[source].name} to ${populations[target].name}`);
      least[target] = Math.min(least[target], weight);
      most[target] = Math.max(most[target], weight);
    }
  }
  const needs = populations.map((_, p) => bitsFor(least[p], most[p]));
  const lacks = (p: number): number => needs[p] - precisions[p].weightBits;
  const worst = needs.reduce((at, _, p) => (lacks(p) > lacks(at) ? p : at), 0);
  if (lacks(worst) > 0)
    throw tooNarrow(
      "FILE_WEIGHT_BITS",
      `weights into ${populations[worst].name}, ${least[worst]} to ${most[worst]} in ${file}`,
      { key: "weight_bits", need: needs[worst], has: precisions[worst].weightBits },
      precisions[worst],
      populations[worst].name,
    );
  return most.map((value, p) => Math.max(value, -least[p]));
}

function loihiCell({ report }: ImportedNir, population: LoweredPopulation, constant: Float64Array, precision: Precision): WholeCell {
  const { name, node, neurons } = population;
  const { file } = report;
  const { gateBits } = precision;
  if (gateBits < DECAY_BITS)
    throw new InfeasibleError(
      "FILE_LEAK_BITS",
      `decays of ${name} in ${file}`,
      `${DECAY_BITS} bits`,
      `${gateBits}`,
      `set precision.gate_bits: ${DECAY_BITS}`,
    );
  const field = (of: string): number => single(node, of, name, file);
  const keep = (decay: number): Int32Array =>
    new Int32Array(neurons).fill((powerOfTwo(DECAY_BITS) - decay) * powerOfTwo(gateBits - DECAY_BITS));
  const restartSteps = field("restart_steps");
  return {
    ...plain(neurons, powerOfTwo(field("weight_exponent"))),
    keepCurrent: keep(field("i_decay")),
    keepVoltage: keep(field("v_decay")),
    rest: constant.map((bias) => powerOfTwo(BIAS_EXPONENT) * whole(bias, file, `a bias of ${name}`)),
    threshold: field("v_threshold"),
    loses: field("v_threshold"),
    delta: null,
    mostSpikes: 1,
    lowest: null,
    reset: "zero",
    resetTo: new Float64Array(neurons),
    refractorySteps: field("refractory") - 1,
    restart: restartSteps === 0 ? null : { period: restartSteps, phase: field("layer") % restartSteps },
    unit: new Float64Array(neurons).fill(1),
  };
}

function sigmaDeltaCell({ report }: ImportedNir, population: LoweredPopulation, constant: Float64Array): WholeCell {
  const { name, node, neurons } = population;
  const { file } = report;
  const field = (of: string): number => single(node, of, name, file);
  const threshold = node.type === "Sigma" ? null : field("v_threshold");
  return {
    ...plain(neurons, field("gain")),
    keepCurrent: null,
    keepVoltage: null,
    rest: constant.map((bias) => field("bias_gain") * whole(bias, file, `a bias of ${name}`)),
    threshold,
    loses: threshold ?? 0,
    delta:
      threshold === null
        ? null
        : {
            integrates: node.type === "SigmaDelta",
            rectifies: node.type === "SigmaDelta",
            shift: field("spike_shift"),
            keepsRemainder: field("keeps_remainder") === 1,
            most: signedMax(field("message_bits")),
          },
    mostSpikes: 1,
    lowest: null,
    reset: "zero",
    resetTo: new Float64Array(neurons),
    refractorySteps: 0,
    restart: null,
    unit: new Float64Array(neurons).fill(1),
  };
}

/** Multiplies sums by `gain`, and adds nothing. */
const plain = (neurons: number, gain: number): Pick<WholeCell, "multiplier" | "bias"> => ({
  multiplier: new Float64Array(neurons).fill(gain),
  bias: new Float64Array(neurons),
});

function nirCell(imported: ImportedNir, population: LoweredPopulation, constant: Float64Array, precision: Precision): WholeCell {
  const { name, node, neurons } = population;
  const { file } = imported.report;
  const { dtSeconds, scheme, integratorGain } = imported.options;
  if (scheme !== "euler") throw inputError(file, `is ${scheme}: whole leaks are those of euler`, "set it to euler", "network.nir.scheme");
  const either = (field: string, otherwise: number): Float64Array => optional(node, field, neurons, otherwise);
  const integrates = node.type === "I" || node.type === "IF";
  const filtered = node.type === "CubaLI" || node.type === "CubaLIF";
  const ones = new Float64Array(neurons).fill(1);
  const shareOf = (field: string): Float64Array => parameterOf(node, field, neurons).map((tau) => dtSeconds / tau);
  const membrane = integrates ? ones.map(() => (integratorGain === "unit" ? 1 : dtSeconds)) : shareOf(filtered ? "tau_mem" : "tau");
  const current = filtered ? shareOf("tau_syn") : null;
  const [r, w, leak] = [parameterOf(node, "r", neurons), either("w_in", 1), either("v_leak", 0)];
  const gain = r.map((x, n) => whole(x * membrane[n] * (current?.[n] ?? 1) * w[n], file, `what ${name} makes of a weight of 1`));
  if (gain.some((g) => Math.abs(g) > MULTIPLIER_MOST))
    throw inputError(file, `${name} multiplies its input by more than ${MULTIPLIER_MOST}`, "", name);
  const fires = node.fields.has("v_threshold");
  const threshold = fires ? whole(single(node, "v_threshold", name, file), file, `the threshold of ${name}`) : null;
  return {
    multiplier: gain,
    bias: constant.map((b, n) => whole(b * gain[n], file, `a bias of ${name}`)),
    keepCurrent: current === null ? null : keepWords(current, precision, file, `${name} tau_syn`),
    keepVoltage: integrates ? null : keepWords(membrane, precision, file, `${name} ${filtered ? "tau_mem" : "tau"}`),
    rest: leak.map((v, n) => (integrates ? 0 : whole(v * membrane[n], file, `what v_leak of ${name} adds`))),
    threshold,
    loses: threshold ?? 0,
    delta: null,
    mostSpikes: 1,
    lowest: null,
    reset: resetOf(name, imported),
    resetTo: either("v_reset", 0).map((v) => whole(v, file, `v_reset of ${name}`)),
    refractorySteps: fires ? refractorySteps(imported.options) : 0,
    restart: null,
    unit: ones,
  };
}

/** Words of the leaks' remaining shares, which are exactly the file's. */
function keepWords(shares: Float64Array, { leak, gateBits }: Precision, file: string, what: string): Int32Array {
  if (leak !== "shift") {
    const keep = shares.map((share) => whole((1 - share) * powerOfTwo(gateBits), file, `what ${what} keeps of 2^${gateBits}`));
    if (keep.some((word) => Math.abs(word) > signedMax(32)))
      throw inputError(file, `leaks more than ${powerOfTwo(31 - gateBits)} times its value per step`, "use a shorter step", what);
    return Int32Array.from(keep);
  }
  return Int32Array.from(shares, (share) => {
    let shift = 0;
    while (shift < gateBits && powerOfTwo(-shift) > share * (1 + NEARLY)) shift++;
    if (Math.abs(share * powerOfTwo(shift) - 1) <= NEARLY) return shift;
    throw inputError(
      file,
      `${what} leaks a share of ${Number(share.toPrecision(6))}, no power of two`,
      "set precision.leak: multiplier",
      what,
    );
  });
}
