/** What a functional run got wrong, utterance by utterance. Two runs on the same utterances are compared by it. */
import { samplesOfClusters } from "../../base/independent-samples.js";

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
 * Number of independent samples that tell as much of the accuracy; null if nothing is scored. Frames of an utterance
 * are right and wrong together. Utterances that are scored as wholes count one each; so do they if no frame, or every
 * frame, is wrong.
 *
 * Tried: U / (U - 1) for U utterances, the jackknife, and Student's t in the number of samples (E. L. Korn and B. I.
 * Graubard, Survey Methodology 24, 1998). If some utterances are ten times as hard as the others, intervals of 90 %
 * from 4 utterances then held the truth in 60 to 70 % of the draws; by this rule in 96 %.
 */
export function independentSamples({ scored, wrong }: UtteranceErrors): number | null {
  const total = (counts: Uint32Array): number => counts.reduce((sum, count) => sum + count, 0);
  const share = total(wrong) / total(scored);
  return samplesOfClusters(scored, wrong, share * (1 - share));
}

/** Errors of a run that was not scored. */
export const NOTHING_SCORED: UtteranceErrors = {
  utterances: new Uint32Array(0),
  scored: new Uint32Array(0),
  wrong: new Uint32Array(0),
};
