/**
 * A placed network as flat tables that the cores run from: where each neuron's spikes go, and what a spike does when it arrives.
 *
 * route: the destination list of a neuron; entry: one destination core of a route; segment: one projection's row (or part of a sparse row) at that core.
 * Neurons of a population with dense projections only share one route. Each neuron has two routes: one for all steps but an utterance's last,
 * one for the last (recurrent projections left out: there is no next step).
 * Not modelled: the router's and the axon tables' own memories; their look-up is `event_overhead_cycles`.
 */
import type { Chip, Core, Precision, Projection } from "../../arch/index.js";
import {
  accumulatorBuffers,
  delayWaves,
  type Packing,
  packedWords,
  packing,
  rowsOf,
  stateRegions,
  synapseItemBits,
} from "../mapping/layout.js";
import type { Placement, Slice } from "../mapping/placement.js";

/** A slice as its soma sees it: neurons, and words of the state memory. */
export interface SomaSlice {
  readonly slice: Slice;
  readonly hasInputs: boolean;
  readonly states: Packing;
  readonly accumulators: Packing;
  readonly accumulatorsPerNeuron: number;
  readonly stateBase: number;
  readonly accumulatorBase: number;
  /** Words of one accumulator buffer. */
  readonly accumulatorWords: number;
  readonly buffers: number;
  readonly multiplies: number;
  readonly additions: number;
  readonly lutReads: number;
  /** Flits of a spike packet of this population. */
  readonly flits: number;
}

/** One projection's rows inside one slice. An item is a weight (dense) or a target neuron with all its weights (sparse). */
export interface Block {
  readonly target: SomaSlice;
  /** Position of `target` among its core's slices. */
  readonly targetIndex: number;
  readonly projection: number;
  readonly delayWaves: number;
  /** Weights of an item. */
  readonly weightsPerItem: number;
  /** Items of a dense row; 0 for sparse. */
  readonly rowItems: number;
  readonly synapse: Packing;
  /** Items the datapath takes at once: what lanes, synapse words and (dense) accumulator words allow. */
  readonly groupItems: number;
  /** Least cycles between two groups, by lanes and synapse banks. */
  readonly beatCycles: number;
  /** Dense rows, state memory free: groups, cycles, words of the synapse memory, words of the state memory. */
  readonly rowGroups: number;
  readonly rowCycles: number;
  readonly rowSynapseWords: number;
  readonly rowStateWords: number;
  /** Target of item k of the projection, as a neuron of the population; null: dense. */
  readonly sparseTargets: Uint32Array | null;
}

export interface Program {
  readonly usedCores: readonly Core[];
  /** By core id. */
  readonly somaSlices: readonly (readonly SomaSlice[])[];
  readonly blocks: readonly Block[];
  /** First global neuron of each population. */
  readonly populationStart: Uint32Array;
  /** Route of each global neuron: [0] all steps but the last, [1] the last step of an utterance. */
  readonly routeOf: readonly [Uint32Array, Uint32Array];
  /** [routes + 1] */
  readonly entryStart: Uint32Array;
  /** [entries] core ids, ascending inside a route. */
  readonly entryCore: Uint32Array;
  /** [entries] synaptic operations of a message, and words it reads from the synapse memory. */
  readonly entryOperations: Uint32Array;
  readonly entryReads: Uint32Array;
  /** [entries + 1] */
  readonly segmentStart: Uint32Array;
  readonly segmentBlock: Uint32Array;
  /** Sparse: items `from .. to - 1` of the projection. Dense: 0 and 0. */
  readonly segmentFrom: Uint32Array;
  readonly segmentTo: Uint32Array;
}

/** Items a beat of a memory brings: whole words from all banks, at least one item; no bound where items take no memory. */
function itemsPerBeat(p: Packing, banks: number): number {
  if (p.wordsPerItem === 0) return Number.POSITIVE_INFINITY;
  return p.wordsPerItem > 1 ? Math.max(1, Math.floor(banks / p.wordsPerItem)) : p.itemsPerWord * banks;
}

/** First and last word that items `from .. to - 1` newly touch, given that the words of items before `from` are at hand. */
export function newWords(p: Packing, from: number, to: number): { first: number; last: number } {
  if (p.wordsPerItem > 1) return { first: from * p.wordsPerItem, last: to * p.wordsPerItem - 1 };
  return { first: Math.ceil(from / p.itemsPerWord), last: Math.floor((to - 1) / p.itemsPerWord) };
}

