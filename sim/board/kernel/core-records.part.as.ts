/** Records of the compiled cores and the tables of their program; a core's rules: docs/timing.md. Times are i64 cycles; NEVER: none. */
import { inRow, Table } from "../../../base/kernel/views.part.as";
import { Home } from "../../noc/kernel/noc-records.part.as";
import { Chunks, Crossing, Entrance, Finder, Intake, KernelRows, Links, Scan } from "./core-extras.part.as";
import { blockNumberOf } from "./route-tables.part.as";

export const NEVER: i64 = i64.MAX_VALUE;

/** Known when the kernel is compiled: all cores are plain, and waves are the chip's. */
export const isPlainBoard: bool = isDefined(PLAIN);

/** What a soma's output waits for. */
export const NOTHING: u8 = 0;
export const OUTPUT: u8 = 1;
export const LOOPBACK: u8 = 2;

/** Counts of a core, as CORE_COUNTERS orders them. */
@unmanaged
export class Counters {
  synapseReads: f64;
  stateReads: f64;
  stateWrites: f64;
  inputPushes: f64;
  inputPops: f64;
  outputPushes: f64;
  outputPops: f64;
  synapticMacs: f64;
  synapticAdds: f64;
  elementMultiplies: f64;
  elementAdds: f64;
  lutReads: f64;
  neuronUpdates: f64;
  spikesSent: f64;
  packetsSent: f64;
  spikesReceived: f64;
  synapseBusy: f64;
  synapseOverhead: f64;
  synapseStallState: f64;
  synapseStallMemory: f64;
  synapseIdle: f64;
  somaBusy: f64;
  somaStallState: f64;
  somaStallOutput: f64;
  somaIdle: f64;
  dramBits: f64;
  synapseStallDram: f64;
  dramStateBits: f64;
  somaStallDram: f64;
  synapseRereads: f64;
  stateRereads: f64;
  requantisations: f64;
  decodedWeights: f64;
  generatedAddresses: f64;
  parameterReads: f64;
}

/** A core, by lines of 64 bytes: first what a message needs that comes to an idle one. */
@unmanaged
export class Core {
  /** Cycles in which the soma and the synapse unit are due: the latter before its open row can end. */
  somaNext: i64;
  synapseNext: i64;
  /** Of the synapse unit's last message: its row is done, its pipeline drained. */
  synapseFree: i64;
  drained: i64;
  /** Cycles between messages in which the pipeline drained, not yet in the counters. */
  drainingCycles: i64;
  /** The state memory has served the soma's last request. */
  served: i64;
  askAt: i64;
  /** Slice that is being updated; none is left. */
  slice: Slice;
  /** Messages taken, not yet in the counters. */
  taken: u32;
  // Input queue: a ring of messages, 2 x entry + mac; those that a cycle found, and where the oldest is.
  stored: u32;
  committed: u32;
  oldest: u32;
  messages: Table<u32>;
  messageMask: u32;
  queueDepth: u32;
  // Synapse unit's times.
  overheadCycles: i32;
  weightCycles: i32;
  drainCycles: i32;
  // The open spike: entries to come, the core's own one (-1: none), whether its payload is no unit.
  entry: i32;
  entryEnd: i32;
  loopEntry: i32;
  mac: u32;
  id: i32;
  isOpen: bool;
  wantsLoopback: bool;
  loopedBack: bool;
  /** The soma updates touched neurons only. */
  updatesTouched: bool;
  /** NOTHING, OUTPUT or LOOPBACK. */
  blockedOn: u8;
  inRow: bool;
  /** A finished spike has packets left, or a full queue freezes the soma: requests are held up. */
  isWaiting: bool;
  /** The core does not evaluate by the short way; only such a core has records of what only some cores have. */
  isSpecial: bool;

  /** Outlet: all packets so far are handed over, all updates so far are finished. */
  done: i64;
  /** The core's record in the network. */
  home: Home;
  flits: i32;
  /** Packets sent, not yet in the counters. */
  sent: u32;
  route: i32;
  /** Where the open spike's slice keeps its tree. */
  tree: Table<u32>;
  // Ring of batches with spikes.
  head: u32;
  tail: u32;
  batches: Batch;
  batchMask: u32;
  position: i32;
  outputDepth: i32;
  // State memory: when each bank is free.
  bankFree: Table<i64>;
  banks: i32;
  accessCycles: i32;

