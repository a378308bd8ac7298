/**
 * Loihi's neuron as a node of a graph. NIR has no such type; only the reader of Lava files makes it. All its numbers
 * are whole.
 *
 * `i_decay`, `v_decay`: 0 to 4096; at 4096 the whole value leaks away in one step. `v_threshold`: in units of the
 * voltage. `weight_exponent`: a sum of weights enters the current times 2^this. `refractory`: steps from a spike to the
 * next step that integrates, at least 1. `layer`: index among the layers of neurons, from 0. `restart_steps`: states
 * are set to 0 before each step t > 0 with t mod this = layer mod this; 0: never.
 */
import { type NirNode, nirArray } from "../nir/graph.js";

const LOIHI = "Loihi";
/** Exponent of a weight at `wgtExp: 0`. */
export const USUAL_EXPONENT = 6;

export interface LoihiNeuron {
  readonly iDecay: number;
  readonly vDecay: number;
  readonly vThreshold: number;
  readonly weightExponent: number;
  readonly refractory: number;
  readonly layer: number;
}

export function loihiNode({ iDecay, vDecay, vThreshold, weightExponent, refractory, layer }: LoihiNeuron): NirNode {
  const fields = {
    i_decay: iDecay,
    v_decay: vDecay,
    v_threshold: vThreshold,
    weight_exponent: weightExponent,
    refractory,
    layer,
    restart_steps: 0,
  };
  return {
    type: LOIHI,
    fields: new Map(Object.entries(fields).map(([name, value]) => [name, nirArray([value], [], "i8")])),
    metadata: new Map(),
    graph: null,
  };
}
