/**
 * Bayesian search: one Gaussian process per objective; the candidate with the largest expected hypervolume improvement
 * is asked. Positive objectives that span more than a factor of 5 are modelled by their logarithm. Feasibility has a
 * process of its own, whose probability multiplies the improvement. Points under way are assumed at their predicted
 * mean (kriging believer).
 * Source: Emmerich et al. 2006 (improvement); Ginsbourger et al. 2010 (believer); Gardner et al. 2014 (feasibility).
 */
import { log, powerOfTwo } from "../../base/math.js";
import { nonDominated } from "../../base/pareto.js";
import { beyondNadir, crowdingDistances } from "../indicators.js";
import { badness } from "./best.js";
import { ExpectedImprovement, undominatedBoxes } from "./expected-improvement.js";
import { fitHyperParameters, GaussianProcess, type Prediction, START_LENGTH } from "./gaussian-process.js";
import { History, STARTUP } from "./history.js";
import { normalCdf } from "./normal.js";
import type { Observation, Sampler, SamplerKind, SamplerSetup } from "./sampler.js";

const BATCH = 4;
const EDGE = 1 - powerOfTwo(-30);
/** Largest front whose boxes stay within a few thousand, by number of objectives. */
const FRONT_LIMIT: readonly number[] = [1, 1, 400, 60, 22, 12];

/** A position that can be asked. */
interface Candidate {
  readonly position: Float64Array;
  /** [objectives] */
  readonly predictions: readonly Prediction[];
  /** Probability that its point meets the constraints. */
  readonly feasible: number;
}

interface Model {
  readonly processes: readonly GaussianProcess[];
  readonly feasible: GaussianProcess | null;
  /** Transformed objectives of the feasible observations. */
  readonly front: readonly (readonly number[])[];
  readonly reference: readonly number[];
}

/** [inputs][objectives] */
function meansOf({ processes }: Model, inputs: readonly Float64Array[]): number[][] {
  const all = processes.map((process) => process.predictAll(inputs).means);
  return inputs.map((_, i) => all.map((means) => means[i]));
}

class BayesianSearch implements Sampler {
  readonly fidelity = 1;
  readonly lag: number;
  private readonly history: History;
  /** The last process of each kind: the next one begins with its length scales and its covariances. */
  private readonly processes = new Map<string, GaussianProcess>();
  /** Features of positions. */
  private readonly known = new WeakMap<Float64Array, Float64Array>();
  private fittedAt = 0;

  constructor(
    private readonly setup: SamplerSetup,
    private readonly options: { readonly [name: string]: number },
  ) {
    this.lag = options.parallel;
    this.history = new History(setup, "gp", options.startup);
  }

  ask(): Float64Array[] {
    const start = this.history.spread();
    if (start !== null) return [start];
    const model = this.model();
    const batch: Float64Array[] = [];
    if (model === null) {
      // A fresh position counts as asked, so none may be drawn that the batch has no room for.
      while (batch.length < BATCH) {
        const next = this.history.fresh();
        if (next === null) break;
        batch.push(next);
      }
      return batch;
    }
    const believed = [
      ...model.front,
      ...meansOf(
        model,
        this.history.pending.map((position) => this.features(position)),
      ),
    ];
    const pool = this.pool(model);
    while (batch.length < BATCH) {
      const chosen = this.best(model, pool, believed);
      const next = chosen?.position ?? this.history.fresh();
      if (next === null) break;
      batch.push(chosen === null ? next : this.history.take(next));
      believed.push(chosen?.predictions.map(({ mean }) => mean) ?? meansOf(model, [this.features(next)])[0]);
    }
    return batch;
  }

  tell(observation: Observation): void {
    this.history.tell(observation);
  }

  state() {
    return {
      told: this.history.told.length,
      starting: this.history.starting,
      modelled: Math.min(this.history.told.length, this.options.memory),
    };
  }

  /** Coordinates as features: an ordered axis is one feature, an unordered one has one feature per level. */
  private features(position: Float64Array): Float64Array {
    const known = this.known.get(position);
    if (known !== undefined) return known;
    const found: number[] = [];
    this.setup.space.dimensions.forEach(({ levels, ordered }, d) => {
      if (levels === null) found.push(position[d]);
      else if (ordered) found.push((Math.min(levels - 1, Math.floor(position[d] * levels)) + 0.5) / levels);
      else for (let i = 0; i < levels; i++) found.push(Math.min(levels - 1, Math.floor(position[d] * levels)) === i ? 1 : 0);
    });
    const features = Float64Array.from(found);
    this.known.set(position, features);
    return features;
  }

  private model(): Model | null {
    const { told, ranks } = this.history;
    const good = told.filter((o) => o.violation === 0 && o.objectives !== null);
    if (good.length < 4) return null;
    const { memory } = this.options;
    // Half of the memory holds the best, for a sharp front; half holds the newest, to be right elsewhere.
    const best = new Set(ranks.best(memory / 2));
    const kept = good.filter((o, i) => best.has(o) || i >= good.length - memory / 2);
    const refit = told.length >= this.fittedAt * 1.25;
    if (refit) this.fittedAt = told.length;
    const inputs = kept.map((o) => this.features(o.position));
    const laws = Array.from({ length: this.setup.objectives }, (_, k) => lawOf(good, k));
    const modelled = (o: Observation, k: number): number => laws[k]((o.objectives as readonly number[])[k]);
    const processes = laws.map((_, k) =>
      this.process(
        `objective ${k}`,
        inputs,
        kept.map((o) => modelled(o, k)),
        refit,
      ),
    );
    const recent = told.slice(-memory);
    const broken = recent.some((o) => badness(o) > 0);
    const feasible = broken
      ? this.process(
          "feasible",
          recent.map((o) => this.features(o.position)),
          recent.map((o) => (badness(o) > 0 ? -1 : 1)),
          refit,
        )
      : null;
    const front = ranks.front.map((o) => laws.map((_, k) => modelled(o, k)));
    return { processes, feasible, front, reference: beyondNadir(front) };
  }

