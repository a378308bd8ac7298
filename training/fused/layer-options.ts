/** How a fused layer runs: its spikes, its dropout, and the source of its batch norm's statistics. */
import type { MembranePenalty } from "./membrane-penalty.js";
import type { SpikeRule } from "./spikes.js";

/** [gates * neurons] each. */
export interface FrozenStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export interface LayerOptions {
  /** Null for gru and lstm, which do not spike. */
  readonly rule: SpikeRule | null;
  /** Address of the dropout mask [utterances][padded(neurons)], 0: none. */
  readonly mask: number;
  /**
   * Frozen statistics [gates * neurons] for inference; `folded`: batch norm is folded into weights and biases, gamma is
   * 1; null: statistics of this batch.
   */
  readonly frozen: FrozenStatistics | "folded" | null;
  readonly penalty: MembranePenalty;
  /** True: the backward pass also gives the mean squares of the gradients at the gates. */
  readonly squares: boolean;
}
