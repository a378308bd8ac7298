/** Result of any integer engine for one utterance; the reference and the fast engine must agree on all of it. */

export interface UtteranceRun {
  readonly steps: number;
  /** [steps * populations + 1], groups as in `SpikeTrace`. */
  readonly eventStart: Uint32Array;
  readonly neuron: Uint32Array;
  readonly payload: Int16Array;
  /** [steps][classes] integer scores of every frame. */
  readonly scores: Int32Array;
  /** Additions that left their accumulator's range. */
  readonly accumulatorOverflows: number;
  /** State words (h, i, a, scores) that were clamped. */
  readonly stateSaturations: number;
  /**
   * [populations] changes of membrane potentials, of which the first step counts every neuron; null for cells without
   * membranes.
   */
  readonly membraneUpdates: Float64Array | null;
}

/**
 * Runs utterances one after the other, each from silent state. `inputs` is [steps][inputs] in the encoder's state
 * units.
 */
export interface UtteranceEngine {
  run(inputs: Int32Array): UtteranceRun;
}
