/** Records of what only some cores have; a core, slice or block without it holds none of them. */
import { Convolution } from "../../../base/kernel/convolution.part.as";
import { Table } from "../../../base/kernel/views.part.as";

/** How a core takes its messages; of each core that is not plain. */
@unmanaged
export class Intake {
  /** The cycle last worked in, and the messages stored when it began and pushed in it. */
  cycle: i64;
  before: u32;
  pushed: u32;
  /** Beside each message of the queue, the first cycle in which it can be taken. */
  visibleAt: Table<i64>;
  /** Messages lost since the run began. */
  lost: u32;
  visibilityCycles: i32;
  /** A full queue loses what comes, or stops its core's soma too; else it stops the senders only. */
  drops: bool;
  freezes: bool;
  /** A message that is taken leaves its place to one that comes in the same cycle. */
  isAfterPop: bool;
  /** The synapse unit takes a message in the running cycle; false once it has. */
  isPopping: bool;
}

/** What makes a record of a core the port: it has a way out, and no units. */
@unmanaged
export class Entrance {
  /** From a wave's beginning until the host link begins with its first packet. */
  latencyCycles: i64;
  /** The packet on the host link has passed it, and may enter the queue from this cycle on. */
  readyAt: i64;
}

/** How a packet of a slice behind the port passes the host link. */
@unmanaged
export class Crossing {
  cycles: i64;
  bits: i64;
}

/** A source with rows on a core whose sweep fetches rows from DRAM. */
@unmanaged
export class Axon {
  /** Lane time of its rows, and their bits in DRAM. */
  cycles: i64;
  dramBits: i64;
  groups: i32;
  /** Its bit of the spike vector, and the message that has set it. */
  message: u32;
  isSet: bool;
}

/** What a core whose waves wait for its sources knows of its neighbours, to whom it sends spikes or who send some to it (core-links). */
@unmanaged
export class Links {
  /** The neighbours' ids, ascending, and per neighbour the bits of a step packet's tag that are alike in all waves. */
  ids: Table<i32>;
  kinds: Table<u32>;
  /** Spikes sent to each in the running wave. */
  sent: Table<u32>;
  /** By id: place among the neighbours. */
  placeOf: Table<i32>;
  /** By wave modulo those that can be under way: step packets heard from sources and from the others, spikes that are still to be taken. */
  heard: Table<i32>;
  freed: Table<i32>;
  missing: Table<i32>;
  /** First cycle in which the running wave is known to be complete; NEVER: it is not yet. */
  completeAt: i64;
  count: i32;
  /** Neighbours that send spikes to this core, and those that only get some. */
  sources: i32;
  followers: i32;
  /** Neighbour whose step packet is to be handed over next; count: none. */
  next: i32;
  flits: i32;
}

/** Spike vector of a core that scans: messages set bits while a wave runs, and their rows are read at its end. */
@unmanaged
export class Scan {
  /** First cycle after what has been scanned so far. */
  at: i64;
  /** The next bit: when its weights are asked for, and bits of them in DRAM. */
  askAt: i64;
  dramBits: i64;
  /** Lane time and groups of rows that are passed over behind the next bit, and behind the last one. */
  passCycles: i64;
  passGroups: i64;
  restCycles: i64;
  restGroups: i64;
  /** Of rows of all axons: lane time, groups, words of the synapse memory. */
  laneCycles: i64;
  groups: i64;
  words: i64;
  /** Cycles to look at all chunks of the vector, and at a set bit. */
  lookCycles: i64;
  setBitCycles: i32;
  axonCount: i32;
  /** Axon by axon, by source; none: those without a spike are passed over together. */
  axons: Axon;
  /** Messages whose bits are set. */
  gathered: Table<u32>;
  count: i32;
  /** Next message or axon. */
  next: i32;
  /** Rows of all axons are read. */
  isDense: bool;
  /** The next bit is set. */
  hasRows: bool;
  /** The wave's scan is under way. */
  isRunning: bool;
}

/** How a soma finds the touched neurons of a slice: a priority encoder looks at chunks of marks. */
@unmanaged
export class Finder {
  chunkBits: i32;
  /** Cycles to load a chunk, and to find a set bit in it. */
  chunkCycles: i32;
  setBitCycles: i32;
  /** Per batch of the wave's plan, cycles to find its neurons, and of the last one to look at the rest of the slice. */
  batchCycles: Table<i32>;
}

/** States of a slice in DRAM, which come in chunks of whole words. */
@unmanaged
export class Chunks {
  /** Bits of a chunk and of the last one, in whole bursts. */
  chunkBits: i64;
  lastChunkBits: i64;
  chunkWords: i32;
  lastChunk: i32;
  // Of the wave's plan: the last chunk that a batch brings, bits and words of all batches.
  brought: i32;
  bits: i64;
  words: i64;
  /** Per batch, bits of the chunks that it needs and the batches before it did not. */
  batchBits: Table<i64>;
}

/** The rows of a block whose weights are those of a kernel. They are made one at a time, into tables that the blocks of a core share. */
@unmanaged
export class KernelRows {
  convolution: Convolution;
  /** Numbers of items: where each source's row begins. */
  rowStart: Table<u32>;
  sources: i32;
  itemsPerWord: i32;
  /** Of the row that was made last: a neuron per item, and the word of the row in the memory. */
  targets: Table<i32>;
  words: Table<i32>;
  /** The word that the row's last group ended in. */
  atHand: i32;
  banks: i32;
}