  // Soma.
  resultAt: i64;
  stallState: i64;
  stallOutput: i64;
  /** Next batch of the slice's plan. */
  batch: i32;
  /** Next trace event of the slice's neurons, and their end. */
  event: i32;
  eventEnd: i32;
  /** Words to the wave's accumulator buffer. */
  bufferOffset: i32;
  intervalCycles: i32;
  finishCycles: i32;
  units: i32;
  /** First slice, and the end of the last. */
  slices: Slice;
  slicesEnd: Slice;
  counters: Counters;

  // Row of the synapse unit.
  /** The next group is issued, or the row is done; NEVER: none is open. */
  rowAt: i64;
  segment: i32;
  segmentEnd: i32;
  block: Block;
  item: i32;
  itemEnd: i32;
  base: i32;
  lastWord: i32;
  /** Cycles that a message may wait that is taken ahead; negative: none is. */
  patienceCycles: i32;
  /** Wave that the core works in. */
  wave: i32;
  /** From this cycle on no message is taken: the wave of a core with ticks of its own is about to end. */
  heldAt: i64;

  // Hard ticks: cycles in which the next wave begins (NEVER: not known yet, or none follows) and in which the running one began.
  beginAt: i64;
  begunAt: i64;
  /** Cycles of the next wave's tick and of the first wave's. */
  tickAt: i64;
  phase: i64;
  /** Waves begun. */
  begun: i32;
  /** Trace event of the open spike. */
  spike: i32;
  /** Cycle in which the synapse unit took its last message. */
  takenAt: i64;
  /** Recordings: cycle in which states were asked for last, and the next request's cycle without the wait for them, which is not known in that cycle. */
  postedIn: i64;
  unfetchedAskAt: i64;
  /** Of spilled rows that are to be asked of the DRAM when the synapse unit is due; 0: none. */
  dramBits: i64;
  /** Messages that were lost in the input queue when a wave began, since the run began. */
  cleared: u32;
  /** None, as in plain cores: no word is read again in waits. */
  rereads: Rereads;
  /** None: the core is plain. */
  intake: Intake;
  /** None: rows are read as messages come; it is a core, not the port. */
  scan: Scan;
  entrance: Entrance;
  /** None: waves are the chip's, or begin at ticks. */
  links: Links;
  /** Wave that the open row's message counts to; of cores with links. */
  rowWave: i32;
  /** Messages in the queue with which a loop-back has to wait. */
  loopbackLimit: u32;
  /** States of some slice come from DRAM. */
  fetchesStates: bool;
  /** A wave begins: the soma is to ask for the states of its first batch. */
  wantsStates: bool;
}

/** The core evaluates by the short way, and has no record of what only some cores have: a plain core tests this alone. */
@inline
export function isPlain(core: Core): bool {
  return isPlainBoard || !core.isSpecial;
}

/** Neurons of one population on one core. */
@unmanaged
export class Slice {
  firstNeuron: i32;
  neurons: i32;
  population: i32;
  stateBase: i32;
  /** Of accumulator buffer 0. */
  accumulatorBase: i32;
  bufferWords: i32;
  buffers: i32;
  /** Per neuron. */
  accumulators: i32;
  // Packing of states, of accumulators: items per word, words per item.
  stateItems: i32;
  stateWords: i32;
  items: i32;
  words: i32;
  flits: i32;
  /** Routes of the population's neurons, and in the last step. */
  routes: Table<i32>;
  lastRoutes: Table<i32>;
  requantises: i32;
  multiplies: i32;
  additions: i32;
  lutReads: i32;
  // Plan of the wave.
  batches: i32;
  updated: i32;
  planWords: i32;
  /** [batches][2]: last neuron, end of its ranges. */
  plan: Table<i32>;
  /** [ranges][2]: first word, last word; bit 31 of the first: of an accumulator buffer. */
  ranges: Table<i32>;
  /** Per neuron, whether it is updated; none: the slice does not track. Marks: [buffers][neurons]. */
  now: Table<u8>;
  /** Its batches are asked for in their cycles, not later: only touched neurons are updated, or states come from DRAM. */
  asksOnTime: bool;
  marks: Table<u8>;
  order: Table<i32>;
  /** The wave's step. */
  isActive: bool;
  isFirst: bool;
  isLast: bool;
  event: i32;
  eventEnd: i32;
  /** Trees of all steps but the last, and of the last: 0: none yet; NO_TREE: its neurons have routes of their own. */
  trees: Table<u32>;
  /** None: its states are on the chip. */
  chunks: Chunks;
  /** Of a slice that tracks; of one behind the port. */
  finder: Finder;
  crossing: Crossing;
}
export const NO_TREE: u32 = 1;

