/**
 * Counters of the compiled cores as the host reads them. What each message, packet or dense row counts alike is counted by number as it comes, and
 * added to the columns when they are read.
 */
import {
  add,
  B_BEAT,
  B_CORE,
  B_DRAM_WORD,
  B_ROW_CYCLES,
  B_ROW_GROUPS,
  B_ROW_ITEMS,
  B_ROW_READS,
  B_ROW_WORDS,
  B_ROWS,
  BLOCK_SIZE,
  blocks,
  blocksEnd,
  C_COUNTERS,
  CORE_SIZE,
  field,
  INPUT_POPS,
  INPUT_PUSHES,
  O_SENT,
  OUTPUT_POPS,
  OUTPUT_PUSHES,
  PACKETS_SENT,
  Q_STORED,
  SPIKES_RECEIVED,
  STATE_READS,
  STATE_WRITES,
  SYNAPSE_BUSY,
  SYNAPSE_OVERHEAD,
  SYNAPSE_READS,
  SYNAPSE_STALL_MEMORY,
  SYNAPSE_STALL_STATE,
  SYNAPTIC_ADDS,
  SYNAPTIC_MACS,
  Y_DRAINING,
  Y_LATENCY,
  Y_OVERHEAD,
  Y_TAKEN,
} from "./core-records.part.as";

const COUNTERS = 27 * 8;

/** Nothing counted yet in a core. */
export function resetCounters(core: usize): void {
  memory.fill(field(core, C_COUNTERS), 0, COUNTERS);
  store<i64>(core, 0, Y_DRAINING);
  store<u32>(core, 0, Y_TAKEN);
  store<u32>(core, 0, O_SENT);
}

/** The same in all blocks. */
export function resetRows(): void {
  for (let block = blocks; block < blocksEnd; block += BLOCK_SIZE) store<u64>(block, 0, B_ROWS);
}

/** Dense rows: an undisturbed one takes B_ROW_CYCLES, and one that takes longer has told the difference. */
function settleRows(block: usize): void {
  const adds = <i64>load<u32>(block, B_ROWS);
  const macs = <i64>load<u32>(block, B_ROWS + 4);
  const rows = adds + macs;
  if (rows == 0) return;
  store<u64>(block, 0, B_ROWS);
  const core = field(block, B_CORE);
  const items = <i64>load<i32>(block, B_ROW_ITEMS);
  const words = rows * load<i32>(block, B_ROW_WORDS);
  const groups = rows * load<i32>(block, B_ROW_GROUPS);
  const beats = groups * load<i32>(block, B_BEAT);
  add(core, SYNAPTIC_ADDS, adds * items);
  add(core, SYNAPTIC_MACS, macs * items);
  if (load<i32>(block, B_DRAM_WORD) == 0) add(core, SYNAPSE_READS, rows * load<i32>(block, B_ROW_READS));
  add(core, STATE_READS, words);
  add(core, STATE_WRITES, words);
  add(core, SYNAPSE_BUSY, groups);
  add(core, SYNAPSE_STALL_MEMORY, beats - groups);
  add(core, SYNAPSE_STALL_STATE, rows * load<i64>(block, B_ROW_CYCLES) - beats);
}

function settleCore(core: usize): void {
  const taken = <i64>load<u32>(core, Y_TAKEN);
  add(core, INPUT_POPS, taken);
  add(core, SYNAPSE_STALL_MEMORY, taken * load<i32>(core, Y_LATENCY));
  add(core, SYNAPSE_OVERHEAD, taken * load<i32>(core, Y_OVERHEAD) + load<i64>(core, Y_DRAINING));
  add(core, PACKETS_SENT, load<u32>(core, O_SENT));
  store<u32>(core, 0, Y_TAKEN);
  store<i64>(core, 0, Y_DRAINING);
  store<u32>(core, 0, O_SENT);
  const row = field(core, C_COUNTERS);
  const popped = load<f64>(row, INPUT_POPS);
  store<f64>(row, popped + <f64>load<u32>(core, Q_STORED), INPUT_PUSHES);
  store<f64>(row, popped, SPIKES_RECEIVED);
  store<f64>(row, load<f64>(row, PACKETS_SENT), OUTPUT_PUSHES);
  store<f64>(row, load<f64>(row, PACKETS_SENT), OUTPUT_POPS);
}

/** Brings the columns of the `many` cores from `cores` on up to date. */
export function settleColumns(cores: usize, many: i32): void {
  for (let block = blocks; block < blocksEnd; block += BLOCK_SIZE) settleRows(block);
  for (let core = cores, end = cores + <usize>many * CORE_SIZE; core < end; core += CORE_SIZE) settleCore(core);
}
