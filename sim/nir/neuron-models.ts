/**
 * Neuron models of NIR in float64, one step per call. LI tau dv/dt = (v_leak - v) + r I; LIF the same with threshold
 * (strict >) and reset; IF dv/dt = r I; CubaLI and CubaLIF filter their input first (tau_syn di/dt = -i + w_in S). The
 * voltage sees the new current as if it had been held over the step; `exact` solves both equations together. A
 * refractory neuron keeps its voltage for a number of whole steps after a spike.
 * Throws: InputError for a scheme for which a model has no closed form, or that does not allow a rule of whole steps;
 * for a neuron that spikes too often in a step.
 */

import { actsInNextStep, LAVA_NEURONS, type NirNode } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { exp, log } from "../../base/math.js";
import type { NirOptions } from "./options.js";
import { arrayOf } from "./shapes.js";

/** Computes `output` (spikes, or the voltage of models without threshold) from `input` in one step. */
export interface NeuronModel {
  readonly voltage: Float64Array;
  step(input: Float64Array, output: Float64Array): void;
  reset(): void;
}

/** A parameter with one value per neuron; a single value is repeated. */
export function parameterOf(node: NirNode, field: string, count: number): Float64Array {
  const { data } = arrayOf(node, field);
  return data.length === count ? data : new Float64Array(count).fill(data[0]);
}

/** Types of nodes that spike and reset. */
export const FIRES: ReadonlySet<string> = new Set(["IF", "LIF", "CubaLIF"]);

/** `options.refractorySeconds` in whole steps. Throws: InputError if whole steps do not fit the reset or the scheme. */
export function refractorySteps({ refractorySeconds, dtSeconds, reset, scheme }: NirOptions): number {
  if (!(refractorySeconds >= 0)) throw inputError("refractory", `got ${refractorySeconds}, expected seconds from 0`, "e.g. 2e-3");
  const steps = Math.round(refractorySeconds / dtSeconds);
  if (steps > MOST_REFRACTORY_STEPS)
    throw inputError(
      "refractory",
      `${refractorySeconds} s are ${steps} steps, at most ${MOST_REFRACTORY_STEPS}`,
      "a longer step, or a shorter pause",
    );
  if (steps > 0 && actsInNextStep(reset))
    throw inputError("refractory", `${reset} acts in the step after a spike, which a pause would skip`, "use subtract or zero");
  if (steps > 0 && scheme === "exact")
    throw inputError("refractory", "scheme exact lets a neuron spike within a step, a pause takes whole steps", "use euler or zoh");
  return steps;
}

/** Capacity of a 15-bit counter. */
const MOST_REFRACTORY_STEPS = 32_767;

/** As `parameterOf`, of a field that may be missing. */
export const optional = (node: NirNode, field: string, count: number, otherwise: number): Float64Array =>
  node.fields.has(field) ? parameterOf(node, field, count) : new Float64Array(count).fill(otherwise);

export function createNeurons(name: string, node: NirNode, count: number, options: NirOptions): NeuronModel {
  if (LAVA_NEURONS.has(node.type))
    throw inputError(name, "a neuron of Lava computes in integers, not in float", "run it on a chip: precision.integers: from-file");
  const spikes = FIRES.has(node.type);
  const filtered = node.type === "CubaLI" || node.type === "CubaLIF";
  if (options.scheme === "exact" && filtered && spikes) {
    throw inputError("scheme", `${name}: ${node.type} has no closed form for the instant of a spike`, "use scheme zoh or euler");
  }
  const voltage = new Float64Array(count);
  const current = filtered ? createCurrent(node, count, options) : null;
  const membrane = createMembrane(node, count, options);
  const fire = spikes ? createThreshold(name, node, count, options, membrane) : null;
  const filteredInput = new Float64Array(count);
  const pause = spikes ? refractorySteps(options) : 0;
  const held = new Int32Array(count);
  const step = (n: number): number => {
    if (fire === null) {
      voltage[n] = membrane.next(n, voltage[n], filteredInput[n]);
      return voltage[n];
    }
    if (held[n] > 0) {
      held[n]--;
      return 0;
    }
    const spike = fire(n, voltage, filteredInput[n]);
    if (spike !== 0) held[n] = pause;
    return spike;
  };
  return {
    voltage,
    reset() {
      held.fill(0);
      voltage.fill(0);
      current?.value.fill(0);
    },
    step(input, output) {
      let drive = input;
      if (current !== null) {
        current.step(input);
        drive = current.drive;
      }
      filteredInput.set(drive);
      for (let n = 0; n < count; n++) output[n] = step(n);
    },
  };
}

