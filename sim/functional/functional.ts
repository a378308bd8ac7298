/** What the integer engines hand on: outcome, operation counts and spikes of one network on one workload. */
import type { SpikeTrace } from "../../arch/index.js";
import type { OperationCounts } from "../result.js";

/**
 * What a network does at one precision on one workload: computed once, shared by every chip. Plain data and flat
 * arrays.
 */
export interface Functional {
  /** `functionalKey` of it. */
  readonly key: string;
  readonly correct: number;
  /** 0 where no sample has a label. */
  readonly scored: number;
  readonly operations: OperationCounts;
  /** Spikes of the timed utterances only. */
  readonly trace: SpikeTrace;
  /**
   * The trace by whose activity the network is placed: the same, or, of a chip whose time feeds back, that of the
   * network without the chip.
   */
  readonly placedBy: SpikeTrace;
  /** Indices into the data set of the timed utterances, in the trace's order. */
  readonly timedUtterances: Uint32Array;
  readonly modelHash: string;
  readonly dataHash: string;
}
