/** How a fused layer runs: its spikes, its dropout, where its batch norm's statistics come from. */
import type { MembranePenalty } from "./membrane-penalty.js";
import type { SpikeRule } from "./spikes.js";

/** [gates * neurons] each. */
export interface FrozenStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export interface LayerOptions {
  /** Null for gru and lstm. */
  readonly rule: SpikeRule | null;
  /** Dropout mask [utterances][padded(neurons)] (pointer), 0 = none. */
  readonly mask: number;
  /**
   * Frozen statistics [gates * neurons] for inference; `folded`: batch norm is in weights and biases, gamma is 1; null
   * = statistics of this batch.
   */
  readonly frozen: FrozenStatistics | "folded" | null;
  readonly penalty: MembranePenalty;
}
