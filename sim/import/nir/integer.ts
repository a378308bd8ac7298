/**
 * An imported network in integers, by the same rules as our own: signed weights with one step a row, shared by all connections into a
 * neuron; accumulator; (acc M + B) >> S; leaks as multipliers of `gateBits` fraction bits, rounded half away from zero; saturating state.
 * A neuron's state unit is its threshold / 2^stateFractionBits (1 / 2^.. without threshold), so the threshold is a power of two.
 * Throws: InputError for graphs whose neurons are not fed by weights directly, which leaves nothing to put a step on.
 * Not modelled: accumulator range within a step (it is enforced on the step's sum); the table and exact schemes.
 */
import { inputError, type Precision } from "../../../arch/index.js";
import type { Requantiser } from "../../functional/integer-network.js";
import { requantiser } from "../../functional/quantise.js";
import { roundHalfAway, shiftRound, signedMax } from "../../functional/rounding.js";
import type { NirNode } from "./graph.js";
import type { ImportedNir } from "./import.js";
import { type NeuronModel, parameterOf } from "./neuron-models.js";
import { CONNECTION_TYPES, NEURON_TYPES } from "./node-types.js";
import type { NirOptions } from "./options.js";
import { arrayOf, sizeOf } from "./shapes.js";

export interface IntegerNir {
  /** The graph with whole-number weights and no biases. */
  readonly imported: ImportedNir;
  createNeurons(name: string, node: NirNode, count: number, options: NirOptions): NeuronModel;
  /** Sums that left the accumulator's range, and state words clamped, so far. */
  readonly clamps: { overflows: number; saturations: number };
}

/** Integer form of `imported` at `precision`. */
export function integerNir(imported: ImportedNir, precision: Precision): IntegerNir {
  const { graph, schedule, shapes, options } = imported;
  const file = imported.report.file;
  if (options.scheme === "exact") throw inputError(file, "scheme exact has no integer form", "use euler or zoh");
  const nodes = new Map(graph.nodes);
  const rows = new Map<string, { step: Float64Array; bias: Float64Array }>();
  const targetOf = new Map<string, string>();
  for (const [name, sources] of schedule.sources) {
    const node = graph.nodes.get(name)!;
    for (const { name: from } of sources) {
      const weighs = CONNECTION_TYPES.has(graph.nodes.get(from)!.type);
      if (NEURON_TYPES.has(node.type) !== weighs)
        throw inputError(file, `edge ${from} -> ${name}: in integers, neurons take weights and weights feed neurons`, "run it in float");
      if (!weighs) continue;
      if (targetOf.has(from))
        throw inputError(file, `${from} feeds both ${targetOf.get(from)} and ${name}: one row cannot have two steps`, "split the node");
      targetOf.set(from, name);
    }
  }
  for (const [name, node] of graph.nodes) {
    if (!NEURON_TYPES.has(node.type)) continue;
    const count = sizeOf(shapes.get(name)!.output);
    const step = new Float64Array(count);
    const bias = new Float64Array(count);
    const feeding = [...targetOf].filter(([, target]) => target === name).map(([from]) => from);
    for (const from of feeding) addRows(graph.nodes.get(from)!, count, step, bias, signedMax(precision.weightBits));
    for (const from of feeding) nodes.set(from, wholeWeights(graph.nodes.get(from)!, count, step));
    rows.set(name, { step, bias });
  }
  const clamps = { overflows: 0, saturations: 0 };
  return {
    imported: { ...imported, graph: { ...graph, nodes } },
    clamps,
    createNeurons: (name, node, count) => createIntegerNeurons(node, count, rows.get(name)!, options, precision, clamps),
  };
}

/** Neurons that share one row of a connection's weights: a convolution's channel is one row. */
function neuronsPerRow(node: NirNode, count: number): number {
  return count / arrayOf(node, "weight").shape[0];
}

function addRows(node: NirNode, count: number, step: Float64Array, bias: Float64Array, most: number): void {
  const weight = arrayOf(node, "weight");
  const per = neuronsPerRow(node, count);
  const width = weight.data.length / weight.shape[0];
  const biases = node.fields.has("bias") ? arrayOf(node, "bias").data : null;
  for (let n = 0; n < count; n++) {
    const row = Math.floor(n / per);
    let largest = 0;
    for (let i = row * width; i < (row + 1) * width; i++) largest = Math.max(largest, Math.abs(weight.data[i]));
    step[n] = Math.max(step[n], largest / most);
    bias[n] += biases === null ? 0 : biases[row];
  }
}

