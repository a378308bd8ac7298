/** Records of the compiled cores, and tables of their program; a core's rules: docs/timing.md. Times are i64 cycles; NEVER means no time. */
import { inRow, Table } from "../../../base/kernel/views.part.as";
import { Home } from "../../noc/kernel/noc-records.part.as";
import { Chunks, Crossing, Entrance, Finder, Intake, KernelRows, Links, Prefetch, Scan } from "./core-extras.part.as";
import { Counters } from "./counter-columns.part.as";
import { blockNumberOf } from "./route-tables.part.as";

export const NEVER: i64 = i64.MAX_VALUE;

/** A constant of the compiled kernel: all cores are plain, and waves belong to the whole chip. */
export const isPlainBoard: bool = isDefined(PLAIN);

/** What blocks a soma's output. */
export const NOTHING: u8 = 0;
export const OUTPUT: u8 = 1;
export const LOOPBACK: u8 = 2;

/** A core, in lines of 64 bytes: first the fields that a message to an idle core needs. */
@unmanaged
export class Core {
  /** Cycles in which the soma and the synapse unit are due. The synapse unit is due no later than its open row can end. */
  somaNext: i64;
  synapseNext: i64;
  /** Cycles in which the row of the synapse unit's last message is done, and in which its pipeline has drained. */
  synapseFree: i64;
  drained: i64;
  /** Cycles between messages in which the pipeline drained, not yet in the counters. */
  drainingCycles: i64;
  /** Cycle in which the state memory has served the soma's last request. */
  served: i64;
  askAt: i64;
  /** Slice that is being updated; none if all are done. */
  slice: Slice;
  /** Messages taken, not yet in the counters. */
  taken: u32;
  // Input queue: a ring of messages, 2 x entry + mac; all messages, those that the cycle found, and the oldest one's place.
  stored: u32;
  committed: u32;
  oldest: u32;
  messages: Table<u32>;
  messageMask: u32;
  queueDepth: u32;
  // Delays of the synapse unit.
  overheadCycles: i32;
  weightCycles: i32;
  drainCycles: i32;
  // The open spike: its next entry and the end, the entry of the core itself (-1: none), 1 if its payload is not 1.
  entry: i32;
  entryEnd: i32;
  loopEntry: i32;
  mac: u32;
  id: i32;
  isOpen: bool;
  wantsLoopback: bool;
  loopedBack: bool;
  /** The soma updates only touched neurons. */
  updatesTouched: bool;
  /** NOTHING, OUTPUT or LOOPBACK. */
  blockedOn: u8;
  inRow: bool;
  /** A finished spike has packets left, or a full queue freezes the soma: the soma makes no requests. */
  isWaiting: bool;
  /** The core does not evaluate by the short path; only such a core has records of special features. */
  isSpecial: bool;

  /** Outlet: first cycle after all hand-overs and updates so far. */
  done: i64;
  /** The core's record in the network. */
  home: Home;
  flits: i32;
  /** Packets sent, not yet in the counters. */
  sent: u32;
  route: i32;
  /** Address at which the open spike's slice keeps its tree. */
  tree: Table<u32>;
  // Ring of batches with spikes.
  head: u32;
  tail: u32;
  batches: Batch;
  batchMask: u32;
  position: i32;
  outputDepth: i32;
  // State memory: cycle in which each bank becomes free.
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
  /** Offset of the wave's accumulator buffer, in words. */
  bufferOffset: i32;
  intervalCycles: i32;
  finishCycles: i32;
  units: i32;
  /** First slice, and the end of the last. */
  slices: Slice;
  slicesEnd: Slice;
  counters: Counters;

  // Row of the synapse unit.
  /** Cycle in which the next group is issued, or in which the row is done; NEVER if no row is open. */
  rowAt: i64;
  segment: i32;
  segmentEnd: i32;
  block: Block;
  item: i32;
  itemEnd: i32;
  base: i32;
  lastWord: i32;
  /** Longest wait in cycles of a message that is taken ahead; negative if none is. */
  patienceCycles: i32;
  /** The core's wave. */
  wave: i32;
  /** From this cycle on no message is taken, because the core's own wave is about to end. */
  heldAt: i64;

  // Hard ticks: cycle in which the next wave begins (NEVER: not yet known, or no wave follows), and in which the running wave began.
  beginAt: i64;
  begunAt: i64;
  /** Cycles of the next wave's tick and of the first one. */
  tickAt: i64;
  phase: i64;
  /** Waves begun. */
  begun: i32;
  /** Trace event of the open spike. */
  spike: i32;
  /** Cycle in which the synapse unit took its last message. */
  takenAt: i64;
  /** For recordings: cycle in which states were last asked for, and cycle of the next request without the wait for them, which is not known in that cycle. */
  postedIn: i64;
  unfetchedAskAt: i64;
  /** Bits of spilled rows to be asked of the DRAM when the synapse unit is due; 0 if none are. */
  dramBits: i64;
  /** Messages cleared from the input queue at the beginnings of waves, since the run began. */
  cleared: u32;
  /** None if no word is read again during waits, as in plain cores. */
  rereads: Rereads;
  /** None: the core is plain. */
  intake: Intake;
  /** None: rows are read as messages arrive. */
  scan: Scan;
  /** None: rows in DRAM are asked for when their message has been taken. */
  prefetch: Prefetch;
  /** Cycle in which the next waiting message's rows are asked for; NEVER: none, or not yet known. */
  prefetchAt: i64;
  entrance: Entrance;
  /** None: waves belong to the whole chip, or begin at ticks. */
  links: Links;
  /** Wave to which the open row's message counts, if the core has links. */
  rowWave: i32;
  /** A loop-back waits if the queue holds this many messages. */
  loopbackLimit: u32;
  /** States of at least one slice are in DRAM. */
  fetchesStates: bool;
  /** A wave begins: the soma has to ask for the states of its first batch. */
  wantsStates: bool;
}

