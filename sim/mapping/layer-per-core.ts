/**
 * A core holds one population, as chips do that are built for a layer per core: the population with the most weights
 * first, each on the smallest free core that holds it, or, where none does, on the free cores that hold most of it.
 * Not modelled: other divisions of the cores where this one fails.
 */
import { coreKind } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { doesNotFit, emptyRoom, largestFit, type MappingTask, placedPopulations } from "./fit.js";
import { synapseWords } from "./layout.js";
import { type Placement, placement, type Slice } from "./placement.js";

/** What is left over of a population when no core is free. */
interface LeftOver {
  readonly population: number;
  readonly left: number;
}

/** Populations by their weights on a core's own words, most first; of equal ones the first of the network. */
function byWeights(task: MappingTask): readonly number[] {
  const { topology, precision, chip } = task;
  const { wordBits } = chip.cores[0].synapseMemory;
  const words = topology.populations.map(({ neurons }, p) => synapseWords(topology, precision, wordBits, p, 0, neurons));
  return [...placedPopulations(task)].sort((a, b) => words[b] - words[a] || a - b);
}

/** Fills `slices`; returns what is left over, null where all fits. */
function fill(task: MappingTask, slices: Slice[]): LeftOver | null {
  const { chip, topology } = task;
  const bits = (core: number): number => chip.cores[core].synapseMemory.sizeBits + chip.cores[core].stateMemory.sizeBits;
  const kinds = chip.cores.map(coreKind);
  const free = new Set(chip.cores.map(({ id }) => id).sort((a, b) => bits(a) - bits(b) || a - b));
  for (const population of byWeights(task)) {
    const { neurons } = topology.populations[population];
    for (let first = 0; first < neurons; ) {
      let [best, most] = [-1, 0];
      const tried = new Set<string>();
      for (const core of free) {
        if (tried.has(kinds[core])) continue;
        tried.add(kinds[core]);
        const fits = largestFit(task, emptyRoom(task, chip.cores[core]), population, first, neurons - first);
        if (fits > most) [best, most] = [core, fits];
        if (fits === neurons - first) break;
      }
      if (best < 0) return { population, left: neurons - first };
      free.delete(best);
      slices.push({ population, firstNeuron: first, neurons: most, core: best });
      first += most;
    }
  }
  return null;
}

/** @throws InfeasibleError where the cores are fewer than the populations, or too small. */
export function mapLayerPerCore(task: MappingTask): Placement {
  const { chip, topology } = task;
  const { length: layers } = placedPopulations(task);
  if (layers > chip.cores.length)
    throw new InfeasibleError(
      "MAP_LAYERS_FULL",
      "cores of a layer each",
      `${layers} layers`,
      `${chip.cores.length} cores`,
      "set mapping.strategy: sequential, or use more cores",
    );
  const slices: Slice[] = [];
  const left = fill(task, slices);
  if (left !== null) throw doesNotFit(task, left.population, left.left, (other) => fill(other, []) === null);
  return placement(topology, "layer-per-core", slices);
}