function wholeWeights(node: NirNode, count: number, step: Float64Array): NirNode {
  const weight = arrayOf(node, "weight");
  const per = neuronsPerRow(node, count);
  const width = weight.data.length / weight.shape[0];
  // Rows of one channel share the largest step of their neurons: they all got the same one.
  const data = weight.data.map((w, i) => {
    const unit = step[Math.floor(i / width) * per];
    return unit === 0 ? 0 : roundHalfAway(w / unit);
  });
  const fields = new Map(node.fields).set("weight", { ...weight, dtype: "f8", data });
  if (node.fields.has("bias")) fields.set("bias", { ...arrayOf(node, "bias"), data: new Float64Array(arrayOf(node, "bias").data.length) });
  return { ...node, fields };
}

function createIntegerNeurons(
  node: NirNode,
  count: number,
  { step, bias }: { readonly step: Float64Array; readonly bias: Float64Array },
  options: NirOptions,
  precision: Precision,
  clamps: IntegerNir["clamps"],
): NeuronModel {
  const { dtSeconds, scheme, reset, integratorGain } = options;
  const fires = node.fields.has("v_threshold");
  const filtered = node.type === "CubaLI" || node.type === "CubaLIF";
  const integrates = node.type === "I" || node.type === "IF";
  const optional = (field: string, otherwise: number): Float64Array =>
    node.fields.has(field) ? parameterOf(node, field, count) : new Float64Array(count).fill(otherwise);
  const share = (field: string): Float64Array =>
    parameterOf(node, field, count).map((tau) => (scheme === "euler" ? dtSeconds / tau : 1 - Math.exp(-dtSeconds / tau)));
  const fraction = 2 ** precision.stateFractionBits;
  const unit = optional("v_threshold", 1).map((threshold) => threshold / fraction);
  const membrane = integrates
    ? new Float64Array(count).fill(integratorGain === "unit" ? 1 : dtSeconds)
    : share(filtered ? "tau_mem" : "tau");
  const current = filtered ? share("tau_syn") : new Float64Array(count).fill(1);
  const [r, gain, leak, resetTo] = [parameterOf(node, "r", count), optional("w_in", 1), optional("v_leak", 0), optional("v_reset", 0)];
  /** From a sum of weighted spikes to state units. */
  const drive = r.map((x, n) => (x * membrane[n] * current[n] * gain[n]) / unit[n]);
  const toState: Requantiser = requantiser(
    step.map((s, n) => s * drive[n]),
    bias.map((b, n) => b * drive[n]),
    1,
  );
  const factor = (of: Float64Array): Int32Array => Int32Array.from(of, (s) => roundHalfAway((1 - s) * 2 ** precision.gateBits));
  const keepCurrent = factor(current);
  const keepMembrane = integrates ? new Int32Array(count).fill(2 ** precision.gateBits) : factor(membrane);
  const rest = Int32Array.from(leak, (v, n) => (integrates ? 0 : roundHalfAway((v * membrane[n]) / unit[n])));
  const resetState = Int32Array.from(resetTo, (v, n) => roundHalfAway(v / unit[n]));
  const mostState = signedMax(precision.stateBits);
  const clampState = (value: number): number => {
    const kept = Math.max(-mostState - 1, Math.min(mostState, value));
    if (kept !== value) clamps.saturations++;
    return kept;
  };
  const filter = new Float64Array(count);
  const voltage = new Float64Array(count);
  return {
    voltage,
    reset() {
      filter.fill(0);
      voltage.fill(0);
    },
    step(input, output) {
      for (let n = 0; n < count; n++) {
        if (!Number.isInteger(input[n]))
          throw inputError("input", `a value of ${input[n]} reaches integer weights' sum`, "encode the input as whole numbers");
        const pre = shiftRound(accumulated(input[n], precision, clamps) * toState.multiplier[n] + toState.bias[n], toState.shift);
        const i = filtered ? clampState(shiftRound(keepCurrent[n] * filter[n], precision.gateBits) + pre) : pre;
        filter[n] = i;
        const before = voltage[n];
        const pending = reset === "snntorch-subtract" && before > fraction ? fraction : 0;
        const v = clampState(shiftRound(keepMembrane[n] * before, precision.gateBits) + i + rest[n] - (fires ? pending : 0));
        const spike = fires && v > fraction;
        output[n] = fires ? (spike ? 1 : 0) : v * unit[n];
        if (!fires) voltage[n] = v;
        else if (reset === "zero") voltage[n] = spike ? resetState[n] : v;
        else voltage[n] = v - ((spike ? fraction : 0) - pending);
      }
    },
  };
}

function accumulated(sum: number, precision: Precision, clamps: IntegerNir["clamps"]): number {
  const most = signedMax(precision.accumulatorBits);
  if (sum >= -most - 1 && sum <= most) return sum;
  clamps.overflows++;
  if (precision.accumulatorOverflow === "saturate") return sum > most ? most : -most - 1;
  const words = 2 ** precision.accumulatorBits;
  return sum - words * Math.floor((sum + words / 2) / words);
}
