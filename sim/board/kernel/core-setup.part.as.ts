/** Builds the records of cores, slices and blocks, one per call of the host; the host's handle is the record's address. */

import { Convolution } from "../../../base/kernel/convolution.part.as";
import { behind, inRow, isBefore, isNone, nextInRow, strideOf, Table } from "../../../base/kernel/views.part.as";
import { reserve } from "../../noc/kernel/noc-setup.part.as";
import { Axon, Chunks, Crossing, Entrance, Finder, Intake, KernelRows, Links, Prefetch, Scan } from "./core-extras.part.as";
import { planAll } from "./core-plan.part.as";
import { Batch, Block, blocks, Core, coreCount, cores, NO_TREE, Rereads, Slice, Step, setEvents, setRecords } from "./core-records.part.as";
import { Counters } from "./counter-columns.part.as";

/** Counters of the cores that hold neurons, in the host's table of all cores. */
let allCounters: Counters = changetype<Counters>(0);

/** Array of zeroed records. */
@inline
function row<Record>(count: i32): Record {
  return changetype<Record>(reserve(<i32>strideOf<Record>() * max(1, count)));
}

/** Table of `count` zeroed elements. */
@inline
function table<Value>(count: i32): Table<Value> {
  return changetype<Table<Value>>(reserve(max(8, count << (<i32>alignof<Value>()))));
}

/** Least power of two that is at least `n`. */
function powerOfTwo(n: i32): i32 {
  return n <= 1 ? 1 : 1 << (32 - clz(n - 1));
}

/** Words per population in the table of steps. */
export const STEP_WORDS: usize = strideOf<Step>() / 4;

/**
 * Allocates all records. `counters`: [chip cores][CORE_COUNTERS]; `events`: one word per event; `steps`: [populations][STEP_WORDS], which the host fills in
 * every wave; `trees`: 1 if the network copies packets.
 */
export function createCores(coreCount: i32, blockCount: i32, counters: Counters, events: Table<u32>, steps: Step, trees: i32): void {
  setRecords(row<Core>(coreCount), coreCount, row<Block>(blockCount), blockCount, steps);
  setEvents(events, trees != 0);
  allCounters = counters;
}

/** Adds the core at `position` among those that hold neurons. Returns its handle. */
export function addCore(
  position: i32,
  id: i32,
  slices: i32,
  inputDepth: i32,
  outputDepth: i32,
  overheadCycles: i32,
  weightCycles: i32,
  drainCycles: i32,
  banks: i32,
  accessCycles: i32,
  units: i32,
  intervalCycles: i32,
  finishCycles: i32,
  updatesTouched: i32,
): Core {
  const core = inRow(cores, position);
  // at most one batch is requested per cycle, and if the ring is full the request waits until the oldest batch has left
  const ring = powerOfTwo(finishCycles + 4);
  const queue = powerOfTwo(inputDepth + 1);
  core.position = position;
  core.id = id;
  core.counters = behind(allCounters, id);
  core.messages = table<u32>(queue);
  core.messageMask = queue - 1;
  core.queueDepth = inputDepth;
  core.outputDepth = outputDepth;
  core.overheadCycles = overheadCycles;
  core.weightCycles = weightCycles;
  core.drainCycles = drainCycles;
  core.bankFree = table<i64>(banks);
  core.banks = banks;
  core.accessCycles = accessCycles;
  core.units = units;
  core.intervalCycles = intervalCycles;
  core.finishCycles = finishCycles;
  core.updatesTouched = updatesTouched != 0;
  core.batches = row<Batch>(ring);
  core.batchMask = ring - 1;
  core.slices = row<Slice>(slices);
  core.slicesEnd = inRow(core.slices, slices);
  return core;
}

/** Sets the first tick of a core with ticks of its own. */
export function placePhase(core: Core, cycle: f64): void {
  core.phase = <i64>cycle;
}

/** Makes the core not plain. A full queue loses arriving messages (`drops`), or also stops its soma (`freezes`), or does neither. */
export function takeInSpecially(core: Core, drops: i32, freezes: i32, isAfterPop: i32, visibilityCycles: i32): void {
  const intake = row<Intake>(1);
  intake.drops = drops != 0;
  intake.freezes = freezes != 0;
  intake.isAfterPop = isAfterPop != 0;
  intake.visibilityCycles = visibilityCycles;
  intake.visibleAt = table<i64>(core.messageMask + 1);
  core.intake = intake;
  core.isSpecial = true;
}

/** Gives a core that is not plain a buffer for rows in DRAM of waiting messages; `bits`: whole bursts. */
export function prefetchInto(core: Core, bits: f64): void {
  const prefetch = row<Prefetch>(1);
  prefetch.bufferBits = <i64>bits;
  prefetch.bits = table<i64>(core.messageMask + 1);
  prefetch.begunAt = table<i64>(core.messageMask + 1);
  core.prefetch = prefetch;
}

