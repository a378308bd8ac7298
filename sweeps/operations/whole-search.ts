/**
 * The reference point of a search that was run in parts. Each part fixed its own one from its first points. Once the
 * first points of the whole search are all there, this gives the one that the whole search would have fixed, so that
 * both hypervolumes are the same number.
 */

import type { SweepSpec } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { canonicalJson } from "../../base/hash.js";
import { FrontTracker } from "../front.js";
import { Objectives } from "../objectives.js";
import { createSampler } from "../samplers/registry.js";
import { STALE_ASKS } from "../samplers/sampler.js";
import { canonicalValues, Space } from "../space.js";
import type { Store, StoredPoint } from "../store/sqlite.js";
import { wholeSearch } from "../store/study-row.js";
import { quantilesOf } from "../uncertainty/study-quantiles.js";

/** True if the two specifications are parts of one search. */
export function areShards(one: SweepSpec, other: SweepSpec): boolean {
  const whole = (spec: SweepSpec): string => {
    const { name, seed, options } = wholeSearch(spec).sampler;
    return canonicalJson({ name, seed, options });
  };
  const of = ({ sampler }: SweepSpec): Json => sampler.options.shards ?? 1;
  return of(one) !== 1 && of(one) === of(other) && whole(one) === whole(other);
}

/** Natural values; null if a point that decides them has not ended, or if the user gave the reference point. */
export function referenceOfWhole(store: Store, spec: SweepSpec): readonly number[] | null {
  if (spec.referencePoint !== null) return null;
  const space = new Space(spec.parameters);
  const objectives = new Objectives(spec, space.names);
  const sampler = createSampler(wholeSearch(spec), space);
  const tracker = new FrontTracker(objectives, null);
  const quantiles = quantilesOf(store, objectives.metrics);
  const points = new Map(Array.from(store.points(), (point) => [canonicalValues(point.values), quantiles.stored(store, point)]));
  const met = new Set<string>();
  for (let stale = 0; stale < STALE_ASKS && met.size < points.size; ) {
    const positions = sampler.ask();
    if (positions.length === 0) break;
    for (const position of positions) {
      const values = canonicalValues(space.decode(position));
      stale++;
      if (met.has(values)) continue;
      const point = points.get(values);
      if (point === undefined || point.state === "queued" || point.state === "running") return null;
      met.add(values);
      stale = 0;
      if (tracker.settle(point.id, scoreOf(point, objectives))) return tracker.naturalReference;
      if (met.size === points.size) break;
    }
  }
  return tracker.fixReference() ? tracker.naturalReference : null;
}

function scoreOf({ metrics, violation }: StoredPoint, objectives: Objectives) {
  return { objectives: metrics === null ? null : objectives.vector(metrics), violation: violation ?? Number.POSITIVE_INFINITY };
}
