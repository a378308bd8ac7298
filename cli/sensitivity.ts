/** What each parameter does at a point, read from its neighbours in the database: points that differ in that parameter alone. Pure. */
import type { StoredPoint } from "../sweeps/index.js";
import { significant } from "./format/number.js";
import type { Look } from "./format/style.js";
import { tableLines } from "./format/table.js";

export interface Neighbour {
  readonly parameter: string;
  readonly value: number | string | boolean;
  readonly id: number;
  readonly metrics: NonNullable<StoredPoint["metrics"]>;
}

/** Points with a result whose values differ from `point`'s in exactly one parameter. */
export function neighboursOf(point: StoredPoint, others: Iterable<StoredPoint>): readonly Neighbour[] {
  const names = Object.keys(point.values);
  const found: Neighbour[] = [];
  for (const other of others) {
    if (other.metrics === null || other.id === point.id || Object.keys(other.values).length !== names.length) continue;
    const different = names.filter((name) => other.values[name] !== point.values[name]);
    const [parameter] = different;
    const value = parameter === undefined ? undefined : other.values[parameter];
    if (different.length !== 1 || parameter === undefined || value === undefined) continue;
    found.push({ parameter, value, id: other.id, metrics: other.metrics });
  }
  return found.sort((a, b) => names.indexOf(a.parameter) - names.indexOf(b.parameter) || Number(a.value) - Number(b.value) || a.id - b.id);
}

/** A table of relative changes of the objectives. */
export function sensitivityLines(
  look: Look,
  point: StoredPoint,
  neighbours: readonly Neighbour[],
  objectives: readonly string[],
): readonly string[] {
  if (neighbours.length === 0) return ["no stored point differs from this one in a single parameter"];
  const change = (neighbour: Neighbour, metric: string): string => {
    const from = point.metrics?.[metric as keyof typeof neighbour.metrics];
    const to = neighbour.metrics[metric as keyof typeof neighbour.metrics];
    if (typeof from !== "number" || typeof to !== "number" || from === 0) return "-";
    const percent = (to / from - 1) * 100;
    return `${percent >= 0 ? "+" : ""}${percent.toFixed(1)} %`;
  };
  const text = (value: number | string | boolean | undefined): string =>
    typeof value === "number" ? significant(value, 5) : String(value);
  return tableLines(
    look,
    [
      { title: "if only", align: "left" },
      { title: "is", align: "right" },
      { title: "were", align: "right" },
      ...objectives.map((metric) => ({ title: metric, align: "right" as const })),
      { title: "point", align: "right" },
    ],
    neighbours.map((neighbour) => [
      neighbour.parameter,
      text(point.values[neighbour.parameter]),
      text(neighbour.value),
      ...objectives.map((metric) => change(neighbour, metric)),
      `#${neighbour.id}`,
    ]),
  );
}
