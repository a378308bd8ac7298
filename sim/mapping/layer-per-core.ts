/**
 * One population per core, for chips built with a core per layer. The population with the most weights comes first;
 * each goes to the smallest free core that can hold it, or, if there is none, to the free cores that hold most of it.
 * Not modelled: other assignments if this one fails.
 */
import { coreKind } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { emptyRoom, kindsBySize, largestFit, type MappingTask, placedPopulations } from "./fit.js";
import { synapseWords } from "./layout.js";
import { type Placement, placement, type Slice } from "./placement.js";
import { mapSequential, rejectLeftOver } from "./sequential.js";

/** Neurons of a population that remain when no core is free. */
interface LeftOver {
  readonly population: number;
  readonly left: number;
}

/**
 * Populations by the size of their weights in the largest core's words, largest first; equal ones in the network's
 * order.
 */
function byWeights(task: MappingTask): readonly number[] {
  const { topology, precision, chip } = task;
  const [{ core }] = kindsBySize(chip);
  const { wordBits } = core.synapseMemory;
  const words = topology.populations.map(({ neurons }, p) => synapseWords(topology, precision, wordBits, p, 0, neurons));
  return [...placedPopulations(task)].sort((a, b) => words[b] - words[a] || a - b);
}

/** Fills `slices`; returns the remainder, or null if everything fits. */
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

/** Whether a core per layer places everything. */
export const layersFit = (task: MappingTask): boolean => fill(task, []) === null;

/** The change for fewer cores than layers: filling in order, with what that needs. */
function inOrderInstead(task: MappingTask): string {
  const change = "set mapping.strategy: sequential";
  try {
    mapSequential({ ...task, request: { ...task.request, strategy: "sequential" } });
    return `${change}, or use more cores`;
  } catch (error) {
    if (!(error instanceof InfeasibleError)) throw error;
    return error.fix.startsWith("set ") ? `${change} and ${error.fix}` : error.fix;
  }
}

/** @throws InfeasibleError if there are fewer cores than populations, or if they are too small */
export function mapLayerPerCore(task: MappingTask): Placement {
  const { chip, topology } = task;
  const { length: layers } = placedPopulations(task);
  if (layers > chip.cores.length)
    throw new InfeasibleError(
      "MAP_LAYERS_FULL",
      "cores of a layer each",
      `${layers} layers`,
      `${chip.cores.length} cores`,
      task.explains === null ? "" : inOrderInstead(task),
    );
  const slices: Slice[] = [];
  rejectLeftOver(task, fill(task, slices));
  return placement(topology, "layer-per-core", slices);
}
