/**
 * Computes energies and areas of a study's points under other prices, from the stored counts, without simulation.
 * Effects: reads the database and files.
 */
import {
  type Experiment,
  ofKind,
  PRICE_BASES,
  type PriceBasis,
  patchDocument,
  patchExperiment,
  patchPoint,
  type Topology,
} from "../arch/index.js";
import { InputError, inputError } from "../base/errors.js";
import type { FileContent } from "../base/escape/filtered.js";
import { ParetoArchive } from "../base/pareto.js";
import { needsOn, pricesInPlacement, unsetPrices } from "../sim/index.js";
import {
  asStored,
  type Change,
  type Draws,
  demandOwn,
  frontReport,
  intervalsOf,
  networksBeside,
  Objectives,
  otherBuild,
  ownDocument,
  type PointValues,
  type Priced,
  type PriceScales,
  pointTable,
  pricedTable,
  priceScales,
  type Repriced,
  type RunOf,
  reprice as repriced,
  runsOf,
  Space,
  type Store,
  StudyQuantiles,
  scaledPoint,
  shapeKey,
  topologiesOf,
  uncertainPoint,
} from "../sweeps/index.js";
import { checkedOptions, demandGiven, oneOf } from "./checked-options.js";
import type { LoadedModel } from "./inputs.js";
import { pointFormat } from "./points.js";
import { newPrices, type PriceLibrary } from "./price-library.js";
import { besideOf, readBeside, readStill, studyOf } from "./stored.js";
import { trainedNetwork } from "./stored-network.js";
import { StudyFiles } from "./study-files.js";
import { type DrawOptions, drawsOf } from "./uncertainty.js";

/** Points under new prices. */
export interface Repricing {
  /** Every finished point with its metrics before and after. */
  readonly points: readonly Repriced[];
  /** Ids of the points on the study's front as stored. */
  readonly front: readonly number[];
  /**
   * Ids of the points on the front under the new prices; points whose clock would be too fast, or that
   * the new tables cannot build, are left out.
   */
  readonly frontAfter: readonly number[];
  /** The study's objectives, which define both fronts. */
  readonly objectives: readonly { readonly metric: string; readonly direction: "min" | "max" }[];
  /** Number of draws of prices; null: not drawn. */
  readonly draws: number | null;
  /** Most timed utterances of a point on either front: of one, no error over utterances is known. */
  readonly timedUtterances: number;
  /**
   * Number of points on either front that keep a placement for which their stored prices weighed links between dies
   * (`mapping.strategy: min-traffic`): run with the new prices, they may have another.
   */
  readonly keptPlacements: number;
  /** How this program and its tables differ from those that computed the points: the errors are this program's. */
  readonly otherBuild: readonly Change[];
}

/** How points get new prices. */
export interface RepriceOptions {
  /** The description of the sweep, if its model file is relative to it. */
  readonly base?: string | null;
  /**
   * Factors by name, on top of the library or of the prices as stored: a price (`synapse_memory_read_pj`), a prefix of
   * several prices (`router`), a group of the breakdown (`leakage`, `area`, `energy`), or a limit of the clock
   * (`clock_limits`, `neuron_update_ns`).
   */
  readonly scale?: { readonly [name: string]: number };
  /** Basis of the component library's prices; null: the study's basis. */
  readonly basis?: PriceBasis | null;
  /**
   * Draws prices, accuracies and utterances within their errors; every point gets the intervals that hold 90 % of the
   * draws.
   */
  readonly monteCarlo?: DrawOptions | null;
}

type Study = ReturnType<typeof studyOf>;

/**
 * Computes every finished point of a database under new prices; the database does not change.
 *
 * @param library prices and tables that replace those of the same name; null: prices as stored. Models are read only
 * for other prices and for scaled clock limits
 * @throws InputError if the library, a name or a factor is wrong or stands for nothing or fits no point, the chip is
 * coupled, a model has changed since the counts were made, or an objective or constraint names a metric that stored
 * counts do not give under other prices
 */
