/** Who computes the shards of a batch: this thread, or worker threads. The results are the same, bit for bit. */
import type { LearningState } from "../parameters.js";
import { type Bench, learnShard, type Shard, type ShardResult } from "./shard.js";

export interface Learners {
  /** The shards' results in their order. */
  learn(state: LearningState, shards: readonly Shard[]): Promise<readonly ShardResult[]>;
  close(): Promise<void>;
}

/** Makes learners for one run; a door chooses. */
export type LearnerMaker = (bench: Bench, state: LearningState) => Learners;

/** One shard after the other, here. */
export const localLearners: LearnerMaker = (bench) => ({
  learn: async (state, shards) => shards.map((shard) => learnShard(bench, state, shard)),
  close: async () => undefined,
});
