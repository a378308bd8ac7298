/**
 * If a network does not fit on the chip: which rows of weights, and which slices' membrane states, go to external DRAM,
 * and where its neurons go.
 *
 * Neurons are placed as if every synapse memory had the smallest size at which the network fits. Rows beyond a core's
 * real memory are spilled, always all rows of a projection in a slice. Those whose sources fire least often are spilled
 * first, because a word on the chip saves one fetch per spike of its source. Membrane states that do not fit are
 * spilled too, always all states of a slice, and pass through the state memory in chunks in every step
 * (state-chunks.ts).
 * Not modelled: accumulators in DRAM (they must fit), a cache.
 */
import type { Chip, Precision } from "../../arch/index.js";
import { type Activity, spikesOf } from "./activity.js";
import type { MappingTask } from "./fit.js";
import { largerSynapseMemories, smallestSynapseMemory } from "./growth.js";
import { layersFit } from "./layer-per-core.js";
import { projectionWords, rowsOf, stateRegions } from "./layout.js";
import type { Placement, SpilledRows, SpilledStates } from "./placement.js";
import { succeeds } from "./sequential.js";
import { stateChunks } from "./state-chunks.js";

/**
 * The task on a chip whose synapse memories are as large as needed; with a manual placement, named cores hold what they
 * are assigned.
 */
export function withSpace(task: MappingTask): MappingTask {
  const { strategy } = task.request;
  const least = strategy === "manual" ? null : smallestSynapseMemory(task, strategy === "layer-per-core" ? layersFit : succeeds);
  return { ...task, chip: largerSynapseMemories(task, least) };
}

/** Marks the rows that do not fit the chip's own memories. */
export function spillRows(made: Placement, chip: Chip, precision: Precision, activity: Activity): Placement {
  const { topology, slices } = made;
  const spilled: SpilledRows[] = [];
  for (const core of chip.cores) {
    const { wordBits, sizeBits } = core.synapseMemory;
    const rows = slices
      .filter((slice) => slice.core === core.id)
      .flatMap(({ population, firstNeuron, neurons }) =>
        topology.projections.flatMap((projection, index) => {
          if (projection.target !== population) return [];
          const words = projectionWords(topology, projection, precision, wordBits, firstNeuron, neurons);
          const { first, count } = rowsOf(topology, projection);
          const rate = spikesOf(activity, projection.source, first, count) / Math.max(1, count);
          return words === 0 ? [] : [{ words, rate, where: { projection: index, core: core.id, firstNeuron } }];
        }),
      )
      .sort((a, b) => b.rate - a.rate || a.words - b.words || a.where.projection - b.where.projection);
    let left = Math.floor(sizeBits / wordBits);
    for (const { words, where } of rows) {
      if (words <= left) left -= words;
      else spilled.push(where);
    }
  }
  return { ...made, spilled };
}

/**
 * Marks the slices whose states do not fit. On each core the slices with the most words stay, because all spilled
 * states pass the DRAM channel in every step.
 */
export function spillStates(made: Placement, chip: Chip, precision: Precision): Placement {
  const { spill } = chip;
  if (spill === null) return made;
  const spilledStates: SpilledStates[] = [];
  for (const core of chip.cores) {
    const { wordBits, sizeBits } = core.stateMemory;
    const here = made.slices
      .filter((slice) => slice.core === core.id)
      .map((slice) => {
        const regions = stateRegions(made.topology, precision, wordBits, slice.population, slice.neurons);
        const away = regions.stateWords - stateChunks(core, spill, regions).bufferWords;
        return { slice, words: regions.stateWords, least: regions.totalWords - away, away };
      })
      .sort((a, b) => b.words - a.words || a.slice.population - b.slice.population);
    let left = here.reduce((words, { least }) => words - least, Math.floor(sizeBits / wordBits));
    for (const { slice, away } of here) {
      if (away <= left) left -= away;
      else spilledStates.push({ population: slice.population, core: core.id, firstNeuron: slice.firstNeuron });
    }
  }
  return { ...made, spilledStates };
}

/** Bits of all spilled states. */
export function stateBitsInDram({ topology, slices, spilledStates }: Placement, chip: Chip, precision: Precision): number {
  let bits = 0;
  for (const { population, core, firstNeuron } of spilledStates) {
    const slice = slices.find((one) => one.population === population && one.core === core && one.firstNeuron === firstNeuron);
    const { wordBits } = chip.cores[core].stateMemory;
    if (slice !== undefined) bits += wordBits * stateRegions(topology, precision, wordBits, population, slice.neurons).stateWords;
  }
  return bits;
}

/** Bits of all spilled rows. */
export function bitsInDram({ topology, slices, spilled }: Placement, chip: Chip, precision: Precision): number {
  let bits = 0;
  for (const { projection, core, firstNeuron } of spilled) {
    const slice = slices.find(
      (one) => one.core === core && one.firstNeuron === firstNeuron && one.population === topology.projections[projection].target,
    );
    if (slice === undefined) continue;
    const { wordBits } = chip.cores[core].synapseMemory;
    bits += wordBits * projectionWords(topology, topology.projections[projection], precision, wordBits, firstNeuron, slice.neurons);
  }
  return bits;
}
