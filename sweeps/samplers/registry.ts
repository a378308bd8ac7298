/**
 * All samplers by name, including those of plug-ins, and how the options of a sweep become a sampler. Throws:
 * `InputError` on an unknown sampler, option or value.
 */

import { type SweepSpec, takesOption, wantedOfOption } from "../../arch/index.js";
import { InputError, type Problem, quoted } from "../../base/errors.js";
import { Registry } from "../../base/registry.js";
import { spacePoints } from "../distinct-points.js";
import type { Space } from "../space.js";
import { gp } from "./gp.js";
import { grid } from "./grid.js";
import { nsga2 } from "./nsga2.js";
import { random } from "./random.js";
import type { Observation, Sampler, SamplerKind, Screening } from "./sampler.js";
import { screen } from "./screen.js";
import { shardBudget } from "./shard.js";
import { sobol } from "./sobol.js";
import { tpe } from "./tpe.js";

export const SAMPLERS = new Registry<SamplerKind>("sampler", { grid, random, sobol, nsga2, tpe, gp, screen });

const NONE: Screening = { pool: [], fidelities: [1], bounds: [] };

const kindOf = (name: string): SamplerKind => SAMPLERS.demand(name, "sweep.sampler");

/** Whether the analytical model prices a pool before the search. */
export const screens = ({ sampler }: SweepSpec): boolean => kindOf(sampler.name).screens;

/** Most points of a search; null: no limit. */
export interface MostPoints {
  /** Points after which its sampler, or its part of one, ends; null: it ends by its budget, or nobody here knows it. */
  readonly asked: number | null;
  /** Points of its part of the space; null: a parameter is continuous. */
  readonly part: number | null;
  /** Points of its whole space. */
  readonly space: number | null;
}

export function mostPoints(spec: SweepSpec, space: Space): MostPoints {
  const kind = SAMPLERS.get(spec.sampler.name);
  const { shard = 1, shards = 1 } = kind === undefined ? {} : samplerOptions(spec);
  const share = (size: number | null): number | null => (size === null ? null : shardBudget(size, shard, shards));
  const whole = spacePoints(space);
  return { asked: share(kind?.size(space) ?? null), part: share(whole), space: whole };
}

/**
 * Expected number of points at the end. `others`: points that the sampler has not asked, and may ask yet. A point
 * counts once, so no search has more than its space.
 */
export function expectedPoints(budget: number, { asked, part, space }: MostPoints, others: number): number {
  const most = (limit: number | null): number => limit ?? Number.POSITIVE_INFINITY;
  return Math.min(Math.min(budget, most(asked), most(part)) + others, most(space));
}

/** The sampler of a sweep. */
export function createSampler(spec: SweepSpec, space: Space, screening = NONE, warm: readonly Observation[] = [], file = "sweep"): Sampler {
  const { name, budget, seed, options } = spec.sampler;
  const resolved = samplerOptions(spec, file);
  return kindOf(name).create({ file, space, objectives: spec.objectives.length, seed, budget, options, screening, warm }, resolved);
}

/** The options with their defaults. @throws InputError with every problem of the sampler's section */
export function samplerOptions(spec: SweepSpec, file = "sweep"): { readonly [name: string]: number } {
  const { name, options } = spec.sampler;
  const problems: Problem[] = [];
  const problem = (path: string, message: string, fix: string): void => {
    problems.push({ file, line: null, column: null, path: `sweep.sampler${path}`, message, fix });
  };
  const kind = SAMPLERS.demand(name, file, "sweep.sampler");
  const resolved = Object.fromEntries(Object.entries(kind.options).map(([key, option]) => [key, option.value]));
  for (const [key, value] of Object.entries(options)) {
    const option = kind.options[key];
    if (option === undefined) {
      problem(
        `.${key}`,
        `${quoted(name)} has no option ${quoted(key)}`,
        Object.keys(kind.options).length ? `known: ${Object.keys(kind.options).join(", ")}` : "remove it",
      );
    } else if (takesOption(option, value)) resolved[key] = value;
    else problem(`.${key}`, `got ${JSON.stringify(value)}, expected ${wantedOfOption(option)}`, option.about);
  }
  if (problems.length > 0) throw new InputError(problems);
  return resolved;
}
