/**
 * Multi-objective tree-structured Parzen estimator: observations are split into good and other by constraint violation,
 * non-domination rank and crowding; both are modelled as mixtures of product kernels, and the candidate with the
 * largest density ratio is asked.
 * Source: Bergstra et al. 2011 (TPE); Ozaki et al., "Multiobjective tree-structured Parzen estimator", JAIR 73, 2022;
 * Watanabe 2023 (joint kernels). Good observations that share a rank are thinned by crowding, not by hypervolume
 * contribution.
 */
import { History, STARTUP } from "./history.js";
import { Mixture } from "./parzen-mixture.js";
import type { Observation, Sampler, SamplerKind, SamplerSetup } from "./sampler.js";

const BATCH = 4;
/** Most kernels of the other observations; of more, an even sample is used. */
const OTHERS = 500;

class Tpe implements Sampler {
  readonly fidelity = 1;
  readonly lag: number;
  private readonly history: History;

  constructor(
    private readonly setup: SamplerSetup,
    private readonly options: { readonly [name: string]: number },
  ) {
    this.lag = options.parallel;
    this.history = new History(setup, "tpe", options.startup);
  }

  ask(): Float64Array[] {
    const start = this.history.spread();
    if (start !== null) return [start];
    const { told } = this.history;
    if (told.length < 4) return single(this.history.fresh());
    const goodCount = Math.max(2, Math.min(this.options.good_most, Math.ceil(this.options.good_share * told.length)));
    const chosen = new Set(this.history.ranks.best(goodCount));
    const every = Math.ceil((told.length - chosen.size) / OTHERS) || 1;
    const { dimensions } = this.setup.space;
    const positions = (observations: Iterable<Observation>): Float64Array[] => Array.from(observations, (o) => o.position);
    const good = new Mixture(positions(chosen), dimensions, this.options.bandwidth);
    // Points under way count as seen, so that the next question is not asked right beside them.
    let place = 0;
    const rest = told.filter((o) => !chosen.has(o) && place++ % every === 0);
    const other = new Mixture([...positions(rest), ...this.history.pending], dimensions, this.options.bandwidth);
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
      const density = good.logDensity(candidate);
      const ratio = density - other.logDensity(candidate, density - most);
      // whether it is new is asked of few, since that decodes it
      if (!(ratio > most) || !this.history.isNew(candidate)) continue;
      most = ratio;
      chosen = candidate;
    }
    return chosen === null ? this.history.fresh() : this.history.take(chosen);
  }
}

function single(position: Float64Array | null): Float64Array[] {
  return position === null ? [] : [position];
}

export const tpe: SamplerKind = {
  about: "multi-objective Parzen estimator: learns where good points lie",
  learns: true,
  screens: false,
  size: () => null,
  options: {
    startup: STARTUP,
    candidates: { value: 48, low: 1, high: 10_000, whole: true, about: "draws from the density of good points per question" },
    good_share: { value: 0.15, low: 0.01, high: 0.9, whole: false, about: "share of observations that count as good" },
    good_most: { value: 60, low: 2, high: 10_000, whole: true, about: "most observations that count as good" },
    bandwidth: { value: 0.3, low: 0.01, high: 2, whole: false, about: "kernel width on the unit cube before Scott's rule" },
    parallel: { value: 8, low: 0, high: 1000, whole: true, about: "points that may be under way; results do not depend on workers" },
  },
  create: (setup, options) => new Tpe(setup, options),
};
