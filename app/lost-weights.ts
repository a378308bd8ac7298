/**
 * Warns of rows of weights in an imported network that quantisation rounds to 0. `check` loads this file, with the
 * reader of networks, only for NIR files.
 */
import type { Runnable } from "../sim/functional/index.js";

export { runnableOf } from "../sim/index.js";

/** One sentence per population with such rows. */
export function lostWeights({ name, lostRows, precisions, topology }: Runnable): readonly string[] {
  return lostRows.map(({ population, lost, rows, row, cause, weight }) => {
    const { weightBits } = precisions[topology.populations.findIndex((one) => one.name === population)];
    const culprit = cause === row ? `its largest weight, ${weight}` : `the largest weight of the layer, ${weight} into neuron ${cause}`;
    return `${name}: at ${weightBits} bits ${lost} of ${rows} rows of weights into ${population} become 0, or all of a row but one weight, e.g. that of neuron ${row} beside ${culprit}: check the file, or give it more precision.weight_bits`;
  });
}
