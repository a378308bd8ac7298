/**
 * The front of a running study, in two orders: in order of arrival for the view, and in ask order for everything that
 * must not depend on the number of workers: the reference point (the user's, or fixed from the first points) and the
 * count of points without improvement.
 */

import { differentVectors, lexicographic, ParetoArchive } from "../base/pareto.js";
import type { FrontPoint, StudySummary } from "./events.js";
import { GrowingFront } from "./growing-front.js";
import { hypervolume } from "./hypervolume.js";
import { defaultReference } from "./indicators.js";
import type { Objectives, Score } from "./objectives.js";

/** Number of feasible points, in ask order, whose front fixes the reference point. */
const REFERENCE_POINTS = 32;

export class FrontTracker {
  private readonly live: GrowingFront<number>;
  private readonly ordered = new ParetoArchive<number>();
  private feasible = 0;
  /** The point from which volumes are measured, minimised objectives; null until fixed. */
  private reference: readonly number[] | null;
  /**
   * The point below which improvements count, minimised objectives; null until fixed. Unlike `reference` it is never
   * the stored one: a search that continues counts its first points as one that never stopped.
   */
  private limit: readonly number[] | null;
  private stale = 0;
  private count = 0;

  constructor(
    private readonly objectives: Objectives,
    stored: readonly number[] | null,
  ) {
    this.limit = objectives.reference;
    this.reference = objectives.reference ?? (stored === null ? null : objectives.minimised(stored));
    this.live = new GrowingFront(this.reference);
  }

  /** Adds a point when it ends; true if the live front changed. */
  arrive(id: number, score: Score): boolean {
    if (score.objectives === null || score.violation > 0) return false;
    return this.live.add(id, score.objectives);
  }

  /** Adds the same points again, in ask order. True if the reference point was fixed now. */
  settle(id: number, score: Score | null): boolean {
    this.stale++;
    this.count++;
    if (score === null || score.objectives === null || score.violation > 0) return false;
    this.feasible++;
    const twin = this.ordered.front.some((member) => lexicographic(member.values, score.objectives as readonly number[]) === 0);
    const improves = this.ordered.add(id, score.objectives) && !twin;
    if (improves && this.inside(score.objectives)) this.stale = 0;
    if (this.feasible < REFERENCE_POINTS) return false;
    this.limit ??= this.default();
    return this.fixReference();
  }

  /**
   * Fixes the reference point from the points so far, if it is not fixed and there is a feasible one; true if it did.
   */
  fixReference(): boolean {
    if (this.reference !== null || this.ordered.size === 0) return false;
    this.reference = this.default();
    this.live.measureFrom(this.reference);
    return true;
  }

  /** The reference point of the points so far. */
  private default(): readonly number[] {
    return defaultReference(this.ordered.front.map((m) => m.values));
  }

  /**
   * Points in ask order since the last one that raised the hypervolume. It follows from the scores alone, whatever is
   * stored.
   */
  get sinceImprovement(): number {
    return this.stale;
  }

  /**
   * The earliest place in ask order at which a search of this patience can end: points before it are needed whatever
   * their results are.
   */
  earliestEnd(patience: number): number {
    return this.count - this.stale + patience;
  }

  get ids(): number[] {
    return this.live.members.map((m) => m.id);
  }

  /** Natural values. */
  get front(): FrontPoint[] {
    return this.live.members.map((m) => ({ id: m.id, objectives: this.objectives.minimised(m.values) }));
  }

  /** Natural values; null until fixed. */
  get naturalReference(): number[] | null {
    return this.reference === null ? null : this.objectives.minimised(this.reference);
  }

  /** Hypervolume of the live front, summed up as the front grew: cheap at any time, and exact except for rounding. */
  get liveHypervolume(): number | null {
    return this.live.volume;
  }

  /** Hypervolume of the live front, computed from the front alone: the value that is stored and compared. */
  get hypervolume(): number | null {
    if (this.reference === null) return null;
    return hypervolume(
      this.live.members.map((m) => m.values),
      this.reference,
    );
  }

  /** The front as a summary of the study has it. */
  get summary(): Pick<StudySummary, "front" | "different" | "hypervolume" | "reference"> {
    const { front, hypervolume, naturalReference: reference } = this;
    return { front, different: differentVectors(front.map(({ objectives }) => objectives)).length, hypervolume, reference };
  }

  private inside(values: readonly number[]): boolean {
    const { limit } = this;
    return limit === null || values.every((value, k) => value < limit[k]);
  }
}
