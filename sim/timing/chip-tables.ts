/**
 * A program laid out in the memory of the compiled board: the records of kernel/core-records.part.as.ts, whose offsets the kernel exports by name.
 *
 * Tables take what they take in routes.ts, and an item's target 4 bytes a synapse.
 */

import { type Chip, type Core, coresPerRouter, type SpikeTrace } from "../../arch/index.js";
import { MIB } from "../../base/bytes.js";
import { log2, powerOfTwo } from "../../base/math.js";
import { CORE_COUNTERS } from "../counters.js";
import type { WasmMemory } from "../functional/kernel-file.js";
import type { Block, SomaSlice } from "./blocks.js";
import type { Program } from "./program.js";

/** Fields that the host fills, and sizes of records. */
type FieldName =
  | "B_BEAT"
  | "B_CORE"
  | "B_DELAY"
  | "B_DRAM_WORD"
  | "B_GROUP"
  | "B_ROW_CYCLES"
  | "B_ROW_GROUPS"
  | "B_ROW_ITEMS"
  | "B_ROW_READS"
  | "B_ROW_WORDS"
  | "B_SLICE"
  | "B_SYNAPSE_ITEMS"
  | "B_SYNAPSE_WORDS"
  | "B_TARGETS"
  | "B_WEIGHTS"
  | "C_COUNTERS"
  | "C_ID"
  | "C_OUTPUT_DEPTH"
  | "C_POSITION"
  | "L_ACCUMULATORS"
  | "L_ADDITIONS"
  | "L_BASE"
  | "L_BUFFERS"
  | "L_BUFFER_WORDS"
  | "L_FIRST"
  | "L_FLITS"
  | "L_ITEMS"
  | "L_LAST_ROUTES"
  | "L_LUT_READS"
  | "L_MARKS"
  | "L_MULTIPLIES"
  | "L_NEURONS"
  | "L_NOW"
  | "L_ORDER"
  | "L_PLAN"
  | "L_POPULATION"
  | "L_RANGES"
  | "L_ROUTES"
  | "L_STATE_BASE"
  | "L_STATE_ITEMS"
  | "L_STATE_WORDS"
  | "L_TREES"
  | "L_WORDS"
  | "M_ACCESS"
  | "M_BANKS"
  | "M_FREE"
  | "Q_DEPTH"
  | "Q_MASK"
  | "Q_RING"
  | "S_INTERVAL"
  | "S_LATENCY"
  | "S_RING"
  | "S_RING_MASK"
  | "S_SLICES"
  | "S_SLICES_END"
  | "S_TOUCHED"
  | "S_UNITS"
  | "Y_DRAIN"
  | "Y_LATENCY"
  | "Y_OVERHEAD"
  | "BLOCK_SIZE"
  | "CORE_SIZE"
  | "POPULATION_SIZE"
  | "RING_SIZE"
  | "SLICE_SIZE";

/** What the tables need of the kernel: offsets and sizes, and where tables are. */
export interface TableKernel extends Readonly<Record<FieldName, { readonly value: number }>> {
  reserve(bytes: number): number;
  setRoutes(starts: number, cores: number, segments: number, block: number, from: number, to: number): void;
  setTables(blocks: number, many: number, events: number, populations: number, multicast: number): void;
  keepTrees(at: number, scratch: number, destinations: number): void;
  setDram(bitsPerCycle: number, latencyCycles: number, burstBits: number): void;
  setCores(records: number, count: number, scratch: number): void;
}

/** Where the host reads and writes during a run. */
export interface ChipTables {
  /** [chip cores][CORE_COUNTERS] f64 */
  readonly counters: number;
  /** [populations][8] i32 */
  readonly populations: number;
}

/** Least power of two that is at least `n`. */
function ringSize(n: number): number {
  return powerOfTwo(Math.ceil(log2(Math.max(1, n))));
}

class Writer {
  constructor(
    readonly memory: WasmMemory,
    readonly kernel: TableKernel,
  ) {}

  reserve(bytes: number): number {
    return this.kernel.reserve(Math.max(8, bytes));
  }

