/**
 * A front and its hypervolume as points arrive. Each point adds the part of its box that the front so far leaves
 * uncovered, so no step computes the whole volume again. The sum differs from `hypervolume` by rounding alone.
 */

import { type FrontMember, ParetoArchive } from "../base/pareto.js";
import { hypervolume, improvement } from "./hypervolume.js";

export class GrowingFront<Id> {
  private readonly archive = new ParetoArchive<Id>();
  private sum = 0;

  /** `reference`: reference point, minimised; null until it is known. */
  constructor(private reference: readonly number[] | null) {}

  get members(): readonly FrontMember<Id>[] {
    return this.archive.front;
  }

  /** Null until there is a reference point. */
  get volume(): number | null {
    return this.reference === null ? null : this.sum;
  }

  /** Adds a point; true if the front changed. */
  add(id: Id, values: readonly number[]): boolean {
    const before = this.archive.front.map((member) => member.values);
    if (!this.archive.add(id, values)) return false;
    if (this.reference !== null) this.sum += improvement(before, values, this.reference);
    return true;
  }

  /** Sets another reference point and computes the volume again. */
  measureFrom(reference: readonly number[]): void {
    this.reference = reference;
    this.sum = hypervolume(
      this.archive.front.map((member) => member.values),
      reference,
    );
  }
}
