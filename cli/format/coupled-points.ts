/** Points of a coupled chip as a table. Pure. */
import type { CoupledRun } from "../../app/coupled.js";
import type { Look } from "./style.js";
import { tableLines } from "./text-table.js";

/** A table of the metrics that differ between points; for one point, of all its metrics. */
export function coupledRunLines(points: readonly CoupledRun[], look: Look): string[] {
  const names = Object.keys(points[0]?.metrics ?? {});
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
  const differing = names.filter((name) => points.some((point) => point.metrics[name] !== only?.metrics[name]));
  const columns = [...paths, ...differing].map((title) => ({ title, align: "right" as const }));
  const cells = points.map((point) => [
    ...paths.map((path) => String(point.values[path])),
    ...differing.map((name) => String(point.metrics[name] ?? 0)),
  ]);
  const same = `none of the ${names.length} metrics differs between these points; without --vary they are printed`;
  return [...tableLines(look, columns, cells), ...(differing.length === 0 ? ["", same] : [])];
}
