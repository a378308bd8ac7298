/**
 * Multi-objective tree-structured Parzen estimator: observations are split into good and other by constraint violation, non-domination
 * rank and crowding; both are modelled as mixtures of product kernels, and the candidate with the largest density ratio is asked.
 * Source: Bergstra et al. 2011 (TPE); Ozaki et al., "Multiobjective tree-structured Parzen estimator", JAIR 73, 2022;
 * Watanabe 2023 (joint kernels). Good observations that share a rank are thinned by crowding, not by hypervolume contribution.
 */
import { crowdingDistances } from "../indicators.js";
import { nonDominatedRanks } from "../pareto.js";
import type { Dimension } from "../space.js";
import { History } from "./history.js";
import { constrainedBetter } from "./nsga2.js";
import type { Observation, Sampler, SamplerKind, SamplerSetup } from "./sampler.js";

const BATCH = 4;
const EDGE = 1 - 2 ** -30;

/** Order from best to worst. */
export function ranked(observations: readonly Observation[]): Observation[] {
  const { fronts } = nonDominatedRanks(observations.length, (a, b) => constrainedBetter(observations[a], observations[b]));
  return fronts.flatMap((members) => {
    const spread = members.every((i) => observations[i].objectives !== null);
    const crowding = crowdingDistances(members.map((i) => (spread ? (observations[i].objectives as readonly number[]) : [])));
    return members
      .map((_, i) => i)
      .sort((a, b) => crowding[b] - crowding[a] || members[a] - members[b])
      .map((i) => observations[members[i]]);
  });
}

/** Abramowitz and Stegun 7.1.26, error below 1.5e-7: enough for weights of a search. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(z) * Math.SQRT1_2);
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-z * z * 0.5);
  return z >= 0 ? 1 - 0.5 * tail : 0.5 * tail;
}

/** A mixture of product kernels around positions, with a uniform component of the weight of one kernel. */
class Mixture {
  private readonly bandwidth: number;

  constructor(
    readonly centres: readonly Float64Array[],
    private readonly dimensions: readonly Dimension[],
    widest: number,
  ) {
    // Scott's rule on the unit cube, not narrower than a cell of a 30-level axis.
    const n = Math.max(1, centres.length);
    this.bandwidth = Math.max(0.03, widest * n ** (-1 / (dimensions.length + 4)));
  }

  logDensity(x: Float64Array): number {
    let sum = 1; // the uniform component
    for (const centre of this.centres) {
      let product = 1;
      for (let d = 0; d < x.length && product > 1e-12; d++) product *= this.kernel(this.dimensions[d], centre[d], x[d]);
      sum += product;
    }
    return Math.log(sum / (this.centres.length + 1));
  }

  /** Density relative to uniform on the axis. */
  private kernel(dimension: Dimension, centre: number, x: number): number {
    const { levels, ordered } = dimension;
    if (levels === null) {
      const h = this.bandwidth;
      const mass = normalCdf((1 - centre) / h) - normalCdf(-centre / h);
      return Math.exp(-0.5 * ((x - centre) / h) ** 2) / (h * Math.sqrt(2 * Math.PI) * mass);
    }
    const at = Math.min(levels - 1, Math.floor(x * levels));
    const mean = Math.min(levels - 1, Math.floor(centre * levels));
    if (!ordered) {
      const stay = levels === 1 ? 1 : Math.max(1 / levels, 1 - 2 * this.bandwidth);
      return levels * (at === mean ? stay : (1 - stay) / (levels - 1));
    }
    const h = Math.max(this.bandwidth, 0.35 / levels);
    const low = at / levels;
    const mid = (mean + 0.5) / levels;
    const mass = normalCdf((1 - mid) / h) - normalCdf(-mid / h);
    return (levels * (normalCdf((low + 1 / levels - mid) / h) - normalCdf((low - mid) / h))) / mass;
  }

  draw(rng: History["rng"]): Float64Array {
    const pick = rng.int(0, this.centres.length);
    if (pick === this.centres.length) return Float64Array.from(this.dimensions, () => rng.float());
    const centre = this.centres[pick];
    return Float64Array.from(this.dimensions, ({ levels, ordered }, d) => {
      if (levels !== null && !ordered) {
        const stay = Math.max(1 / levels, 1 - 2 * this.bandwidth);
        return rng.float() < stay ? centre[d] : rng.float();
      }
      const h = levels === null ? this.bandwidth : Math.max(this.bandwidth, 0.35 / levels);
      for (;;) {
        const x = centre[d] + h * rng.normal();
        if (x >= 0 && x < EDGE) return x;
      }
    });
  }
}

class Tpe implements Sampler {
  readonly lag: number;
  private readonly history: History;

  constructor(
    private readonly setup: SamplerSetup,
    private readonly options: { readonly [name: string]: number },
  ) {
    this.lag = options.parallel;
    const startup = options.startup > 0 ? options.startup : Math.max(16, 2 * setup.space.dimensions.length);
    this.history = new History(setup, "tpe", startup);
  }

  ask(): Float64Array[] {
    const start = this.history.spread();
    if (start !== null) return [start];
    const { told } = this.history;
    if (told.length < 4) return single(this.history.fresh());
    const order = ranked(told);
    const goodCount = Math.max(2, Math.min(this.options.good_most, Math.ceil(this.options.good_share * order.length)));
    const { dimensions } = this.setup.space;
    const good = new Mixture(
      order.slice(0, goodCount).map((o) => o.position),
      dimensions,
      this.options.bandwidth,
    );
    // Points under way count as seen: the next question should not fall beside them.
    const other = new Mixture(
      [...order.slice(goodCount).map((o) => o.position), ...this.history.pending],
      dimensions,
      this.options.bandwidth,
    );
    const batch: Float64Array[] = [];
    while (batch.length < BATCH) {
      const next = this.best(good, other);
      if (next === null) break;
      batch.push(next);
    }
    return batch;
  }

  tell(observation: Observation): void {
    this.history.tell(observation);
  }

  state() {
    return { told: this.history.told.length, starting: this.history.starting };
  }

  private best(good: Mixture, other: Mixture): Float64Array | null {
    let chosen: Float64Array | null = null;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.options.candidates; i++) {
      const candidate = good.draw(this.history.rng);
      if (!this.history.isNew(candidate)) continue;
      const ratio = good.logDensity(candidate) - other.logDensity(candidate);
      if (ratio > most) {
        most = ratio;
        chosen = candidate;
      }
    }
    return chosen === null ? this.history.fresh() : this.history.take(chosen);
  }
}

function single(position: Float64Array | null): Float64Array[] {
  return position === null ? [] : [position];
}

export const tpe: SamplerKind = {
  about: "multi-objective Parzen estimator: learns where good points lie",
  options: {
    startup: { value: 0, low: 0, high: 100_000, about: "evenly spread points first; 0: 16, or two a parameter if that is more" },
    candidates: { value: 48, low: 1, high: 10_000, about: "draws from the good density a question" },
    good_share: { value: 0.15, low: 0.01, high: 0.9, about: "share of observations that count as good" },
    good_most: { value: 60, low: 2, high: 10_000, about: "most observations that count as good" },
    bandwidth: { value: 0.3, low: 0.01, high: 2, about: "kernel width on the unit cube before Scott's rule" },
    parallel: { value: 8, low: 0, high: 1000, about: "points that may be under way; results do not depend on workers" },
  },
  create: (setup, options) => new Tpe(setup, options),
};
