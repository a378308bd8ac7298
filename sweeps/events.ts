/**
 * What a running study tells its view, as plain data: one JSON object per event, ready for NDJSON. Events are frozen: a
 * view cannot steer the study by them; it calls `StudyHandle`.
 */
import type { Json } from "../base/hash.js";
import type { AnyMetric } from "../sim/index.js";
import type { Metrics } from "./objectives.js";
import type { PointValues } from "./space.js";

/**
 * How a point ended, or its present state. Infeasible, failed and timed-out points are states with a reason, never
 * exceptions of the sweep.
 */
export type PointState = "queued" | "running" | "done" | "infeasible" | "failed" | "timeout";

/** A point of the front. */
export interface FrontPoint {
  /** Its number in the database. */
  readonly id: number;
  /** Natural values in objective order. */
  readonly objectives: readonly number[];
}

/** A worker process on a host, as its last heartbeat described it. */
export interface HostView {
  /** Name of the host. */
  readonly host: string;
  /** Name of the process. */
  readonly name: string;
  /** Points that it can run at the same time. */
  readonly threads: number;
  /** Points that it runs. */
  readonly busy: number;
  /** Points that it has finished since it started. */
  readonly done: number;
  /** Points that have failed there since it started. */
  readonly failed: number;
  /** Whether it takes points, ends, has been refused, or is no longer heard. */
  readonly state: "working" | "draining" | "refused" | "lost";
  /** Why it was refused; empty otherwise. */
  readonly reason: string;
}

/** How a study ended, or its present state. */
export interface StudySummary {
  /** Why it ended. */
  readonly reason: FinishReason;
  /** Of all points of the database, those that this run has not asked included; so are the next two. */
  readonly done: number;
  /** Points that cannot exist. */
  readonly infeasible: number;
  /** Points that failed or timed out. */
  readonly failed: number;
  /** Best points so far that meet every constraint. */
  readonly front: readonly FrontPoint[];
  /** Number of different points on it; points that are equal in all objectives are one. */
  readonly different: number;
  /** Up to the reference point; null until that is fixed. */
  readonly hypervolume: number | null;
  /** Reference point of the hypervolume, natural values in objective order; null until it is fixed. */
  readonly reference: readonly number[] | null;
  /** Wall-clock time of this run. */
  readonly elapsedMs: number;
}

/**
 * What a running point's worker does: it makes the network, runs the network at the point's precision, waits for
 * another point that runs it, or replays it on the chip.
 */
export type Phase = "training" | "network" | "waiting" | "chip";

/** What a running search tells, one object per event. */
export type StudyEvent =
  | {
      readonly type: "started";
      readonly name: string;
      readonly sampler: string;
      readonly objectives: readonly { readonly metric: AnyMetric; readonly direction: "min" | "max" }[];
      readonly parameters: readonly string[];
      /** Points that will have ended when the study is finished; null until the search has no more to ask. */
      readonly total: number | null;
      readonly workers: number;
      /** Points that the database already holds in a final state. */
      readonly stored: number;
      /** Time that earlier sessions of the study took. */
      readonly earlierMs: number;
      /** Number of the study's edition: with another one, points of earlier events belong to it no longer. */
      readonly edition: number;
    }
  | { readonly type: "point-started"; readonly id: number; readonly key: string; readonly values: PointValues; readonly attempt: number }
  /** A running point begins another phase; only engines in this process report it. */
  | { readonly type: "phase"; readonly key: string; readonly phase: Phase }
  /** A network that a search makes has finished one more epoch. `points`: keys of the points that wait for it. */
  | {
      readonly type: "epoch";
      readonly model: string;
      readonly points: readonly string[];
      readonly epoch: number;
      readonly epochs: number;
      readonly loss: number;
      /** Share of wrong decisions on held-out utterances. */
      readonly error: number | null;
    }
  /** A network is made, or could not be made (`reason`). */
  | {
      readonly type: "model";
      readonly model: string;
      /** Key of its recipe. */
      readonly key: string;
      readonly name: string;
      /** Key of the recipe of the network from which training began; null: random weights. */
      readonly parent: string | null;
      /** Epochs that it was trained for; if it could not be made, those that it should have been trained for. */
      readonly epochs: number;
      /** Training time; 0 if the network existed already. */
      readonly seconds: number;
      /** SHA-256 of the network; null: there is none. */
      readonly content: string | null;
      readonly error: number | null;
      readonly reason: string | null;
      readonly curve: readonly { readonly epoch: number; readonly loss: number; readonly error: number | null }[];
    }
  /**
   * A point's network, or the one from which its training would have begun, could not be made. `key`: the point's,
   * `model`: the key of the recipe that failed.
   */
  | { readonly type: "unmade"; readonly key: string; readonly model: string }
  /** A point of the front has run on the test set, which had no part in the choice of the front. */
  | {
      readonly type: "tested";
      readonly id: number;
      readonly key: string;
      readonly metrics: Metrics;
      /** Utterances on which it ran; null: no result. */
      readonly utterances: number | null;
      /** Number of independent samples that tell as much of the accuracy; null: no result. */
      readonly samples: number | null;
      readonly reason: string | null;
    }
  | {
      readonly type: "point-done";
      readonly id: number;
      readonly key: string;
      readonly values: PointValues;
      readonly metrics: Metrics;
      /** 0: all constraints hold. */
      readonly violation: number;
      readonly durationMs: number;
      /** True if the database already held the result. */
      readonly stored: boolean;
    }
  | {
      readonly type: "point-failed";
      readonly id: number;
      readonly key: string;
      readonly values: PointValues;
      readonly state: "infeasible" | "failed" | "timeout";
      readonly code: string;
      readonly reason: string;
      readonly attempt: number;
      readonly stored: boolean;
    }
  /**
   * A screening search ran a point on part of its utterances. This is no result of the study, so it is on no front and
   * in no count.
   */
  | {
      readonly type: "trial";
      readonly id: number;
      readonly key: string;
      readonly values: PointValues;
      /** Share of the timed utterances. */
      readonly fidelity: number;
      readonly state: "done" | "infeasible" | "failed" | "timeout";
      readonly metrics: Metrics;
      readonly reason: string;
      readonly stored: boolean;
    }
  | { readonly type: "retry"; readonly id: number; readonly attempt: number; readonly reason: string }
  | {
      readonly type: "front-changed";
      readonly front: readonly FrontPoint[];
      /** Null until the reference point is fixed. */
      readonly hypervolume: number | null;
      /** Natural values. */
      readonly reference: readonly number[] | null;
    }
  | { readonly type: "sampler"; readonly name: string; readonly state: { readonly [key: string]: Json } }
  | {
      readonly type: "progress";
      readonly done: number;
      readonly infeasible: number;
      readonly failed: number;
      readonly running: number;
      readonly queued: number;
      readonly total: number | null;
      /** Points that ended per second, over the last minute; null before the first. */
      readonly ratePerSecond: number | null;
      readonly etaSeconds: number | null;
    }
  | { readonly type: "workers"; readonly workers: number }
  /** All workers of a sweep over several hosts, whenever one of them changes. */
  | { readonly type: "hosts"; readonly hosts: readonly HostView[] }
  | { readonly type: "paused" }
  | { readonly type: "resumed" }
  | { readonly type: "stopping"; readonly drain: boolean }
  | { readonly type: "fault"; readonly code: string; readonly message: string }
  | ({ readonly type: "finished" } & StudySummary);

/** Why a study ended. */
export type FinishReason = "budget" | "exhausted" | "time" | "no-improvement" | "failure" | "stopped";
