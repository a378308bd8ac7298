/** Layers whose weights a chip does not share although its description asks for it. Pure. */
import type { Chip, Projection, Topology } from "../arch/index.js";
import { sharesKernels } from "../sim/mapping/index.js";

/**
 * Warns of convolutions, and of layers behind pools, whose weights are not shared although the description asks for it.
 */
export function unrolledOf(chip: Chip, { populations, projections }: Topology): readonly string[] {
  if (chip.convolution === "unrolled" || sharesKernels(chip)) return [];
  const why = chip.spill === null ? "a dense scan reads" : "DRAM holds";
  const warned = (of: (projection: Projection) => unknown, what: string, how: string): readonly string[] => {
    const names = projections.flatMap((projection) => (of(projection) === undefined ? [] : populations[projection.target].name));
    return names.length === 0 ? [] : [`${what} into ${names.join(", ")} store ${how}: ${why} whole rows`];
  };
  return [
    ...warned(({ kernel }) => kernel, "convolutions", "a matrix with a weight per synapse, not a kernel"),
    ...warned(({ rowOf }) => rowOf, "weights behind a pool", "a row per neuron in front of the pool, not per place behind it"),
  ];
}
