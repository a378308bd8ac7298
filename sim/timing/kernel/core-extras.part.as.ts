/** Records of what only some cores have; a core or slice without it holds none of them. */
import { Table } from "./views.part.as";

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
