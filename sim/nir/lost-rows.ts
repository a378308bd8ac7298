/**
 * Finds rows of an imported network that quantisation rounds to 0. The weights of a row share one step, and the rows of
 * a population share one shift, so one weight far above all others rounds the rest to 0. Pure.
 */
import type { GraphPopulation, GraphProjection, LostRows } from "../functional/index.js";
import { eachFactor, type LoweredGraph } from "./lowered-graph.js";

/**
 * One entry per population with lost rows. A row is lost if all of its weights that are not 0 in the file, or all
 * except the largest one, are 0 on the chip; a row of two weights, only if both are.
 */
export function lostRows(
  { matrices }: Pick<LoweredGraph, "matrices">,
  populations: readonly GraphPopulation[],
  projections: readonly Pick<GraphProjection, "weights">[],
): readonly LostRows[] {
  return populations.flatMap((population, p) => {
    if (population.kind === "input") return [];
    const { name, neurons } = population;
    const { multiplier } = population.kind === "neurons" ? population.cell.requantiser : population.requantiser;
    const [real, kept] = [new Uint32Array(neurons), new Uint32Array(neurons)];
    const largest = new Float64Array(neurons);
    for (const [m, matrix] of matrices.entries()) {
      if (matrix.target !== p) continue;
      const { weights } = projections[m];
      eachFactor(matrix, (e, neuron) => {
        const size = Math.abs(matrix.factors[e]);
        if (size === 0) return;
        real[neuron]++;
        if (weights[e] !== 0 && multiplier[neuron] !== 0) kept[neuron]++;
        if (size > largest[neuron]) largest[neuron] = size;
      });
    }
    const isLost = (n: number): boolean => (kept[n] === 0 && real[n] > 0) || (kept[n] === 1 && real[n] > 2);
    const lost = real.reduce((sum, _, n) => sum + Number(isLost(n)), 0);
    if (lost === 0) return [];
    const row = real.findIndex((_, n) => isLost(n));
    // a row whose multiplier is 0 is lost because of the population's largest weight, any other because of its own
    const cause = multiplier[row] === 0 ? largest.reduce((at, size, n) => (size > largest[at] ? n : at), 0) : row;
    return [{ population: name, lost, rows: real.filter((count) => count > 0).length, row, cause, weight: largest[cause] }];
  });
}
