/** Records of features that only some cores have; a core, slice or block without the feature has no such record. */
import { Convolution } from "../../../base/kernel/convolution.part.as";
import { Table } from "../../../base/kernel/views.part.as";

/** How a core that is not plain takes its messages. */
@unmanaged
export class Intake {
  /** The cycle in which the core worked last, the messages stored when it began, and those pushed in it. */
  cycle: i64;
  before: u32;
  pushed: u32;
  /** Beside each message of the queue, the first cycle in which it can be taken. */
  visibleAt: Table<i64>;
  /** Messages lost since the run began. */
  lost: u32;
  visibilityCycles: i32;
  /** `drops`: a full queue loses arriving messages. `freezes`: it also stops the core's soma. Neither: it stops only the senders. */
  drops: bool;
  freezes: bool;
  /** A message that arrives in a cycle can use the slot of one taken in that cycle. */
  isAfterPop: bool;
  /** The synapse unit will take a message in this cycle; false once it has. */
  isPopping: bool;
}

/** Rows in DRAM of messages that wait in the input queue (core-prefetch). */
@unmanaged
export class Prefetch {
  /** Bits of the buffer, in whole bursts, and of waiting messages in it. */
  bufferBits: i64;
  heldBits: i64;
  /** Beside each message of the queue, its bits in the buffer and the start of their transfer. */
  bits: Table<i64>;
  begunAt: Table<i64>;
  /** The same for the open message. */
  openBits: i64;
  openBegunAt: i64;
  /** Messages from the oldest on that need no further request before they are taken. */
  done: u32;
}

/** Makes a core's record the port: an outlet without units. */
@unmanaged
export class Entrance {
  /** Cycles from a wave's beginning to the first packet's start on the host link. */
  latencyCycles: i64;
  /** First cycle in which the packet on the host link may enter the queue. */
  readyAt: i64;
}

/** Cycles and bits of a packet on the host link, for a slice behind the port. */
@unmanaged
export class Crossing {
  cycles: i64;
  bits: i64;
}

/** An axon of a core whose sweep fetches rows from DRAM. */
@unmanaged
export class Axon {
  /** Lane time of its rows, and their bits in DRAM. */
  cycles: i64;
  dramBits: i64;
  groups: i32;
  /** Its bit of the spike vector, and the message that set it. */
  message: u32;
  isSet: bool;
}

/** What a core whose waves wait for its sources stores about its neighbours, the cores that it sends spikes to or gets spikes from (core-links). */
@unmanaged
export class Links {
  /** The neighbours' ids, ascending, and per neighbour the constant bits of its step packets' tags. */
  ids: Table<i32>;
  kinds: Table<u32>;
  /** Spikes sent to each neighbour in the running wave. */
  sent: Table<u32>;
  /** By id: index among the neighbours. */
  placeOf: Table<i32>;
  /** By wave modulo the number of waves in progress: step packets received from sources, step packets from followers, spikes announced and not yet taken. */
  heard: Table<i32>;
  freed: Table<i32>;
  missing: Table<i32>;
  /** First cycle in which the running wave is known to be complete; NEVER if it is not yet. */
  completeAt: i64;
  count: i32;
  /** Number of sources, and of followers. */
  sources: i32;
  followers: i32;
  /** Next neighbour to get a step packet; the number of neighbours if all have got theirs. */
  next: i32;
  flits: i32;
}

/** Spike vector of a core that scans: messages set bits while a wave runs, and their rows are read at its end. */
@unmanaged
export class Scan {
  /** First cycle after the part scanned so far. */
  at: i64;
  /** The next set bit: cycle in which its weights are asked for, and their bits in DRAM. */
  askAt: i64;
  dramBits: i64;
  /** Lane time and groups of unused rows after the next set bit, and after the last one. */
  passCycles: i64;
  passGroups: i64;
  restCycles: i64;
  restGroups: i64;
  /** Lane time, groups and synapse-memory words of the rows of all axons. */
  laneCycles: i64;
  groups: i64;
  words: i64;
  /** Cycles to look at all chunks of the vector, and to process a set bit. */
  lookCycles: i64;
  setBitCycles: i32;
  axonCount: i32;
  /** One record per axon, by source; none: axons without a spike are passed over together. */
  axons: Axon;
  /** Messages that have set bits. */
  gathered: Table<u32>;
  count: i32;
  /** Next message or axon. */
  next: i32;
  /** The sweep reads the rows of all axons. */
  isDense: bool;
  /** The next axon's bit is set. */
  hasRows: bool;
  /** The wave's scan is under way. */
  isRunning: bool;
}

/** How a soma finds the touched neurons of a slice: a priority encoder reads chunks of marks. */
@unmanaged
export class Finder {
  chunkBits: i32;
  /** Cycles to load a chunk, and to find a set bit in it. */
  chunkCycles: i32;
  setBitCycles: i32;
  /** Per batch of the wave's plan, the cycles to find its neurons; for the last batch also those to read the rest of the slice's chunks. */
  batchCycles: Table<i32>;
}

/** States of a slice in DRAM; they move in chunks of whole words. */
@unmanaged
export class Chunks {
  /** Bits of a chunk, and of the last one, in whole bursts. */
  chunkBits: i64;
  lastChunkBits: i64;
  chunkWords: i32;
  lastChunk: i32;
  // For the wave's plan: the last chunk that a batch has brought, bits and words of all batches.
  brought: i32;
  bits: i64;
  words: i64;
  /** Per batch, bits of the chunks that it is the first to need. */
  batchBits: Table<i64>;
}

/** Rows of a block whose weights are those of a kernel. They are made one at a time, in tables that the blocks of a core share. */
@unmanaged
export class KernelRows {
  convolution: Convolution;
  /** Number of each source's first item. */
  rowStart: Table<u32>;
  sources: i32;
  itemsPerWord: i32;
  /** For the row made last: a neuron per item, and the row's word in the memory. */
  targets: Table<i32>;
  words: Table<i32>;
  /** The word that holds the end of the row's last group. */
  atHand: i32;
  banks: i32;
}
