/**
 * Peak resident memory of a local sweep, predicted from a trial run of one of its points: what the program and its inputs take already, the
 * copies that its threads share, the traces and replays that are kept (up to their limits), the search itself, its threads and a record a point.
 * The last three were measured on Node 20 (x86-64): base and slope of the peak of `arch/examples/edge.yaml` over 1 to 8 workers, and the growth of the
 * resident set from a study of 200 points to one of 20,000. `test/cli/memory.test.ts` holds the prediction against whole sweeps.
 */
import type { Samples } from "../../arch/index.js";
import type { Functional, ModelNetwork, Replay } from "../../sim/index.js";
import { DEFAULT_CACHE_BYTES } from "./local.js";
import { KEPT_BYTES } from "./replays.js";
import { sharedBytes } from "./share.js";

/** What a sweep loads that the trial does not: store, search, thread pool. */
const STUDY_BYTES = 35 * 2 ** 20;
/** A worker thread: its heap, code and kernels. */
const THREAD_BYTES = 22 * 2 ** 20;
/** A point's record while a study runs: values, position, key, score, and its places in the tables. */
const POINT_BYTES = 2_800;

export interface TrialRun {
  /** Resident set of the process after the trial, bytes. */
  readonly residentBytes: number;
  readonly network: ModelNetwork;
  readonly samples: Samples;
  readonly functional: Functional;
  readonly replay: Replay;
  /** Utterances that a point times, over those that the trial timed. */
  readonly timedRatio: number;
}

export interface SweepSize {
  readonly points: number;
  /** Functional runs: different precisions, encoders and models. */
  readonly precisions: number;
  readonly workers: number;
}

/** Bytes. */
export function sweepMemoryBytes(trial: TrialRun, { points, precisions, workers }: SweepSize): number {
  const inputs = sharedBytes([trial.network, trial.samples]);
  const traces = Math.min(DEFAULT_CACHE_BYTES, precisions * trial.timedRatio * sharedBytes(trial.functional));
  const replays = Math.min(KEPT_BYTES, points * sharedBytes(trial.replay));
  return trial.residentBytes + STUDY_BYTES + inputs + traces + replays + workers * THREAD_BYTES + points * POINT_BYTES;
}
