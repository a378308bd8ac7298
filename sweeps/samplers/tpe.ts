/**
 * Multi-objective tree-structured Parzen estimator: observations are split into good and other by constraint violation, non-domination
 * rank and crowding; both are modelled as mixtures of product kernels, and the candidate with the largest density ratio is asked.
 * Source: Bergstra et al. 2011 (TPE); Ozaki et al., "Multiobjective tree-structured Parzen estimator", JAIR 73, 2022;
 * Watanabe 2023 (joint kernels). Good observations that share a rank are thinned by crowding, not by hypervolume contribution.
 */
import { exp, log, pow, powerOfTwo, square } from "../../base/math.js";
import type { Dimension } from "../space.js";
import { bestOf } from "./best.js";
import { History } from "./history.js";
import type { Observation, Sampler, SamplerKind, SamplerSetup } from "./sampler.js";

const BATCH = 4;
const EDGE = 1 - powerOfTwo(-30);
/** Most kernels of the other observations: an even sample of them beyond. */
const OTHERS = 500;

function level(coordinate: number, levels: number): number {
  return Math.min(levels - 1, Math.floor(coordinate * levels));
}

/** Abramowitz and Stegun 7.1.26, error below 1.5e-7: enough for weights of a search. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(z) * Math.SQRT1_2);
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-z * z * 0.5);
  return z >= 0 ? 1 - 0.5 * tail : 0.5 * tail;
}

/** A mixture of product kernels around positions, with a uniform component of the weight of one kernel. Densities are relative to uniform. */
class Mixture {
  private readonly bandwidth: number;
  /** [dimensions] of [levels of the centre x levels of x] on discrete axes; null on continuous ones. */
  private readonly tables: readonly (Float64Array | null)[];
  /** [centres][dimensions]: level of the centre; on continuous axes the mass of its normal inside [0, 1]. */
  private readonly marks: readonly Float64Array[];

  constructor(
    readonly centres: readonly Float64Array[],
    private readonly dimensions: readonly Dimension[],
    widest: number,
  ) {
    // Scott's rule on the unit cube, not narrower than a cell of a 30-level axis.
    this.bandwidth = Math.max(0.03, widest * pow(Math.max(1, centres.length), -1 / (dimensions.length + 4)));
    const h = this.bandwidth;
    this.tables = dimensions.map((dimension) => this.table(dimension));
    this.marks = centres.map((centre) =>
      Float64Array.from(dimensions, ({ levels }, d) =>
        levels === null ? normalCdf((1 - centre[d]) / h) - normalCdf(-centre[d] / h) : level(centre[d], levels),
      ),
    );
  }

  logDensity(x: Float64Array): number {
    const { dimensions, tables, marks, centres, bandwidth: h } = this;
    const at = Float64Array.from(dimensions, ({ levels }, d) => (levels === null ? x[d] : level(x[d], levels)));
    const normal = 1 / (h * Math.sqrt(2 * Math.PI));
    let sum = 1; // the uniform component
    for (let c = 0; c < centres.length; c++) {
      let product = 1;
      for (let d = 0; d < at.length; d++) {
        const table = tables[d];
        if (table === null) product *= (normal * exp(-0.5 * square((x[d] - centres[c][d]) / h))) / marks[c][d];
        else product *= table[marks[c][d] * (dimensions[d].levels as number) + at[d]];
      }
      sum += product;
    }
    return log(sum / (centres.length + 1));
  }

  private table({ levels, ordered }: Dimension): Float64Array | null {
    if (levels === null) return null;
    const table = new Float64Array(levels * levels);
    const stay = levels === 1 ? 1 : Math.max(1 / levels, 1 - 2 * this.bandwidth);
    const h = Math.max(this.bandwidth, 0.35 / levels);
    for (let centre = 0; centre < levels; centre++) {
      const mid = (centre + 0.5) / levels;
      const mass = normalCdf((1 - mid) / h) - normalCdf(-mid / h);
      for (let x = 0; x < levels; x++) {
        const share = ordered
          ? (normalCdf(((x + 1) / levels - mid) / h) - normalCdf((x / levels - mid) / h)) / mass
          : x === centre
            ? stay
            : (1 - stay) / (levels - 1);
        table[centre * levels + x] = levels * share;
      }
    }
    return table;
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
  readonly fidelity = 1;
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
    const goodCount = Math.max(2, Math.min(this.options.good_most, Math.ceil(this.options.good_share * told.length)));
    const chosen = new Set(bestOf(told, goodCount));
    const others = told.filter((o) => !chosen.has(o));
    const every = Math.ceil(others.length / OTHERS) || 1;
    const { dimensions } = this.setup.space;
    const positions = (observations: Iterable<Observation>): Float64Array[] => Array.from(observations, (o) => o.position);
    const good = new Mixture(positions(chosen), dimensions, this.options.bandwidth);
    // Points under way count as seen: the next question should not fall beside them.
    const rest = others.filter((_, i) => i % every === 0);
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
  learns: true,
  screens: false,
  size: () => null,
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
