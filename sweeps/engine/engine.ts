/** What evaluates points for a study: worker threads here (`local.ts`), or remote workers behind a queue. */

import type { AnyExperiment, Experiment, Topology } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import type { Counters, Result } from "../../sim/index.js";
import type { Compared } from "../models/median-stopping.js";
import type { PointInputs } from "../point.js";
import type { ScoredRun } from "../store/packed-errors.js";
import type { PackedResult } from "../store/packed-result.js";

export interface Task {
  readonly key: string;
  /** Share of the timed utterances: 1 for points, less for trials of a screening search. */
  readonly fidelity: number;
  readonly experiment: AnyExperiment;
  /**
   * The point's values by path over the study's document; a distant worker makes, and checks, the same experiment from
   * them.
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
  readonly packed?: PackedResult;
  /** What the functional run behind the result got wrong; left out if another program found the result. */
  readonly run?: ScoredRun;
}

/** How an evaluation ended. A failure of the point itself is an outcome, never a rejection. */
export type Outcome =
  | DoneOutcome
  | { readonly kind: "infeasible"; readonly code: string; readonly reason: string; readonly durationMs: number }
  /** `retryable`: the worker died; the point itself did not fail. */
  | { readonly kind: "failed"; readonly code: string; readonly reason: string; readonly retryable: boolean; readonly durationMs: number }
  | { readonly kind: "timeout"; readonly code: string; readonly reason: string; readonly durationMs: number }
  /**
   * The engine lost the point through no fault of the point: it is tried again, and this does not count as an attempt.
   */
  | { readonly kind: "lost"; readonly reason: string }
  /** The engine was closed before the point ended. */
  | { readonly kind: "abandoned" };

/** What evaluates points; each engine takes the kind of experiment for which it was opened. */
export interface Engine {
  /** Content hashes of the point's model and data. @throws InputError if they cannot be read. */
  identify(experiment: AnyExperiment): Promise<PointInputs>;
  /**
   * Shape of the point's network. It is known before a run, and before training if the network is still to be made.
   * @throws InputError if the network cannot be read
   */
  topology(experiment: Experiment): Promise<Topology>;
  /**
   * The search asks for a point: the networks that it needs, and for which the search has not asked before, are
   * compared with these, while they learn or by how they learnt.
   */
  ask(task: Task, compared: Compared): Promise<void>;
  /** Whether the search stops the network of a point for which it has asked, as far as is known. */
  stops(task: Pick<Task, "inputs">): boolean;
  /** True while another point computes what this one needs first, so that another point should be started. */
  waitsFor(task: Task): boolean;
  evaluate(task: Task): Promise<Outcome>;
  /**
   * Gives up what no worker has begun and, once no worker is left, the rest; it ends as `abandoned`. What workers are
   * at ends as usual.
   */
  withdraw(): void;
  /** Most points at a time. */
  readonly maxWorkers: number;
  /** `force`: abandons running points. */
  close(force: boolean): Promise<void>;
}
