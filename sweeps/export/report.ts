/**
 * What every export shows: the front of a stored study, for the study's objectives or others, with what a reader needs
 * to know about it. Rows hold natural values; `cloud` holds every feasible point's objective vector, for plots.
 * Throws: `InputError` for an unknown metric, a filter that cannot be read, or a database without a study.
 */

import { demandTruth, ExpressionError, parseExpression, type SweepSpec, truthOf, typesOf } from "../../arch/index.js";
import { inputError, quoted } from "../../base/errors.js";
import type { Json } from "../../base/hash.js";
import { didYouMean } from "../../base/nearest.js";
import { differentVectors, ParetoArchive } from "../../base/pareto.js";
import { type AnyMetric, isMetric, isQuantile, METRICS, metricOf, unsetPrices } from "../../sim/index.js";
import { nearestToLimits } from "../broken-constraints.js";
import { otherBuild } from "../engine/build.js";
import { hypervolume } from "../hypervolume.js";
import { defaultReference, knee } from "../indicators.js";
import type { Change, Input } from "../inputs.js";
import { limitedMetrics, limitsOf, nearestText } from "../limited-metrics.js";
import { lookupIn, type Metrics, Objectives } from "../objectives.js";
import { endedBeside } from "../report/others.js";
import type { PointValues } from "../space.js";
import { valuesOf } from "../store/rows.js";
import type { Store } from "../store/sqlite.js";
import type { FeasibleRow } from "../store/tally.js";
import type { Intervals } from "../uncertainty/drawn-metrics.js";
import { quantilesOf, type StudyQuantiles } from "../uncertainty/study-quantiles.js";
import { type UnbuiltLanes, unbuiltLanes } from "./built-lanes.js";
import type { Amount } from "./epsilon.js";
import { metricNamed, objectiveNamed, type ReportObjective } from "./metric-name.js";

export interface ReportRow {
  readonly id: number;
  readonly key: string;
  readonly values: PointValues;
  readonly metrics: { readonly [name in AnyMetric]: number | null };
  /** Interval of each metric that holds nine of ten draws; empty if nothing was drawn. */
  readonly intervals: Intervals;
}

/** A column of the front: a metric or a parameter. */
export type FrontColumn = { readonly kind: "metric"; readonly name: AnyMetric } | { readonly kind: "parameter"; readonly name: string };

/** What was left out of a report. */
export interface FrontView {
  /** Condition that all points satisfy; the front is that of these points alone. Null: none was asked for. */
  readonly where: string | null;
  /** Objectives of the front in place of the study's; null: none were asked for. */
  readonly objectives: readonly ReportObjective[] | null;
  /** Columns in the order asked; null: those of the format. */
  readonly columns: readonly FrontColumn[] | null;
  /** Parameters left out because all points shown have the same value; undefined: none has the parameter. */
  readonly fixed: readonly { readonly name: string; readonly value: number | string | boolean | undefined }[];
  readonly epsilon: readonly (Amount & { readonly metric: AnyMetric })[];
  /** Order of the points, if one was asked for. */
  readonly order: ReportObjective | null;
  /** Number of points on the whole front. */
  readonly size: number;
  /** Number of different points among them; points that are equal in all objectives are one. */
  readonly different: number;
  /** Points of the front that are left out because another counts as equal. */
  readonly equal: number;
}

/** The view of a report that leaves nothing out. */
const whole = (front: readonly (readonly number[])[], where: string | null, objectives: FrontView["objectives"]): FrontView => ({
  where,
  objectives,
  columns: null,
  fixed: [],
  epsilon: [],
  order: null,
  size: front.length,
  different: differentVectors(front).length,
  equal: 0,
});

