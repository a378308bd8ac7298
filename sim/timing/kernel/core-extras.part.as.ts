/** Records of what only some cores have; a core or slice without it holds none of them. */
import { Table } from "./views.part.as";

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
