/**
 * The resource of a chip that limits a run: for the unit with the fewest idle cycles, the activity or wait that takes
 * most of its cycles. Pure.
 */
import type { Chip } from "../../arch/index.js";
import { CORE_COUNTERS, type CoreCounter, type Counters, coreColumn, ROUTER_COUNTERS, routerColumn } from "../counters.js";

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
  /**
   * Share of all cycles. Of the network on chip, those in which its busiest router has flits; of the host link, in
   * which packets pass it; of links between dies, in which the busiest carries flits; of the tick, `leastIdle`.
   */
  readonly share: number;
  /** Smallest share of all cycles in which a unit of any core has nothing to do or is held by its packets. */
  readonly leastIdle: number;
}

/**
 * The resource of a core's unit that takes the largest share of all cycles; null: the unit only is idle. `group`: what
 * bounds a group of its synapses.
 */
function scarcest(core: number, unit: "synapse" | "soma", share: (counter: CycleCounter) => number, group: string): Limit | null {
  let found: Limit | null = null;
  for (const counter of Object.keys(CYCLES) as CycleCounter[]) {
    const resource = counter === "synapse_busy_cycles" ? group : CYCLES[counter].resource;
    if (!counter.startsWith(unit) || resource === null || share(counter) <= (found?.share ?? 0)) continue;
    found = { core, resource, share: share(counter) };
  }
  return found;
}

type Limit = Omit<Binding, "leastIdle">;
const ofAll = (resource: string, share: number): Limit => ({ core: null, resource, share });

/** Share of all cycles in which the router has flits that has some for longest. */
function awakeShare({ routers, cycles }: Counters): number {
  let most = 0;
  for (let at = routerColumn.awake_cycles; at < routers.length; at += ROUTER_COUNTERS.length) most = Math.max(most, routers[at]);
  return most / cycles;
}

/**
 * The unit with the fewest idle cycles, a soma that its packets hold being idle, for it waits for others; or what all
 * cores share, if it is busy for longer than any unit works: links between dies, the host link, or the network on chip,
 * whose routers have flits on their way. A router that waits for a slow unit has flits, too, so the network is named
 * only if that unit is idle for longer than any resource takes. The barrier, or the tick, if it takes more of the time
 * than any resource of a core, link or router. null if nothing works.
 *
 * Measured on random chips by what the parameters of the part that is named gain (test/sim/observe/named-part.test.ts).
 * Not modelled: units of several cores that work in turn, each idle while the others work.
 * @param dieShare share of all cycles in which the busiest link between dies carries a flit
 * @param groupLimit of `groupLimits`
 */
export function bindingOf(counters: Counters, dieShare: number, tick: Chip["tick"], groupLimit: (core: number) => string): Binding | null {
  const { cores, cycles, barrierCycles, port } = counters;
  if (cycles === 0) return null;
  const width = CORE_COUNTERS.length;
  let found: Limit | null = null;
  let leastIdle = Number.POSITIVE_INFINITY;
  for (let core = 0; core < cores.length / width; core++) {
    const share = (counter: CycleCounter): number => cores[core * width + coreColumn[counter]] / cycles;
    for (const unit of ["synapse", "soma"] as const) {
      const waiting = share(`${unit}_idle_cycles`) + (unit === "soma" ? share("soma_stall_output_cycles") : 0);
      if (waiting >= leastIdle) continue;
      leastIdle = waiting;
      found = scarcest(core, unit, share, groupLimit(core));
    }
  }
  const works = 1 - leastIdle;
  const isIdle = leastIdle > (found?.share ?? 0);
  // flits that wait for a link between dies are in routers
  const network =
    dieShare > works ? ofAll("the links between dies", dieShare) : ofAll("the network on chip", isIdle ? awakeShare(counters) : 0);
  // a link that waits for the chip is not the limit
  const link = ofAll("the host link", (port?.busyCycles ?? 0) / cycles);
  const shared = network.share > link.share ? network : link;
  if (shared.share > works) found = shared;
  const waits = barrierCycles / cycles;
  if (waits > (found?.share ?? 0)) found = ofAll("the barrier between steps", waits);
  if (tick !== null && found !== null && leastIdle > found.share) found = ofAll("the tick", leastIdle);
  return found === null ? null : { ...found, leastIdle };
}
