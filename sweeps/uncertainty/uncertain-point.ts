/**
 * What is uncertain about a stored point: the errors of its chip's prices, and the samples behind its accuracy, energy
 * and latency. Pure.
 */
import type { Experiment } from "../../arch/index.js";
import { functionalKey, priceErrors, type Result, withFpgaErrors } from "../../sim/index.js";
import type { UncertainPoint } from "./drawn-metrics.js";

/**
 * @param point metrics and breakdown, possibly under other prices than those of its result
 * @param result the stored result
 */
export function uncertainPoint(
  experiment: Experiment,
  { id, metrics, breakdown }: Pick<UncertainPoint, "id" | "metrics" | "breakdown">,
  result: Pick<Result, "provenance" | "metrics">,
): UncertainPoint {
  const { chip, precision } = experiment;
  const { utterances, modelHash, dataHash, timedUtterances } = result.provenance;
  const count = timedUtterances.length;
  const { energy_uj_per_inference, energy_std_uj, latency_us, latency_std_us } = result.metrics;
  const error = (mean: number | null, deviation: number | null): number =>
    mean === null || mean === 0 || deviation === null ? 0 : deviation / Math.sqrt(count) / mean;
  return {
    ...{ id, metrics, breakdown, errors: withFpgaErrors(priceErrors(chip), chip, precision), utterances },
    functionalKey: functionalKey(experiment, modelHash, dataHash),
    timed: {
      count,
      key: `${dataHash} ${timedUtterances.join()}`,
      energyError: error(energy_uj_per_inference, energy_std_uj),
      latencyError: error(latency_us, latency_std_us),
    },
  };
}
