/** Heads of narrow columns: a metric's words and unit, as short as needed. Pure. */
import { labelWithUnit } from "../../../app/nouns.js";
import { plainly } from "../../format/plot.js";
import type { Look } from "../../format/style.js";

const SHORT: { readonly [words: string]: string } = {
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

/** How much room a head takes: all words, words of nine letters, abbreviations, abbreviations without a unit. */
export type HeadSize = "whole" | "medium" | "short" | "bare";

/** `energy_uj_per_inference` -> `energy µJ`, `E µJ` if `short`, `E` if `bare`. */
export function metricHead(look: Look, metric: string, unit: string, size: HeadSize): string {
  const [words = "", shown = ""] = plainly(look, labelWithUnit(metric, unit)).replace(" per inference", "").replace(/\)$/, "").split(" (");
  const most = { whole: 40, medium: 9, short: 6, bare: 6 }[size];
  const brief = size === "short" || size === "bare" ? SHORT[words] : undefined;
  const head = brief ?? (words.length > most ? `${words.slice(0, most - 1)}.` : words);
  return size === "bare" ? head : `${head} ${shown}`.trimEnd();
}
