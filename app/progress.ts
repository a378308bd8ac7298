/** How far a run in this thread is, for callers that show it. */

export interface Progress {
  /** What runs, e.g. `functional run`, or `weight_bits 8` of a precision study. */
  readonly work: string;
  /** Number of `unit` that are done. */
  readonly done: number;
  /** null: not known, or not counted. */
  readonly total: number | null;
  /** `utterances` or `changed chips`. */
  readonly unit: string;
}
