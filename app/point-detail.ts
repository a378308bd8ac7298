/**
 * Collects all that is stored about a point, the floor plan of its chip, and the effects of its parameters. Effects:
 * reads the database.
 */
import { type FloorPlan, patchExperiment } from "../arch/index.js";
import { type AnyMetric, FUNCTIONAL_METRICS, metricOf, type Result } from "../sim/index.js";
import {
  ancestry,
  type BrokenConstraint,
  brokenConstraints,
  type Candidate,
  type Change,
  candidateOf,
  changesBetween,
  functionalParameters,
  type Intervals,
  intervalsOf,
  localTrend,
  type Neighbour,
  neighboursOf,
  otherBuild,
  ownDocument,
  quantilesOf,
  Space,
  type Store,
  type StoredModel,
  type StoredPoint,
  settled,
  storedModels,
  storedPlan,
  type Tested,
  type Trend,
  testedPoints,
  type UnbuiltLanes,
  unbuiltKinds,
  unmadePoints,
} from "../sweeps/index.js";
import { differencesTo, type ShareBetter } from "./confidence.js";
import { pointOf, withStore } from "./stored.js";
import { drawsOf, uncertainPointsOf } from "./uncertainty.js";

export interface PointDetail {
  readonly point: StoredPoint;
  /** null if the point has no result. */
  readonly result: Result | null;
  /** Kinds of its cores that build fewer lanes than it asks for. */
  readonly unbuilt: UnbuiltLanes["kinds"];
  /** null if there is no result to draw on it. */
  readonly plan: FloorPlan | null;
  /** The point as compared with its neighbours: without values that are derived from others. */
  readonly own: Candidate;
  /** Constraints of the study that it breaks; empty if `isApart`. */
  readonly broken: readonly BrokenConstraint[];
  /** True if it was computed with other inputs than the study has now. */
  readonly isApart: boolean;
  /** Parameters that change what the network computes; null if that is not known. */
  readonly functional: ReadonlySet<string> | null;
  readonly objectives: readonly { readonly metric: string; readonly direction: "min" | "max" }[];
  /**
   * The network that the search trained for this point, or began to train, and the networks that it started from; empty
   * if the network is read from a file, or no training began.
   */
  readonly networks: readonly StoredModel[];
  /** Its result on the test set; null if it was not on the final front, or if the search trains no networks. */
  readonly tested: Tested | null;
  /**
   * Intervals of its metrics that hold 90 % of the draws of prices, samples and utterances; empty for a coupled chip,
   * and if `isApart`.
   */
  readonly intervals: Intervals;
  /**
   * How this program and its tables differ from those that computed the point: intervals and texts are this program's.
   */
  readonly otherBuild: readonly Change[];
}

export function pointDetail(store: Store, point: StoredPoint): PointDetail {
  const study = store.study();
  const spec = study?.sweep;
  const result = store.result(point.id);
  const isApart = study !== null && point.edition !== study.edition;
  const base = {
    point,
    result,
    own: searchedIn(store)(settled(candidateOf(point, isApart ? undefined : extendedIn(store)), objectivesIn(store))),
    broken: isApart ? [] : brokenConstraints(store, point),
    isApart,
    objectives: spec?.objectives ?? [],
    otherBuild: otherBuild(store.edition(point.edition).inputs),
    ...madeFor(store, point, result),
  };
  if (study === null || spec === undefined || result === null) return { ...base, plan: null, unbuilt: [], functional: null, intervals: {} };
  const byPath = new Space(spec.parameters).byPath(point.values);
  const { document } = ownDocument(store, store.edition(point.edition));
  const plan = storedPlan(store.file, point.id, document, byPath, result);
  return {
    ...base,
    plan,
    unbuilt: unbuiltKinds(patchExperiment({ document, file: store.file }, byPath), result),
    intervals: isApart ? {} : usualIntervals(store, point),
    functional: functionalParameters({ document, sweep: spec }, store.file, point.values),
  };
}

function madeFor(store: Store, { key }: StoredPoint, result: Result | null): Pick<PointDetail, "networks" | "tested"> {
  const models = storedModels(store);
  const made = result?.provenance.modelHash ?? unmadePoints(store).get(key)?.model;
  const networks = made === undefined ? [] : ancestry(models, made);
  return { networks, tested: testedPoints(store).get(key) ?? null };
}

