/**
 * Finds the metric that a user typed: its full name, the words that a table or figure shows for it, or a beginning that
 * only one name has. Pure. Throws: `InputError` with the nearest name.
 */
import { inputError, quoted } from "../../base/errors.js";
import { didYouMean } from "../../base/nearest.js";
import { type AnyMetric, isMetric, isQuantile, METRICS, metricFacts, metricOf, unknownMetric } from "../../sim/index.js";
import { briefWords, metricWords, narrowHead } from "./metric-words.js";

export interface ReportObjective {
  readonly metric: AnyMetric;
  readonly direction: "min" | "max";
}

/** For messages: the option, and the kind of thing that it names. */
interface Asker {
  readonly place: string;
  readonly what: string;
}

const typed = (words: string): string => words.trim().toLowerCase().replaceAll(/[ -]/g, "_");

/** Words that tables and figures show for a name; they can be typed, too. */
function shownFor(name: string): readonly string[] {
  if (!isMetric(name)) return [];
  const metric = metricOf(name);
  return [metricWords(metric), briefWords(metric), narrowHead(metric)].map(typed);
}

/**
 * The name that `text` means: the same name; else, in the first group with a match, the one that is shown so, or the
 * only one that begins so. @throws InputError if there is none, or more than one
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
 * A metric, or a quantile as in `latency@90`. `own`: the study's metrics, which short names mean first.
 * @throws InputError if the name is unknown, or short for several metrics
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
 * `metric`, `metric:min` or `metric:max`. The default direction is that of the study's objective, else the metric's.
 * @throws InputError if the name is unknown, or the direction is neither
 */
export function objectiveNamed(text: string, own: readonly ReportObjective[], place: string): ReportObjective {
  const [name, ...directions] = text.split(":");
  const direction = directions.length === 0 ? undefined : directions.join(":");
  const ownMetrics = own.map(({ metric }) => metric);
  const metric = metricNamed(name, ownMetrics, place);
  if (direction !== undefined && direction !== "min" && direction !== "max")
    throw inputError(place, `unknown direction ${quoted(direction)} of ${metric}`, "min or max");
  return { metric, direction: direction ?? own.find((one) => one.metric === metric)?.direction ?? metricFacts(metric).direction };
}
