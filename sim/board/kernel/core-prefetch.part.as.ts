/**
 * Prefetch of rows in DRAM: a core asks for the rows of messages that wait in its input queue, in the order of the queue, one message per cycle.
 *
 * The rows of a message are asked for in the first cycle in which it is visible, all rows of the message before it have been asked for, and they fit in what is
 * free of the buffer; if the buffer is empty, as many bursts of them as it holds. A message that is taken leaves the buffer, and the rest of its rows is asked for
 * after its look-up.
 */

import { isNone } from "../../../base/kernel/views.part.as";
import { entryOf } from "./core-events.part.as";
import { Prefetch } from "./core-extras.part.as";
import { bareOf } from "./core-links.part.as";
import { blockOf, Core, isPlain, NEVER } from "./core-records.part.as";
import { dramBitsOf } from "./core-rereads.part.as";
import { begunAt, fetch } from "./dram.part.as";
import { segmentFrom, segmentOf, segmentTo } from "./route-tables.part.as";

/** Bits in DRAM of the rows of a message in the queue. */
function bitsOf(core: Core, place: u32): i64 {
  const entry = entryOf(core, bareOf(core.messages[place]));
  const end = segmentOf(entry + 1);
  let bits: i64 = 0;
  for (let segment = segmentOf(entry); segment < end; segment++) {
    const block = blockOf(segment);
    bits += dramBitsOf(block, isNone(block.targets) ? block.rowItems : segmentTo[segment] - segmentFrom[segment]);
  }
  return bits;
}

/** Bits to ask for, of the next message that needs a request; 0: none waits, or it does not fit. */
function nextBits(core: Core, prefetch: Prefetch): i64 {
  for (; prefetch.done < core.stored; prefetch.done++) {
    const place = (core.oldest + prefetch.done) & core.messageMask;
    const bits = bitsOf(core, place);
    if (bits == 0) {
      prefetch.bits[place] = 0;
      continue;
    }
    if (bits <= prefetch.bufferBits - prefetch.heldBits) return bits;
    return prefetch.heldBits == 0 ? prefetch.bufferBits : 0;
  }
  return 0;
}

/** Finds the cycle after `now` in which the next message's rows are asked for. */
export function planPrefetch(core: Core, now: i64): void {
  if (!prefetches(core)) return;
  const prefetch = core.prefetch;
  // the open message's rows come first
  const waits = core.dramBits > 0 || nextBits(core, prefetch) == 0;
  core.prefetchAt = waits ? NEVER : max(now + 1, core.intake.visibleAt[(core.oldest + prefetch.done) & core.messageMask]);
}

/** Asks in `cycle` for the rows of a message that waits. */
export function prefetchRows(core: Core, cycle: i64): void {
  const prefetch = core.prefetch;
  const bits = nextBits(core, prefetch);
  const place = (core.oldest + prefetch.done) & core.messageMask;
  fetch(cycle, bits);
  prefetch.bits[place] = bits;
  prefetch.begunAt[place] = begunAt;
  prefetch.heldBits += bits;
  prefetch.done += 1;
  core.prefetchAt = NEVER;
  core.counters.dramBits += <f64>bits;
}

@inline
function prefetches(core: Core): bool {
  return !isPlain(core) && !isNone(core.prefetch);
}

/** Bits of the open message that were in the buffer when it was taken. */
@inline
export function prefetchedBits(core: Core): i64 {
  return prefetches(core) ? core.prefetch.openBits : 0;
}

/** Cycle in which their transfer began. */
@inline
export function prefetchedFrom(core: Core): i64 {
  return core.prefetch.openBegunAt;
}

/** The oldest message is about to be taken: it leaves the buffer. */
@inline
export function takePrefetched(core: Core): void {
  if (prefetches(core)) release(core);
}

function release(core: Core): void {
  const prefetch = core.prefetch;
  const place = core.oldest;
  prefetch.openBits = prefetch.done > 0 ? prefetch.bits[place] : 0;
  prefetch.openBegunAt = prefetch.begunAt[place];
  prefetch.heldBits -= prefetch.openBits;
  if (prefetch.done > 0) prefetch.done -= 1;
}

/** The queue is empty: nothing in the buffer waits. */
export function resetPrefetch(core: Core): void {
  core.prefetchAt = NEVER;
  if (isNone(core.prefetch)) return;
  core.prefetch.heldBits = 0;
  core.prefetch.openBits = 0;
  core.prefetch.done = 0;
}
