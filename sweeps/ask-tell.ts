/** What a study that its owner drives gives and takes: data, and the calls in between. */
import type { SweepSpec } from "../arch/index.js";
import type { Json } from "../base/hash.js";
import type { Result } from "../sim/index.js";
import type { Axis } from "./axes.js";
import type { FinishReason, StudySummary } from "./events.js";
import type { Metrics } from "./objectives.js";
import type { PointValues } from "./space.js";
import type { OwnResult } from "./told-result.js";

/** A point that the study asks for. */
export interface AskedPoint {
  /** Its number in the study, as databases and tables have it. */
  readonly id: number;
  /** What its result depends on, as a content address. */
  readonly key: string;
  /** Values of the active parameters by name. */
  readonly values: PointValues;
  /** The same by path of the description, as `simulate` takes them. */
  readonly byPath: { readonly [path: string]: Json };
  /** Share of the timed utterances: 1, or less for trials of the sampler `screen`. */
  readonly fidelity: number;
}

/** What came of a point that this program evaluated. */
export interface Evaluation {
  /** The point's number. */
  readonly id: number;
  /** Values of its active parameters by name. */
  readonly values: PointValues;
  /** `infeasible`: the chip cannot exist or hold the network; `failed`: the program could not say. */
  readonly state: "done" | "infeasible" | "failed" | "timeout";
  /** null unless done. A metric that is unknown is null. */
  readonly metrics: Metrics | null;
  /** Natural values in the order of the study's objectives; null where one is unknown. */
  readonly objectives: readonly number[] | null;
  /** 0: all constraints hold; infinity where it failed. */
  readonly violation: number;
  /** Metrics, breakdown of energy and area, operations and utilisation; null unless done. */
  readonly result: Result | null;
  /** Why there is no result, as an upper-case code; null where there is one. */
  readonly code: string | null;
  /** The same in words. */
  readonly reason: string | null;
  /** Time that a worker took for it. */
  readonly durationMs: number;
}

/**
 * A study that its owner drives. Asked for n points at a time, it asks what a sweep of n workers asks; in which order
 * results come does not matter.
 */
export interface OpenStudy {
  /** The name of its description. */
  readonly name: string;
  /** Parameters, objectives, constraints and sampler. */
  readonly spec: SweepSpec;
  /** Searched parameters, for samplers of your own. */
  readonly axes: readonly Axis[];
  /** Points that were given out and not told, in ask order. */
  readonly open: readonly AskedPoint[];
  /**
   * Why no more points come: the budget is used up, or the sampler has no more. null: more come, once open ones are
   * told perhaps.
   */
  readonly ended: FinishReason | null;
  /**
   * The next points, at most `count` (default 1). Fewer where the sampler must be told results of open points first, or
   * has no more (`ended`): none at all while no point is open means that the search is at its end. Points that the
   * description or a constraint refuses, and stored ones, are told by the study itself.
   *
   * @throws InputError where an input has changed meanwhile, or the database cannot be written
   */
  ask(count?: number): Promise<readonly AskedPoint[]>;
  /**
   * Evaluates an open point as a sweep does, in a worker; as many at a time as there are workers. Asked twice, it is
   * one evaluation. `signal` ends the waiting: the worker goes on, and who asks again gets its result.
   *
   * @throws InputError where the point is not open; InterruptedError where the study is closed meanwhile
   */
  evaluate(point: AskedPoint | number, options?: { readonly signal?: AbortSignal }): Promise<Evaluation>;
  /**
   * Takes back what came of a point: an evaluation of this study, or, in a study with another evaluator, what that
   * found.
   *
   * @throws InputError where the point is not open or the result is not one of it
   */
  tell(point: AskedPoint | number, result: Evaluation | OwnResult): void;
  /**
   * Evaluates a point of the caller's own choice and stores it; one that the study knows already is not run again. The
   * sampler asks as without it.
   *
   * @param values by name of the parameter
   * @throws InputError where the values are no point of the study, or another evaluator finds its results
   */
  run(values: { readonly [name: string]: unknown }, options?: { readonly signal?: AbortSignal }): Promise<Evaluation>;
  /**
   * Ends the study: open points are given up, everything told is stored, and opening the same study again continues it.
   */
  close(): Promise<StudySummary>;
}