/** Makes the core, which is not plain, the port. */
export function enterFrom(core: Core, latencyCycles: f64): void {
  core.entrance = row<Entrance>(1);
  core.entrance.latencyCycles = <i64>latencyCycles;
}

/**
 * Makes a core that is not plain, or the port, wait for its sources. `waves`: number of waves whose messages can be in progress; `ends`: ids of cores and the
 * port.
 */
export function waitForSources(core: Core, neighbours: i32, flits: i32, waves: i32, ends: i32): void {
  const links = row<Links>(1);
  links.count = neighbours;
  links.flits = flits;
  links.ids = table<i32>(neighbours);
  links.kinds = table<u32>(neighbours);
  links.sent = table<u32>(neighbours);
  links.placeOf = table<i32>(ends);
  links.heard = table<i32>(waves);
  links.freed = table<i32>(waves);
  links.missing = table<i32>(waves);
  core.links = links;
}

/** Packets of the slice, which is behind the port, cross the host link in `cycles`. */
export function passLink(slice: Slice, cycles: f64, bits: f64): void {
  slice.crossing = row<Crossing>(1);
  slice.crossing.cycles = <i64>cycles;
  slice.crossing.bits = <i64>bits;
}

/** Gives a core that is not plain a scan of its spike vector. Lane time, groups and words are those of the rows of all axons that a sweep reads. */
export function addScan(
  core: Core,
  isDense: i32,
  lookCycles: f64,
  setBitCycles: i32,
  axons: i32,
  laneCycles: f64,
  groups: f64,
  words: f64,
): void {
  const scan = row<Scan>(1);
  scan.isDense = isDense != 0;
  scan.lookCycles = <i64>lookCycles;
  scan.setBitCycles = setBitCycles;
  scan.axonCount = axons;
  scan.laneCycles = <i64>laneCycles;
  scan.groups = <i64>groups;
  scan.words = <i64>words;
  scan.gathered = table<u32>(axons);
  core.scan = scan;
}

/** Adds axon `i` of a core that sweeps axon by axon. */
export function addAxon(core: Core, i: i32, groups: i32, laneCycles: f64, dramBits: f64): void {
  const scan = core.scan;
  if (isNone(scan.axons)) scan.axons = row<Axon>(scan.axonCount);
  const axon = inRow(scan.axons, i);
  axon.groups = groups;
  axon.cycles = <i64>laneCycles;
  axon.dramBits = <i64>dramBits;
}

/** Adds slice `i` of a core. `routes`, `lastRoutes`: routes of its population in all steps but the last, and in the last. Returns its handle. */
export function addSlice(
  core: Core,
  i: i32,
  population: i32,
  firstNeuron: i32,
  neurons: i32,
  flits: i32,
  routes: Table<i32>,
  lastRoutes: Table<i32>,
  requantises: i32,
  multiplies: i32,
  additions: i32,
  lutReads: i32,
): Slice {
  const slice = inRow(core.slices, i);
  slice.population = population;
  slice.firstNeuron = firstNeuron;
  slice.neurons = neurons;
  slice.flits = flits;
  slice.routes = routes;
  slice.lastRoutes = lastRoutes;
  slice.requantises = requantises;
  slice.multiplies = multiplies;
  slice.additions = additions;
  slice.lutReads = lutReads;
  slice.trees = table<u32>(2);
  return slice;
}

export function placeStates(slice: Slice, base: i32, itemsPerWord: i32, wordsPerItem: i32): void {
  slice.stateBase = base;
  slice.stateItems = itemsPerWord;
  slice.stateWords = wordsPerItem;
}

export function placeAccumulators(
  slice: Slice,
  base: i32,
  perNeuron: i32,
  itemsPerWord: i32,
  wordsPerItem: i32,
  buffers: i32,
  bufferWords: i32,
): void {
  slice.accumulatorBase = base;
  slice.accumulators = perNeuron;
  slice.items = itemsPerWord;
  slice.words = wordsPerItem;
  slice.buffers = buffers;
  slice.bufferWords = bufferWords;
}

/** Neurons of the slice are updated only if touched; its accumulators have been placed before. */
export function trackTouched(slice: Slice, units: i32, chunkBits: i32, chunkCycles: i32, setBitCycles: i32): void {
  const neurons = slice.neurons;
  const batches = (neurons + units - 1) / units;
  const finder = row<Finder>(1);
  finder.chunkBits = chunkBits;
  finder.chunkCycles = chunkCycles;
  finder.setBitCycles = setBitCycles;
  finder.batchCycles = table<i32>(batches);
  slice.finder = finder;
  slice.plan = table<i32>(2 * batches);
  slice.ranges = table<i32>(4 * neurons);
  slice.now = table<u8>(neurons);
  slice.marks = table<u8>(neurons * slice.buffers);
  slice.order = table<i32>(neurons);
  slice.asksOnTime = true;
}

