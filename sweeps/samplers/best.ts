/**
 * The best of many observations, spread along their front. Models learn from them, searches begin with them, and
 * screening runs them first.
 */

import { nonDominated } from "../../base/pareto.js";
import { crowdingDistances } from "../indicators.js";
import type { Observation } from "./sampler.js";

/**
 * The best `count` observations: one front of feasible ones after the other, the last one thinned by crowding, then the
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

/** Indices of a front's points, the one with the largest crowding distance first. */
export function spreadFirst(front: readonly (readonly number[])[]): readonly number[] {
  const crowding = crowdingDistances(front);
  return front.map((_, i) => i).sort((a, b) => crowding[b] - crowding[a] || a - b);
}

/** Violation of an observation; a feasible point without finite objectives counts as a failure. */
export function badness(o: Observation): number {
  return o.objectives === null && o.violation === 0 ? Number.POSITIVE_INFINITY : o.violation;
}
