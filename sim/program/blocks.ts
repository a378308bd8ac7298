/** Content of a core: slices of populations as their soma sees them, and the rows of each projection in a slice. */
import {
  addressLanes,
  type Core,
  coreNeedsOf,
  isGenerated,
  itemsPerBeat,
  type Packing,
  type Precision,
  type Projection,
  packedWords,
  packing,
  type Topology,
} from "../../arch/index.js";
import type { Placement, Slice } from "../mapping/index.js";
import { codeCycles, codeWords, delayWaves, rowsAreAway, synapseItemBits } from "../mapping/index.js";
import type { Items } from "./items.js";

/** A slice as its soma sees it: neurons, and words of the state memory. */
export interface SomaSlice {
  readonly slice: Slice;
  /** The soma finds and updates only touched neurons; false: it updates all in every wave. */
  readonly findsTouched: boolean;
  readonly states: Packing;
  readonly accumulators: Packing;
  readonly accumulatorsPerNeuron: number;
  readonly stateBase: number;
  readonly accumulatorBase: number;
  /** Words of one accumulator buffer. */
  readonly accumulatorWords: number;
  readonly buffers: number;
  /** Operations of one update; requantisations are included in the multiplications. */
  readonly requantises: number;
  readonly multiplies: number;
  readonly additions: number;
  readonly lutReads: number;
  /**
   * For states in DRAM: words of a chunk, and bits of a chunk and of the last one, in whole bursts. null: the states
   * are on the chip.
   */
  readonly dramStates: {
    readonly chunkWords: number;
    readonly chunkBits: number;
    readonly lastChunk: number;
    readonly lastChunkBits: number;
  } | null;
  /** Flits of a spike packet of this population. */
  readonly flits: number;
  /** Bits and cycles of such a packet on the host link; null: the slice is on a core. */
  readonly crossing: { readonly bits: number; readonly cycles: number } | null;
}

/**
 * The rows of one projection in one slice. An item is a weight (dense, or of a kernel) or a target neuron with all its
 * weights (sparse).
 */
export interface Block {
  readonly target: SomaSlice;
  /** Index of `target` among its core's slices. */
  readonly targetIndex: number;
  readonly projection: number;
  readonly delayWaves: number;
  /** Number of weights of an item. */
  readonly weightsPerItem: number;
  /** Number of items of a dense row; 0 for sparse. */
  readonly rowItems: number;
  readonly synapse: Packing;
  /** Items that the datapath takes at once, as in `boundsOfGroup`. */
  readonly groupItems: number;
  /** Minimum cycles between two groups, set by lanes and synapse banks. */
  readonly beatCycles: number;
  /**
   * For dense rows, with the state memory free: groups, cycles, words of the synapse memory, words of the state memory.
   */
  readonly rowGroups: number;
  readonly rowCycles: number;
  readonly rowSynapseWords: number;
  readonly rowStateWords: number;
  /** Memories whose words are accessed again for each group. */
  readonly refetches: { readonly synapse: boolean; readonly state: boolean };
  /** The rows are in external DRAM. */
  readonly isSpilled: boolean;
  /** Bits of a word of the rows. */
  readonly wordBits: number;
  /** For rows that are decoded: words in front of the weights, and cycles from a row's turn to its first group. */
  readonly code: { readonly words: number; readonly cycles: number };
  /** The core's address generator finds its weights. */
  readonly generates: boolean;
  /** null: dense. */
  readonly items: Items | null;
}

/** Number of words that contain items `from .. to - 1` of a row. */
export function wordsAround(p: Packing, from: number, to: number): number {
  if (p.wordsPerItem !== 1) return (to - from) * p.wordsPerItem;
  return Math.floor((to - 1) / p.itemsPerWord) - Math.floor(from / p.itemsPerWord) + 1;
}

/**
 * Words of the synapse memory read for items `from .. to - 1` of the projection, a row in the block; for a dense row,
 * from 0 to its length.
 */
export function rowReads({ synapse, groupItems, refetches, items, code }: Block, from: number, to: number): number {
  const count = to - from;
  if (items !== null && items.words !== null) {
    items.read(from, to);
    let [words, last] = [0, -1];
    for (let k = 0; k < count; k++) {
      if (items.words[k] === last && !(refetches.synapse && k % groupItems === 0)) continue;
      last = items.words[k];
      words++;
    }
    return words * synapse.wordsPerItem;
  }
  if (!refetches.synapse) return code.words + packedWords(count, synapse);
  let words = code.words;
  for (let at = 0; at < count; at += groupItems) words += wordsAround(synapse, at, Math.min(at + groupItems, count));
  return words;
}

