/**
 * The resource of a chip that limits a run: for the unit with the fewest idle cycles, the activity or wait that takes
 * most of its cycles. Pure.
 */
import type { Chip } from "../../arch/index.js";
import { CORE_COUNTERS, type CoreCounter, type Counters, coreColumn } from "../counters.js";

type CycleCounter = Extract<CoreCounter, `${"synapse" | "soma"}_${string}_cycles`>;

/**
 * Activity or wait of a unit, and the resource that is short if it dominates; null: none of the core's. For
 * accumulation, what bounds a group of synapses (`group-limits.ts`).
 */
export const CYCLES: { readonly [counter in CycleCounter]: { readonly does: string; readonly resource: string | null } } = {
  synapse_busy_cycles: { does: "accumulates", resource: null },
  synapse_overhead_cycles: { does: "looks up and drains", resource: "its axon look-up" },
  synapse_stall_state_cycles: { does: "waits for the state memory", resource: "its state memory" },
  synapse_stall_memory_cycles: { does: "waits for weights", resource: "its synapse memory" },
  synapse_stall_dram_cycles: { does: "waits for DRAM", resource: "the DRAM channel" },
  synapse_idle_cycles: { does: "has no spikes", resource: null },
  soma_busy_cycles: { does: "updates", resource: "its update units" },
  soma_stall_state_cycles: { does: "waits for the state memory", resource: "its state memory" },
  soma_stall_dram_cycles: { does: "waits for states from DRAM", resource: "the DRAM" },
  soma_stall_output_cycles: { does: "is held by its packets", resource: null },
  soma_idle_cycles: { does: "has nothing to do", resource: null },
};

/** What bounds a run's time. */
export interface Binding {
  /**
   * null: the limit is one for all cores: the network on chip, the host link, links between dies, or the time between
   * steps.
   */
  readonly core: number | null;
  /** E.g. `its lanes`, of that core. */
  readonly resource: string;
  /** Share of all cycles. */
  readonly share: number;
}

/**
 * The resource of a core's unit that takes the largest share of all cycles; null: the unit only is idle. `group`: what
 * bounds a group of its synapses.
 */
export function scarcest(core: number, unit: "synapse" | "soma", share: (counter: CycleCounter) => number, group: string): Binding | null {
  let found: Binding | null = null;
  for (const counter of Object.keys(CYCLES) as CycleCounter[]) {
    const resource = counter === "synapse_busy_cycles" ? group : CYCLES[counter].resource;
    if (!counter.startsWith(unit) || resource === null || share(counter) <= (found?.share ?? 0)) continue;
    found = { core, resource, share: share(counter) };
  }
  return found;
}

/**
 * The tick of a chip that has one, if its busiest unit is idle in more of the cycles than any resource takes; `found`
 * otherwise. `leastIdle`: share of that unit's idle cycles.
 */
export const orTick = (found: Binding | null, tick: Chip["tick"], leastIdle: number): Binding | null =>
  tick !== null && found !== null && leastIdle > found.share ? { core: null, resource: "the tick", share: leastIdle } : found;

/**
 * A unit with few idle cycles, but a soma that its packets hold waits for others: for a unit that fills an input queue,
 * or for the network if it is held for longer than any unit works. The barrier, or the tick, if it takes more of the
 * time than any resource of a core or any link. null if nothing works.
 * @param dieShare share of all cycles in which the busiest link between dies carries a flit
 * @param groupLimit of `groupLimits`
 */
export function bindingOf(
  { cores, cycles, barrierCycles, port }: Counters,
  dieShare: number,
  tick: Chip["tick"],
  groupLimit: (core: number) => string,
): Binding | null {
  if (cycles === 0) return null;
  const width = CORE_COUNTERS.length;
  let found: Binding | null = null;
  let least = Number.POSITIVE_INFINITY;
  let held = 0;
  for (let core = 0; core < cores.length / width; core++) {
    const share = (counter: CycleCounter): number => cores[core * width + coreColumn[counter]] / cycles;
    const output = share("soma_stall_output_cycles");
    held = Math.max(held, output);
    for (const unit of ["synapse", "soma"] as const) {
      const waiting = share(`${unit}_idle_cycles`) + (unit === "soma" ? output : 0);
      if (waiting >= least) continue;
      least = waiting;
      found = scarcest(core, unit, share, groupLimit(core));
    }
  }
  if (1 - held < least) {
    least = 1 - held;
    found = { core: null, resource: "the network on chip", share: held };
  }
  // a link that waits for the chip is not the limit
  const link = (port?.busyCycles ?? 0) / cycles;
  const shared = dieShare > link ? { resource: "the links between dies", share: dieShare } : { resource: "the host link", share: link };
  if (1 - shared.share < least) found = { core: null, ...shared };
  const waits = barrierCycles / cycles;
  if (waits > (found?.share ?? 0)) found = { core: null, resource: "the barrier between steps", share: waits };
  return orTick(found, tick, least);
}
