/**
 * Lays out a program in the memory of the compiled board: copies its tables, and adds cores, slices and blocks by
 * calls.
 *
 * The tables of routes take as much memory as in routes.ts. Each synapse that is written down adds 4 bytes for its
 * target.
 */

import {
  type Chip,
  type Core,
  coresPerRouter,
  hasOwnWaves,
  isHardTick,
  isPlainIntake,
  portEnd,
  type SpikeTrace,
} from "../../arch/index.js";
import { MIB } from "../../base/bytes.js";
import { entry } from "../../base/entry.js";
import type { WasmMemory } from "../../base/wasm.js";
import { CORE_COUNTERS } from "../counters.js";
import type { Axons, Program } from "../program/index.js";
import {
  type Block,
  creditsPerCycle,
  KernelItems,
  newWords,
  prefetchBits,
  rowReads,
  type SomaSlice,
  wordsAround,
} from "../program/index.js";
import { addLinks } from "./link-tables.js";
import { addPort } from "./port-tables.js";
import { RowTables } from "./row-tables.js";
import type { Handle, TableKernel } from "./table-kernel.js";

class Writer {
  constructor(
    readonly memory: WasmMemory,
    readonly kernel: TableKernel,
  ) {}

  reserve(bytes: number): number {
    return this.kernel.reserve(Math.max(8, bytes));
  }

