/** The effect of each parameter at a point, as text: its neighbours, and one step of every parameter. Pure. */
import {
  type AnyMetric,
  type Candidate,
  type Effect,
  isTold,
  METRICS,
  metricOf,
  type Neighbour,
  SURE,
  type Trend,
} from "../../app/nouns.js";
import { measured, metricText, parameterText, relativeChange, wholePercent } from "./number.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";
import { wrapped } from "./words.js";

interface Objective {
  readonly metric: string;
  readonly direction: "min" | "max";
  /** Head of the objective's column. */
  readonly head: string;
}

/** Stored points, each with the shares of draws in which it is better than the point shown, and equal. */
type Differences = readonly {
  readonly id: number;
  readonly better: readonly { readonly metric: string; readonly share: number; readonly equal: number }[];
}[];

/** True if the draws of prices and samples do not tell which of two points is better; false if nothing is drawn. */
function isTie(differences: Differences, id: number, metric: string): boolean {
  const shares = differences.find((one) => one.id === id)?.better.find((one) => one.metric === metricOf(metric as AnyMetric));
  return shares !== undefined && !isTold(shares);
}

/**
 * A table of changes of the objectives relative to the point, or of values if the point has none. A change that is not
 * sure by `differences` is marked.
 */
export function sensitivityLines(
  look: Look,
  point: Candidate,
  neighbours: readonly Neighbour[],
  objectives: readonly Objective[],
  differences: Differences,
): readonly string[] {
  if (neighbours.length === 0) return noteLines(look, "no stored point differs from this one in a single parameter");
  const ties = neighbours.map(({ id }) => objectives.map(({ metric }) => isTie(differences, id, metric)));
  const table = tableLines(
    look,
    [
      { title: "if only", align: "left" },
      { title: "is", align: "right" },
      { title: "were", align: "right" },
      ...objectives.map(({ head }) => ({ title: head, align: "right" as const })),
      { title: "point", align: "left" },
    ],
    neighbours.map((neighbour, i) => {
      const again = neighbours[i - 1]?.parameter === neighbour.parameter;
      return [
        again ? "" : neighbour.parameter,
        again ? "" : parameterText(point.values[neighbour.parameter]),
        parameterText(neighbour.value),
        ...objectives.map((objective, k) => `${ties[i][k] ? "? " : ""}${changeText(look, objective, point, neighbour)}`),
        `#${neighbour.id} ${neighbour.isBeyond ? "breaks a limit" : neighbour.trouble}`.trim(),
      ];
    }),
  );
  return ties.some((row) => row.includes(true)) ? [...table, ...noteLines(look, TIE_LEGEND)] : table;
}

/** A note below a table, as wide as the room at most. */
const noteLines = (look: Look, text: string): readonly string[] =>
  wrapped(text, look.columns ?? Number.POSITIVE_INFINITY).map((line) => paint(look, line, "dim"));

const TIE_LEGEND = `?: neither point is better in ${100 * SURE} % of the draws; snn-dse compare has the interval`;

/**
 * Effects of a step of each parameter that stored points show; effects of single points are marked as in
 * `sensitivityLines`.
 */
