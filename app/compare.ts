/** Compares two points of a study, or two studies. Effects: reads databases. */
import type { SweepSpec } from "../arch/index.js";
import { type MetricName, metricOf, unsetPrices } from "../sim/index.js";
import {
  type BrokenConstraint,
  brokenConstraints,
  type Change,
  changesBetween,
  compareFronts,
  differingInputs,
  type FrontReport,
  frontReport,
  type MetricPair,
  metricPairs,
  namedQuantiles,
  Objectives,
  otherBuild,
  otherUtterances,
  type SearchDifference,
  type Side,
  Space,
  type StoredPoint,
  searchDifferences,
  withLacks,
} from "../sweeps/index.js";
import { checkedOptions } from "./checked-options.js";
import { type CauseIndex, type PairedRuns, pairConfidence, type ShareBetter } from "./confidence.js";
import { pointOf, withStore } from "./stored.js";

/** Two points of one study, side by side. */
export interface PointComparison {
  /** The first of the two. */
  readonly left: StoredPoint;
  /** The second of the two. */
  readonly right: StoredPoint;
  /**
   * Constraints of the study that each breaks, the first one's before the second one's; empty for a point of other
   * inputs than the study has now, and for one without a result.
   */
  readonly broken: readonly [readonly BrokenConstraint[], readonly BrokenConstraint[]];
  /** Names of the parameters that differ. */
  readonly differ: readonly string[];
  /** Inputs (model, data, description, program) that differ. */
  readonly inputsDiffer: readonly Change[];
  /** What lets them score other utterances: keys of the description, or `data`. */
  readonly otherUtterances: readonly string[];
  /** How this program and its tables differ from those that computed the points: the errors are this program's. */
  readonly otherBuild: readonly Change[];
  /** Metrics of both, with their ratio. */
  readonly metrics: readonly MetricPair[];
  /** For metrics with errors of prices or samples: the share of 1,000 draws in which the right point is better. */
  readonly better: readonly ShareBetter[];
  /** Metrics that the study optimises. */
  readonly objectives: readonly MetricName[];
  /** Most timed utterances of one of the two: of one, no error of energy and latency over utterances is known. */
  readonly timedUtterances: number;
  /** Parts that an energy of one of the two lacks because they have no price, each with the key that would set it. */
  readonly withoutPrice: readonly string[];
  /** Whether both points compute the same, so that their accuracies are one number. */
  readonly isOneRun: boolean;
  /** How the decisions behind the two accuracies go together; null if they are one number, or drawn apart. */
  readonly paired: PairedRuns | null;
  /** For the same metrics: the causes that decide by how much (Sobol's indices of ln(right / left), largest first). */
  readonly causes: readonly { readonly metric: MetricName; readonly causes: readonly CauseIndex[] }[];
}

/** Two studies compared by the quality of their fronts against one reference point. */
export interface StudyComparison {
  /** The first study's front, measured against the union of both. */
  readonly left: Side & Pick<FrontReport, "engineVersion" | "inputs">;
  /** The second study's front, likewise. */
  readonly right: Side & Pick<FrontReport, "engineVersion" | "inputs">;
  /** The objectives that both studies have. */
  readonly objectives: FrontReport["objectives"];
  /** Condition that all points compared satisfy; null: none. */
  readonly where: string | null;
  /** Common reference point, in the metrics' units. */
  readonly reference: readonly number[];
  /** Hypervolume of the union of both fronts, up to `reference`. */
  readonly unionHypervolume: number;
  /** Parts that the energies of the two fronts lack because they have no price, each with the key that would set it. */
  readonly withoutPrice: readonly string[];
  /** What the two studies were made from that differs: program, tables, description, model, data. */
  readonly inputsDiffer: readonly Change[];
  /** Parameters and constraints that differ: one search may not have been free to find what the other did. */
  readonly searchesDiffer: readonly SearchDifference[];
}

const objectivesOf = (sweep: SweepSpec): Objectives =>
  new Objectives(
    sweep,
    sweep.parameters.map(({ name }) => name),
  );

/**
 * Compares two points of one database: what differs, and every metric of both.
 *
 * @throws InputError if the database has no such point
 */
export function comparePoints(database: string, first: number, second: number): PointComparison {
  return withStore(database, (store) => {
    const [study, quantiles] = [store.study(), namedQuantiles(store)];
    const [left, right] = [first, second].map((id) => quantiles.storedIn(store, pointOf(store, id)));
    const names = [...new Set([...Object.keys(left.values), ...Object.keys(right.values)])];
    const differ = names.filter((name) => left.values[name] !== right.values[name]);
    const inputsDiffer = changesBetween(store.edition(left.edition), store.edition(right.edition));
    const broken = (point: StoredPoint) => (point.edition === study?.edition ? brokenConstraints(store, point) : []);
    const paths = (study?.sweep.parameters ?? []).flatMap(({ name, path }) => (differ.includes(name) ? [path] : []));
    return {
      left,
      right,
      broken: [broken(left), broken(right)],
      differ,
      inputsDiffer,
      otherUtterances: otherUtterances(inputsDiffer, paths),
      otherBuild: [left, right].map(({ edition }) => otherBuild(store.edition(edition).inputs)).find(({ length }) => length > 0) ?? [],
      metrics: metricPairs(left.metrics, right.metrics, quantiles.names),
      withoutPrice: [
        ...new Set(
          [left, right].flatMap(({ id, metrics }) =>
            (metrics?.energy_uj_per_inference ?? null) === null ? [] : unsetPrices(store.result(id)?.breakdown ?? []),
          ),
        ),
      ],
      objectives: study === null ? [] : objectivesOf(study.sweep).metrics.map(metricOf),
      ...pairConfidence(store, left, right),
    };
  });
}

/**
 * Compares two studies against one reference point: hypervolumes, coverage, additive epsilon, IGD+.
 *
 * @param options `objectives`: metrics as `name` or `name:min`, `name:max` in place of the study's; `where`: only
 * points that satisfy it
 * @throws InputError if a database holds no study, a metric is unknown, or the condition cannot be read
 */
export function compare(
  left: string,
  right: string,
  options: { readonly objectives?: readonly string[]; readonly where?: string | null } = {},
): StudyComparison {
  const { objectives = [], where = null } = checkedOptions("compare", options, { objectives: "list of text", where: "text or null" });
  const report = (file: string, asked: readonly string[]) =>
    withStore(file, (store) => ({ stored: store.study(), ...withLacks(store, frontReport(store, { objectives: asked, where })) }));
  const a = report(left, objectives);
  // in both databases a short name has its meaning from the first one
  const b = report(right, objectives.length === 0 ? [] : a.objectives.map(({ metric, direction }) => `${metric}:${direction}`));
  const compared = compareFronts(a, b);
  const { reference, unionHypervolume } = compared;
  const side = ({ engineVersion, inputs }: FrontReport, of: Side) => ({ engineVersion, inputs, ...of });
  return {
    left: side(a, compared.left),
    right: side(b, compared.right),
    objectives: a.objectives,
    where,
    reference,
    unionHypervolume,
    withoutPrice: [...new Set([...a.withoutPrice, ...b.withoutPrice])],
    inputsDiffer: a.stored === null || b.stored === null ? [] : differingInputs(a.stored, b.stored, new Space(a.stored.sweep.parameters)),
    searchesDiffer: a.stored === null || b.stored === null ? [] : searchDifferences(a.stored.sweep, b.stored.sweep),
  };
}
