/**
 * Energy between inferences of a device that is always on: it makes one inference per `workload.period_ms` and rests
 * for the remainder of the period.
 *
 * `chip.idle: clocked`: everything leaks and all clocks run. `clock-gated`: everything leaks. `power-gated`: logic,
 * unused cores and routers are off, and memories and configuration registers of used cores keep their content at
 * `RETENTION` of their leakage. `workload.rest` replaces these shares of leakage, for logic and routers and for
 * memories, on every core. Links leak throughout, as in a run, and a DRAM takes its background power if the description
 * gives it. Counters do not change.
 * Not modelled: time and energy of falling asleep and waking, a DRAM that sleeps, inferences that overlap.
 */
import {
  type Chip,
  type CorePrices,
  diePrices,
  dramVariables,
  type Experiment,
  framePrices,
  linkCounts,
  linkPrices,
  ownPriceOf,
  type Precision,
  portPrices,
  type RouterPrices,
  treeLinkCount,
  treeLinkPrices,
} from "../arch/index.js";
import { InfeasibleError } from "../base/errors.js";
import { isUsed, RETENTION } from "./activity.js";
import { CORE_LEAKAGE, MEMORY_CLOCKS, TABLE_LEAKAGE } from "./core-leakage.js";
import type { Counters } from "./counters.js";
import type { BreakdownRow } from "./result.js";

/** The time between inferences, as the workload gives it. */
export interface Rest {
  readonly periodMs: number;
  /** Percent of the leakage that remains; null: `chip.idle` decides. */
  readonly logicPercent: number | null;
  readonly memoryPercent: number | null;
}

/** null if inferences follow each other without a pause, or if their rate does not matter. */
export function restOf({ workload }: Pick<Experiment, "workload">): Rest | null {
  const { periodMs, rest } = workload;
  if (periodMs === undefined) return null;
  return { periodMs, logicPercent: rest?.logicPercent ?? null, memoryPercent: rest?.memoryPercent ?? null };
}

/** A warning of logic that is off between inferences while its clocks run; empty: none. */
export function clockedRest({ chip, workload }: Pick<Experiment, "chip" | "workload">): readonly string[] {
  const percent = workload.rest?.logicPercent;
  if (chip.technology.idle !== "clocked" || percent === undefined || percent === 100) return [];
  return [
    `workload.rest.logic_percent is ${percent}, but with chip.idle: clocked all clocks run between inferences, at their full energy: logic without supply has none; set chip.idle: clock-gated`,
  ];
}

/**
 * `longestUs`: latency of the longest inference, because the next one begins after a period, whatever the mean is.
 * @throws InfeasibleError if it takes longer than the period
 */
export function demandRest(rest: Rest | null, longestUs: number): void {
  if (rest === null || longestUs <= rest.periodMs * 1000) return;
  throw new InfeasibleError(
    "PERIOD_TOO_SHORT",
    "the longest timed inference",
    `${(longestUs / 1000).toPrecision(4)} ms`,
    `${rest.periodMs} ms`,
    `set workload.period_ms: ${Math.ceil(longestUs) / 1000}, or a faster chip`,
  );
}

/** End of the names of the breakdown's lines between inferences; before it, they are called like those of a run. */
export const REST = " between inferences";

interface Prices {
  readonly cores: readonly { readonly prices: CorePrices }[];
  readonly routers: readonly RouterPrices[];
}

/** Lines of the energy between inferences, pJ per inference. */
export function restRows(
  chip: Chip,
  precision: Precision,
  { cores, routers }: Prices,
  counters: Counters,
  rest: Rest,
): readonly BreakdownRow[] {
  const { clockMhz, idle } = chip.technology;
  const ns = Math.max(0, rest.periodMs * 1e6 - (counters.cycles * 1000) / clockMhz / counters.utterances);
  const gated = idle === "power-gated";
  const logic = rest.logicPercent === null ? Number(!gated) : rest.logicPercent / 100;
  const lines = new Map<string, { energyPj: number; readonly group: "leakage" | "clock"; readonly sources: Set<string> }>();
  const add = (
    component: string,
    group: "leakage" | "clock",
    amount: number,
    price: { readonly value: number; readonly source: string },
  ): void => {
    if (amount * price.value === 0) return;
    const line = lines.get(component) ?? { energyPj: 0, group, sources: new Set() };
    line.energyPj += amount * price.value;
    line.sources.add(price.source);
    lines.set(component, line);
  };
  const cycles = idle === "clocked" ? (ns * clockMhz) / 1000 : 0;
  for (const core of chip.cores) {
    const { prices } = cores[core.id];
    const kept = gated ? (isUsed(counters, core.id) ? RETENTION : 0) : 1;
    const left = { logic, memory: rest.memoryPercent === null ? kept : rest.memoryPercent / 100 };
    for (const { component, leaks, priceOf } of [...CORE_LEAKAGE, ...TABLE_LEAKAGE]) {
      const price = priceOf(chip, core, prices);
      if (price !== null) add(component, "leakage", ns * left[leaks], price);
    }
    add("core clock", "clock", cycles, prices.core_clock_pj_per_cycle);
    for (const { component, price } of MEMORY_CLOCKS) add(component, "clock", cycles, prices[price]);
  }
  for (const prices of routers) {
    add("router leakage", "leakage", ns * logic, prices.router_leakage_mw);
    add("router clock", "clock", cycles, prices.router_clock_pj_per_cycle);
  }
  const frame = framePrices(chip, precision);
  if (frame !== null) {
    const kept = rest.memoryPercent === null ? (gated ? RETENTION : 1) : rest.memoryPercent / 100;
    add("frame buffer leakage", "leakage", ns * kept, frame.frame_buffer_leakage_mw);
    add("frame buffer clock", "clock", cycles, frame.frame_buffer_clock_pj_per_cycle);
  }
  const background = chip.spill === null ? null : ownPriceOf(chip, "dram_background_mw", () => dramVariables(chip));
  if (background !== null) add("DRAM background", "leakage", ns, background);
  const between = diePrices(chip);
  if (between !== null && between.die_link_leakage_mw !== null)
    add("die link leakage", "leakage", ns * between.links, between.die_link_leakage_mw);
  const port = portPrices(chip);
  if (port !== null) {
    add("port queue leakage", "leakage", ns * logic, port.port_queue_leakage_mw);
    add("port queue clock", "clock", cycles, port.port_queue_clock_pj_per_cycle);
  }
  for (const [tiles, links] of linkCounts(chip)) add("link leakage", "leakage", ns * links, linkPrices(chip, tiles).link_leakage_mw);
  const tree = treeLinkPrices(chip);
  if (tree !== null) add("tree link leakage", "leakage", ns * treeLinkCount(chip), tree.tree_link_leakage_mw);
  return [...lines].map(([component, { energyPj, group, sources }]) => ({
    ...{ component: `${component}${REST}`, group, count: null, unitEnergyPj: null, energyPj, areaMm2: null },
    source: [...sources].join(" | "),
  }));
}
