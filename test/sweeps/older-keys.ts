/** Keys of points as programs computed them that did not name how they composed throughput; the rest of a key is held against theirs. */
import type { Experiment } from "../../arch/index.js";
import { type PointInputs, pointKey } from "../../sweeps/index.js";

export function olderKey({ workload, ...experiment }: Experiment, inputs: PointInputs, engineVersion: string): string {
  const { steadyState: _, ...named } = workload;
  return pointKey({ ...experiment, workload: named as Experiment["workload"] }, inputs, engineVersion);
}
