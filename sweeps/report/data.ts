/**
 * Everything that the report page shows, as one JSON value: a column per parameter and metric, importance, history,
 * breakdowns and utilisation of the front, failures, provenance. Parameters are exact; metrics and other results keep
 * six significant digits.
 * Throws: `InputError` if the database holds no study or no result.
 */
import { basename } from "node:path";
import { type SweepParameter, type SweepSpec, searchedValues, writtenSweep } from "../../arch/index.js";
import { type InputError, inputError } from "../../base/errors.js";
import { shellWord } from "../../base/escape/shell.js";
import type { Json } from "../../base/hash.js";
import { type AnyMetric, METRICS, type MetricName, metricFacts } from "../../sim/index.js";
import type { RunFrames } from "../../sim/observe/index.js";
import type { BoundConfidence } from "../confidence.js";
import { type UnbuiltLanes, unbuiltLanes } from "../export/built-lanes.js";
import { frontReport } from "../export/report.js";
import type { Change, Input } from "../inputs.js";
import { Objectives } from "../objectives.js";
import { type PointValues, Space } from "../space.js";
import type { Store, StoredPoint } from "../store/sqlite.js";
import { storedPlan } from "../stored-plan.js";
import { ownDocument } from "../study-plugins.js";
import { namedQuantiles, type StudyQuantiles } from "../uncertainty/study-quantiles.js";
import { certaintyOf, ON_FRONT, type ReportCertainty } from "./certainty.js";
import { detailOf, type ReportDetail } from "./chip-detail.js";
import { pageColumns } from "./columns.js";
import { conditionsOf } from "./conditions.js";
import { type FailureReason, failureReasons } from "./failures.js";
import { fixedPlaces, placesKind } from "./fixed-places.js";
import { type HistoryPoint, hypervolumeHistory } from "./hypervolumes.js";
import { type Importance, importances } from "./importance.js";
import { networksOf, type ReportNetworks } from "./networks.js";
import { type OtherResults, otherResults } from "./others.js";
import { type Screened, screenedOf } from "./screened.js";
import { short } from "./short.js";

/** Most points drawn; of more, the page has the front and an even choice of the others. */
const MOST_POINTS = 20_000;
/** Most points of the front whose breakdown and utilisation the page holds. */
const MOST_DETAILS = 60;
/** Most cores and links of all those points together; with large chips, the page holds fewer points. */
const MOST_PARTS = 20_000;

interface CountRange {
  readonly least: number;
  readonly most: number;
}

/** A point's run over time. */
export interface RecordedPoint {
  /** Its number in the study. */
  readonly id: number;
  /** The run over time. */
  readonly run: RunFrames;
}

