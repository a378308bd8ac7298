/**
 * The front of a running study: live in the order of arrival for the view, and in ask order for everything that must
 * not depend on workers: the reference point (user's, or fixed from the first points) and the count of points without
 * improvement.
 */

import { lexicographic, ParetoArchive } from "../base/pareto.js";
import type { FrontPoint } from "./events.js";
import { GrowingFront } from "./growing-front.js";
import { hypervolume } from "./hypervolume.js";
import { defaultReference } from "./indicators.js";
import type { Objectives, Score } from "./objectives.js";

/** Feasible points, in ask order, whose front fixes the reference point. */
const REFERENCE_POINTS = 32;

export class FrontTracker {
  private readonly live: GrowingFront<number>;
  private readonly ordered = new ParetoArchive<number>();
  private feasible = 0;
  /** Minimised. */
  private reference: readonly number[] | null;
  private stale = 0;
  private count = 0;

  constructor(
    private readonly objectives: Objectives,
    stored: readonly number[] | null,
  ) {
    this.reference = objectives.reference ?? (stored === null ? null : objectives.minimised(stored));
    this.live = new GrowingFront(this.reference);
  }

  /** A point as it ends; true where the live front changed. */
  arrive(id: number, score: Score): boolean {
    if (score.objectives === null || score.violation > 0) return false;
    return this.live.add(id, score.objectives);
  }

  /**
   * The same points again, in ask order. `last`: no more will come, so fix the reference with what there is. True where
   * the reference was fixed now.
   */
  settle(id: number, score: Score | null): boolean {
    this.stale++;
    this.count++;
    if (score === null || score.objectives === null || score.violation > 0) return false;
    this.feasible++;
    const twin = this.ordered.front.some((member) => lexicographic(member.values, score.objectives as readonly number[]) === 0);
    const improves = this.ordered.add(id, score.objectives) && !twin;
    if (improves && this.inside(score.objectives)) this.stale = 0;
    return this.feasible >= REFERENCE_POINTS && this.fixReference();
  }

  /** Fixes the reference from the points so far, if it is not fixed and there are any; true where it did. */
  fixReference(): boolean {
    if (this.reference !== null || this.ordered.size === 0) return false;
    this.reference = defaultReference(this.ordered.front.map((m) => m.values));
    this.live.measureFrom(this.reference);
    return true;
  }

  /** Points in ask order since the last that raised the hypervolume. */
  get sinceImprovement(): number {
    return this.stale;
  }

  /**
   * The earliest place in ask order at which a search of this patience can end: points up to it are needed whatever
   * they turn out to be.
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

  /** Hypervolume of the live front, summed up as it grew: exact but for rounding, and cheap at any time. */
  get liveHypervolume(): number | null {
    return this.live.volume;
  }

  /** The same, computed from the front alone: what is stored and compared. */
  get hypervolume(): number | null {
    if (this.reference === null) return null;
    return hypervolume(
      this.live.members.map((m) => m.values),
      this.reference,
    );
  }

  private inside(values: readonly number[]): boolean {
    const reference = this.reference;
    return reference === null || values.every((value, k) => value < reference[k]);
  }
}
