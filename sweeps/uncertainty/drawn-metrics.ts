/**
 * A point's metrics over draws of prices, samples and utterances, and their intervals.
 *
 * Energies and areas are sums of a breakdown's lines, each multiplied by the factor of its causes of error
 * (`sim/price-errors.ts`). Accuracy over n independent samples is drawn by the score test: a draw is the share from
 * which the measured one is z standard errors away (E. B. Wilson, JASA 22, 1927). All points with the same functional
 * run share one z, and runs on the same utterances have correlated ones (`paired-errors.ts`). Energies and times are
 * means over the timed utterances: their error is Student's t times their standard error; means over the same
 * utterances correlate as the values of the utterances do. An interval or quantile with a closed form is computed, not
 * drawn. Not drawn: metrics beside DRAWN_METRICS. Pure.
 */
import { FPGA_DEVICES, type FpgaName } from "../../arch/index.js";
import { normalQuantile } from "../../base/distribution-quantiles.js";
import { exp, square } from "../../base/math.js";
import { type AnyMetric, type BreakdownRow, FPGA_COUNTS, type LineErrors, type MetricName } from "../../sim/index.js";
import type { Metrics } from "../objectives.js";
import type { ScoredRun } from "../store/packed-errors.js";
import { type Draws, normOf } from "./draws.js";
import { type LogTerm, type Quantile, quantileOf, quantileOfLargest, ratioOf, sumOf, termsOf } from "./log-terms.js";
import { quantiles } from "./quantile.js";
import { NORMAL_FROM } from "./student-bounds.js";

/** What the draws need of a stored point. */
export interface UncertainPoint {
  readonly id: number;
  readonly metrics: Metrics;
  readonly breakdown: readonly BreakdownRow[];
  readonly errors: LineErrors;
  /** Number of independent samples behind the accuracy, and the key of the functional run. */
  readonly samples: number;
  readonly functionalKey: string;
  /** What that run got wrong; null if it is not known, or is that of another accuracy. */
  readonly run: ScoredRun | null;
  readonly timed: TimedUtterances;
  /** null: silicon. */
  readonly fpga: FpgaName | null;
}

/** The utterances over which energies and times are means. */
interface TimedUtterances {
  readonly count: number;
  /** Key of these utterances: equal for equal utterances. */
  readonly key: string;
  readonly energy: MeanError;
  readonly latency: MeanError;
  /** Of energy over time; with a period of given length, of energy over that constant. */
  readonly power: MeanError;
  /** Of the mean duration of a wave. */
  readonly step: MeanError;
  /** Of the time per utterance in steady state: 1 / throughput. */
  readonly turn: MeanError;
}

/** The error of a mean over utterances. */
interface MeanError {
  /** Standard error, relative to the mean; 0: unknown, or none. */
  readonly relative: number;
  /** [utterances] by how much each value exceeds the mean, relative to the mean; null: not known. */
  readonly residuals: Float64Array | null;
}

/** Interval that holds a metric of a point in nine of ten draws. */
export interface MetricInterval {
  /** In the metric's unit; one twentieth of the draws is below it. */
  readonly low: number;
  /** In the metric's unit; one twentieth of the draws is above it. */
  readonly high: number;
  /**
   * Share of the value, 0 to 1, whose prices state no error and count as exact, so that the interval is too narrow;
   * left out if there is none.
   */
  readonly exactShare?: number;
}
/** Intervals by metric; a metric that no draw moves has none. */
export type Intervals = { readonly [metric in AnyMetric]?: MetricInterval };

/** Ends of an interval that holds nine tenths. */
const TAILS = [0.05, 0.95] as const;

/** A random value. A study has many points, so its draws are computed on demand. */
interface Drawn {
  readonly at: (draw: number) => number;
  /** Terms that ln(value) is the sum of; null: it is no such sum. */
  readonly terms: readonly LogTerm[] | null;
  /** The value that it does not exceed with a probability; null: it has no closed form here. */
  readonly quantile: Quantile | null;
}

/** A metric as `scale` times a random value; metrics that move together share the value. */
export interface DrawnMetric {
  readonly scale: number;
  readonly of: Drawn;
  /** Share of the value whose prices have no error. */
  readonly exactShare: number;
}
export const drawnValue = ({ scale, of }: DrawnMetric, draw: number): number => scale * of.at(draw);

const drawnOf = (at: Drawn["at"], terms: Drawn["terms"]): Drawn => ({ at, terms, quantile: terms === null ? null : quantileOf(terms) });

const NO_CAUSES: readonly [] = [];

/**
 * Counts of an FPGA's resources, by fits to synthesised parts: their errors stand under the metrics' names, beside
 * those of a breakdown's lines.
 */
export const FPGA_LAWS: readonly MetricName[] = Object.values(FPGA_COUNTS);

