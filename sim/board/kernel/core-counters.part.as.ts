/**
 * Counters of the compiled cores as the host reads them. Events that always count alike (messages, packets, dense rows) are only numbered as they happen; the
 * columns are computed when the host reads them.
 */

import { clear, isBefore, isNone, nextInRow } from "../../../base/kernel/views.part.as";
import { Block, blocks, blocksEnd, Core, coreCount, cores, isPlain } from "./core-records.part.as";
import { Counters } from "./counter-columns.part.as";

/** Columns of a core. */
export const COUNTER_COLUMNS: usize = offsetof<Counters>() / 8;

/** Resets a core's counters. */
export function resetCounters(core: Core): void {
  clear(core.counters);
  core.drainingCycles = 0;
  core.taken = 0;
  core.sent = 0;
}

/** Resets the row counts of all blocks. */
export function resetRows(): void {
  for (let block = blocks; isBefore(block, blocksEnd); block = nextInRow(block)) {
    block.rows = 0;
    block.macRows = 0;
  }
}

/** Adds dense rows to the columns: an undisturbed row takes B_ROW_CYCLES; the excess of longer ones is in the columns already. */
function settleRows(block: Block): void {
  const adds = <i64>block.rows;
  const macs = <i64>block.macRows;
  const rows = adds + macs;
  if (rows == 0) return;
  block.rows = 0;
  block.macRows = 0;
  const core = block.core;
  const items = <i64>block.rowItems;
  const words = rows * block.rowWords;
  const groups = rows * block.rowGroups;
  const beats = groups * block.beatCycles;
  core.counters.synapticAdds += <f64>(adds * items);
  core.counters.synapticMacs += <f64>(macs * items);
  if (block.dramWordBits == 0) core.counters.synapseReads += <f64>(rows * block.rowReads);
  core.counters.stateReads += <f64>words;
  core.counters.stateWrites += <f64>words;
  core.counters.synapseBusy += <f64>groups;
  core.counters.synapseStallMemory += <f64>(beats - groups);
  core.counters.synapseStallState += <f64>(rows * block.rowCycles - beats);
  core.counters.synapseRereads += <f64>(rows * block.rowWeightRereads);
  core.counters.stateRereads += <f64>(rows * block.rowStateRereads);
}

function settleCore(core: Core): void {
  const taken = <i64>core.taken;
  core.counters.inputPops += <f64>taken;
  if (isPlain(core) || isNone(core.scan)) {
    core.counters.synapseStallMemory += <f64>(taken * core.weightCycles);
    core.counters.synapseOverhead += <f64>(taken * core.overheadCycles + core.drainingCycles);
  } else core.counters.synapseOverhead += <f64>taken;
  core.counters.packetsSent += <f64>core.sent;
  core.taken = 0;
  core.drainingCycles = 0;
  core.sent = 0;
  const counters = core.counters;
  counters.inputPushes = counters.inputPops + <f64>core.stored + <f64>core.cleared;
  counters.spikesReceived = counters.inputPops;
  counters.outputPushes = counters.packetsSent;
  counters.outputPops = counters.packetsSent;
}

/** Brings the columns of all cores up to date. */
export function settleCores(): void {
  for (let block = blocks; isBefore(block, blocksEnd); block = nextInRow(block)) settleRows(block);
  for (let core = cores, i = 0; i < coreCount; i++, core = nextInRow(core)) settleCore(core);
}
