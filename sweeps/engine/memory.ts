/**
 * Peak resident memory of a local sweep, predicted without a run. It adds the program and its inputs, the copies that
 * threads share, the traces and replays that are kept (up to their limits), the search itself, its threads, what they
 * leave behind per utterance and per core of a chip, a record per point, what V8 lets the heaps of a long study grow
 * by, and what training takes. All but inputs, copies, traces and replays was measured on Node 20 (x86-64): base and
 * slope of the peak of small sweeps over 1 to 4 workers, of `arch/examples/edge.yaml` with 20 to 10,000 digits over 1
 * to 8, and with 100 digits and 60 to 10,000 points over 1 to 4; sweeps on chips of up to 4,096 cores.
 * `scripts/sweep-memory.ts` compares the prediction with whole sweeps, `test/cli/memory.test.ts` with one of them.
 */

import type { ModelNetwork, SampleSet } from "../../arch/index.js";
import { GIB, KIB, MIB } from "../../base/bytes.js";
import type { LearningEffort } from "../models/learning-effort.js";
import { KEPT_BYTES } from "./replays.js";
import { sharedBytes } from "./share.js";

/** Most bytes of traces that an engine keeps, by default. */
export const DEFAULT_CACHE_BYTES = GIB;

/** What a sweep loads beyond a check: engines, store, search, thread pool. */
const STUDY_BYTES = 70 * MIB;
/** Heap, code and kernels of one worker thread. */
const THREAD_BYTES = 30 * MIB;
/**
 * Arrays of past utterances that a thread's functional run still holds: 13 KB per digit of 784 features, up to where V8
 * collects them, which 5,000 and 10,000 digits reach.
 */
const RUN_BYTES_PER_FEATURE = 16;
const MOST_RUN_BYTES = 62 * MIB;
/**
 * Per core of the largest chip: its description, keys and what V8 has not collected of them in the search's thread, and
 * more in each worker's. Sweeps of 20 and 80 points on 256 to 4,096 cores took 0.8 to 1.25 times what the sum says,
 * with 1 to 4 workers.
 */
const CORE_BYTES = 40 * KIB;
const THREAD_CORE_BYTES = 20 * KIB;
/** A point's record while a study runs: values, position, key, score, and its places in the tables. */
const POINT_BYTES = 6_000;
/**
 * What V8 lets the heaps of the search's thread and of each worker grow by before it collects, in a study of many
 * points: half of it after `SLACK_POINTS` on chips of few cores; a point on `SLACK_CORES` cores counts as two. Without
 * it, studies of 3,000 points took 1.5 to 1.7 times the sum of the other terms, and of 80 points on 4,096 cores 1.2 to
 * 1.5 times; with it, 15 studies of 60 to 10,000 points took 0.9 to 1.2 times the sum, two of 60,000 0.9 and 0.95
 * times.
 */
const SLACK_BYTES = 85 * MIB;
const THREAD_SLACK_BYTES = 35 * MIB;
const SLACK_POINTS = 1_000;
const SLACK_CORES = 64;

/**
 * The back end of a search that trains networks, and a thread that trains one. Eight points that train on 12 s of tones
 * took 61, 65 and 132 MiB more than the other terms, with 1, 2 and 4 workers.
 */
const BACKEND_BYTES = 30 * MIB;
const TRAINER_BYTES = 25 * MIB;

/** Most useful threads per core; more only wait for each other. */
const THREADS_PER_CORE = 4;

/** Most threads for a machine's cores and free memory, and which of the two is the limit. */
export function threadLimit(cores: number, freeBytes: number): { readonly threads: number; readonly by: "cores" | "memory" } {
  const [byCores, byMemory] = [THREADS_PER_CORE * cores, Math.max(1, Math.floor(freeBytes / THREAD_BYTES))];
  return byMemory < byCores ? { threads: byMemory, by: "memory" } : { threads: byCores, by: "cores" };
}

/** What is known before a sweep. */
interface Inputs {
  /** Resident set of a process that has read the inputs, bytes. */
  readonly residentBytes: number;
  readonly network: ModelNetwork;
  /** Of the largest chip. */
  readonly mostCores: number;
  readonly samples: SampleSet;
  /** Features of all utterances that a functional run scores. */
  readonly scoredFeatures: number;
  /** Bytes of one spike trace, and of one replay. */
  readonly traceBytes: number;
  readonly replayBytes: number;
  /** null: the search trains no networks. */
  readonly learning: LearningEffort | null;
}

interface SweepSize {
  readonly points: number;
  /** Number of different replays over all points. */
  readonly replays: number;
  /** Number of functional runs: different precisions, encoders and models. */
  readonly precisions: number;
  readonly workers: number;
}

/** Bytes of a data set's arrays, which may not be loaded yet. */
export function samplesBytes({ frameStart, inputs, labels, featureBytes }: SampleSet): number {
  const features = featureBytes ?? 4 * frameStart[frameStart.length - 1] * inputs;
  return features + frameStart.byteLength + labels.byteLength;
}

/** Peak resident memory, bytes. */
export function sweepMemoryBytes(
  { residentBytes, network, mostCores, samples, scoredFeatures, traceBytes, replayBytes, learning }: Inputs,
  { points, replays, precisions, workers }: SweepSize,
): number {
  // features are computed on first use, then copied to memory that threads share
  const inputs = sharedBytes(network) + 2 * samplesBytes(samples);
  const traces = Math.min(DEFAULT_CACHE_BYTES, precisions * traceBytes);
  const cycles = Math.min(KEPT_BYTES, replays * replayBytes);
  const runs = Math.min(workers, precisions) * Math.min(MOST_RUN_BYTES, RUN_BYTES_PER_FEATURE * scoredFeatures);
  // the copies that threads share; their originals are in this process, too
  const training = learning === null ? 0 : learning.dataBytes + BACKEND_BYTES + Math.min(workers, learning.networks) * TRAINER_BYTES;
  const threads = workers * THREAD_BYTES + training;
  const chips = mostCores * (CORE_BYTES + workers * THREAD_CORE_BYTES);
  const made = points * (1 + mostCores / SLACK_CORES);
  const slack = (SLACK_BYTES + workers * THREAD_SLACK_BYTES) * (made / (made + SLACK_POINTS));
  return residentBytes + STUDY_BYTES + chips + inputs + traces + cycles + runs + threads + points * POINT_BYTES + slack;
}
