/**
 * A placed network as the flat tables that cores run: where each neuron's spikes go, and what a spike does when it
 * arrives.
 *
 * Slices and blocks: blocks.ts; routes: routes.ts.
 * Not modelled: the router's and the axon tables' own memories; their look-up is `event_overhead_cycles`.
 */
import {
  type Chip,
  type Core,
  type Dram,
  hostPacket,
  KernelReader,
  type Precision,
  portEnd,
  portPopulations,
  rowReader,
  type Topology,
} from "../../arch/index.js";
import type { Placement, Slice } from "../mapping/index.js";
import { accumulatorBuffers, findsTouched, type StateRegions, stateChunks, stateRegions, statesAreAway } from "../mapping/index.js";
import { checkCopied } from "../noc/index.js";
import { type Axons, axonsOf, sweepsEach } from "./axons.js";
import { type Block, buildBlock, type SomaSlice } from "./blocks.js";
import { burstsOf } from "./dram.js";
import { ascendingRows, type Items, KernelItems, WrittenItems } from "./items.js";
import { leastBarrier } from "./least-barrier.js";
import { type Links, linksOf } from "./links.js";
import { buildRoutes, type Routes } from "./routes.js";

export interface Program extends Routes {
  readonly usedCores: readonly Core[];
  /** Minimum cycles from a wave's end to the beginning of the next one. */
  readonly leastBarrierCycles: number;
  /** By core id; then those of the port, if the chip has one. */
  readonly somaSlices: readonly (readonly SomaSlice[])[];
  readonly blocks: readonly Block[];
  /** By core id; then those of the port, if the chip has one. Empty: waves do not wait for their sources. */
  readonly links: readonly Links[];
  /** By core id. */
  readonly axons: readonly Axons[];
  /**
   * By entry: index of the source of its messages in `each` of its core's axons; empty if no core sweeps axon by axon.
   */
  readonly axonOf: Uint32Array;
}

/** null: the states of the slice are on the chip. */
function chunksOf(chip: Chip, placement: Placement, slice: Slice, regions: StateRegions): SomaSlice["dramStates"] {
  const { spill } = chip;
  if (!statesAreAway(placement, slice) || spill === null || regions.stateWords === 0) return null;
  const core = chip.cores[slice.core];
  const { chunkWords } = stateChunks(core, spill, regions);
  const lastChunk = Math.ceil(regions.stateWords / chunkWords) - 1;
  const bitsOf = (words: number): number => burstsOf(spill, words * core.stateMemory.wordBits);
  return { chunkWords, chunkBits: bitsOf(chunkWords), lastChunk, lastChunkBits: bitsOf(regions.stateWords - lastChunk * chunkWords) };
}

/** Whether a spike of the slice goes to several cores over the network. */
function branches({ core, population, firstNeuron, neurons }: Slice, { populationStart, routeOf, entryStart, entryCore }: Routes): boolean {
  const first = populationStart[population] + firstNeuron;
  return routeOf.some((routes) =>
    routes.subarray(first, first + neurons).some((route) => {
      const cores = entryCore.subarray(entryStart[route], entryStart[route + 1]);
      return cores.length - (cores.includes(core) ? 1 : 0) > 1;
    }),
  );
}

/** The slice of a population behind the port: spikes without states. */
function portSlice(chip: Chip, { populations }: Topology, population: number): SomaSlice {
  const { neurons, payloadBits } = populations[population];
  const nothing = { itemsPerWord: 1, wordsPerItem: 0 };
  return {
    slice: { population, firstNeuron: 0, neurons, core: portEnd(chip) },
    findsTouched: false,
    ...{ states: nothing, accumulators: nothing, accumulatorsPerNeuron: 0, stateBase: 0, accumulatorBase: 0, accumulatorWords: 0 },
    ...{ buffers: 1, requantises: 0, multiplies: 0, additions: 0, lutReads: 0, dramStates: null },
    flits: flitsOf(chip, payloadBits),
    crossing: hostPacket(chip, populations[population]),
  };
}

const flitsOf = ({ noc }: Chip, payloadBits: number): number => Math.ceil((noc.headerBits + payloadBits) / noc.flitWidthBits);

/** Whether a copied packet would not fit a buffer, if one is copied. */
export const hasLongCopies = (chip: Chip, { populations }: Topology): boolean =>
  chip.noc.multicast === "tree" && populations.some(({ payloadBits }) => flitsOf(chip, payloadBits) > chip.noc.vcBufferFlits);