/** Puts the slice's states into DRAM, in chunks; bits in whole bursts. */
export function keepStatesAway(core: Core, slice: Slice, chunkWords: i32, lastChunk: i32, chunkBits: f64, lastChunkBits: f64): void {
  const chunks = row<Chunks>(1);
  chunks.chunkWords = chunkWords;
  chunks.lastChunk = lastChunk;
  chunks.chunkBits = <i64>chunkBits;
  chunks.lastChunkBits = <i64>lastChunkBits;
  chunks.batchBits = table<i64>((slice.neurons + core.units - 1) / core.units);
  slice.chunks = chunks;
  core.fetchesStates = true;
}

/** Spikes of the slice keep no tree: in all steps but the last (`isLast` 0), or in the last (1). */
export function forgoTrees(slice: Slice, isLast: i32): void {
  slice.trees[isLast] = NO_TREE;
}

/** Adds a block of synapses. `targets`: target neuron of each synapse, 0 if dense; `dramWordBits`: 0 if the rows are on the chip. Returns its handle. */
export function addBlock(
  i: i32,
  core: Core,
  slice: Slice,
  targets: Table<i32>,
  dramWordBits: i32,
  delayWaves: i32,
  weights: i32,
  groupItems: i32,
  beatCycles: i32,
  synapseItems: i32,
  synapseWords: i32,
  rowItems: i32,
  rowGroups: i32,
  rowWords: i32,
  rowReads: i32,
  rowCycles: f64,
): Block {
  const block = inRow(blocks, i);
  block.core = core;
  block.slice = slice;
  block.targets = targets;
  block.dramWordBits = dramWordBits;
  block.delayWaves = delayWaves;
  block.weights = weights;
  block.groupItems = groupItems;
  block.beatCycles = beatCycles;
  block.synapseItems = synapseItems;
  block.synapseWords = synapseWords;
  block.rowItems = rowItems;
  block.rowGroups = rowGroups;
  block.rowWords = rowWords;
  block.rowReads = rowReads;
  block.rowCycles = <i64>rowCycles;
  return block;
}

/** Makes the block's weights those of a kernel. `rowStart` [sources + 1]; `targets` and `words` have room for the longest row. */
export function shareKernel(
  block: Block,
  convolution: Convolution,
  rowStart: Table<u32>,
  sources: i32,
  targets: Table<i32>,
  words: Table<i32>,
  banks: i32,
): void {
  const kernel = row<KernelRows>(1);
  kernel.convolution = convolution;
  kernel.rowStart = rowStart;
  kernel.sources = sources;
  kernel.itemsPerWord = block.synapseItems;
  kernel.targets = targets;
  kernel.words = words;
  kernel.banks = banks;
  block.kernel = kernel;
  block.targets = targets;
}

/** An address generator finds the block's weights. */
export function generateAddresses(block: Block): void {
  block.generates = true;
}

/** Rows of a block that is not dense have `words` words of targets in front of their weights, or a first group `cycles` later. */
export function decodeRows(block: Block, words: i32, cycles: i32): void {
  block.codeWords = words;
  block.codeCycles = cycles;
}

/** Whether words of each memory are accessed again for each group of a block's rows. */
export function refetch(block: Block, weights: i32, states: i32): void {
  block.refetchesWeights = weights != 0;
  block.refetchesStates = states != 0;
}

/** The core reads words of its memories again during stalls. */
export function rereadInStalls(core: Core, weights: i32, states: i32): void {
  core.rereads = row<Rereads>(1);
  core.rereads.weights = weights != 0;
  core.rereads.states = states != 0;
}

/** Words that an undisturbed dense row of a block reads again. */
export function rereadRows(block: Block, weights: f64, states: f64): void {
  block.rowWeightRereads = <i64>weights;
  block.rowStateRereads = <i64>states;
}

/** Plans the slices whose updates are the same in every wave; everything has been added before. */
export function planCores(): void {
  for (let core = cores, i = 0; i < coreCount; i++, core = nextInRow(core)) {
    for (let slice = core.slices; isBefore(slice, core.slicesEnd); slice = nextInRow(slice)) {
      if (isNone(slice.now)) planAll(slice, core.units);
      if (core.fetchesStates) slice.asksOnTime = true;
    }
  }
}

/** Step of a slice in the next wave, if the host sets steps slice by slice (`setOwnSteps`). */
export function setSliceStep(slice: Slice, isActive: i32, isFirst: i32, isLast: i32, event: i32, eventEnd: i32): void {
  slice.isActive = isActive != 0;
  slice.isFirst = isFirst != 0;
  slice.isLast = isLast != 0;
  slice.event = event;
  slice.eventEnd = eventEnd;
}