export async function reprice(database: string, library: PriceLibrary | null, options: RepriceOptions = {}): Promise<Repricing> {
  checkedOptions("reprice", options, {
    ...{ base: "text or null", scale: "object", basis: `${oneOf(PRICE_BASES)} or null`, monteCarlo: "object or null" },
  });
  const store = readStill(database);
  try {
    return await repricingOf(store, library, options);
  } finally {
    store.close();
  }
}

async function repricingOf(store: Store, library: PriceLibrary | null, options: RepriceOptions): Promise<Repricing> {
  const { file: database } = store;
  const study = studyOf(store);
  demandOwn(study.inputs, database, "there are no counts to price");
  const scales = priceScales(options.scale ?? {});
  const draws = options.monteCarlo === undefined || options.monteCarlo === null ? null : drawsOf(options.monteCarlo);
  ofKind(patchExperiment(ownDocument(store, study), {}), {
    board: () => {},
    coupled: () => {
      throw inputError(database, "is of a coupled chip, whose prices are parameters of its own", "sweep power.* of its description");
    },
  });
  const basis = options.basis ?? null;
  const { described, demandRead } = newPrices(study, database, library, basis);
  const space = new Space(study.sweep.parameters);
  const experimentOf = (values: PointValues): Experiment => patchDocument(described, space.byPath(values));
  const isNew = library !== null || basis !== null;
  const topologyOf = isNew || scales.hasClockLimits ? await topologiesIn(store, study, experimentOf, options.base ?? null) : null;
  const priced = isNew && topologyOf !== null ? repriced(store, experimentOf, topologyOf) : asStored(store);
  const runOf = runsOf(store);
  const points = Array.from(priced, (point) => changed(store, point, experimentOf, topologyOf, scales, draws, runOf));
  demandPriced(described.file, points);
  demandRead(points, ({ values }) => patchPoint(described, space.byPath(values)).document);
  if (points.length > 0) scales.demandMet();
  const objectives = new Objectives(
    study.sweep,
    study.sweep.parameters.map(({ name }) => name),
  );
  demandKnown(database, points, objectives);
  const front = frontReport(store).rows.map(({ id }) => id);
  const after = scored(store, points, objectives, new StudyQuantiles(objectives.quantiles, experimentOf));
  const onFront = new Set([...front, ...after.frontAfter]);
  const shown = points.filter(({ id, refused }) => onFront.has(id) && refused === null);
  return {
    ...after,
    front,
    objectives: study.sweep.objectives,
    draws: draws?.count ?? null,
    timedUtterances: shown.reduce((most, { id }) => Math.max(most, store.result(id)?.provenance.timedUtterances.length ?? 0), 0),
    otherBuild: otherBuild(study.inputs),
    keptPlacements: shown.filter(({ values }) => pricesInPlacement(experimentOf(values)).dieHopWorth !== undefined).length,
  };
}

/**
 * Writes every point under new prices as pieces of a file, as `exportPoints` does; metrics with an interval have two
 * more columns, `<metric>_low` and `<metric>_high`. Points that have got a result since they were priced are left out.
 *
 * @throws InputError for an unknown format, as `points`, and if a priced point is no longer one of the study, or of
 * another one
 */
export function* repricedPieces(database: string, repricing: Repricing, format: string, withBreakdown = true): Generator<FileContent> {
  demandGiven("repricedPieces", repricing, "frontAfter", "reprice");
  const { points, frontAfter } = repricing;
  const { pieces } = pointFormat(format);
  const store = readStill(database);
  try {
    yield* pieces(pricedTable(pointTable(store, { which: "study", withBreakdown, withQuantiles: false }), points, new Set(frontAfter)));
  } finally {
    store.close();
  }
}

