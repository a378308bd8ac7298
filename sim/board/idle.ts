/**
 * Cycles in which the cores' units do nothing: the rest of a run's cycles, so that the cycle counters of each unit sum
 * to the run, and those of a core that holds neurons.
 */
import { InvariantError } from "../../base/errors.js";
import { unitCycles } from "../activity.js";
import { CORE_COUNTERS, coreColumn } from "../counters.js";

/**
 * Fills the columns that follow from the run's cycles, in place, and returns [cores][CORE_COUNTERS] of one utterance:
 * idle cycles of the units, active and resting cycles of the cores. The units may overlap, which the sum ignores, so
 * active cycles are an upper bound. @throws InvariantError if a unit worked longer than the run.
 */
export function idleFilled(cores: Float64Array, cycles: number, usedCores: readonly number[]): Float64Array {
  const columns = CORE_COUNTERS.length;
  for (let core = 0; core < cores.length / columns; core++) {
    const at = core * columns;
    const used = unitCycles((name) => cores[at + coreColumn[name]]);
    for (const unit of ["synapse", "soma"] as const) {
      if (used[unit] > cycles) throw new InvariantError(`core[${core}]`, null, `${unit}: ${used[unit]} of ${cycles} cycles`);
      cores[at + coreColumn[`${unit}_idle_cycles`]] = cycles - used[unit];
    }
    cores[at + coreColumn.active_cycles] = Math.min(cycles, used.synapse + used.soma);
  }
  for (const core of usedCores) {
    const at = core * columns;
    cores[at + coreColumn.resting_cycles] = cycles - cores[at + coreColumn.active_cycles];
  }
  return cores;
}