  /** Copies a table; returns its address. */
  table(data: Uint16Array | Uint32Array): number {
    const at = this.reserve(data.byteLength);
    new Uint8Array(this.memory.buffer, at, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return at;
  }

  /** Writes 32-bit fields of a record. */
  words(record: number, fields: Readonly<Partial<Record<FieldName, number>>>): void {
    const view = new DataView(this.memory.buffer);
    for (const [name, value] of Object.entries(fields)) view.setInt32(record + this.kernel[name as FieldName].value, value, true);
  }

  byte(record: number, name: FieldName, value: number): void {
    new DataView(this.memory.buffer).setUint8(record + this.kernel[name].value, value);
  }

  cycles(record: number, name: FieldName, value: number): void {
    new DataView(this.memory.buffer).setBigInt64(record + this.kernel[name].value, BigInt(value), true);
  }
}

/** 2 x neuron + (payload is no unit), an event each. */
function eventWords(trace: SpikeTrace): Uint32Array {
  const { neuron, payload } = trace;
  const words = new Uint32Array(neuron.length);
  for (let e = 0; e < words.length; e++) words[e] = 2 * neuron[e] + (payload[e] > 1 || payload[e] < -1 ? 1 : 0);
  return words;
}

function writeSlice(to: Writer, at: number, soma: SomaSlice, core: Core, program: Program, routes: readonly [number, number]): void {
  const { slice } = soma;
  const { units, policy } = core.neuronUpdate;
  const first = 4 * program.populationStart[slice.population];
  to.words(at, {
    L_FIRST: slice.firstNeuron,
    L_NEURONS: slice.neurons,
    L_POPULATION: slice.population,
    L_STATE_BASE: soma.stateBase,
    L_BASE: soma.accumulatorBase,
    L_BUFFER_WORDS: soma.accumulatorWords,
    L_BUFFERS: soma.buffers,
    L_ACCUMULATORS: soma.accumulatorsPerNeuron,
    L_STATE_ITEMS: soma.states.itemsPerWord,
    L_STATE_WORDS: soma.states.wordsPerItem,
    L_ITEMS: soma.accumulators.itemsPerWord,
    L_WORDS: soma.accumulators.wordsPerItem,
    L_FLITS: soma.flits,
    L_ROUTES: routes[0] + first,
    L_LAST_ROUTES: routes[1] + first,
    L_MULTIPLIES: soma.multiplies,
    L_ADDITIONS: soma.additions,
    L_LUT_READS: soma.lutReads,
  });
  if (policy !== "touched" || !soma.hasInputs) return;
  to.words(at, {
    L_PLAN: to.reserve(8 * Math.ceil(slice.neurons / units)),
    L_RANGES: to.reserve(16 * slice.neurons),
    L_NOW: to.reserve(slice.neurons),
    L_MARKS: to.reserve(slice.neurons * soma.buffers),
    L_ORDER: to.reserve(4 * slice.neurons),
  });
}

/** A slice keeps no tree. */
const NO_TREE = 1;
/** Trees that would take more than this are made again for every spike. */
const TREE_BYTES = 64 * MIB;

/**
 * Room for the multicast trees of slices whose neurons share a route, as those of dense projections do: 16 bytes a router and 12 a destination,
 * each for all steps but the last and for the last.
 */
function writeTrees(
  to: Writer,
  sliceAt: ReadonlyMap<SomaSlice, number>,
  { populationStart, routeOf, entryStart }: Program,
  routers: number,
): void {
  let bytes = 0;
  let most = 0;
  const shared = [...sliceAt].map(([soma, at]) => {
    const first = populationStart[soma.slice.population] + soma.slice.firstNeuron;
    return routeOf.map((routes, variant) => {
      const route = routes[first];
      if (!routes.subarray(first, first + soma.slice.neurons).every((other) => other === route)) return at + 4 * variant;
      const destinations = entryStart[route + 1] - entryStart[route];
      bytes += 4 + 16 * routers + 12 * destinations;
      most = Math.max(most, destinations);
      return 0;
    });
  });
  const view = new DataView(to.memory.buffer);
  if (bytes > TREE_BYTES) {
    for (const at of sliceAt.values()) for (const variant of [0, 4]) view.setUint32(at + to.kernel.L_TREES.value + variant, NO_TREE, true);
    return;
  }
  for (const at of shared.flat()) if (at !== 0) view.setUint32(at + to.kernel.L_TREES.value, NO_TREE, true);
  const [trees, scratch] = [to.reserve(bytes), to.reserve(16 * most)];
  to.kernel.keepTrees(trees, scratch, most);
}

function writeBlock(to: Writer, at: number, block: Block, core: number, slice: number, targets: number): void {
  to.words(at, {
    B_CORE: core,
    B_SLICE: slice,
    B_DELAY: block.delayWaves,
    B_WEIGHTS: block.weightsPerItem,
    B_ROW_ITEMS: block.rowItems,
    B_GROUP: block.groupItems,
    B_BEAT: block.beatCycles,
    B_ROW_GROUPS: block.rowGroups,
    B_ROW_WORDS: block.rowStateWords,
    B_TARGETS: targets,
    B_SYNAPSE_ITEMS: block.synapse.itemsPerWord,
    B_SYNAPSE_WORDS: block.synapse.wordsPerItem,
    B_ROW_READS: block.rowSynapseWords,
    B_DRAM_WORD: block.isSpilled ? block.wordBits : 0,
  });
  to.cycles(at, "B_ROW_CYCLES", block.rowCycles);
}

function writeCore(to: Writer, at: number, core: Core, position: number, slices: number, count: number, counters: number): void {
  const { stateMemory, synapseMemory, neuronUpdate, inputQueue, outputQueue } = core;
  const latency = stateMemory.readLatencyCycles + neuronUpdate.pipelineDepthCycles - 1;
  // a batch is asked for once a cycle at most, and one that has no place left waits until the oldest has gone
  const ring = ringSize(latency + 4);
  const queue = ringSize(inputQueue.depth + 1);
  to.words(at, {
    S_RING: to.reserve(to.kernel.RING_SIZE.value * ring),
    S_RING_MASK: ring - 1,
    S_INTERVAL: neuronUpdate.cyclesPerNeuron,
    S_LATENCY: latency,
    S_UNITS: neuronUpdate.units,
    S_SLICES: slices,
    S_SLICES_END: slices + count * to.kernel.SLICE_SIZE.value,
    Q_RING: to.reserve(4 * queue),
    Q_MASK: queue - 1,
    Q_DEPTH: inputQueue.depth,
    C_ID: core.id,
    Y_OVERHEAD: core.eventOverheadCycles,
    Y_LATENCY: synapseMemory.readLatencyCycles,
    Y_DRAIN: stateMemory.readLatencyCycles + core.accumulateDepthCycles - 1,
    M_FREE: to.reserve(8 * stateMemory.banks),
    M_BANKS: stateMemory.banks,
    M_ACCESS: stateMemory.ports === "1rw" ? 2 : 1,
    C_COUNTERS: counters + 8 * CORE_COUNTERS.length * core.id,
    C_POSITION: position,
    C_OUTPUT_DEPTH: outputQueue.depth,
  });
  to.byte(at, "S_TOUCHED", neuronUpdate.policy === "touched" ? 1 : 0);
}

/** Whether the compiled board has room for such tables. */
export function canLayOut(program: Program): boolean {
  return (
    program.entryCore instanceof Uint16Array &&
    program.segmentBlock instanceof Uint16Array &&
    program.usedCores.length > 0 &&
    program.somaSlices.flat().every(({ dramStates }) => dramStates === null)
  );
}

/**
 * The tables of routes. Where every entry has one segment, the kernel needs no table of their starts; where every segment begins at the item at
 * which the one before it ends, as in a sparse projection whose slices lie in order, one table tells both.
 */
function writeRoutes(to: Writer, { entryStart, entryCore, segmentStart, segmentBlock, segmentFrom, segmentTo }: Program): void {
  const segments = segmentFrom.length;
  let chained = segments > 0;
  for (let s = 1; chained && s < segments; s++) chained = segmentFrom[s] === segmentTo[s - 1];
  const fromAt = to.reserve(4 * (segments + 1));
  new Uint32Array(to.memory.buffer, fromAt, segments).set(segmentFrom);
  if (chained) new Uint32Array(to.memory.buffer, fromAt + 4 * segments, 1)[0] = segmentTo[segments - 1];
  to.kernel.setRoutes(
    to.table(entryStart),
    to.table(entryCore as Uint16Array),
    entryCore.length === segments ? 0 : to.table(segmentStart),
    to.table(segmentBlock as Uint16Array),
    fromAt,
    chained ? fromAt + 4 : to.table(segmentTo),
  );
}

/** Writes everything that does not change in a run. */
export function layOutChip(memory: WasmMemory, kernel: TableKernel, chip: Chip, program: Program, trace: SpikeTrace): ChipTables {
  const to = new Writer(memory, kernel);
  const [coreBytes, sliceBytes, blockBytes] = [kernel.CORE_SIZE.value, kernel.SLICE_SIZE.value, kernel.BLOCK_SIZE.value];
  const routes: [number, number] = [to.table(program.routeOf[0]), to.table(program.routeOf[1])];
  writeRoutes(to, program);
  const populations = to.reserve(kernel.POPULATION_SIZE.value * program.populationStart.length);
  const blocks = to.reserve(blockBytes * program.blocks.length);
  kernel.setTables(blocks, program.blocks.length, to.table(eventWords(trace)), populations, chip.noc.multicast === "tree" ? 1 : 0);
  const counters = to.reserve(8 * CORE_COUNTERS.length * chip.cores.length);
  const many = program.usedCores.length;
  const cores = to.reserve(coreBytes * many);
  const sliceAt = new Map<SomaSlice, number>();
  const coreAt = new Map<number, number>();
  program.usedCores.forEach((core, position) => {
    const slices = program.somaSlices[core.id];
    const first = to.reserve(sliceBytes * slices.length);
    coreAt.set(core.id, cores + position * coreBytes);
    slices.forEach((soma, i) => {
      sliceAt.set(soma, first + i * sliceBytes);
      writeSlice(to, first + i * sliceBytes, soma, core, program, routes);
    });
    writeCore(to, cores + position * coreBytes, core, position, first, slices.length, counters);
  });
  if (chip.noc.multicast === "tree") writeTrees(to, sliceAt, program, coresPerRouter(chip).length);
  const targetsAt = new Map<Uint32Array, number>();
  program.blocks.forEach((block, i) => {
    const { sparseTargets: targets } = block;
    if (targets !== null && !targetsAt.has(targets)) targetsAt.set(targets, to.table(targets));
    writeBlock(
      to,
      blocks + i * blockBytes,
      block,
      coreAt.get(block.target.slice.core) as number,
      sliceAt.get(block.target) as number,
      targets === null ? 0 : (targetsAt.get(targets) as number),
    );
  });
  if (chip.spill !== null) kernel.setDram(chip.spill.bitsPerCycle, chip.spill.latencyCycles, chip.spill.burstBits);
  kernel.setCores(cores, many, to.reserve(4 * many + 512 * Math.ceil(many / 64)));
  return { counters, populations };
}
