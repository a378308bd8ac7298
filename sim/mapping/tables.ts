/**
 * Entries of the two tables that routes need on a core, counted from projections and slices.
 *
 * Axon table (fan-in): one entry per source neuron with a row on the core, including the core's own neurons. Route
 * table (fan-out): one entry per packet of a spike of each neuron of the core, that is, one per other core with a row
 * of it, or with tree multicast one for all of them. A spike to its own core is looped back without an entry. Not
 * modelled: entries that neurons with equal destinations share.
 */
import { type Chip, hasDenseRow, KernelReader, type Topology } from "../../arch/index.js";
import { rowsOf, sourcesInto } from "./layout.js";
import type { Placement } from "./placement.js";

/** First global number of each population's neurons. */
function populationStarts(topology: Topology): readonly number[] {
  let start = 0;
  return topology.populations.map(({ neurons }) => {
    start += neurons;
    return start - neurons;
  });
}

/**
 * Adds to `axons` the global numbers of all sources with a row for neurons `first .. first + neurons - 1` of a
 * population.
 */
export function addAxons(axons: Set<number>, topology: Topology, population: number, first: number, neurons: number): void {
  const starts = populationStarts(topology);
  for (const projection of topology.projections) {
    if (projection.target !== population) continue;
    const start = starts[projection.source];
    if (projection.sparse !== null) {
      for (const source of sourcesInto(topology, projection, first, neurons)) axons.add(start + source);
      continue;
    }
    const rows = rowsOf(topology, projection);
    for (let row = rows.first; row < rows.first + rows.count; row++) if (hasDenseRow(projection, row)) axons.add(start + row);
  }
}

/** [cores] route entries that a placement needs. */
export function routeEntries({ topology, slices }: Placement, { cores, noc }: Pick<Chip, "cores" | "noc">): Int32Array {
  const entries = new Int32Array(cores.length);
  const homes = topology.populations.map(({ neurons }) => new Int32Array(neurons));
  for (const { population, firstNeuron, neurons, core } of slices) homes[population].fill(core, firstNeuron, firstNeuron + neurons);
  const slicesOf = topology.populations.map((_, p) => slices.filter(({ population }) => population === p));
  for (const { population, firstNeuron, neurons, core } of slices) {
    const outgoing = topology.projections
      .filter(({ source }) => source === population)
      .map((projection) => ({ projection, reader: projection.kernel === undefined ? null : new KernelReader(projection.kernel) }));
    for (let neuron = firstNeuron; neuron < firstNeuron + neurons; neuron++) {
      const reached = new Set<number>();
      for (const { projection, reader } of outgoing) {
        const rows = rowsOf(topology, projection);
        if (neuron < rows.first || neuron >= rows.first + rows.count) continue;
        const { sparse, target } = projection;
        if (sparse !== null && sparse.targets !== null) {
          for (let k = sparse.rowStart[neuron]; k < sparse.rowStart[neuron + 1]; k++) reached.add(homes[target][sparse.targets[k]]);
          continue;
        }
        if (!hasDenseRow(projection, neuron)) continue;
        for (const slice of slicesOf[target])
          if (reader === null || reader.reaches(neuron, slice.firstNeuron, slice.firstNeuron + slice.neurons)) reached.add(slice.core);
      }
      reached.delete(core);
      entries[core] += noc.multicast === "tree" ? Math.min(1, reached.size) : reached.size;
    }
  }
  return entries;
}
