/** DRAM reads of a wave: which rows are away, their bits, and how long the synapse unit waits for them. */
import type { Core, Dram } from "../../arch/index.js";
import { burstsOf, prefetchBits } from "../program/index.js";

/**
 * Rows of a projection on all cores: words that they take, events per wave (dense scan: axons) that read one, words of
 * one, and how often a source fires per step.
 */
export interface RowKind {
  readonly held: number;
  readonly events: number;
  readonly words: number;
  readonly rate: number;
  /** Lane time of all groups of a row, and their number. */
  readonly laneCycles: number;
  readonly groups: number;
}

/** Rows of an event in DRAM: bits, lane time of all groups, and number of groups. */
interface AwayRow {
  readonly bits: number;
  readonly laneCycles: number;
  readonly groups: number;
}

/** Cycles from the end of an event's look-up to its first group, if `early` of its bits are there. */
function waitFor({ bits, laneCycles, groups }: AwayRow, { latencyCycles, bitsPerCycle, streamsRows }: Dram, early: number): number {
  const arrival = (upTo: number): number => (upTo <= early ? 0 : latencyCycles + (upTo - early) / bitsPerCycle);
  if (streamsRows !== true) return arrival(bits);
  // until the first group's words are there, or until the last ones come no later than their group
  return Math.max(arrival(bits / groups), arrival(bits) - (laneCycles * (groups - 1)) / groups);
}

/**
 * The same with a buffer for rows of waiting events, as a mean over the events that a core gets in a wave, of which all
 * but the first are taken to wait. The first one's rows are asked for before its look-up. If the buffer holds the rows
 * of an event, a waiting one's come while the event before is looked up and added.
 */
function prefetchedWait(row: AwayRow, dram: Dram, overheadCycles: number, eventsPerCore: number): number {
  const held = prefetchBits(dram);
  if (held === 0) return waitFor(row, dram, 0);
  const first = Math.max(0, waitFor(row, dram, 0) - overheadCycles);
  const isWhole = row.bits <= held;
  const next = isWhole ? Math.max(0, row.bits / dram.bitsPerCycle - overheadCycles - row.laneCycles) : waitFor(row, dram, held);
  const waiting = Math.max(0, 1 - 1 / Math.max(1, eventsPerCore));
  return first + waiting * (Math.min(first, next) - first);
}

/**
 * DRAM reads of a wave if `room` words are on the chip: the rule of `sim/mapping/spill.ts`, with the same slices on
 * each core. Whole projections stay, those of the most active sources first.
 *
 * Measured on 108 random chips of 1 to 6 cores with weights in DRAM, as the mean of |ln(estimate / run)|: bits read
 * 0.25 (if a part of a projection's rows could stay: 0.40), energy 0.22 (0.32), latency 0.26 (0.24).
 */
export function spilledReads(
  rows: readonly RowKind[],
  room: number,
  { synapseMemory: { wordBits }, eventOverheadCycles }: Core,
  dram: Dram,
  eventsPerCore: number,
): { words: number; bits: number; wait: number } {
  let left = room;
  const sum = { words: 0, bits: 0, wait: 0 };
  for (const { held, events, words, laneCycles, groups } of [...rows].sort((a, b) => b.rate - a.rate || a.held - b.held)) {
    if (held <= left) {
      left -= held;
      continue;
    }
    const bits = burstsOf(dram, words * wordBits);
    sum.words += events * words;
    sum.bits += events * bits;
    sum.wait += events * prefetchedWait({ bits, laneCycles, groups }, dram, eventOverheadCycles, eventsPerCore);
  }
  return sum;
}
