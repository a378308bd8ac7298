/**
 * What a spike does to the membrane potential v of a neuron that a NIR file holds: the file does not say. `zero`: v
 * becomes v_reset. `subtract`: v loses the threshold. `snntorch-subtract`: snnTorch with `reset_delay=False`. v loses
 * the threshold at once; a threshold that the last step left too much goes off before the spike is judged and comes
 * back after it. `snntorch-delayed-subtract`: snnTorch's default, `reset_delay=True`. v keeps its value in the step of
 * the spike and loses the threshold in the next one. `snntorch-delayed-zero`: `reset_delay=True` with
 * `reset_mechanism="zero"`. In the step after a spike, v is v_reset whatever arrives (Synaptic, RLeaky, RSynaptic).
 * Leaky empties v before it adds the input, which gives the spikes of `zero`.
 * Source: snnTorch, `snntorch/_neurons` (leaky.py, synaptic.py, rleaky.py, rsynaptic.py), commit 0110f9fc.
 */
export const RESET_RULES = ["zero", "subtract", "snntorch-subtract", "snntorch-delayed-subtract", "snntorch-delayed-zero"] as const;

export type ResetRule = (typeof RESET_RULES)[number];

/** The step after a spike belongs to the rule, so that no pause may skip it. */
export function actsInNextStep(rule: ResetRule): boolean {
  return rule !== "zero" && rule !== "subtract";
}
