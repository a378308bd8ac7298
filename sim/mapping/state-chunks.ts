/**
 * Membrane states in external DRAM: the states of a slice pass through the state memory in chunks of whole words;
 * accumulators stay on the chip.
 *
 * A chunk holds at least one burst and one batch of the update units, and begins in bank 0. A buffer replaces the
 * states. It has space for the chunks of two batches: the current one and the prefetched one. The neurons of a batch
 * are in at most two chunks, one of which they share with the next batch. All neurons of such a slice are updated in
 * every wave, so chunks are used in order.
 */
import { type Core, type Dram, packedWords } from "../../arch/index.js";
import type { StateRegions } from "./layout.js";

interface StateChunks {
  readonly chunkWords: number;
  /** Words of the state memory that the buffer takes; if all states take fewer words, their number. */
  readonly bufferWords: number;
}

/** Two per batch; neighbouring batches share one. */
const CHUNKS = 3;

export function stateChunks({ stateMemory, neuronUpdate }: Core, { burstBits }: Dram, { states, stateWords }: StateRegions): StateChunks {
  const { units } = neuronUpdate;
  const least = Math.max(Math.ceil(burstBits / stateMemory.wordBits), packedWords(units, states), 1);
  const chunkWords = Math.ceil(least / stateMemory.banks) * stateMemory.banks;
  return { chunkWords, bufferWords: Math.min(stateWords, CHUNKS * chunkWords) };
}
