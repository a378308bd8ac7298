/**
 * Computes energies and areas of a study's points under other prices, from the stored counts, without simulation.
 * Effects: reads the database and files.
 */
import {
  type Experiment,
  entryOf,
  locatedFromJson,
  locatedFromYaml,
  ofKind,
  type PriceBasis,
  patchDocument,
  patchExperiment,
  pathOf,
  pricesFrom,
  readYamlText,
  type Topology,
} from "../arch/index.js";
import { inputError } from "../base/errors.js";
import type { FileContent } from "../base/escape/filtered.js";
import type { Json } from "../base/hash.js";
import { ParetoArchive } from "../base/pareto.js";
import { needsOn, pricesInPlacement, unsetPrices } from "../sim/index.js";
import {
  asStored,
  type Draws,
  demandOwn,
  frontReport,
  intervalsOf,
  ModelFolder,
  modelsBeside,
  Objectives,
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
  SCALE_NAMES,
  Space,
  type Store,
  StudyQuantiles,
  scaledPoint,
  shapeKey,
  topologiesOf,
  uncertainPoint,
} from "../sweeps/index.js";
import { checkedOptions, demandGiven } from "./checked-options.js";
import { pointFormat } from "./points.js";
import { besideOf, readStill, studyOf } from "./stored.js";
import { StudyFiles } from "./study-files.js";
import { type DrawOptions, drawsOf } from "./uncertainty.js";

