/**
 * Everything stored about a point, where the cores of its chip lie, and what its parameters do there. Effects: reads
 * the database.
 */
import type { FloorPlan } from "../arch/index.js";
import { FUNCTIONAL_METRICS, type Result } from "../sim/index.js";
import {
  ancestry,
  type Candidate,
  type Change,
  candidateOf,
  changedEdition,
  changedInputs,
  functionalParameters,
  type Intervals,
  intervalsOf,
  localTrend,
  type Neighbour,
  neighboursOf,
  Space,
  type Store,
  type StoredModel,
  type StoredPoint,
  storedModels,
  storedPlan,
  type Tested,
  type Trend,
  testedPoints,
  unmadePoints,
} from "../sweeps/index.js";
import { type ShareBetter, sharesBetterOf } from "./confidence.js";
import { pointOf, withStore } from "./stored.js";
import { drawsOf, uncertainPointsOf } from "./uncertainty.js";

export interface PointDetail {
  readonly point: StoredPoint;
  /** Null where the point has no result. */
  readonly result: Result | null;
  /** Null where there is no result to draw on it. */
  readonly plan: FloorPlan | null;
  /** The point as its neighbours see it: values that follow from others are left out. */
  readonly own: Candidate;
  /** It was computed with other inputs than the study has now. */
  readonly isApart: boolean;
  /** Parameters that decide what the network computes; null where that is not known. */
  readonly functional: ReadonlySet<string> | null;
  readonly objectives: readonly { readonly metric: string; readonly direction: "min" | "max" }[];
  /**
   * The network that a search made for it, or the one that was given up, and what that began with; empty: its network
   * is read from a file, or none was begun.
   */
  readonly networks: readonly StoredModel[];
  /** On the test set; null: it was not on the front at the end, or the search makes no networks. */
  readonly tested: Tested | null;
  /**
   * Of its metrics, nine draws of ten of prices, samples and utterances; none of a coupled chip, and of points that
   * stay apart.
   */
  readonly intervals: Intervals;
}

export function pointDetail(store: Store, point: StoredPoint): PointDetail {
  const study = store.study();
  const spec = study?.sweep;
  const result = store.result(point.id);
  const derived = new Set(spec?.parameters.flatMap(({ name, domain }) => (domain.kind === "derived" ? [name] : [])));
  const searched = Object.fromEntries(Object.entries(point.values).filter(([name]) => !derived.has(name)));
  const isApart = study !== null && point.edition !== study.edition;
  const base = {
    point,
    result,
    own: { ...candidateOf(point), values: searched },
    isApart,
    objectives: spec?.objectives ?? [],
    ...madeFor(store, point, result),
  };
  if (study === null || spec === undefined || result === null) return { ...base, plan: null, functional: null, intervals: {} };
  const byPath = new Space(spec.parameters).byPath(point.values);
  const { document } = store.edition(point.edition);
  const plan = storedPlan(store.file, point.id, document, byPath, result);
  return {
    ...base,
    plan,
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

/** Of the usual draws. */
function usualIntervals(store: Store, point: StoredPoint): Intervals {
  const uncertain = uncertainPointsOf(store)?.(point) ?? null;
  return uncertain === null ? {} : intervalsOf(uncertain, drawsOf({}));
}

/** A stored point by its number. @throws InputError where the database has none. */
export const storedDetail = (database: string, id: number): PointDetail =>
  withStore(database, (store) => pointDetail(store, pointOf(store, id)));

/** A point among the others of its study. */
export interface PointAmongOthers extends PointDetail {
  /** Stored points that differ from it in one parameter. */
  readonly neighbours: readonly Neighbour[];
  /** How each of them stands to it within the errors of prices, samples and utterances; without those of no result. */
  readonly differences: readonly { readonly id: number; readonly better: readonly ShareBetter[] }[];
  /** What one step of each parameter does; null: too few points say. */
  readonly trend: Trend | null;
  /** Of a point that stays apart: how its inputs differ from those that the study has now. */
  readonly changes: readonly Change[];
}

/**
 * One stored point in full.
 *
 * @throws InputError where the database has no point of that number
 */
export function show(database: string, id: number): PointAmongOthers {
  return withStore(database, (store) => {
    const detail = pointDetail(store, pointOf(store, id));
    const { point, result, own, isApart, objectives, functional } = detail;
    const changes = isApart ? changesOf(store, point) : [];
    if (result === null) return { ...detail, neighbours: [], differences: [], trend: null, changes };
    const others = isApart ? [] : Array.from(store.points("p.state NOT IN ('queued', 'running')"), candidateOf);
    const metrics = objectives.map(({ metric }) => metric);
    const trend = localTrend(own, others, metrics, { parameters: functional, metrics: FUNCTIONAL_METRICS });
    const neighbours = neighboursOf(own.values, others);
    const differences = neighbours.flatMap(({ id }) => {
      const better = sharesBetterOf(store, point, pointOf(store, id));
      return better.length === 0 ? [] : [{ id, better }];
    });
    return { ...detail, neighbours, differences, trend, changes };
  });
}

function changesOf(store: Store, { edition }: StoredPoint): readonly Change[] {
  const [then, now] = [store.edition(edition), store.study()];
  if (now === null) return [];
  return [...changedEdition(then, now, "as it was written"), ...changedInputs(then.inputs, now.inputs)];
}