/** A front with what a reader needs to know about it; all values are natural. */
export interface FrontReport {
  /** Name of the study. */
  readonly study: string;
  /** Name of the sampler. */
  readonly sampler: string;
  /** Ended points that the sampler did not choose: the caller's, and those merged in from other searches. */
  readonly beside: number;
  /** Metrics with direction and unit, in the study's order. */
  readonly objectives: readonly ReportObjective[];
  /** Constraints as the description writes them. */
  readonly constraints: readonly string[];
  /** Metrics that constraints name and that are no objectives. */
  readonly limits: readonly AnyMetric[];
  /** Names of the parameters, in the study's order. */
  readonly parameters: readonly string[];
  /** The front, best of the first objective first; ties by id. */
  readonly rows: readonly ReportRow[];
  /** Id of the knee point. */
  readonly kneeId: number | null;
  /** [points][objectives], natural values, in ask order. */
  readonly cloud: readonly (readonly number[])[];
  /** Numbers of the points in `cloud`. */
  readonly cloudIds: readonly number[];
  /** [points][objectives], natural values of the front's points that `rows` leaves out. */
  readonly hidden: readonly (readonly number[])[];
  /** Reference point of the hypervolume, natural values. */
  readonly reference: readonly number[] | null;
  /** True if the reference point is the one that the study fixed. */
  readonly fixedReference: boolean;
  /**
   * Hypervolume between front and `reference`, in the product of the objectives' units; null without a reference point.
   */
  readonly hypervolume: number | null;
  /** Number of points by how they ended; `feasible`: done, and all constraints hold. */
  readonly counts: { readonly done: number; readonly feasible: number; readonly infeasible: number; readonly failed: number };
  /** Version of the program that computed the points. */
  readonly engineVersion: string;
  /** Inputs of all its points. */
  readonly inputs: readonly Input[];
  /**
   * How this program and its tables differ from those that computed the points: quantiles, intervals and texts are this
   * program's.
   */
  readonly otherBuild: readonly Change[];
  /** Points of other inputs in the database; they are neither counted nor shown here. */
  readonly apart: number;
  /** Host, program and versions of the last session. */
  readonly provenance: Json;
  /** Objectives that no point has a value of, or none has all of; they are the reason why there is no front. */
  readonly unknown: readonly AnyMetric[];
  /** If all results break a constraint: the constraints, each with the best value that a result has; else empty. */
  readonly nearestTexts: readonly string[];
  /** If points have results and all of them break a constraint: the point that comes nearest to the limits. */
  readonly nearestId: number | null;
  /**
   * Parts of the chips in `rows` that their energies lack because they have no price, each with the key that would set
   * it.
   */
  readonly withoutPrice: readonly string[];
  /** Points in `rows` whose cores build fewer lanes than the points ask for, where lanes are searched. */
  readonly unbuiltLanes: readonly UnbuiltLanes[];
  /** How often prices were drawn for the intervals; null: no draws were made. */
  readonly draws: number | null;
  /** Most timed utterances of a row with intervals; 0: no draws were made. */
  readonly timedUtterances: number;
  /** Which part of the front `rows` and `parameters` show. */
  readonly view: FrontView;
}

interface ReportOptions {
  /** Metric names, `metric:min` or `metric:max`; empty: the study's own objectives. */
  readonly objectives: readonly string[];
  /** A condition over parameters and metrics, e.g. `area_mm2 < 2`; null: all. */
  readonly where: string | null;
  /** Quantiles asked for by an option, which rows hold in addition to those of objectives. */
  readonly quantiles?: readonly { readonly text: string; readonly place: string }[];
}

function chosenObjectives(texts: readonly string[], spec: SweepSpec): readonly ReportObjective[] {
  const own = spec.objectives as readonly ReportObjective[];
  const chosen = texts.length === 0 ? own : texts.map((text) => objectiveNamed(text, own, "--objectives"));
  const twice = chosen.find(({ metric }, i) => chosen.findIndex((other) => other.metric === metric) < i);
  if (twice !== undefined) throw inputError("--objectives", `${twice.metric} stands twice`, "name each objective once");
  return chosen;
}

interface Filter {
  /** Metrics that the filter names. */
  readonly metrics: readonly AnyMetric[];
  /** True if the filter also names parameters. */
  readonly needsValues: boolean;
  /** `known`: values of those metrics, in their order, then the point's values as JSON if they are needed. */
  readonly keeps: (known: readonly (number | string | null)[]) => boolean;
}

function filterOf(where: string | null, spec: SweepSpec): Filter {
  const parameters = spec.parameters.map(({ name }) => name);
  const types = typesOf(spec.parameters, []);
  if (where === null) return { metrics: [], needsValues: false, keeps: () => true };
  try {
    const parsed = parseExpression(where);
    const { root, names: used } = parsed;
    const known = [...parameters, ...Object.keys(METRICS)];
    const stranger = used.find((name) => !known.includes(name) && !isMetric(name));
    if (stranger !== undefined)
      throw inputError("--where", `unknown name ${quoted(stranger)}`, didYouMean(stranger, known) || `known: ${known.join(", ")}`);
    demandTruth(parsed, (name) => (isMetric(name) ? "number" : types(name)));
    const metrics = used.filter((name): name is AnyMetric => !parameters.includes(name));
    const needsValues = metrics.length < used.length;
    const keeps: Filter["keeps"] = (row) => {
      const values = needsValues ? (valuesOf(row[metrics.length] as string) ?? {}) : {};
      const lookup = lookupIn(values, Object.fromEntries(metrics.map((metric, k) => [metric, row[k] as number | null])));
      // undefined: an inactive parameter
      return used.every((name) => lookup(name) !== undefined) && truthOf(root, lookup) === true;
    };
    return { metrics, needsValues, keeps };
  } catch (error) {
    if (error instanceof ExpressionError)
      throw inputError("--where", `${error.message} at character ${error.column} of ${quoted(where)}`, "e.g. area_mm2 < 2");
    throw error;
  }
}