/** Points under new prices. */
export interface Repricing {
  /** Every finished point with its metrics before and after. */
  readonly points: readonly Repriced[];
  /** Ids of the points on the study's front as stored. */
  readonly front: readonly number[];
  /** Ids of the points on the front under the new prices; points whose clock would be too fast are left out. */
  readonly frontAfter: readonly number[];
  /** The study's objectives, which define both fronts. */
  readonly objectives: readonly { readonly metric: string; readonly direction: "min" | "max" }[];
  /** Number of draws of prices; null: not drawn. */
  readonly draws: number | null;
  /**
   * Number of points on either front that keep a placement for which their stored prices weighed links between dies
   * (`mapping.strategy: min-traffic`): run with the new prices, they may have another.
   */
  readonly keptPlacements: number;
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

/** Prices by name, as a description's `prices:` holds them: a YAML file, or a plain object. */
export type PriceLibrary = string | { readonly [price: string]: Json };

/**
 * Computes every finished point of a database under new prices; the database does not change.
 *
 * @param library prices and tables that replace those of the same name; null: prices as stored. Models are read only
 * for other prices and for scaled clock limits
 * @throws InputError if the library, a name or a factor is wrong or stands for nothing, the chip is coupled, a model
 * has changed since the counts were made, or an objective or constraint names a metric that stored counts do not give
 * under other prices
 */
export async function reprice(database: string, library: PriceLibrary | null, options: RepriceOptions = {}): Promise<Repricing> {
  checkedOptions("reprice", options, {
    ...{ base: "text or null", scale: "object", basis: "text or null", monteCarlo: "object or null" },
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
  ofKind(patchExperiment({ document: study.document, file: database }, {}), {
    board: () => {},
    coupled: () => {
      throw inputError(database, "is of a coupled chip, whose prices are parameters of its own", "sweep power.* of its description");
    },
  });
  const basis = options.basis ?? null;
  const described = documentOf(study, database, library, basis);
  const space = new Space(study.sweep.parameters);
  const experimentOf = (values: PointValues): Experiment => patchDocument(described, space.byPath(values));
  const isNew = library !== null || basis !== null;
  const topologyOf = isNew || scales.hasClockLimits ? await topologiesIn(store, study, experimentOf, options.base ?? null) : null;
  const priced = isNew && topologyOf !== null ? repriced(store, experimentOf, topologyOf) : asStored(store);
  const runOf = runsOf(store);
  const points = Array.from(priced, (point) => changed(store, point, experimentOf, topologyOf, scales, draws, runOf));
  if (points.length > 0) scales.demandMet();
  const objectives = new Objectives(
    study.sweep,
    study.sweep.parameters.map(({ name }) => name),
  );
  demandKnown(database, points, objectives);
  const front = frontReport(store).rows.map(({ id }) => id);
  const after = scored(store, points, objectives, new StudyQuantiles(objectives.quantiles, experimentOf));
  const onFront = new Set([...front, ...after.frontAfter]);
  const shown = points.filter(({ id }) => onFront.has(id));
  return {
    ...after,
    front,
    objectives: study.sweep.objectives,
    draws: draws?.count ?? null,
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

/**
 * The study's document with the prices and tables of the library; those that it does not name stay. The basis is the
 * caller's, else the library's, else the study's.
 */
function documentOf(
  { document, sweep }: Pick<Study, "document" | "sweep">,
  database: string,
  library: PriceLibrary | null,
  basis: PriceBasis | null,
): { readonly document: Json; readonly file: string } {
  if (library === null && basis === null) return { document, file: database };
  const file = typeof library === "string" ? pathOf(library, "example", "chip") : library === null ? database : "prices";
  const stored = document as { readonly [key: string]: Json };
  const before = isMapping(stored.prices) ? stored.prices : {};
  const given = library === null ? {} : pricesOf(library, file);
  demandFixed(sweep, given, file);
  const prices = { ...before, ...given, ...tablesOf(before.macros, given.macros) };
  const described = { document: { ...stored, prices: basis === null ? prices : { ...prices, basis } }, file };
  patchDocument(described, {}); // a wrong price is a problem of the library file, so it is reported once, before the points
  return described;
}

/**
 * @throws InputError for a price that the study searches: every point has its own, so the library's would be ignored
 */
function demandFixed({ parameters }: Study["sweep"], given: { readonly [price: string]: Json }, file: string): void {
  const searched = Object.keys(given).find((name) => parameters.some(({ path }) => `${path}.`.startsWith(`prices.${name}.`)));
  if (searched === undefined) return;
  throw inputError(
    file,
    `names ${searched}, which the study searches, so that each point has its own`,
    SCALE_NAMES.includes(searched) ? `leave it out, or multiply it: --scale ${searched}=1.2` : "leave it out",
  );
}

/** Tables by name: those of the library instead of the study's. Anything but a mapping is left for the check. */
function tablesOf(before: Json | undefined, given: Json | undefined): { readonly macros?: Json } {
  return isMapping(before) && isMapping(given) ? { macros: { ...before, ...given } } : {};
}

/** The shapes of the networks of a store's finished points. */
async function topologiesIn(
  store: Store,
  { inputs }: Study,
  experimentOf: (values: PointValues) => Experiment,
  description: string | null,
): Promise<(experiment: Experiment) => Topology> {
  const { file: database } = store;
  const experiments = [...store.points("p.state = 'done'")].map(({ values }) => experimentOf(values));
  const base = besideOf(description, database);
  const plugins = inputs.filter(({ kind }) => kind === "plugin");
  const files = new StudyFiles(base, () => {}, new ModelFolder(modelsBeside(database)), plugins);
  const topologies = await topologiesOf(experiments, files, inputs, database);
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
  if (draws === null && topologyOf === null) return point;
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

/** @throws InputError if an objective or constraint names a metric that is known only under the stored prices. */
function demandKnown(database: string, points: readonly Priced[], { needed }: Objectives): void {
  const lost = needed.find((metric) => points.some(({ before, after }) => isKnown(before[metric]) && !isKnown(after[metric])));
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
    const { id, values, after, breakdown, tooFast } = point;
    const result = quantiles.isNone ? null : store.result(id);
    const metrics = result === null ? after : quantiles.extended(values, result, { metrics: after, breakdown }, store);
    const { objectives: vector, violation } = objectives.score(values, metrics);
    if (tooFast === null && vector !== null && violation === 0) archive.add(id, vector);
    const withoutPrice = isKnown(after.energy_uj_per_inference) ? unsetPrices(breakdown) : [];
    return { ...point, after: metrics, violation: Number.isFinite(violation) ? violation : null, withoutPrice };
  });
  return { points, frontAfter: archive.front.map(({ id }) => id) };
}

/** Paths of tables are relative to the library file, or to the current folder for a plain object. */
function pricesOf(library: PriceLibrary, file: string): { readonly [price: string]: Json } {
  const given = typeof library === "string" ? locatedFromYaml(readYamlText(file), file) : locatedFromJson(library, file);
  const outer = entryOf(given, "prices") ?? given;
  if (outer.kind !== "map")
    throw inputError(file, "expected prices by name", "e.g. synapse_memory_read_pj: { value: 3.1, source: my macro }");
  return pricesFrom(outer, { path: file, shown: file });
}

function isMapping(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
