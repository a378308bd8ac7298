/**
 * Screening by successive halving. The analytical model prices a pool of points. Those that may still add to the front
 * run on few utterances; those that then may still add to it run on more; the rest runs in full. The stages are
 * `fidelities`; the last one is 1.
 *
 * A point stays in question at a stage if an optimistic forecast lies beyond the front of the points run at this stage,
 * by more than `tolerance` of the front's width in some objective. The forecast is the value of the stage before,
 * corrected by that stage's median error, and improved by a slack: the largest improvement of true values over
 * corrected ones, except for 2.5 % of the points. Both are learnt from the points run so far. Values that the model
 * knows exactly, such as area and accuracy, have no error and get no slack. A point that breaks constraints by no more
 * than such errors explain (`../limit-bounds.ts`) stays in question. Constraints over metrics that a stage does not
 * give are not judged there. Points run in batches, the most promising and most spread first, so a search that is cut
 * short has used its runs well. The search ends when no point is in question.
 * Source: Jamieson, Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016
 * (successive halving); Zuluaga et al., "e-PAL: an active learning approach to the multi-objective optimization
 * problem", JMLR 17, 2016 (pruning by uncertainty).
 */

import { nonDominated } from "../../base/pareto.js";
import { idealAndNadir } from "../indicators.js";
import { explainedViolation } from "../limit-bounds.js";
import { quantiles } from "../uncertainty/quantile.js";
import { bestOf } from "./best.js";
import { type Observation, type Sampler, type SamplerKind, type SamplerSetup, type Screened, STOP_AFTER_EPOCHS } from "./sampler.js";

const BATCH = 16;
/** Number of runs of a stage before its errors are used. */
const LEAST = 24;
/** Share of the runs that may be better than their forecast with slack. */
const SURPRISES = 0.025;
/** Number of runs of a stage without a feasible point after which the space counts as infeasible. */
const HOPELESS = 128;

/** Error of the stage before, for one objective, relative to its values. */
interface Wrong {
  readonly median: number;
  /**
   * Slack: how much better than the corrected forecast the truth may be. Only improvements count, since a chip whose
   * network on chip is congested is far worse than its forecast.
   */
  readonly spread: number;
  /** How much worse the truth may be, where that can meet a constraint. */
  readonly worse: number;
}

interface Candidate {
  /** Place in the pool. */
  readonly index: number;
  /** Findings of the stage before. */
  readonly before: Stage;
}

interface Run extends Candidate {
  readonly now: Stage;
}

/** A candidate's objectives in this stage. */
interface Forecast {
  readonly candidate: Candidate;
  readonly likely: readonly number[];
  /** With slack. */
  readonly best: readonly number[];
}

/** What a stage finds about a point. */
type Stage = Omit<Screened, "position">;

/** Error of a stage's forecast of one number, from values before and after; none before the first run. */
export function errorOf(pairs: readonly { readonly before: number | null; readonly now: number | null }[]): Wrong {
  const errors = pairs.flatMap(({ before, now }) => (before === null || now === null ? [] : [(now - before) / (Math.abs(before) || 1)]));
  if (errors.length === 0) return { median: 0, spread: 0, worse: 0 };
  const [best, median, worst] = quantiles(Float64Array.from(errors), [SURPRISES, 0.5, 1 - SURPRISES]);
  return { median, spread: median - best, worse: worst - median };
}

class Screen implements Sampler {
  readonly lag = 0;
  private readonly pool: SamplerSetup["screening"]["pool"];
  private readonly fidelities: readonly number[];
  private readonly bounds: SamplerSetup["screening"]["bounds"];
  private stage = 0;
  private candidates: Candidate[];
  private runs: Run[] = [];
  private readonly pending: Candidate[] = [];

  constructor(
    private readonly setup: SamplerSetup,
    private readonly options: { readonly [name: string]: number },
  ) {
    this.pool = setup.screening.pool;
    this.fidelities = setup.screening.fidelities;
    this.bounds = setup.screening.bounds;
    this.candidates = this.pool.map((before, index) => ({ index, before }));
  }

  get fidelity(): number {
    return this.fidelities[Math.min(this.stage, this.fidelities.length - 1)];
  }

  ask(): Float64Array[] {
    while (this.stage < this.fidelities.length) {
      const batch = this.batch();
      if (batch.length > 0) {
        for (const candidate of batch) this.pending.push(candidate);
        const asked = new Set(batch);
        this.candidates = this.candidates.filter((candidate) => !asked.has(candidate));
        return batch.map(({ index }) => this.pool[index].position);
      }
      // Only points that ran at this stage continue: the others cannot reach the front.
      this.candidates = this.runs.map(({ index, now }) => ({ index, before: now }));
      this.runs = [];
      this.stage++;
    }
    return [];
  }

  tell({ objectives, violation, limits }: Observation): void {
    const candidate = this.pending.shift();
    if (candidate === undefined) throw new Error("screening was told of a point that it did not ask for");
    this.runs.push({ ...candidate, now: { objectives, violation, limits } });
  }

