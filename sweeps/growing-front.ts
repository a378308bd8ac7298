/**
 * A front and its hypervolume as points arrive. Each point adds what the front so far leaves uncovered of its box, so
 * no step looks at the whole volume again; sums differ from `hypervolume` by rounding alone.
 */

import { type FrontMember, ParetoArchive } from "../base/pareto.js";
import { hypervolume, improvement } from "./hypervolume.js";

export class GrowingFront<Id> {
  private readonly archive = new ParetoArchive<Id>();
  private sum = 0;

  /** `reference`: minimised; null until it is known. */
  constructor(private reference: readonly number[] | null) {}

  get members(): readonly FrontMember<Id>[] {
    return this.archive.front;
  }

  /** Null until there is a reference point. */
  get volume(): number | null {
    return this.reference === null ? null : this.sum;
  }

  /** True where the front changed. */
  add(id: Id, values: readonly number[]): boolean {
    const before = this.archive.front.map((member) => member.values);
    if (!this.archive.add(id, values)) return false;
    if (this.reference !== null) this.sum += improvement(before, values, this.reference);
    return true;
  }

  /** Measures anew, from here. */
  measureFrom(reference: readonly number[]): void {
    this.reference = reference;
    this.sum = hypervolume(
      this.archive.front.map((member) => member.values),
      reference,
    );
  }
}
