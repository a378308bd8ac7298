/**
 * Metrics of a point by the analytical model: exact accuracy and area, expected latency and energy; it takes
 * microseconds and no simulation.
 */

import { areaOf, checkClock, checkFpga, checkFrame, type Experiment, fpgaUse } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { type ActivityProfile, estimate } from "../../sim/expect/index.js";
import type { Functional } from "../../sim/functional/index.js";
import { demandRest, FPGA_METRICS, fpgaMetrics, needsOn, price, restOf } from "../../sim/index.js";
import type { Metrics } from "../objectives.js";
import type { Engine, Task } from "./engine.js";

/** An engine that can also estimate points. Null: the chip cannot hold the network, or cannot reach its clock. */
export interface EstimatingEngine extends Engine {
  estimate(task: Task): Promise<Metrics | null>;
}

export function canEstimate(engine: Engine): engine is EstimatingEngine {
  return "estimate" in engine;
}

/** Metrics that the analytical model gives. */
export const ESTIMATED = [
  "accuracy_percent",
  "energy_uj_per_inference",
  "latency_us",
  "latency_cycles",
  "throughput_per_s",
  "area_mm2",
  "power_mw",
  "edp_nj_s",
  ...FPGA_METRICS,
] as const;

/** Metrics from accuracy and mean activity of a functional run; null if the chip cannot run the network. */
export function estimatedMetrics(
  experiment: Experiment,
  functional: Pick<Functional, "correct" | "scored">,
  profile: ActivityProfile,
): { readonly [name in (typeof ESTIMATED)[number]]: number | null } | null {
  const { chip, precision, mapping } = experiment;
  try {
    const needs = needsOn(chip, precision, profile.topology);
    checkClock(chip, precision, needs);
    checkFrame(chip, profile.topology);
    const fpga = fpgaUse(chip, precision, needs);
    if (fpga !== null) checkFpga(fpga);
    const area = areaOf(chip, precision, needs).totalMm2;
    const expected = estimate(chip, precision, mapping, profile);
    if (expected === null) return null;
    const { clockMhz } = chip.technology;
    const rest = restOf(experiment);
    const latencyUs = expected.latencyCycles / clockMhz;
    demandRest(rest, latencyUs);
    const { totalPj } = price(chip, precision, profile.topology, expected.counters, rest);
    const energyUj = totalPj === null ? null : totalPj * 1e-6;
    return {
      accuracy_percent: (100 * functional.correct) / functional.scored,
      energy_uj_per_inference: energyUj,
      latency_us: latencyUs,
      latency_cycles: expected.latencyCycles,
      throughput_per_s: (clockMhz * 1e6) / expected.cyclesPerUtterance,
      area_mm2: area,
      power_mw: energyUj === null ? null : rest === null ? (1e3 * energyUj) / latencyUs : energyUj / rest.periodMs,
      edp_nj_s: energyUj === null ? null : energyUj * latencyUs * 1e-3,
      ...fpgaMetrics(fpga),
    };
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}