/** Everything that the report's page shows. */
export interface ReportData {
  /** Name, sampler and state of the search. */
  readonly study: {
    readonly name: string;
    readonly identity: string;
    /** File of the results. */
    readonly database: string;
    /** Prints a point of it, whose number follows. */
    readonly showCommand: string;
    readonly sampler: string;
    readonly seed: number;
    readonly budget: number;
    readonly state: string;
    readonly finishReason: string | null;
    readonly engineVersion: string;
  };
  /** In the study's order. */
  readonly objectives: readonly { readonly metric: string; readonly direction: "min" | "max" }[];
  /** As the description writes them. */
  readonly constraints: readonly string[];
  /** Metrics that they name and that are no objectives. */
  readonly limits: readonly string[];
  /** Meaning of the columns of `points`. */
  readonly metrics: readonly { readonly name: string; readonly unit: string; readonly about: string; readonly direction: string }[];
  /** Names, their columns in `points`, their paths in the description, and their values in words. */
  readonly parameters: readonly { readonly name: string; readonly column: string; readonly path: string; readonly values: string }[];
  /** Points by how they ended; `feasible`: done, and no constraint broken. */
  readonly counts: { readonly done: number; readonly feasible: number; readonly infeasible: number; readonly failed: number };
  /** What a screening search did before it ran these points; null: it did not screen. */
  readonly screened: Screened | null;
  /** Points left out of `points`. */
  readonly hidden: number;
  /** Columns of equal length, one entry per point. */
  readonly points: {
    readonly id: readonly number[];
    readonly front: readonly (0 | 1)[];
    /** 1: the point breaks a constraint. */
    readonly beyond: readonly (0 | 1)[];
    readonly columns: { readonly [name: string]: readonly (number | string | boolean | null)[] };
  };
  /** Number of different points on the front; points that are equal in all objectives are one. */
  readonly different: number;
  /** Id of the knee point; null: the front has none. */
  readonly kneeId: number | null;
  /** Between front and `reference`; null: no reference point yet. */
  readonly hypervolume: number | null;
  /** Natural values, one per objective; null: none yet. */
  readonly reference: readonly number[] | null;
  /** True if the search fixed the reference point; else it was made from this front. */
  readonly fixedReference: boolean;
  /** How sure the front is; null if no draws were asked for, or if prices are parameters of the chip. */
  readonly certainty: ReportCertainty | null;
  /** Hypervolume over the points, in the order asked. */
  readonly history: readonly HistoryPoint[];
  /** How much each parameter moves each objective; of a conditional one, among the points that have it. */
  readonly importance: readonly Importance[];
  /** Points of the front whose cores build fewer lanes than asked for, if the study searches lanes. */
  readonly unbuiltLanes: readonly UnbuiltLanes[];
  /** Breakdown, cores and links of points on the front; of many points, an even choice. */
  readonly details: readonly ReportDetail[];
  /** Distinct sources of the prices of all points on the front, with a component that uses each. */
  readonly sources: readonly string[];
  /** Points that have no result, by reason. */
  readonly failures: readonly FailureReason[];
  /** Host, program and versions of the last session. */
  readonly provenance: Json;
  /** The description of the sweep, without its search. */
  readonly document: Json;
  /**
   * Paths of the keys of tiles and cores in `document` that some point reads as they stand; null: all of them, because
   * no key and no parameter selects fewer than all.
   */
  readonly fixedPlaces: readonly string[] | null;
  /** Its search, as the section `sweep` of a description. */
  readonly search: Json;
  /** Utterances that were scored and timed, the least and the most over all points; null: no point was simulated. */
  readonly workload: { readonly utterances: CountRange; readonly timed: CountRange } | null;
  /** Inputs of all points here; the database keeps `apart` points of other inputs. */
  readonly inputs: readonly Input[];
  /** How this program and its tables differ from those that computed the points. */
  readonly otherBuild: readonly Change[];
  /** Points that the database keeps of other inputs. */
  readonly apart: number;
  /** Points of other studies that the search began with or that were merged in. */
  readonly others: OtherResults;
  /** Networks that the search trained, and its front on the test set; null: it trained none. */
  readonly networks: ReportNetworks | null;
  /** null: no recording was asked for. */
  readonly recorded: RecordedPoint | null;
}

interface DonePoints {
  readonly count: number;
  /** Those of the front, and an even choice of the others, as many as fit. */
  readonly shown: readonly StoredPoint[];
  /** One point of each of the kinds that are told apart for `fixedPlaces`, and for `workloadOf`. */
  readonly byPlaces: ReadonlyMap<string, StoredPoint>;
  readonly byWorkload: ReadonlyMap<string, StoredPoint>;
}

/** Reads all points with results once; of a large study it keeps few. */
function donePoints(store: Store, quantiles: StudyQuantiles, { parameters }: SweepSpec, front: ReadonlySet<number>): DonePoints {
  const stride = Math.max(1, Math.ceil(store.counts().done / MOST_POINTS));
  const shown: StoredPoint[] = [];
  const [byPlaces, byWorkload] = [new Map<string, StoredPoint>(), new Map<string, StoredPoint>()];
  const keep = (kinds: Map<string, StoredPoint>, kind: string, point: StoredPoint): void => {
    if (!kinds.has(kind)) kinds.set(kind, point);
  };
  let count = 0;
  for (const stored of store.points("p.state = 'done'")) {
    const point = quantiles.stored(store, stored);
    if (front.has(point.id) || count % stride === 0) shown.push(point);
    keep(byPlaces, placesKind(parameters, point.values), point);
    keep(byWorkload, workloadKind(parameters, point.values), point);
    count++;
  }
  return { count, shown, byPlaces, byWorkload };
}