/** The shapes of the networks of a store's finished points. */
async function topologiesIn(
  store: Store,
  { inputs }: Study,
  experimentOf: (values: PointValues) => Experiment,
  description: string | null,
): Promise<(experiment: Experiment) => Topology> {
  const { file: database } = store;
  /** A point of each shape: a search's trainings are known by the network of a point. */
  const ids = new Map<string, number>();
  const experiments = [...store.points("p.state = 'done'")].flatMap(({ id, values }) => {
    try {
      const experiment = experimentOf(values);
      const key = shapeKey(experiment);
      if (!ids.has(key)) ids.set(key, id);
      return [experiment];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return []; // the prices do not fit this point, which its repricing says
    }
  });
  const base = besideOf(description, database);
  const plugins = inputs.filter(({ kind }) => kind === "plugin");
  const files = new StudyFiles(base, () => {}, networksBeside(store), plugins);
  const loadModel = async (experiment: Experiment): Promise<LoadedModel> =>
    experiment.network.training === null ? files.loadModel(experiment) : trainedNetwork(store, ids.get(shapeKey(experiment)) as number)();
  const topologies = await readBeside(description, database, () =>
    topologiesOf(experiments, { loadModel, loadSamples: files.loadSamples }, inputs, database),
  );
  return (experiment) => topologies.get(shapeKey(experiment)) as Topology;
}

/** A point with scaled prices, a checked clock and intervals, as far as the options ask for them. */
function changed(
  store: Store,
  priced: Priced,
  experimentOf: (values: PointValues) => Experiment,
  topologyOf: ((experiment: Experiment) => Topology) | null,
  scales: PriceScales,
  draws: Draws | null,
  runOf: RunOf,
): Priced {
  const point = scales.isIdle ? priced : scaledPoint(priced, scales);
  if (point.refused !== null || (draws === null && topologyOf === null)) return point;
  const experiment = experimentOf(point.values);
  const result = draws === null ? null : store.result(point.id);
  return {
    ...point,
    tooFast:
      topologyOf === null ? null : scales.tooFast(experiment, needsOn(experiment.chip, experiment.precision, topologyOf(experiment))),
    intervals:
      draws === null || result === null
        ? {}
        : intervalsOf(uncertainPoint(experiment, { ...point, metrics: point.after }, result, runOf), draws),
  };
}

/** @throws InputError if the prices fit none of the points */
function demandPriced(file: string, points: readonly Priced[]): void {
  const [first] = points;
  if (first === undefined || points.some(({ refused }) => refused === null)) return;
  throw inputError(file, `fits no point of the study; #${first.id}: ${first.refused}`, "give a table that has macros for their memories");
}

/** @throws InputError if an objective or constraint names a metric that is known only under the stored prices. */
function demandKnown(database: string, points: readonly Priced[], { needed }: Objectives): void {
  const lost = needed.find((metric) =>
    points.some(({ before, after, refused }) => refused === null && isKnown(before[metric]) && !isKnown(after[metric])),
  );
  if (lost === undefined) return;
  throw inputError(
    database,
    `its objectives or constraints name ${lost}, which stored counts do not give under other prices`,
    "sweep the description with these prices into another --db",
  );
}

const isKnown = (value: number | null | undefined): boolean => value !== null && value !== undefined;

/** The points with the violations of the constraints, and the ids of those on the front, both under the new prices. */
function scored(
  store: Store,
  priced: readonly Priced[],
  objectives: Objectives,
  quantiles: StudyQuantiles,
): Pick<Repricing, "points" | "frontAfter"> {
  const archive = new ParetoArchive<number>();
  const points = priced.map((point) => {
    const { id, values, after, breakdown, tooFast, refused } = point;
    const result = quantiles.isNone || refused !== null ? null : store.result(id);
    const metrics = result === null ? after : quantiles.extended(values, result, { metrics: after, breakdown }, store);
    const { objectives: vector, violation } = objectives.score(values, metrics);
    if (tooFast === null && refused === null && vector !== null && violation === 0) archive.add(id, vector);
    const withoutPrice = isKnown(after.energy_uj_per_inference) ? unsetPrices(breakdown) : [];
    return { ...point, after: metrics, violation: Number.isFinite(violation) ? violation : null, withoutPrice };
  });
  return { points, frontAfter: archive.front.map(({ id }) => id) };
}
