/** Heads of narrow columns: a metric's words and unit, as short as needed. Pure. */
import { briefWords, labelWithUnit, narrowHead } from "../../../app/nouns.js";
import { plainly } from "../../format/plot.js";
import type { Look } from "../../format/style.js";

/** How much room a head takes: all words, words of nine letters, abbreviations, abbreviations without a unit. */
export type HeadSize = "whole" | "medium" | "short" | "bare";

/** `energy_uj_per_inference` -> `energy µJ`, `E µJ` if `short`, `E` if `bare`. */
export function metricHead(look: Look, metric: string, unit: string, size: HeadSize): string {
  const [, shown = ""] = plainly(look, labelWithUnit(metric, unit)).replace(/\)$/, "").split(" (");
  const [words, narrow] = [briefWords(metric), narrowHead(metric)];
  const most = { whole: 40, medium: 9, short: 6, bare: 6 }[size];
  const brief = (size === "short" || size === "bare") && narrow !== words ? narrow : null;
  const head = brief ?? (words.length > most ? `${words.slice(0, most - 1)}.` : words);
  return size === "bare" ? head : `${head} ${shown}`.trimEnd();
}
