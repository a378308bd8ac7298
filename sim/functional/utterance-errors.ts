/** What a functional run got wrong, utterance by utterance. Two runs on the same utterances are compared by it. */

/** Utterances of a run with their counts. */
export interface UtteranceErrors {
  /** Indices into the data set, in the order of the run. */
  readonly utterances: Uint32Array;
  /** [utterances] labelled frames that were scored; 0 or 1 if an utterance is classified as a whole. */
  readonly scored: Uint32Array;
  /** [utterances] scored frames, or utterances, with another class than their label. */
  readonly wrong: Uint32Array;
}

/** Errors of a run that was not scored. */
export const NOTHING_SCORED: UtteranceErrors = {
  utterances: new Uint32Array(0),
  scored: new Uint32Array(0),
  wrong: new Uint32Array(0),
};
