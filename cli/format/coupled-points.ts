/** Points of a coupled chip as a table. Pure. */
import type { CoupledRun } from "../../app/coupled.js";
import type { Look } from "./style.js";
import { tableLines } from "./text-table.js";

/**
 * A table of the metrics that differ between points; for one point, of all its metrics. A metric that a point does not
 * have is 0 there: it counts cycles in a state that the point never entered.
 */
export function coupledRunLines(points: readonly CoupledRun[], look: Look): string[] {
  const names = [...new Set(points.flatMap(({ metrics }) => Object.keys(metrics)))];
  const only = points[0];
  if (points.length === 1 && only !== undefined) {
    const columns = [
      { title: "metric", align: "left" },
      { title: "value", align: "right" },
    ] as const;
    return tableLines(
      look,
      columns,
      names.map((name) => [name, String(only.metrics[name])]),
    );
  }
  const paths = Object.keys(only?.values ?? {});
  const metricOf = ({ metrics }: CoupledRun, name: string): number => metrics[name] ?? 0;
  const differing = names.filter((name) => new Set(points.map((point) => metricOf(point, name))).size > 1);
  const columns = [...paths, ...differing].map((title) => ({ title, align: "right" as const }));
  const cells = points.map((point) => [
    ...paths.map((path) => String(point.values[path])),
    ...differing.map((name) => String(metricOf(point, name))),
  ]);
  const same = `none of the ${names.length} metrics differs between these points; without --vary they are printed`;
  return [...tableLines(look, columns, cells), ...(differing.length === 0 ? ["", same] : [])];
}
