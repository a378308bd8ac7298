/**
 * Errors of accuracies that functional runs share because they were scored on the same utterances. Each utterance has
 * one standard normal number g. The error of a run is the sum of r g over its utterances, divided by the root of the
 * sum of r^2, where r is how many frames of the utterance the run got right beyond its mean accuracy. So each error is
 * standard normal, and two errors correlate as the runs' decisions do: the difference of two accuracies has the
 * variance of a paired test (Q. McNemar, Psychometrika 12, 1947) and of a paired bootstrap over utterances. Runs on
 * different choices from one data set share the utterances that both have.
 * Not modelled: what a training with another seed would have learned. Pure.
 */
import { NORMAL_95 } from "../../base/distribution-quantiles.js";
import { square } from "../../base/math.js";
import { tangoOfClusters } from "../../base/tango.js";
import type { Recordings, ScoredRun } from "../store/packed-errors.js";
import type { KeptNumbers } from "./kept-numbers.js";

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
   * [draws] error of a run, standard normal; null if the run is as good in all utterances, so that it shares nothing.
   */
  of(run: Decisions): Float64Array | null {
    const norm = Math.sqrt(residuals(run).reduce((sum, residual) => sum + square(residual), 0));
    if (norm === 0) return null;
    const { recordings, wrong } = run;
    const [allScored, allWrong] = [total(recordings.scored), total(wrong)];
    const errors = this.sumOf(run).map((sum) => allWrong * sum);
    for (const [i, count] of wrong.entries()) if (count > 0) add(errors, -allScored * count, this.numbers(recordings, i, true));
    return errors.map((error) => error / norm);
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

/** False if a run is as good in all utterances: its accuracy is drawn apart from others. */
export const sharesErrors = (run: Decisions): boolean => residuals(run).some((residual) => residual !== 0);

/** How two runs' decisions go together. */
export interface PairedRuns {
  /** Utterances that both were scored on. */
  readonly utterances: number;
  /** Utterances of which the first got more frames wrong than the second. */
  readonly worseInFirst: number;
  /** Utterances of which the second got more frames wrong than the first. */
  readonly worseInSecond: number;
  /** Correlation of the errors of both accuracies, -1 to 1. */
  readonly correlation: number;
}

/** Null if two runs share no utterance, or one of them is as good in all of its utterances. */
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
  // one root of the product: equal decisions correlate by exactly 1, so that neither is better in any draw
  return { ...found, correlation: Math.max(-1, Math.min(1, product / Math.sqrt(squares[0] * squares[1]))) };
}

const areEqual = (a: Uint32Array, b: Uint32Array): boolean => a.length === b.length && a.every((each, i) => each === b[i]);

/**
 * Interval of 90 % of the second accuracy less the first one, in percentage points; null if the runs were not scored on
 * the same frames. It is computed and not drawn: draws of two runs that decide alike say that they are equal. If of 300
 * utterances 1 in the mean is wrong in the first run alone and 0.2 in the second, drawn intervals hold the truth in 63
 * %, these in 98 %.
 */
export function accuracyDifference(first: Decisions, second: Decisions): { readonly low: number; readonly high: number } | null {
  const [{ dataHash, utterances, scored }, other] = [first.recordings, second.recordings];
  if (dataHash !== other.dataHash || !areEqual(utterances, other.utterances) || !areEqual(scored, other.scored)) return null;
  const fewer = Float64Array.from(scored, (_, i) => first.wrong[i] - second.wrong[i]);
  const found = tangoOfClusters(Float64Array.from(scored), fewer, NORMAL_95);
  return found === null ? null : { low: 100 * found[0], high: 100 * found[1] };
}