/** The largest of the drawn shares of a device's resources, relative to the stored one. */
function largestShare({ metrics, errors }: UncertainPoint, name: FpgaName, draws: Draws): Drawn {
  const parts = (Object.keys(FPGA_COUNTS) as (keyof typeof FPGA_COUNTS)[]).map((kind) => {
    const causes = errors.get(FPGA_COUNTS[kind]) ?? NO_CAUSES;
    const share = Number(metrics[FPGA_COUNTS[kind]] ?? 0) / FPGA_DEVICES[name][kind];
    return { share, factor: draws.factor(causes), terms: termsOf(causes) };
  });
  const stored = Math.max(...parts.map(({ share }) => share));
  const at = (draw: number): number => Math.max(...parts.map(({ share, factor }) => share * factor[draw])) / stored;
  return { at, terms: null, quantile: quantileOfLargest(parts.map(({ share, terms }) => ({ value: share / stored, terms }))) };
}

/** A line of a breakdown, in pJ or mm2. */
interface Line {
  readonly value: number;
  readonly component: string;
}

/** Sum of some lines in a draw, relative to the stored sum. */
function factorOf(lines: readonly Line[], errors: LineErrors, draws: Draws): Drawn {
  const sums = new Map<Float64Array, { value: number; readonly terms: readonly LogTerm[] }>();
  let total = 0;
  for (const { value, component } of lines) {
    const causes = errors.get(component) ?? NO_CAUSES;
    const factor = draws.factor(causes);
    const sum = sums.get(factor) ?? { value: 0, terms: termsOf(causes) };
    sum.value += value;
    sums.set(factor, sum);
    total += value;
  }
  if (total === 0) return drawnOf(() => 1, []);
  const factors = [...sums.keys()];
  const shares = Float64Array.from(sums.values(), ({ value }) => value / total);
  const at = (draw: number): number => {
    let all = 0;
    for (let k = 0; k < shares.length; k++) all += shares[k] * factors[k][draw];
    return all;
  };
  const moved = [...sums.values()].filter(({ terms }) => terms.length > 0);
  if (moved.length > 1) return drawnOf(at, null);
  const [{ value, terms }] = moved.length === 1 ? moved : [{ value: total, terms: [] }];
  if (value === total) return drawnOf(at, terms);
  const part = quantileOf(terms);
  return { at, terms: null, quantile: part === null ? null : (share) => (total - value + value * part(share)) / total };
}

/** Share of some lines' sum whose prices have no error. */
function exactShareOf(lines: readonly Line[], errors: LineErrors): number {
  let [exact, total] = [0, 0];
  for (const { value, component } of lines) {
    total += value;
    exact += errors.exactShare(component) * value;
  }
  return total === 0 ? 0 : exact / total;
}

/** The same values, computed once for all draws: three times as fast if several metrics ask for all of them. */
function kept(of: Drawn, draws: number): Drawn {
  const all = valuesOf(of, draws);
  return { ...of, at: (draw) => all[draw] };
}

function valuesOf({ at }: Drawn, draws: number): Float64Array {
  const values = new Float64Array(draws);
  for (let d = 0; d < draws; d++) values[d] = at(d);
  return values;
}

/**
 * exp(error x t): the mean over all utterances, relative to the measured mean. A value that falls as the mean grows has
 * a negative error.
 */
function utteranceFactor({ count, key }: TimedUtterances, { relative, residuals }: MeanError, draws: Draws): Drawn | null {
  if (relative === 0 || count < 2) return null;
  const [name, freedom] = [`utterances ${key}`, count - 1];
  let t: Float64Array | null = null;
  const at = (draw: number): number => {
    t ??= draws.meanError(name, freedom, residuals);
    return exp(relative * t[draw]);
  };
  const term = { freedom: freedom >= NORMAL_FROM ? null : freedom, down: relative, up: relative };
  if (residuals === null) return drawnOf(at, [{ name, ...term, direction: null }]);
  const norm = normOf(residuals);
  return drawnOf(at, [{ name: `${name}, each`, ...term, direction: residuals.map((residual) => residual / norm) }]);
}

function product(a: Drawn, b: Drawn | null): Drawn {
  if (b === null) return a;
  return drawnOf((draw) => a.at(draw) * b.at(draw), a.terms === null || b.terms === null ? null : sumOf([...a.terms, ...b.terms]));
}

