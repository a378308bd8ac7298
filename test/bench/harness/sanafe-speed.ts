/** The built program on the benchmark's SANA-FE files: what loading and a step take. */
import { metered } from "./meter.js";

export interface Loaded {
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** Of the whole run. */
  readonly fired: number;
  readonly packets: number;
}

/** Throws: Error where it does not end with 0. */
export function runOurs(chip: string, network: string, steps: number, more: readonly string[] = []): Loaded {
  const run = metered(["import", "sanafe", chip, network, "--steps", String(steps), "--json", ...more]);
  const { totals } = JSON.parse(run.output) as { readonly totals: { readonly fired: number; readonly packets: number } };
  return { cpuSeconds: run.cpuMs / 1000, peakBytes: run.peakMib * 2 ** 20, fired: totals.fired, packets: totals.packets };
}

/** Milliseconds per step from a long and a short run, start-up and loading of both taken out. */
export function stepMs(long: number, short: number, steps: number): number {
  return (1000 * (long - short)) / (steps - 1);
}

/** Steps of the long run by the number of neurons: enough to be measured beside the time of loading. */
export function stepsFor(neurons: number): number {
  return Math.max(20, Math.round(2_000_000 / neurons));
}
