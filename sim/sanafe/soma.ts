/**
 * SANA-FE's neuron models in its own order of operations: leaky_integrate_fire, truenorth and input.
 *
 * A model sees the buffered current of the last step (null: nothing came, which differs from 0) and says whether the neuron was
 * idle, updated or fired. Floating point, as in that program: v and u are in units of weights.
 * Not modelled: noise files. Poisson inputs and TrueNorth's random threshold use this product's own generator.
 */
import type { Rng } from "../../base/rng.js";
import type { SomaUnit } from "./architecture.js";
import type { Attributes } from "./attributes.js";

export type SomaStatus = "idle" | "updated" | "fired";
export type ResetMode = "none" | "soft" | "hard" | "saturate";
const RESET_MODES: readonly ResetMode[] = ["none", "soft", "hard", "saturate"];

/** One neuron; `step` counts from 1. */
export interface SomaModel {
  potential(): number;
  update(step: number, current: number | null): SomaStatus;
}

export interface SomaParameters {
  create(random: () => Rng): SomaModel;
}

interface Resets {
  readonly threshold: number;
  readonly reset: number;
  readonly resetMode: ResetMode;
  readonly reverseThreshold: number;
  readonly reverseReset: number;
  readonly reverseMode: ResetMode;
}

function resetsOf(attributes: Attributes): Resets {
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

/** Reads the attributes of one neuron for the model of its soma unit. */
export function readSoma(unit: SomaUnit, attributes: Attributes): SomaParameters {
  attributes.accept("soma_hw_name", "log_spikes", "log_potential", "log_v", "log_u", "connections_out");
  // The second name is that of older files.
  const force = attributes.flag("force_update", attributes.flag("force_soma_update", false));
  if (attributes.has("noise")) attributes.problem("noise files are not supported");
  if (unit.model === "input") {
    const spikes = Array.from(attributes.numbers(["spikes"]) ?? [], (spike) => spike !== 0);
    const rate = attributes.number(["rate"], 0);
    const poisson = attributes.number(["poisson"], 0);
    return { create: (random) => new InputNeuron(spikes, rate, poisson, random()) };
  }
  const resets = resetsOf(attributes);
  const bias = attributes.number(["bias"], 0);
  const potential = attributes.number(["potential"], 0);
  if (unit.model === "leaky_integrate_fire") {
    if (resets.resetMode === "saturate")
      attributes.warn("reset_mode saturate leaves the potential as it is in leaky_integrate_fire, as in SANA-FE");
    const forceEveryStep = attributes.flag("force_update_every_timestep", force);
    const leakDecay = attributes.number(["leak_decay"], 1);
    const inputDecay = attributes.number(["input_decay"], 0);
    const refractoryDelay = attributes.number(["refractory_delay"], 0);
    return {
      create: () =>
        new LeakyIntegrateFire(resets, { bias, force: force || forceEveryStep, leakDecay, inputDecay, refractoryDelay }, potential),
    };
  }
  const leak = attributes.number(["leak"], 0);
  const towardsZero = attributes.flag("leak_towards_zero", true);
  const randomMask = attributes.number(["random_mask"], 0);
  return { create: (random) => new TrueNorthNeuron(resets, { bias, force, leak, towardsZero, randomMask }, potential, random()) };
}

class LeakyIntegrateFire implements SomaModel {
  private u = 0;
  private refractoryLeft = 0;
  private isFirst = true;

  constructor(
    private readonly r: Resets,
    private readonly p: { bias: number; force: boolean; leakDecay: number; inputDecay: number; refractoryDelay: number },
    private v: number,
  ) {}

  potential(): number {
    return this.v;
  }

  update(_step: number, current: number | null): SomaStatus {
    const { r, p } = this;
    // Whether the unit works is decided before the leak.
    const active = this.v !== 0 || current !== null || p.bias !== 0 || p.force;
    if (!this.isFirst) {
      this.u *= p.inputDecay;
      this.v *= p.leakDecay;
    }
    this.isFirst = false;
    this.v = Math.trunc(this.v * 64) / 64;
    let fired = false;
    if (this.refractoryLeft <= 0) {
      this.v += p.bias;
      this.u += current ?? 0;
      this.v += this.u;
      if (this.v > r.threshold) {
        fired = true;
        if (r.resetMode === "hard") this.v = r.reset;
        else if (r.resetMode === "soft") this.v -= r.threshold;
        this.refractoryLeft = p.refractoryDelay;
      }
    }
    if (this.v < r.reverseThreshold) {
      if (r.reverseMode === "soft") this.v -= r.reverseThreshold;
      else if (r.reverseMode === "hard") this.v = r.reverseReset;
      else if (r.reverseMode === "saturate") this.v = r.reverseThreshold;
    }
    if (this.refractoryLeft > 0) this.refractoryLeft--;
    return fired ? "fired" : active ? "updated" : "idle";
  }
}

class TrueNorthNeuron implements SomaModel {
  constructor(
    private readonly r: Resets,
    private readonly p: { bias: number; force: boolean; leak: number; towardsZero: boolean; randomMask: number },
    private v: number,
    private readonly rng: Rng,
  ) {}

  potential(): number {
    return this.v;
  }

  update(_step: number, current: number | null): SomaStatus {
    const { r, p } = this;
    const active = this.v !== 0 || current !== null || p.bias !== 0 || p.force;
    if (!p.towardsZero) this.v += p.leak;
    else if (this.v > 0) this.v -= p.leak;
    else if (this.v < 0) this.v += p.leak;
    this.v += p.bias;
    this.v += current ?? 0;
    // The masked random number is added to the potential for the comparison only.
    const jitter = p.randomMask === 0 ? 0 : this.rng.int(0, 0x7fffffff) & p.randomMask;
    if (this.v + jitter >= r.threshold) {
      if (r.resetMode === "hard") this.v = r.reset;
      else if (r.resetMode === "soft") this.v -= r.threshold;
      else if (r.resetMode === "saturate") this.v = r.threshold;
      return "fired";
    }
    if (this.v <= r.reverseThreshold) {
      // The sign of the soft case is that of the original program.
      if (r.reverseMode === "soft") this.v += r.reverseThreshold;
      else if (r.reverseMode === "hard") this.v = r.reverseReset;
      else if (r.reverseMode === "saturate") this.v = r.reverseThreshold;
    }
    return active ? "updated" : "idle";
  }
}

class InputNeuron implements SomaModel {
  private readonly period: number;

  constructor(
    private readonly spikes: readonly boolean[],
    rate: number,
    private readonly poisson: number,
    private readonly rng: Rng,
  ) {
    this.period = rate > 0 ? Math.max(Math.floor(1 / rate), 1) : 0;
  }

  potential(): number {
    return 0;
  }

  update(step: number): SomaStatus {
    const listed = this.spikes[step - 1] === true;
    const periodic = this.period > 0 && step % this.period === 0;
    const random = this.poisson > 0 && this.rng.float() < this.poisson;
    return listed || periodic || random ? "fired" : "idle";
  }
}