/** An even choice of the details whose cores and links stay within the limit; the knee is always among them. */
function withinBudget(details: readonly ReportDetail[], kneeId: number | null): readonly ReportDetail[] {
  const parts = details.reduce((sum, { cores, links }) => sum + cores.length + links.length, 0);
  const stride = Math.max(1, Math.ceil(parts / MOST_PARTS));
  return details.filter(({ id }, i) => i % stride === 0 || id === kneeId);
}

const rangeOf = (counts: readonly number[]): CountRange => ({ least: Math.min(...counts), most: Math.max(...counts) });

/** Only the workload's settings decide which utterances are taken. */
const workloadKind = (parameters: readonly SweepParameter[], values: PointValues): string =>
  JSON.stringify(parameters.flatMap(({ name, path }) => (path.startsWith("workload.") ? [values[name] ?? null] : [])));

/** `points`: one of each choice of the workload's settings. */
function workloadOf(store: Store, points: Iterable<StoredPoint>): ReportData["workload"] {
  const runs = Array.from(points, ({ id }) => store.result(id)?.provenance).filter((run) => run !== undefined);
  if (runs.length === 0) return null;
  return { utterances: rangeOf(runs.map(({ utterances }) => utterances)), timed: rangeOf(runs.map((run) => run.timedUtterances.length)) };
}

function* extendedPoints(store: Store, quantiles: StudyQuantiles): Generator<StoredPoint> {
  for (const point of store.points()) yield quantiles.stored(store, point);
}

/** Why there is nothing to report: no point has ended yet, or each without a result. */
function withoutResult(store: Store): InputError {
  const reasons = failureReasons(store).filter(({ points }) => points > 0);
  if (reasons.length === 0) return inputError(store.file, "holds no result yet", "let the sweep finish some points first");
  const parts = reasons.slice(0, 3).map(({ points, state, code }) => `${points} ${state} (${code})`);
  const rest = reasons.length > parts.length ? ", .." : "";
  return inputError(store.file, `no point has a result: ${parts.join(", ")}${rest}`, reasons[0].example);
}

