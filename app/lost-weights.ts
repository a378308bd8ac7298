/**
 * Says where integers leave nothing of an imported network's rows of weights; with the network as it runs, a part that
 * `check` loads for NIR files only.
 */
import type { Runnable } from "../sim/functional/index.js";

export { runnableOf } from "../sim/index.js";

/** A sentence per population that has such rows. */
export function lostWeights({ name, lostRows, precisions, topology }: Runnable): readonly string[] {
  return lostRows.map(({ population, lost, rows, row, cause, weight }) => {
    const { weightBits } = precisions[topology.populations.findIndex((one) => one.name === population)];
    const culprit = cause === row ? `its largest weight, ${weight}` : `the largest weight of the layer, ${weight} into neuron ${cause}`;
    return `${name}: at ${weightBits} bits ${lost} of ${rows} rows of weights into ${population} become 0, or all of a row but one weight, e.g. that of neuron ${row} beside ${culprit}: check the file, or give it more precision.weight_bits`;
  });
}
