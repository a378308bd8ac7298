/** States in DRAM: what a slice exchanges in a wave, and how long its soma waits for it. */
import type { Core, Dram } from "../../arch/index.js";
import { type StateRegions, stateChunks, type UpdateWork } from "../mapping/index.js";
import { burstsOf } from "../program/index.js";

/** Of a slice whose states are all away, per wave. */
interface Exchange {
  /** In both directions. */
  readonly bits: number;
  /** Words of the state memory that chunks take on their way. */
  readonly words: number;
  /** Cycles for which the soma waits, if no other core uses the channel. */
  readonly wait: number;
}

/**
 * A batch that needs a new chunk asks for it with the batch before, so each chunk but the first is one batch early. Of
 * several slices of a core only the wave's first waits in full; here each one does.
 */
export function exchangeOf(core: Core, dram: Dram, regions: StateRegions, { batches, batchCycles }: UpdateWork): Exchange {
  const { chunkWords } = stateChunks(core, dram, regions);
  const chunks = Math.ceil(regions.stateWords / chunkWords);
  const bitsOf = (words: number): number => 2 * burstsOf(dram, words * core.stateMemory.wordBits);
  const bits = (chunks - 1) * bitsOf(chunkWords) + bitsOf(regions.stateWords - (chunks - 1) * chunkWords);
  const fetches = Math.min(chunks, batches);
  const trip = bits / fetches / dram.bitsPerCycle + dram.latencyCycles;
  return { bits, words: chunks * chunkWords, wait: trip + (fetches - 1) * Math.max(0, trip - batchCycles) };
}
