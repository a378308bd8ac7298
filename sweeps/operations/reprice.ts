/**
 * New prices for stored counts: energies and areas of every finished point without another simulation. Times stay. The
 * spread of energy over utterances is unknown if the energy changes, because counts are stored as totals.
 */
import { areaOf, type Chip, type Experiment, type Topology } from "../../arch/index.js";
import { InputError, inputError } from "../../base/errors.js";
import { type BreakdownRow, CORE_COUNTERS, type Counters, energyMetrics, needsOn, price, restOf } from "../../sim/index.js";
import type { Metrics } from "../objectives.js";
import type { PointValues } from "../space.js";
import type { Store } from "../store/sqlite.js";
import type { Intervals } from "../uncertainty/drawn-metrics.js";
import type { PriceScales } from "./price-scales.js";

export interface Repriced {
  readonly id: number;
  readonly key: string;
  readonly values: PointValues;
  readonly before: Metrics;
  readonly after: Metrics;
  /** Rows of energy and area under the new prices. */
  readonly breakdown: readonly BreakdownRow[];
  /** Why the chip cannot reach its clock under new or scaled limits; null: it can, or no limit changed. */
  readonly tooFast: string | null;
  /** Why the new prices do not fit the point, such as a memory for which a table has no macro; null: they do. */
  readonly refused: string | null;
  /** Intervals of the new metrics that hold nine of ten draws; empty if no prices were drawn. */
  readonly intervals: Intervals;
  /** Of the study's constraints under the new prices: 0 if all hold, null if unknown. */
  readonly violation: number | null;
  /** Parts that the new energy lacks because they have no price, each with the key that would set it. */
  readonly withoutPrice: readonly string[];
}

/** A point under new prices, before its study's constraints are asked. */
export type Priced = Omit<Repriced, "violation" | "withoutPrice">;

/**
 * Every finished point under the prices of an experiment; `experimentOf` gives a point's experiment, `topologyOf` the
 * shape of its network. A point for which `experimentOf` or a price throws an InputError is refused.
 *
 * @throws InputError if the counts are of a version with fewer counters
 */
export function* reprice(
  store: Store,
  experimentOf: (values: PointValues) => Experiment,
  topologyOf: (experiment: Experiment) => Topology,
): Generator<Priced> {
  store.demandSound();
  for (const { id, key, values, metrics } of [...store.points("p.state = 'done'")]) {
    const counters = store.counters(id);
    if (metrics === null || counters === null) continue;
    const told = { id, key, values, before: metrics, tooFast: null, intervals: {} };
    const experiment = attempt(() => experimentOf(values));
    if (typeof experiment !== "string") demandColumns(store, experiment.chip, counters);
    const priced =
      typeof experiment === "string" ? experiment : attempt(() => newlyPriced(experiment, topologyOf(experiment), counters, metrics));
    yield typeof priced === "string"
      ? { ...told, after: withPrices(metrics, null, null), breakdown: [], refused: priced }
      : { ...told, ...priced, refused: null };
  }
}

/** What `work` gives, or the problems of its input. */
function attempt<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
  }
}

function demandColumns({ file }: Store, { cores }: Chip, counters: Counters): void {
  const perCore = counters.cores.length / cores.length;
  if (perCore === CORE_COUNTERS.length) return;
  throw inputError(
    file,
    `holds ${perCore} counts per core of an earlier version, this one prices ${CORE_COUNTERS.length}`,
    "sweep it again; --scale and --monte-carlo alone take the energies as stored",
  );
}

function newlyPriced(
  experiment: Experiment,
  topology: Topology,
  counters: Counters,
  metrics: Metrics,
): Pick<Priced, "after" | "breakdown"> {
  const { chip, precision } = experiment;
  const { rows, totalPj } = price(chip, precision, topology, counters, restOf(experiment));
  const area = areaOf(chip, precision, needsOn(chip, precision, topology));
  const energy = energyMetrics(experiment, counters, totalPj, metrics.latency_us ?? null);
  return { after: { ...withPrices(metrics, totalPj, area.totalMm2), ...energy }, breakdown: [...rows, ...area.rows] };
}

/** Every finished point with its stored prices. */
export function* asStored(store: Store): Generator<Priced> {
  for (const { point, breakdown } of store.wholePoints("study")) {
    const { id, key, values, metrics } = point;
    if (point.state !== "done" || metrics === null) continue;
    yield { id, key, values, before: metrics, after: metrics, breakdown, tooFast: null, refused: null, intervals: {} };
  }
}

/** A point with each line's price times its factor. */
export function scaledPoint(point: Priced, { ofLine }: PriceScales): Priced {
  const times = (value: number | null, factor: number): number | null => (value === null ? null : value * factor);
  const breakdown = point.breakdown.map((row) => {
    const factor = ofLine(row);
    return factor === 1
      ? row
      : {
          ...row,
          unitEnergyPj: times(row.unitEnergyPj, factor),
          energyPj: times(row.energyPj, factor),
          areaMm2: times(row.areaMm2, factor),
          source: `${row.source}; scaled by ${factor}`,
        };
  });
  const sum = (of: "energyPj" | "areaMm2"): number => breakdown.reduce((total, row) => total + (row[of] ?? 0), 0);
  const { energy_uj_per_inference: energy = null, area_mm2: area = null } = point.after;
  return {
    ...point,
    breakdown,
    after: withPrices(point.after, energy === null ? null : sum("energyPj"), area === null ? null : sum("areaMm2")),
  };
}

/** Metrics that follow from the given energy and area. */
function withPrices(metrics: Metrics, energyPj: number | null, areaMm2: number | null): Metrics {
  const energy = energyPj === null ? null : energyPj * 1e-6;
  const old = metrics.energy_uj_per_inference ?? null;
  const scaled = (value: number | null | undefined): number | null =>
    value === null || value === undefined || old === null || old === 0 || energy === null ? null : value * (energy / old); // the same energy gives the same value, to the last bit
  return {
    ...metrics,
    energy_uj_per_inference: energy,
    area_mm2: areaMm2,
    energy_std_uj: energy === old ? (metrics.energy_std_uj ?? null) : null,
    power_mw: scaled(metrics.power_mw),
    edp_nj_s: scaled(metrics.edp_nj_s),
    energy_pj_per_synaptic_operation: scaled(metrics.energy_pj_per_synaptic_operation),
  };
}
