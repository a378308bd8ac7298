/**
 * Attributes of SANA-FE's neuron models leaky_integrate_fire, truenorth and input. `kernel/step-somas.part.as.ts` runs
 * the models, `inputs.ts` the inputs.
 *
 * Floating point, as in SANA-FE: v and u are in units of weights. Not modelled: noise files.
 */
import type { SomaUnit } from "./architecture.js";
import type { Attributes } from "./attributes.js";

const MOST_MASK = 0x7fff_ffff;

const RESET_MODES = ["none", "soft", "hard", "saturate"] as const;
export type ResetMode = (typeof RESET_MODES)[number];

/** All numbers of one kind of neuron; those of other models are 0. */
export interface SomaParameters {
  readonly model: Exclude<SomaUnit["model"], "unsupported">;
  readonly threshold: number;
  readonly reset: number;
  readonly resetMode: ResetMode;
  readonly reverseThreshold: number;
  readonly reverseReset: number;
  readonly reverseMode: ResetMode;
  readonly bias: number;
  readonly force: boolean;
  /** Initial potential. */
  readonly potential: number;
  readonly leakDecay: number;
  readonly inputDecay: number;
  readonly refractoryDelay: number;
  readonly leak: number;
  readonly towardsZero: boolean;
  readonly randomMask: number;
  /** One entry per step from step 1, 1 for a spike. */
  readonly spikes: Uint8Array;
  /** Steps between the spikes of a rate; 0: no rate. */
  readonly period: number;
  /** Probability of a spike per step. */
  readonly poisson: number;
}

/** Reads the attributes of one neuron for the model of its soma unit. */
export function readSoma(model: SomaParameters["model"], attributes: Attributes): SomaParameters {
  attributes.accept("soma_hw_name", "log_spikes", "log_potential", "log_v", "log_u", "connections_out");
  // older files use the second name
  const force = attributes.flag("force_update", attributes.flag("force_soma_update", false));
  if (attributes.has("noise")) attributes.problem("noise files are not supported");
  const none: SomaParameters = {
    ...{ model, threshold: 0, reset: 0, resetMode: "hard", reverseThreshold: 0, reverseReset: 0, reverseMode: "none", bias: 0, force },
    ...{ potential: 0, leakDecay: 1, inputDecay: 0, refractoryDelay: 0, leak: 0, towardsZero: true, randomMask: 0 },
    ...{ spikes: new Uint8Array(0), period: 0, poisson: 0 },
  };
  if (model === "input") {
    const listed = attributes.numbers(["spikes"]) ?? [];
    const spikes = Uint8Array.from(listed, (spike) => (spike !== 0 ? 1 : 0));
    const other = Array.from(listed).find((spike) => spike !== 0 && spike !== 1);
    if (other !== undefined) attributes.warn(`spikes: got ${other}, expected 0 or 1; every number but 0 is a spike`);
    const rate = perStep("rate", attributes);
    const period = rate > 0 ? Math.max(Math.floor(1 / rate), 1) : 0;
    return { ...none, spikes, period, poisson: perStep("poisson", attributes) };
  }
  const both = { ...none, ...resetsOf(attributes), bias: attributes.number(["bias"], 0), potential: attributes.number(["potential"], 0) };
  if (model === "leaky_integrate_fire") {
    if (both.resetMode === "saturate")
      attributes.warn("reset_mode saturate leaves the potential as it is in leaky_integrate_fire, as in SANA-FE");
    const forceEveryStep = attributes.flag("force_update_every_timestep", force);
    return {
      ...both,
      force: force || forceEveryStep,
      leakDecay: attributes.number(["leak_decay"], 1),
      inputDecay: attributes.number(["input_decay"], 0),
      refractoryDelay: refractoryOf(attributes),
    };
  }
  return {
    ...both,
    leak: attributes.number(["leak"], 0),
    towardsZero: attributes.flag("leak_towards_zero", true),
    randomMask: maskOf(attributes),
  };
}

/** Steps from 0; the rest of a step counts as one. */
function refractoryOf(attributes: Attributes): number {
  const given = attributes.number(["refractory_delay"], 0);
  const steps = Math.max(0, Math.ceil(given));
  if (steps !== given) attributes.warn(`refractory_delay: got ${given}, expected a whole number of steps from 0; ${steps} counts`);
  return steps;
}

/** Bits of a random word of 31 bits. */
function maskOf(attributes: Attributes): number {
  const given = attributes.number(["random_mask"], 0);
  const mask = given & MOST_MASK;
  if (mask !== given) attributes.warn(`random_mask: got ${given}, expected a whole number from 0 to ${MOST_MASK}; ${mask} counts`);
  return mask;
}

/** Spikes per step, from 0 to 1. */
function perStep(name: "rate" | "poisson", attributes: Attributes): number {
  const value = attributes.number([name], 0);
  if (value < 0 || value > 1)
    attributes.warn(`${name}: got ${value}, expected 0 to 1; the neuron fires in ${value < 0 ? "no step" : "every step"}`);
  return value;
}

function resetsOf(attributes: Attributes) {
  const mode = (names: readonly string[], fallback: ResetMode): ResetMode => {
    const text = attributes.text(names, fallback);
    if (RESET_MODES.includes(text as ResetMode)) return text as ResetMode;
    attributes.problem(`${names[0]}: got ${text}, expected ${RESET_MODES.join(", ")}`);
    return fallback;
  };
  return {
    threshold: attributes.number(["threshold"], 0),
    reset: attributes.number(["reset"], 0),
    resetMode: mode(["reset_mode"], "hard"),
    reverseThreshold: attributes.number(["reverse_threshold"], 0),
    reverseReset: attributes.number(["reverse_reset"], 0),
    reverseMode: mode(["reverse_reset_mode", "reverse_mode"], "none"),
  };
}
