/**
 * Peak resident memory of a local sweep, predicted without a run. It adds the program and its inputs, the copies that
 * threads share, the traces and replays that are kept (up to their limits), the search itself, its threads, and a
 * record per point. The last three were measured on Node 20 (x86-64): base and slope of the peak of
 * `arch/examples/edge.yaml` over 1 to 8 workers, and the growth of the resident set from a study of 200 points to one
 * of 20,000. `test/cli/memory.test.ts` compares the prediction with whole sweeps.
 */

import type { ModelNetwork, SampleSet } from "../../arch/index.js";
import { GIB, MIB } from "../../base/bytes.js";
import { KEPT_BYTES } from "./replays.js";
import { sharedBytes } from "./share.js";

/** Most bytes of traces that an engine keeps, by default. */
export const DEFAULT_CACHE_BYTES = GIB;

/** What a sweep loads beyond a check: engines, store, search, thread pool. */
const STUDY_BYTES = 35 * MIB;
/** Heap, code and kernels of one worker thread. */
const THREAD_BYTES = 36 * MIB;
/** A point's record while a study runs: values, position, key, score, and its places in the tables. */
const POINT_BYTES = 2_800;

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
  readonly samples: SampleSet;
  /** Bytes of one spike trace, and of one replay. */
  readonly traceBytes: number;
  readonly replayBytes: number;
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
function samplesBytes({ frameStart, inputs, labels, featureBytes }: SampleSet): number {
  const features = featureBytes ?? 4 * frameStart[frameStart.length - 1] * inputs;
  return features + frameStart.byteLength + labels.byteLength;
}

/** Peak resident memory, bytes. */
export function sweepMemoryBytes(
  { residentBytes, network, samples, traceBytes, replayBytes }: Inputs,
  { points, replays, precisions, workers }: SweepSize,
): number {
  // features are computed on first use, then copied to memory that threads share
  const inputs = sharedBytes(network) + 2 * samplesBytes(samples);
  const traces = Math.min(DEFAULT_CACHE_BYTES, precisions * traceBytes);
  const cycles = Math.min(KEPT_BYTES, replays * replayBytes);
  return residentBytes + STUDY_BYTES + inputs + traces + cycles + workers * THREAD_BYTES + points * POINT_BYTES;
}
