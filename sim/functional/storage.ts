/** Bits that a chip holds for a network: one word a synapse, one a state and accumulator, one an entry of its tables. Pure. */
import type { Precision, Topology } from "../../arch/index.js";

/** `weightBits`: of the weights into a population. Not counted: connectivity of sparse layers, biases, queues, what spikes need on their way. */
export function storageBits({ populations, projections }: Topology, precision: Precision, weightBits: (target: number) => number): number {
  const weights = projections.reduce((sum, { source, target, sparse }) => {
    const to = populations[target];
    const synapses = sparse === null ? populations[source].neurons * to.neurons * to.accumulators : sparse.targets.length;
    return sum + synapses * weightBits(target);
  }, 0);
  const words = populations.reduce(
    (sum, { neurons, states, accumulators }) => sum + neurons * (states * precision.stateBits + accumulators * precision.accumulatorBits),
    0,
  );
  const tables = populations.some(({ update }) => update.lutReads > 0) ? 2 ** precision.lutBits * precision.gateBits : 0;
  return weights + words + tables;
}
