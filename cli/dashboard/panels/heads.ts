/** Heads of narrow columns: a metric's words and unit, as short as the room asks for. Pure. */
import { labelWithUnit } from "../../../sweeps/index.js";
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

/** `energy_uj_per_inference` -> `energy µJ`, or `E µJ` where `short`. */
export function metricHead(look: Look, metric: string, unit: string, short: boolean): string {
  const [words = "", shown = ""] = plainly(look, labelWithUnit(metric, unit)).replace(" per inference", "").replace(/\)$/, "").split(" (");
  const most = short ? 6 : 9;
  const head = (short ? SHORT[words] : undefined) ?? (words.length > most ? `${words.slice(0, most - 1)}.` : words);
  return `${head} ${shown}`.trimEnd();
}