/**
 * First and last word that items `from .. to - 1` need in addition, if the words of the items before `from` are at
 * hand, unless they are refetched.
 */
export function newWords(p: Packing, from: number, to: number, refetches: boolean): { first: number; last: number } {
  if (p.wordsPerItem > 1) return { first: from * p.wordsPerItem, last: to * p.wordsPerItem - 1 };
  const first = refetches ? Math.floor(from / p.itemsPerWord) : Math.ceil(from / p.itemsPerWord);
  return { first, last: Math.floor((to - 1) / p.itemsPerWord) };
}

/** Most items of a group, and the cycles that these take at least. */
interface GroupBound {
  readonly items: number;
  readonly cycles: number;
}

/**
 * What bounds a group of a projection's items: lanes, words of the synapse memory, and (dense) of the state memory.
 * Where the targets of a slice have shorter numbers than those of the population on a full core, a word may hold more
 * items than the core's address generator is built for.
 */
export function boundsOfGroup(
  core: Core,
  topology: Topology,
  precision: Precision,
  projection: Projection,
  { synapse, accumulators }: { readonly synapse: Packing; readonly accumulators: Packing },
): { readonly lanes: GroupBound; readonly weights: GroupBound; readonly sums: GroupBound } {
  const { lanes, synapseMemory, stateMemory } = core;
  const { sparse, target } = projection;
  const weightsPerItem = sparse === null ? 1 : topology.populations[target].accumulators;
  const found = isGenerated(projection) ? addressLanes(core, coreNeedsOf(topology), precision) : Number.POSITIVE_INFINITY;
  return {
    lanes: { items: Math.max(1, Math.floor(lanes / weightsPerItem)), cycles: Math.ceil(weightsPerItem / lanes) },
    weights: {
      items: Math.min(itemsPerBeat(synapse, synapseMemory.banks), found),
      cycles: Math.max(1, Math.ceil(synapse.wordsPerItem / synapseMemory.banks)),
    },
    sums: { items: sparse === null ? itemsPerBeat(accumulators, stateMemory.banks) : Number.POSITIVE_INFINITY, cycles: 1 },
  };
}

/** The rows of one projection in a slice of a core. */
export function buildBlock(
  core: Core,
  target: SomaSlice,
  targetIndex: number,
  placement: Placement,
  index: number,
  precision: Precision,
): Omit<Block, "items"> {
  const { topology } = placement;
  const projection = topology.projections[index];
  const isDense = projection.sparse === null;
  const accumulators = target.accumulatorsPerNeuron;
  const synapse = packing(synapseItemBits(topology, projection, precision, target.slice.neurons), core.synapseMemory.wordBits);
  const weightsPerItem = isDense ? 1 : accumulators;
  const { lanes, weights, sums } = boundsOfGroup(core, topology, precision, projection, { synapse, accumulators: target.accumulators });
  const groupItems = Math.min(lanes.items, weights.items, sums.items);
  // a group of a kernel's weights takes as long as the words in which they are found, of which one can be at hand
  const beatCycles = Math.max(lanes.cycles, projection.kernel === undefined ? weights.cycles : 1);
  const rowItems = isDense ? target.slice.neurons * accumulators : 0;
  const access = core.stateMemory.ports === "1rw" ? 2 : 1;
  const refetches = { synapse: core.synapseMemory.refetch === "group", state: core.stateMemory.refetch === "group" };
  let rowCycles = 0;
  let rowStateWords = 0;
  for (let from = 0; from < rowItems; from += groupItems) {
    const { first, last } = newWords(target.accumulators, from, Math.min(from + groupItems, rowItems), refetches.state);
    rowStateWords += Math.max(0, last - first + 1);
    rowCycles += Math.max(beatCycles, Math.ceil((last - first + 1) / core.stateMemory.banks) * access);
  }
  return {
    target,
    targetIndex,
    projection: index,
    delayWaves: delayWaves(topology, projection),
    weightsPerItem,
    rowItems,
    synapse,
    groupItems,
    beatCycles,
    rowGroups: Math.ceil(rowItems / groupItems),
    rowCycles,
    rowSynapseWords: packedWords(rowItems, synapse),
    rowStateWords,
    refetches,
    isSpilled: rowsAreAway(placement, index, target.slice),
    wordBits: core.synapseMemory.wordBits,
    generates: isGenerated(projection),
    code: {
      words: codeWords(projection, core.synapseMemory.wordBits, target.slice.neurons),
      cycles: codeCycles(projection, core.synapseMemory, target.slice.neurons),
    },
  };
}
