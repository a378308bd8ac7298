/**
 * Membrane accumulation, spike quantiser and soft reset of one step, with the range rule of training and of inference.
 */
import { scaleOf } from "../../arch/index.js";
import { type RangeTracker, rangeOf } from "../quantiser.js";
import type { Engine } from "./kernels.js";

/** A quantiser at work: bits and theta of this batch, and its range. */
export interface SpikeRule {
  /** 32 means none: the spike is the membrane itself. */
  readonly bits: number;
  readonly theta: number;
  /** Theta is learned: the backward pass sums its gradient. */
  readonly thetaLearned: boolean;
  readonly tracker: RangeTracker;
}

/**
 * Pointers to one step's gradient of the spikes, of their recurrent product (0 = none) and of the residual, and to the
 * membranes.
 */
type StepPointers = readonly [dO: number, recurrent: number, dCarryA: number, a: number];

/**
 * Gradient of a learned theta from one step of `count` membranes; 0 for a theta that is not. Moving it by one payload
 * silences spikes of the smallest size that is sent, edge / scale: of the jump, a box of one payload to either side
 * takes the place. Call it before the cell's backward step.
 */
export function thetaGradient(engine: Engine, rule: SpikeRule | null, range: number, count: number, step: StepPointers): number {
  if (rule === null || !rule.thetaLearned) return 0;
  const edge = Math.floor(rule.theta) + 1;
  const scale = scaleOf(rule.bits, range);
  return (-edge / (2 * scale)) * engine.cells.thresholdBackward(count, ...step, scale, edge);
}

/** Lowest and highest. */
export type Extremes = readonly [number, number];

/** Below this a bootstrapping range counts as silence. */
const SMALLEST_RANGE = 1e-6;

/** Steps a quantiser through one batch; its range stays, what it met is told by `extremes`. */
export class Firing {
  readonly #engine: Engine;
  readonly #rule: SpikeRule;
  readonly #extremes: number;

  constructor(engine: Engine, rule: SpikeRule) {
    this.#engine = engine;
    this.#rule = rule;
    this.#extremes = engine.zeros(2);
  }

  /** Range M of the step that runs now: learned, or the running extreme while the first batch bootstraps. */
  range(): number {
    const learned = rangeOf(this.#rule.tracker);
    return learned > 0 ? learned : Math.fround(Math.max(this.runningExtreme(), SMALLEST_RANGE));
  }

  /** Lowest and highest membrane met so far in this batch. */
  extremes(): Extremes {
    const [low, high] = this.#engine.floats(this.#extremes, 2);
    return [low, high];
  }

  /** Largest |a| met so far in this batch. */
  runningExtreme(): number {
    const [low, high] = this.extremes();
    return Math.max(Math.abs(low), Math.abs(high));
  }

  /**
   * a = aPrevious - oPrevious + h, o = Q(a) over `count` values; returns where Q clamps (nowhere without quantisation).
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
