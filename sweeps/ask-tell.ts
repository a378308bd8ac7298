/** Interface of a study that the caller drives: its data, which are frozen, and its calls. */
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
  /** Hash of everything that its result depends on. */
  readonly key: string;
  /** Values of the active parameters by name. */
  readonly values: PointValues;
  /** The same values by path of the description, as `simulate` takes them. */
  readonly byPath: { readonly [path: string]: Json };
  /** Share of the timed utterances that the point runs: 1, or less for trials of the sampler `screen`. */
  readonly fidelity: number;
}

/** Result of a point that this program evaluated. */
export interface Evaluation {
  /** The point's number. */
  readonly id: number;
  /** Values of its active parameters by name. */
  readonly values: PointValues;
  /**
   * `infeasible`: the chip cannot exist or cannot hold the network; `failed`: there is no result for another reason.
   */
  readonly state: "done" | "infeasible" | "failed" | "timeout";
  /** null unless done. A metric that is unknown is null. */
  readonly metrics: Metrics | null;
  /** Natural values in the order of the study's objectives; null if one is unknown. */
  readonly objectives: readonly number[] | null;
  /** 0 if all constraints hold; infinity if that is unknown, as of a point that failed or that the chip cannot hold. */
  readonly violation: number;
  /** Metrics, breakdown of energy and area, operations and utilisation; null unless done. */
  readonly result: Result | null;
  /** Code of the reason why there is no result; null if there is a result. */
  readonly code: string | null;
  /** The reason in words. */
  readonly reason: string | null;
  /** Time that a worker took for the point. */
  readonly durationMs: number;
}

/**
 * A study that the caller drives. A caller that asks for n points at a time gets the points of a sweep with n workers;
 * the order in which results come does not matter.
 */
export interface OpenStudy {
  /** The name of its description. */
  readonly name: string;
  /** Parameters, objectives, constraints and sampler. */
  readonly spec: SweepSpec;
  /** The searched parameters, for your own samplers. */
  readonly axes: readonly Axis[];
  /** Points that run at the same time: the wanted number, or fewer where cores or memory do not suffice. */
  readonly workers: number;
  /** Points that were given out and have no result yet, in the order of asking. */
  readonly open: readonly AskedPoint[];
  /**
   * Why the search has ended: the budget is used up, or the sampler has no more points. null: more points follow,
   * perhaps only after results of open points.
   */
  readonly ended: FinishReason | null;
  /**
   * The next points, at most `count` (default 1). There are fewer if the sampler first needs results of open points, or
   * has no more points (`ended`). If no point is open and none is returned, the search has ended. The study itself
   * handles points that the description or a constraint refuses, and stored points.
   *
   * @throws InputError if an input has changed meanwhile, or the database cannot be written
   */
  ask(count?: number): Promise<readonly AskedPoint[]>;
  /**
   * Evaluates an open point in a worker, as a sweep does; at most as many points run at a time as there are workers.
   * Two calls for one point share one evaluation. `signal` ends only the waiting: the worker continues, and the next
   * call gets its result.
   *
   * @throws InputError if the point is not open, or another evaluator finds the study's results; InterruptedError if
   * the study is closed meanwhile
   */
  evaluate(point: AskedPoint | number, options?: { readonly signal?: AbortSignal }): Promise<Evaluation>;
  /**
   * Reports the result of a point: an evaluation of this study, or, in a study with another evaluator, that evaluator's
   * result.
   *
   * @throws InputError if the point is not open or the result belongs to another point
   */
  tell(point: AskedPoint | number, result: Evaluation | OwnResult): void;
  /**
   * Evaluates a point that the caller chooses, and stores it; a point that has a result is not run again. An open point
   * ends as if its result had been told. The sampler's choices do not change. If the search has stopped its network
   * since the study was opened, it is infeasible, `STOPPED`; one that it trains first is judged when the search asks
   * for it.
   *
   * @param values by name of the parameter
   * @param options `signal` as in `evaluate`; a point that has not started then does not start
   * @throws InputError if the values are not a point of the study, or another evaluator finds its results
   */
  run(values: { readonly [name: string]: unknown }, options?: { readonly signal?: AbortSignal }): Promise<Evaluation>;
  /**
   * Ends the study: open points are dropped, all reported results are stored, and the same study can be opened again
   * and continued.
   */
  close(): Promise<StudySummary>;
}
