/**
 * TrueNorth's power against activity and supply: one core, whose neurons have a given number of synapses, fires at a
 * given rate; its counted synaptic operations are scaled to the chip's cores and priced. Static power and energy per
 * operation come from two points at 0.8 V; other supplies follow the library's laws at 28 nm.
 *
 * Every neuron fires by its leak alone (weights are 0), with a period whose mean gives the rate; each neuron drives one
 * axon.
 */

import { type Corner, energyRatio, leakageVoltageRatio, type RancChip, sweepCycles } from "../../../arch/index.js";
import { createRng } from "../../../base/rng.js";
import { runRanc } from "../ranc.js";
import { type PublishedRow, publishedValue } from "./row.js";

/** Synapses per neuron in the measurement of the constants. */
const SYNAPSES = 128;
const SEED = 1;
/** Supply in the measurement of the description's constants. */
const CONSTANTS_V = 0.8;

const at28Nm = (voltageV: number): Corner => ({ nodeNm: 28, form: "LP", voltageV });

/** Synaptic operations per tick of one core whose neurons fire at `rateHz`. */
export function synapticOperationsPerTick(chip: RancChip, rateHz: number, tickHz: number, synapses = SYNAPSES): number {
  const rng = createRng(SEED, `TrueNorth ${rateHz}`);
  const period = tickHz / rateHz;
  const axonOf = rng.shuffle(Array.from({ length: chip.axons }, (_, axon) => axon));
  const connected = Array.from({ length: Math.min(synapses, chip.axons) }, (_, i) => i);
  const stride = Math.floor(chip.axons / connected.length);
  const neurons = Array.from({ length: chip.neurons }, (_, n) => {
    // rates average, not periods: a share of the neurons has the shorter period
    const [short, long] = [Math.floor(period), Math.floor(period) + 1];
    const share = (1 / period - 1 / long) / (1 / short - 1 / long);
    const threshold = rng.float() < share ? short : long;
    const axons = connected.map((i) => i * stride + (n % stride));
    const packet = { dx: 0, dy: 0, axon: axonOf[n % chip.axons], delayTicks: 0 };
    const state = { potential: rng.int(0, threshold - 1), reset: 0, weights: [0, 0, 0, 0], leak: 1 };
    return { ...state, axons, packet, positiveThreshold: threshold, negativeThreshold: -1, resetMode: 0 };
  });
  const tickCycles = sweepCycles(chip);
  const ticks = Math.max(64, 2 * Math.ceil(period));
  const run = runRanc(chip, {
    cores: [{ axonTypes: new Array<number>(chip.axons).fill(0), neurons }, null],
    ticks: Array.from({ length: ticks }, (_, i) => 5 + i * tickCycles),
    injections: [],
    limitCycles: 5 + (ticks + 1) * tickCycles,
  });
  const operations = run.cores[0]?.counters().synaptic_ops ?? 0;
  // the first tick reads an empty scheduler
  return operations / (ticks - 1);
}

interface Point {
  readonly rateHz: number;
  readonly synapses: number;
  readonly voltageV: number;
  readonly basis: PublishedRow["basis"];
  /** Metric of the table, and a part of its conditions. */
  readonly row: readonly [metric: string, conditions: string];
}
const at08V = (rateHz: number, basis: PublishedRow["basis"]): Point => ({
  ...{ rateHz, synapses: SYNAPSES, voltageV: CONSTANTS_V, basis },
  row: ["total power", `${rateHz} Hz`],
});
const POINTS: readonly Point[] = [
  at08V(11.58, "calibrated"),
  at08V(20.07, "predicted"),
  at08V(95.93, "calibrated"),
  { rateHz: 0, synapses: 0, voltageV: 0.7, basis: "predicted", row: ["total power, zero activity", ""] },
  { rateHz: 20, synapses: 128, voltageV: 0.75, basis: "predicted", row: ["total power", "0.75 V"] },
  { rateHz: 20, synapses: 128, voltageV: 0.775, basis: "predicted", row: ["total power, same point", ""] },
  { rateHz: 200, synapses: 256, voltageV: 1.05, basis: "predicted", row: ["total power, high corner", ""] },
];
/** Allowed difference at the constants' supply, and at other supplies, where the laws of supply apply. */
const TOLERANCE = { sameSupply: { percent: 5 }, otherSupply: { percent: 15 } } as const;

/** Power of the whole chip, mW. */
function powerMw(chip: RancChip, power: NonNullable<RancChip["power"]>, { rateHz, synapses, voltageV }: Point): number {
  const perTick = rateHz === 0 ? 0 : synapticOperationsPerTick(chip, rateHz, power.tick_hz, synapses);
  const operationsPerS = perTick * power.tick_hz * power.cores;
  const dynamic = operationsPerS * power.synaptic_operation_pj * 1e-9 * energyRatio(at28Nm(CONSTANTS_V), at28Nm(voltageV));
  return power.static_mw * leakageVoltageRatio(voltageV, CONSTANTS_V) + dynamic;
}

export function trueNorthRows(chip: RancChip): PublishedRow[] {
  const { power } = chip;
  if (power === null) return [];
  return POINTS.map((point): PublishedRow => {
    const published = publishedValue("TrueNorth", ...point.row);
    return {
      ...{ chip: "TrueNorth", kind: "power", evidence: "silicon", quantity: `total power (${published.conditions})`, unit: published.unit },
      ...{ published: published.value, model: powerMw(chip, power, point) },
      ...{
        tolerance: point.voltageV === CONSTANTS_V ? TOLERANCE.sameSupply : TOLERANCE.otherSupply,
        silicon: null,
        basis: point.basis,
        source: published.source,
      },
    };
  });
}