interface Current {
  readonly value: Float64Array;
  /** Current that, held over the step, moves the voltage as `value` is taken to do. */
  readonly drive: Float64Array;
  step(input: Float64Array): void;
}

function createCurrent(node: NirNode, count: number, options: NirOptions): Current {
  const value = new Float64Array(count);
  const [drive, early] = options.scheme === "exact" ? [new Float64Array(count), earlyShares(node, count, options)] : [value, null];
  const tau = parameterOf(node, "tau_syn", count);
  const gain = optional(node, "w_in", count, 1);
  const share = tau.map((t) => (options.scheme === "euler" ? options.dtSeconds / t : 1 - exp(-options.dtSeconds / t)));
  return {
    value,
    drive,
    step(input) {
      if (early !== null) for (let n = 0; n < count; n++) drive[n] = gain[n] * input[n] + early[n] * (value[n] - gain[n] * input[n]);
      for (let n = 0; n < count; n++) value[n] += share[n] * (gain[n] * input[n] - value[n]);
    },
  };
}

/**
 * Share of the old current in the held one that moves the voltage in a step as the decaying one does. From the solution
 * of tau_mem dv/dt = -v + r i for i = e^(-t / tau_syn): v = r tau_syn (e^(-dt / tau_syn) - e^(-dt / tau_mem)) /
 * (tau_syn - tau_mem), and its series where both constants are nearly equal; over what i = 1 gives.
 */
function earlyShares(node: NirNode, count: number, options: NirOptions): Float64Array {
  const { dtSeconds: dt } = options;
  const [synapse, membrane] = [parameterOf(node, "tau_syn", count), parameterOf(node, "tau_mem", count)];
  return leakShares(node, count, options).map((share, n) => {
    const [s, m] = [synapse[n], membrane[n]];
    const apart = dt * (1 / m - 1 / s);
    if (Math.abs(apart) > 1e-4) return (s * (exp(-dt / s) - exp(-dt / m))) / (s - m) / share;
    return ((dt / m) * exp(-dt / m) * (1 + (apart / 2) * (1 + (apart / 3) * (1 + apart / 4)))) / share;
  });
}

interface Membrane {
  /** Voltage after one step from `v` under input `i`. */
  next(n: number, v: number, i: number): number;
  /** Share of a step, 0 to 1, after which v crosses `threshold`; only called if it does. */
  crossing(n: number, v: number, i: number, threshold: number): number;
  /** Voltage after the share `share` of a step. */
  after(n: number, v: number, i: number, share: number): number;
}

/** Factor with which an integrator adds its input per step. */
const integratorGains = (node: NirNode, count: number, { integratorGain, dtSeconds }: NirOptions): Float64Array =>
  parameterOf(node, "r", count).map((r) => r * (integratorGain === "unit" ? 1 : dtSeconds));

/** Share of the distance to its rest value that a leaky membrane covers per step. */
function leakShares(node: NirNode, count: number, { scheme, dtSeconds }: NirOptions): Float64Array {
  const tau = parameterOf(node, node.type === "LI" || node.type === "LIF" ? "tau" : "tau_mem", count);
  return tau.map((t) => (scheme === "euler" ? dtSeconds / t : 1 - exp(-dtSeconds / t)));
}

/** A step of I, IF, LI or LIF as v = keep v + gain x + drive, by neuron. */
export function membraneStep(
  node: NirNode,
  count: number,
  options: NirOptions,
): { readonly keep: Float64Array; readonly gain: Float64Array; readonly drive: Float64Array } {
  if (node.type === "I" || node.type === "IF")
    return { keep: new Float64Array(count).fill(1), gain: integratorGains(node, count, options), drive: new Float64Array(count) };
  const share = leakShares(node, count, options);
  const [r, rest] = [parameterOf(node, "r", count), parameterOf(node, "v_leak", count)];
  return { keep: share.map((s) => 1 - s), gain: share.map((s, n) => s * r[n]), drive: share.map((s, n) => s * rest[n]) };
}