function buildBlock(
  core: Core,
  target: SomaSlice,
  targetIndex: number,
  placement: Placement,
  index: number,
  precision: Precision,
  targets: Uint32Array | null,
): Block {
  const { topology } = placement;
  const projection = topology.projections[index];
  const accumulators = target.accumulatorsPerNeuron;
  const synapse = packing(synapseItemBits(topology, projection, precision, target.slice.neurons), core.synapseMemory.wordBits);
  const supply = itemsPerBeat(synapse, core.synapseMemory.banks);
  const weightsPerItem = targets === null ? 1 : accumulators;
  const laneItems = Math.max(1, Math.floor(core.lanes / weightsPerItem));
  const state = itemsPerBeat(target.accumulators, core.stateMemory.banks);
  const groupItems = targets === null ? Math.min(laneItems, supply, state) : Math.min(laneItems, supply);
  const laneBeat = Math.ceil(weightsPerItem / core.lanes);
  const supplyBeat = synapse.wordsPerItem > 1 ? Math.ceil((groupItems * synapse.wordsPerItem) / core.synapseMemory.banks) : 1;
  const beatCycles = Math.max(laneBeat, supplyBeat);
  const rowItems = targets === null ? target.slice.neurons * accumulators : 0;
  const access = core.stateMemory.ports === "1rw" ? 2 : 1;
  let rowCycles = 0;
  for (let from = 0; from < rowItems; from += groupItems) {
    const { first, last } = newWords(target.accumulators, from, Math.min(from + groupItems, rowItems));
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
    rowStateWords: packedWords(rowItems, target.accumulators),
    sparseTargets: targets,
  };
}

/** Targets with every row ascending: a copy only where some row is not. */
function ascendingRows(projection: Projection): Uint32Array | null {
  if (projection.sparse === null) return null;
  const { rowStart, targets } = projection.sparse;
  let sorted = targets;
  for (let i = 0; i + 1 < rowStart.length; i++) {
    for (let k = rowStart[i] + 1; k < rowStart[i + 1]; k++) {
      if (sorted[k - 1] <= sorted[k]) continue;
      if (sorted === targets) sorted = targets.slice();
      sorted.subarray(rowStart[i], rowStart[i + 1]).sort();
      break;
    }
  }
  return sorted;
}

