/**
 * How a spike changes the membrane potential v of a neuron of a NIR file, which the file does not say. `zero`: v
 * becomes v_reset. `subtract`: the threshold is subtracted from v. `snntorch-subtract`: snnTorch with
 * `reset_delay=False`. The threshold is subtracted at once; if v is still above the threshold from the last step, the
 * threshold is also subtracted for the test of the spike and added again after it. `snntorch-delayed-subtract`:
 * snnTorch's default, `reset_delay=True`. v keeps its value in the step of the spike; the threshold is subtracted in
 * the next step. `snntorch-delayed-zero`: `reset_delay=True` with `reset_mechanism="zero"`. In the step after a spike,
 * v is v_reset whatever the input (Synaptic, RLeaky, RSynaptic). Leaky resets v before it adds the input, which gives
 * the spikes of `zero`.
 * Source: snnTorch, `snntorch/_neurons` (leaky.py, synaptic.py, rleaky.py, rsynaptic.py), commit 0110f9fc.
 */
export const RESET_RULES = ["zero", "subtract", "snntorch-subtract", "snntorch-delayed-subtract", "snntorch-delayed-zero"] as const;

export type ResetRule = (typeof RESET_RULES)[number];

/** True if a spike sets v to v_reset; else the threshold is subtracted. */
export function takesResetValue(rule: ResetRule): boolean {
  return rule === "zero" || rule === "snntorch-delayed-zero";
}

/** True if the rule also acts in the step after a spike, so that no pause may skip that step. */
export function actsInNextStep(rule: ResetRule): boolean {
  return rule !== "zero" && rule !== "subtract";
}
