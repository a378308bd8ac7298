/** What evaluates points for a study: worker threads here (`local.ts`), or remote workers behind a queue. */

import type { AnyExperiment, Experiment, Topology } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import type { Counters, Result } from "../../sim/index.js";
import type { Compared } from "../models/median-stopping.js";
import type { PointInputs } from "../point.js";
import type { PackedResult } from "../store/packed-result.js";

export interface Task {
  readonly key: string;
  /** Share of the timed utterances: 1 for points, less for trials of a screening search. */
  readonly fidelity: number;
  readonly experiment: AnyExperiment;
  /**
   * The point's values by path over the study's document: from those a distant worker makes, and checks, the same
   * experiment.
   */
  readonly byPath: { readonly [path: string]: Json };
  readonly inputs: PointInputs;
}

/** A point of an ordinary chip. */
export interface ChipTask extends Task {
  readonly experiment: Experiment;
}

export interface DoneOutcome {
  readonly kind: "done";
  readonly result: Result;
  readonly counters: Counters;
  readonly durationMs: number;
  /** What the store keeps of both; without it the store packs them itself. */
  readonly packed?: PackedResult;
}

/** How an evaluation ended; a point's own trouble is an outcome, never a rejection. */
export type Outcome =
  | DoneOutcome
  | { readonly kind: "infeasible"; readonly code: string; readonly reason: string; readonly durationMs: number }
  /** `retryable`: the worker died, not the point's arithmetic. */
  | { readonly kind: "failed"; readonly code: string; readonly reason: string; readonly retryable: boolean; readonly durationMs: number }
  | { readonly kind: "timeout"; readonly code: string; readonly reason: string; readonly durationMs: number }
  /**
   * The engine lost the point, and nothing says that the point is to blame: to be tried again, and no attempt of its
   * own.
   */
  | { readonly kind: "lost"; readonly reason: string }
  /** The engine was closed before the point ended. */
  | { readonly kind: "abandoned" };

/** Each engine takes the kind of experiment that it was opened for. */
export interface Engine {
  /** Content addresses of the point's model and data. @throws InputError where they cannot be read. */
  identify(experiment: AnyExperiment): Promise<PointInputs>;
  /**
   * Shape of the point's network, known before a run, and of a network that is still to be made before it learns.
   * @throws InputError where the network cannot be read.
   */
  topology(experiment: Experiment): Promise<Topology>;
  /** Whom networks are compared with while they learn, for what is asked from now on. */
  compare(compared: Compared): void;
  /** True while another point computes what this one needs first: better start a different one. */
  waitsFor(task: Task): boolean;
  evaluate(task: Task): Promise<Outcome>;
  /** Most points at a time. */
  readonly maxWorkers: number;
  /** `force`: abandon running points. */
  close(force: boolean): Promise<void>;
}
