/**
 * When a core's units are clocked and when its parts leak; `chip.idle` decides. `clocked`: every clock runs every
 * cycle. `clock-gated`: a unit's registers are clocked while it is busy or stalled, the core's clock tree while any
 * unit is (`active_cycles`). `power-gated`: as before; also, logic leaks only then, memories and configuration
 * registers of cores that hold neurons keep their content at `RETENTION` of their leakage, and other cores leak
 * nothing.
 */
import type { Chip } from "../arch/index.js";
import { CORE_COUNTERS, type CoreCounter, type Counters, coreColumn } from "./counters.js";

/**
 * Leakage of a memory that only keeps its content, relative to a memory in use. A guess: published drowsy memories
 * reach 0.1 to 0.4.
 */
export const RETENTION = 0.3;

/** Counters of the cycles in which a unit of a core works or waits: it has its clock on. */
const ACTIVE = {
  synapse: [
    "synapse_busy_cycles",
    "synapse_overhead_cycles",
    "synapse_stall_state_cycles",
    "synapse_stall_memory_cycles",
    "synapse_stall_dram_cycles",
  ],
  soma: ["soma_busy_cycles", "soma_stall_state_cycles", "soma_stall_output_cycles", "soma_stall_dram_cycles"],
} as const satisfies { readonly [unit: string]: readonly CoreCounter[] };

/** Cycles in which each unit of a core works or waits; `of`: the core's counters. */
export function unitCycles(of: (counter: CoreCounter) => number): { readonly [unit in keyof typeof ACTIVE]: number } {
  const sum = (names: readonly CoreCounter[]): number => names.reduce((total, name) => total + of(name), 0);
  return { synapse: sum(ACTIVE.synapse), soma: sum(ACTIVE.soma) };
}

export const coreCount = (counters: Counters, core: number, counter: CoreCounter): number =>
  counters.cores[core * CORE_COUNTERS.length + coreColumn[counter]];

/** Cycles in which each unit of a core, and the core, is clocked. */
export function activeCycles(
  counters: Counters,
  core: number,
  clocked: boolean,
): { readonly synapse: number; readonly soma: number; readonly any: number } {
  const { cycles } = counters;
  if (clocked) return { synapse: cycles, soma: cycles, any: cycles };
  return { ...unitCycles((name) => coreCount(counters, core, name)), any: coreCount(counters, core, "active_cycles") };
}

/** Whether a core holds neurons, whether or not it had work. */
export const isUsed = (counters: Counters, core: number): boolean =>
  coreCount(counters, core, "active_cycles") + coreCount(counters, core, "resting_cycles") > 0;

/** Time in ns for which a core's logic leaks, and for which its memories leak. */
export function coreLeakageNs(chip: Chip, counters: Counters, core: number): { readonly logic: number; readonly memory: number } {
  const periodNs = 1000 / chip.technology.clockMhz; // mW x ns = pJ
  if (chip.technology.idle !== "power-gated") return { logic: counters.cycles * periodNs, memory: counters.cycles * periodNs };
  const { any } = activeCycles(counters, core, false);
  return { logic: any * periodNs, memory: (any + coreCount(counters, core, "resting_cycles") * RETENTION) * periodNs };
}
