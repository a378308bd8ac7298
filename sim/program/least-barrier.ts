/**
 * The shortest barrier that hardware can keep. A barrier begins in the first cycle in which nothing is in progress, and
 * ends with the next wave:
 *
 * - Words updated last are still to be written. A bank is read at most once per cycle, and a word is written when its
 *   unit is done with it: A cycles after its read for the synapse unit, P for the soma (accumulate and pipeline depth,
 *   each after the same read latency). If the two write at the same time, up to |P - A| words of one bank wait; a
 *   batch's states and cleared accumulators leave the soma together, k of them in one bank; the synapse unit ends a row
 *   with up to two words of one bank. Each word takes its bank for one cycle: |P - A| + k + 1 cycles at most.
 * - The signal "all cores rest" goes up a tree of registers, each after an AND of four, and "begin" comes down a tree
 *   with as many levels: 2 ceil(log4 of the cores in use) cycles, during which the words are written.
 *
 * Not modelled: wires of the tree that take more than a cycle per level.
 */
import { accumulatorBitsOf, type Chip, type Core, type Precision, packing, stateBitsOf, type Topology } from "../../arch/index.js";

/** Largest number of words of one bank that `items` consecutive items of `bits` bits can touch. */
function wordsOf(items: number, bits: number, { stateMemory }: Core): number {
  const { itemsPerWord, wordsPerItem } = packing(bits, stateMemory.wordBits);
  if (items === 0 || wordsPerItem === 0) return 0;
  const words = wordsPerItem === 1 ? Math.ceil((items - 1) / itemsPerWord) + 1 : items * wordsPerItem;
  return Math.ceil(words / stateMemory.banks);
}

/** Words that a batch writes to one bank at once, with `perNeuron` items of `bits` bits. */
function batchWords(core: Core, perNeuron: number, bits: number): number {
  const { units, policy } = core.neuronUpdate;
  // touched neurons can be anywhere
  return policy === "touched" ? units * wordsOf(perNeuron, bits, core) : wordsOf(units * perNeuron, bits, core);
}

/** Cycles until the last words of a wave are written, for any populations on the core. */
function drainCycles(core: Core, { populations }: Topology, precision: Precision): number {
  let words = 0;
  for (const { name, states, accumulators } of populations) {
    const stateBits = states * stateBitsOf(precision, name);
    words = Math.max(words, batchWords(core, 1, stateBits) + batchWords(core, accumulators, accumulatorBitsOf(precision, name)));
  }
  return Math.abs(core.neuronUpdate.pipelineDepthCycles - core.accumulateDepthCycles) + words + 1;
}

/** Cycles until all of these cores have written their last words. */
function longestDrain(cores: readonly Core[], topology: Topology, precision: Precision): number {
  let cycles = 0;
  // cores of one type are one object
  for (const core of new Set(cores)) cycles = Math.max(cycles, drainCycles(core, topology, precision));
  return cycles;
}

/** Levels of a tree of four branches each. */
export function barrierLevels(cores: number): number {
  let levels = 0;
  for (let reached = 1; reached < cores; reached *= 4) levels++;
  return levels;
}

/** Cycles for the cores in use: up the tree and down again, and until all words are written. */
export function leastBarrier(cores: readonly Core[], topology: Topology, precision: Precision): number {
  return Math.max(2 * barrierLevels(cores.length), longestDrain(cores, topology, precision));
}

/**
 * Cycles from a wave's end to the beginning of the next one: those of the description, or the minimum if that is
 * longer.
 */
export function barrierOf({ barrier }: Pick<Chip, "barrier">, usedCores: number, leastCycles: number): number {
  return Math.max(leastCycles, barrier.baseCycles + barrier.perCoreCycles * usedCores);
}
