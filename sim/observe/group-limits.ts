/**
 * What bounds the synapses that a core works on at once, for those of its rows that take most of its time. Pure.
 * Not modelled: the lengths of sparse rows within a slice; their mean is that of the projection.
 */
import { type Chip, mostTargets, type Precision, packing, type SpikeTrace, synapsesIn } from "../../arch/index.js";
import { type Placement, type Slice, stateRegions, synapseItemBits } from "../mapping/index.js";
import { boundsOfGroup } from "../program/index.js";

/** Bounds of the weights per cycle, below 1 if a weight takes several; infinite: no bound. */
export interface GroupBounds {
  readonly lanes: number;
  /** Of the words of all banks of the synapse memory. */
  readonly weights: number;
  /** Of the accumulators in the words of all banks of the state memory. */
  readonly sums: number;
  /** Weights of the longest row in the core. */
  readonly row: number;
}

/** By core; null: it has no rows. */
export function groupBounds(
  chip: Chip,
  placement: Placement,
  precision: Precision,
  trace: SpikeTrace,
): (core: number) => GroupBounds | null {
  const { topology, slices } = placement;
  const spikes = spikesIn(trace);
  const found = new Map<number, { readonly bounds: GroupBounds; readonly cycles: number }>();
  for (const slice of slices)
    topology.projections.forEach((projection, index) => {
      if (projection.target !== slice.population) return;
      const { bounds, length } = boundsOfRows(chip, placement, precision, slice, index);
      const { lanes, weights, sums, row } = bounds;
      const perCycle = Math.min(lanes, weights, sums, row);
      const cycles = spikes[projection.source] * (perCycle < 1 ? length / perCycle : Math.ceil(length / perCycle));
      if (cycles > (found.get(slice.core)?.cycles ?? -1)) found.set(slice.core, { bounds, cycles });
    });
  return (core) => found.get(core)?.bounds ?? null;
}

/** For the rows of a projection in a slice; `length`: mean weights of a row. */
function boundsOfRows(
  chip: Chip,
  { topology }: Placement,
  precision: Precision,
  { core: id, population, neurons }: Slice,
  index: number,
): { readonly bounds: GroupBounds; readonly length: number } {
  const core = chip.cores[id];
  const projection = topology.projections[index];
  const { sparse, source } = projection;
  const of = topology.populations[population];
  const synapse = packing(synapseItemBits(topology, projection, precision, neurons), core.synapseMemory.wordBits);
  const { accumulators } = stateRegions(topology, precision, core.stateMemory.wordBits, population, neurons);
  const each = sparse === null ? 1 : of.accumulators;
  const group = boundsOfGroup(core, topology, precision, projection, { synapse, accumulators });
  const longest = sparse === null ? neurons : Math.min(neurons, mostTargets(sparse.rowStart));
  const mean = sparse === null ? neurons : (synapsesIn(sparse) / topology.populations[source].neurons) * (neurons / of.neurons);
  return {
    bounds: {
      lanes: (group.lanes.items * each) / group.lanes.cycles,
      weights: (group.weights.items * each) / group.weights.cycles,
      sums: group.sums.items * each,
      row: longest * of.accumulators,
    },
    length: mean * of.accumulators,
  };
}

/** By population. */
function spikesIn({ topology, eventStart }: SpikeTrace): Float64Array {
  const spikes = new Float64Array(topology.populations.length);
  for (let g = 0; g + 1 < eventStart.length; g++) spikes[g % spikes.length] += eventStart[g + 1] - eventStart[g];
  return spikes;
}

/** The bounds that are least, in words. */
export function groupLimit(bounds: GroupBounds | null): string {
  if (bounds === null) return "its lanes";
  const names = [
    [bounds.lanes, "lanes"],
    [bounds.weights, "weight words"],
    [bounds.sums, "accumulator words"],
    [bounds.row, "short rows"],
  ] as const;
  const least = Math.min(...names.map(([bound]) => bound));
  return `its ${names.flatMap(([bound, name]) => (bound === least ? [name] : [])).join(" and ")}`;
}

/** By core: what bounds the synapses of a group; several if they are equal. */
export function groupLimits(...of: Parameters<typeof groupBounds>): (core: number) => string {
  const boundsAt = groupBounds(...of);
  return (core) => groupLimit(boundsAt(core));
}
