/**
 * Which chips of a front the README shows, by rule: fastest, least energy, smallest, and the study's knee. Effects:
 * reads the database.
 */
import { pareto } from "../app/pareto.js";

/** Name and number of the point, in the README's order. @throws where the front is empty, or has no knee. */
export function frontChips(database: string): readonly (readonly [name: string, id: number])[] {
  const { rows, kneeId } = pareto(database);
  const least = (metric: "latency_us" | "energy_uj_per_inference" | "area_mm2"): number =>
    rows.reduce((best, row) => ((row.metrics[metric] ?? Infinity) < (best.metrics[metric] ?? Infinity) ? row : best)).id;
  if (kneeId === null) throw new Error(`${database}: its front has no knee`);
  return [
    ["fastest", least("latency_us")],
    ["least energy", least("energy_uj_per_inference")],
    ["smallest", least("area_mm2")],
    ["knee", kneeId],
  ];
}
