/**
 * Quantiles of points' metrics, for a study whose objectives or constraints, or a question about it, name some
 * (`energy_uj_per_inference@90`). They come from the closed forms and draws of the intervals that `show` and `pareto`
 * print. They are computed from stored breakdowns on demand, 3 to 6 ms per point, and never stored: a study that names
 * none spends no time and space on them. A chip without priced lines, and results of another evaluator, have no
 * distribution: their quantiles equal the metrics. Effects: reads results of the store that is handed in.
 */
import { type AnyExperiment, type Experiment, ofKind, patchExperiment } from "../../arch/index.js";
import { type AnyMetric, isQuantile, metricOf, type QuantileName, quantileOf, type Result } from "../../sim/index.js";
import { type Metrics, Objectives } from "../objectives.js";
import { type PointValues, Space } from "../space.js";
import { type RunOf, runsOf } from "../store/scored-runs.js";
import type { Store, StoredPoint } from "../store/sqlite.js";
import { ownDocument } from "../study-plugins.js";
import { drawnMetrics, quantileIn, type UncertainPoint } from "./drawn-metrics.js";
import { Draws } from "./draws.js";
import { uncertainPoint } from "./uncertain-point.js";

/** Default number of draws of prices. With a thousand draws, a share of 50 % is known to within 47 and 53 %. */
export const USUAL_DRAWS = 1000;
const SEED = 1;

/** What quantiles are computed from. */
type Known = Pick<UncertainPoint, "metrics" | "breakdown">;

export class StudyQuantiles {
  private draws: Draws | null = null;
  private readonly known = new Map<number, Metrics>();
  /** What stored runs got wrong, from which the accuracy's samples are counted; null: not asked for yet. */
  private runOf: RunOf | null = null;

  constructor(
    readonly names: readonly QuantileName[],
    private readonly experimentOf: (values: PointValues) => AnyExperiment,
  ) {}

  get isNone(): boolean {
    return this.names.length === 0;
  }

  /**
   * A result's metrics with the quantiles. `known`: its metrics and breakdown, perhaps under other prices; `store`: the
   * store that holds the result, null if it is new.
   */
  extended(values: PointValues, result: Result, known: Known = result, store: Store | null = null): Metrics {
    if (this.isNone) return known.metrics;
    const proxies = withProxies(known.metrics, this.names);
    return ofKind<Metrics>(this.experimentOf(values), {
      board: (board) => ({ ...proxies, ...this.found(board, result, known, store) }),
      coupled: () => proxies,
    });
  }

  /** The same for a stored point; nothing is added if it has no result. */
  stored<P extends { readonly id: number; readonly values: PointValues; readonly metrics: Metrics | null }>(store: Store, point: P): P {
    if (this.isNone || point.metrics === null) return point;
    const metrics = this.known.get(point.id) ?? this.computed(store, point);
    this.known.set(point.id, metrics);
    return { ...point, metrics };
  }

  /**
   * The same for a point of any edition and fidelity: only whole ones of the study's inputs get quantiles. They are not
   * kept for another call.
   */
  storedIn<P extends Pick<StoredPoint, "id" | "values" | "metrics" | "edition" | "fidelity">>(store: Store, point: P): P {
    if (this.isNone || point.metrics === null || point.fidelity !== 1 || point.edition !== store.study()?.edition) return point;
    return { ...point, metrics: this.computed(store, point) };
  }

  private computed(store: Store, { id, values, metrics }: Pick<StoredPoint, "id" | "values" | "metrics">): Metrics {
    const result = store.result(id);
    return result === null ? (metrics ?? {}) : this.extended(values, result, result, store);
  }

  private found(experiment: Experiment, result: Result, known: Known, store: Store | null): Metrics {
    this.draws ??= new Draws(USUAL_DRAWS, SEED);
    if (store !== null && this.names.some((name) => metricOf(name) === "accuracy_percent")) this.runOf ??= runsOf(store);
    const runOf = store === null || this.runOf === null ? undefined : this.runOf;
    const { draws } = this;
    const drawn = drawnMetrics(uncertainPoint(experiment, { id: 0, ...known }, result, runOf), draws);
    return Object.fromEntries(
      this.names.flatMap((name) => {
        const { metric, share } = quantileOf(name) as NonNullable<ReturnType<typeof quantileOf>>;
        const of = drawn.get(metric);
        if (of === undefined) return [];
        return [[name, quantileIn(of, share, draws)]];
      }),
    );
  }
}

/** The quantiles among some names, for points of a stored study. */
export function quantilesOf(store: Store, names: readonly AnyMetric[]): StudyQuantiles {
  const study = store.study();
  const asked = names.filter(isQuantile);
  if (study === null || asked.length === 0) return new StudyQuantiles([], () => null as never);
  const at = ownDocument(store, study);
  const space = new Space(study.sweep.parameters);
  return new StudyQuantiles(asked, (values) => patchExperiment(at, space.byPath(values)));
}

/** The quantiles that a stored study's objectives and constraints name. */
export function namedQuantiles(store: Store): StudyQuantiles {
  const sweep = store.study()?.sweep;
  if (sweep === undefined) return quantilesOf(store, []);
  const names = sweep.parameters.map(({ name }) => name);
  return quantilesOf(store, new Objectives(sweep, names).quantiles);
}

/** Adds each quantile with the value of the metric itself: for estimates, which have no breakdown. */
export function withProxies(metrics: Metrics, names: readonly AnyMetric[]): Metrics {
  return names.length === 0 ? metrics : { ...metrics, ...Object.fromEntries(names.map((name) => [name, metrics[metricOf(name)] ?? null])) };
}