/** Feasible points that the filter keeps and that have a value for every one of these objectives. */
function* wanted(
  store: Store,
  chosen: readonly ReportObjective[],
  filter: Filter,
  quantiles: StudyQuantiles,
): Generator<{ readonly id: number; readonly natural: readonly number[] }> {
  const asked = [...chosen.map((o) => o.metric), ...filter.metrics];
  const hasQuantiles = asked.some(isQuantile);
  for (const stored of store.feasible(asked.map(metricOf), filter.needsValues || hasQuantiles)) {
    const row = hasQuantiles ? withQuantiles(store, quantiles, asked, stored) : stored;
    const natural = row.slice(1, chosen.length + 1);
    if (!natural.every((value): value is number => typeof value === "number" && Number.isFinite(value))) continue;
    if (filter.keeps(row.slice(chosen.length + 1))) yield { id: row[0], natural };
  }
}

/** A row whose quantiles are computed from its stored latencies. */
function withQuantiles(store: Store, quantiles: StudyQuantiles, asked: readonly AnyMetric[], row: FeasibleRow): FeasibleRow {
  const [id, ...cells] = row;
  const values = valuesOf(cells[asked.length] as string) ?? {};
  const metrics: Metrics = quantiles.stored(store, { id, values, metrics: {} }).metrics ?? {};
  return [id, ...cells.map((cell, k) => (k < asked.length && isQuantile(asked[k]) ? (metrics[asked[k]] ?? null) : cell))];
}

/** Says which objectives no point has, of those that satisfy the condition. */
const noPointHas = (unknown: readonly AnyMetric[], where: string | null): string =>
  `no point${where === null ? "" : ` with ${where}`} has ${unknown.join(" and ")}`;

/** Why a report has no row, as the end of a sentence. */
export function emptyReason({ unknown, nearestTexts: limits, counts, view: { where } }: FrontReport): string {
  if (unknown.length > 0) return noPointHas(unknown, where);
  if (counts.done === 0) return "no point has a result";
  if (counts.feasible === 0) return `every result breaks ${limits.join(" or ")}`;
  return `none of the ${counts.feasible} points within the limits satisfies ${where}`;
}

/**
 * Ids of the points from which a report's front is taken, and of those that only break a constraint: results that the
 * filter keeps as stored.
 */
export function reportedIds(store: Store, options: ReportOptions): ReadonlySet<number> {
  const spec = store.study()?.sweep;
  if (spec === undefined) return new Set();
  const filter = filterOf(options.where, spec);
  const chosen = chosenObjectives(options.objectives, spec);
  const quantiles = quantilesFor(store, chosen, filter);
  const ids = new Set([...wanted(store, chosen, filter, quantiles)].map(({ id }) => id));
  for (const point of store.points("p.state = 'done' AND r.feasible_in IS NULL")) {
    const metrics = quantiles.stored(store, point).metrics ?? {};
    const has = chosen.every(({ metric }) => Number.isFinite(metrics[metric] ?? Number.NaN));
    if (has && filter.keeps([...filter.metrics.map((name) => metrics[name] ?? null), JSON.stringify(point.values)])) ids.add(point.id);
  }
  return ids;
}

const quantilesFor = (
  store: Store,
  chosen: readonly ReportObjective[],
  { metrics }: Filter,
  further: readonly AnyMetric[] = [],
): StudyQuantiles => quantilesOf(store, [...chosen.map((o) => o.metric), ...metrics, ...further]);

/** If no point that the filter keeps has all objectives: those that none has, or else all. */
function unknownOf(store: Store, chosen: readonly ReportObjective[], filter: Filter, quantiles: StudyQuantiles): readonly AnyMetric[] {
  const has = (objectives: readonly ReportObjective[]): boolean => {
    for (const _ of wanted(store, objectives, filter, quantiles)) return true; // a loop ends the query where it is left
    return false;
  };
  if (!has([])) return [];
  const never = chosen.filter((objective) => !has([objective]));
  return (never.length > 0 ? never : chosen).map(({ metric }) => metric);
}