/**
 * Builds the tables. `placement` has been checked. @throws InfeasibleError if packets are copied that do not fit a
 * buffer.
 */
export function buildProgram(chip: Chip, placement: Placement, precision: Precision): Program {
  const { topology } = placement;
  const somaSlices: SomaSlice[][] = chip.cores.map(() => []);
  const stateTop = new Float64Array(chip.cores.length);
  for (const slice of placement.slices) {
    const population = topology.populations[slice.population];
    const core = chip.cores[slice.core];
    const regions = stateRegions(topology, precision, core.stateMemory.wordBits, slice.population, slice.neurons);
    const dramStates = chunksOf(chip, placement, slice, regions);
    const words = dramStates === null ? regions.stateWords : stateChunks(core, chip.spill as Dram, regions).bufferWords;
    somaSlices[slice.core].push({
      slice,
      findsTouched: findsTouched(chip, placement, slice),
      states: regions.states,
      accumulators: regions.accumulators,
      accumulatorsPerNeuron: population.accumulators,
      stateBase: stateTop[slice.core],
      dramStates,
      accumulatorBase: stateTop[slice.core] + words,
      accumulatorWords: regions.accumulatorWords,
      buffers: accumulatorBuffers(topology, slice.population),
      requantises: population.update.requantises,
      multiplies: population.update.multiplies,
      additions: population.update.additions,
      lutReads: population.update.lutReads,
      flits: flitsOf(chip, population.payloadBits),
      crossing: null,
    });
    stateTop[slice.core] += regions.totalWords - regions.stateWords + words;
  }

  if (chip.port !== null) somaSlices.push(portPopulations(chip, topology).map((p) => portSlice(chip, topology, p)));

  const blocks: Block[] = [];
  const sortedTargets = topology.projections.map(ascendingRows);
  const readers = topology.projections.map(({ sparse, kernel }, index) =>
    sparse === null ? null : rowReader({ sparse: { ...sparse, targets: sortedTargets[index] }, kernel }),
  );
  const itemsOf = (index: number, { target, synapse }: ReturnType<typeof buildBlock>): Items | null => {
    const { sparse } = topology.projections[index];
    const [reader, targets] = [readers[index], sortedTargets[index]];
    if (reader instanceof KernelReader && sparse !== null)
      return new KernelItems(sparse.rowStart, reader, target.slice, synapse.itemsPerWord);
    return targets === null ? null : new WrittenItems(targets);
  };
  const blocksOf: number[][] = topology.projections.map(() => []);
  for (const core of chip.cores) {
    somaSlices[core.id].forEach((target, targetIndex) => {
      topology.projections.forEach((projection, index) => {
        if (projection.target !== target.slice.population) return;
        blocksOf[index].push(blocks.length);
        const block = buildBlock(core, target, targetIndex, placement, index, precision);
        blocks.push({ ...block, items: itemsOf(index, block) });
      });
    });
  }
  const ways = topology.projections.map((projection, index) => {
    const reader = readers[index];
    if (reader === null) return { projection, blocks: blocksOf[index], sparse: null };
    const blockOf = new Int32Array(topology.populations[projection.target].neurons);
    for (const block of blocksOf[index]) {
      const { firstNeuron, neurons } = blocks[block].target.slice;
      blockOf.fill(block, firstNeuron, firstNeuron + neurons);
    }
    return { projection, blocks: blocksOf[index], sparse: { blockOf, reader } };
  });
  // in a sweep axon by axon, the entry says from which neuron a message comes
  const tellsNeurons = chip.cores.some((core) => sweepsEach(core, blocks));
  const routes = buildRoutes(topology, blocks, ways, tellsNeurons);
  const { multicast, vcBufferFlits } = chip.noc;
  for (const { flits, slice } of somaSlices.flat())
    if (multicast === "tree" && flits > vcBufferFlits && branches(slice, routes)) checkCopied(flits, vcBufferFlits);
  const usedCores = placement.usedCores.map((id) => chip.cores[id]);
  return {
    usedCores,
    leastBarrierCycles: leastBarrier(usedCores, topology, precision),
    somaSlices,
    blocks,
    links: linksOf(chip, somaSlices, routes),
    ...axonsOf(chip, routes, blocks, topology.populations.length),
    ...routes,
  };
}
