/** What a NIR file does not say and a simulation must: time step, reset, integration. Recorded with every result. */

import { type Experiment, isLavaFile, type ResetRule } from "../../arch/index.js";
import { InvariantError } from "../../base/errors.js";

export interface NirOptions {
  /** Seconds of one network step. */
  readonly dtSeconds: number;
  readonly reset: ResetRule;
  /**
   * `euler`: forward. `zoh`: input held over the step, exact decay. `exact`: as zoh, with the threshold crossing at its
   * own instant in the step (LIF, IF).
   */
  readonly scheme: "euler" | "zoh" | "exact";
  /** Gain of I and IF a step: 1 (sinabs and snnTorch take dt = 1) or dt, as the equation says. */
  readonly integratorGain: "unit" | "dt";
  /**
   * Seconds after a spike in which a neuron that fires keeps its voltage as the reset left it and cannot spike (its
   * synaptic current goes on), rounded to whole steps; 0: none. NIR has no such parameter.
   */
  readonly refractorySeconds: number;
}

/** A Lava file counts in steps and says all the rest itself. */
export const LAVA_OPTIONS: NirOptions = { dtSeconds: 1, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 };

/**
 * What a description says beyond the file. Throws: InvariantError where the description was not checked for a NIR file.
 */
export function nirOptionsOf(experiment: Experiment): NirOptions {
  const { model, nir } = experiment.network;
  if (isLavaFile(model)) return LAVA_OPTIONS;
  const { stepSeconds, reset, scheme, integratorGain, refractorySeconds } = nir;
  if (stepSeconds === null || reset === null)
    throw new InvariantError("network.nir", null, "a NIR file without step and reset passed the check");
  return { dtSeconds: stepSeconds, reset, scheme, integratorGain, refractorySeconds };
}
