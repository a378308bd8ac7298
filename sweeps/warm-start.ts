/**
 * A warm start: a search begins with the best points of another sweep, in place of its random or evenly spread start;
 * the other sweep may be of a similar chip, another workload or another technology. The other sweep's points are no
 * points of this study; they are copied into its database, so that the study continues and repeats without the other
 * one. (`merge` brings in the same points of the same experiment as results.)
 * Source: Feurer, Springenberg, Hutter, "Initializing Bayesian hyperparameter optimization via meta-learning", AAAI
 * 2015.
 * Throws: `InputError` if the spaces have different parameters, no point fits, the sampler does not learn from results,
 * or the study began without the warm start.
 */

import type { SweepSpec } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { Objectives } from "./objectives.js";
import { SAMPLERS } from "./samplers/registry.js";
import { canonicalValues, Space } from "./space.js";
import type { Store, StoredPoint, WarmPoint } from "./store/sqlite.js";
import { quantilesOf } from "./uncertainty/study-quantiles.js";

interface WarmStart {
  /** Number of points with which the search begins. */
  readonly taken: number;
  /** Points that this space does not contain, or that were refused by a constraint that this study does not have. */
  readonly left: number;
}

/**
 * Gives the observations of `source` to the store of a study that has not begun, which writes them as the study begins;
 * does nothing if they are there already.
 */
export function warmStart(target: Store, source: Store, spec: SweepSpec): WarmStart {
  const { name } = spec.sampler;
  if (SAMPLERS.get(name)?.learns !== true) {
    const learning = SAMPLERS.entries.flatMap(([other, { learns }]) => (learns ? [other] : []));
    throw inputError("--warm-start", `the sampler ${name} learns nothing from results`, `choose one of ${learning.join(", ")}`);
  }
  const theirs = source.study();
  if (theirs === null) throw inputError(source.file, "holds no study", "name a database that a sweep has written");
  const space = new Space(spec.parameters);
  sameParameters(source.file, spec, theirs.sweep);
  const objectives = new Objectives(spec, space.names);
  source.demandSound();
  const quantiles = quantilesOf(source, objectives.quantiles);
  const ended = Array.from(source.points("p.state NOT IN ('queued', 'running')"), (point) => quantiles.stored(source, point));
  const points = ended.flatMap((point) => observed(space, objectives, point, theirs.identity));
  if (points.length === 0)
    throw inputError(source.file, `has no point that lies in this space (${ended.length} looked at)`, "start without --warm-start");
  const before = target.warmStart();
  if (target.study() !== null && JSON.stringify(before) !== JSON.stringify(points)) {
    throw inputError(
      target.file,
      before.length === 0 ? "holds a study that began without a warm start" : "holds a study that began with other points",
      "continue it without --warm-start, or choose another --db",
    );
  }
  if (target.study() === null) target.setWarmStart(points);
  return { taken: points.length, left: ended.length - points.length };
}

function sameParameters(file: string, mine: SweepSpec, theirs: SweepSpec): void {
  const places = (spec: SweepSpec): string[] => spec.parameters.map(({ name, path }) => `${name} (${path})`);
  const [here, there] = [places(mine), places(theirs)];
  const missing = here.filter((place) => !there.includes(place));
  const further = there.filter((place) => !here.includes(place));
  if (missing.length + further.length === 0) return;
  const parts = [
    ...(missing.length === 0 ? [] : [`lacks the parameters ${missing.join(", ")}`]),
    ...(further.length === 0 ? [] : [`has ${further.join(", ")}, which this study does not search`]),
  ];
  throw inputError(file, parts.join("; "), "a warm start needs a sweep over the same parameters; their values may differ");
}

/**
 * The point with this study's constraints and objectives over its stored metrics. Empty if it lies outside the space.
 */
function observed(space: Space, objectives: Objectives, point: StoredPoint, source: string): WarmPoint[] {
  const { values, metrics, code } = point;
  const position = space.encode(values);
  if (position === null || canonicalValues(space.decode(position)) !== canonicalValues(values)) return [];
  const before = objectives.checkBefore(values, {}).violation;
  if (before > 0) return [{ source, values, objectives: null, violation: before }];
  if (metrics !== null) {
    const { objectives: vector, violation } = objectives.score(values, metrics);
    return [{ source, values, objectives: vector, violation }];
  }
  // Refused by a constraint that this study does not have, so its metrics are not known.
  if (code === "CONSTRAINT") return [];
  return [{ source, values, objectives: null, violation: Number.POSITIVE_INFINITY }];
}
