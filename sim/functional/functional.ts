/** Results of the integer engines: outcome, operation counts and spikes of one network on one workload. */
import type { SpikeTrace } from "../../arch/index.js";
import type { OperationCounts } from "../result.js";
import type { UtteranceErrors } from "./utterance-errors.js";

/**
 * Result of a network at one precision on one workload: computed once, shared by every chip. Plain data and flat
 * arrays.
 */
export interface Functional {
  /** Key of this run, by `functionalKey`. */
  readonly key: string;
  readonly correct: number;
  /** Labelled utterances or frames; 0 if no sample has a label. */
  readonly scored: number;
  /** The same by utterance, ascending; without utterances if the run was not scored. */
  readonly errors: UtteranceErrors;
  readonly operations: OperationCounts;
  /**
   * Messages that the chip's input queues have lost, in all utterances of `operations`; null: the network ran without a
   * chip.
   */
  readonly lostMessages: number | null;
  /** Spikes times weights, and products of the equations; without requantisation. */
  readonly multiplicationsPerFrame: number;
  /** Spikes of the timed utterances only. */
  readonly trace: SpikeTrace;
  /**
   * The trace whose activity decides the placement: `trace`, or, if the chip's time feeds back, one of the network
   * without the chip, of utterances that do not depend on which are timed.
   */
  readonly placedBy: SpikeTrace;
  /** Timed utterances as indices into the data set, in the trace's order. */
  readonly timedUtterances: Uint32Array;
  readonly modelHash: string;
  readonly dataHash: string;
}
