/** What a functional run got wrong, utterance by utterance. Two runs on the same utterances are compared by it. */
import { square } from "../../base/math.js";

/** Utterances of a run with their counts. */
export interface UtteranceErrors {
  /** Indices into the data set, in the order of the run. */
  readonly utterances: Uint32Array;
  /** [utterances] labelled frames that were scored; 0 or 1 if an utterance is classified as a whole. */
  readonly scored: Uint32Array;
  /** [utterances] scored frames, or utterances, with another class than their label. */
  readonly wrong: Uint32Array;
}

/**
 * Number of independent samples whose share has the standard error of the share of right frames, by the scores of whole
 * utterances: frames of an utterance are right and wrong together, so this is less than the number of frames. Null if
 * utterances are scored as wholes, if none is scored, or if all are equally good. Source: a share from clusters, W. G.
 * Cochran, "Sampling Techniques", 3rd ed., 1977, chapter 3; the frames per such sample are the design effect of L.
 * Kish, "Survey Sampling", 1965.
 */
export function independentSamples({ scored, wrong }: UtteranceErrors): number | null {
  if (scored.every((count) => count <= 1)) return null;
  const total = (counts: Uint32Array): number => counts.reduce((sum, count) => sum + count, 0);
  const [all, missed] = [total(scored), total(wrong)];
  let squares = 0;
  for (const [u, count] of scored.entries()) squares += square(missed * (count / all) - wrong[u]);
  return squares === 0 ? null : (missed * (1 - missed / all) * all) / squares;
}

/** Errors of a run that was not scored. */
export const NOTHING_SCORED: UtteranceErrors = {
  utterances: new Uint32Array(0),
  scored: new Uint32Array(0),
  wrong: new Uint32Array(0),
};
