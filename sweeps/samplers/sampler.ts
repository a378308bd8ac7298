/**
 * What every search strategy is: ask for positions, be told their scores in the order asked. A sampler is a
 * deterministic function of its seed and of what it was told, so replaying stored results restores its state, and the
 * study tells in ask order, so the number of workers cannot change what is asked.
 */
import type { Json } from "../../base/hash.js";
import type { PointValues, Space } from "../space.js";

/** What came of one asked position. */
export interface Observation {
  readonly position: Float64Array;
  readonly values: PointValues;
  /** [objectives], minimised; null: failed, infeasible before a run, or not finite. */
  readonly objectives: readonly number[] | null;
  /** 0: feasible; infinity: failed. */
  readonly violation: number;
}

/** A point as the analytical model sees it; objectives minimised, null: infeasible. */
export interface Screened {
  readonly position: Float64Array;
  readonly objectives: readonly number[] | null;
  readonly violation: number;
}

/**
 * What the analytical model says before the search: estimates of a pool, and the fidelities that lead from them to
 * whole points.
 */
export interface Screening {
  readonly pool: readonly Screened[];
  /** Shares of the timed utterances, ascending; the last is 1. */
  readonly fidelities: readonly number[];
}

export interface SamplerSetup {
  readonly space: Space;
  readonly objectives: number;
  readonly seed: number;
  /** Points that the study may evaluate. */
  readonly budget: number;
  readonly options: { readonly [key: string]: Json };
  /** For samplers that screen; an empty pool for all others. */
  readonly screening: Screening;
  /** What another sweep found: the best of it is where samplers that learn begin. */
  readonly warm: readonly Observation[];
}

export interface Sampler {
  /**
   * How many points that were asked for may still have no result when `ask` is called: 0 waits for all (a generation),
   * infinity never waits. Fixed for a study; larger than the number of workers keeps them busy.
   */
  readonly lag: number;
  /**
   * Share of the timed utterances on which the positions of the last `ask` are to be run. Only whole points, 1, are
   * results of the study.
   */
  readonly fidelity: number;
  /** Next positions (at least one), or none: the search has no more to ask. */
  ask(): Float64Array[];
  /** In the order asked. */
  tell(observation: Observation): void;
  /** One line for the dashboard, e.g. `{ generation: 17, population: 64 }`. */
  state(): { readonly [key: string]: Json };
}

/** Options a sampler understands, with defaults; all numbers. */
export type OptionTable = {
  readonly [name: string]: { readonly value: number; readonly low: number; readonly high: number; readonly about: string };
};

/**
 * For samplers that wait for all points that they asked for: which networks one is compared with then does not depend
 * on the speed of workers (`models/median-stopping.ts`).
 */
export const STOP_AFTER_EPOCHS: OptionTable[string] = {
  ...{ value: 0, low: 0, high: 1_000_000 },
  about: "epochs after which a network that the search makes may stop learning, by the median of others; 0: none does",
};

/** A registered sampler. */
export interface SamplerKind {
  readonly about: string;
  /** True where the search begins with the best that another sweep found, if there is one. */
  readonly learns: boolean;
  /**
   * True where the analytical model prices a pool before the search (`SamplerSetup.screening`); its options then say
   * how.
   */
  readonly screens: boolean;
  /** Positions that the whole search has; null: it ends by its budget. */
  readonly size: (space: Space) => number | null;
  readonly options: OptionTable;
  readonly create: (setup: SamplerSetup, options: { readonly [name: string]: number }) => Sampler;
}
