/** States of a core in DRAM: the chunks that a batch brings to the chip, and the cycle in which they arrive. */

import { isNone } from "../../../base/kernel/views.part.as";
import { isRecorded, record, SOMA_HELD } from "./core-events.part.as";
import { Chunks } from "./core-extras.part.as";
import { Core, Slice } from "./core-records.part.as";
import { fetch } from "./dram.part.as";

/** A plan begins: no chunk is on the chip. */
export function planChunks(chunks: Chunks): void {
  chunks.brought = -1;
  chunks.bits = 0;
  chunks.words = 0;
}

/** A batch of the plan begins. */
export function planBatch(chunks: Chunks, batch: i32): void {
  chunks.batchBits[batch] = 0;
}

/** The batch needs words `first .. last` of the slice's states: adds the chunks that no earlier batch has brought. */
export function bringWords(chunks: Chunks, batch: i32, first: i32, last: i32): void {
  const end = last / chunks.chunkWords;
  let bits = chunks.batchBits[batch];
  for (let chunk = max(first / chunks.chunkWords, chunks.brought + 1); chunk <= end; chunk++) {
    const more = chunk == chunks.lastChunk ? chunks.lastChunkBits : chunks.chunkBits;
    bits += more;
    chunks.bits += more;
    chunks.words += chunks.chunkWords;
    chunks.brought = chunk;
  }
  chunks.batchBits[batch] = bits;
}

/** Counts the bits that a slice exchanges with DRAM in a wave: as many go out as come in. */
export function countExchange(core: Core, slice: Slice): void {
  const chunks = slice.chunks;
  if (isNone(chunks)) return;
  core.counters.stateReads += <f64>chunks.words;
  core.counters.stateWrites += <f64>chunks.words;
  core.counters.dramStateBits += 2 * <f64>chunks.bits;
}

/** Asks in `cycle` for the states of the next batch, which is requested only when they are on the chip. */
export function fetchStates(core: Core, cycle: i64): void {
  const slice = core.slice;
  if (isNone(slice) || isNone(slice.chunks)) return;
  const bits = slice.chunks.batchBits[core.batch];
  if (bits == 0) return;
  // a full queue held the soma from the wave's start until now
  if (cycle > core.askAt) {
    if (isRecorded()) record(SOMA_HELD, core.askAt, core, cycle, 0);
    core.stallOutput += cycle - core.askAt;
    core.askAt = cycle;
  }
  if (isRecorded()) {
    core.postedIn = cycle;
    core.unfetchedAskAt = core.askAt;
  }
  const there = fetch(cycle, 2 * bits);
  if (there <= core.askAt) return;
  core.counters.somaStallDram += <f64>(there - core.askAt);
  core.askAt = there;
}
