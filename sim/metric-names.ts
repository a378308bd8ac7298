/**
 * Names of metrics and of their quantiles over draws of prices, samples and utterances: 90 % of the draws lie at or
 * below `energy_uj_per_inference@90`. Pure.
 */
import { quantileParts, strangeMetric } from "../arch/index.js";
import { METRICS, type MetricName } from "./result.js";

/**
 * Metrics that vary with prices, with the laws of an FPGA, with the sample behind accuracy, or with the timed
 * utterances.
 */
export const DRAWN_METRICS = [
  "accuracy_percent",
  "energy_uj_per_inference",
  "latency_us",
  "latency_cycles",
  "step_latency_us",
  "throughput_per_s",
  "area_mm2",
  "power_mw",
  "edp_nj_s",
  "energy_pj_per_synaptic_operation",
  "fpga_luts",
  "fpga_flip_flops",
  "fpga_block_rams",
  "fpga_dsps",
  "fpga_utilisation_percent",
] as const satisfies readonly MetricName[];

export type QuantileName = `${(typeof DRAWN_METRICS)[number]}@${number}`;
export type AnyMetric = MetricName | QuantileName;

/** The metric and the share of draws, 0 to 1, of a quantile's name; null if the name is not that of a quantile. */
export function quantileOf(name: string): { readonly metric: MetricName; readonly share: number } | null {
  const parts = quantileParts(name);
  const metric = DRAWN_METRICS.find((drawn) => drawn === parts?.metric);
  return parts === null || metric === undefined ? null : { metric, share: parts.share };
}

export const isQuantile = (name: string): name is QuantileName => quantileOf(name) !== null;
export const isMetric = (name: string): name is AnyMetric => Object.hasOwn(METRICS, name) || isQuantile(name);

/** The error for a name that fails {@link isMetric}, and what to type instead. */
export const unknownMetric = (name: string): { readonly message: string; readonly fix: string } =>
  strangeMetric(name, { metrics: Object.keys(METRICS), drawn: DRAWN_METRICS });

/** The metric behind a name. */
export const metricOf = (name: AnyMetric): MetricName => quantileOf(name)?.metric ?? (name as MetricName);

/** Every metric, and the quantiles among `names`, with their units. */
export function metricUnits(names: readonly string[]): readonly { readonly name: string; readonly unit: string }[] {
  const all = [...Object.keys(METRICS), ...new Set(names.filter(isQuantile))] as readonly AnyMetric[];
  return all.map((name) => ({ name, unit: metricFacts(name).unit }));
}

/** Unit, direction and description of a metric or of one of its quantiles. */
export function metricFacts(name: AnyMetric): { readonly unit: string; readonly direction: "min" | "max"; readonly about: string } {
  const quantile = quantileOf(name);
  if (quantile === null) return METRICS[name as MetricName];
  const { unit, direction, about } = METRICS[quantile.metric];
  return { unit, direction, about: `${about}; ${Number((100 * quantile.share).toPrecision(5))} % of the draws lie at or below` };
}