  /** Copies a table; returns its address. */
  table(data: Uint16Array | Uint32Array | Int32Array | Uint8Array): number {
    const at = this.reserve(data.byteLength);
    new Uint8Array(this.memory.buffer, at, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return at;
  }
}

/** Word of an event: 2 × neuron + 1 if the payload is not 1, else + 0. */
export function eventWord(neuron: number, payload: number): number {
  return 2 * neuron + (payload > 1 || payload < -1 ? 1 : 0);
}

function eventWords({ neuron, payload }: SpikeTrace): Uint32Array {
  const words = new Uint32Array(neuron.length);
  for (let e = 0; e < words.length; e++) words[e] = eventWord(neuron[e], payload[e]);
  return words;
}

function addSlice(
  kernel: TableKernel,
  at: Handle,
  i: number,
  soma: SomaSlice,
  core: Core,
  program: Program,
  routes: readonly [number, number],
): Handle {
  const { slice, states, accumulators } = soma;
  const first = 4 * program.populationStart[slice.population];
  const { population, firstNeuron, neurons } = slice;
  const { flits, requantises, multiplies, additions, lutReads } = soma;
  const [usual, last] = [routes[0] + first, routes[1] + first];
  const work = [requantises, multiplies, additions, lutReads] as const;
  const added = kernel.addSlice(at, i, population, firstNeuron, neurons, flits, usual, last, ...work);
  kernel.placeStates(added, soma.stateBase, states.itemsPerWord, states.wordsPerItem);
  kernel.placeAccumulators(
    added,
    soma.accumulatorBase,
    soma.accumulatorsPerNeuron,
    accumulators.itemsPerWord,
    accumulators.wordsPerItem,
    soma.buffers,
    soma.accumulatorWords,
  );
  const { chunkBits, cyclesPerChunk, cyclesPerSetBit } = core.scan;
  if (soma.findsTouched) kernel.trackTouched(added, core.neuronUpdate.units, chunkBits, cyclesPerChunk, cyclesPerSetBit);
  if (soma.dramStates !== null) {
    const { chunkWords, lastChunk, chunkBits, lastChunkBits } = soma.dramStates;
    kernel.keepStatesAway(at, added, chunkWords, lastChunk, chunkBits, lastChunkBits);
  }
  return added;
}

/** Multicast trees that would take more memory than this are built anew for every spike. */
const TREE_BYTES = 64 * MIB;

/**
 * Reserves memory for the multicast trees of slices whose neurons share a route, as in dense projections. A tree takes
 * 16 bytes per router and 12 per destination, once for all steps but the last and once for the last.
 */
function writeTrees(
  to: Writer,
  sliceAt: ReadonlyMap<SomaSlice, Handle>,
  { populationStart, routeOf, entryStart }: Program,
  routers: number,
): void {
  let bytes = 0;
  let most = 0;
  const forgone: [slice: Handle, isLast: number][] = [];
  for (const [soma, at] of sliceAt) {
    const first = populationStart[soma.slice.population] + soma.slice.firstNeuron;
    routeOf.forEach((routes, isLast) => {
      const route = routes[first];
      if (!routes.subarray(first, first + soma.slice.neurons).every((other) => other === route)) {
        forgone.push([at, isLast]);
        return;
      }
      const destinations = entryStart[route + 1] - entryStart[route];
      bytes += 4 + 16 * routers + 12 * destinations;
      most = Math.max(most, destinations);
    });
  }
  if (bytes > TREE_BYTES) {
    for (const at of sliceAt.values()) for (const isLast of [0, 1]) to.kernel.forgoTrees(at, isLast);
    return;
  }
  for (const [at, isLast] of forgone) to.kernel.forgoTrees(at, isLast);
  const [trees, scratch] = [to.reserve(bytes), to.reserve(16 * most)];
  to.kernel.keepTrees(trees, scratch, most);
}

/** Words of both memories that an undisturbed dense row reads again while it waits. */
function rowRereads(block: Block, { synapseMemory, stateMemory }: Core): { readonly weights: number; readonly states: number } {
  const { rowItems, groupItems, beatCycles, synapse, target, refetches, isSpilled } = block;
  const access = stateMemory.ports === "1rw" ? 2 : 1;
  let [weights, states] = [0, 0];
  for (let from = 0; from < rowItems; from += groupItems) {
    const to = Math.min(from + groupItems, rowItems);
    const { first, last } = newWords(target.accumulators, from, to, refetches.state);
    const words = Math.max(0, last - first + 1);
    const waits = Math.max(0, Math.ceil(words / stateMemory.banks) * access - beatCycles);
    if (synapseMemory.rereadsInStalls && !isSpilled) weights += waits * wordsAround(synapse, from, to);
    if (stateMemory.rereadsInStalls) states += waits * words;
  }
  return { weights, states };
}

function addBlock(kernel: TableKernel, i: number, block: Block, on: Core, [core, slice]: readonly [Handle, Handle], rows: RowTables): void {
  const { delayWaves, weightsPerItem, groupItems, beatCycles, synapse, rowItems, rowGroups, rowStateWords, rowCycles, refetches } = block;
  const dramWordBits = block.isSpilled ? block.wordBits : 0;
  const datapath = [delayWaves, weightsPerItem, groupItems, beatCycles, synapse.itemsPerWord, synapse.wordsPerItem] as const;
  // a sweep reads the rows of all axons, with spikes or without
  const reads = on.scan.policy === "dense" || block.items !== null ? 0 : rowReads(block, 0, rowItems);
  const row = [rowItems, rowGroups, rowStateWords, reads, rowCycles] as const;
  const added = kernel.addBlock(i, core, slice, rows.targetsOf(block.items), dramWordBits, ...datapath, ...row);
  if (block.code.cycles > 0) kernel.decodeRows(added, block.code.words, block.code.cycles);
  if (block.generates) kernel.generateAddresses(added);
  if (refetches.synapse || refetches.state) kernel.refetch(added, refetches.synapse ? 1 : 0, refetches.state ? 1 : 0);
  if (block.items instanceof KernelItems) kernel.shareKernel(added, ...rows.kernelOf(block.items, on.id), on.synapseMemory.banks);
  if (!rereads(on)) return;
  const { weights, states } = rowRereads(block, on);
  kernel.rereadRows(added, weights, states);
}

const rereads = ({ synapseMemory, stateMemory }: Core): boolean => synapseMemory.rereadsInStalls || stateMemory.rereadsInStalls;

const hasRowsAway = ({ id }: Core, { blocks }: Pick<Program, "blocks">): boolean =>
  blocks.some(({ isSpilled, target }) => isSpilled && target.slice.core === id);

/** Whether a core needs more than the kernel's short path per cycle. */
const isSpecial = (core: Core, { somaSlices, blocks, links }: Program): boolean =>
  links.length > 0 ||
  !isPlainIntake(core.intake) ||
  core.scan.policy !== "event" ||
  rereads(core) ||
  somaSlices[core.id].some(({ dramStates }) => dramStates !== null) ||
  hasRowsAway(core, { blocks });

/** Kernel of a chip that nobody observes: plain if the short path serves all cores. */
export function kernelOf(chip: Chip, program: Program): string {
  const isPlain = chip.port === null && !hasOwnWaves(chip) && !program.usedCores.some((core) => isSpecial(core, program));
  return isPlain ? "plain-chip-kernel" : "chip-kernel";
}

/** `bufferBits`: of the buffer for rows in DRAM of waiting messages; 0: there is none. */
function addCore(kernel: TableKernel, core: Core, position: number, program: Program, bufferBits: number): Handle {
  const slices = program.somaSlices[core.id];
  const { stateMemory, synapseMemory, neuronUpdate, inputQueue, outputQueue, intake } = core;
  const added = kernel.addCore(
    position,
    core.id,
    slices.length,
    inputQueue.depth,
    outputQueue.depth,
    core.eventOverheadCycles,
    synapseMemory.readLatencyCycles,
    stateMemory.readLatencyCycles + core.accumulateDepthCycles - 1,
    stateMemory.banks,
    stateMemory.ports === "1rw" ? 2 : 1,
    neuronUpdate.units,
    neuronUpdate.cyclesPerNeuron,
    stateMemory.readLatencyCycles + neuronUpdate.pipelineDepthCycles - 1,
    slices.some(({ findsTouched }) => findsTouched) ? 1 : 0,
  );
  if (rereads(core)) kernel.rereadInStalls(added, synapseMemory.rereadsInStalls ? 1 : 0, stateMemory.rereadsInStalls ? 1 : 0);
  if (isSpecial(core, program)) {
    const [drops, freezes, isAfterPop] = [intake.full === "drop", intake.full === "freeze", intake.fullJudged === "after-pop"].map(Number);
    kernel.takeInSpecially(added, drops, freezes, isAfterPop, intake.visibilityCycles);
  }
  if (core.scan.policy !== "event") addScan(kernel, added, core, program.axons[core.id]);
  else if (bufferBits > 0 && hasRowsAway(core, program)) kernel.prefetchInto(added, bufferBits);
  return added;
}

function addScan(kernel: TableKernel, at: Handle, { scan }: Core, axons: Axons): void {
  const { count, each, words } = axons;
  const isDense = scan.policy === "dense";
  const [look, setBit] = isDense ? [0, 0] : [Math.ceil(count / scan.chunkBits) * scan.cyclesPerChunk, scan.cyclesPerSetBit];
  const [laneCycles, groups, read] = isDense ? [axons.cycles, axons.groups, words.reduce((sum, of) => sum + of, 0)] : [0, 0, 0];
  kernel.addScan(at, isDense ? 1 : 0, look, setBit, count, laneCycles, groups, read);
  for (const [i, { groups: axonGroups, cycles, dramBits }] of each.entries()) kernel.addAxon(at, i, axonGroups, cycles, dramBits);
}

/** Address of a table of 16-bit numbers; 0 if its numbers are wider. The other function: the reverse. */
const narrowTable = (to: Writer, data: Uint16Array | Uint32Array): number => (data instanceof Uint16Array ? to.table(data) : 0);
const wideTable = (to: Writer, data: Uint16Array | Uint32Array): number => (data instanceof Uint16Array ? 0 : to.table(data));

/**
 * The tables of routes. If every entry has one segment, the kernel needs no table of their starts. If every segment
 * begins at the item where the one before ends, as in a sparse projection whose slices lie in order, one table gives
 * both starts and ends.
 */
function writeRoutes(to: Writer, { entryStart, entryCore, segmentStart, segmentBlock, segmentFrom, segmentTo, axonOf }: Program): void {
  const segments = segmentFrom.length;
  let chained = segments > 0;
  for (let s = 1; chained && s < segments; s++) chained = segmentFrom[s] === segmentTo[s - 1];
  const fromAt = to.reserve(4 * (segments + 1));
  new Uint32Array(to.memory.buffer, fromAt, segments).set(segmentFrom);
  if (chained) new Uint32Array(to.memory.buffer, fromAt + 4 * segments, 1)[0] = segmentTo[segments - 1];
  to.kernel.setRoutes(
    to.table(entryStart),
    narrowTable(to, entryCore),
    entryCore.length === segments ? 0 : to.table(segmentStart),
    narrowTable(to, segmentBlock),
    fromAt,
    chained ? fromAt + 4 : to.table(segmentTo),
  );
  to.kernel.setWideRoutes(wideTable(to, entryCore), wideTable(to, segmentBlock));
  to.kernel.setAxons(to.table(axonOf));
}

/** Addresses of a chip in the kernel's memory. */
export interface ChipLayout {
  /** Address of the f64 counters, [chip cores, then the port][CORE_COUNTERS]. */
  readonly counters: number;
  /** Address of one word per trace event. */
  readonly events: number;
  /**
   * Address of i32 [populations][STEP_WORDS]: active, first step, last step; the step's first event and the end of its
   * events.
   */
  readonly steps: number;
  readonly sliceAt: ReadonlyMap<SomaSlice, Handle>;
}

/** Events of a run: those of a trace, or room for the most that a run can have. */
export type BoardEvents = SpikeTrace | { readonly most: number };

/** Writes everything that does not change during a run. */
export function layOutChip(memory: WasmMemory, kernel: TableKernel, chip: Chip, program: Program, spikes: BoardEvents): ChipLayout {
  if (kernel.COUNTER_COLUMNS.value !== CORE_COUNTERS.length) throw new Error("the kernel counts other columns than CORE_COUNTERS");
  const to = new Writer(memory, kernel);
  const { usedCores, blocks, populationStart, somaSlices } = program;
  const routes: [number, number] = [to.table(program.routeOf[0]), to.table(program.routeOf[1])];
  writeRoutes(to, program);
  const counters = to.reserve(8 * CORE_COUNTERS.length * somaSlices.length);
  const trees = chip.noc.multicast === "tree" ? 1 : 0;
  const events = "most" in spikes ? to.reserve(4 * spikes.most) : to.table(eventWords(spikes));
  const steps = to.reserve(4 * kernel.STEP_WORDS.value * populationStart.length);
  kernel.createCores(usedCores.length + (chip.port === null ? 0 : 1), blocks.length, counters, events, steps, trees);
  const sliceAt = new Map<SomaSlice, Handle>();
  const coreAt = new Map<number, Handle>();
  usedCores.forEach((core, position) => {
    const slices = program.somaSlices[core.id];
    const at = addCore(kernel, core, position, program, chip.spill === null ? 0 : prefetchBits(chip.spill));
    if (isHardTick(chip.tick)) kernel.placePhase(at, Math.floor((core.id * chip.tick.spreadCycles) / chip.cores.length));
    coreAt.set(core.id, at);
    slices.forEach((soma, i) => void sliceAt.set(soma, addSlice(kernel, at, i, soma, core, program, routes)));
  });
  const port = addPort(kernel, chip.port, program, routes);
  for (const [soma, at] of port?.slices ?? []) sliceAt.set(soma, at);
  if (chip.sourcePace !== null) {
    const ends = new Map(port === null ? coreAt : [...coreAt, [portEnd(chip), port.at]]);
    addLinks(kernel, ends, program, chip.sourcePace, "most" in spikes ? spikes.most : spikes.neuron.length);
  }
  if (trees === 1) writeTrees(to, sliceAt, program, coresPerRouter(chip).length);
  const rows = new RowTables(to.table.bind(to), blocks);
  blocks.forEach((block, i) => {
    const { slice } = block.target;
    addBlock(kernel, i, block, chip.cores[slice.core], [entry(coreAt, slice.core), entry(sliceAt, block.target)], rows);
  });
  if (chip.spill !== null) {
    const { latencyCycles, burstBits, streamsRows } = chip.spill;
    kernel.setDram(creditsPerCycle(chip.spill), latencyCycles, burstBits, streamsRows === true ? 1 : 0);
  }
  kernel.planCores();
  kernel.createBoard();
  return { counters, events, steps, sliceAt };
}
