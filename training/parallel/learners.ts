/** Computes the shards of a batch, in this thread or in worker threads. The results are equal, bit for bit. */
import { computeOn } from "../backend.js";
import type { LearningState } from "../parameters.js";
import { type Bench, learnShard, type Shard, type ShardResult } from "./shard.js";

export interface Learners {
  /** Results of the shards, in their order. */
  learn(state: LearningState, shards: readonly Shard[]): Promise<readonly ShardResult[]>;
  close(): Promise<void>;
}

/** Makes the learners of one run. */
export type LearnerMaker = (bench: Bench, state: LearningState) => Learners;

/** Computes one shard after the other, in this thread. */
export const localLearners: LearnerMaker = (bench) => ({
  learn: (state, shards) => computeOn(bench.backend, () => shards.map((shard) => learnShard(bench, state, shard))),
  close: async () => undefined,
});
