/**
 * What is uncertain about a stored point: the errors of its chip's prices, and the samples behind its accuracy, energy
 * and latency. Pure.
 */
import type { Experiment } from "../../arch/index.js";
import { independentSamples } from "../../sim/functional/index.js";
import { functionalKey, priceErrors, type Result, restOf, withFpgaErrors } from "../../sim/index.js";
import type { ScoredRun } from "../store/packed-errors.js";
import type { UncertainPoint } from "./drawn-metrics.js";

/**
 * @param point metrics and breakdown, possibly under other prices than those of its result
 * @param result the stored result
 * @param runOf what the functional run of a key got wrong; null if that is not known
 */
export function uncertainPoint(
  experiment: Experiment,
  { id, metrics, breakdown }: Pick<UncertainPoint, "id" | "metrics" | "breakdown">,
  result: Pick<Result, "provenance" | "metrics">,
  runOf: (functionalKey: string) => ScoredRun | null = () => null,
): UncertainPoint {
  const { chip, precision } = experiment;
  const { utterances, independentSamples: stored = utterances, modelHash, dataHash, timedUtterances } = result.provenance;
  const { timedEnergyPj, timedLatencyCycles } = result.provenance;
  const count = timedUtterances.length;
  const { energy_uj_per_inference, energy_std_uj, latency_us, latency_std_us } = result.metrics;
  const error = (mean: number | null, deviation: number | null): number =>
    mean === null || mean === 0 || deviation === null ? 0 : deviation / Math.sqrt(count) / mean;
  const key = functionalKey(experiment, modelHash, dataHash);
  const run = runWith(result.metrics.accuracy_percent, runOf(key));
  // results of older versions counted utterances without a class, and few utterances of many frames, as too many
  const samples = (run === null ? null : independentSamples({ ...run.recordings, wrong: run.wrong })) ?? stored;
  return {
    ...{ id, metrics, breakdown, errors: withFpgaErrors(priceErrors(chip), chip, precision), samples },
    functionalKey: key,
    run,
    hasPeriod: restOf(experiment) !== null,
    timed: {
      count,
      key: `${dataHash} ${timedUtterances.join()}`,
      energy: { relative: error(energy_uj_per_inference, energy_std_uj), residuals: residualsOf(timedEnergyPj, count) },
      latency: { relative: error(latency_us, latency_std_us), residuals: residualsOf(timedLatencyCycles, count) },
    },
  };
}

/** Null if the values are not known, or do not differ. */
function residualsOf(values: readonly number[] | undefined, count: number): Float64Array | null {
  if (values?.length !== count) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const residuals = Float64Array.from(values, (value) => value / mean - 1);
  return residuals.every(Number.isFinite) && residuals.some((residual) => residual !== 0) ? residuals : null;
}

/** The run if it has this accuracy: another version of the program may have stored another one under the same key. */
function runWith(accuracyPercent: number | null, run: ScoredRun | null): ScoredRun | null {
  if (run === null) return null;
  const total = (counts: Uint32Array): number => counts.reduce((sum, count) => sum + count, 0);
  const [scored, wrong] = [total(run.recordings.scored), total(run.wrong)];
  return accuracyPercent === (100 * (scored - wrong)) / scored ? run : null;
}
