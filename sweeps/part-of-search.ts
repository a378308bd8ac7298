/**
 * One of several parts of a search, for machines that do not know of each other. Pure. Throws: `InputError` if the
 * search cannot be split.
 */
import type { SweepSpec } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { SAMPLERS } from "./samplers/registry.js";
import { shardBudget } from "./samplers/shard.js";

/** Part `shard` of `shards`, counted from 1. */
export interface Shard {
  readonly shard: number;
  readonly shards: number;
}

/** The search of one shard: its share of the budget, and a sampler that skips the points of the other shards. */
export function partOfSearch(sweep: SweepSpec, { shard, shards }: Shard): SweepSpec {
  const { sampler } = sweep;
  const splittable = SAMPLERS.entries.flatMap(([name, { options }]) => (Object.hasOwn(options, "shards") ? [name] : []));
  if (!splittable.includes(sampler.name))
    throw inputError(
      "--shard",
      `a search by ${sampler.name} learns from all its points, so it cannot be split`,
      `splittable: ${splittable.join(", ")}`,
    );
  const budget = shardBudget(sampler.budget, shard, shards);
  if (budget < 1)
    throw inputError("--shard", `has no point: ${sampler.budget} points in ${shards} shards`, "take fewer shards or a larger --budget");
  return { ...sweep, sampler: { ...sampler, budget, options: { ...sampler.options, shard, shards } } };
}