  private process(name: string, inputs: readonly Float64Array[], targets: readonly number[], refit: boolean): GaussianProcess {
    const before = this.processes.get(name) ?? null;
    let hyper = before ?? { lengths: new Array<number>(inputs[0].length).fill(START_LENGTH), noise: 1e-4 };
    if (refit) {
      const every = Math.ceil(inputs.length / this.options.fit_points);
      const some = inputs.map((_, i) => i).filter((i) => i % every === 0);
      hyper = fitHyperParameters(
        some.map((i) => inputs[i]),
        some.map((i) => targets[i]),
        hyper,
      );
    }
    const found = new GaussianProcess(inputs, targets, hyper.lengths, hyper.noise, before);
    this.processes.set(name, found);
    return found;
  }

  /** Candidates from which the questions of a batch are chosen, with the model's predictions. */
  private pool(model: Model): Candidate[] {
    const positions = Array.from({ length: this.options.candidates }, (_, i) => (i % 3 === 0 ? this.history.anywhere() : this.neighbour()));
    const fresh = positions.filter((position) => this.history.isNew(position));
    const inputs = fresh.map((position) => this.features(position));
    const all = model.processes.map((process) => process.predictAll(inputs));
    const feasible = model.feasible?.predictAll(inputs);
    return fresh.map((position, i) => ({
      position,
      predictions: all.map(({ means, deviations }) => ({ mean: means[i], deviation: deviations[i] })),
      feasible: feasible === undefined ? 1 : normalCdf(feasible.means[i] / Math.max(feasible.deviations[i], 1e-6)),
    }));
  }

  /** The candidate with the largest expected gain over the believed front; null: none gains, or none is left. */
  private best(model: Model, pool: readonly Candidate[], believed: readonly (readonly number[])[]): Candidate | null {
    const improvement = new ExpectedImprovement(undominatedBoxes(thinned(believed, model.reference), model.reference));
    let chosen: Candidate | null = null;
    let most = 0;
    for (const candidate of pool) {
      if (!this.history.isNew(candidate.position)) continue;
      const gain = improvement.of(candidate.predictions) * candidate.feasible;
      if (gain > most) {
        most = gain;
        chosen = candidate;
      }
    }
    return chosen;
  }

  /** A position with one to three coordinates of a front point changed. */
  private neighbour(): Float64Array {
    const { rng, told } = this.history;
    const { front } = this.history.ranks;
    const good = front.length > 0 ? front : told;
    const from = Float64Array.from(good[rng.int(0, good.length - 1)].position);
    const changes = rng.int(1, Math.min(3, from.length));
    for (let c = 0; c < changes; c++) {
      const d = rng.int(0, from.length - 1);
      const { levels, ordered } = this.setup.space.dimensions[d];
      if (!ordered || rng.float() < 0.25) from[d] = rng.float();
      else {
        const step = Math.max(0.1, levels === null ? 0 : 1 / levels) * rng.normal();
        from[d] = Math.min(EDGE, Math.max(0, from[d] + step));
      }
    }
    return from;
  }
}

/**
 * How an objective is modelled: by its logarithm if its values are positive and span more than a factor of 5, or else
 * unchanged.
 */
function lawOf(good: readonly Observation[], k: number): (value: number) => number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { objectives } of good) {
    const value = (objectives as readonly number[])[k];
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return least > 0 && most / least > 5 ? log : (value) => value;
}

/** The front's most spread points, as many as the limit on boxes allows. */
function thinned(points: readonly (readonly number[])[], reference: readonly number[]): (readonly number[])[] {
  const front = nonDominated(points).map((i) => points[i]);
  const limit = FRONT_LIMIT[reference.length] ?? 8;
  if (front.length <= limit) return front;
  const crowding = crowdingDistances(front);
  return front
    .map((_, i) => i)
    .sort((a, b) => crowding[b] - crowding[a] || a - b)
    .slice(0, limit)
    .map((i) => front[i]);
}

export const gp: SamplerKind = {
  about: "Gaussian processes and expected hypervolume improvement: fewest runs, most computation per point",
  learns: true,
  screens: false,
  size: () => null,
  options: {
    startup: STARTUP,
    candidates: { value: 240, low: 3, high: 100_000, whole: true, about: "positions from which a batch of 4 points is chosen" },
    memory: { value: 200, low: 8, high: 2000, whole: true, about: "most observations in a model: the best and the newest" },
    fit_points: { value: 100, low: 8, high: 2000, whole: true, about: "observations to which kernel lengths are fitted" },
    parallel: { value: 4, low: 0, high: 1000, whole: true, about: "points that may be under way; results do not depend on workers" },
  },
  create: (setup, options) => new BayesianSearch(setup, options),
};
