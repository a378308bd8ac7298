/**
 * The chips of a front that the README shows, chosen by rule: among the points that are surely on it the fastest, the
 * one of least energy and the smallest; and the study's knee. Effects: reads the database.
 */
import { confidence } from "../app/confidence.js";
import { pareto } from "../app/pareto.js";

/** Name and id of each point, in the README's order. @throws if no point is sure, or the front has no knee */
export function frontChips(database: string): readonly (readonly [name: string, id: number])[] {
  const { rows, kneeId } = pareto(database);
  const sure = new Set(confidence(database).robust);
  const robust = rows.filter(({ id }) => sure.has(id));
  const least = (metric: "latency_us" | "energy_uj_per_inference" | "area_mm2"): number =>
    robust.reduce((best, row) => ((row.metrics[metric] ?? Infinity) < (best.metrics[metric] ?? Infinity) ? row : best)).id;
  if (kneeId === null || robust.length === 0) throw new Error(`${database}: its front has no knee, or no point that is sure`);
  return [
    ["fastest", least("latency_us")],
    ["least µJ", least("energy_uj_per_inference")],
    ["smallest", least("area_mm2")],
    ["knee", kneeId],
  ];
}