/** Voltage after a reset to a value, by neuron. */
export const resetValues = (node: NirNode, count: number): Float64Array => optional(node, "v_reset", count, 0);

function createMembrane(node: NirNode, count: number, options: NirOptions): Membrane {
  const { dtSeconds } = options;
  if (node.type === "I" || node.type === "IF") {
    const gain = integratorGains(node, count, options);
    return {
      next: (n, v, i) => v + gain[n] * i,
      crossing: (n, v, i, threshold) => (threshold - v) / (gain[n] * i),
      after: (n, v, i, share) => v + gain[n] * i * share,
    };
  }
  const r = parameterOf(node, "r", count);
  const tau = parameterOf(node, node.type === "LI" || node.type === "LIF" ? "tau" : "tau_mem", count);
  const leak = parameterOf(node, "v_leak", count);
  const share = leakShares(node, count, options);
  const rest = (n: number, i: number): number => leak[n] + r[n] * i;
  return {
    next: (n, v, i) => v + share[n] * (rest(n, i) - v),
    crossing: (n, v, i, threshold) => (log((rest(n, i) - v) / (rest(n, i) - threshold)) * tau[n]) / dtSeconds,
    after: (n, v, i, part) => rest(n, i) + (v - rest(n, i)) * exp((-dtSeconds * part) / tau[n]),
  };
}

/**
 * Returns the spikes of neuron n in this step, and writes its voltage. The number is 0 or 1, except with `exact`, where
 * a strong input can cross the threshold more than once. Throws: InputError beyond `MOST_CROSSINGS`.
 */
function createThreshold(
  name: string,
  node: NirNode,
  count: number,
  options: NirOptions,
  membrane: Membrane,
): (n: number, voltage: Float64Array, i: number) => number {
  const threshold = parameterOf(node, "v_threshold", count);
  const resetTo = resetValues(node, count);
  const { reset } = options;
  const settle = (n: number, v: number): number => (reset === "zero" ? resetTo[n] : v - threshold[n]);
  if (options.scheme === "exact") {
    if (actsInNextStep(reset)) throw inputError("reset", `${reset} is a rule of whole steps`, "use subtract or zero with scheme exact");
    return (n, voltage, i) => {
      let left = 1;
      let v = voltage[n];
      let spikes = 0;
      while (membrane.after(n, v, i, left) > threshold[n]) {
        if (spikes === MOST_CROSSINGS)
          throw inputError(
            "scheme",
            `exact: neuron ${n} of ${name} spikes more than ${MOST_CROSSINGS} times in a step`,
            "take a shorter step, a higher threshold, or euler or zoh, by which a neuron spikes once in a step",
          );
        if (v <= threshold[n]) {
          left -= membrane.crossing(n, v, i, threshold[n]);
          v = threshold[n];
        }
        v = settle(n, v);
        spikes++;
      }
      voltage[n] = membrane.after(n, v, i, left);
      return spikes;
    };
  }
  if (actsInNextStep(reset)) {
    return (n, voltage, i) => {
      const was = voltage[n] > threshold[n];
      const pending = was && reset !== "snntorch-delayed-zero" ? threshold[n] : 0;
      const v = was && reset === "snntorch-delayed-zero" ? resetTo[n] : membrane.next(n, voltage[n], i) - pending;
      const spike = v > threshold[n] ? 1 : 0;
      voltage[n] = reset === "snntorch-subtract" ? v - (spike * threshold[n] - pending) : v;
      return spike;
    };
  }
  return (n, voltage, i) => {
    const v = membrane.next(n, voltage[n], i);
    const spike = v > threshold[n];
    voltage[n] = spike ? settle(n, v) : v;
    return spike ? 1 : 0;
  };
}

/** Largest number of spikes of a neuron within one step; one that is reset to its threshold or above never stops. */
const MOST_CROSSINGS = 1000;
