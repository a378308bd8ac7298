/** What each parameter does at a point, read from its neighbours: stored points that differ from it in that parameter alone. Pure. */
import type { Candidate } from "./candidate.js";
import { parameterText } from "./format/number.js";
import { type Look, paint } from "./format/style.js";
import { tableLines } from "./format/table.js";
import type { Trend } from "./local-trend.js";

type Values = Candidate["values"];

export interface Neighbour extends Candidate {
  readonly parameter: string;
  readonly value: number | string | boolean;
}

/** Those of `others` whose values differ from `values` in exactly one parameter, by parameter, then by its value. */
export function neighboursOf(values: Values, others: Iterable<Candidate>): readonly Neighbour[] {
  const names = Object.keys(values);
  const found: Neighbour[] = [];
  for (const other of others) {
    const parameter = onlyDifference(names, values, other.values);
    if (parameter !== null) found.push({ ...other, parameter, value: other.values[parameter] as number | string | boolean });
  }
  return found.sort((a, b) => names.indexOf(a.parameter) - names.indexOf(b.parameter) || Number(a.value) - Number(b.value) || a.id - b.id);
}

function onlyDifference(names: readonly string[], values: Values, other: Values): string | null {
  let found: string | null = null;
  for (const name of names) {
    if (values[name] === other[name]) continue;
    if (found !== null || other[name] === undefined) return null;
    found = name;
  }
  return found;
}

export interface Objective {
  readonly metric: string;
  readonly direction: "min" | "max";
  /** Head of its column. */
  readonly head: string;
}

/** A table of changes of the objectives: relative to the point, or the value itself where the point has none. */
export function sensitivityLines(
  look: Look,
  point: Candidate,
  neighbours: readonly Neighbour[],
  objectives: readonly Objective[],
): readonly string[] {
  if (neighbours.length === 0) return [paint(look, "no stored point differs from this one in a single parameter", "dim")];
  return tableLines(
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
        ...objectives.map((objective) => changeText(look, objective, point, neighbour)),
        `#${neighbour.id}${neighbour.trouble === "" ? "" : ` ${neighbour.trouble}`}`,
      ];
    }),
  );
}

/** Effects of a step of each parameter, as far as the nearest points tell. */
export function trendLines(look: Look, trend: Trend, objectives: readonly Objective[]): readonly string[] {
  const fits = objectives.map(({ metric }) => trend.fits.get(metric) ?? null);
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
          const relative = fits[k]?.relative[i] ?? null;
          return relative === null ? paint(look, "unclear", "dim") : relativeText(look, objective, relative);
        }),
      ]),
      ["variance explained", "", "", ...fits.map((fit) => (fit === null ? "-" : `${(fit.explained * 100).toFixed(0)} %`))],
    ),
    paint(look, `estimated from the ${trend.points} nearest points; unclear: less than twice its standard error`, "dim"),
  ];
}

function changeText(look: Look, objective: Objective, point: Candidate, neighbour: Candidate): string {
  const [from, to] = [point.metricOf(objective.metric), neighbour.metricOf(objective.metric)];
  if (to === null) return "-";
  if (from === null) return parameterText(to);
  if (from === to) return paint(look, "same", "dim");
  if (from !== 0) return relativeText(look, objective, to / from - 1);
  return paint(look, `${to > 0 ? "+" : ""}${parameterText(to)}`, to < 0 === (objective.direction === "min") ? "green" : "red");
}

/** `+12.3 %`, better green and worse red. */
function relativeText(look: Look, { direction }: Objective, relative: number): string {
  const percent = relative * 100;
  const size = Math.abs(percent);
  const text = `${percent < 0 ? "-" : "+"}${size >= 1000 ? size.toPrecision(3).replace(/e\+?/, "e") : size.toFixed(1)} %`;
  return paint(look, text, size < 0.05 ? "dim" : relative < 0 === (direction === "min") ? "green" : "red");
}
