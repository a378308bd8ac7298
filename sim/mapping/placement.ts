/** Where every neuron is: a placement is a list of slices, each a range of one population's neurons on one core. */
import type { Topology } from "../../arch/index.js";

/** Neurons `firstNeuron .. firstNeuron + neurons - 1` of one population, with all their incoming weights and states. */
export interface Slice {
  /** Index into `Topology.populations`. */
  readonly population: number;
  readonly firstNeuron: number;
  readonly neurons: number;
  /** Core id. */
  readonly core: number;
}

/** Rows of one projection in one slice that are in external DRAM. */
export interface SpilledRows {
  /** Index into `Topology.projections`. */
  readonly projection: number;
  /** Core id and first neuron of the slice. */
  readonly core: number;
  readonly firstNeuron: number;
}

/** A slice whose membrane states are in external DRAM. */
export interface SpilledStates {
  readonly population: number;
  /** Core id and first neuron of the slice. */
  readonly core: number;
  readonly firstNeuron: number;
}

/**
 * A network on a chip. Slices are sorted by core, then population, then first neuron; populations behind the chip's
 * port have no slices.
 */
export interface Placement {
  readonly topology: Topology;
  /** The strategy that made it. */
  readonly strategy: string;
  readonly slices: readonly Slice[];
  /** Ids of cores that hold neurons, ascending. */
  readonly usedCores: readonly number[];
  /** Empty if all weights are on the chip. */
  readonly spilled: readonly SpilledRows[];
  /** Empty if all states are on the chip. */
  readonly spilledStates: readonly SpilledStates[];
}

/** Whether the membrane states of a slice are in external DRAM. */
export const statesAreAway = ({ spilledStates }: Pick<Placement, "spilledStates">, slice: Slice): boolean =>
  spilledStates.some(
    ({ core, population, firstNeuron }) => core === slice.core && population === slice.population && firstNeuron === slice.firstNeuron,
  );

/** Whether the rows of a projection into a slice are in external DRAM. */
export const rowsAreAway = ({ spilled }: Pick<Placement, "spilled">, projection: number, { core, firstNeuron }: Slice): boolean =>
  spilled.some((rows) => rows.projection === projection && rows.core === core && rows.firstNeuron === firstNeuron);

/** Whether slice `next` begins on the core of `slice` where that ends. */
export const continues = (slice: Slice, next: Slice): boolean =>
  slice.core === next.core && slice.population === next.population && slice.firstNeuron + slice.neurons === next.firstNeuron;

/** Sorts slices, and joins those that continue each other. */
export function joined(slices: readonly Slice[]): readonly Slice[] {
  const sorted = [...slices].sort((a, b) => a.core - b.core || a.population - b.population || a.firstNeuron - b.firstNeuron);
  const made: Slice[] = [];
  for (const slice of sorted) {
    const last = made.at(-1);
    if (last !== undefined && continues(last, slice)) made[made.length - 1] = { ...last, neurons: last.neurons + slice.neurons };
    else made.push(slice);
  }
  return made;
}

/** Neighbouring slices of one population on one core become one. */
export function placement(topology: Topology, strategy: string, slices: readonly Slice[]): Placement {
  const made = joined(slices);
  const usedCores = [...new Set(made.map((slice) => slice.core))];
  return { topology, strategy, slices: made, usedCores, spilled: [], spilledStates: [] };
}
