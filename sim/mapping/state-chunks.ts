/**
 * Membrane states in external DRAM: the states of a slice pass the state memory in chunks of whole words, accumulators
 * stay on the chip.
 *
 * A chunk holds a burst and a batch of the update units, and begins in bank 0. The buffer that takes the states' place
 * has room for the chunks of two batches of the update, the one at work and the one that is fetched ahead: neurons that
 * follow each other lie in at most two chunks per batch and share one with the next batch. All neurons of such a slice
 * are updated in every wave, so that chunks follow each other.
 */
import { type Core, type Dram, packedWords } from "../../arch/index.js";
import type { StateRegions } from "./layout.js";

interface StateChunks {
  readonly chunkWords: number;
  /** Words of the state memory that the buffer takes; all states, where they are fewer. */
  readonly bufferWords: number;
}

/** Two per batch, and neighbouring batches share one. */
const CHUNKS = 3;

export function stateChunks({ stateMemory, neuronUpdate }: Core, { burstBits }: Dram, { states, stateWords }: StateRegions): StateChunks {
  const { units } = neuronUpdate;
  const least = Math.max(Math.ceil(burstBits / stateMemory.wordBits), packedWords(units, states), 1);
  const chunkWords = Math.ceil(least / stateMemory.banks) * stateMemory.banks;
  return { chunkWords, bufferWords: Math.min(stateWords, CHUNKS * chunkWords) };
}
