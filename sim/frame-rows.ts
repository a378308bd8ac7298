/**
 * Energy of a frame buffer: one write and one read of each feature per step, its clock, and its leakage during the run.
 * Pure.
 */
import { type Chip, framePrices, isHostFed, type Precision, type Price, type Topology } from "../arch/index.js";
import type { Counters } from "./counters.js";
import type { BreakdownRow } from "./result.js";

/** Empty if the chip has no frame buffer. */
export function frameRows(chip: Chip, precision: Precision, { populations }: Topology, counters: Counters): readonly BreakdownRow[] {
  const prices = framePrices(chip, precision);
  if (prices === null) return [];
  const { cycles, steps, utterances } = counters;
  const features = steps * populations.filter(isHostFed).reduce((sum, { neurons }) => sum + neurons, 0);
  const row = (component: string, group: BreakdownRow["group"], times: number, price: Price, isCounted: boolean): BreakdownRow => ({
    ...{ component, group, count: isCounted ? times / utterances : null },
    ...{ unitEnergyPj: isCounted && times > 0 ? price.value : null, energyPj: (times * price.value) / utterances },
    ...{ areaMm2: null, source: price.source },
  });
  const periodNs = 1000 / chip.technology.clockMhz;
  return [
    row("frame buffer writes", "memory", features, prices.frame_buffer_write_pj, true),
    row("frame buffer reads", "memory", features, prices.frame_buffer_read_pj, true),
    ...(prices.frame_buffer_clock_pj_per_cycle.value > 0
      ? [row("frame buffer clock", "clock", cycles, prices.frame_buffer_clock_pj_per_cycle, true)]
      : []),
    row("frame buffer leakage", "leakage", cycles * periodNs, prices.frame_buffer_leakage_mw, false),
  ];
}