/** Builds the tables. `placement` is a checked one. */
export function buildProgram(chip: Chip, placement: Placement, precision: Precision): Program {
  const { topology } = placement;
  const somaSlices: SomaSlice[][] = chip.cores.map(() => []);
  const stateTop = new Float64Array(chip.cores.length);
  for (const slice of placement.slices) {
    const population = topology.populations[slice.population];
    const core = chip.cores[slice.core];
    const regions = stateRegions(topology, precision, core.stateMemory.wordBits, slice.population, slice.neurons);
    somaSlices[slice.core].push({
      slice,
      hasInputs: topology.projections.some((projection) => projection.target === slice.population),
      states: regions.states,
      accumulators: regions.accumulators,
      accumulatorsPerNeuron: population.accumulators,
      stateBase: stateTop[slice.core],
      accumulatorBase: stateTop[slice.core] + regions.stateWords,
      accumulatorWords: regions.accumulatorWords,
      buffers: accumulatorBuffers(topology, slice.population),
      multiplies: population.update.multiplies,
      additions: population.update.additions,
      lutReads: population.update.lutReads,
      flits: Math.ceil((chip.noc.headerBits + population.payloadBits) / chip.noc.flitWidthBits),
    });
    stateTop[slice.core] += regions.totalWords;
  }

  const blocks: Block[] = [];
  /** By projection: its blocks, in the order of placement.slices (cores ascending). */
  const blocksOf: { block: number; slice: Slice }[][] = topology.projections.map(() => []);
  const sortedTargets = topology.projections.map(ascendingRows);
  for (const core of chip.cores) {
    somaSlices[core.id].forEach((target, targetIndex) => {
      topology.projections.forEach((projection, index) => {
        if (projection.target !== target.slice.population) return;
        blocksOf[index].push({ block: blocks.length, slice: target.slice });
        blocks.push(buildBlock(core, target, targetIndex, placement, index, precision, sortedTargets[index]));
      });
    });
  }
  /** By projection: the block of each target neuron (sparse only). */
  const blockOfTarget = topology.projections.map((projection, index) => {
    if (projection.sparse === null) return null;
    const of = new Int32Array(topology.populations[projection.target].neurons);
    for (const { block, slice } of blocksOf[index]) of.fill(block, slice.firstNeuron, slice.firstNeuron + slice.neurons);
    return of;
  });

  const populationStart = new Uint32Array(topology.populations.length);
  let neurons = 0;
  topology.populations.forEach((population, i) => {
    populationStart[i] = neurons;
    neurons += population.neurons;
  });
  const routeOf: [Uint32Array, Uint32Array] = [new Uint32Array(neurons), new Uint32Array(neurons)];
  const entryStart: number[] = [0];
  const entryCore: number[] = [];
  const segmentStart: number[] = [0];
  const segmentBlock: number[] = [];
  const segmentFrom: number[] = [];
  const segmentTo: number[] = [];

  /** Appends a route; `segments` as [block, from, to]. */
  const addRoute = (segments: [number, number, number][]): number => {
    const coreOf = (block: number): number => blocks[block].target.slice.core;
    segments.sort((a, b) => coreOf(a[0]) - coreOf(b[0]) || a[0] - b[0] || a[1] - b[1]);
    for (const [block, from, to] of segments) {
      const core = coreOf(block);
      const entries = entryCore.length;
      if (entries === entryStart[entryStart.length - 1] || entryCore[entries - 1] !== core) {
        entryCore.push(core);
        segmentStart.push(segmentBlock.length);
      }
      segmentBlock.push(block);
      segmentFrom.push(from);
      segmentTo.push(to);
      segmentStart[entryCore.length] = segmentBlock.length;
    }
    entryStart.push(entryCore.length);
    return entryStart.length - 2;
  };

  topology.populations.forEach((population, p) => {
    const outgoing = topology.projections.map((projection, index) => ({ projection, index })).filter((o) => o.projection.source === p);
    for (const last of [0, 1] as const) {
      const used = outgoing.filter((o) => last === 0 || !o.projection.recurrent);
      const wholeRow = (index: number): [number, number, number][] => blocksOf[index].map(({ block }) => [block, 0, 0]);
      const alike = ({ projection }: (typeof used)[number]): boolean =>
        projection.sparse === null && rowsOf(topology, projection).count === population.neurons;
      if (used.every(alike)) {
        const route = addRoute(used.flatMap(({ index }) => wholeRow(index)));
        routeOf[last].fill(route, populationStart[p], populationStart[p] + population.neurons);
        continue;
      }
      for (let i = 0; i < population.neurons; i++) {
        const segments: [number, number, number][] = [];
        for (const { projection, index } of used) {
          const rows = rowsOf(topology, projection);
          if (i < rows.first || i >= rows.first + rows.count) continue;
          if (projection.sparse === null) {
            segments.push(...wholeRow(index));
            continue;
          }
          const of = blockOfTarget[index] as Int32Array;
          const targets = sortedTargets[index] as Uint32Array;
          const end = projection.sparse.rowStart[i + 1];
          for (let k = projection.sparse.rowStart[i]; k < end; ) {
            const block = of[targets[k]];
            const from = k;
            while (k < end && of[targets[k]] === block) k++;
            segments.push([block, from, k]);
          }
        }
        routeOf[last][populationStart[p] + i] = addRoute(segments);
      }
    }
  });
  const entryOperations = new Uint32Array(entryCore.length);
  const entryReads = new Uint32Array(entryCore.length);
  for (let entry = 0; entry < entryCore.length; entry++) {
    for (let s = segmentStart[entry]; s < segmentStart[entry + 1]; s++) {
      const block = blocks[segmentBlock[s]];
      const items = block.sparseTargets === null ? block.rowItems : segmentTo[s] - segmentFrom[s];
      entryOperations[entry] += items * block.weightsPerItem;
      entryReads[entry] += packedWords(items, block.synapse);
    }
  }
  return {
    entryOperations,
    entryReads,
    usedCores: placement.usedCores.map((id) => chip.cores[id]),
    somaSlices,
    blocks,
    populationStart,
    routeOf,
    entryStart: Uint32Array.from(entryStart),
    entryCore: Uint32Array.from(entryCore),
    segmentStart: Uint32Array.from(segmentStart),
    segmentBlock: Uint32Array.from(segmentBlock),
    segmentFrom: Uint32Array.from(segmentFrom),
    segmentTo: Uint32Array.from(segmentTo),
  };
}
