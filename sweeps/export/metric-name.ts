/**
 * Names as people type them: of a metric in full, by the words that a table or a figure shows for it, or by a beginning
 * that no other has. Pure. Throws: `InputError` with the nearest name.
 */
import { inputError, quoted } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { type AnyMetric, isMetric, isQuantile, METRICS, metricFacts, metricOf, unknownMetric } from "../../sim/index.js";
import { briefWords, metricWords, narrowHead } from "./metric-words.js";

export interface ReportObjective {
  readonly metric: AnyMetric;
  readonly direction: "min" | "max";
}

/** Who asks, for messages: the option, and what it names. */
interface Asker {
  readonly place: string;
  readonly what: string;
}

const typed = (words: string): string => words.trim().toLowerCase().replaceAll(/[ -]/g, "_");

/** What is shown for a name, and so can be typed for it. */
function shownFor(name: string): readonly string[] {
  if (!isMetric(name)) return [];
  const metric = metricOf(name);
  return [metricWords(metric), briefWords(metric), narrowHead(metric)].map(typed);
}

/**
 * The name that is meant: exact, else as shown, else the only one that begins so; in the first of `groups` that has
 * one.
 */
export function namedOf<Name extends string>(text: string, groups: readonly (readonly Name[])[], { place, what }: Asker): Name {
  const names = groups.flat();
  const exact = names.find((name) => name === text);
  if (exact !== undefined) return exact;
  const word = typed(text);
  for (const group of groups) {
    const shown = group.filter((name) => shownFor(name).includes(word));
    const starting = shown.length > 0 ? shown : group.filter((name) => name.startsWith(`${word}_`));
    const hits = [...new Set(starting)];
    if (hits.length === 1) return hits[0];
    if (hits.length > 1) throw inputError(place, `${quoted(text)} may be several names`, hits.join(", "));
  }
  const known = [...new Set(names)];
  throw inputError(
    place,
    `unknown ${what} ${quoted(text)}`,
    didYouMean(text, [...known, ...known.flatMap(shownFor)]) || `known: ${known.join(", ")}`,
  );
}

/**
 * A metric or a quantile of one, as in `latency@90`. `own`: those of the study, which a short name means first.
 * @throws InputError
 */
export function metricNamed(text: string, own: readonly AnyMetric[], place: string): AnyMetric {
  if (isMetric(text)) return text;
  const all = Object.keys(METRICS) as AnyMetric[];
  const [base, ...percent] = text.split("@");
  if (percent.length === 0) return namedOf(text, [own, all], { place, what: "metric" });
  const name = `${namedOf(base, [own.map(metricOf), all], { place, what: "metric" })}@${percent.join("@")}`;
  if (isQuantile(name)) return name;
  const { message, fix } = unknownMetric(name);
  throw inputError(place, message, fix);
}

/**
 * `metric`, `metric:min` or `metric:max`; without a direction that of the study's objective, else the metric's.
 * @throws InputError
 */
export function objectiveNamed(text: string, own: readonly ReportObjective[], place: string): ReportObjective {
  const [name, direction] = text.split(":");
  const ownMetrics = own.map(({ metric }) => metric);
  const metric = metricNamed(name, ownMetrics, place);
  if (direction !== undefined && direction !== "min" && direction !== "max")
    throw inputError(place, `unknown direction ${quoted(direction)} of ${metric}`, "min or max");
  return { metric, direction: direction ?? own.find((one) => one.metric === metric)?.direction ?? metricFacts(metric).direction };
}
