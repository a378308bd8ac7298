/**
 * Idle cycles of the cores' units: the rest of a run's cycles, so that the cycle counters of each unit sum to the run.
 */
import { InvariantError } from "../../base/errors.js";
import { CORE_COUNTERS, type CoreCounter, coreColumn } from "../counters.js";

const UNITS: readonly { readonly idle: CoreCounter; readonly others: readonly CoreCounter[] }[] = [
  {
    idle: "synapse_idle_cycles",
    others: [
      "synapse_busy_cycles",
      "synapse_overhead_cycles",
      "synapse_stall_state_cycles",
      "synapse_stall_memory_cycles",
      "synapse_stall_dram_cycles",
    ],
  },
  {
    idle: "soma_idle_cycles",
    others: ["soma_busy_cycles", "soma_stall_state_cycles", "soma_stall_output_cycles", "soma_stall_dram_cycles"],
  },
];

/**
 * Fills the idle columns of [cores][CORE_COUNTERS] in place and returns it. @throws InvariantError if a unit worked
 * longer than the run.
 */
export function idleFilled(cores: Float64Array, cycles: number): Float64Array {
  for (let at = 0; at < cores.length; at += CORE_COUNTERS.length) {
    for (const { idle, others } of UNITS) {
      const used = others.reduce((sum, name) => sum + cores[at + coreColumn[name]], 0);
      if (used > cycles) throw new InvariantError(`core[${at / CORE_COUNTERS.length}]`, null, `${others[0]}: ${used} of ${cycles} cycles`);
      cores[at + coreColumn[idle]] = cycles - used;
    }
  }
  return cores;
}
