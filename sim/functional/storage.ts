/**
 * Bits that a chip stores for a network: one word per synapse (per kernel weight if the synapses of a convolution share
 * it), per state, per accumulator, and per entry of its tables. Pure.
 */

import { type Population, type Precision, type Projection, synapsesIn, type Topology } from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";

/** `precisions`: one per population. Not counted: connectivity of sparse layers, biases, queues, and routing tables. */
export function storageBits({ populations, projections }: Topology, precisions: readonly Precision[]): number {
  const weights = projections.reduce(
    (sum, projection) => sum + wordsOf(projection, populations) * precisions[projection.target].weightBits,
    0,
  );
  const words = populations.reduce((sum, { neurons, states, accumulators }, p) => {
    const { stateBits, accumulatorBits } = precisions[p];
    return sum + neurons * (states * stateBits + accumulators * accumulatorBits);
  }, 0);
  // populations share tables of the same size
  const tables = new Map(
    populations.flatMap(({ update }, p) => {
      const { lutBits, gateBits } = precisions[p];
      return update.lutReads > 0 ? [[lutBits, powerOfTwo(lutBits) * gateBits] as const] : [];
    }),
  );
  return weights + words + [...tables.values()].reduce((sum, bits) => sum + bits, 0);
}

function wordsOf({ source, target, sparse, kernel }: Projection, populations: readonly Population[]): number {
  if (kernel !== undefined) return kernel.sourceChannels * (kernel.targetChannels / kernel.groups) * kernel.taps;
  const to = populations[target];
  return sparse === null ? populations[source].neurons * to.neurons * to.accumulators : synapsesIn(sparse);
}
