/** Uniform random positions, seeded; the baseline of every comparison. */
import { createRng } from "../../base/rng.js";
import type { Sampler, SamplerKind, SamplerSetup } from "./sampler.js";
import { SHARD_OPTIONS, sharded } from "./shard.js";

const BATCH = 64;

class Random implements Sampler {
  readonly fidelity = 1;
  readonly lag = Number.POSITIVE_INFINITY;
  private readonly rng;
  private asked = 0;

  constructor(private readonly setup: SamplerSetup) {
    this.rng = createRng(setup.seed, "sampler/random");
  }

  ask(): Float64Array[] {
    this.asked += BATCH;
    return Array.from({ length: BATCH }, () => Float64Array.from(this.setup.space.dimensions, () => this.rng.float()));
  }

  tell(): void {} // random points do not depend on results

  state() {
    return { asked: this.asked };
  }
}

export const random: SamplerKind = {
  about: "uniform random points",
  learns: false,
  screens: false,
  size: () => null,
  options: SHARD_OPTIONS,
  create: sharded((setup) => new Random(setup)),
};
