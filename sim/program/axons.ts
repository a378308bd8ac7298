/**
 * The axons of a core: sources with rows on it, one bit of its spike vector each; and the cost of a sweep over all of
 * them, with or without spikes.
 *
 * Lane time of rows: their groups × the beat. Waits for the state memory, which spikes cause, are added to it.
 */
import { type Chip, type Core, type Dram, packedWords } from "../../arch/index.js";
import { type Block, rowReads } from "./blocks.js";
import { burstsOf } from "./dram.js";
import type { Routes } from "./routes.js";

/** An axon of a core whose dense scan fetches rows from DRAM. */
interface Axon {
  groups: number;
  /** Lane time of its rows. */
  cycles: number;
  /** Bits of its spilled rows, in whole bursts. */
  dramBits: number;
}

export interface Axons {
  readonly count: number;
  readonly groups: number;
  /** Lane time of all rows. */
  readonly cycles: number;
  /** Words of the synapse memory, by target population; without rows in DRAM. */
  readonly words: Float64Array;
  /** Bits of rows in DRAM, by target population. */
  readonly dramBits: Float64Array;
  /** All axons in the order of their sources, if a dense scan has rows in DRAM; else empty. */
  readonly each: readonly Axon[];
}

/** Bits that rows take from DRAM, in whole bursts; 0 if they are on the chip. */
export function dramBitsOf({ isSpilled, synapse, wordBits, code }: Block, items: number, dram: Dram | null): number {
  return isSpilled && dram !== null ? burstsOf(dram, (code.words + packedWords(items, synapse)) * wordBits) : 0;
}

/** Number of groups in which the items of a segment are processed. */
function groupsOf(block: Block, from: number, to: number): number {
  return block.items === null ? block.rowGroups : Math.ceil((to - from) / block.groupItems);
}

/** Whether a core sweeps axon by axon, because rows of its dense scan are in DRAM. */
export function sweepsEach({ id, scan }: Core, blocks: readonly Block[]): boolean {
  return scan.policy === "dense" && blocks.some((block) => block.isSpilled && block.target.slice.core === id);
}

/**
 * Axons by core id; and by entry, the index in `each` of its core of the source of its messages (empty if no core
 * sweeps axon by axon).
 */
export function axonsOf(
  chip: Chip,
  routes: Routes,
  blocks: readonly Block[],
  populations: number,
): { readonly axons: Axons[]; readonly axonOf: Uint32Array } {
  const { routeOf, entryStart, entryCore, segmentStart, segmentBlock, segmentFrom, segmentTo } = routes;
  const made = chip.cores.map(() => ({
    count: 0,
    groups: 0,
    cycles: 0,
    words: new Float64Array(populations),
    dramBits: new Float64Array(populations),
    each: [] as Axon[],
  }));
  if (chip.cores.every(({ scan }) => scan.policy === "event")) return { axons: made, axonOf: new Uint32Array(0) };
  const sweeps = chip.cores.map((core) => sweepsEach(core, blocks));
  const axonOf = new Uint32Array(sweeps.includes(true) ? entryCore.length : 0);
  for (let source = 0; source < routeOf[0].length; source++) {
    const route = routeOf[0][source];
    for (let entry = entryStart[route]; entry < entryStart[route + 1]; entry++) {
      const axons = made[entryCore[entry]];
      const axon: Axon = { groups: 0, cycles: 0, dramBits: 0 };
      axons.count++;
      for (let s = segmentStart[entry]; s < segmentStart[entry + 1]; s++) {
        const block = blocks[segmentBlock[s]];
        const groups = groupsOf(block, segmentFrom[s], segmentTo[s]);
        const items = block.items === null ? block.rowItems : segmentTo[s] - segmentFrom[s];
        axons.groups += groups;
        axons.cycles += groups * block.beatCycles;
        if (!block.isSpilled) axons.words[block.target.slice.population] += rowReads(block, segmentFrom[s], segmentFrom[s] + items);
        const bits = dramBitsOf(block, items, chip.spill);
        axons.dramBits[block.target.slice.population] += bits;
        axon.groups += groups;
        axon.cycles += groups * block.beatCycles;
        axon.dramBits += bits;
      }
      if (sweeps[entryCore[entry]]) axons.each.push(axon);
    }
    for (const variant of [route, routeOf[1][source]]) {
      for (let entry = entryStart[variant]; entry < entryStart[variant + 1]; entry++)
        if (sweeps[entryCore[entry]]) axonOf[entry] = made[entryCore[entry]].each.length - 1;
    }
  }
  return { axons: made, axonOf };
}