/** The core evaluates by the short path, and has no records of special features. A plain core makes only this check. */
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
  /** Word of accumulator buffer 0. */
  accumulatorBase: i32;
  bufferWords: i32;
  buffers: i32;
  /** Accumulators per neuron. */
  accumulators: i32;
  // Packing of states and of accumulators: items per word, words per item.
  stateItems: i32;
  stateWords: i32;
  items: i32;
  words: i32;
  flits: i32;
  /** Routes of the population's neurons in all steps but the last, and in the last. */
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
  /** `now`: per neuron, whether it is updated; none if the slice tracks no touches. Marks: [buffers][neurons]. */
  now: Table<u8>;
  /** Batches are requested in their own cycles, not later, because only touched neurons are updated or states are in DRAM. */
  asksOnTime: bool;
  marks: Table<u8>;
  order: Table<i32>;
  /** The slice's step in this wave. */
  isActive: bool;
  isFirst: bool;
  isLast: bool;
  event: i32;
  eventEnd: i32;
  /** Trees for all steps but the last, and for the last. 0: not built yet; NO_TREE: the neurons have routes of their own. */
  trees: Table<u32>;
  /** None: the slice's states are on the chip. */
  chunks: Chunks;
  /** Finder of a slice that tracks touches; crossing of a slice behind the port. */
  finder: Finder;
  crossing: Crossing;
}
export const NO_TREE: u32 = 1;

/** The synapses of a projection onto a slice: first the fields of a whole dense row, then the rest. */
@unmanaged
export class Block {
  rowCycles: i64;
  /** Target neuron of each synapse of the projection; none if the block is dense. */
  targets: Table<i32>;
  /** Bits of a word of rows in DRAM; 0 if the rows are on the chip. */
  dramWordBits: i32;
  /** Dense rows taken, not yet in the counters: of payloads that are 1, and of others. */
  rows: u32;
  macRows: u32;
  slice: Slice;
  delayWaves: i32;
  weights: i32;
  rowItems: i32;
  groupItems: i32;
  beatCycles: i32;
  // Packing of the synapse memory. None if a kernel's weights lie there: the items of a row are then consecutive.
  synapseItems: i32;
  synapseWords: i32;
  kernel: KernelRows;
  /** For a decoded row: words in front of its weights, and cycles from its turn to its first group. */
  codeWords: i32;
  codeCycles: i32;
  /** Words that groups share are accessed once per group: in the synapse memory, in the state memory. */
  refetchesWeights: bool;
  refetchesStates: bool;
  /** The core's address generator finds its weights. */
  generates: bool;
  /** For a dense row: groups, words of the state memory and of the synapse memory. */
  rowGroups: i32;
  rowWords: i32;
  rowReads: i32;
  core: Core;
  /** Words that an undisturbed dense row reads again during waits. */
  rowWeightRereads: i64;
  rowStateRereads: i64;
}

/** Words of a core's memories that are read again in cycles in which the unit that holds them waits. */
@unmanaged
export class Rereads {
  /** The soma's last batch in this wave, and its slice; none at the wave's start. */
  heldSlice: Slice;
  heldBatch: i32;
  weights: bool;
  states: bool;
}

/** Spikes of a batch, until they are finished. */
@unmanaged
export class Batch {
  finishAt: i64;
  event: i32;
  eventEnd: i32;
  slice: Slice;
}

/** Step of a population in a wave, written by the host in this order. */
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
/** Arrays of records: cores that hold neurons, all blocks, all populations. */
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

/** Each core has waves of its own. */
@inline
export function isTicking(): bool {
  return !isPlainBoard && ticks;
}

export function setTicking(on: bool): void {
  ticks = on;
}

/** `trees`: the network copies packets. */
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

/** Quotient for small divisors that are mostly powers of two. */
@inline
export function quotient(a: i32, b: i32): i32 {
  return (b & (b - 1)) == 0 ? a >> ctz(b) : a / b;
}

@inline
export function remainder(a: i32, b: i32): i32 {
  return (b & (b - 1)) == 0 ? a & (b - 1) : a % b;
}

/** State memory: queues words `first .. last` in `cycle`; returns the first cycle after their service, at least `done`. */
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
