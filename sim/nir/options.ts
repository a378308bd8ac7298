/**
 * Options of a simulation that a NIR file does not contain: time step, reset, integration. Every result records them.
 */

import { type Experiment, isLavaFile, type ResetRule } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";

export const SCHEMES = ["euler", "zoh", "exact"] as const;
export const INTEGRATOR_GAINS = ["unit", "dt"] as const;

export interface NirOptions {
  /** Seconds of one network step. */
  readonly dtSeconds: number;
  readonly reset: ResetRule;
  /**
   * `euler`: forward. `zoh`: each equation's exact decay, for an input held over the step; the voltage of CubaLI and
   * CubaLIF takes the current of the step's end as held. `exact`: as zoh, with the threshold crossing at its exact time
   * within the step (LIF, IF), and both equations of CubaLI solved together; CubaLIF has no closed form.
   */
  readonly scheme: (typeof SCHEMES)[number];
  /** Gain of I and IF per step: 1 (sinabs and snnTorch take dt = 1) or dt, as in the equation. */
  readonly integratorGain: (typeof INTEGRATOR_GAINS)[number];
  /**
   * Seconds after a spike in which the neuron keeps its voltage as the reset left it and cannot spike (its synaptic
   * current continues), rounded to whole steps; 0: none. NIR has no such parameter.
   */
  readonly refractorySeconds: number;
}

/** A Lava file counts in steps and contains all other options. */
export const LAVA_OPTIONS: NirOptions = { dtSeconds: 1, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 };

/** Options of a description for its file. Throws: InvariantError if the description was not checked for a NIR file. */
export function nirOptionsOf(experiment: Experiment): NirOptions {
  const { model, nir } = experiment.network;
  if (isLavaFile(model)) return LAVA_OPTIONS;
  const { stepSeconds, reset, scheme, integratorGain, refractorySeconds } = nir;
  if (stepSeconds === null || reset === null)
    throw new InvariantError("network.nir", null, "a NIR file without step and reset passed the check");
  return { dtSeconds: stepSeconds, reset, scheme, integratorGain, refractorySeconds };
}