/** The synapses of a projection onto a slice: what a whole dense row takes, then the rest. */
@unmanaged
export class Block {
  rowCycles: i64;
  /** Per synapse of the projection, a neuron of the population; none: dense. */
  targets: Table<i32>;
  /** Bits of a word of rows in DRAM; 0: on the chip. */
  dramWordBits: i32;
  /** Dense rows taken, not yet in the counters: of payloads that are units, of others. */
  rows: u32;
  macRows: u32;
  slice: Slice;
  delayWaves: i32;
  weights: i32;
  rowItems: i32;
  groupItems: i32;
  beatCycles: i32;
  // Packing of the synapse memory; where a kernel's weights lie, none: the items of a row follow each other.
  synapseItems: i32;
  synapseWords: i32;
  kernel: KernelRows;
  /** Of a row that is decoded: words in front of its weights, and cycles from its turn to its first group. */
  codeWords: i32;
  codeCycles: i32;
  /** Words that groups share are accessed for each of them: of the synapse memory, of the state memory. */
  refetchesWeights: bool;
  refetchesStates: bool;
  /** Of a dense row: groups, words of the state memory and of the synapse memory. */
  rowGroups: i32;
  rowWords: i32;
  rowReads: i32;
  core: Core;
  /** Words of an undisturbed dense row that are read again in waits. */
  rowWeightRereads: i64;
  rowStateRereads: i64;
}

/** Words of a core's memories that are read again in the cycles in which who holds them waits. */
@unmanaged
export class Rereads {
  /** The soma's last batch in this wave, and its slice; none at its start. */
  heldSlice: Slice;
  heldBatch: i32;
  weights: bool;
  states: bool;
}

/** Spikes of a batch until they are finished. */
@unmanaged
export class Batch {
  finishAt: i64;
  event: i32;
  eventEnd: i32;
  slice: Slice;
}

/** What a population does in a wave: written by the host, in this order. */
@unmanaged
export class Step {
  isActive: i32;
  isFirst: i32;
  isLast: i32;
  event: i32;
  eventEnd: i32;
}

/** Per event, 2 x neuron + mac. */
export let events: Table<u32> = changetype<Table<u32>>(0);
export let multicast: bool = false;
/** Records, each kind in a row: of the cores that hold neurons, of all blocks, of all populations. */
export let cores: Core = changetype<Core>(0);
export let coreCount = 0;
export let blocks: Block = changetype<Block>(0);
export let blocksEnd: Block = changetype<Block>(0);
export let steps: Step = changetype<Step>(0);

export function setRecords(coreRecords: Core, count: i32, blockRecords: Block, blockCount: i32, stepRecords: Step): void {
  cores = coreRecords;
  coreCount = count;
  blocks = blockRecords;
  blocksEnd = inRow(blockRecords, blockCount);
  steps = stepRecords;
}

let ticks: bool = false;

/** Waves are each core's own. */
@inline
export function isTicking(): bool {
  return !isPlainBoard && ticks;
}

export function setTicking(on: bool): void {
  ticks = on;
}

/** `trees`: packets are copied in the network. */
export function setEvents(table: Table<u32>, trees: bool): void {
  events = table;
  multicast = trees;
}

@inline
export function blockOf(segment: i32): Block {
  return inRow(blocks, blockNumberOf(segment));
}

@inline
export function neuronOf(event: i32): i32 {
  return <i32>(events[event] >> 1);
}

/** Quotient of small numbers that are mostly powers of two. */
@inline
export function quotient(a: i32, b: i32): i32 {
  return (b & (b - 1)) == 0 ? a >> ctz(b) : a / b;
}

@inline
export function remainder(a: i32, b: i32): i32 {
  return (b & (b - 1)) == 0 ? a & (b - 1) : a % b;
}

/** State memory: queues words `first .. last` at `cycle`; returns the first cycle after their service (`done` if that is later). */
export function request(core: Core, cycle: i64, first: i32, last: i32, done: i64): i64 {
  const banks = core.banks;
  const access = <i64>core.accessCycles;
  const free = core.bankFree;
  let end = done;
  let bank = remainder(first, banks);
  for (let word = first; word <= last; word++) {
    const until = max(free[bank], cycle) + access;
    free[bank] = until;
    if (until > end) end = until;
    if (++bank == banks) bank = 0;
  }
  return end;
}
