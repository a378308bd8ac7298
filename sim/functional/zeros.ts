/** Zeros of quantised matrices, which a chip may leave out. */
import type { SparseRows, Topology } from "../../arch/index.js";
import type { IntegerLayer, IntegerReadout } from "./integer-network.js";

/**
 * `topology`, whose projections list their non-zero synapses if a matrix has zeros. The gates of a neuron count as one
 * synapse: it is zero only if all of them are.
 */
export function withPresent(topology: Topology, layers: readonly IntegerLayer[], readout: IntegerReadout): Topology {
  const { populations } = topology;
  const matricesInto = (target: number, isOwn: boolean): readonly Int16Array[] =>
    target > layers.length
      ? [readout.weights]
      : layers[target - 1].gates.flatMap((gate) => (isOwn ? gate.recurrentWeights : gate.inputWeights) ?? []);
  const projections = topology.projections.map((projection) => {
    const { source, target, recurrent } = projection;
    const present = presentIn(matricesInto(target, recurrent), populations[source].neurons, populations[target].neurons);
    return present === null ? projection : { ...projection, present };
  });
  return { populations, projections };
}

/** The same shape, of which no weight is known to be 0: that of a network that must still be trained. */
export const withoutZeros = ({ populations, projections }: Topology): Topology => ({
  populations,
  projections: projections.map(({ present: _, ...rest }) => rest),
});

/** Non-zero synapses of `matrices`, [targets][sources] each, as rows by source; null if none is zero. */
function presentIn(matrices: readonly Int16Array[], sources: number, targets: number): SparseRows | null {
  const found = new Uint32Array(sources * targets);
  const rowStart = new Uint32Array(sources + 1);
  let count = 0;
  for (let source = 0; source < sources; source++) {
    for (let target = 0; target < targets; target++) {
      let any = 0;
      for (const weights of matrices) any |= weights[target * sources + source];
      if (any !== 0) found[count++] = target;
    }
    rowStart[source + 1] = count;
  }
  return count === found.length ? null : { rowStart, targets: found.slice(0, count) };
}
