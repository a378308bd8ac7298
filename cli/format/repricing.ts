/** Points under other prices, as text. Pure. */
import { heldText, METRICS, type MetricName, otherBuildLines, type Repriced, withoutPriceLines } from "../../app/nouns.js";
import type { Repricing } from "../../app/reprice.js";
import { besideInterval, intervalText } from "./interval.js";
import { counted, measured, relativeChange, significant } from "./number.js";
import { type Look, paint } from "./style.js";
import { tableLines } from "./text-table.js";

/** Metrics that depend on prices, and their column titles. */
const PRICED: readonly (readonly [metric: MetricName, words: string])[] = [
  ["energy_uj_per_inference", "energy"],
  ["area_mm2", "area"],
];

/** The points of the stored front and of that under the new prices, least energy first, refused ones last. */
export function repricingLines(
  look: Look,
  { points, front, frontAfter, draws, timedUtterances, otherBuild, keptPlacements }: Repricing,
): readonly string[] {
  const [stored, stays] = [new Set(front), new Set(frontAfter)];
  const shown = points.filter(({ id }) => stored.has(id) || stays.has(id)).sort(byEnergy);
  const hasMoved = (metric: MetricName): boolean =>
    points.some((point) => (point.after[metric] ?? null) !== null && changeOf(point, metric) !== 1);
  const moved = PRICED.filter(([metric]) => metric === "energy_uj_per_inference" || hasMoved(metric));
  const right = (title: string) => ({ title, align: "right" as const });
  const columns = [
    right("point"),
    ...moved.flatMap(([metric, words]) => {
      const unit = METRICS[metric].unit;
      const three = [`${words} before [${unit}]`, `after [${unit}]`, "change"];
      return (draws === null ? three : [...three, "90 % interval"]).map(right);
    }),
    right("power after [mW]"),
    { title: "on the front", align: "left" as const },
  ];
  const rows = shown.map((point) => [
    `#${point.id}`,
    ...moved.flatMap(([metric]) => cellsOf(point, metric, draws !== null)),
    measured(point.after.power_mw ?? null, 4),
    point.refused !== null
      ? "refused"
      : point.tooFast !== null
        ? "clock too fast"
        : !stays.has(point.id)
          ? "no"
          : stored.has(point.id)
            ? "yes"
            : "new",
  ]);
  const refused = refusedLines(points);
  const slow = points.filter(({ tooFast }) => tooFast !== null).length;
  const kept = front.filter((id) => stays.has(id)).length;
  const added = frontAfter.length - kept;
  return [
    paint(
      look,
      `${counted(points.length, "point")} under new prices; the fronts before and after are below${moved.map(([metric, words]) => rangeOf(points, metric, words)).join("")}`,
      "bold",
    ),
    `${kept} of the front's ${counted(front.length, "point")} ${kept === 1 ? "stays" : "stay"} on it, ${added} ${added === 1 ? "is" : "are"} new on it${slow === 0 ? "" : `; the clock of ${counted(slow, "point")} would be too fast`}`,
    ...refused,
    "",
    ...tableLines(look, columns, rows),
    ...(draws === null
      ? []
      : [
          heldText(
            shown.map(({ intervals }) => intervals),
            timedUtterances,
            draws,
          ),
        ]),
    ...otherBuildLines(otherBuild),
    ...withoutPriceLines([...new Set(shown.flatMap(({ withoutPrice }) => withoutPrice))]),
    ...(keptPlacements === 0
      ? []
      : [
          `${keptPlacements} ${keptPlacements === 1 ? "point of the fronts keeps its placement, which its" : "points of the fronts keep placements that their"} stored prices of links between dies chose (min-traffic): sweep the description with the new prices to place them anew`,
        ]),
  ];
}

/** Order by energy; points without one, which the new prices do not fit or do not price, come last. */
function byEnergy(a: Repriced, b: Repriced): number {
  const [left, right] = [a, b].map(({ after }) => after.energy_uj_per_inference ?? Number.POSITIVE_INFINITY);
  return left === right ? a.id - b.id : left - right; // the difference of two infinities is no number
}

/** Points that the new prices do not fit, by reason. */
function refusedLines(points: readonly Repriced[]): readonly string[] {
  const byReason = new Map<string, readonly number[]>();
  for (const { id, refused } of points) if (refused !== null) byReason.set(refused, [...(byReason.get(refused) ?? []), id]);
  return [...byReason].map(([reason, ids]) => `the new prices do not fit ${ids.map((id) => `#${id}`).join(", ")}: ${reason}`);
}

function cellsOf(point: Repriced, metric: MetricName, isDrawn: boolean): readonly string[] {
  const interval = point.intervals[metric];
  const cells = [
    measured(point.before[metric] ?? null, 4),
    besideInterval(point.after[metric] ?? null, METRICS[metric].unit, interval),
    relativeChange(changeOf(point, metric)),
  ];
  if (!isDrawn) return cells;
  return [...cells, interval === undefined ? "" : intervalText(interval)];
}

/** After over before; NaN if one of them is unknown. */
const changeOf = ({ before, after }: Repriced, metric: MetricName): number =>
  (after[metric] ?? Number.NaN) / (before[metric] ?? Number.NaN);

function rangeOf(points: readonly Repriced[], metric: MetricName, words: string): string {
  const ratios = points
    .map((point) => changeOf(point, metric))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  if (ratios.length === 0 || (ratios[0] === 1 && ratios.at(-1) === 1)) return "";
  return `; ${words} changes by a factor of ${significant(ratios[0], 3)} to ${significant(ratios.at(-1), 3)}`;
}
