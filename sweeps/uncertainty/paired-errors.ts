/**
 * Errors of accuracies that functional runs share because they were scored on the same utterances. Each utterance has
 * one standard normal number g. What a run shares with others is the sum of r g over its utterances, divided by the
 * root of the sum of r^2, where r is how many frames of the utterance the run got right beyond its mean accuracy. So it
 * correlates as the runs' decisions do: the difference of two accuracies has the variance of a paired test (Q. McNemar,
 * Psychometrika 12, 1947) and of a paired bootstrap over utterances. Runs on different choices from one data set share
 * the utterances that both have. To this each run adds an error of its own, for utterances that were not scored
 * (`OWN_DECISIONS`); both are weighted so that the error of a run is standard normal.
 * Not modelled: what a training with another seed would have learned. Pure.
 */
import { NORMAL_95 } from "../../base/distribution-quantiles.js";
import { square } from "../../base/math.js";
import { tangoOfClusters } from "../../base/tango.js";
import { independentSamples } from "../../sim/functional/index.js";
import type { Recordings, ScoredRun } from "../store/packed-errors.js";
import type { KeptNumbers } from "./kept-numbers.js";

/**
 * Decisions that each run counts as its own, besides those that were scored, where it may differ from any other run.
 * Two runs have one in common, so that their difference has the variance of b + c + 1 decisions if b and c were wrong
 * in one of them alone: half a count more in either cell. Source: A. Agresti and Y. Min, "Simple improved confidence
 * intervals for comparing matched proportions", Statistics in Medicine 24 (2005).
 */
const OWN_DECISIONS = 0.5;

/** What is compared of a run. */
type Decisions = Pick<ScoredRun, "recordings" | "wrong">;

const total = (counts: Uint32Array): number => counts.reduce((sum, each) => sum + each, 0);

export class PairedErrors {
  /** [draws] sum of g times scored frames over all utterances. */
  private readonly sums = new WeakMap<Recordings, Float64Array>();

  constructor(
    private readonly draws: number,
    private readonly kept: KeptNumbers,
  ) {}

  /**
   * [draws] error of a run, standard normal.
   *
   * @param own [draws] standard normal numbers of this run alone
   */
  of(run: Decisions, own: Float64Array): Float64Array {
    const share = sharedPart(run);
    if (share === 0) return own;
    const norm = Math.sqrt(residuals(run).reduce((sum, residual) => sum + square(residual), 0));
    const { recordings, wrong } = run;
    const [allScored, allWrong] = [total(recordings.scored), total(wrong)];
    const errors = this.sumOf(run).map((sum) => allWrong * sum);
    for (const [i, count] of wrong.entries()) if (count > 0) add(errors, -allScored * count, this.numbers(recordings, i, true));
    const alone = Math.sqrt(1 - square(share));
    return errors.map((error, d) => (share * error) / norm + alone * own[d]);
  }

  private sumOf({ recordings, wrong }: Decisions): Float64Array {
    let sum = this.sums.get(recordings);
    if (sum === undefined) {
      sum = new Float64Array(this.draws);
      for (const [i, count] of recordings.scored.entries()) if (count > 0) add(sum, count, this.numbers(recordings, i, wrong[i] > 0));
      this.sums.set(recordings, sum);
    }
    return sum;
  }

  /**
   * [draws] numbers of an utterance; `keeps`: other runs will ask for them, because many get the same utterances wrong.
   */
  private numbers({ dataHash, utterances }: Recordings, i: number, keeps: boolean): Float64Array {
    return this.kept.of(`utterance ${utterances[i]} of ${dataHash}`, keeps);
  }
}

function add(sum: Float64Array, factor: number, numbers: Float64Array): void {
  for (let d = 0; d < sum.length; d++) sum[d] += factor * numbers[d];
}

/** [utterances] right frames beyond the mean accuracy, times all scored frames: whole numbers. */
function residuals({ recordings: { scored }, wrong }: Decisions): Float64Array {
  const [allScored, allWrong] = [total(scored), total(wrong)];
  return Float64Array.from(scored, (count, i) => allWrong * count - allScored * wrong[i]);
}

/**
 * Standard deviation of what a run's error shares with others, 0 to 1: the rest is its own. 0: it is as good in all
 * utterances. Of n independent decisions a share p of wrong ones has the variance of n p (1 - p).
 */
function sharedPart(run: Decisions): number {
  if (residuals(run).every((residual) => residual === 0)) return 0;
  const { recordings, wrong } = run;
  const share = total(wrong) / total(recordings.scored);
  const variance = (independentSamples({ ...recordings, wrong }) ?? 0) * share * (1 - share);
  return Math.sqrt(variance / (variance + OWN_DECISIONS));
}

/** False if a run is as good in all utterances: its accuracy is drawn apart from others. */
export const sharesErrors = (run: Decisions): boolean => sharedPart(run) > 0;

/** How two runs' decisions go together. */
export interface PairedRuns {
  /** Utterances that both were scored on. */
  readonly utterances: number;
  /** Utterances of which the first got more frames wrong than the second. */
  readonly worseInFirst: number;
  /** Utterances of which the second got more frames wrong than the first. */
  readonly worseInSecond: number;
  /** Correlation of the errors of both accuracies, above -1 and below 1. */
  readonly correlation: number;
}

/** How two different runs go together; null if they share no utterance, or one of them is as good in all of its own. */
export function pairedRuns(first: Decisions, second: Decisions): PairedRuns | null {
  if (first.recordings.dataHash !== second.recordings.dataHash) return null;
  const [a, b] = [residuals(first), residuals(second)];
  const places = new Map(Array.from(second.recordings.utterances, (utterance, i) => [utterance, i]));
  const found = { utterances: 0, worseInFirst: 0, worseInSecond: 0 };
  let product = 0;
  for (const [i, utterance] of first.recordings.utterances.entries()) {
    const j = places.get(utterance);
    if (j === undefined) continue;
    found.utterances++;
    product += a[i] * b[j];
    if (first.wrong[i] > second.wrong[j]) found.worseInFirst++;
    else if (first.wrong[i] < second.wrong[j]) found.worseInSecond++;
  }
  const squares = [a, b].map((of) => of.reduce((sum, residual) => sum + square(residual), 0));
  if (found.utterances === 0 || squares.includes(0)) return null;
  return { ...found, correlation: sharedPart(first) * sharedPart(second) * (product / Math.sqrt(squares[0] * squares[1])) };
}

const areEqual = (a: Uint32Array, b: Uint32Array): boolean => a.length === b.length && a.every((each, i) => each === b[i]);

/**
 * Interval of 90 % of the second accuracy less the first one, in percentage points; null if the runs were not scored on
 * the same frames. It is computed and not drawn, so that it is the interval of a score test, as that of one accuracy
 * is.
 */
export function accuracyDifference(first: Decisions, second: Decisions): { readonly low: number; readonly high: number } | null {
  const [{ dataHash, utterances, scored }, other] = [first.recordings, second.recordings];
  if (dataHash !== other.dataHash || !areEqual(utterances, other.utterances) || !areEqual(scored, other.scored)) return null;
  const fewer = Float64Array.from(scored, (_, i) => first.wrong[i] - second.wrong[i]);
  const found = tangoOfClusters(Float64Array.from(scored), fewer, NORMAL_95);
  return found === null ? null : { low: 100 * found[0], high: 100 * found[1] };
}
