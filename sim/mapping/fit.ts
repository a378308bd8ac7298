/** Capacity: the space left on each core, and how many more neurons fit. */

import {
  type Chip,
  type Core,
  coreCounts,
  coreKind,
  type MappingRequest,
  type Precision,
  portPopulations,
  type Topology,
} from "../../arch/index.js";
import { stateRegions, synapseWords } from "./layout.js";
import { continues, joined, type Slice } from "./placement.js";
import { stateChunks } from "./state-chunks.js";
import { Axons } from "./tables.js";

/** Input of a mapping strategy. Its `Core`s are those of `chip`, or larger ones in the search for a fix. */
export interface MappingTask {
  readonly topology: Topology;
  readonly precision: Precision;
  readonly chip: Chip;
  readonly request: MappingRequest;
  /** Membrane states of slices may be in the chip's DRAM, with a buffer in their place. */
  readonly statesInDram: boolean;
  /**
   * A failure is shown to the user, with the smallest change that was tried and fits: whether the network can be placed
   * for another task, with larger cores or another limit. null: the caller tries something else.
   */
  readonly explains: ((task: MappingTask) => boolean) | null;
}

/** Indices of the populations on cores: all but those behind the port. */
export function placedPopulations({ chip, topology }: Pick<MappingTask, "chip" | "topology">): readonly number[] {
  const away = portPopulations(chip, topology);
  return topology.populations.flatMap((_, p) => (away.includes(p) ? [] : [p]));
}

/** The kinds of a chip's cores with their numbers, the largest first: an order that no numbering of cores changes. */
export function kindsBySize(chip: Chip): ReturnType<typeof coreCounts> {
  const bits = ({ synapseMemory, stateMemory }: Core): number => synapseMemory.sizeBits + stateMemory.sizeBits;
  return [...coreCounts(chip)].sort(
    ({ core: a }, { core: b }) => b.maxNeurons - a.maxNeurons || bits(b) - bits(a) || (coreKind(a) < coreKind(b) ? -1 : 1),
  );
}

/** Words of a slice in a core's memories. */
interface Words {
  readonly synapse: number;
  readonly state: number;
}

/** A core's free space while it is being filled. */
export interface Room {
  readonly core: Core;
  neurons: number;
  synapseWords: number;
  stateWords: number;
  /** Number of neurons already on the core, by population. */
  readonly held: number[];
  /** Slices on the core as the placement will have them: joined with their neighbours. */
  pieces: readonly { readonly slice: Slice; readonly words: Words }[];
  /** Sources with rows on the core; null if their number is not limited. */
  readonly axons: Axons | null;
}

export function emptyRoom(task: MappingTask, core: Core): Room {
  return {
    core,
    neurons: core.maxNeurons,
    synapseWords: Math.floor(core.synapseMemory.sizeBits / core.synapseMemory.wordBits),
    stateWords: Math.floor(core.stateMemory.sizeBits / core.stateMemory.wordBits),
    held: task.topology.populations.map(() => 0),
    pieces: [],
    axons: core.axonEntries === null ? null : new Axons(task.topology),
  };
}

/** Words of a slice on `core`; `most`: a count of synapse words above this may stop early. */
export function wordsOf(
  task: MappingTask,
  core: Core,
  { population, firstNeuron, neurons }: Omit<Slice, "core">,
  most = Number.POSITIVE_INFINITY,
): Words {
  const regions = stateRegions(task.topology, task.precision, core.stateMemory.wordBits, population, neurons);
  const { spill } = task.chip;
  const away = task.statesInDram && spill !== null ? regions.stateWords - stateChunks(core, spill, regions).bufferWords : 0;
  return {
    synapse: synapseWords(task.topology, task.precision, core.synapseMemory.wordBits, population, firstNeuron, neurons, most),
    state: regions.totalWords - away,
  };
}

/**
 * What a slice adds to a core. It is joined with its neighbours there, whose rows then get longer and their target
 * indices wider, so the joined slice is counted and not the new one. Words may become fewer.
 */
function addition(task: MappingTask, room: Room, slice: Slice, most = Number.POSITIVE_INFINITY) {
  const isNeighbour = ({ slice: held }: Room["pieces"][number]): boolean => continues(held, slice) || continues(slice, held);
  const neighbours = room.pieces.filter(isNeighbour);
  const sum = (kind: keyof Words): number => neighbours.reduce((words, piece) => words + piece.words[kind], 0);
  const [whole] = joined([...neighbours.map((piece) => piece.slice), slice]);
  const words = wordsOf(task, room.core, whole, most + sum("synapse"));
  return { piece: { slice: whole, words }, neighbours, synapse: words.synapse - sum("synapse"), state: words.state - sum("state") };
}

/**
 * Largest number of neurons of `population` from `first` on, at most `wanted`, that fit. Words grow with neurons, so
 * bisection finds it.
 */
export function largestFit(task: MappingTask, room: Room, population: number, first: number, wanted: number): number {
  const limit = task.request.maxNeuronsPerCore ?? Number.POSITIVE_INFINITY;
  let high = Math.min(wanted, room.neurons, limit - room.held[population]);
  if (high <= 0) return 0;
  const fits = (n: number): boolean => fullMemory(task, room, population, first, n) === null;
  if (fits(high)) return high;
  let low = 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The first of a core's memories in which a slice has no room; null: it fits them. */
function fullMemory(task: MappingTask, room: Room, population: number, first: number, neurons: number): FullResource | null {
  const need = addition(task, room, { population, firstNeuron: first, neurons, core: room.core.id }, room.synapseWords);
  if (need.synapse > room.synapseWords) return "synapse memory";
  if (need.state > room.stateWords) return "state memory";
  return axonsHaveRoom(room, population, first, neurons) ? null : "axon table";
}

type FullResource = "neuron slots" | "mapping.max_neurons_per_core" | "synapse memory" | "state memory" | "axon table";

/** The first resource of a core in which a slice has no room; null: it fits. */
export function fullResource(task: MappingTask, room: Room, population: number, first: number, neurons: number): FullResource | null {
  if (neurons > room.neurons) return "neuron slots";
  if (neurons + room.held[population] > (task.request.maxNeuronsPerCore ?? Number.POSITIVE_INFINITY)) return "mapping.max_neurons_per_core";
  return fullMemory(task, room, population, first, neurons);
}

function axonsHaveRoom({ core, axons }: Room, population: number, first: number, neurons: number): boolean {
  return axons === null || core.axonEntries === null || axons.sizeWith(population, first, neurons) <= core.axonEntries;
}

/** Subtracts a slice from the free space; the caller has checked that it fits. */
export function occupy(task: MappingTask, room: Room, slice: Slice): void {
  const { piece, neighbours, synapse, state } = addition(task, room, slice);
  room.neurons -= slice.neurons;
  room.synapseWords -= synapse;
  room.stateWords -= state;
  room.pieces = [...room.pieces.filter((held) => !neighbours.includes(held)), piece];
  room.held[slice.population] += slice.neurons;
  room.axons?.add(slice.population, slice.firstNeuron, slice.neurons);
}
