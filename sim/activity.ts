/**
 * When a core's units are clocked and when its parts leak; `chip.idle` decides. `clocked`: every clock runs every
 * cycle. `clock-gated`: a unit's registers are clocked while it is busy or stalled, the core's clock tree while any
 * unit is. `power-gated`: as before; also, logic leaks only then, memories and configuration registers of used
 * cores keep their content at `RETENTION` of their leakage, and unused cores leak nothing.
 */
import type { Chip } from "../arch/index.js";
import { CORE_COUNTERS, type CoreCounter, type Counters, coreColumn } from "./counters.js";

/**
 * Leakage of a memory that only keeps its content, relative to a memory in use. A guess: published drowsy memories
 * reach 0.1 to 0.4.
 */
export const RETENTION = 0.3;

/** Counters of the cycles in which a unit of a core has its clock on. */
const SYNAPSE_ACTIVE: readonly CoreCounter[] = [
  "synapse_busy_cycles",
  "synapse_overhead_cycles",
  "synapse_stall_state_cycles",
  "synapse_stall_memory_cycles",
  "synapse_stall_dram_cycles",
];
const SOMA_ACTIVE: readonly CoreCounter[] = [
  "soma_busy_cycles",
  "soma_stall_state_cycles",
  "soma_stall_output_cycles",
  "soma_stall_dram_cycles",
];

export const coreCount = (counters: Counters, core: number, counter: CoreCounter): number =>
  counters.cores[core * CORE_COUNTERS.length + coreColumn[counter]];

/** Cycles in which each unit of a core, and the core, is clocked. */
export function activeCycles(
  counters: Counters,
  core: number,
  clocked: boolean,
): { readonly synapse: number; readonly soma: number; readonly any: number } {
  const sum = (names: readonly CoreCounter[]): number => names.reduce((total, name) => total + coreCount(counters, core, name), 0);
  const { cycles } = counters;
  if (clocked) return { synapse: cycles, soma: cycles, any: cycles };
  const [synapse, soma] = [sum(SYNAPSE_ACTIVE), sum(SOMA_ACTIVE)];
  // The two units may overlap. The sum ignores that, so it is an upper bound; it never exceeds the run.
  return { synapse, soma, any: Math.min(cycles, synapse + soma) };
}

/** Time in ns for which a core's logic leaks, and for which its memories leak. */
export function coreLeakageNs(chip: Chip, counters: Counters, core: number): { readonly logic: number; readonly memory: number } {
  const periodNs = 1000 / chip.technology.clockMhz; // mW x ns = pJ
  if (chip.technology.idle !== "power-gated") return { logic: counters.cycles * periodNs, memory: counters.cycles * periodNs };
  const { any } = activeCycles(counters, core, false);
  const kept = any > 0 ? (counters.cycles - any) * RETENTION : 0;
  return { logic: any * periodNs, memory: (any + kept) * periodNs };
}
