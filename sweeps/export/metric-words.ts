/** Words of metrics, as tables and figures show them. Pure. */
import { quantileOf } from "../../sim/index.js";

const UNIT_PART = /_(percent|uj|us|cycles|mm2|mw|nj_s|pj|per_s)(?=_|$)/;

/** Words of a metric's name without its unit. */
export function metricWords(metric: string): string {
  const quantile = quantileOf(metric);
  if (quantile !== null) return `${metricWords(quantile.metric)}, ${metric.slice(metric.indexOf("@") + 1)} % quantile`;
  return metric.replace(UNIT_PART, "").replaceAll("_", " ");
}

/** The fewest words that tell a metric from others: `per inference` is left out. */
export const briefWords = (metric: string): string => metricWords(metric).replace(" per inference", "");

const NARROW: { readonly [words: string]: string } = {
  accuracy: "acc",
  energy: "E",
  latency: "lat",
  "step latency": "step",
  throughput: "thr",
  power: "P",
  "core utilisation": "util",
  "events dropped": "drop",
  "events processed": "proc",
  "spikes fired": "fired",
  "synaptic operations": "synops",
};

/** Head of a metric's narrow column; its brief words if they have no abbreviation. */
export function narrowHead(metric: string): string {
  const words = briefWords(metric);
  return NARROW[words] ?? words;
}