export function trendLines(
  look: Look,
  point: Candidate,
  trend: Trend,
  objectives: readonly Objective[],
  differences: Differences,
): readonly string[] {
  const isTied = (effect: Effect | undefined, { metric }: Objective): boolean =>
    effect?.kind === "stored" && isTie(differences, effect.id, metric);
  const effects = objectives.map(({ metric }) => trend.effects.get(metric) ?? []);
  const explained = objectives.map(({ metric }) => trend.explained.get(metric) ?? null);
  const kinds = new Set(effects.flatMap((column) => column.map(({ kind }) => kind)));
  return [
    ...tableLines(
      look,
      [
        { title: "one step", align: "left" },
        { title: "from", align: "right" },
        { title: "to", align: "right" },
        ...objectives.map(({ head }) => ({ title: head, align: "right" as const })),
      ],
      trend.steps.map(({ parameter, from, to }, i) => [
        parameter,
        parameterText(from),
        parameterText(to),
        ...objectives.map((objective, k) => {
          const effect = effects[k]?.[i] ?? { kind: "unknown" };
          return `${isTied(effect, objective) ? "? " : ""}${effectText(look, objective, point, effect)}`;
        }),
      ]),
      ["variance explained", "", "", ...explained.map((share) => (share === null ? "-" : wholePercent(share)))],
    ),
    ...[
      ...(kinds.has("estimated") ? [`~: estimated from the ${trend.points} nearest points, never beyond them`] : []),
      ...(kinds.has("unclear")
        ? ["unclear: less than twice its standard error, parameters that move together, or under half of the variance explained"]
        : []),
      ...(kinds.has("stored") ? ["without ~: read from stored points"] : []),
      ...(objectives.some((objective, k) => effects[k].some((effect) => isTied(effect, objective))) ? [TIE_LEGEND] : []),
      ...betweenTexts(trend, objectives),
    ].flatMap((text) => noteLines(look, text)),
  ];
}

/** The parameters that decide within a range, one line per step. */
function betweenTexts(trend: Trend, objectives: readonly Objective[]): readonly string[] {
  return objectives.flatMap(({ metric, head }) =>
    (trend.effects.get(metric) ?? []).flatMap((effect, i) => {
      if (effect.kind !== "between") return [];
      const { parameter, to } = trend.steps[i];
      const which = effect.dependsOn.length === 0 ? "stored points disagree" : `depends on ${effect.dependsOn.join(", ")}`;
      return [`${head} at ${parameter} ${parameterText(to)}: ${which}; no stored point keeps the rest`];
    }),
  );
}

function effectText(look: Look, objective: Objective, point: Candidate, effect: Effect): string {
  const from = point.metricOf(objective.metric);
  if (effect.kind === "none") return paint(look, isShare(objective) ? "0 points" : "same", "dim");
  if (effect.kind === "stored") return differenceText(look, objective, from, effect.value);
  if (effect.kind === "estimated") return differenceText(look, objective, from, effect.value, "~");
  if (effect.kind === "between") return `${measured(effect.low, 3)} to ${measured(effect.high, 3)}${isShare(objective) ? " %" : ""}`;
  return paint(look, effect.kind, "dim");
}

function changeText(look: Look, objective: Objective, point: Candidate, neighbour: Candidate): string {
  return differenceText(look, objective, point.metricOf(objective.metric), neighbour.metricOf(objective.metric));
}

/** The change between two values: in percentage points for shares, else relative; better is green, worse is red. */
function differenceText(look: Look, objective: Objective, from: number | null, to: number | null, mark = ""): string {
  if (to === null) return "-";
  if (from === null) return `${mark}${metricText(to)}`;
  const better = to < from === (objective.direction === "min");
  const colour = (isSmall: boolean): "dim" | "green" | "red" => (isSmall ? "dim" : better ? "green" : "red");
  if (isShare(objective)) {
    const points = to - from;
    const isSmall = Math.abs(points) < 0.005;
    return paint(look, `${mark}${isSmall ? "0" : `${points < 0 ? "-" : "+"}${measured(Math.abs(points), 3)}`} points`, colour(isSmall));
  }
  if (from === to) return paint(look, `${mark}same`, "dim");
  if (from === 0) return paint(look, `${mark}${to > 0 ? "+" : ""}${metricText(to)}`, colour(false));
  const ratio = to / from;
  return paint(look, `${mark}${relativeChange(ratio)}`, colour(Math.abs(ratio - 1) < 0.0005));
}

/** True if its values are percentages, whose changes are in percentage points. */
function isShare({ metric }: Objective): boolean {
  const name = metricOf(metric as AnyMetric);
  return Object.hasOwn(METRICS, name) && METRICS[name].unit === "%";
}