/** A metric of every result that has it. */
function* valuesIn(store: Store, quantiles: StudyQuantiles, metric: AnyMetric): Generator<number> {
  for (const point of store.points("p.state = 'done'")) yield quantiles.stored(store, point).metrics?.[metric] ?? Number.NaN;
}

/** Reads the whole study once; memory grows with the front and with one vector per point. */
export function frontReport(store: Store, options: ReportOptions = { objectives: [], where: null }): FrontReport {
  const study = store.study();
  if (study === null) throw inputError(store.file, "holds no study yet", "run a sweep first: snn-dse sweep arch.yaml --db FILE");
  const spec = study.sweep;
  const parameters = spec.parameters.map((p) => p.name);
  const own = options.objectives.length === 0 && options.where === null;
  const chosen = chosenObjectives(options.objectives, spec);
  const objectives = new Objectives(
    { objectives: chosen, constraints: [], referencePoint: own ? study.reference : null },
    parameters,
    "--objectives",
  );
  const filter = filterOf(options.where, spec);
  const archive = new ParetoArchive<number>();
  const cloud: (readonly number[])[] = [];
  const cloudIds: number[] = [];
  const ownMetrics = chosen.map(({ metric }) => metric);
  const asked = (options.quantiles ?? []).map(({ text, place }) => metricNamed(text, ownMetrics, place));
  const limits = limitsOf(spec.constraints, parameters);
  const limited = limitedMetrics(limits);
  const quantiles = quantilesFor(store, chosen, filter, [...asked, ...limited]);
  for (const { id, natural } of wanted(store, chosen, filter, quantiles)) {
    cloud.push(natural);
    cloudIds.push(id);
    archive.add(id, objectives.minimised(natural));
  }
  const unknown = cloud.length === 0 ? unknownOf(store, chosen, filter, quantiles) : [];
  if (unknown.length > 0 && options.objectives.length > 0)
    throw inputError("--objectives", noPointHas(unknown, options.where), "name metrics that they have: snn-dse show DB 1");
  const front = archive.front.map((m) => m.values);
  const counts = store.counts();
  const isBeyond = counts.done > 0 && counts.feasible === 0;
  const reference = objectives.reference ?? (front.length > 0 ? defaultReference(front) : null);
  return {
    study: study.name,
    sampler: spec.sampler.name,
    beside: endedBeside(store),
    objectives: chosen,
    constraints: options.where === null ? spec.constraints : [...spec.constraints, options.where],
    parameters,
    rows: archive.front.map((member) => {
      const point = store.soundPoint(member.id);
      if (point === null) return store.demandSound("its feasible points");
      const { id, key, values, metrics } = quantiles.stored(store, point);
      return { id, key, values, metrics: metrics as ReportRow["metrics"], intervals: {} };
    }),
    kneeId: front.length > 0 ? archive.front[knee(front)].id : null,
    cloud,
    cloudIds,
    hidden: [],
    reference: reference === null ? null : objectives.minimised(reference),
    fixedReference: objectives.reference !== null,
    hypervolume: reference === null ? null : hypervolume(front, reference),
    counts,
    engineVersion: study.engineVersion,
    inputs: study.inputs,
    otherBuild: otherBuild(study.inputs),
    apart: store.apart(),
    provenance: store.provenance(),
    unknown,
    limits: [...new Set([...limited, ...filter.metrics])].filter((metric) => !ownMetrics.includes(metric)),
    nearestTexts: isBeyond ? limits.map((limit) => nearestText(limit, (metric) => valuesIn(store, quantiles, metric))) : [],
    nearestId: isBeyond ? nearestToLimits(store) : null,
    withoutPrice: [],
    unbuiltLanes: [],
    draws: null,
    timedUtterances: 0,
    view: whole(front, options.where, options.objectives.length === 0 ? null : chosen),
  };
}

/** The report with what the chips of its rows lack: prices of parts, and lanes. Reads the database. */
export function withLacks(store: Store, report: FrontReport): FrontReport {
  const ids = report.rows.map(({ id }) => id);
  return { ...report, withoutPrice: [...new Set(unsetPrices(store.breakdownLines(ids)))], unbuiltLanes: unbuiltLanes(store, ids) };
}
