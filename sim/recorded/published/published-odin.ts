/**
 * ODIN's two published powers from its cycle model: spike events keep a core busy, and its counted synaptic operations
 * are multiplied by their measured energy; leakage and clock are added. This is the paper's Eq. (2) with the paper's
 * constants, but the model's rate.
 */

import type { OdinChip } from "../../../arch/index.js";
import { powerOfTwo } from "../../../base/math.js";
import { runOdin } from "../odin.js";
import { type PublishedRow, publishedValue } from "./row.js";

const EVENTS = 200;
const NEURONS = 256;

/** Synaptic operations per cycle of a core whose queue always holds the next spike event; no neuron ever fires. */
export function saturatedSynapticOperationsPerCycle(chip: OdinChip): number {
  const zeros = new Int32Array(NEURONS);
  const neurons = {
    ...{
      disable: zeros,
      leak_en: zeros,
      leak: zeros,
      thr: new Int32Array(NEURONS).fill(powerOfTwo(chip.membrane_bits) - 1),
      ca_en: zeros,
      thetamem: zeros,
    },
    ...{ ca_theta1: zeros, ca_theta2: zeros, ca_theta3: zeros, ca_leak: zeros, core: zeros, calcium: zeros, caleak_cnt: zeros },
  };
  const events = Array.from({ length: EVENTS }, (_, i) => ({ notBefore: 1, value: ((i % NEURONS) << 8) | 0x07 }));
  const run = runOdin(
    { ...chip, loop: "open" },
    { synapses: new Uint8Array(NEURONS * NEURONS), inhibits: new Uint8Array(NEURONS), neurons, events, limitCycles: 4 * EVENTS * NEURONS },
  );
  const operations = run.operations
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((row) => row.split(","));
  const [first, last] = [operations[0], operations.at(-1) as string[]];
  return ((operations.length - 1) * chip.neurons) / (Number(last[0]) - Number(first[0]));
}

export function odinPowerUw(
  power: Omit<NonNullable<OdinChip["power"]>, "highest_clock_mhz">,
  clockMhz: number,
  operationsPerCycle: number,
): number {
  const operationsPerS = operationsPerCycle * clockMhz * 1e6;
  return operationsPerS * power.synaptic_operation_pj * 1e-6 + power.leakage_uw + power.idle_uw_per_mhz * clockMhz;
}

export function odinRows(chip: OdinChip): PublishedRow[] {
  const power = chip.power;
  if (power === null) return [];
  const perCycle = saturatedSynapticOperationsPerCycle(chip);
  return [
    { metric: "total power, accelerated", clockMhz: 75 },
    { metric: "total power, biological rate", clockMhz: 1.3 },
  ].map(({ metric, clockMhz }): PublishedRow => {
    const published = publishedValue("ODIN", metric);
    const model = odinPowerUw(power, clockMhz, perCycle);
    return {
      ...{
        chip: "ODIN",
        kind: "power",
        evidence: "silicon",
        quantity: `${metric} (${published.conditions})`,
        unit: published.unit,
        published: published.value,
        model,
      },
      ...{ tolerance: { percent: 3 }, silicon: null, basis: "identity", source: published.source },
    };
  });
}
