/**
 * The axons of a core: sources that have rows on it, one a bit of its spike vector; and what a sweep over all of them takes, spikes or not.
 *
 * Lane time of rows: their groups, each a beat; waits for the state memory come on top where a spike makes them.
 */
import type { Chip } from "../../arch/index.js";
import { type Block, rowReads } from "./blocks.js";
import type { Routes } from "./routes.js";

export interface Axons {
  readonly count: number;
  readonly groups: number;
  /** Lane time. */
  readonly cycles: number;
  /** Words of the synapse memory, by target population. */
  readonly words: Float64Array;
}

/** Groups of items that a segment is taken in. */
export function groupsOf(block: Block, from: number, to: number): number {
  return block.sparseTargets === null ? block.rowGroups : Math.ceil((to - from) / block.groupItems);
}

/** By core id. */
export function axonsOf(chip: Chip, routes: Routes, blocks: readonly Block[], populations: number): Axons[] {
  const { routeOf, entryStart, entryCore, segmentStart, segmentBlock, segmentFrom, segmentTo } = routes;
  const made = chip.cores.map(() => ({ count: 0, groups: 0, cycles: 0, words: new Float64Array(populations) }));
  if (chip.cores.every(({ scan }) => scan.policy === "event")) return made;
  for (const route of routeOf[0]) {
    for (let entry = entryStart[route]; entry < entryStart[route + 1]; entry++) {
      const axons = made[entryCore[entry]];
      axons.count++;
      for (let s = segmentStart[entry]; s < segmentStart[entry + 1]; s++) {
        const block = blocks[segmentBlock[s]];
        const groups = groupsOf(block, segmentFrom[s], segmentTo[s]);
        const items = block.sparseTargets === null ? block.rowItems : segmentTo[s] - segmentFrom[s];
        axons.groups += groups;
        axons.cycles += groups * block.beatCycles;
        axons.words[block.target.slice.population] += rowReads(block, items);
      }
    }
  }
  return made;
}
