/**
 * Rows of a projection whose target is spread evenly over cores of one kind: what an event reads there, and for how
 * long it occupies the synapse unit.
 */
import {
  type Core,
  denseShare,
  type Packing,
  type Precision,
  type Projection,
  packedWords,
  packing,
  synapsesIn,
  type Topology,
} from "../../arch/index.js";
import { codeCycles, codeWords, projectionWords, synapseItemBits } from "../mapping/index.js";
import { boundsOfGroup } from "../program/index.js";

/** Means over the rows of a projection. */
interface RowDemand {
  /** Synapses of a source neuron; a target counts once for all its weights. */
  readonly fanOut: number;
  /** Cores with a row of a source neuron. */
  readonly holders: number;
  readonly weightsPerItem: number;
  /** Groups of a row in a core, and the least cycles of one. */
  readonly groups: number;
  readonly beatCycles: number;
  /** Cycles of the row of a spike, whose accumulators are added to. */
  readonly cycles: number;
  /** Cycles from a row's turn to its first group. */
  readonly codeCycles: number;
  /** Words of the synapse memory that a row has, and that are read for it. */
  readonly words: number;
  readonly reads: number;
  readonly accumulatorWords: number;
  /** Words of all rows on all cores. */
  readonly held: number;
}

/** Mean number of words that contain a group of items; a group can begin at any item. */
function wordsOfGroup({ itemsPerWord, wordsPerItem }: Packing, items: number): number {
  if (wordsPerItem !== 1) return items * wordsPerItem;
  return itemsPerWord % items === 0 ? 1 : items % itemsPerWord === 0 ? items / itemsPerWord : 1 + (items - 1) / itemsPerWord;
}

/** `parts`: pieces of its target; `accumulator`: of the target, in the core's state memory. */
export function rowDemand(
  core: Core,
  topology: Topology,
  precision: Precision,
  projection: Projection,
  parts: number,
  accumulator: Packing,
): RowDemand {
  const { synapseMemory, stateMemory } = core;
  const isDense = projection.sparse === null;
  const [source, target] = [topology.populations[projection.source], topology.populations[projection.target]];
  const pieces = Math.min(parts, target.neurons);
  const size = Math.ceil(target.neurons / pieces);
  const share = denseShare(projection, 0, source.neurons);
  const fanOut = projection.sparse === null ? target.neurons * share : synapsesIn(projection.sparse) / source.neurons;
  const holders = isDense ? pieces * share : Math.min(pieces, fanOut);
  const weightsPerItem = isDense ? 1 : target.accumulators;
  const perPiece = isDense ? target.neurons / pieces : holders === 0 ? 0 : fanOut / holders;
  const items = (perPiece * target.accumulators) / weightsPerItem;
  const item = packing(synapseItemBits(topology, projection, precision, size), synapseMemory.wordBits);
  const { lanes, weights, sums } = boundsOfGroup(core, topology, precision, projection, { synapse: item, accumulators: accumulator });
  const group = Math.min(lanes.items, weights.items, sums.items);
  const groups = Math.ceil(items / group);
  const beatCycles = Math.max(lanes.cycles, weights.cycles);
  const accesses = stateMemory.ports === "1rw" ? 2 : 1;
  const touched = !isDense
    ? items * Math.max(1, weightsPerItem / accumulator.itemsPerWord)
    : stateMemory.refetch === "group"
      ? groups * wordsOfGroup(accumulator, group)
      : packedWords(items, accumulator);
  const cycles = Math.max(
    groups * beatCycles,
    (touched / Math.min(stateMemory.banks, Math.max(1, touched))) * accesses,
    isDense ? groups * accesses : 0,
  );
  const inFront = codeWords(projection, synapseMemory.wordBits, size);
  const words = inFront + packedWords(items, item);
  return {
    fanOut,
    holders,
    weightsPerItem,
    groups,
    beatCycles,
    cycles,
    codeCycles: codeCycles(projection, synapseMemory, size),
    words,
    reads: synapseMemory.refetch === "group" ? inFront + groups * wordsOfGroup(item, group) : words,
    accumulatorWords: touched,
    // slices of the targets are assumed to be alike
    held:
      projection.kernel === undefined && projection.rowOf === undefined
        ? source.neurons * holders * words
        : pieces * projectionWords(topology, projection, precision, synapseMemory.wordBits, 0, size),
  };
}
