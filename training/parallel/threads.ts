/**
 * Learners in worker threads. Parameters and gradients are in shared memory: [parameters] and [shards][parameters]
 * float32. Ranges and observations are sent as messages. Effects: starts and stops threads. Throws: `InputError` if the
 * worker is not built.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Piscina } from "piscina";
import type { Samples } from "../../arch/index.js";
import { InputError, type Problem } from "../../base/errors.js";
import { packageRoot } from "../../base/package-root.js";
import { threadOptions } from "../../base/thread-worker.js";
import type { BackendName } from "../backend.js";
import type { TrainingConfig } from "../config.js";
import { type LearningState, trainableArrays } from "../parameters.js";
import type { RangeTracker } from "../quantiser.js";
import type { LearnerMaker } from "./learners.js";
import type { Shard, ShardResult } from "./shard.js";

/** Settings that a thread gets once. */
export interface ThreadSetting {
  readonly config: TrainingConfig;
  readonly backend: BackendName;
  readonly samples: Samples;
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
}

export interface ThreadTask {
  readonly shard: Shard;
  readonly slot: number;
  readonly encoderRange: RangeTracker;
  readonly ranges: readonly RangeTracker[];
}

/** Results of a shard; its gradients are in shared memory. */
export type ThreadReply = Omit<ShardResult, "gradients">;

/** The problems of an `InputError`, which a thread cannot throw: the class of an error is lost between threads. */
export interface Refusal {
  readonly problems: readonly Problem[];
}

function shared(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

/** Views of arrays with the given lengths, one after the other in one block, from `first` on. */
export function viewsOf(block: Float32Array, first: number, like: readonly Float32Array[]): Float32Array[] {
  let at = first;
  return like.map(({ length }) => {
    at += length;
    return block.subarray(at - length, at);
  });
}

/** Starts the threads of a run. Throws: `InputError` if the worker is not built. */
export function threadLearners(
  threads: number,
  backend: BackendName,
  workerFile = join(packageRoot(), "dist", "training-worker.js"),
): LearnerMaker {
  return ({ config, samples }, initial) => {
    const arrays = trainableArrays(initial);
    const count = arrays.reduce((sum, { length }) => sum + length, 0);
    const setting: ThreadSetting = {
      config,
      backend,
      samples: { ...samples, features: shared(samples.features) },
      parameters: shared(new Float32Array(count)),
      gradients: shared(new Float32Array(count * config.training.shards)),
    };
    // loaded here, because commands without threads should not load it
    const { Piscina: Pool } = createRequire(import.meta.url)("piscina") as typeof import("piscina");
    const pool: Piscina<ThreadTask, ThreadReply | Refusal> = new Pool<ThreadTask, ThreadReply | Refusal>({
      ...threadOptions(workerFile, setting),
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1,
      atomics: "disabled",
    });
    return {
      async learn(state: LearningState, shards) {
        const now = trainableArrays(state);
        viewsOf(setting.parameters, 0, now).forEach((view, k) => {
          view.set(now[k]);
        });
        const { encoderRange, ranges } = state;
        return Promise.all(
          shards.map(async (shard, slot) => {
            const reply = await pool.run({ shard, slot, encoderRange, ranges });
            if ("problems" in reply) throw new InputError(reply.problems);
            return { ...reply, gradients: viewsOf(setting.gradients, slot * count, now) };
          }),
        );
      },
      close: () => pool.destroy(),
    };
  };
}
