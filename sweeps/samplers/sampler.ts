/**
 * The interface of every search strategy: it is asked for positions, and told their scores in the order asked. A
 * sampler is a deterministic function of its seed and of what it was told. So telling it stored results restores its
 * state; and because the study tells in ask order, the number of workers cannot change what is asked.
 */
import type { SamplerNames } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import type { LimitBound } from "../limit-bounds.js";
import type { PointValues, Space } from "../space.js";

/** Result of one asked position. */
export interface Observation {
  readonly position: Float64Array;
  readonly values: PointValues;
  /** [objectives], minimised; null: failed, infeasible before a run, or not finite. */
  readonly objectives: readonly number[] | null;
  /** 0: feasible; infinity: unknown, as of a point that failed or that the chip cannot hold. */
  readonly violation: number;
  /** Metrics that constraints name, minimised; null: unknown. */
  readonly limits: readonly (number | null)[];
}

/** A point as the analytical model estimates it; objectives are minimised, null: infeasible. */
export interface Screened {
  readonly position: Float64Array;
  readonly objectives: readonly number[] | null;
  readonly violation: number;
  /** As in {@link Observation}. */
  readonly limits: readonly (number | null)[];
}

/**
 * Results of the analytical model before the search: estimates of a pool, and the fidelities from them up to whole
 * points.
 */
export interface Screening {
  readonly pool: readonly Screened[];
  /** Shares of the timed utterances, ascending; the last is 1. */
  readonly fidelities: readonly number[];
  /** What errors of the metrics that constraints name explain of violations. */
  readonly bounds: readonly LimitBound[];
}

export interface SamplerSetup {
  /** The description that a refusal names. */
  readonly file: string;
  readonly space: Space;
  readonly objectives: number;
  readonly seed: number;
  /** Points that the study may evaluate. */
  readonly budget: number;
  readonly options: { readonly [key: string]: Json };
  /** The pool for samplers that screen; empty for all others. */
  readonly screening: Screening;
  /** Points of another sweep; samplers that learn begin with the best of them. */
  readonly warm: readonly Observation[];
}

export interface Sampler {
  /**
   * How many points that were asked for may still have no result when `ask` is called. 0 waits for all of them (a
   * generation), infinity never waits. It is fixed for a study; a lag above the number of workers keeps them busy.
   */
  readonly lag: number;
  /**
   * Share of the timed utterances on which the positions of the last `ask` must run. Only whole points, 1, are results
   * of the study.
   */
  readonly fidelity: number;
  /** The next positions (at least one); empty if the search has no more to ask. */
  ask(): Float64Array[];
  /** Tells observations in the order in which their positions were asked. */
  tell(observation: Observation): void;
  /** State for one line of the dashboard, e.g. `{ generation: 17, population: 64 }`. */
  state(): { readonly [key: string]: Json };
}

/**
 * After this many asked positions in a row without a new point, a search by a sampler that may repeat points is
 * exhausted.
 */
export const STALE_ASKS = 20_000;

/** Options of a sampler with their defaults; all are numbers. */
export type OptionTable = SamplerNames[string];

/**
 * For samplers that wait for all points that they asked for: with which networks one is compared then does not depend
 * on the speed of workers (`models/median-stopping.ts`).
 */
export const STOP_AFTER_EPOCHS: OptionTable[string] = {
  ...{ value: 0, low: 0, high: 1_000_000, whole: true },
  about: "epochs after which the training of a network may stop by the median rule; 0: none stops",
};

/** A registered sampler. */
export interface SamplerKind {
  readonly about: string;
  /** True if the search begins with the best points of another sweep, if there is one. */
  readonly learns: boolean;
  /**
   * True if the analytical model prices a pool before the search (`SamplerSetup.screening`); the sampler's options then
   * say how.
   */
  readonly screens: boolean;
  /** Most points of the whole search, after which it ends by itself; null: it ends by its budget. */
  readonly size: (space: Space) => number | null;
  readonly options: OptionTable;
  readonly create: (setup: SamplerSetup, options: { readonly [name: string]: number }) => Sampler;
}
