/**
 * Sorts observations into fronts as they arrive. It gives the result of `bestOf` over all of them, without sorting all
 * of them again for every question.
 * Source: Zhang et al., "An efficient approach to nondominated sorting for evolutionary multiobjective optimization",
 * IEEE TEC 19, 2015 (search over fronts); Li et al., "Efficient nondomination level update method", IEEE TCYB 47, 2017
 * (which members a new point moves down).
 */
import { dominates } from "../../base/pareto.js";
import { badness, spreadFirst } from "./best.js";
import type { Observation } from "./sampler.js";

interface Entry {
  readonly order: number;
  readonly observation: Observation;
  readonly vector: readonly number[];
}

export class Ranks {
  /** Fronts of the feasible observations, the best first; members in the order in which they were added. */
  private readonly fronts: (readonly Entry[])[] = [];
  /** Other observations by violation, then in the order in which they were added. */
  private readonly others: Observation[] = [];
  private count = 0;
  /** Per front: indices of its members, the one with the largest crowding distance first. */
  private readonly spreads = new WeakMap<readonly Entry[], readonly number[]>();

  add(observation: Observation): void {
    const { objectives: vector, violation } = observation;
    if (violation === 0 && vector !== null) this.rank({ order: this.count++, observation, vector });
    else
      this.others.splice(
        firstWhere(this.others.length, (i) => badness(this.others[i]) > badness(observation)),
        0,
        observation,
      );
  }

  /** Feasible observations that no other one dominates, in the order in which they were added. */
  get front(): readonly Observation[] {
    return (this.fronts[0] ?? []).map(({ observation }) => observation);
  }

  /** The same as `bestOf` of all added observations. */
  best(count: number): Observation[] {
    const chosen: Observation[] = [];
    for (const front of this.fronts) {
      if (chosen.length >= count) break;
      const spread = this.spreads.get(front) ?? spreadFirst(front.map(({ vector }) => vector));
      this.spreads.set(front, spread);
      for (const i of spread.slice(0, count - chosen.length)) chosen.push(front[i].observation);
    }
    return [...chosen, ...this.others.slice(0, Math.max(0, count - chosen.length))];
  }

  private rank(entry: Entry): void {
    // if a member of a front dominates an observation, a member of every earlier front dominates it too
    const place = firstWhere(this.fronts.length, (l) => !this.fronts[l].some(({ vector }) => dominates(vector, entry.vector)));
    let moving: readonly Entry[] = [entry];
    for (let l = place; moving.length > 0; l++) {
      const front: readonly Entry[] = this.fronts[l] ?? [];
      const isBeaten = (one: Entry): boolean => moving.some(({ vector }) => dominates(vector, one.vector));
      const beaten = front.filter(isBeaten);
      if (beaten.length === front.length) {
        // the whole front moves down, and all fronts behind it
        this.fronts.splice(l, 0, moving);
        return;
      }
      const stay = beaten.length === 0 ? front : front.filter((one) => !isBeaten(one));
      this.fronts[l] = merged(stay, moving);
      moving = beaten;
    }
  }
}

function merged(a: readonly Entry[], b: readonly Entry[]): readonly Entry[] {
  const last = a.at(-1);
  if (last !== undefined && last.order < b[0].order) return [...a, ...b];
  return [...a, ...b].sort((one, other) => one.order - other.order);
}

/** The least index below `length` from which on `holds` is true; `length` if it never is. */
function firstWhere(length: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
