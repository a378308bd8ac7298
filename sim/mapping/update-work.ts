/**
 * Cycles of a core's soma for the updates of a slice in a step, as means, from the widths of the state memory.
 * Not modelled: waits for the synapse unit, and for packets to leave.
 */
import { accumulatorBitsOf, type Core, type Population, type Precision, packing, stateBitsOf } from "../../arch/index.js";

export interface UpdateWork {
  readonly batches: number;
  /** Words of the state memory per batch. */
  readonly words: number;
  readonly batchCycles: number;
}

/** All neurons are updated, or an encoder finds touched ones among them. */
export function updateWork(core: Core, precision: Precision, population: Population, neurons: number): UpdateWork {
  const { stateMemory, neuronUpdate, scan } = core;
  const { states, accumulators, name } = population;
  const stateBits = states * stateBitsOf(precision, name);
  const accumulator = packing(accumulatorBitsOf(precision, name), stateMemory.wordBits);
  const batches = Math.ceil(neurons / neuronUpdate.units);
  const together = neurons / batches;
  const words =
    Math.max(1, (together * stateBits) / stateMemory.wordBits) * (states > 0 ? 1 : 0) +
    (accumulators === 0 ? 0 : Math.max(1, (together * accumulators * accumulator.wordsPerItem) / accumulator.itemsPerWord));
  // an encoder finds touched neurons, at most all of them
  const finds = neuronUpdate.policy === "touched" && accumulators > 0;
  const find = finds ? together * scan.cyclesPerSetBit + (Math.ceil(neurons / scan.chunkBits) * scan.cyclesPerChunk) / batches : 0;
  /** Cycles for which a word takes its bank. */
  const access = stateMemory.ports === "1rw" ? 2 : 1;
  const batchCycles = Math.max(neuronUpdate.cyclesPerNeuron, Math.ceil(words / stateMemory.banks) * access, find);
  return { batches, words, batchCycles };
}