const objectivesIn = (store: Store): readonly AnyMetric[] =>
  (store.study()?.sweep.objectives ?? []).map(({ metric }) => metric as AnyMetric);

/** Points without values that are derived from others. */
function searchedIn(store: Store): (candidate: Candidate) => Candidate {
  const derived = new Set(store.study()?.sweep.parameters.flatMap(({ name, domain }) => (domain.kind === "derived" ? [name] : [])));
  if (derived.size === 0) return (same) => same;
  return (candidate) => ({
    ...candidate,
    values: Object.fromEntries(Object.entries(candidate.values).filter(([name]) => !derived.has(name))),
  });
}

/** Points of the study's inputs with the quantiles that are its objectives. */
function extendedIn(store: Store): (point: StoredPoint) => StoredPoint {
  const quantiles = quantilesOf(store, objectivesIn(store));
  return (point) => quantiles.stored(store, point);
}

/** Intervals with the usual number of draws. */
function usualIntervals(store: Store, point: StoredPoint): Intervals {
  const uncertain = uncertainPointsOf(store)?.(point) ?? null;
  return uncertain === null ? {} : intervalsOf(uncertain, drawsOf({}));
}

/**
 * A stored point by its id, with the other points of its study that have ended. @throws InputError if the database has
 * no such point
 */
export const storedDetail = (database: string, id: number, others: Iterable<Candidate>): PointBeside =>
  withStore(database, (store) => {
    const detail = pointDetail(store, pointOf(store, id));
    return { ...detail, ...besideOthers(store, detail, detail.isApart ? [] : others) };
  });

/** A point and other points of its study. */
export interface PointBeside extends PointDetail {
  /** Stored points that differ from it in one parameter. */
  readonly neighbours: readonly Neighbour[];
  /**
   * The share of draws of prices, samples and utterances in which each neighbour, and each point that shows the effect
   * of a step, is better than this point. Points without a result are left out.
   */
  readonly differences: readonly { readonly id: number; readonly better: readonly ShareBetter[] }[];
  /** The effect of one step of each parameter; null if there are too few points. */
  readonly trend: Trend | null;
}

/** A point among the others of its study. */
export interface PointAmongOthers extends PointBeside {
  /** If `isApart`: how its inputs differ from those that the study has now. */
  readonly changes: readonly Change[];
}

/**
 * Returns all that is known of one stored point.
 *
 * @throws InputError if the database has no point of that number
 */
export function show(database: string, id: number): PointAmongOthers {
  return withStore(database, (store) => {
    const detail = pointDetail(store, pointOf(store, id));
    const { point, result, isApart } = detail;
    const changes = isApart ? changesOf(store, point) : [];
    if (result === null) return { ...detail, neighbours: [], differences: [], trend: null, changes };
    const extended = extendedIn(store);
    const isAlone = isApart || point.fidelity < 1; // a trial is not compared with points of the study
    const ended = isAlone ? [] : store.points("p.state NOT IN ('queued', 'running')");
    const others = Array.from(ended, (other) => candidateOf(other, extended));
    return { ...detail, ...besideOthers(store, detail, others), changes };
  });
}

function besideOthers(
  store: Store,
  { point, result, own, functional }: PointDetail,
  candidates: Iterable<Candidate>,
): Pick<PointBeside, "neighbours" | "differences" | "trend"> {
  const others = Array.from(candidates, searchedIn(store));
  const metrics = objectivesIn(store);
  const neighbours = neighboursOf(own.values, others).map((neighbour) => settled(neighbour, metrics));
  const ofFunction = new Set(metrics.filter((metric) => FUNCTIONAL_METRICS.has(metricOf(metric))));
  const trend = result === null ? null : localTrend(own, others, metrics, { parameters: functional, metrics: ofFunction });
  const stored = [...(trend?.effects.values() ?? [])].flat().flatMap((effect) => (effect.kind === "stored" ? [effect.id] : []));
  const ids = [...new Set([...neighbours.map(({ id }) => id), ...stored])];
  return { neighbours, trend, differences: result === null ? [] : differencesTo(store, point, ids) };
}

function changesOf(store: Store, { edition }: StoredPoint): readonly Change[] {
  const now = store.study();
  return now === null ? [] : changesBetween(store.edition(edition), now);
}
