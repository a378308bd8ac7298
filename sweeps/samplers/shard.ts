/**
 * One part of a search that does not learn from results, for machines that do not know of each other. Of the distinct
 * points in the order of the whole search, shard i of n takes the i-th and every n-th after it. The shards of one
 * search are disjoint and together contain all of its points.
 * Throws: `InputError` if there is no such shard.
 */
import { inputError } from "../../base/errors.js";
import { canonicalValues } from "../space.js";
import { type OptionTable, type Sampler, type SamplerKind, type SamplerSetup, STALE_ASKS } from "./sampler.js";

const MOST = 1_000_000;

export const SHARD_OPTIONS: OptionTable = {
  shard: { value: 1, low: 1, high: MOST, whole: true, about: "which part, from 1 to shards" },
  shards: { value: 1, low: 1, high: MOST, whole: true, about: "parts that the search is split into; the budget is that of one part" },
};

class Shard implements Sampler {
  readonly fidelity = 1;
  readonly lag = Number.POSITIVE_INFINITY;
  private readonly seen = new Set<string>();
  private ended = false;

  constructor(
    private readonly whole: Sampler,
    private readonly setup: SamplerSetup,
    private readonly shard: number,
    private readonly shards: number,
  ) {}

  ask(): Float64Array[] {
    const { space } = this.setup;
    let stale = 0;
    while (!this.ended) {
      const positions = this.whole.ask();
      if (positions.length === 0) this.ended = true;
      const own = positions.filter((position) => {
        const values = canonicalValues(space.decode(position));
        stale++;
        if (this.seen.has(values)) return false;
        stale = 0;
        this.seen.add(values);
        return (this.seen.size - this.shard) % this.shards === 0;
      });
      if (own.length > 0) return own;
      if (stale >= STALE_ASKS) this.ended = true;
    }
    return [];
  }

  tell(): void {} // only searches that do not learn can be split

  state() {
    return { ...this.whole.state(), shard: this.shard, shards: this.shards };
  }
}

/** Wraps `create` so that it makes the sampler of one shard. */
export function sharded(create: (setup: SamplerSetup) => Sampler): SamplerKind["create"] {
  return (setup, { shard, shards }) => {
    if (shard > shards)
      throw inputError(setup.file, `there is no shard ${shard} of ${shards}`, "shards count from 1", "sweep.sampler.shard");
    const whole = create(setup);
    return shards === 1 ? whole : new Shard(whole, setup, shard, shards);
  };
}

/** Number of points of shard i of n if the whole search has `budget` points. */
export function shardBudget(budget: number, shard: number, shards: number): number {
  return Math.ceil((budget - shard + 1) / shards);
}
