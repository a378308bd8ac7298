/**
 * Membrane accumulation, spike quantiser and soft reset of one step, with the range rule of training and of inference.
 */
import { scaleOf } from "../../arch/index.js";
import { type RangeTracker, rangeOf } from "../quantiser.js";
import type { Engine } from "./kernels.js";

/** Settings of a quantiser for one batch: bits and theta, and its range. */
export interface SpikeRule {
  /** 32: no quantiser, the spike is the membrane itself. */
  readonly bits: number;
  readonly theta: number;
  /** True if theta is learned: the backward pass sums its gradient. */
  readonly thetaLearned: boolean;
  readonly tracker: RangeTracker;
}

/**
 * Addresses of one step's gradient of the spikes, of their recurrent product (0 = none) and of the residual, and of the
 * membranes.
 */
type StepPointers = readonly [dO: number, recurrent: number, dCarryA: number, a: number];

/**
 * Gradient of a learned theta from one step of `count` membranes; 0 if theta is not learned. Raising theta by one
 * payload silences spikes of the smallest size that is sent, edge / scale. This jump has no gradient, so a box of one
 * payload to either side replaces its derivative. Call it before the cell's backward step.
 */
export function thetaGradient(engine: Engine, rule: SpikeRule | null, range: number, count: number, step: StepPointers): number {
  if (rule === null || !rule.thetaLearned) return 0;
  const edge = Math.floor(rule.theta) + 1;
  const scale = scaleOf(rule.bits, range);
  return (-edge / (2 * scale)) * engine.cells.thresholdBackward(count, ...step, scale, edge);
}

/** Lowest and highest membrane. */
export type Extremes = readonly [number, number];

/** A range below this counts as silence during bootstrap. */
const SMALLEST_RANGE = 1e-6;

/** Runs a quantiser through one batch. Its range stays constant; `extremes` gives the membranes' extremes. */
export class Firing {
  readonly #engine: Engine;
  readonly #rule: SpikeRule;
  readonly #extremes: number;
  /** Range so far learned; 0 in the first batch. */
  readonly #learned: number;

  constructor(engine: Engine, rule: SpikeRule) {
    this.#engine = engine;
    this.#rule = rule;
    this.#learned = rangeOf(rule.tracker);
    this.#extremes = engine.zeros(2);
  }

  /** Range M of the present step: learned, or the running extreme while the first batch bootstraps. */
  range(): number {
    return this.#learned > 0 ? this.#learned : Math.fround(Math.max(this.runningExtreme(), SMALLEST_RANGE));
  }

  /** Lowest and highest membrane so far in this batch. */
  extremes(): Extremes {
    const [low, high] = this.#engine.floats(this.#extremes, 2);
    return [low, high];
  }

  /** Largest |a| so far in this batch. */
  runningExtreme(): number {
    const [low, high] = this.extremes();
    return Math.max(Math.abs(low), Math.abs(high));
  }

  /**
   * a = aPrevious - oPrevious + h, o = Q(a) over `count` values; returns the value at which Q clamps (infinite without
   * quantisation).
   */
  step(count: number, h: number, aPrevious: number, oPrevious: number, a: number, o: number): number {
    const { cells } = this.#engine;
    cells.accumulate(count, h, aPrevious, oPrevious, a, this.#extremes);
    if (this.#rule.bits === 32) {
      this.#engine.floats(o, count).set(this.#engine.floats(a, count));
      return Number.POSITIVE_INFINITY;
    }
    const range = this.range();
    cells.quantise(count, a, range, scaleOf(this.#rule.bits, range), this.#rule.theta, o);
    return range;
  }
}