  state() {
    return { fidelity: this.fidelity, runs: this.runs.length, candidates: this.candidates.length, screened: this.pool.length };
  }

  /** The next runs of this stage, best first; none if no point is in question. */
  private batch(): Candidate[] {
    const { runs } = this;
    const errors = Array.from({ length: this.setup.objectives }, (_, k) =>
      errorOf(runs.map(({ before, now }) => ({ before: before.objectives?.[k] ?? null, now: now.objectives?.[k] ?? null }))),
    );
    const slack = errors.map(({ spread }) => spread * this.options.slack);
    const front = frontOf(runs.flatMap(({ now }) => (now.violation > 0 || now.objectives === null ? [] : [now.objectives])));
    const forecasts = this.candidates.flatMap((candidate): Forecast[] => {
      const { objectives } = candidate.before;
      if (objectives === null) return [];
      const likely = objectives.map((value, k) => value + errors[k].median * (Math.abs(value) || 1));
      const best = likely.map((value, k) => value - slack[k] * (Math.abs(objectives[k]) || 1));
      return [{ candidate, likely, best }];
    });
    const limited = this.errorsOfLimits();
    const leniency = this.leniency(limited);
    const allowed = forecasts.filter(({ candidate }) => candidate.before.violation <= leniency);
    const margin = extentOf(front).map((extent) => extent * this.options.tolerance);
    const isOpen = ({ best }: Forecast): boolean => !front.some((q) => q.every((value, k) => value <= best[k] + margin[k]));
    const open = allowed.filter(isOpen);
    // Too few runs have shown the error of the forecast: the best of the other points run too.
    const isKnown = runs.length >= LEAST;
    const wanted = open.length > 0 || isKnown ? open : allowed;
    if (wanted.length === 0) {
      if (front.length === 0) return this.hopeful(this.candidates);
      const isExact = limited.every(({ median, spread, worse }) => median === 0 && spread === 0 && worse === 0);
      return isKnown || isExact ? [] : this.hopeful(forecasts.filter(isOpen).map(({ candidate }) => candidate));
    }
    const position = new Float64Array();
    const ordered = bestOf(
      wanted.map(({ likely }) => ({ position, values: {}, objectives: likely, violation: 0, limits: [] })),
      BATCH,
    );
    const place = new Map(wanted.map(({ likely, candidate }) => [likely, candidate]));
    return ordered.map(({ objectives }) => place.get(objectives as number[]) as Candidate);
  }

  /** Errors of the metrics that constraints name. */
  private errorsOfLimits(): readonly Wrong[] {
    const { runs, pool } = this;
    if (pool.length === 0) return [];
    return pool[0].limits.map((_, k) => errorOf(runs.map(({ before, now }) => ({ before: before.limits[k], now: now.limits[k] }))));
  }

  /**
   * Violation up to which a point may meet the constraints after all: what errors of their metrics explain. A median
   * error counts in both directions, because part of it may be this stage's own: its utterances may be longer than
   * most.
   */
  private leniency(limited: readonly Wrong[]): number {
    const { slack } = this.options;
    const errors = limited.map(({ median, spread, worse }) => ({
      lower: Math.abs(median) + slack * spread,
      higher: Math.abs(median) + slack * worse,
    }));
    return explainedViolation(this.bounds, errors);
  }

  /** Of points that break constraints by more than errors explain so far: those that break them least. */
  private hopeful(candidates: readonly Candidate[]): Candidate[] {
    if (this.runs.length >= HOPELESS) return [];
    const order = [...candidates].sort((a, b) => a.before.violation - b.before.violation || a.index - b.index);
    return order.slice(0, BATCH);
  }
}

/** Width of a front in each objective. */
function extentOf(front: readonly (readonly number[])[]): number[] {
  if (front.length === 0) return [];
  const { ideal, nadir } = idealAndNadir(front);
  return nadir.map((worst, k) => worst - ideal[k]);
}

function frontOf(values: readonly (readonly number[])[]): (readonly number[])[] {
  return nonDominated(values).map((i) => values[i]);
}

export const screen: SamplerKind = {
  about: "analytical model prices a pool, promising points run on few utterances, the best of them on more, and the best of those in full",
  learns: false,
  screens: true,
  size: () => null,
  options: {
    pool: { value: 20_000, low: 2, high: 1_000_000, whole: true, about: "points that the model prices; the whole grid if it is smaller" },
    stages: { value: 3, low: 1, high: 8, whole: true, about: "fidelities: 3 with halving 4 are 1/16, 1/4 and all of the timed utterances" },
    halving: { value: 4, low: 2, high: 64, whole: false, about: "how many times more utterances a stage runs than the one before" },
    tolerance: {
      value: 0.005,
      low: 0,
      high: 1,
      whole: false,
      about: "least gain for which a point is run, as a share of the front's width in some objective",
    },
    slack: { value: 1, low: 0, high: 100, whole: false, about: "margin around forecasts, in spreads of their errors" },
    stop_after_epochs: STOP_AFTER_EPOCHS,
  },
  create: (setup, options) => new Screen(setup, options),
};