/** The metrics that prices or the choice of utterances move; `keeps`: holds all draws in memory. */
export function drawnMetrics(point: UncertainPoint, draws: Draws, keeps = false): ReadonlyMap<MetricName, DrawnMetric> {
  const drawn = new Map<MetricName, DrawnMetric>();
  const { metrics, breakdown, errors, timed } = point;
  const set = (name: MetricName, of: Drawn | null, priced: readonly Line[] = []): void => {
    const value = metrics[name];
    if (typeof value === "number" && of !== null) drawn.set(name, { scale: value, of, exactShare: exactShareOf(priced, errors) });
  };
  const linesOf = (of: "energyPj" | "areaMm2"): readonly Line[] =>
    breakdown.flatMap((row) => (row[of] === null ? [] : [{ value: row[of], component: row.component }]));
  const [spent, occupied] = [linesOf("energyPj"), linesOf("areaMm2")];
  const found = (of: Drawn): Drawn => (keeps ? kept(of, draws.count) : of);
  const prices = found(factorOf(spent, errors, draws));
  const spread = utteranceFactor(timed, timed.latency, draws);
  const latency = spread === null ? null : found(spread);
  const energy = found(product(prices, utteranceFactor(timed, timed.energy, draws)));
  set("energy_uj_per_inference", energy, spent);
  set("edp_nj_s", product(energy, latency), spent);
  set("power_mw", product(prices, utteranceFactor(timed, timed.power, draws)), spent);
  // utterances with more events take more energy, but also more operations, which are not stored one by one
  set("energy_pj_per_synaptic_operation", prices, spent);
  set("latency_us", latency);
  set("latency_cycles", latency);
  set("step_latency_us", utteranceFactor(timed, timed.step, draws));
  set("throughput_per_s", utteranceFactor(timed, { ...timed.turn, relative: -timed.turn.relative }, draws));
  set("area_mm2", factorOf(occupied, errors, draws), occupied);
  for (const name of FPGA_LAWS) if (typeof metrics[name] === "number") set(name, factorOf([{ value: 1, component: name }], errors, draws));
  if (point.fpga !== null) set("fpga_utilisation_percent", largestShare(point, point.fpga, draws));
  const accuracy = metrics.accuracy_percent;
  if (typeof accuracy === "number" && point.samples > 0)
    drawn.set("accuracy_percent", { scale: 100, of: drawnAccuracy(accuracy / 100, point, draws), exactShare: 0 });
  return drawn;
}

function drawnAccuracy(share: number, { samples, functionalKey, run }: UncertainPoint, draws: Draws): Drawn {
  let z: Float64Array | null = null;
  const at = (draw: number): number => {
    z ??= draws.accuracyError(`accuracy of ${functionalKey}`, run);
    return scoreBound(share, samples, z[draw]);
  };
  return { at, terms: null, quantile: (below) => scoreBound(share, samples, normalQuantile(below)) };
}

/** The share from which the measured `share` of n is z standard errors away, on the side of z's sign (Wilson). */
function scoreBound(share: number, n: number, z: number): number {
  const squared = square(z) / n;
  const spread = Math.sqrt((share * (1 - share)) / n + squared / (4 * n));
  return Math.min(1, Math.max(0, (share + squared / 2 + z * spread) / (1 + squared)));
}

/** Interval of each metric of a point that holds nine tenths: by the closed form if there is one, or of the draws. */
export function intervalsOf(point: UncertainPoint, draws: Draws): Intervals {
  const ends = new Map<Drawn, MetricInterval>();
  return Object.fromEntries(
    Array.from(drawnMetrics(point, draws, true), ([name, { scale, of, exactShare }]) => {
      const found = ends.get(of) ?? endsOf(of, draws.count);
      ends.set(of, found);
      return [name, { low: scale * found.low, high: scale * found.high, ...(exactShare === 0 ? {} : { exactShare }) }];
    }),
  );
}

function endsOf(of: Drawn, draws: number): MetricInterval {
  if (of.quantile === null) return tailsOf(valuesOf(of, draws));
  const [low, high] = TAILS.map(of.quantile);
  return { low, high };
}

/** The value that a metric does not exceed with probability `share`, 0 .. 1. */
export const quantileIn = ({ scale, of }: DrawnMetric, share: number, draws: Draws): number =>
  scale * (of.quantile === null ? quantiles(valuesOf(of, draws.count), [share])[0] : of.quantile(share));

/** Second value over first, the interval that holds nine tenths; null: the first is 0 in a draw. */
export function ratioInterval(first: DrawnMetric, second: DrawnMetric, draws: Draws): MetricInterval | null {
  const [a, b] = [first.of.terms, second.of.terms];
  const quantile = a === null || b === null || first.scale === 0 ? null : quantileOf(ratioOf(a, b));
  if (quantile !== null) {
    const [low, high] = TAILS.map((share) => (second.scale / first.scale) * quantile(share));
    return { low, high };
  }
  const ratios = new Float64Array(draws.count);
  for (let d = 0; d < ratios.length; d++) ratios[d] = drawnValue(second, d) / drawnValue(first, d);
  return ratios.every(Number.isFinite) ? tailsOf(ratios) : null;
}

/** Interval that holds nine tenths of some values; reorders the values. */
export function tailsOf(values: Float64Array): MetricInterval {
  const [low, high] = quantiles(values, TAILS);
  return { low, high };
}
