/**
 * The best of many observations, spread along their front: what models learn from, searches begin with and screening
 * runs first.
 */

import { nonDominated } from "../../base/pareto.js";
import { crowdingDistances } from "../indicators.js";
import type { Observation } from "./sampler.js";

/**
 * The best `count` observations: fronts of the feasible one after the other, the last thinned by crowding, then the
 * others by violation. O(observations x front) for each front taken.
 */
export function bestOf(observations: readonly Observation[], count: number): Observation[] {
  const vector = (o: Observation): readonly number[] => o.objectives as readonly number[];
  let left = observations.filter((o) => o.violation === 0 && o.objectives !== null);
  const rest = observations.filter((o) => o.violation > 0 || o.objectives === null);
  const chosen: Observation[] = [];
  while (left.length > 0 && chosen.length < count) {
    const front = nonDominated(left.map(vector)).map((i) => left[i]);
    for (const i of spreadFirst(front.map(vector)).slice(0, count - chosen.length)) chosen.push(front[i]);
    const gone = new Set(front);
    left = left.filter((o) => !gone.has(o));
  }
  const worst = rest.map((_, i) => i).sort((a, b) => badness(rest[a]) - badness(rest[b]) || a - b);
  for (const i of worst.slice(0, Math.max(0, count - chosen.length))) chosen.push(rest[i]);
  return chosen;
}

/** Places of a front's points, the most spread first. */
export function spreadFirst(front: readonly (readonly number[])[]): readonly number[] {
  const crowding = crowdingDistances(front);
  return front.map((_, i) => i).sort((a, b) => crowding[b] - crowding[a] || a - b);
}

/** A feasible point without finite objectives is as bad as a failure. */
export function badness(o: Observation): number {
  return o.objectives === null && o.violation === 0 ? Number.POSITIVE_INFINITY : o.violation;
}
