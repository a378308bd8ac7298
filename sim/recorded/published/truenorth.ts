/**
 * TrueNorth's powers over its activity: one core with 128 synapses a neuron fires at a given rate, its counted synaptic operations
 * are scaled to the chip's cores and priced. Static power and energy an operation come from two of the three points.
 *
 * Every neuron fires by its leak alone (weights are 0), with a period whose mean is the rate's; each drives one axon.
 */

import type { RancChip } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { runRanc } from "../ranc.js";
import { type PublishedRow, publishedValue } from "./row.js";

const SYNAPSES = 128;
const SEED = 1;

/** Synaptic operations a tick of one core whose neurons fire at `rateHz`. */
export function synapticOperationsPerTick(chip: RancChip, rateHz: number, tickHz: number): number {
  const rng = createRng(SEED, `TrueNorth ${rateHz}`);
  const period = tickHz / rateHz;
  const axonOf = rng.shuffle(Array.from({ length: chip.axons }, (_, axon) => axon));
  const connected = Array.from({ length: Math.min(SYNAPSES, chip.axons) }, (_, i) => i);
  const neurons = Array.from({ length: chip.neurons }, (_, n) => {
    // Rates, not periods, average: a share of neurons takes the shorter period.
    const [short, long] = [Math.floor(period), Math.floor(period) + 1];
    const share = (1 / period - 1 / long) / (1 / short - 1 / long);
    const threshold = rng.float() < share ? short : long;
    const axons = connected.map((i) => (i * 2 + (n % 2)) % chip.axons).sort((a, b) => a - b);
    const packet = { dx: 0, dy: 0, axon: axonOf[n % chip.axons], delayTicks: 0 };
    const state = { potential: rng.int(0, threshold - 1), reset: 0, weights: [0, 0, 0, 0], leak: 1 };
    return { ...state, axons, packet, positiveThreshold: threshold, negativeThreshold: -1, resetMode: 0 };
  });
  const tickCycles = chip.neurons * (chip.axons + 2) + 4;
  const ticks = Math.max(64, 2 * Math.ceil(period));
  const run = runRanc(chip, {
    cores: [{ axonTypes: new Array<number>(chip.axons).fill(0), neurons }, null],
    ticks: Array.from({ length: ticks }, (_, i) => 5 + i * tickCycles),
    injections: [],
    limitCycles: 5 + (ticks + 1) * tickCycles,
  });
  const operations = run.cores[0]?.counters().synaptic_ops ?? 0;
  // The first tick reads an empty scheduler.
  return operations / (ticks - 1);
}

export function trueNorthRows(chip: RancChip): PublishedRow[] {
  const power = chip.power;
  if (power === null) return [];
  return [
    { rateHz: 11.58, basis: "calibrated" as const },
    { rateHz: 20.07, basis: "predicted" as const },
    { rateHz: 95.93, basis: "calibrated" as const },
  ].map(({ rateHz, basis }): PublishedRow => {
    const published = publishedValue("TrueNorth", "total power", `${rateHz} Hz`);
    const operationsPerS = synapticOperationsPerTick(chip, rateHz, power.tick_hz) * power.tick_hz * power.cores;
    const model = power.static_mw + operationsPerS * power.synaptic_operation_pj * 1e-9;
    return {
      ...{ chip: "TrueNorth", quantity: `total power (${published.conditions})`, unit: published.unit, published: published.value, model },
      ...{ tolerance: { percent: 5 }, basis, source: published.source },
    };
  });
}
