/**
 * Metrics of a point by the analytical model: exact accuracy and area, expected latency and energy; it takes
 * microseconds and no simulation.
 */

import { areaOf, checkClock, checkFpga, checkFrame, type Experiment, fpgaUse } from "../../arch/index.js";
import { HostFault, hostFault, InfeasibleError, InputError } from "../../base/errors.js";
import { type ActivityProfile, estimate } from "../../sim/expect/index.js";
import type { Functional } from "../../sim/functional/index.js";
import { demandRest, FPGA_METRICS, fpgaMetrics, needsOn, price, restOf } from "../../sim/index.js";
import type { Metrics } from "../objectives.js";
import type { Engine, Outcome, Task } from "./engine.js";

/** An engine that can also estimate points. */
export interface EstimatingEngine extends Engine {
  /**
   * Null: the network cannot be made or run, or the chip cannot hold it or reach its clock. @throws HostFault if no
   * attempt at the run said anything about it: to leave out one estimate would change the search
   */
  estimate(task: Task): Promise<Metrics | null>;
}

export function canEstimate(engine: Engine): engine is EstimatingEngine {
  return "estimate" in engine;
}

/** How often a run for estimates is asked for again. */
const RETRIES = 3;

/**
 * What estimates need of a functional run, asked for until it is there; null: the run itself is not possible. An engine
 * loses a run no more often than it allows itself. @throws HostFault if the last attempt says nothing about the run
 */
export async function runForEstimates<Run extends object>(ask: () => Promise<Run | Outcome>): Promise<Run | null> {
  for (let retry = 0; ; ) {
    const answer = await ask();
    if (!("kind" in answer)) return answer;
    if (answer.kind === "lost") continue;
    if (answer.kind !== "failed" || !answer.retryable) return null;
    const fix = "no estimate is left out, so nothing is searched; once that is mended, the same command continues";
    if (retry++ === RETRIES) throw hostFault("screening", answer.reason, fix);
  }
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

/**
 * Metrics from accuracy and mean activity of a functional run; null if the chip cannot run the network, or the point
 * would fail by its own input.
 */
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
    if (error instanceof InfeasibleError || (error instanceof InputError && !(error instanceof HostFault))) return null;
    throw error;
  }
}
