/**
 * Names of what may be asked of a point: a metric, or a quantile of its distribution over prices, samples and
 * utterances, as `energy_uj_per_inference@90`: nine tenths of the draws lie at or below it. Pure.
 */
import { quantileParts, strangeMetric } from "../arch/index.js";
import { METRICS, type MetricName } from "./result.js";

/** Metrics that prices, the sample behind accuracy, or the timed utterances move. */
export const DRAWN_METRICS = [
  "accuracy_percent",
  "energy_uj_per_inference",
  "latency_us",
  "latency_cycles",
  "area_mm2",
  "power_mw",
  "edp_nj_s",
  "energy_pj_per_synaptic_operation",
  "fpga_luts",
  "fpga_flip_flops",
] as const satisfies readonly MetricName[];

export type QuantileName = `${(typeof DRAWN_METRICS)[number]}@${number}`;
export type AnyMetric = MetricName | QuantileName;

/** The metric and the share of draws, 0 .. 1; null: the name is of no quantile. */
export function quantileOf(name: string): { readonly metric: MetricName; readonly share: number } | null {
  const parts = quantileParts(name);
  const metric = DRAWN_METRICS.find((drawn) => drawn === parts?.metric);
  return parts === null || metric === undefined ? null : { metric, share: parts.share };
}

export const isQuantile = (name: string): name is QuantileName => quantileOf(name) !== null;
export const isMetric = (name: string): name is AnyMetric => Object.hasOwn(METRICS, name) || isQuantile(name);

/** What is wrong with a name for which {@link isMetric} is false, and what to type. */
export const unknownMetric = (name: string): { readonly message: string; readonly fix: string } =>
  strangeMetric(name, { metrics: Object.keys(METRICS), drawn: DRAWN_METRICS });

/** The metric that a name is of. */
export const metricOf = (name: AnyMetric): MetricName => quantileOf(name)?.metric ?? (name as MetricName);

/** Every metric, and the quantiles among the names, with their units. */
export function metricUnits(names: readonly string[]): readonly { readonly name: string; readonly unit: string }[] {
  const all = [...Object.keys(METRICS), ...new Set(names.filter(isQuantile))] as readonly AnyMetric[];
  return all.map((name) => ({ name, unit: metricFacts(name).unit }));
}

/** Unit, direction and sentence of a metric or of a quantile of it. */
export function metricFacts(name: AnyMetric): { readonly unit: string; readonly direction: "min" | "max"; readonly about: string } {
  const quantile = quantileOf(name);
  if (quantile === null) return METRICS[name as MetricName];
  const { unit, direction, about } = METRICS[quantile.metric];
  return { unit, direction, about: `${about}; ${Number((100 * quantile.share).toPrecision(5))} % of the draws lie at or below` };
}
