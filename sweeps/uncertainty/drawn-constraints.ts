/**
 * In which draws a point meets its limits: the constraints of its study and the resources of its FPGA. Metrics that
 * constraints name are those of the draw. In one draw a metric has one value, so a quantile of it is that value. Pure.
 */
import { metricOf } from "../../sim/index.js";
import type { Condition } from "../objectives.js";
import { type DrawnMetric, drawnValue, type UncertainPoint } from "./drawn-metrics.js";

/** A chip that takes more than its device has is infeasible. */
const FITS_DEVICE: Condition = {
  names: ["fpga_utilisation_percent"],
  holds: (values) => (values.get("fpga_utilisation_percent") ?? Number.NaN) <= 100,
};

/**
 * [draws] 1 in draws in which all conditions hold and its FPGA has room for it, else 0; `drawn`: the point's metrics
 * over the draws.
 */
export function drawsWithin(
  { metrics, fpga }: UncertainPoint,
  drawn: ReadonlyMap<string, DrawnMetric>,
  conditions: readonly Condition[],
  draws: number,
): Uint8Array {
  const within = new Uint8Array(draws).fill(1);
  for (const { names, holds } of fpga === null ? conditions : [...conditions, FITS_DEVICE]) {
    const values = new Map<string, number>(names.map((name) => [name, metrics[metricOf(name)] ?? Number.NaN]));
    const moved = names.flatMap((name) => {
      const metric = drawn.get(metricOf(name));
      return metric === undefined ? [] : [{ name, metric }];
    });
    if (moved.length === 0) {
      if (!holds(values)) return within.fill(0);
      continue;
    }
    for (let d = 0; d < draws; d++) {
      if (within[d] === 0) continue;
      for (const { name, metric } of moved) values.set(name, drawnValue(metric, d));
      if (!holds(values)) within[d] = 0;
    }
  }
  return within;
}
