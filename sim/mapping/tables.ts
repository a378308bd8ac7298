/**
 * Entries of the two tables that routes need on a core, counted from projections and slices.
 *
 * Axon table (fan-in): one entry per source neuron with a row on the core, including the core's own neurons. Route
 * table (fan-out): one entry per packet of a spike of each neuron of the core, that is, one per other core with a row
 * of it, or with tree multicast one for all of them. A spike to its own core is looped back without an entry. Not
 * modelled: entries that neurons with equal destinations share.
 */
import { type Chip, hasDenseRow, KernelReader, type Topology } from "../../arch/index.js";
import { eachSourceInto, rowsOf } from "./layout.js";
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
 * Calls `visit` with the global number of each source with a row for neurons `first .. first + neurons - 1` of a
 * population, of some more than once.
 */
export function eachSource(topology: Topology, population: number, first: number, neurons: number, visit: (source: number) => void): void {
  const starts = populationStarts(topology);
  for (const projection of topology.projections) {
    if (projection.target !== population) continue;
    const start = starts[projection.source];
    if (projection.sparse !== null) {
      eachSourceInto(topology, projection, first, neurons, (source) => visit(start + source));
      continue;
    }
    const rows = rowsOf(topology, projection);
    for (let row = rows.first; row < rows.first + rows.count; row++) if (hasDenseRow(projection, row)) visit(start + row);
  }
}

const HELD = -1;

/** Sources with rows on a core, which its axon table names. */
export class Axons {
  /** By source: `HELD`, or the count that met it last. */
  private readonly marks: Int32Array;
  private counts = 0;
  private held = 0;

  constructor(private readonly topology: Topology) {
    this.marks = new Int32Array(topology.populations.reduce((sum, { neurons }) => sum + neurons, 0));
  }

  get size(): number {
    return this.held;
  }

  /** Entries of the table if a slice joined the core. */
  sizeWith(population: number, first: number, neurons: number): number {
    const count = ++this.counts;
    let size = this.held;
    eachSource(this.topology, population, first, neurons, (source) => {
      const mark = this.marks[source];
      if (mark === HELD || mark === count) return;
      this.marks[source] = count;
      size++;
    });
    return size;
  }

  /** Adds the sources of a slice. */
  add(population: number, first: number, neurons: number): void {
    eachSource(this.topology, population, first, neurons, (source) => {
      if (this.marks[source] === HELD) return;
      this.marks[source] = HELD;
      this.held++;
    });
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