/** `confidence`: of the same front; null: not computed. `recorded`: a run to draw over time. */
export function reportData(store: Store, confidence: BoundConfidence | null, recorded: RecordedPoint | null): ReportData {
  const report = frontReport(store);
  const study = store.study();
  if (study === null) throw inputError(store.file, "holds no study yet");
  const whole = ownDocument(store, study);
  const spec = study.sweep;
  const space = new Space(spec.parameters);
  const objectives = new Objectives(spec, space.names);
  store.demandSound();
  const quantiles = namedQuantiles(store);
  const front = new Set(report.rows.map((row) => row.id));
  const done = donePoints(store, quantiles, spec, front);
  if (done.count === 0) throw withoutResult(store);
  const points = done.shown;
  const metricNames = [...(Object.keys(METRICS) as MetricName[]), ...quantiles.names].filter((name) =>
    points.some((point) => typeof point.metrics?.[name] === "number"),
  );
  const columns = pageColumns(space.names);
  const columnOf = new Map(
    space.names.map((name, i) => [name, { column: columns[i], values: points.map((point) => point.values[name] ?? null) }]),
  );
  const parameterColumns = Object.fromEntries([...columnOf.values()].map(({ column, values }) => [column, values]));
  const metricColumns = Object.fromEntries(metricNames.map((name) => [name, points.map((point) => point.metrics?.[name] ?? null)]));
  const certainty = confidence === null ? null : certaintyOf(confidence);
  const onFront = new Map(certainty?.points.map(({ id, onFront: share }) => [id, 100 * share]));
  const sureColumns = certainty === null ? {} : { [ON_FRONT.name]: points.map(({ id }) => short(onFront.get(id) ?? 0)) };
  const chosen = report.rows.filter((_, i) => report.rows.length <= MOST_DETAILS || i % Math.ceil(report.rows.length / MOST_DETAILS) === 0);
  const knee = report.rows.find((row) => row.id === report.kneeId);
  const detailed = knee === undefined || chosen.includes(knee) ? chosen : [...chosen, knee];
  const details = detailed.flatMap((row) => {
    const result = store.result(row.id);
    if (result === null) return [];
    return [detailOf(row.id, result, storedPlan(store.file, row.id, whole.document, space.byPath(row.values), result))];
  });
  const total = store.size();
  const objectiveNames = spec.objectives.map((objective) => objective.metric);
  return {
    study: {
      name: study.name,
      identity: study.identity,
      database: basename(store.file),
      showCommand: `snn-dse show ${shellWord(basename(store.file))}`,
      sampler: spec.sampler.name,
      seed: spec.sampler.seed,
      budget: study.budget,
      state: study.state,
      finishReason: study.finishReason,
      engineVersion: study.engineVersion,
    },
    objectives: spec.objectives,
    constraints: spec.constraints,
    limits: report.limits.filter((name) => metricNames.includes(name)),
    metrics: [...metricNames.map((name) => ({ name, ...metricFacts(name) })), ...(certainty === null ? [] : [ON_FRONT])],
    parameters: spec.parameters.map((parameter, i) => ({
      name: parameter.name,
      column: columns[i],
      path: parameter.path,
      values: searchedValues(parameter),
    })),
    counts: report.counts,
    screened: screenedOf(store, study, space),
    hidden: done.count - points.length,
    points: {
      id: points.map((point) => point.id),
      front: points.map((point) => (front.has(point.id) ? 1 : 0)),
      beyond: points.map((point) => ((point.violation ?? 1) > 0 ? 1 : 0)),
      columns: { ...parameterColumns, ...metricColumns, ...sureColumns },
    },
    kneeId: report.kneeId,
    different: report.view.different,
    hypervolume: report.hypervolume,
    reference: report.reference,
    fixedReference: report.fixedReference,
    certainty,
    history: report.reference === null ? [] : hypervolumeHistory(extendedPoints(store, quantiles), total, objectives, report.reference),
    importance: importances(
      // a derived parameter follows from others: no chip has its values with any of theirs
      Object.fromEntries(
        space.dimensions.flatMap(({ parameter: { name } }) => {
          const own = columnOf.get(name);
          return own === undefined ? [] : [[own.column, own.values]];
        }),
      ),
      Object.fromEntries(objectiveNames.map((name) => [name, points.map((point) => point.metrics?.[name as AnyMetric] ?? null)])),
      conditionsOf(space, Object.fromEntries([...columnOf].map(([name, { column }]) => [name, column]))),
    ).map((entry) => ({
      ...entry,
      share: short(entry.share),
      total: short(entry.total),
      error: short(entry.error),
      fit: short(entry.fit),
      rank: short(entry.rank),
    })),
    unbuiltLanes: unbuiltLanes(store, [...front]),
    details: withinBudget(details, report.kneeId),
    sources: store
      .breakdownLines(report.rows.map(({ id }) => id))
      .map(({ component, source }) => `${component}: ${source}`)
      .sort(),
    failures: failureReasons(store),
    provenance: report.provenance,
    document: study.document,
    fixedPlaces: fixedPlaces(whole, spec, space, done.byPlaces.values()),
    search: writtenSweep(spec, study.budget),
    workload: workloadOf(store, done.byWorkload.values()),
    inputs: report.inputs,
    otherBuild: report.otherBuild,
    apart: report.apart,
    others: otherResults(store),
    networks: networksOf(store, new Map(points.flatMap((point) => (front.has(point.id) ? [[point.key, point]] : [])))),
    recorded,
  };
}
