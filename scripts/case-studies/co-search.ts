/** Networks and chips searched together, against chips alone, as a figure and a table. */
import { axisOver } from "../../base/plot/axis.js";
import { NAMED } from "../../base/plot/colours.js";
import { type Panel, type PlotSpec, pointsOf } from "../../base/plot/spec.js";
import { hypervolume } from "../../sweeps/index.js";
import { type Arm, type Compared, minimised, type Reached } from "../co-search/arm.js";
import type { CoSearchStudy } from "../co-search/studies.js";
import { markdownTable } from "../validation/markdown.js";

/** Times at which the curves of the figure are taken. */
const MARKS = 40;

/** Hypervolume as a share of the box from the bounds to 100 % at no energy and no area. */
const share = (points: readonly Reached[], bounds: Compared): number =>
  hypervolume(points.map(minimised), minimised(bounds)) / ((100 - bounds.accuracyPercent) * bounds.energyUj * bounds.areaMm2);
const percent = (value: number): string => (100 * value).toFixed(1);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const searchesOf = (arms: readonly Arm[]): string[] => [...new Set(arms.map(({ search }) => search))];

/** Hypervolume on the recordings that choose, over processor time. */
function curveOf({ chosen, cpuSeconds }: Arm, bounds: Compared): (readonly [number, number])[] {
  return Array.from({ length: MARKS }, (_, i) => {
    const until = ((i + 1) * cpuSeconds) / MARKS;
    return [
      until,
      100 *
        share(
          chosen.filter((at) => at.cpuSeconds <= until),
          bounds,
        ),
    ] as const;
  });
}

/** Processor time after which a search had reached nearly its final hypervolume. */
function settled(arm: Arm, bounds: Compared): number {
  const curve = curveOf(arm, bounds);
  const end = curve[curve.length - 1][1];
  return curve.find(([, value]) => value >= 0.99 * end)?.[0] ?? 0;
}

export function coSearchFigure(arms: readonly Arm[], { about, bounds }: CoSearchStudy): PlotSpec {
  const searches = searchesOf(arms);
  const colour = (search: string): string => NAMED[searches.indexOf(search)];
  const curves = arms.map((arm) => ({ arm, points: pointsOf(curveOf(arm, bounds)) }));
  const progress: Panel = {
    heading: "on the recordings that choose",
    x: axisOver(
      "processor time (s)",
      curves.map(({ points }) => points),
      "x",
      false,
    ),
    y: axisOver(
      "hypervolume (%)",
      curves.map(({ points }) => points),
      "y",
    ),
    colour: null,
    series: curves.map(({ arm, points }) => ({
      ...{ kind: "line", points, colour: colour(arm.search), width: 1.2, dash: [], dotted: false },
      name: arm.seed === 1 ? arm.search : "",
    })),
    notes: [],
  };
  // The search of chips has many points, so they are drawn below the few of the other search.
  const fronts = searches.toReversed().map((search) => ({
    search,
    points: pointsOf(
      arms.filter((arm) => arm.search === search).flatMap(({ front }) => front.map((at) => [at.energyUj, at.accuracyPercent] as const)),
    ),
  }));
  const ends: Panel = {
    heading: "fronts of all seeds on the test set",
    x: axisOver(
      "energy per inference (µJ)",
      fronts.map(({ points }) => points),
      "x",
      true,
    ),
    y: axisOver(
      "accuracy (%)",
      fronts.map(({ points }) => points),
      "y",
    ),
    colour: null,
    series: fronts.map(({ search, points }) => ({
      ...{ kind: "marks", name: search, points, fill: colour(search), ringed: null },
      labels: Array.from({ length: points.length }, () => search),
    })),
    notes: [],
  };
  return {
    title: "Networks and chips searched together, and chips alone",
    about,
    column: "single",
    legend: "above",
    panels: [progress, ends],
  };
}

/** Markdown: the table, and sentences whose numbers are computed from it. */
export function coSearchReport(arms: readonly Arm[], { bounds }: CoSearchStudy): string {
  const rows = arms.map((arm) => [
    arm.search,
    arm.seed,
    arm.cpuSeconds.toFixed(0),
    arm.points.toLocaleString("en-US"),
    arm.networks,
    arm.front.length,
    Math.max(...arm.front.map(({ accuracyPercent }) => accuracyPercent)).toFixed(2),
    Math.min(...arm.front.map(({ energyUj }) => energyUj)).toFixed(3),
    Math.min(...arm.front.map(({ areaMm2 }) => areaMm2)).toFixed(4),
    percent(share(arm.front, bounds)),
    settled(arm, bounds).toFixed(0),
  ]);
  const table = markdownTable(
    [
      "search",
      "seed",
      "processor time [s]",
      "points",
      "networks",
      "front",
      "best accuracy [%]",
      "least energy [µJ]",
      "least area [mm²]",
      "hypervolume [%]",
      "choosing one: 99 % of its end after [s]",
    ],
    rows,
  );
  const found = searchesOf(arms).map((search) => {
    const shares = arms.filter((arm) => arm.search === search).map(({ front }) => share(front, bounds));
    return { search, seeds: shares.length, mean: mean(shares), low: Math.min(...shares), high: Math.max(...shares) };
  });
  const isOne = found.every(({ seeds }) => seeds === 1);
  const words = found.map(({ search, seeds, mean: middle, low, high }) =>
    isOne ? `${search} ${percent(middle)} %` : `${search} ${percent(middle)} % (${percent(low)} to ${percent(high)}, ${seeds} seeds)`,
  );
  const [together, alone] = found;
  const differ =
    together.low > alone.high
      ? "Each co-search is above each search of chips alone."
      : alone.low > together.high
        ? "Each search of chips alone is above each co-search."
        : "The seeds of one overlap with those of the other, so that at this budget neither is shown to be better.";
  const early = [...new Set(arms.filter(({ reason }) => reason === "exhausted").map(({ search }) => search))];
  const ended =
    early.length === 0
      ? "All were stopped by their budget, none by the end of its space."
      : `${capital(early.join(", "))} found no further point before the time was over: more of it would change nothing.`;
  return `${table}

${isOne ? "One seed of each" : "Means over seeds and their ranges"}: ${words.join("; ")}. ${differ} ${ended}`;
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
