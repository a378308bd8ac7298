/**
 * What is uncertain about a stored point: the errors of its chip's prices, and the samples behind its accuracy, energy
 * and latency. Pure.
 */
import type { Experiment } from "../../arch/index.js";
import { independentSamples } from "../../sim/functional/index.js";
import { functionalKey, priceErrors, type Result, withFpgaErrors } from "../../sim/index.js";
import type { ScoredRun } from "../store/packed-errors.js";
import type { RunOf } from "../store/scored-runs.js";
import type { UncertainPoint } from "./drawn-metrics.js";
import { utteranceErrors } from "./utterance-errors.js";

/**
 * @param point metrics and breakdown, possibly under other prices than those of its result
 * @param result the stored result
 * @param runOf what the functional run of a key got wrong; null if that is not known
 */
export function uncertainPoint(
  experiment: Experiment,
  { id, metrics, breakdown }: Pick<UncertainPoint, "id" | "metrics" | "breakdown">,
  result: Pick<Result, "provenance" | "metrics" | "breakdown">,
  runOf: RunOf = () => null,
): UncertainPoint {
  const { chip, precision } = experiment;
  const {
    utterances,
    independentSamples: stored = utterances,
    modelHash,
    dataHash,
    timedUtterances,
    lawErrors,
    laneCounts,
  } = result.provenance;
  const key = functionalKey(experiment, modelHash, dataHash);
  const run = runWith(result.metrics.accuracy_percent, runOf(key));
  // results of older versions counted utterances without a class, and few utterances of many frames, as too many
  const samples = (run === null ? null : independentSamples({ ...run.recordings, wrong: run.wrong })) ?? stored;
  return {
    ...{ id, metrics, breakdown, errors: withFpgaErrors(priceErrors(chip, laneCounts), chip, precision, lawErrors), samples },
    functionalKey: key,
    run,
    fpga: chip.fpga,
    timed: {
      count: timedUtterances.length,
      key: `${dataHash} ${timedUtterances.join()}`,
      ...utteranceErrors(experiment, { metrics, breakdown }, result),
    },
  };
}

/** The run if it has this accuracy: another version of the program may have stored another one under the same key. */
function runWith(accuracyPercent: number | null, run: ScoredRun | null): ScoredRun | null {
  if (run === null) return null;
  const total = (counts: Uint32Array): number => counts.reduce((sum, count) => sum + count, 0);
  const [scored, wrong] = [total(run.recordings.scored), total(run.wrong)];
  return accuracyPercent === (100 * (scored - wrong)) / scored ? run : null;
}
